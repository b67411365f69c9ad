"""The name an attachment is shown and given back under; it is never a path on our disk."""

import re
import unicodedata
from pathlib import PurePosixPath

from contacts.attachments.limits import NAME_MAX

# Longer than that, what follows the last dot is a sentence and not a type.
LONGEST_EXTENSION = 5


def clean_name(name: str, extensions: tuple[str, ...]) -> str:
    """One line without path nor invisible characters, ending as its content does.

    An executable's extension on a picture is no extension of a picture: the right one is added.
    """
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(one if unicodedata.category(one)[0] != "C" else " " for one in base)
    words = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', " ", visible)).strip(" .")
    stem, found = _split(words or "piece")
    extension = found if found.lower() in extensions else ""
    if not extension:
        stem, extension = stem + found, extensions[0]
    return stem[: NAME_MAX - len(extension)].rstrip(" .") + extension


def _split(name: str) -> tuple[str, str]:
    suffix = PurePosixPath(name).suffix
    if not suffix or len(suffix) > LONGEST_EXTENSION:
        return name, ""
    return name.removesuffix(suffix), suffix
