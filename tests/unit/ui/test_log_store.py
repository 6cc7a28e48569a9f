from __future__ import annotations

import time

import numpy as np
import pytest

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.filters import EntryFilter
from ifcbgui.ui.models.log_row import HEAD_LENGTH, WHOLE_TEXT_LIMIT, RowFlag
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.models.row_filter import RowFilter
from ifcbgui.ui.models.row_scan import RowScan


def entry(text: str, direction: Direction = Direction.IN, **envelope: object) -> Entry:
    return Entry(parse_message(text), direction, 1_000, 2_000, **envelope)


def rows(*texts: str, first_id: int = 1) -> list[tuple[int, Entry]]:
    return [(row_id, entry(text)) for row_id, text in enumerate(texts, first_id)]


def numbered(count: int, first_id: int = 1) -> list[tuple[int, Entry]]:
    return rows(*(f"syringetrack:{n % 5}.00" for n in range(count)), first_id=first_id)


def shown(store: LogStore, row_filter: RowFilter) -> list[int]:
    return RowScan(store, row_filter, time.time_ns()).select(store.first, store.stop).tolist()


def text_filter(text: str) -> RowFilter:
    return RowFilter(text=EntryFilter.parse(text))


def test_a_row_gives_back_what_was_put_in() -> None:
    store = LogStore()
    message = entry("valuechanged:pausestate:1", sender="host-207", source="host", seqno=4101)
    store.append([(17, message)])
    row = store.row(0)
    assert (row.row_id, row.time_ns, row.text) == (17, 1_000, "valuechanged:pausestate:1")
    assert (row.sender, row.source, row.seqno) == ("host-207", "host", 4101)
    assert (row.group, row.direction, row.flags) == ("acquisition", Direction.IN, 0)


@pytest.mark.parametrize("seqno", [None, 2**63, -(2**70)])
def test_a_number_no_column_can_hold_is_none(seqno: int | None) -> None:
    store = LogStore()
    store.append([(1, entry("client:reset", seqno=seqno))])
    assert store.row(0).seqno is None


@pytest.mark.parametrize("seqno", [0, -1, 2**63 - 1])
def test_extreme_numbers_are_kept(seqno: int) -> None:
    store = LogStore()
    store.append([(1, entry("client:reset", seqno=seqno))])
    assert store.row(0).seqno == seqno


def test_senders_of_different_types_stay_apart() -> None:
    store = LogStore()
    senders = [1, True, 1.0, "1", None]
    store.append([(n, entry("client:reset", sender=who)) for n, who in enumerate(senders)])
    kept = [store.row(n).sender for n in range(5)]
    assert [(type(who), who) for who in kept] == [(type(who), who) for who in senders]


@pytest.mark.parametrize(
    ("text", "direction", "flags"),
    [
        ("client:reset", Direction.IN, 0),
        ("valuechanged:switchnewthing:1", Direction.IN, RowFlag.UNKNOWN),
        ("valuechanged:setcameragain:six", Direction.IN, RowFlag.PROBLEM),
        ("routine:runsample", Direction.OUT, RowFlag.OUT),
        ("reportevent:" + "a" * WHOLE_TEXT_LIMIT, Direction.IN, RowFlag.CUT),
    ],
)
def test_what_stands_out_is_flagged(text: str, direction: Direction, flags: int) -> None:
    store = LogStore()
    store.append([(1, entry(text, direction))])
    assert store.row(0).flags == flags


def test_of_a_long_text_only_the_head_is_kept_but_its_words_are_those_of_the_whole() -> None:
    store = LogStore()
    text = "reportevent:" + "a" * 500_000
    store.append([(1, entry(text))])
    row = store.row(0)
    assert row.text == text[:HEAD_LENGTH]
    assert row.words.label == "Report"
    assert row.words.value.endswith("… 500.0 kB")


def test_of_an_image_no_base64_is_kept_and_its_words_once() -> None:
    store = LogStore()
    rois = "triggerrois:1:412:948:" + "iVBORw0KGgo" * 400
    frame = "triggerimage:" + "iVBORw0KGgo" * 50_000
    content = "triggercontent:daq:PeakA:0.071:rois:1:412:948:" + "iVBORw0KGgo" * 400
    store.append([(n, entry(text)) for n, text in enumerate((rois, frame, content, rois), 1)])
    assert [store.row(position).text for position in range(3)] == [
        "triggerrois:1:412:948:",
        "triggerimage:",
        "triggercontent:daq:PeakA:0.071:rois:1:412:948:",
    ]
    assert store.row(0).words is store.row(3).words


