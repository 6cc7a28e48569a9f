"""Tells what a program has written from what damage has made of a file.

SQLite keeps any value in any column, so a flipped byte can make a text of a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar, get_type_hints

from ifcbgui.instrument.entry import Direction
from ifcbgui.session.columns import exact_values

_Record = TypeVar("_Record", bound=NamedTuple)

_DIRECTIONS = frozenset(map(str, Direction))


def sound(record: type[_Record], rows: Iterable[tuple[Any, ...]]) -> list[_Record]:
    """Return rows as records; those with a value that is not of its member's type are left out."""
    types = get_type_hints(record).values()
    return [record._make(row) for row in rows if all(map(isinstance, row, types))]


def is_message(row: tuple[Any, ...]) -> bool:
    """Return False for what no program writes as a row of ``entries``.

    Args:
        row: Any columns that begin with the id and the times, and end with direction, sender,
            source, seqno, text and exact.
    """
    direction, seqno, text, exact = row[-6], row[-3], row[-2], row[-1]
    if direction not in _DIRECTIONS or text.__class__ is not str:
        return False
    if row[1].__class__ is not int or row[-7].__class__ is not int:  # the clocks
        return False
    if seqno.__class__ is not int and seqno is not None:
        return False
    if exact is None:
        return True
    try:
        return isinstance(exact_values(exact)[-1], str)
    except (ValueError, TypeError):
        return False
