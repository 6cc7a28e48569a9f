"""JSON Lines: what this program exports, or an object a line that has at least a ``text``.

Of the other members those of the view ``messages`` count, and ``time`` where there is no
``time_ns``; any others are ignored. A message without a direction came in. One without a time has
that of the message before it, the first that of the file. An id that does not go up is replaced by
the next one.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from ifcbgui.instrument.entry import COMMAND_KIND, Direction
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.columns import StoredRow
from ifcbgui.session.errors import SessionError
from ifcbgui.session.names import iso_time
from ifcbgui.session.records import Extras, SessionEvent

_NAMED_AT_MOST: Final = 100
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_INT64: Final = range(-(2**63), 2**63)
_SCALARS: Final = (str, int, float, bool, type(None))
_BOM: Final = b"\xef\xbb\xbf"


class _BadLine(ValueError):
    pass


class LinesSource:
    """A file of JSON Lines."""

    def __init__(self, path: Path) -> None:
        """Look at the first message.

        Raises:
            SessionError: If there is none.
        """
        self._path = path
        self._time_ns = path.stat().st_mtime_ns
        with closing(self.rows()) as rows:
            self._first = next(rows, None)
        if self._first is None:
            raise SessionError(
                f"{path} holds no messages. {self.problem or ''}".rstrip(),
                'Each line should be a JSON object with a "text", as export writes them.',
            )

    @property
    def meta(self) -> Mapping[str, str | int]:
        """What can be said: lines do not tell which instrument they are of."""
        start_ns = self._first[1] if self._first else 0
        return {"serial": "", "start_time": iso_time(start_ns), "start_time_ns": start_ns}

    def rows(self) -> Generator[StoredRow, None, None]:
        """Yield the messages; lines that are none are left out and counted."""
        self._bad = _BadLines()
        self._untimed = self._renumbered = 0
        last_id, time_ns, monotonic_ns = 0, self._time_ns, _INT64.start
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if number == 1:
                    line = line.removeprefix(_BOM)
                if not line.strip():
                    continue
                try:
                    values = _values(line)
                    given_ns = _time_of(values)
                    last_id = self._next_id(values, last_id)
                except _BadLine as bad:
                    self._bad.add(number, str(bad))
                    continue
                self._untimed += given_ns is None
                time_ns = time_ns if given_ns is None else given_ns
                monotonic_ns = max(monotonic_ns, time_ns)
                yield _row(values, last_id, time_ns, monotonic_ns)

    def events(self) -> Sequence[SessionEvent]:
        """Return nothing: lines have messages only."""
        return ()

    def extras(self) -> Extras:
        """Return nothing: lines have messages only."""
        return Extras()

    @property
    def problem(self) -> str | None:
        """None, or which lines were no messages so far."""
        return self._bad.text() if self._bad.count else None

    @property
    def remark(self) -> str | None:
        """None, or what had to be made up so far."""
        found = []
        if self._untimed:
            found.append(f"{self._untimed} messages say no time: they have that of the one before.")
        if self._renumbered:
            found.append(
                f"{self._renumbered} messages had ids that did not go up: they have new ones."
            )
        return " ".join(found) or None

    def _next_id(self, values: Mapping[str, Any], last_id: int) -> int:
        given = values.get("id")
        if type(given) is int and last_id < given < _INT64.stop - 1:
            return given
        self._renumbered += given is not None
        return last_id + 1


class _BadLines:
    """Counts lines that are no messages, and remembers where they are and what the first lacks.

    Attributes:
        count: How many.
    """

    def __init__(self) -> None:
        self.count = 0
        self._ranges: list[list[int]] = []
        self._reason = ""

    def add(self, number: int, reason: str) -> None:
        """Take the next one."""
        self.count += 1
        self._reason = self._reason or f"line {number} {reason}"
        if self._ranges and self._ranges[-1][1] == number - 1:
            self._ranges[-1][1] = number
        else:
            self._ranges.append([number, number])

    def text(self) -> str:
        """Return it all in one sentence."""
        ranges = [
            str(first) if first == last else f"{first} to {last}"
            for first, last in self._ranges[:_NAMED_AT_MOST]
        ]
        more = ", ..." if len(self._ranges) > _NAMED_AT_MOST else ""
        return f"{self.count} lines are no messages ({self._reason}): {', '.join(ranges)}{more}."


def _values(line: bytes) -> Mapping[str, Any]:
    """Return what a line says, after checking all but id and time."""
    try:
        values = json.loads(line.decode())
    except (ValueError, RecursionError):
        raise _BadLine("is no JSON in UTF-8") from None
    if not isinstance(values, dict):
        raise _BadLine("is no JSON object")
    if not isinstance(values.get("text"), str):
        raise _BadLine('has no "text"')
    if values.get("direction", Direction.IN) not in tuple(Direction):
        raise _BadLine("has a direction that is neither in nor out")
    for name in ("sender", "source"):
        if not isinstance(values.get(name), _SCALARS):
            raise _BadLine(f"has a {name} that is no single value")
    if type(values.get("seqno")) not in (int, type(None)):
        raise _BadLine("has a seqno that is no whole number")
    return values


def _time_of(values: Mapping[str, Any]) -> int | None:
    time_ns, text = values.get("time_ns"), values.get("time")
    if time_ns is not None:
        if type(time_ns) is not int or time_ns not in _INT64:
            raise _BadLine("has a time_ns that is no count of nanoseconds")
        return time_ns
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise _BadLine("has a time that is not ISO 8601") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    time_ns = (moment - _EPOCH) // timedelta(microseconds=1) * 1000
    if time_ns not in _INT64:
        raise _BadLine("has a time too far away")
    return time_ns


def _row(values: Mapping[str, Any], row_id: int, time_ns: int, monotonic_ns: int) -> StoredRow:
    text, direction = values["text"], values.get("direction", Direction.IN)
    kind = COMMAND_KIND if direction == Direction.OUT else parse_message(text).group
    envelope = values.get("sender"), values.get("source"), values.get("seqno")
    return (row_id, time_ns, monotonic_ns, kind, direction, *envelope, text)
