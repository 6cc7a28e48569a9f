"""Which quantities stand in which row of the trends. No Qt here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

Rows = tuple[tuple[str, ...], ...]

USUAL_ROWS: Final[Rows] = (
    ("fpsrate", "trigger_rate"),
    ("rois_per_trigger", "zero_roi_share"),
    ("humidity", "temperature"),
    ("syringe_volume",),
    ("focus",),
)
MOST_ROWS: Final = 24
MOST_IN_ROW: Final = 6


def rows_from(kept: Iterable[Sequence[str]]) -> Rows:
    """Return rows as they were kept, without what cannot be one; the usual ones for nothing."""
    rows = (tuple(dict.fromkeys(name for name in row if name))[:MOST_IN_ROW] for row in kept)
    return tuple(row for row in rows if row)[:MOST_ROWS] or USUAL_ROWS


def with_row(rows: Rows, name: str) -> Rows:
    """Return the rows with another one below them."""
    return (*rows, (name,)) if len(rows) < MOST_ROWS else rows


def with_series(rows: Rows, at: int, name: str) -> Rows:
    """Return the rows with another quantity in one of them."""
    if name in rows[at] or len(rows[at]) >= MOST_IN_ROW:
        return rows
    return (*rows[:at], (*rows[at], name), *rows[at + 1 :])


def without_series(rows: Rows, at: int, name: str) -> Rows:
    """Return the rows without a quantity of one; without the row where nothing is left of it."""
    left = tuple(other for other in rows[at] if other != name)
    return (*rows[:at], *([left] if left else []), *rows[at + 1 :])


def without_row(rows: Rows, at: int) -> Rows:
    """Return the rows without one of them."""
    return (*rows[:at], *rows[at + 1 :])


def replaced(rows: Rows, at: int, name: str) -> Rows:
    """Return the rows with one quantity in the place of a whole row."""
    return (*rows[:at], (name,), *rows[at + 1 :])


def moved(rows: Rows, at: int, by: int) -> Rows:
    """Return the rows with one of them moved down so many places, or up."""
    to = min(max(at + by, 0), len(rows) - 1)
    others = without_row(rows, at)
    return (*others[:to], rows[at], *others[to:])
