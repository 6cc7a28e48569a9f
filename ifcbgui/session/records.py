"""What a session is made of: messages, events, bookmarks, and states of the instrument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from ifcbgui.instrument.entry import JsonScalar


class EventKind(StrEnum):
    """What an event of a session is: a note is the program's, a remark the operator's."""

    CONNECTED = "connected"
    LOST = "lost"
    NOTE = "note"
    REMARK = "remark"
    PROBLEM = "problem"
    GAP = "gap"
    COMMAND = "command"


class SessionRow(NamedTuple):
    """One message of a session, as the view ``messages`` has it.

    Attributes:
        id: 1, 2, 3, ... in order of arrival.
        time_ns: UTC, nanoseconds since 1970.
        direction: ``in`` or ``out``.
        sender: The sender as the host gave it.
        source: The source as the host gave it.
        seqno: The host's own number, or None.
        text: Exactly as on the wire.
    """

    id: int
    time_ns: int
    direction: str
    sender: JsonScalar
    source: JsonScalar
    seqno: int | None
    text: str


class SessionEvent(NamedTuple):
    """Something other than a message that a session has to tell.

    Attributes:
        kind: One of `EventKind`; a later program may have more.
        time_ns: UTC, nanoseconds since 1970.
        monotonic_ns: ``time.monotonic_ns()`` of the same moment.
        text: One or more sentences; of a command ``fate: detail``, the fate one of
            `ifcbgui.instrument.ticket.Fate`.
        message: Id of the message it is about, or None.
    """

    kind: str
    time_ns: int
    monotonic_ns: int
    text: str
    message: int | None = None


class Bookmark(NamedTuple):
    """A message that somebody wants to find again.

    Attributes:
        id: When it was made, UTC, nanoseconds since 1970; no two are the same.
        message: Id of the message.
        time_ns: UTC of the message, nanoseconds since 1970; the store looks it up.
        note: Why, in the operator's words; may be empty.
    """

    id: int
    message: int
    time_ns: int
    note: str


class Snapshot(NamedTuple):
    """The state of an instrument at some moment of a session.

    Attributes:
        message: Id of the newest message that the state has seen; 0 before the first.
        time_ns: UTC, nanoseconds since 1970.
        monotonic_ns: ``time.monotonic_ns()`` of the same moment.
        reason: Why it was taken.
        state: The state as `ifcbgui.session.snapshots` writes it.
    """

    message: int
    time_ns: int
    monotonic_ns: int
    reason: str
    state: str


BookmarkChange = Bookmark | int
"""A bookmark to put, or to replace by its id; or the id of one to take away."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What is written together with messages and events.

    Attributes:
        snapshots: States of the instrument.
        bookmarks: Changes of bookmarks, in order.
        meta: What the session says of itself from now on.
    """

    snapshots: Sequence[Snapshot] = ()
    bookmarks: Sequence[BookmarkChange] = ()
    meta: Mapping[str, str | int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.snapshots or self.bookmarks or self.meta)
