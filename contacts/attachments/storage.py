"""Where attachments lie: under names of our own, one folder per organisation, served by no one.

The file is written before its row: a transaction undone leaves a file that no row names, which the
nightly sweep removes, and never a row without its file.
"""

import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import IO, Any, cast

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from directory.models import Organisation

ROOT = "pieces"


def keep(file: "UploadedFile[Any]", organisation: Organisation) -> str:
    """Put the file away; returns the name it is kept under."""
    key = uuid.uuid4()
    name = f"{ROOT}/{organisation.public_id}/{key.hex[:2]}/{key}"
    return default_storage.save(name, file)


def read(name: str) -> IO[bytes]:
    """Raises `FileNotFoundError` when it is no longer there."""
    return cast("IO[bytes]", default_storage.open(name, "rb"))


def remove(name: str) -> None:
    default_storage.delete(name)


def kept_before(instant: datetime) -> Iterator[str]:
    """Names of the files written before that instant."""
    for organisation in _folders(ROOT):
        for shard in _folders(organisation):
            _inside, names = default_storage.listdir(shard)
            for name in names:
                path = f"{shard}/{name}"
                with suppress(FileNotFoundError):
                    if default_storage.get_modified_time(path) < instant:
                        yield path


def _folders(path: str) -> list[str]:
    try:
        folders, _files = default_storage.listdir(path)
    except FileNotFoundError:
        return []
    return [f"{path}/{one}" for one in folders]
