from __future__ import annotations

from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.waiting import WaitingRows
from tests.helpers.recorded import entry

STATE = InstrumentState()


def test_a_new_file_begins_with_the_next_state_and_with_that_alone() -> None:
    waiting = WaitingRows(100, 10_000)
    waiting.add(entry("one"))
    assert not waiting.state_wanted
    waiting.want_state(new_file=True)
    waiting.add(entry("two"))
    assert waiting.state_wanted
    waiting.add_state(1, 1, "file", STATE)
    waiting.want_state(new_file=True)  # asked again before the file was begun
    assert not waiting.state_wanted
    waiting.add(entry("three"))
    waiting.add_state(2, 2, "time", STATE)

    first = waiting.take()
    assert (list(first.rows), first.begins_file, len(first.states)) == ([1, 2], False, 0)
    assert waiting.pending == 3
    assert [row.id for row in waiting.snapshot()[0]] == [1, 2, 3]
    assert waiting.texts([1, 3]) == {1: "one", 3: "three"}
    assert waiting.take() is first
    assert list(first.rows) == [1, 2]  # what could not be written stays in the old file
    assert waiting.done()
    assert not waiting.wait_until_settled(0)

    second = waiting.take()
    assert (list(second.rows), second.begins_file) == ([3], True)
    assert [(taken.message, taken.reason) for taken in second.states] == [(2, "file"), (3, "time")]
    assert not waiting.done()
    assert waiting.wait_until_settled(0)
    assert waiting.pending == 0
    waiting.want_state(new_file=True)
    assert waiting.state_wanted


def test_a_new_file_may_begin_with_nothing_before_it() -> None:
    waiting = WaitingRows(100, 10_000)
    waiting.want_state(new_file=True)
    waiting.add_state(1, 1, "file", STATE)

    assert waiting.take().begins_file
    assert not waiting.done()


def test_states_that_wait_are_bounded_and_the_newest_stay() -> None:
    waiting = WaitingRows(100, 10_000)
    for number in range(50):
        waiting.add_state(number, number, "time", STATE)
        waiting.take()

    assert [taken.time_ns for taken in waiting.take().states] == list(range(30, 50))


def test_bookmarks_that_wait_are_bounded_and_counted() -> None:
    waiting = WaitingRows(3, 10_000)
    for number in range(5):
        waiting.add_bookmark(number)

    assert waiting.take().bookmarks == [0, 1, 2]
    assert waiting.lost == 2


def test_only_every_so_many_images_of_a_form_are_taken() -> None:
    waiting = WaitingRows(100, 100_000, image_every=3)
    ids = [waiting.add(entry(f"triggerimage:AAA{number}")) for number in range(7)]
    ids.append(waiting.add(entry("triggerrois:other form")))
    ids.append(waiting.add(entry("reportevent:Sample done")))
    batch = waiting.take()

    assert ids == list(range(1, 10))
    assert list(batch.rows) == [1, 4, 7, 8, 9]
    assert batch.images == {"triggerimage": (3, 4), "triggerrois": (1, 0)}
    assert (waiting.thinned, waiting.lost, batch.last_id) == (4, 0, 9)
    waiting.done()
    waiting.add(entry("triggerimage:AAA7"))
    waiting.take()
    waiting.done()
    assert waiting.wait_until_settled(0)  # one that is left out is nothing to wait for
