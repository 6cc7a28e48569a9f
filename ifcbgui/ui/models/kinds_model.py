"""The kinds of messages of a connection as a table: how many, how often, the last value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QObject, Qt

from ifcbgui.instrument.entry import Direction
from ifcbgui.session.filters import COMMAND_KIND
from ifcbgui.session.tally import HISTORY_S, RATE_S, Kind, Tally
from ifcbgui.ui.models.log_text import describe, meaning_of, one_line
from ifcbgui.ui.models.sorted_model import CellRole, SortedModel, TableColumn
from ifcbgui.ui.wording import age_text

UNKNOWN_MARK: Final = "unknown"
NEW_MARK: Final = "new"


class KindColumn(IntEnum):
    """Columns of the explorer."""

    MESSAGE = 0
    KEY = 1
    GROUP = 2
    COUNT = 3
    RATE = 4
    TREND = 5
    AGE = 6
    VALUE = 7


_COLUMNS: Final = (
    TableColumn(
        "Message",
        "What the catalogue calls it. unknown: the catalogue does not have it; "
        "new: it came up in the last two minutes",
        "Alternate configuration interval",
    ),
    TableColumn("Key", "The words that make it this kind", key=True, from_width=135),
    TableColumn("Kind", "Group of the message in the catalogue", "environment", from_width=150),
    TableColumn("Count", "Messages on this connection", "0,000,000", right=True),
    TableColumn("Per s", f"Messages a second over the last {RATE_S} seconds", "0,000", right=True),
    TableColumn("Last minute", f"Messages in each of the last {HISTORY_S} seconds", "M" * 9),
    TableColumn("Age", "How long ago the last one came", "00 min", right=True),
    TableColumn("Last value", "What the last one said, with units"),
)
_MARK_LOOKS: Final = {UNKNOWN_MARK: ("warning", "warn"), NEW_MARK: ("info", "info")}


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind of message as the table shows it.

    Attributes:
        kind: What was counted.
        label: What the catalogue calls it.
        key: Its key, in one line.
        group: Its group.
        mark: `UNKNOWN_MARK`, `NEW_MARK` or "".
        value: What the last message said.
        rate: Messages a second.
        age_ns: How long ago the last one came.
        history: Messages in each of the last seconds.
    """

    kind: Kind
    label: str
    key: str
    group: str
    mark: str
    value: str
    rate: float
    age_ns: int
    history: Sequence[int]

    @property
    def id(self) -> tuple[str, str]:
        """What makes it the same row after a change."""
        return self.kind.direction, self.kind.key

    def has(self, words: Sequence[str]) -> bool:
        """Return True if all words, case-folded, are found in what the row says of the kind."""
        text = f"{self.label} {self.key} {self.group} {self.mark} {self.value}".casefold()
        return all(word in text for word in words)


class KindsModel(SortedModel):
    """Rows of `KindRow`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_COLUMNS, KindColumn.MESSAGE, parent=parent)

    def cell(self, row: KindRow, column: int, role: int) -> Any:
        """Return what a cell has."""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return _tip(row)
            case Qt.ItemDataRole.AccessibleTextRole if column == KindColumn.TREND:
                return f"{sum(row.history):,} in the last minute"
            case CellRole.TREND if column == KindColumn.TREND:
                return row.history
            case CellRole.GROUND:
                return "unknown_row" if row.mark == UNKNOWN_MARK else None
            case CellRole.ICON if column == KindColumn.MESSAGE and row.mark:
                return _MARK_LOOKS[row.mark][0]
            case CellRole.COLOUR:
                if column == KindColumn.MESSAGE and row.mark:
                    return _MARK_LOOKS[row.mark][1]
                muted = column in (KindColumn.KEY, KindColumn.GROUP, KindColumn.AGE)
                return "muted" if muted else "text"
        return None

    def sort_key(self, row: KindRow, column: int) -> Any:
        """Return what rows are compared by; by name, the marked ones stand before the rest."""
        match column:
            case KindColumn.COUNT:
                return row.kind.count
            case KindColumn.RATE:
                return row.rate
            case KindColumn.TREND:
                return sum(row.history)
            case KindColumn.AGE:
                return row.age_ns
            case KindColumn.MESSAGE:
                return not row.mark, row.mark != UNKNOWN_MARK, row.label.casefold()
        return _text(row, column).casefold(), row.label.casefold()


def kind_rows(tally: Tally, now_ns: int) -> list[KindRow]:
    """Return a row for each kind, as things are now.

    Args:
        tally: What was counted.
        now_ns: Monotonic time.
    """
    return [_row(tally, kind, now_ns) for kind in tally]


def _row(tally: Tally, kind: Kind, now_ns: int) -> KindRow:
    last = kind.last
    words = describe(last.message, kind.direction)
    label, key, group = words.label, one_line(kind.key, 80), last.kind
    if not kind.key:
        label, key, group = "Other kinds, counted together", "", ""
    mark = UNKNOWN_MARK if not kind.known else NEW_MARK if tally.is_new(kind, now_ns) else ""
    return KindRow(
        kind=kind,
        label=label,
        key=key,
        group=COMMAND_KIND if kind.direction is Direction.OUT and kind.key else group,
        mark=mark,
        value=words.value,
        rate=tally.rate(kind, now_ns),
        age_ns=max(0, now_ns - last.monotonic_ns),
        history=kind.history(now_ns),
    )


def _text(row: KindRow, column: int) -> str:
    match column:
        case KindColumn.MESSAGE:
            return f"{row.mark} · {row.label}" if row.mark else row.label
        case KindColumn.KEY:
            return row.key
        case KindColumn.GROUP:
            return row.group
        case KindColumn.COUNT:
            return f"{row.kind.count:,}"
        case KindColumn.RATE:
            return rate_text(row.rate)
        case KindColumn.AGE:
            return age_text(row.age_ns)
        case KindColumn.VALUE:
            return row.value
    return ""


def rate_text(rate: float) -> str:
    """Return messages a second as they are shown: nothing for none, one digit below ten."""
    if rate >= 10:
        return f"{rate:,.0f}"
    return f"{rate:.1f}" if rate else ""


def _tip(row: KindRow) -> str:
    kind = row.kind
    if not kind.key:
        return "There are more kinds than can be told apart; these are counted together."
    meaning = meaning_of(kind.last.message, kind.direction)
    lines = [row.label, meaning, row.key, row.value]
    if not kind.known:
        lines[1] = "The catalogue does not have this message. It is kept like every other."
    return "\n".join(line for line in lines if line)
