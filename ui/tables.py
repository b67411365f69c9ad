"""Tables made in Python: their columns, and the whole of a small one."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Column:
    """One column of a `data_table`."""

    label: str | Promise
    numeric: bool = False


@dataclass(frozen=True)
class Grid:
    """A caption, columns and rows whose cells are already words."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
