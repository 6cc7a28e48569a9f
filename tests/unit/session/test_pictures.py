"""Pictures come from memory while they are there, and from the session afterwards."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

import pytest

from ifcbgui.instrument.imaging.pictures import PictureError, read_grey
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session import SessionError
from ifcbgui.session.pictures import PictureStore
from tests.helpers.roi_pictures import grey_png, roi_message

FRAME = grey_png(16, 8, 90)


class Session:
    """Texts by number, which notes what it is asked for."""

    def __init__(self, texts: Mapping[int, str] | None = None) -> None:
        self.texts = dict(texts or {})
        self.asked: list[int] = []
        self.error: Exception | None = None

    def __call__(self, row_ids: Sequence[int]) -> Mapping[int, str]:
        self.asked += row_ids
        if self.error:
            raise self.error
        return {row_id: self.texts[row_id] for row_id in row_ids if row_id in self.texts}


def test_what_has_just_come_needs_no_session() -> None:
    session = Session()
    store = PictureStore(session)
    store.remember(3, parse_message(roi_message(grey_png(8, 6, 10), grey_png(4, 2, 20))))
    assert read_grey(store.png(3, 0)).shape == (6, 8)
    assert read_grey(store.png(3, 1)).shape == (2, 4)
    assert session.asked == []


def test_what_memory_does_not_have_is_read_from_the_session_once() -> None:
    session = Session({5: roi_message(grey_png(8, 6, 10), grey_png(4, 2, 20))})
    store = PictureStore(session)
    assert read_grey(store.png(5, 1))[0, 0] == 20
    assert read_grey(store.png(5, 0))[0, 0] == 10
    assert session.asked == [5]


def test_a_frame_is_no_region() -> None:
    session = Session({2: "triggerimage:" + base64.b64encode(FRAME).decode()})
    store = PictureStore(session)
    assert store.frame(2) == FRAME
    with pytest.raises(PictureError, match="no picture 1"):
        store.png(2, 0)
    store.remember(3, parse_message(roi_message(FRAME)))
    with pytest.raises(PictureError, match="no frame"):
        store.frame(3)


def test_signals_beside_the_pictures_do_not_confuse() -> None:
    text = roi_message(FRAME).removeprefix("triggerrois:")
    session = Session({2: f"triggercontent:daq:PeakA:0.500:rois:{text}"})
    assert PictureStore(session).png(2, 0) == FRAME


@pytest.mark.parametrize("index", [-1, 1])
def test_a_place_that_the_message_does_not_have(index: int) -> None:
    store = PictureStore(Session({5: roi_message(FRAME)}))
    with pytest.raises(PictureError, match="no picture"):
        store.png(5, index)


@pytest.mark.parametrize(
    "text", ["valuechanged:pausestate:0", "triggerrois:2:1:2:AAAA", "triggerimage:?", ""]
)
def test_a_message_without_pictures(text: str) -> None:
    store = PictureStore(Session({5: text}))
    with pytest.raises(PictureError):
        store.png(5, 0)
    with pytest.raises(PictureError):
        store.frame(5)


def test_a_message_that_the_session_lost() -> None:
    with pytest.raises(PictureError, match="does not have message 9"):
        PictureStore(Session()).png(9, 0)


@pytest.mark.parametrize("error", [SessionError("It is damaged."), OSError("no disk")])
def test_a_session_that_cannot_be_read(error: Exception) -> None:
    session = Session()
    session.error = error
    with pytest.raises(PictureError, match="cannot be read"):
        PictureStore(session).png(1, 0)


def test_the_oldest_go_first_and_what_is_looked_at_stays() -> None:
    size = len(FRAME)
    session = Session({row_id: roi_message(FRAME) for row_id in (1, 2, 3, 4)})
    store = PictureStore(session, most_bytes=3 * size)
    for row_id in (1, 2, 3):
        store.remember(row_id, parse_message(roi_message(FRAME)))
    store.png(1, 0)
    store.remember(4, parse_message(roi_message(FRAME)))
    for row_id in (1, 3, 4):
        store.png(row_id, 0)
    assert session.asked == []
    store.png(2, 0)
    assert session.asked == [2]


def test_a_message_remembered_twice_counts_once() -> None:
    session = Session()
    store = PictureStore(session, most_bytes=2 * len(FRAME))
    for row_id in (1, 2, 2, 2):
        store.remember(row_id, parse_message(roi_message(FRAME)))
    assert store.png(1, 0) == FRAME
    assert session.asked == []


def test_a_picture_too_large_for_memory_is_still_handed_out() -> None:
    session = Session({1: roi_message(FRAME)})
    store = PictureStore(session, most_bytes=10)
    assert store.png(1, 0) == store.png(1, 0) == FRAME
    assert session.asked == [1, 1]


def test_another_session_has_other_pictures_under_the_same_numbers() -> None:
    session = Session({1: roi_message(grey_png(2, 2, 7))})
    store = PictureStore(session)
    store.remember(1, parse_message(roi_message(grey_png(2, 2, 9))))
    store.clear()
    assert read_grey(store.png(1, 0))[0, 0] == 7


def test_what_was_read_of_a_session_that_is_gone_is_not_kept() -> None:
    texts = Session({1: roi_message(grey_png(2, 2, 7))})

    def change_session(row_ids: Sequence[int]) -> Mapping[int, str]:
        old = texts(row_ids)
        if len(texts.asked) == 1:
            store.clear()
            texts.texts[1] = roi_message(grey_png(2, 2, 9))
        return old

    store = PictureStore(change_session)
    store.png(1, 0)
    assert read_grey(store.png(1, 0))[0, 0] == 9
