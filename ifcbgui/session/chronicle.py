"""Tells when the connection came, when it went and for how long, what was lost, how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from ifcbgui.instrument.handlers import call_listeners
from ifcbgui.instrument.link import LinkState, LinkStatus, length_text
from ifcbgui.instrument.numbering import MissingNumbers
from ifcbgui.instrument.ticket import Fate, Ticket
from ifcbgui.session.recorder import Recorder
from ifcbgui.session.records import EventKind, SessionEvent

EventListener = Callable[[SessionEvent], None]

_ENDED = (LinkState.OFF, LinkState.FAILED)


class Subject(Protocol):
    """What a chronicle needs of a client."""

    def add_link_listener(self, listener: Callable[[LinkStatus], None]) -> None:
        """Call a function with every new `LinkStatus`."""

    def add_missing_listener(self, listener: Callable[[MissingNumbers], None]) -> None:
        """Call a function with every `MissingNumbers`."""


class Chronicle:
    """Makes events of a client's link and of its numbers; the session and the log share them.

    ``connected`` stands for every sign-on, after a loss with its length; ``lost`` for every loss
    of a connection that stood, with the reason; ``gap`` for numbers that never came; ``note``
    for the end: asked for, for good, or before there ever was a connection. Attempts in
    between, and a link that falls silent for a while, are no events. ``problem`` stands for
    a command that never left.

    The session alone gets ``command``: what became of a command, with its message's id.

    Args:
        recorder: Takes the events.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._listeners: list[EventListener] = []
        self._under_way = False
        self._online = False
        self._was_online = False
        self._error: str | None = None
        # Monotonic time of the loss, earlier by what that clock left out; None while there is none.
        self._lost_ns: int | None = None

    def add_listener(self, listener: EventListener) -> None:
        """Call a function with every event, once the recorder has it."""
        self._listeners.append(listener)

    def follow(self, client: Subject) -> None:
        """Listen to a client, before it connects."""
        client.add_missing_listener(self.numbers_missing)
        client.add_link_listener(self.link_changed)

    def tell(self, kind: str, text: str) -> None:
        """Keep an event that happens now, and hand it on.

        Args:
            kind: One of `EventKind`.
            text: What happened, one or more sentences; no secrets.
        """
        event = SessionEvent(str(kind), time.time_ns(), time.monotonic_ns(), text)
        self._recorder.event(event.kind, event.text, event.time_ns)
        call_listeners(self._listeners, event)

    def note(self, text: str) -> None:
        """Keep what the operator has to say now, and hand it on."""
        call_listeners(self._listeners, self._recorder.note(text))

    def numbers_missing(self, missing: MissingNumbers) -> None:
        """Take numbers that never came; for the client's `add_missing_listener`."""
        self.tell(EventKind.GAP, str(missing))

    def command_changed(self, ticket: Ticket) -> None:
        """Take what has happened to a command last; for the door's `add_listener`."""
        step = ticket.steps[-1]
        if ticket.row_id is None:
            self.tell(EventKind.PROBLEM, step.detail)
        elif step.fate is not Fate.SENT:  # of that the message itself tells
            text = f"{step.fate}: {step.detail}" if step.detail else str(step.fate)
            time_ns = ticket.sent_ns + step.after_ns
            self._recorder.event(EventKind.COMMAND, text, time_ns, ticket.row_id)

    def link_changed(self, status: LinkStatus) -> None:
        """Take the new status; for the client's `add_link_listener`, before it connects."""
        self._error = status.error or self._error
        if self._lost_ns is not None:
            self._lost_ns -= status.dead_for_ns
        if status.online and not self._online:
            self.tell(EventKind.CONNECTED, self._beginning(status.since_ns))
            self._was_online = True
            self._error = self._lost_ns = None
        elif self._online and not status.online and status.state is not LinkState.OFF:
            self._lost_ns = status.since_ns - status.dead_for_ns
            self.tell(EventKind.LOST, status.error or "The connection was lost.")
        if status.state in _ENDED and self._under_way:
            self.tell(EventKind.NOTE, self._ending(status))
            self._was_online = False
            self._error = self._lost_ns = None
        self._online = status.online
        self._under_way = status.state not in _ENDED

    def _beginning(self, now_ns: int) -> str:
        if self._lost_ns is None:
            return "Signed on."
        length = length_text(now_ns - self._lost_ns)
        return f"Signed on again after {length} without a connection."

    def _ending(self, status: LinkStatus) -> str:
        text = self._how_it_ended(status.state)
        if self._lost_ns is not None and status.since_ns > self._lost_ns:
            text += f" By then it had been lost for {length_text(status.since_ns - self._lost_ns)}."
        return text

    def _how_it_ended(self, state: LinkState) -> str:
        reason = self._error or "no reason is known."
        if state is LinkState.FAILED:
            what = (
                "The connection ended for good" if self._was_online else "No connection came about"
            )
            return f"{what}: {reason}"
        if self._was_online:
            return "Disconnected."
        attempt = f" The last attempt: {self._error}" if self._error else ""
        return f"Disconnected before a connection came about.{attempt}"
