"""MCAP: for Foxglove and its kin.

Each message stands on the topic of its form (see `mcap_schemas`), what we sent on ``/command`` and
what nobody knows on ``/unknown``. The images of a message follow it, in order and at the same time,
on ``<topic>/image``; such a message goes without its text. The events of the session are on
``/session/events``, whatever the filter: no gap hides behind it.

``log_time`` and ``publish_time`` are when the message arrived or left, for the host says no time
that could be relied upon; ``sequence`` is the host's number where it fits.
"""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from ifcbgui import __version__
from ifcbgui.instrument.entry import Direction
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.exporting.mcap_schemas import (
    COMMAND,
    COMPRESSED_IMAGE,
    LOG,
    UNKNOWN,
    Schema,
    field_values,
    form_schema,
)
from ifcbgui.session.exporting.pictures import Picture, pictures
from ifcbgui.session.names import iso_time
from ifcbgui.session.recording import MessageSource
from ifcbgui.session.records import EventKind, SessionEvent, SessionRow

if TYPE_CHECKING:
    from mcap.writer import Writer

_LEVELS: Final[Mapping[str, int]] = {EventKind.LOST: 3, EventKind.GAP: 3, EventKind.PROBLEM: 4}
_INFORMATION: Final = 2
_encode = msgspec.json.Encoder().encode


@contextmanager
def mcap_file(
    path: Path, source: MessageSource, bounds: tuple[int, int]
) -> Iterator[Callable[[Sequence[SessionRow]], int]]:
    """Make a file with the messages and the events between two moments."""
    from mcap.writer import Writer  # takes a while, and only this format needs it

    with path.open("wb") as file:
        writer = Writer(file)
        writer.start(library=f"ifcbgui {__version__}")
        writer.add_metadata("session", _metadata(source))
        start_ns, stop_ns = bounds
        events = [event for event in source.events() if start_ns <= event.time_ns < stop_ns]
        channels = _Channels(writer, events)
        yield channels.write
        channels.write_events()
        writer.finish()  # type: ignore[no-untyped-call]
        file.flush()
        os.fsync(file.fileno())


def _metadata(source: MessageSource) -> dict[str, str]:
    info = source.info()
    if info is None:
        return {}
    return {
        "serial": info.serial,
        "server": info.server,
        "start": iso_time(info.start_ns),
        "host_version": info.host_version,
        "program_version": info.program_version,
        "python_version": info.python_version,
        "schema": str(info.schema),
    }


class _Channels:
    """Writes each message to the channel of its topic, and the events among them."""

    def __init__(self, writer: Writer, events: Sequence[SessionEvent]) -> None:
        self._writer = writer
        self._events = deque(sorted(events, key=lambda event: event.time_ns))
        self._channels: dict[str, int] = {}
        self._schemas: dict[str, int] = {}

    def write(self, rows: Sequence[SessionRow]) -> int:
        """Write messages, and the events before them."""
        for row in rows:
            if self._events and self._events[0].time_ns <= row.time_ns:
                self.write_events(row.time_ns)
            self._write_message(row)
        return len(rows)

    def write_events(self, until_ns: int | None = None) -> None:
        """Write the events up to a moment, or all that are left."""
        while self._events and (until_ns is None or self._events[0].time_ns <= until_ns):
            event = self._events.popleft()
            line = {
                "timestamp": _time(event.time_ns),
                "level": _LEVELS.get(event.kind, _INFORMATION),
                "message": event.text,
                "name": event.kind,
                "file": "",
                "line": 0,
            }
            self._add("/session/events", LOG, line, event.time_ns)

    def _write_message(self, row: SessionRow) -> None:
        if row.direction == Direction.OUT:
            content = {**_envelope(row), "text": row.text}
            self._add("/command", COMMAND, content, row.time_ns)
            return
        message = parse_message(row.text)
        images = list(pictures(message))
        if not all(image.size for image in images):
            images = []
        content = _envelope(row)
        if message.problem or not images:
            content["text"] = row.text
        if message.problem:
            content["problem"] = message.problem
        content |= field_values(message)
        form = message.form
        topic = f"/{form.key.replace(':', '/')}" if form else "/unknown"
        schema = form_schema(form.key) if form else UNKNOWN
        self._add(topic, schema, content, row.time_ns, row.seqno)
        for image in images:
            content = _image(image, row.time_ns)
            self._add(f"{topic}/image", COMPRESSED_IMAGE, content, row.time_ns, row.seqno)

    def _add(
        self,
        topic: str,
        schema: Schema,
        content: dict[str, Any],
        time_ns: int,
        seqno: int | None = None,
    ) -> None:
        channel = self._channels.get(topic)
        if channel is None:
            channel = self._channels[topic] = self._register(topic, schema)
        time_ns = max(0, time_ns)
        sequence = seqno if seqno is not None and 0 <= seqno < 2**32 else 0
        self._writer.add_message(channel, time_ns, _json(content), time_ns, sequence)

    def _register(self, topic: str, schema: Schema) -> int:
        name = schema["title"]
        if name not in self._schemas:
            data = json.dumps(schema).encode()
            self._schemas[name] = self._writer.register_schema(name, "jsonschema", data)
        return self._writer.register_channel(topic, "json", self._schemas[name])


def _envelope(row: SessionRow) -> dict[str, Any]:
    envelope: dict[str, Any] = {"id": row.id}
    if row.sender is not None:
        envelope["sender"] = str(row.sender)
    if row.source is not None:
        envelope["source"] = str(row.source)
    if row.seqno is not None:
        envelope["seqno"] = row.seqno
    return envelope


def _image(picture: Picture, time_ns: int) -> dict[str, Any]:
    return {
        "timestamp": _time(time_ns),
        "frame_id": "camera" if picture.roi is None else "roi",
        "data": b64encode(picture.data).decode(),
        "format": "png",
    }


def _time(time_ns: int) -> dict[str, int]:
    sec, nsec = divmod(max(0, time_ns), 1_000_000_000)
    return {"sec": sec, "nsec": nsec}


def _json(content: dict[str, Any]) -> bytes:
    try:
        return _encode(content)
    except UnicodeEncodeError:  # half a surrogate pair, for which JSON has an escape
        return json.dumps(content, separators=(",", ":")).encode()
