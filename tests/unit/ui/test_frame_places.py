"""Where in a frame its regions are: of its own trigger, and near in time."""

from __future__ import annotations

import math

from ifcbgui.instrument.imaging.tables import ROI, TRIGGER, Table
from ifcbgui.ui.models.frame_places import Box, Places, places_in
from ifcbgui.ui.models.frame_reel import FrameRow

S = 1_000_000_000
FRAME = FrameRow(0, 50, 1000 * S, 7)
NAN = (math.nan,) * 4


def tables() -> tuple[Table, Table]:
    return Table(ROI, 1000), Table(TRIGGER, 1000)


def roi(rois: Table, trigger: int, at_s: float, left: int = 800) -> None:
    rois.append((60, 0, round(at_s * S), trigger, left, 300, 64, 48, *NAN))


def trigger(triggers: Table, number: int, at_s: float, left: int, top: int) -> None:
    triggers.append((40, round(at_s * S), number, 1, left, top, *NAN, *NAN))


def test_boxes_of_its_own_trigger() -> None:
    rois, triggers = tables()
    for number, at_s in ((6, 999.9), (7, 1000.0), (7, 1000.1), (8, 1000.4)):
        roi(rois, number, at_s, left=800 + len(rois))
    trigger(triggers, 7, 1000, 801, 300)
    assert places_in(FRAME, rois, triggers) == Places(
        (Box(1, 801, 300, 64, 48), Box(2, 802, 300, 64, 48))
    )


def test_the_same_number_of_another_sample_is_another_trigger() -> None:
    rois, triggers = tables()
    roi(rois, 7, 980)
    trigger(triggers, 7, 980, 801, 300)
    roi(rois, 7, 1020)
    assert places_in(FRAME, rois, triggers) == Places()


def test_only_graphchanged_told_of_a_place() -> None:
    rois, triggers = tables()
    trigger(triggers, 7, 1000, 801, 300)
    assert places_in(FRAME, rois, triggers) == Places((), (801, 300))


def test_nowhere_is_no_place() -> None:
    rois, triggers = tables()
    trigger(triggers, 7, 1000, -1, -1)
    assert places_in(FRAME, rois, triggers) == Places()


def test_a_frame_without_a_number_has_no_places() -> None:
    rois, triggers = tables()
    roi(rois, 0, 1000)
    assert places_in(FrameRow(0, 50, 1000 * S, 0), rois, triggers) == Places()


def test_numbers_go_on_when_old_rows_have_gone() -> None:
    rois, triggers = Table(ROI, 8), Table(TRIGGER, 8)
    for number in range(1, 8):
        roi(rois, number, 993 + number)
    for _ in range(5):
        roi(rois, 9, 1001)
    assert rois.first > 0
    assert [box.number for box in places_in(FRAME, rois, triggers).boxes] == [6]
