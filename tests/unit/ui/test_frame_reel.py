"""Which frame is looked at: the newest, or the one that was kept."""

from __future__ import annotations

import pytest

from ifcbgui.instrument.imaging.tables import FRAME, Table
from ifcbgui.ui.models.frame_reel import FrameReel, FrameRow, file_stem

S = 1_000_000_000


@pytest.fixture
def frames() -> Table:
    return Table(FRAME, 8)


def come(frames: Table, *triggers: int) -> None:
    for trigger in triggers:
        frames.append((100 + trigger, trigger * S, trigger))


def row(trigger: int) -> FrameRow:
    return FrameRow(trigger - 1, 100 + trigger, trigger * S, trigger)


def test_it_goes_with_the_newest_and_counts_those_it_passed(frames: Table) -> None:
    reel = FrameReel(frames)
    assert reel.look()
    assert reel.wanted is None
    assert (reel.newer, reel.older, reel.count) == (0, 0, 0)
    come(frames, 1, 2)
    reel.look()
    assert reel.wanted == row(2)
    assert reel.overtaken == 0  # nobody could have seen the first
    come(frames, 3)
    reel.look()
    come(frames, 4, 5, 6)
    reel.look()
    assert reel.wanted == row(6)
    assert reel.overtaken == 2


def test_a_kept_frame_stays_and_what_came_meanwhile_is_not_passed(frames: Table) -> None:
    reel = FrameReel(frames)
    come(frames, 1, 2)
    reel.freeze(row(1))
    come(frames, 3)
    assert reel.look()
    assert (reel.wanted, reel.newer, reel.older) == (row(1), 2, 0)
    reel.resume()
    reel.look()
    assert (reel.wanted, reel.newer, reel.overtaken) == (row(3), 0, 0)


def test_steps_end_at_both_ends(frames: Table) -> None:
    reel = FrameReel(frames)
    reel.step(-1)
    assert reel.wanted is None
    come(frames, 1, 2, 3)
    reel.look()
    reel.step(-1)
    assert reel.frozen
    assert reel.wanted == row(2)
    reel.step(-5)
    assert reel.wanted == row(1)
    reel.step(9)
    assert reel.wanted == row(3)


def test_a_kept_frame_that_the_table_let_go_stays(frames: Table) -> None:
    reel = FrameReel(frames)
    come(frames, 1)
    reel.freeze(row(1))
    come(frames, *range(2, 12))
    assert frames.first > 0
    assert reel.look()
    assert (reel.wanted, reel.older, reel.newer) == (row(1), 0, 10)
    reel.step(-1)
    assert reel.wanted is not None
    assert reel.wanted.number == frames.first


def test_nothing_of_another_connection_is_kept(frames: Table) -> None:
    reel = FrameReel(frames)
    come(frames, 1, 2)
    reel.freeze(row(2))
    frames.clear()
    come(frames, 1, 2)  # the very same numbers
    reel.step(-1)
    assert reel.wanted == row(2)  # of nothing that it has not looked at
    assert not reel.look()
    assert not reel.frozen
    assert reel.wanted == row(2)
    assert reel.look()


def test_the_name_of_a_file_tells_moment_and_trigger() -> None:
    frame = FrameRow(3, 17, 1_773_513_199_752_705_588, 346)
    assert file_stem(frame) == "frame_20260314T183319.752Z_346"
