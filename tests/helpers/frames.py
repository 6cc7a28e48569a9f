"""An instrument's camera for tests: frames and regions come as messages, into a history."""

from __future__ import annotations

import base64

import numpy as np

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.imaging.pictures import Grey
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.history import History
from ifcbgui.session.pictures import PictureStore
from ifcbgui.simulator.png import encode_png

S = 1_000_000_000
START_NS = 1_773_513_000 * S


def speckled(width: int = 136, height: int = 102, seed: int = 1) -> Grey:
    """Return grey values, no two rows alike."""
    rng = np.random.default_rng(seed)
    return rng.integers(1, 255, (height, width), np.uint8)


def cell() -> Grey:
    """Return a dark square in the light, with edges to be measured."""
    grey = np.full((24, 40), 180, np.uint8)
    grey[8:16, 12:28] = 60
    return grey


class CameraFeed:
    """Says what an instrument says of its triggers, one a second, and keeps it like a session.

    Attributes:
        history: What came of it.
        store: Its pictures; nothing is remembered, all are read from the session.
        texts: The session: texts by message id.
        asked: Ids of messages that were read.
    """

    def __init__(self) -> None:
        self.history = History()
        self.texts: dict[int, str] = {}
        self.asked: list[int] = []
        self.store = PictureStore(self._texts_of)
        self.now_ns = START_NS

    def _texts_of(self, ids: object) -> dict[int, str]:
        wanted = list(ids)  # type: ignore[call-overload]
        self.asked += wanted
        return {number: self.texts[number] for number in wanted if number in self.texts}

    def say(self, text: str) -> int:
        """Let a message come; return its id."""
        row_id = len(self.texts) + 1
        self.texts[row_id] = text
        message = parse_message(text)
        self.history.take(row_id, Entry(message, Direction.IN, self.now_ns, 0))
        return row_id

    def trigger(self, number: int, png: bytes | None = None, *places: tuple[int, int]) -> int:
        """Let a trigger come, with a frame and regions; return the id of the frame's message."""
        self.now_ns += S
        self.say(f"triggerchanged:{number}:processed:{len(places)}:{number}:{number}")
        file = encode_png(speckled(seed=number)) if png is None else png
        frame = self.say(f"triggerimage:{base64.b64encode(file).decode()}")
        if places:
            roi = base64.b64encode(encode_png(cell())).decode()
            regions = ":".join(f"{top}:{left}:{roi}" for left, top in places)
            self.say(f"triggerrois:{len(places)}:{regions}")
        return frame

    def begin_anew(self) -> None:
        """Be another session, whose numbers are the same."""
        self.texts.clear()
        self.history.clear()
        self.store.clear()
