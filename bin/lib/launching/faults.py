"""`bin/test --faults [F1 F8 …]`: the full form of the faults, one after the other.

The tests without argument run the short form of each.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from launching.places import ROOT, Refusal

DIRECTORY = ROOT / "tests" / "faults"
FULL = {"FAULTS_FORM": "full"}
# Each name on a line as it ends, in order; the seed of the draws is printed all the same.
OPTIONS = ("-v", "--randomly-dont-reorganize")


def pytest_arguments(words: Sequence[str]) -> list[str]:
    """Names of faults choose among them; what begins with a dash is pytest's own."""
    known = modules()
    chosen = [word.upper() for word in words if not word.startswith("-")]
    if unknown := [name for name in chosen if name not in known]:
        raise Refusal(f"Panne inconnue : {', '.join(unknown)}. Il y a {', '.join(known)}.")
    files = [known[name] for name in chosen or known]
    return [*map(str, files), *OPTIONS, *(word for word in words if word.startswith("-"))]


def modules() -> dict[str, Path]:
    """The test module of each fault: F1 is `test_f01_….py`."""
    found = {}
    for path in sorted(DIRECTORY.glob("test_f*.py")):
        if number := re.match(r"test_f(\d\d)_", path.name):
            found[f"F{int(number[1])}"] = path
    return found
