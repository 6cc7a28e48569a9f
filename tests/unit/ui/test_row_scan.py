"""The quick way through the rows answers as the terms themselves do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifcbgui.instrument.entry import Direction
from ifcbgui.session.filters import EntryFilter
from ifcbgui.ui.models.highlights import filter_row
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.models.row_filter import RowFilter
from ifcbgui.ui.models.row_scan import RowScan
from ifcbgui.ui.models.row_search import RowSearch
from tests.helpers.log_traffic import entry, syringe

TEXTS = (
    "syringetrack:1.00",
    "SyringeTrack:1.00",
    "valuechanged:getenvironment:60.5:21",
    "valuechanged:switchpump1:1",
    "triggerchanged:7:saved:7:0",
    "reportevent:Straße STRASSE µm ÄÖ",
    "reportevent:first\nsecond: saved",
    "a",
    "",
    "aab:aaab",
    "\ud800broken",
)
FILTERS = (
    "a",
    "aab",
    "saved -7",
    "STRASSE",
    "straße",
    "µm or ä",
    '"syringetrack:1.00syringe"',
    '"0\n"',
    '""',
    "sheath",
    "kind:fluids,unknown",
    "-kind:report dir:in",
    "dir:out",
    "humidity>60 or temperature<0",
    "syringe_volume>=1 -humidity>0",
    "id>3 id<=7",
    "seqno=4101",
    "sender:HOST source=host",
    "time>=-10m",
    "time<2026-11-22",
    "/^second/",
    "/SAVED:\\d/i -/^reportevent/",
    "(a or b) -(saved or humidity>1)",
)
FLIGHT = st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(Direction)), max_size=30)


def slow(store: LogStore, text: str) -> list[int]:
    wanted = EntryFilter.parse(text)
    rows = ((place, store.row(place)) for place in range(store.first, store.stop))
    return [place for place, row in rows if wanted.matches_row(filter_row(row))]


@pytest.mark.parametrize("text", FILTERS)
@settings(max_examples=25, deadline=None)
@given(FLIGHT, st.integers(1, 8))
def test_it_finds_what_the_terms_find(
    text: str, messages: list[tuple[str, Direction]], chunk_rows: int
) -> None:
    store = LogStore(chunk_rows=chunk_rows)
    store.append([(n, entry(said, way)) for n, (said, way) in enumerate(messages, 1)])
    now_ns = store.time_ns(store.stop - 1) if len(store) else 0
    found = RowScan(store, RowFilter(text=EntryFilter.parse(text)), now_ns)
    assert found.select(store.first, store.stop).tolist() == slow(store, text)


def test_no_match_runs_from_one_row_into_the_next() -> None:
    store = LogStore()
    store.append([(1, entry("abc")), (2, entry("def"))])
    for text in ("cd", '"c\ndef"', "/c.d/", "/^def/"):
        found = RowScan(store, RowFilter(text=EntryFilter.parse(text)), 0).select(0, 2)
        assert found.tolist() == slow(store, text)


def test_forms_seen_only_later_are_known_too() -> None:
    store = LogStore()
    store.append([(1, entry("client:reset"))])
    scan = RowScan(store, RowFilter(text=EntryFilter.parse("kind:fluids")), 0)
    assert scan.select(0, 1).tolist() == []
    store.append([(2, entry("syringetrack:1.00"))])
    assert scan.select(1, 2).tolist() == [1]


def test_a_search_goes_from_the_newest_to_the_oldest_and_can_be_taken_in_parts() -> None:
    store = LogStore()
    store.append(syringe(20_000))
    search = RowSearch(store, RowFilter(text=EntryFilter.parse("1.00")), 0)
    search.work(0)
    assert 0 < search.low < store.stop
    assert 0 < search.progress < 1
    first = search.take().tolist()
    assert min(first) >= search.low
    while not search.done:
        search.work(0)
    rest = search.take().tolist()
    assert max(rest) < min(first)
    assert rest + first == slow(store, "1.00")
    store.append(syringe(500, first_id=20_001))
    assert search.newer().tolist() == [20_099]
