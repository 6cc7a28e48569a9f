"""Carries what happens on an instrument to the widgets, batched to the display's rate."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from ifcbgui.instrument import AsyncIFCBClient, Entry, InstrumentState, LinkStatus
from ifcbgui.instrument.door import CommandDoor
from ifcbgui.instrument.ticket import Ticket
from ifcbgui.session import Chronicle, Recorder, SessionEvent
from ifcbgui.session.player import Player, Position

FLUSH_INTERVAL_MS = 33
TICK_INTERVAL_MS = 1000


class Instrument(Protocol):
    """What panels are told of an instrument, be it live or replayed."""

    @property
    def state(self) -> InstrumentState:
        """Its state."""

    @property
    def link(self) -> LinkStatus:
        """The link to it."""

    @property
    def last_heard_ns(self) -> int | None:
        """Monotonic time of its last sign of life, or None."""

    @property
    def missing(self) -> int:
        """How many of its message numbers never came."""

    @property
    def protocol(self) -> str:
        """Name of the encoding of its messages, or ""."""


class Bridge(QObject):
    """One per window; attached to one client and its recorder, or to one replay, at a time.

    An entry goes to the recorder first, at the moment it arrives, and waits here for the next
    flush. Nothing is held up by a slow display, and nothing is shown that was not recorded.
    Events of the link wait with the entries, in the order in which all of them happened.

    Of a replay there is neither recorder nor door: nothing of it is recorded again, and nothing
    can be sent.

    Signals:
        rows_added: What is new, oldest first: a list of ``(row id, Entry)`` and, for what is no
            message, ``(0, SessionEvent)``.
        tickets_changed: Commands to which something has happened: a list of `Ticket`, each
            once, none before its message was in ``rows_added``.
        state_changed: The instrument's state after them.
        link_changed: The link, at once.
        tick: Once a second, for ages.
        jumped: The clock of a replay has jumped; what was counted from message to message no
            longer holds. State and link of the new moment follow.
        detached: The client or the replay has gone; what was shown of it is the past.
    """

    rows_added = Signal(list)
    tickets_changed = Signal(list)
    state_changed = Signal(object)
    link_changed = Signal(object)
    tick = Signal()
    jumped = Signal()
    detached = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._instrument: Instrument | None = None
        self._player: Player | None = None
        self._recorder: Recorder | None = None
        self._door: CommandDoor | None = None
        self._waiting: list[tuple[int, Entry | SessionEvent]] = []
        self._tickets: dict[int, Ticket] = {}
        self._moved = False
        self._shown_link = LinkStatus()
        self._flush_timer = QTimer(self)
        self._flush_timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._flush_timer.setInterval(FLUSH_INTERVAL_MS)
        self._flush_timer.timeout.connect(self.flush)
        self._tick_timer = QTimer(self)
        self._tick_timer.setInterval(TICK_INTERVAL_MS)
        self._tick_timer.timeout.connect(self.tick)
        self._tick_timer.start()

    @property
    def attached(self) -> bool:
        """True while there is a client or a replay."""
        return self._instrument is not None

    @property
    def replaying(self) -> bool:
        """True while a recorded session is shown, which nothing can be sent to."""
        return self._player is not None

    @property
    def player(self) -> Player | None:
        """What plays the recorded session that is shown, if one is."""
        return self._player

    @property
    def state(self) -> InstrumentState:
        """The instrument's state, or an empty one."""
        return self._instrument.state if self._instrument else InstrumentState()

    @property
    def link(self) -> LinkStatus:
        """The link, or one that is off."""
        return self._instrument.link if self._instrument else LinkStatus()

    @property
    def last_heard_ns(self) -> int | None:
        """Monotonic time of the last sign of life, or None."""
        return self._instrument.last_heard_ns if self._instrument else None

    @property
    def missing(self) -> int:
        """How many of the host's message numbers never came on this connection."""
        return self._instrument.missing if self._instrument else 0

    @property
    def protocol(self) -> str:
        """Name of the encoding of the hub's messages, or "" without a client."""
        return self._instrument.protocol if self._instrument else ""

    def now_ns(self) -> int:
        """Return the monotonic time that ages are counted to: ours, or that of the recording."""
        return self._player.position.monotonic_ns if self._player else time.monotonic_ns()

    def utc_ns(self) -> int:
        """Return the time, ns since 1970: of this computer, or the recording's own."""
        return self._player.position.time_ns if self._player else time.time_ns()

    def attach(
        self,
        client: AsyncIFCBClient,
        recorder: Recorder,
        door: CommandDoor,
        chronicle: Chronicle,
    ) -> None:
        """Show a client, in the place of a replay if there is one.

        Args:
            client: The client; the chronicle follows it already, so that it knows first.
            recorder: Keeps each entry before anything shows it.
            door: Sees each entry, with its row id, once it is recorded.
            chronicle: Makes the events shown among the entries.
        """
        if self.replaying:
            self.detach()
        self._instrument, self._recorder, self._door = client, recorder, door
        client.add_entry_listener(self._take)
        client.add_link_listener(self._link_changed)
        door.add_listener(self._take_ticket)
        chronicle.add_listener(self._take_event)
        self._flush_timer.start()

    def attach_replay(self, player: Player) -> None:
        """Show a recorded session; the window must not be attached to a client."""
        self._instrument = self._player = player
        self._shown_link = LinkStatus()
        player.add_entry_listener(self._take_replayed)
        player.add_move_listener(self._player_moved)
        player.add_seek_listener(self._player_jumped)
        self._player_jumped(player.position)
        self._flush_timer.start()

    def detach(self) -> None:
        """Let go of the client or the replay; what is still waiting is shown first."""
        self.flush()
        self._flush_timer.stop()
        self._instrument = self._player = self._recorder = self._door = None
        self.detached.emit()

    def _take(self, entry: Entry) -> None:
        if self._recorder is None or self._door is None:
            return
        row_id = self._recorder.record(entry)
        self._waiting.append((row_id, entry))
        self._door.watch(entry, row_id)

    def _take_event(self, event: SessionEvent) -> None:
        if self._door is not None:
            self._waiting.append((0, event))

    def _take_ticket(self, ticket: Ticket) -> None:
        if self._door is not None and ticket.row_id is not None:
            self._tickets[ticket.row_id] = ticket

    def _take_replayed(self, batch: Sequence[tuple[int, Entry | SessionEvent]]) -> None:
        if self._player is not None:
            self._waiting.extend(batch)

    def _player_moved(self, _position: Position) -> None:
        self._moved = True

    def _player_jumped(self, _position: Position) -> None:
        if self._player is None:
            return
        self._waiting.clear()
        self.jumped.emit()
        self._show_moment()

    def _show_moment(self) -> None:
        """Show link and state of a replay, as they were at the moment it has come to."""
        self._moved = False
        link = self.link
        if link != self._shown_link:
            self._shown_link = link
            self.link_changed.emit(link)
        self.state_changed.emit(self.state)

    def _link_changed(self, status: LinkStatus) -> None:
        self.show_state()  # after a sleep of the computer all of it is that much older
        self.link_changed.emit(status)

    @Slot()
    def flush(self) -> None:
        """Hand on what has come since the last flush."""
        if self._waiting:
            batch, self._waiting = self._waiting, []
            self.rows_added.emit(batch)
            if self._player is None:
                self.state_changed.emit(self.state)
        if self._moved and self._player is not None:
            self._show_moment()
        if self._tickets:
            tickets, self._tickets = self._tickets, {}
            self.tickets_changed.emit(list(tickets.values()))

    def show_state(self) -> None:
        """Show the state once more: it can change without a message, as by a refused command."""
        self.flush()
        self.state_changed.emit(self.state)
