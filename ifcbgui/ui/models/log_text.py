"""The words of a log row: what a message is called and what it says, short enough to paint."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from ifcbgui.instrument.commands import COMMANDS
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.messages import FieldSpec, Message
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.filters import COMMAND_KIND
from ifcbgui.session.names import iso_time
from ifcbgui.session.records import SessionRow

VALUE_LIMIT: Final = 200
"""Characters of a value that a row shows; painting longer ones stalls the view."""

_SHORT_NUMBER: Final = 8
_HEX_LINE: Final = 16
_CELL_ESCAPES: Final = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r"})
_UNPRINTABLE: Final = dict.fromkeys((*range(32), 127, *range(128, 160)), "�")


@dataclass(frozen=True, slots=True)
class RowText:
    """What a row shows of its message.

    Attributes:
        label: What an operator calls the message.
        value: Its value with units, one line, at most about `VALUE_LIMIT` characters.
    """

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class FieldText:
    """One field of a message as the detail pane lists it."""

    name: str
    value: str
    unit: str
    meaning: str


def group_of(entry: Entry) -> str:
    """Return the kind an entry is filtered by: the message's group, or ``command``."""
    return COMMAND_KIND if entry.direction is Direction.OUT else entry.message.group


def label_of(message: Message, direction: Direction) -> str:
    """Return what an operator calls a message, or "" when nobody named it yet."""
    if direction is Direction.OUT:
        command = COMMANDS.match(message.text)
        return command.title if command else "Command"
    return message.form.label if message.form else ""


def meaning_of(message: Message, direction: Direction) -> str:
    """Return in a sentence what a message or a command of ours means, or ""."""
    if direction is Direction.OUT:
        command = COMMANDS.match(message.text)
        return command.help if command else ""
    return message.form.meaning if message.form else ""


@lru_cache(maxsize=4096)
def describe_text(text: str, direction: Direction) -> RowText:
    """Return the words of a row from its whole text; remembered, for text that repeats."""
    return describe(parse_message(text), direction)


def describe(message: Message, direction: Direction) -> RowText:
    """Return the words of a row."""
    label = label_of(message, direction)
    if direction is Direction.OUT:
        return RowText(label, one_line(message.text))
    if message.form is None:
        key = one_line(message.key)
        return RowText(key, one_line(message.text[len(message.key) + 1 :]))
    fields = list(_named_fields(message))
    if len(fields) == 1:
        return RowText(label, one_line(fields[0][1]))
    parts = (f"{_words(name)} {text}" for name, text in fields)
    return RowText(label, one_line(" · ".join(parts)))


def field_texts(message: Message) -> list[FieldText]:
    """Return the variable fields of a message, those inside a table of values one by one."""
    rows: list[FieldText] = []
    for spec, value, raw in _variables(message):
        if spec.type == "daq" and isinstance(value, Mapping):
            rows += [FieldText(name, str(signal), "", "") for name, signal in value.items()]
        else:
            text = one_line(_plain(spec, value, raw))
            rows.append(FieldText(_words(spec.name), text, spec.unit, spec.meaning))
    return rows


def _named_fields(message: Message) -> Iterator[tuple[str, str]]:
    """Yield the variable fields of a known message: name, and value with its unit."""
    for spec, value, raw in _variables(message):
        text = _plain(spec, value, raw)
        converted = spec.unit and not isinstance(value, str)
        yield spec.name, f"{text} {spec.unit}" if converted else text


def json_text(message: Message) -> str | None:
    """Return the JSON inside a message, indented, or None where there is none."""
    for spec, value, _ in _variables(message):
        if spec.type == "json" and not isinstance(value, str):
            return json.dumps(value, indent=2, ensure_ascii=False)
    return None


def images_of(message: Message) -> list[tuple[str, bytes]]:
    """Return the images inside a message, each with its place in the frame, or ""."""
    images: list[tuple[str, bytes]] = []
    for spec, value, _ in _variables(message):
        if spec.type == "base64" and isinstance(value, bytes):
            images.append(("", value))
        elif spec.type == "rois" and isinstance(value, list):
            images += [(f"top {top}, left {left}", png) for top, left, png in value]
    return images


