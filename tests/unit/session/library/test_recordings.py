"""Files put together: every file once, in order, whatever they say of each other."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.session.library import SessionFacts, SessionFile, SessionState, counted, recordings

SECOND = 1_000_000_000


def file(name: str, continues: str = "", **values: object) -> SessionFile:
    number = int(name)
    usual: dict[str, object] = {
        "state": SessionState.CLOSED,
        "serial": "111",
        "start_ns": number * SECOND,
        "end_ns": (number + 1) * SECOND,
        "messages": 10,
        "continues": continues and f"{continues}.ifcbsession",
    }
    facts = SessionFacts(**(usual | values))  # type: ignore[arg-type]
    return SessionFile(Path(f"/s/{name}.ifcbsession"), 1000, 0, held=False, facts=facts)


def test_a_file_goes_behind_the_one_that_it_goes_on_from() -> None:
    found = recordings([file("3", "2"), file("1"), file("2", "1"), file("5")])
    assert [[path.stem for path in it.paths] for it in found] == [["1", "2", "3"], ["5"]]
    assert found[0].messages == 30
    assert found[0].size == 3000
    assert found[0].length_ns == 3 * SECOND


def test_one_that_goes_on_from_a_missing_file_stands_alone() -> None:
    assert [len(it.files) for it in recordings([file("2", "1"), file("3", "2")])] == [2]
    assert [len(it.files) for it in recordings([file("2", "9"), file("3", "9")])] == [1, 1]


def test_the_last_file_says_how_it_ended_and_damage_is_never_hidden() -> None:
    earlier = file("1", state=SessionState.BROKE_OFF, problem="It broke off.")
    [whole] = recordings([earlier, file("2", "1")])
    assert whole.state is SessionState.CLOSED
    assert whole.problem == ""
    [hurt] = recordings([file("1", state=SessionState.DAMAGED, problem="Bad."), file("2", "1")])
    assert hurt.state is SessionState.DAMAGED
    assert hurt.problem == "Bad."


def test_before_it_is_read_its_name_tells_instrument_and_start() -> None:
    path = Path("/s/111-222_20261122T160500Z-2.ifcbsession")
    [it] = recordings([SessionFile(path, 1, 0, held=False)])
    assert it.serial == "111-222"
    assert it.start_ns == 1_795_363_500 * SECOND
    assert it.state is None
    assert not it.read


def test_words_are_looked_for_in_all_that_is_told() -> None:
    [it] = recordings([file("1", routines=("Run sample",), notes=("Bloom at the pier",))])
    assert it.has(["bloom", "sample", "1970-01-01", "closed"])
    assert not it.has(["bloom", "beads"])


def test_names_are_counted() -> None:
    assert counted(["Beads", "Run sample", "Beads"]) == ["Beads (2)", "Run sample"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), unique_by=lambda it: it[0]))
def test_no_file_is_lost_or_shown_twice(links: list[tuple[int, int]]) -> None:
    files = [file(str(name), str(before)) for name, before in links]
    shown = [path for it in recordings(files) for path in it.paths]
    assert sorted(shown) == sorted(it.path for it in files)
