"""Carries what happens on an instrument to the widgets, batched to the display's rate."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from ifcbgui.instrument import AsyncIFCBClient, Entry, InstrumentState, LinkStatus
from ifcbgui.instrument.door import CommandDoor
from ifcbgui.instrument.ticket import Ticket
from ifcbgui.session import Chronicle, Recorder, SessionEvent

FLUSH_INTERVAL_MS = 33
TICK_INTERVAL_MS = 1000


class Bridge(QObject):
    """One per window; attached to one client and its recorder at a time.

    An entry goes to the recorder first, at the moment it arrives, and waits here for the next
    flush. Nothing is held up by a slow display, and nothing is shown that was not recorded.
    Events of the link wait with the entries, in the order in which all of them happened.

    Signals:
        rows_added: What is new, oldest first: a list of ``(row id, Entry)`` and, for what is no
            message, ``(0, SessionEvent)``.
        tickets_changed: Commands to which something has happened: a list of `Ticket`, each
            once, none before its message was in ``rows_added``.
        state_changed: The instrument's state after them.
        link_changed: The link, at once.
        tick: Once a second, for ages.
        detached: The client has gone; what was shown of it is the past.
    """

    rows_added = Signal(list)
    tickets_changed = Signal(list)
    state_changed = Signal(object)
    link_changed = Signal(object)
    tick = Signal()
    detached = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client: AsyncIFCBClient | None = None
        self._recorder: Recorder | None = None
        self._door: CommandDoor | None = None
        self._waiting: list[tuple[int, Entry | SessionEvent]] = []
        self._tickets: dict[int, Ticket] = {}
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
        """True while there is a client."""
        return self._client is not None

    @property
    def state(self) -> InstrumentState:
        """The instrument's state, or an empty one."""
        return self._client.state if self._client else InstrumentState()

    @property
    def link(self) -> LinkStatus:
        """The link, or one that is off."""
        return self._client.link if self._client else LinkStatus()

    @property
    def last_heard_ns(self) -> int | None:
        """Monotonic time of the last sign of life, or None."""
        return self._client.last_heard_ns if self._client else None

    @property
    def missing(self) -> int:
        """How many of the host's message numbers never came on this connection."""
        return self._client.missing if self._client else 0

    @property
    def protocol(self) -> str:
        """Name of the encoding of the hub's messages, or "" without a client."""
        return self._client.protocol if self._client else ""

    def now_ns(self) -> int:
        """Return the monotonic time that ages are counted to."""
        return time.monotonic_ns()

    def attach(
        self,
        client: AsyncIFCBClient,
        recorder: Recorder,
        door: CommandDoor,
        chronicle: Chronicle,
    ) -> None:
        """Show a client.

        Args:
            client: The client; the chronicle follows it already, so that it knows first.
            recorder: Keeps each entry before anything shows it.
            door: Sees each entry, with its row id, once it is recorded.
            chronicle: Makes the events shown among the entries.
        """
        self._client, self._recorder, self._door = client, recorder, door
        client.add_entry_listener(self._take)
        client.add_link_listener(self._link_changed)
        door.add_listener(self._take_ticket)
        chronicle.add_listener(self._take_event)
        self._flush_timer.start()

    def detach(self) -> None:
        """Let go of the client; what is still waiting is shown first."""
        self.flush()
        self._flush_timer.stop()
        self._client = self._recorder = self._door = None
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

    def _link_changed(self, status: LinkStatus) -> None:
        self.show_state()  # after a sleep of the computer all of it is that much older
        self.link_changed.emit(status)

    @Slot()
    def flush(self) -> None:
        """Hand on what has come since the last flush."""
        if self._waiting:
            batch, self._waiting = self._waiting, []
            self.rows_added.emit(batch)
            self.state_changed.emit(self.state)
        if self._tickets:
            tickets, self._tickets = self._tickets, {}
            self.tickets_changed.emit(list(tickets.values()))

    def show_state(self) -> None:
        """Show the state once more: it can change without a message, as by a refused command."""
        self.flush()
        self.state_changed.emit(self.state)
