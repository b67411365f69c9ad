"""How uploads reach the disk: by pieces, and no further than the largest file allowed."""

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from contacts.attachments.limits import largest


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Beyond the limit a file is measured and no longer written; the form then refuses it."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.written = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.written += len(raw_data)
        if self.written <= largest() + self.chunk_size:
            super().receive_data_chunk(raw_data, start)
