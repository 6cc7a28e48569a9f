"""Takes snapshots of an instrument's state, so that a session can be replayed from anywhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

from ifcbgui.instrument.entry import Entry
from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.recorder import Recorder

EVERY_NS: Final = 600 * 1_000_000_000
EVERY_MESSAGES: Final = 20_000
_VERSION: Final = "valuechanged:hostversion:"


class Subject(Protocol):
    """What a keeper needs of a client."""

    @property
    def state(self) -> InstrumentState:
        """Everything the instrument has said so far."""

    def add_entry_listener(self, listener: Callable[[Entry], None]) -> None:
        """Call a function with every entry, before the state has seen it."""

    def add_link_listener(self, listener: Callable[[LinkStatus], None]) -> None:
        """Call a function with every new `LinkStatus`."""


class SnapshotKeeper:
    """Has the recorder keep the state at the start, then every now and then, and at the end.

    It must listen to the client before the recorder does: when a message comes neither the
    recorder nor the state has it then, so the two agree on what the newest one is.

    Args:
        recorder: Keeps the snapshots.
        client: Whose state it is.
    """

    def __init__(self, recorder: Recorder, client: Subject) -> None:
        self._recorder = recorder
        self._client = client
        self._online = False
        self._messages = 0
        self._taken_ns = 0
        self._take("start")
        client.add_entry_listener(self._entry_comes)
        client.add_link_listener(self._link_changed)

    def end(self) -> None:
        """Keep the state as it is at the end of the recording."""
        self._take("end")

    def _entry_comes(self, entry: Entry) -> None:
        if self._recorder.state_wanted:
            self._take("file")
        elif self._messages >= EVERY_MESSAGES:
            self._take("messages")
        elif entry.monotonic_ns - self._taken_ns >= EVERY_NS:
            self._take("time")
        if entry.message.text.startswith(_VERSION):  # to ask the state each time would cost more
            self._recorder.describe("host_version", entry.message.text.removeprefix(_VERSION))
        self._messages += 1

    def _link_changed(self, status: LinkStatus) -> None:
        if status.online and not self._online:
            self._take("connected")
        self._online = status.online

    def _take(self, reason: str) -> None:
        self._recorder.snapshot(self._client.state, reason)
        self._messages = 0
        self._taken_ns = time.monotonic_ns()
