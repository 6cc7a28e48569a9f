"""A finished or broken-off session to be played again: its states, its link, its landmarks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from heapq import merge
from pathlib import Path
from types import TracebackType
from typing import Self

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.reducer import kinds_without_state, reduce_state
from ifcbgui.instrument.run_tracking import withdraw_request
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.instrument.ticket import Fate, Ticket
from ifcbgui.session.errors import SessionError
from ifcbgui.session.landmarks import Mark, MarkKind, StateMarks, mark_of_event
from ifcbgui.session.past_commands import tickets_of
from ifcbgui.session.reader import SessionReader
from ifcbgui.session.records import EventKind, SessionEvent
from ifcbgui.session.snapshots import SnapshotError, state_from_json

# The kinds that begin, end and pause what an instrument does.
_LANDMARK_KINDS = ("acquisition", "command", "interactive", "report")
_LOG_PAGE = 500


class StateFollower:
    """Follows the state from message to message, as the client did when they came.

    Args:
        session: What is followed.
        state: The state to begin with.
        after_ns: Recording's monotonic time of that state.
    """

    def __init__(self, session: ReplaySession, state: InstrumentState, after_ns: int = 0) -> None:
        self.state = state
        self._refusals = session.refusals
        self._next = bisect_right([at_ns for at_ns, _ in self._refusals], after_ns)

    def take(self, entry: Entry) -> None:
        """Go on by one message."""
        while self._next < len(self._refusals) and (
            self._refusals[self._next][0] <= entry.monotonic_ns
        ):
            self.state = withdraw_request(self.state, self._refusals[self._next][1])
            self._next += 1
        self.state = reduce_state(self.state, entry)


class ReplaySession:
    """A session open for replay. Use it in the thread that made it.

    Attributes:
        path: The file.
        first_id: Id of the first message.
        last_id: Id of the last one.
        first: The first message.
        last: The last one.
        refusals: (monotonic time, command) of the commands that the hub refused, in order.
    """

    def __init__(self, path: Path) -> None:
        """Open a session.

        Raises:
            SessionError: If it is none, or holds no message that can be read.
        """
        self.path = path
        self._reader = SessionReader(path)
        try:
            self.first_id, self.first = self._one(self._reader.entries(batch=1))
            self.last_id, self.last = self._one(self._reader.entries(self._reader.last_id()))
        except BaseException:
            self._reader.close()
            raise
        self._events = sorted(self._reader.events(), key=lambda event: event.monotonic_ns)
        self._told = [event for event in self._events if event.kind != EventKind.COMMAND]
        self._links = _links(self._events)
        self.refusals = self._read_refusals()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    @property
    def serial(self) -> str:
        """The instrument's serial number."""
        return self._reader.info().serial

    def entries(self, start_id: int = 1, *, batch: int = 2000) -> Iterator[tuple[int, Entry]]:
        """Yield messages from an id on, read in batches of so many."""
        return self._reader.entries(start_id, batch=batch)

    @property
    def reader(self) -> SessionReader:
        """The file; for the thread that made this alone."""
        return self._reader

    def entry(self, message_id: int) -> tuple[int, Entry]:
        """Return a message with its id; where it is missing, the next one or the last."""
        found = next(self._reader.entries(message_id, batch=1), None)
        return found or (self.last_id, self.last)

    def id_at(self, time_ns: int) -> int:
        """Return the id of the newest message that had come by a time (UTC); at least the first."""
        return max(self._reader.id_at(time_ns), self.first_id)

    def id_before(self, message_id: int) -> int:
        """Return the id of the message before another one; that of the first has none before."""
        return max(self._reader.id_before(message_id), self.first_id)

    def heard_before(self, at: tuple[int, Entry]) -> int:
        """Return the monotonic time of the newest message heard by one, or of the first of all."""
        message_id, entry = at
        while entry.direction is not Direction.IN and message_id > self.first_id:
            message_id = self._reader.id_before(message_id)
            entry = self.entry(message_id)[1]
        return entry.monotonic_ns

    def follower_at(self, message_id: int) -> StateFollower:
        """Return the state right after a message, ready to be followed on.

        Costs reading from the snapshot before it, at most some minutes of the recording, and of
        that only what can change the state.
        """
        start_id, follower = self._newest_snapshot(message_id)
        skipped = kinds_without_state()
        for _, entry in self._reader.entries(start_id, message_id + 1, without=skipped):
            follower.take(entry)
        return follower

    def events_between(self, after_ns: int, until_ns: int) -> list[SessionEvent]:
        """Return what was no message, after one moment and up to another (monotonic time)."""
        first, stop = (
            bisect_right(self._told, at_ns, key=lambda event: event.monotonic_ns)
            for at_ns in (after_ns, until_ns)
        )
        return self._told[first:stop]

    def state_at(self, message_id: int) -> InstrumentState:
        """Return the state right after a message."""
        return self.follower_at(message_id).state

    def link_at(self, monotonic_ns: int) -> LinkStatus:
        """Return the link as it stood at a moment of the recording's monotonic clock."""
        place = bisect_right(self._links, monotonic_ns, key=lambda status: status.since_ns)
        return self._links[max(place - 1, 0)]

    def log_rows(self) -> Iterator[tuple[int, Entry | SessionEvent]]:
        """Yield all that a log shows: messages with their ids and, with 0, what else happened."""
        told: Iterator[tuple[int, Entry | SessionEvent]] = ((0, event) for event in self._told)
        return merge(
            self._reader.entries(batch=_LOG_PAGE), told, key=lambda row: row[1].monotonic_ns
        )

    def tickets(self) -> list[Ticket]:
        """Return what became of the commands."""
        return tickets_of(self._events, self.entry)

    def marks(self) -> list[Mark]:
        """Return the landmarks in order of time. Takes a while in a long session."""
        follower = StateFollower(self, InstrumentState())
        marks = [
            *self.runs_from(follower, self.first_id),
            *self._marks_of_events(),
            *self._marks_of_bookmarks(),
        ]
        return sorted(marks, key=lambda mark: mark.time_ns)

    def runs_from(
        self, follower: StateFollower, start_id: int, stop_id: int | None = None
    ) -> Iterator[Mark]:
        """Yield the landmarks that states tell: runs and pauses.

        Args:
            follower: Holds the state before the first message, and follows it.
            start_id: The first message.
            stop_id: The message before which to stop; None: at the end.
        """
        marks = StateMarks()
        yield from marks.take(follower.state, 0)
        for message_id, entry in self._reader.entries(start_id, stop_id, only=_LANDMARK_KINDS):
            follower.take(entry)
            yield from marks.take(follower.state, message_id)

    def _one(self, entries: Iterator[tuple[int, Entry]]) -> tuple[int, Entry]:
        found = next(entries, None)
        if found is None:
            raise SessionError(f"{self.path} holds no messages.", "There is nothing to replay.")
        return found

    def _read_refusals(self) -> list[tuple[int, Entry]]:
        refused = [
            event
            for event in self._events
            if event.kind == EventKind.COMMAND and event.text.startswith(Fate.REFUSED)
        ]
        return [
            (event.monotonic_ns, self.entry(event.message)[1])
            for event in refused
            if event.message is not None
        ]

    def _newest_snapshot(self, message_id: int) -> tuple[int, StateFollower]:
        """Return a state from before a message, and the first message that it has not seen."""
        snapshot = self._reader.snapshot_before(message_id)
        if snapshot is not None:
            try:
                state = state_from_json(snapshot.state.encode())
            except SnapshotError:
                pass  # all messages together say the same
            else:
                return snapshot.message + 1, StateFollower(self, state, snapshot.monotonic_ns)
        return self.first_id, StateFollower(self, InstrumentState())

    def _marks_of_events(self) -> Iterable[Mark]:
        for event in self._events:
            if mark := mark_of_event(event, 0):
                yield replace(mark, message_id=self._reader.id_at(event.time_ns))

    def _marks_of_bookmarks(self) -> Iterable[Mark]:
        for bookmark in self._reader.bookmarks():
            yield Mark(MarkKind.BOOKMARK, bookmark.time_ns, bookmark.message, bookmark.note)


def _links(events: Iterable[SessionEvent]) -> list[LinkStatus]:
    """Return the link from before the first event on, each status since its event."""
    links = [LinkStatus(LinkState.CONNECTING)]
    for event in events:
        at_ns = event.monotonic_ns
        if event.kind == EventKind.CONNECTED:
            links.append(LinkStatus(LinkState.ONLINE, since_ns=at_ns, online_since_ns=at_ns))
        elif event.kind == EventKind.LOST:
            links.append(LinkStatus(LinkState.RECONNECTING, 1, error=event.text, since_ns=at_ns))
    return links