def one_line(text: str, limit: int = VALUE_LIMIT) -> str:
    """Return a text as one line, cut, with the size of what it was cut from."""
    head = text[:limit].rstrip("\n").replace("\n", " ↵ ")
    if not head.isprintable():
        head = head.translate(_UNPRINTABLE)
    return head if len(text) <= limit else f"{head}… {size_text(len(text))}"


def hex_text(data: bytes) -> str:
    """Return bytes in lines of 16: where they are, what they are, and as ASCII."""
    lines = []
    for start in range(0, len(data), _HEX_LINE):
        part = data[start : start + _HEX_LINE]
        plain = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{start:06x}  {part.hex(' '):<{3 * _HEX_LINE - 1}}  {plain}")
    return "\n".join(lines)


def size_text(size: int) -> str:
    """Return a size as people say it: ``812 B``, ``18.7 kB``, ``1.2 MB``.

    Args:
        size: Bytes.
    """
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def clock_text(time_ns: int, *, utc: bool) -> str:
    """Return the time of day in milliseconds, in UTC or in the machine's zone."""
    seconds, nanoseconds = divmod(time_ns, 1_000_000_000)
    return f"{_clock(seconds, utc)}.{nanoseconds // 1_000_000:03d}"


def date_text(time_ns: int, *, utc: bool) -> str:
    """Return date, time in microseconds and zone, for a tool-tip or the detail pane."""
    seconds, nanoseconds = divmod(time_ns, 1_000_000_000)
    moment = _moment(seconds, utc)
    zone = "UTC" if utc else moment.strftime("%z")
    return f"{moment:%Y-%m-%d %H:%M:%S}.{nanoseconds // 1000:06d} {zone}"


def tsv_line(row: SessionRow) -> str:
    """Return a message as the cells of the log, and its text, with tabs between them."""
    direction = Direction(row.direction)
    message = parse_message(row.text)
    words = describe(message, direction)
    group = COMMAND_KIND if direction is Direction.OUT else message.group
    return tsv_cells(iso_time(row.time_ns), direction, group, words.label, words.value, row.text)


def tsv_cells(*cells: str) -> str:
    """Return cells as one line with tabs between them."""
    return "\t".join(cell.translate(_CELL_ESCAPES) for cell in cells)


@lru_cache(maxsize=256)
def _clock(seconds: int, utc: bool) -> str:
    return f"{_moment(seconds, utc):%H:%M:%S}"


def _moment(seconds: int, utc: bool) -> datetime:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment if utc else moment.astimezone()


def _variables(message: Message) -> Iterator[tuple[FieldSpec, Any, str]]:
    """Yield the fields that vary: what the catalogue says of each, the value, the raw text."""
    form, fields = message.form, message.fields
    raw = message.text.split(":", max(len(fields) - 1, 0))
    for spec in form.fields if form else ():
        if spec.position < len(fields):
            value = list(fields[spec.position :]) if spec.type == "items" else fields[spec.position]
            yield spec, value, raw[spec.position] if spec.position < len(raw) else ""


def _plain(spec: FieldSpec, value: Any, raw: str) -> str:
    """Return a value as text; a short number keeps the digits the instrument wrote."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "ON" if value else "OFF"
    if isinstance(value, float) and len(raw) > _SHORT_NUMBER:
        return f"{value:.6g}"
    if isinstance(value, int | float):
        return raw
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bytes):
        return f"image, {size_text(len(value))}"
    if spec.type == "rois":
        return f"{_count(value, 'image')}, {size_text(sum(len(png) for _, _, png in value))}"
    if spec.type in ("names", "items"):
        return ", ".join(value)
    if spec.type == "daq":
        return _count(value, "signal")
    return f"{_count(value, 'group')}, {size_text(len(raw))}" if isinstance(value, list) else raw


def _count(values: Sized, what: str) -> str:
    return f"1 {what}" if len(values) == 1 else f"{len(values):,} {what}s"


def _words(name: str) -> str:
    return name.replace("_", " ")
