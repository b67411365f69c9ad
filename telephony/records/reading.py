"""Reads a file in the format it is said to have."""

from collections.abc import Callable, Mapping

from telephony.enums import RecordFormat
from telephony.records import asterisk_cdr, asterisk_queue, freeswitch_cdr, plain_csv
from telephony.records.text import NumberedLine, lines_of
from telephony.records.values import Reading

READERS: Mapping[str, Callable[[list[NumberedLine]], Reading]] = {
    RecordFormat.ASTERISK_CDR: asterisk_cdr.read,
    RecordFormat.ASTERISK_QUEUE: asterisk_queue.read,
    RecordFormat.FREESWITCH_CDR: freeswitch_cdr.read,
    RecordFormat.PLAIN: plain_csv.read,
}


def read_records(content: bytes, kind: str) -> Reading:
    """Calls and broken lines; raises `UnusableFile` when the file is not what it claims to be."""
    return READERS[kind](lines_of(content))
