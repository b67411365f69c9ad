"""The report of refused rows: line, column, value, reason; safe to open in a spreadsheet."""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from contacts.intake.errors import Unusable
from contacts.intake.mapping import reason

# A cell that a spreadsheet would run gets an apostrophe, which it takes for "this is text".
QUIET = """CASE WHEN {0} ~ '^[=+@\\t\\r＝＋－＠-]' THEN '''' || {0} ELSE {0} END"""
REPORT = f"""
    COPY (
        SELECT line AS ligne, {QUIET.format('"column"')} AS colonne,
            {QUIET.format("value")} AS valeur, {QUIET.format("reason")} AS raison
        FROM intake_refusal ORDER BY line
    ) TO STDOUT WITH (FORMAT csv, HEADER, DELIMITER ';', FORCE_QUOTE (valeur, raison))
"""  # noqa: S608


def default_path(name: str, now: datetime) -> Path:
    folder: Path = settings.BASE_DIR / "var" / "imports"
    return folder / f"{Path(name).stem}-{now:%Y%m%d-%H%M%S-%f}-refusees.csv"


def check_place(path: Path, source: Path, *, make_folder: bool) -> None:
    """Refuse, before anything is read, a report that could not be written."""
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.samefile(source):
            raise Unusable(f"{path} : le rapport remplacerait le fichier à importer.")
        if path.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
            raise Unusable(f"{path} : impossible d’y écrire le rapport.")
    except OSError as error:
        raise Unusable(f"{path} : impossible d’y écrire le rapport ({reason(error)}).") from error


def write(path: Path) -> None:
    """Written beside, then put in place whole; read by its owner alone, for it quotes the file."""
    partial = path.with_name(f"{path.name}.partiel")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file, connection.cursor() as cursor:
            file.write(b"\xef\xbb\xbf")
            cursor.copy_expert(REPORT, file)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise Unusable(
            f"{path} : rapport non écrit ({reason(error)}) ; rien n’est entré."
        ) from error
