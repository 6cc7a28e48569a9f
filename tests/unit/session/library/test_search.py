"""Looking through many sessions: the newest first, as far as somebody wants."""

from __future__ import annotations

from pathlib import Path

from ifcbgui.session import EntryFilter, SessionRow
from ifcbgui.session.library import Recording, Shelf, recordings, search
from ifcbgui.session.store import SessionStore
from tests.helpers.recorded import message, stored

DAY_NS = 86_400 * 1_000_000_000


def make(folder: Path, day: int, rows: list[SessionRow]) -> Path:
    store = SessionStore.create(folder, {"serial": "111", "start_time_ns": day * DAY_NS})
    store.write([stored(row._replace(time_ns=day * DAY_NS + row.id)) for row in rows], [])
    store.close(closed_ns=day * DAY_NS + 10)
    return store.path


def listed(folder: Path) -> list[Recording]:
    shelf = Shelf(folder)
    return recordings(shelf.read(file) for file in shelf.files())


def found(folder: Path, text: str) -> list[tuple[int, int]]:
    hits = search(listed(folder), EntryFilter.parse(text))
    return [(hit.row.time_ns // DAY_NS, hit.row.id) for hit in hits]


def test_newest_session_and_newest_message_first(tmp_path: Path) -> None:
    for day in (20_002, 20_001):
        make(tmp_path, day, [message(1, "reportevent:beads"), message(2), message(3, "x:beads")])
    assert found(tmp_path, "beads") == [(20_002, 3), (20_002, 1), (20_001, 3), (20_001, 1)]


def test_the_filter_language_holds(tmp_path: Path) -> None:
    make(tmp_path, 20_001, [message(1, "daq:environment:57.9:25.0:x"), message(2)])
    assert found(tmp_path, "time>=-1d") != []
    assert found(tmp_path, "id>=2 kind:report") == [(20_001, 2)]


def test_more_than_a_page_is_looked_through(tmp_path: Path) -> None:
    make(tmp_path, 20_001, [message(number) for number in range(1, 9_002)])
    assert [number for _, number in found(tmp_path, "done")] == list(range(9_001, 0, -1))


def test_a_session_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    make(tmp_path, 20_001, [message(1)])
    (tmp_path / "bad.ifcbsession").write_bytes(b"?" * 5000)
    assert found(tmp_path, "done") == [(20_001, 1)]


def test_it_ends_when_nobody_wants_it_any_more(tmp_path: Path) -> None:
    make(tmp_path, 20_001, [message(number) for number in range(1, 9_002)])
    looked_at: list[int] = []
    hits = search(
        listed(tmp_path),
        EntryFilter.parse("nowhere"),
        progress=looked_at.append,
        cancelled=lambda: bool(looked_at),
    )
    assert list(hits) == []
    assert looked_at == [4000]


def test_wide_gaps_between_ids_cost_nothing(tmp_path: Path) -> None:
    make(tmp_path, 20_001, [message(number) for number in (1, 5000, 2**40)])
    assert [number for _, number in found(tmp_path, "done")] == [2**40, 5000, 1]
