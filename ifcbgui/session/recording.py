"""Reads a recording that is under way: all its files, and what still waits in memory."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Protocol, TypeVar

from ifcbgui.session.errors import SessionError
from ifcbgui.session.info import SessionInfo
from ifcbgui.session.reader import SessionReader
from ifcbgui.session.records import SessionEvent, SessionRow

_T = TypeVar("_T")


class MessageSource(Protocol):
    """What messages can be exported from."""

    @property
    def paths(self) -> Sequence[Path]:
        """The files it reads."""

    def last_id(self) -> int:
        """Return the id of the newest message, or 0."""

    def rows(
        self, start_id: int = 1, stop_id: int | None = None, ids: Iterable[int] | None = None
    ) -> Iterator[SessionRow]:
        """Yield messages from one id up to another, or those of some ids, in order."""

    def events(self) -> list[SessionEvent]:
        """Return what else happened, in order."""

    def info(self) -> SessionInfo | None:
        """Return what the session says of itself, or None if it cannot be read."""


class RecordingReader:
    """The messages of a recording up to the moment this was made.

    Trouble with the disk spreads a recording over several files, and leaves messages in memory;
    here they are one.
    """

    def __init__(
        self, files: Sequence[tuple[int, Path]], waiting: Sequence[SessionRow], last_id: int
    ) -> None:
        """Take a look at a recording.

        Args:
            files: Its files in order, each with the id of its first message.
            waiting: The messages that are in no file yet.
            last_id: Id of the newest message.
        """
        self._files = files
        self._waiting = waiting
        self._last_id = last_id
        self._problems: list[str] = []

    @property
    def paths(self) -> Sequence[Path]:
        """The files it reads."""
        return [path for _, path in self._files]

    @property
    def problem(self) -> str | None:
        """None, or what could not be read so far."""
        return " ".join(self._problems) or None

    def last_id(self) -> int:
        """Return the id of the newest message, or 0."""
        return self._last_id

    def rows(
        self, start_id: int = 1, stop_id: int | None = None, ids: Iterable[int] | None = None
    ) -> Iterator[SessionRow]:
        """Yield messages by id; what cannot be read is left out, see `problem`.

        Args:
            start_id: The first id.
            stop_id: The id before which to stop; None for no stop.
            ids: Ids in ascending order; only these messages, whatever the other two say.
        """
        wanted: Sequence[int]
        if ids is None:
            stop_id = self._last_id + 1 if stop_id is None else stop_id
            wanted = range(start_id, min(stop_id, self._last_id + 1))
        else:
            wanted = ids if isinstance(ids, range) else list(ids)
        first_waiting = self._waiting[0].id if self._waiting else self._last_id + 1
        starts = [*(min(first, first_waiting) for first, _ in self._files), first_waiting]
        for (_, path), (start, stop) in zip(self._files, pairwise(starts), strict=True):
            yield from self._in_file(path, _between(wanted, start, stop))
        waiting = {row.id: row for row in self._waiting}
        for row_id in _between(wanted, first_waiting, self._last_id + 1):
            if row := waiting.get(row_id):
                yield row

    def events(self) -> list[SessionEvent]:
        """Return the events that are in the files, in order."""
        none: list[SessionEvent] = []
        return [event for path in self.paths for event in _opened(path, SessionReader.events, none)]

    def info(self) -> SessionInfo | None:
        """Return what the first of the files that can be read says of the session."""
        found = (_opened(path, SessionReader.info, None) for path in self.paths)
        return next((info for info in found if info), None)

    def _in_file(self, path: Path, wanted: Sequence[int]) -> Iterator[SessionRow]:
        if not wanted:
            return
        try:
            with SessionReader(path) as reader:
                if isinstance(wanted, range):
                    yield from reader.rows(wanted.start, wanted.stop)
                else:
                    yield from reader.rows(ids=wanted)
                self._note_problem(reader.problem)
        except SessionError as error:
            self._note_problem(str(error))

    def _note_problem(self, problem: str | None) -> None:
        if problem and problem not in self._problems:
            self._problems.append(problem)


def _opened(path: Path, ask: Callable[[SessionReader], _T], otherwise: _T) -> _T:
    try:
        with SessionReader(path) as reader:
            return ask(reader)
    except SessionError:
        return otherwise


def _between(ids: Sequence[int], start: int, stop: int) -> Sequence[int]:
    return ids[bisect_left(ids, start) : bisect_left(ids, stop)]
