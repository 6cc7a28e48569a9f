"""What a list of sessions says of one: read from its file, which can take a while."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final

from msgspec import Struct

from ifcbgui.session.errors import SessionError
from ifcbgui.session.info import SessionInfo
from ifcbgui.session.landmarks import MarkKind
from ifcbgui.session.lock import is_held
from ifcbgui.session.reader import SessionReader
from ifcbgui.session.replay import ReplaySession

_RUNS: Final = " runs."  # how the landmark of a begun run ends


class SessionState(StrEnum):
    """How a session stands."""

    RECORDING = "recording now"
    CLOSED = "closed"
    BROKE_OFF = "broke off"
    DAMAGED = "damaged"


class SessionFacts(Struct, frozen=True):
    """What is told of a session.

    Attributes:
        state: How it stands.
        problem: What is wrong with it and what that means, or "".
        serial: Serial of the instrument.
        server: Its address, without secrets.
        start_ns: UTC of the start, nanoseconds since 1970; 0 where it cannot be read.
        end_ns: UTC of its end, or of its last message.
        messages: How many messages it holds.
        routines: The runs that are known to have begun, in order.
        notes: What the operator noted.
        bookmarks: The notes of its bookmarks, some perhaps empty.
        continues: Name of the file that it goes on from, or "".
        host_version: Version of the instrument's host, or "".
    """

    state: SessionState
    problem: str = ""
    serial: str = ""
    server: str = ""
    start_ns: int = 0
    end_ns: int = 0
    messages: int = 0
    routines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    bookmarks: tuple[str, ...] = ()
    continues: str = ""
    host_version: str = ""


def read_facts(path: Path) -> SessionFacts:
    """Read what is told of a session; whatever is wrong with it becomes part of that.

    Of one that is being written, what would mean reading all of it is left out.
    """
    try:
        with SessionReader(path) as reader:
            info, held = reader.info(), is_held(path)
            messages = reader.last_id() if held else reader.count()  # which comes upon damage
            bookmarks = tuple(bookmark.note for bookmark in reader.bookmarks())
            damage = reader.problem
        routines = _routines(path) if messages and not held else ()
    except SessionError as error:
        return SessionFacts(SessionState.DAMAGED, f"{error} {error.hint}".strip())
    return SessionFacts(
        state=_state(info, held=held, damaged=bool(damage)),
        problem=damage or info.loss,
        serial=info.serial,
        server=info.server,
        start_ns=info.start_ns,
        end_ns=max(info.last_ns, info.closed_ns or 0),
        messages=messages,
        routines=routines,
        notes=info.notes,
        bookmarks=bookmarks,
        continues=info.continues,
        host_version=info.host_version,
    )


def _state(info: SessionInfo, *, held: bool, damaged: bool) -> SessionState:
    if damaged or not info.start_ns:
        return SessionState.DAMAGED
    if held:
        return SessionState.RECORDING
    return SessionState.BROKE_OFF if info.broke_off else SessionState.CLOSED


def _routines(path: Path) -> tuple[str, ...]:
    with ReplaySession(path) as session:
        marks = [mark for mark in session.marks() if mark.kind is MarkKind.STARTED]
    return tuple(mark.text.removesuffix(_RUNS) for mark in marks)
