"""Runs one management command or task, and prints the most memory it ever held, in kilobytes.

python -m bench.peak command import_demandes FILE --organisation=…
python -m bench.peak task engagements.tasks.recount_stale_tallies
"""

import sys
from importlib import import_module
from io import StringIO
from pathlib import Path

import django


def main(kind: str, name: str, *arguments: str) -> None:
    django.setup()
    if kind == "command":
        from django.core.management import call_command

        call_command(name, *arguments, stdout=StringIO(), stderr=StringIO())
    else:
        module, _, function = name.rpartition(".")
        getattr(import_module(module), function)()
    print(peak())


def peak() -> int:
    """The high-water mark of this process, as the kernel keeps it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise RuntimeError("no VmHWM in /proc/self/status")


if __name__ == "__main__":
    main(*sys.argv[1:])
