"""Finds the rows of the log that a filter shows, thousands at a time.

What stands in columns is compared as columns; words are looked for in the texts of many rows in
one piece; and only what is left is looked at row by row. All answers are those of the terms.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from ifcbgui.instrument.entry import Direction
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.filters import FilterRow, Term, forms_with
from ifcbgui.session.filters.fields import COMPARE, ROW_FIELDS, read_number, says, test_for
from ifcbgui.session.filters.patterns import TEXT_LIMIT
from ifcbgui.session.filters.terms import (
    AllOf,
    AnyOf,
    Compare,
    Contains,
    Goes,
    Matches,
    Not,
    OfKind,
    TimeCompare,
)
from ifcbgui.ui.models.log_chunk import SEPARATOR, Chunk, Names
from ifcbgui.ui.models.log_row import RowFlag
from ifcbgui.ui.models.log_store import NO_SEQNO, LogStore
from ifcbgui.ui.models.row_filter import RowFilter
from ifcbgui.ui.models.row_index import Positions

Mask = NDArray[np.bool_]
T = TypeVar("T", bound=Hashable)

_QUICK_ROWS: Final = 8192
_SLOW_ROWS: Final = 1024
_FEW: Final = 8
_ASKED_LIMIT: Final = 20_000
_COSTS: Final = {Contains: 1, Compare: 2, Matches: 3}


class _Rows:
    """A stretch of rows of one chunk, as terms look at it."""

    def __init__(self, chunk: Chunk, start: int, stop: int) -> None:
        self.chunk, self.start, self.stop = chunk, start, stop
        self.columns = chunk.columns[start:stop]
        self.flags = self.columns["flags"]

    def has(self, flag: RowFlag) -> Mask:
        found: Mask = (self.flags & flag) != 0
        return found

    def text(self, offset: int) -> str:
        return self.chunk.text(self.start + offset)

    @cached_property
    def texts(self) -> list[str]:
        """All texts; to take them apart at once is quicker than one by one."""
        joined, _ = self.chunk.texts(self.start, self.stop)
        texts = joined.decode("latin-1").split(SEPARATOR.decode("latin-1"))
        for offset in np.flatnonzero(self.has(RowFlag.WIDE)).tolist():
            texts[offset] = self.text(offset)
        return texts


class RowScan:
    """Says which rows a filter shows.

    Args:
        store: Where they are.
        row_filter: The filter.
        now_ns: What it counts back from; UTC, nanoseconds since 1970.
    """

    def __init__(self, store: LogStore, row_filter: RowFilter, now_ns: int) -> None:
        self._store = store
        self._filter = row_filter
        self._now_ns = now_ns
        self._term: Term | None = row_filter.text.term if row_filter.text else None
        self._tables: dict[object, Mask] = {}
        self._asked: dict[tuple[Compare, str], bool] = {}
        self.rows_at_once = (
            _QUICK_ROWS if self._term is None or _cost(self._term) < 2 else _SLOW_ROWS
        )
        """Rows that can be looked through within a few milliseconds."""

    def select(self, start: int, stop: int) -> Positions:
        """Return the positions from start up to stop that the filter shows, ascending."""
        found = [np.empty(0, np.uint32)]
        for position, chunk, low, high in self._store.stretches(start, stop):
            shown = np.flatnonzero(self._shown(_Rows(chunk, low, high)))
            found.append(shown.astype(np.uint32) + np.uint32(position))
        return np.concatenate(found)

    def _shown(self, rows: _Rows) -> Mask:
        directions, hidden = self._filter.directions, self._filter.hidden_groups
        event = rows.has(RowFlag.EVENT)
        shown = ~event
        if len(directions) < len(Direction):
            out = rows.has(RowFlag.OUT)
            shown &= np.where(out, Direction.OUT in directions, Direction.IN in directions)
        if hidden:
            shown &= self._by_form(rows, hidden, lambda form: form.group not in hidden)
        if self._term is not None:
            shown = self._holds(self._term, rows, shown)
        return shown | event if self._filter.shows_events else shown

    def _holds(self, term: Term, rows: _Rows, among: Mask) -> Mask:
        """Return which rows, among some, satisfy a term."""
        match term:
            case AllOf():
                for part in sorted(term.terms, key=_cost):
                    among = self._holds(part, rows, among) if among.any() else among
                return among
            case AnyOf():
                found = np.zeros_like(among)
                for part in sorted(term.terms, key=_cost):
                    found |= self._holds(part, rows, among & ~found)
                return found
            case Not():
                return among & ~self._holds(term.term, rows, among)
            case OfKind():
                return among & self._by_form(rows, term, lambda form: form.group in term.kinds)
            case Goes():
                out = rows.has(RowFlag.OUT)
                return among & (out if term.direction == Direction.OUT else ~out)
            case TimeCompare():
                limit = term.limit_ns(self._now_ns)
                return among & _compared(rows.columns["time_ns"], term.operator, limit)
            case Contains():
                return self._containing(term, rows, among)
            case Compare():
                return self._comparing(term, rows, among)
            case Matches():
                return self._matching(term, rows, among)
        return self._one_by_one(lambda row: term.matches(self._filter_row(rows, row)), among)

    # --- words ------------------------------------------------------------------------------

    def _containing(self, term: Contains, rows: _Rows, among: Mask) -> Mask:
        word = term.folded
        if not word:
            return among
        if "\n" in word:  # what is between text and label
            return self._one_by_one(lambda row: term.matches(self._filter_row(rows, row)), among)
        found = among & self._by_form(rows, term, lambda form: word in form.label.casefold())
        if word.isascii():
            texts, ends = rows.chunk.lower_texts(rows.start, rows.stop)
            found |= among & _rows_with(word.encode(), texts, ends)
        wide = among & rows.has(RowFlag.WIDE) & ~found
        return found | self._one_by_one(lambda row: word in rows.text(row).casefold(), wide)

    def _matching(self, term: Matches, rows: _Rows, among: Mask) -> Mask:
        search = term.pattern.search
        found = among & self._by_form(
            rows, term, lambda form: bool(form.label and search(form.label))
        )
        rest = among & ~found
        many = np.count_nonzero(rest) * _FEW > len(rest)
        text_of = rows.texts.__getitem__ if many else rows.text
        return found | self._one_by_one(
            lambda row: search(text_of(row), 0, TEXT_LIMIT) is not None, rest
        )

    # --- comparisons ------------------------------------------------------------------------

    def _comparing(self, term: Compare, rows: _Rows, among: Mask) -> Mask:
        if term.name in ("id", "seqno"):
            return among & _comparing_numbers(term, rows)
        if term.name in ROW_FIELDS:
            return among & self._comparing_origins(term, rows)
        forms = forms_with(term.name)
        able = among & self._by_form(rows, term, lambda form: form.key in forms)
        return self._one_by_one(lambda row: self._says(term, rows.text(row)), able)

    def _says(self, term: Compare, text: str) -> bool:
        """Return whether a message says so; remembered, since instruments repeat themselves."""
        said = self._asked.get((term, text))
        if said is None:
            if len(self._asked) >= _ASKED_LIMIT:
                self._asked.clear()
            said = says(parse_message(text), term.name, term.operator, term.value)
            self._asked[term, text] = said
        return said

    def _comparing_origins(self, term: Compare, rows: _Rows) -> Mask:
        place = 1 if term.name == "sender" else 3
        test = test_for(ROW_FIELDS[term.name], term.operator, term.value)

        def fits(origin: tuple[Any, ...]) -> bool:
            return origin[place] is not None and test is not None and test(str(origin[place]))

        return self._look_up(term, self._store.origins, rows.columns["origin"], fits)

    # --- help -------------------------------------------------------------------------------

    def _by_form(self, rows: _Rows, key: object, test: Callable[[Any], bool]) -> Mask:
        return self._look_up(key, self._store.forms, rows.columns["form"], test)

    def _look_up(
        self, key: object, names: Names[T], numbers: NDArray[Any], test: Callable[[T], bool]
    ) -> Mask:
        """Return which of some numbers of names pass a test, made once for each name."""
        table = self._tables.get(key)
        if table is None or len(table) < len(names.values):
            known = 0 if table is None else len(table)
            more = np.array([test(value) for value in names.values[known:]], np.bool_)
            table = more if table is None else np.concatenate((table, more))
            self._tables[key] = table
        found: Mask = table[numbers]
        return found

    def _one_by_one(self, test: Callable[[int], bool], among: Mask) -> Mask:
        found = np.zeros_like(among)
        offsets = np.flatnonzero(among)
        passed = (test(offset) for offset in offsets.tolist())
        found[offsets] = np.fromiter(passed, np.bool_, len(offsets))
        return found

    def _filter_row(self, rows: _Rows, offset: int) -> FilterRow:
        row_id, time_ns, seqno, _, origin, form, flags = rows.columns[offset].item()
        _, sender, _, source = self._store.origins[origin]
        return FilterRow(
            Direction.OUT if flags & RowFlag.OUT else Direction.IN,
            rows.text(offset),
            self._store.forms[form].group,
            self._store.forms[form].label,
            id=row_id,
            time_ns=time_ns,
            sender=sender,
            source=source,
            seqno=None if seqno == NO_SEQNO else seqno,
            now_ns=self._now_ns,
        )


def _cost(term: Term) -> int:
    """Return how dear a term is; the cheap ones come first and spare the others rows."""
    if isinstance(term, AllOf | AnyOf):
        return max(map(_cost, term.terms), default=0)
    if isinstance(term, Not):
        return _cost(term.term)
    if isinstance(term, Compare) and term.name in ROW_FIELDS:
        return 0
    return _COSTS.get(type(term), 0)


def _comparing_numbers(term: Compare, rows: _Rows) -> Mask:
    number = read_number(term.value)
    if number is None:
        return np.zeros(len(rows.columns), np.bool_)
    name = "row_id" if term.name == "id" else "seqno"
    column = rows.columns[name]
    known: Mask = column != NO_SEQNO
    return known & _compared(column, term.operator, number)


def _compared(column: NDArray[np.int64], operator: str, number: float) -> Mask:
    compare: Callable[[Any, Any], Any] = COMPARE[operator]
    found: Mask = compare(column, number)
    return found


def _rows_with(word: bytes, texts: bytes | bytearray, ends: NDArray[np.uint32]) -> Mask:
    """Return which rows contain a word of ASCII.

    Its first bytes are compared everywhere at once, as one number, the others one by one where
    those are: several times as quick as to go from find to find.
    """
    width = 4 if len(word) >= 4 else 2 if len(word) >= 2 else 1
    found = np.zeros(len(ends), np.bool_)
    if len(texts) < len(word):
        return found
    number = int.from_bytes(word[:width], "little")
    windows = np.ndarray((len(texts) - len(word) + 1,), f"<u{width}", texts, 0, (1,))
    places = np.flatnonzero(windows == number)
    letters = np.frombuffer(texts, np.uint8)
    for further in range(width, len(word)):
        places = places[letters[places + further] == word[further]]
    found[np.searchsorted(ends, places, side="right")] = True
    return found
