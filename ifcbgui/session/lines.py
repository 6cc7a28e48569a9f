r"""Messages as lines of text and of JSON.

Text: ``<ISO time, UTC> <in or out> <text>``. To keep a message on one line, a backslash in its
text is written ``\\``, a line feed ``\n``, a carriage return ``\r``, and any other control
character but the tab, any other line break of Unicode and any half of a surrogate pair ``\uXXXX``
with its number; so the text can be had back exactly.

JSON: an object with the columns of the view ``messages`` and, beside them, ``time`` (ISO 8601,
UTC), ``known``, ``fields`` (binary ones as ``{"bytes": N}``) and ``problem``. Half a surrogate pair
stands as its escape, as JSON has it. Numbers that JSON lacks (infinite ones) stand as null.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from ifcbgui.instrument.entry import Entry, JsonScalar
from ifcbgui.instrument.messages import IMAGE_GROUP, Message
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.names import iso_time
from ifcbgui.session.records import SessionRow

_NEEDS_ESCAPE = re.compile("[\\\\\0-\x08\n-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SHORT_ESCAPES = {"\\": r"\\", "\n": r"\n", "\r": r"\r"}
_Values = tuple[int | None, int, str, JsonScalar, JsonScalar, int | None, str]
_encoder = msgspec.json.Encoder()


def entry_text(entry: SessionRow | Entry) -> str:
    """Return a message as one line of text, without its end."""
    text = entry.message.text if isinstance(entry, Entry) else entry.text
    return f"{iso_time(entry.time_ns)} {entry.direction:3} {_NEEDS_ESCAPE.sub(_escape, text)}"


def entry_json(entry: SessionRow | Entry, row_id: int | None = None) -> bytes:
    """Return a message as one JSON object in UTF-8, without the end of the line.

    Args:
        entry: The message.
        row_id: The ``id`` to give to an entry; a row of a session has its own.
    """
    if not isinstance(entry, Entry):
        return _encode(_line(entry, parse_message(entry.text)))
    values = (
        row_id,
        entry.time_ns,
        entry.direction,
        entry.sender,
        entry.source,
        entry.seqno,
        entry.message.text,
    )
    return _encode(_line(values, entry.message))


def json_lines(rows: Sequence[SessionRow]) -> bytes:
    """Return messages as JSON objects, each with the end of its line."""
    lines = [_line(row, parse_message(row[6])) for row in rows]
    try:
        return _encoder.encode_lines(lines)
    except (UnicodeEncodeError, RecursionError):
        return b"".join(_encode(line) + b"\n" for line in lines)


class _Line(msgspec.Struct, gc=False):
    id: int | None
    time_ns: int
    direction: str
    sender: JsonScalar
    source: JsonScalar
    seqno: int | None
    text: str
    time: str
    known: bool
    fields: tuple[Any, ...] | None
    problem: str | None


def _line(row: _Values, message: Message) -> _Line:
    """Return a line; every message of an export pays for this, so it looks up as little as can be.

    Only images are bytes, and only one group of messages has images.
    """
    row_id, time_ns, direction, sender, source, seqno, text = row
    fields, form = message.fields, message.form
    if form is not None and form.group == IMAGE_GROUP:
        fields = tuple(map(_without_bytes, fields))
    return _Line(
        row_id,
        time_ns,
        direction,
        sender,
        source,
        seqno,
        text,
        iso_time(time_ns),
        form is not None,
        fields,
        message.problem,
    )


def _without_bytes(value: Any) -> Any:
    """Return a field with images reduced to their size: bytes, or a list of (top, left, bytes)."""
    if isinstance(value, bytes):
        return {"bytes": len(value)}
    if isinstance(value, list | tuple):
        return [_without_bytes(item) if isinstance(item, bytes | tuple) else item for item in value]
    return value


def _encode(line: _Line) -> bytes:
    try:
        return _encoder.encode(line)
    except UnicodeEncodeError:
        return json.dumps(_plain(line), separators=(",", ":")).encode()
    except RecursionError:
        line.fields, line.problem = None, "The fields are nested too deeply to be written as JSON."
        return _encode(line)


def _plain(line: _Line) -> dict[str, Any]:
    members: dict[str, Any] = msgspec.to_builtins(line)
    for name in ("sender", "source"):
        if isinstance(value := members[name], float) and not math.isfinite(value):
            members[name] = None
    return members


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _SHORT_ESCAPES.get(character) or f"\\u{ord(character):04x}"
