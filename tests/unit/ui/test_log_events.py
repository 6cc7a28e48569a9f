"""Events of the link among the rows of the log."""

from __future__ import annotations

import json
import time
import tracemalloc

import numpy as np
import pytest

from ifcbgui.instrument.entry import Direction
from ifcbgui.instrument.ticket import Fate, Step, Ticket
from ifcbgui.session.filters import EntryFilter
from ifcbgui.session.records import EventKind
from ifcbgui.ui.models.log_lines import bare_line, json_line, text_line, tsv_row
from ifcbgui.ui.models.log_row import LogItem
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.models.row_filter import RowFilter
from ifcbgui.ui.models.row_scan import RowScan
from tests.helpers.log_traffic import event, rows, syringe

CUT = "The cable is out."
EVERYTHING = range(6)


@pytest.fixture
def store() -> LogStore:
    """A chunk of two messages and an event, then one of an event and two messages."""
    store = LogStore(max_rows=5, chunk_rows=3)
    store.append([*rows(">refresh", "client:reset"), event(EventKind.LOST, CUT)])
    store.append([event(EventKind.CONNECTED, "Signed on."), *rows(">refresh", "x", first_id=3)])
    return store


def shown(store: LogStore, row_filter: RowFilter) -> list[int]:
    return RowScan(store, row_filter, time.time_ns()).select(store.first, store.stop).tolist()


def ticket(row_id: int | None) -> Ticket:
    return Ticket(1, "refresh", None, row_id).with_step(Step(Fate.SENT, 0))


def test_an_event_is_a_row_without_a_number(store: LogStore) -> None:
    row = store.row(2)
    assert (row.row_id, row.event, row.group, row.text) == (0, EventKind.LOST, "link", CUT)
    assert (row.words.label, row.words.value) == ("Connection lost", f"Connection lost: {CUT}")
    assert store.row(1).event == ""


def test_events_are_no_messages(store: LogStore) -> None:
    assert (len(store), store.messages, len(store.event_positions)) == (6, 4, 2)
    assert store.row_ids(np.arange(6, dtype=np.uint32)).tolist() == [1, 2, 3, 4]
    assert store.event_positions.tolist() == [2, 3]
    assert store.trim() == 3
    assert (store.messages, len(store.event_positions), store.dropped_messages) == (2, 1, 2)
    assert store.event_positions.tolist() == [3]
    store.clear()
    assert (store.messages, len(store.event_positions), store.dropped_messages) == (0, 0, 0)


@pytest.mark.parametrize(
    ("row_filter", "positions"),
    [
        (RowFilter(text=EntryFilter.parse("humidity")), [2, 3]),
        (RowFilter(text=EntryFilter.parse("refresh dir:out")), [0, 2, 3, 4]),
        (RowFilter(text=EntryFilter.parse("kind:link")), [2, 3]),
        (RowFilter(text=EntryFilter.parse("-kind:link")), [0, 1, 4, 5]),
        (RowFilter(directions=frozenset({Direction.OUT})), [0, 2, 3, 4]),
        (RowFilter(directions=frozenset()), [2, 3]),
        (RowFilter(hidden_groups=frozenset({"client"})), [0, 2, 3, 4, 5]),
        (RowFilter(hidden_groups=frozenset({"link"})), [0, 1, 4, 5]),
    ],
)
def test_only_a_filter_that_names_them_hides_events(
    store: LogStore, row_filter: RowFilter, positions: list[int]
) -> None:
    assert shown(store, row_filter) == positions


@pytest.mark.parametrize(("row_id", "position"), [(1, 0), (3, 4), (4, 5), (0, None), (9, None)])
def test_a_ticket_finds_the_row_of_its_message(
    store: LogStore, row_id: int, position: int | None
) -> None:
    assert store.set_ticket(ticket(row_id)) == position
    found = [place for place in EVERYTHING if store.row(place).ticket]
    assert found == ([] if position is None else [position])


def test_a_ticket_of_a_dropped_row_is_dropped_too(store: LogStore) -> None:
    store.trim()
    assert store.set_ticket(ticket(1)) is None
    assert store.set_ticket(ticket(3)) == 4
    assert store.set_ticket(ticket(None)) is None


@pytest.mark.parametrize(
    "items",
    [syringe(8192), [event(EventKind.GAP, CUT)] * 8192],
    ids=["messages", "events"],
)
def test_rows_cost_little_memory_whether_messages_or_events(items: list[LogItem]) -> None:
    store = LogStore()
    tracemalloc.start()
    try:
        store.append(items)
        assert tracemalloc.get_traced_memory()[0] / len(items) <= 150
    finally:
        tracemalloc.stop()


def test_events_can_be_copied(store: LogStore) -> None:
    row = store.row(2)
    sentence = f"Connection lost: {CUT}"
    assert text_line(row, CUT) == f"2026-11-22T16:00:00.000000Z --- {sentence}"
    assert tsv_row(row, CUT).split("\t")[1:] == ["", "link", "Connection lost", sentence, ""]
    assert json.loads(json_line(row, CUT)) == {
        "event": "lost",
        "time_ns": row.time_ns,
        "text": CUT,
        "time": "2026-11-22T16:00:00.000000Z",
    }
    assert bare_line(row, CUT) == sentence


def test_an_event_of_an_unknown_kind_is_a_note() -> None:
    store = LogStore()
    store.append([event("weather", "Rain.")])
    assert store.row(0).words.label == "Connection"
    assert store.row(0).words.value == "Rain."