def test_rows_run_on_over_the_edges_of_chunks() -> None:
    store = LogStore(chunk_rows=4)
    for start in range(0, 30, 3):
        store.append(numbered(3, first_id=start + 1))
    assert len(store) == 30
    assert [store.row(position).row_id for position in range(30)] == list(range(1, 31))
    assert store.row_ids(np.array([0, 3, 4, 29], np.uint32)).tolist() == [1, 4, 5, 30]


def test_the_oldest_chunks_are_dropped_and_positions_stay() -> None:
    store = LogStore(max_rows=10, chunk_rows=4)
    store.append(numbered(17))
    assert store.trim() == 8
    assert (len(store), store.first, store.stop) == (9, 8, 17)
    assert store.row(8).row_id == 9
    assert store.row_ids(np.array([8, 12, 16], np.uint32)).tolist() == [9, 13, 17]
    assert shown(store, RowFilter()) == list(range(8, 17))
    assert store.trim() == 0


def test_no_limit_drops_the_chunk_that_is_being_filled() -> None:
    store = LogStore(max_rows=1, chunk_rows=4)
    store.append(numbered(4))
    assert store.trim() == 0
    store.append(numbered(1, first_id=5))
    assert store.trim() == 4
    assert [store.row(4).row_id] == [5]


def test_clearing_starts_again_at_position_0() -> None:
    store = LogStore(max_rows=10, chunk_rows=4)
    store.append(numbered(17))
    store.trim()
    store.clear()
    store.append(numbered(1, first_id=1))
    assert (len(store), store.first, store.row(0).row_id) == (1, 0, 1)


def test_directions_and_kinds_can_be_hidden() -> None:
    store = LogStore(chunk_rows=2)
    store.append(rows("client:reset", "syringetrack:1.00", "valuechanged:fpsrate:0.2"))
    store.append([(4, entry("routine:runsample", Direction.OUT))])
    assert shown(store, RowFilter(directions=frozenset({Direction.OUT}))) == [3]
    assert shown(store, RowFilter(directions=frozenset())) == []
    assert shown(store, RowFilter(hidden_groups=frozenset({"client", "command"}))) == [1, 2]
    assert shown(store, RowFilter(hidden_groups=frozenset({"never seen"}))) == [0, 1, 2, 3]


def test_words_are_looked_for_in_the_text_and_in_what_the_row_is_called() -> None:
    store = LogStore()
    store.append(rows("valuechanged:switchpump1:1", "client:reset"))
    assert shown(store, text_filter("switchpump1")) == [0]
    assert shown(store, text_filter('"sheath pump"')) == [0]
    assert shown(store, text_filter("-sheath")) == [1]


def test_kind_and_direction_can_be_typed() -> None:
    store = LogStore()
    store.append(rows("client:reset", "syringetrack:1.00"))
    store.append([(3, entry("routine:runsample", Direction.OUT))])
    assert shown(store, text_filter("kind:fluids")) == [1]
    assert shown(store, text_filter("kind:command")) == [2]
    assert shown(store, text_filter("dir:out")) == [2]


def test_only_the_stretch_asked_for_is_looked_through() -> None:
    store = LogStore(chunk_rows=3)
    store.append(numbered(10))
    assert RowScan(store, RowFilter(), 0).select(2, 8).tolist() == [2, 3, 4, 5, 6, 7]
    assert RowScan(store, RowFilter(), 0).select(8, 8).tolist() == []


def test_a_flood_of_different_senders_does_not_stop_the_log() -> None:
    store = LogStore()
    store.append([(n, entry("client:reset", sender=n)) for n in range(65_600)])
    assert store.row(10).sender == 10
    assert store.row(65_599).sender is None


def test_the_typed_filter_asks_for_fields_envelope_and_label() -> None:
    store = LogStore()
    said = entry("valuechanged:getenvironment:60.5:21", sender="host-207", seqno=4101)
    store.append([(1, entry("client:reset")), (2, said)])
    for wanted in ("humidity>60", "temperature=21", "sender:207 seqno=4101", "id>1", "environment"):
        assert shown(store, text_filter(wanted)) == [1]
    assert shown(store, text_filter("time>1970-01-01 time<-10m")) == [0, 1]
