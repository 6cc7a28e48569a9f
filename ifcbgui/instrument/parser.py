"""From the text of a message to its fields, by dictionary, whatever the text.

The field shapes are those a program written for WHOIGit/pyifcbclient expects.
"""

from __future__ import annotations

import math
import re
from binascii import a2b_base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.messages import FieldSpec, Message, MessageForm

MAX_UNKNOWN_FIELDS = 64
"""An unknown message is split into at most this many fields; the rest stays in the last."""

Roi = tuple[int, int, bytes]
Fields = tuple[Any, ...]


class FieldError(ValueError):
    """A field cannot be converted; the message is the sentence to show."""


def parse_message(text: str) -> Message:
    """Return the message with its fields converted to Python types.

    Never raises, whatever the text. Costs a few microseconds for a small message; a frame
    of 1 MB base64 is decoded at once, which takes about a millisecond.
    """
    node: Any = _forms_by_field()
    for part in text.split(":", 3):
        node = node.get(part) or node.get(None)
        if node.__class__ is not dict:
            break
    if node.__class__ is not _Reader:
        return Message(text, tuple(text.split(":", MAX_UNKNOWN_FIELDS - 1)))
    fields, problem = node.read(text, node)
    return Message(text, fields, node.form, problem)


@dataclass(frozen=True, slots=True)
class _Reader:
    """How to read the messages of one form.

    Attributes:
        form: The form.
        read: Function from the text to its fields and the problem, if any.
        count: Number of fields a message of the form has.
        splits: Number of colons to split at.
        converters: (position, field, converter) of the fields that are not text.
    """

    form: MessageForm
    read: Callable[[str, _Reader], tuple[Fields, str | None]]
    count: int
    splits: int
    converters: tuple[tuple[int, FieldSpec, Callable[[str], Any]], ...]


@cache
def _forms_by_field() -> dict[str | None, Any]:
    """Return the readers in nested dictionaries by field; None stands for any field."""
    tree: dict[str | None, Any] = {}
    for form in MESSAGE_FORMS.values():
        parts: list[str | None] = [
            None if part.startswith("<") else part for part in form.pattern.split(":")
        ]
        while parts[-1] is None:
            parts.pop()
        node = tree
        for part in parts[:-1]:
            node = node.setdefault(part, {})
        node[parts[-1]] = _reader(form)
    return tree


def _reader(form: MessageForm) -> _Reader:
    count = form.pattern.count(":") + 1
    keeps_colons = bool(form.fields) and form.fields[-1].type in ("text", "json")
    return _Reader(
        form=form,
        read=_SPECIAL.get(form.key, _read_fixed),
        count=count,
        splits=count - 1 if keeps_colons else count,
        converters=tuple(
            (field.position, field, _CONVERTERS[field.type])
            for field in form.fields
            if field.type in _CONVERTERS
        ),
    )


# --- forms ----------------------------------------------------------------------------------


def _read_fixed(text: str, reader: _Reader) -> tuple[Fields, str | None]:
    return _convert(text.split(":", reader.splits), reader)


def _convert(fields: list[Any], reader: _Reader) -> tuple[Fields, str | None]:
    if len(fields) != reader.count:
        found = "more" if len(fields) > reader.count else str(len(fields))
        return tuple(fields), f"This message should have {reader.count} fields, but has {found}."
    problem = None
    for position, spec, converter in reader.converters:
        try:
            fields[position] = converter(fields[position])
        except FieldError as exc:
            problem = problem or f"The field {spec.name!r} {exc}."
    return tuple(fields), problem


def _read_file_start(text: str, reader: _Reader) -> tuple[Fields, str | None]:
    """Split from the right: a file name may hold colons."""
    kind, verb, *rest = text.split(":", 2)
    return _convert([kind, verb, *":".join(rest).rsplit(":", 2)], reader)


def _read_file_chunk(text: str, reader: _Reader) -> tuple[Fields, str | None]:
    """Split at the first field that is a number: name and data may both hold colons."""
    found = _FILE_CHUNK.fullmatch(text)
    return _convert(list(found.groups()) if found else text.split(":", 4), reader)


def _read_file_list(text: str, _reader: _Reader) -> tuple[Fields, str | None]:
    kind, verb, *names = text.split(":")
    return (kind, verb, [] if names == [""] else names), None


def _read_items(text: str, _reader: _Reader) -> tuple[Fields, str | None]:
    return tuple(text.split(":", MAX_UNKNOWN_FIELDS - 1)), None


def _read_rois(text: str, _reader: _Reader) -> tuple[Fields, str | None]:
    kind, _, rest = text.partition(":")
    try:
        return (kind, _rois(rest.split(":"))), None
    except FieldError as exc:
        return (kind, rest), f"The field 'rois' {exc}."


def _read_content(text: str, _reader: _Reader) -> tuple[Fields, str | None]:
    kind, _, rest = text.partition(":")
    parts = rest.split(":")
    try:
        end = _index_of_rois(parts)
        daq, problem = _daq(parts[1:end])
        return (kind, daq, _rois(parts[end + 1 :])), problem
    except FieldError as exc:
        return (kind, rest), f"The field 'rois' {exc}."


def _index_of_rois(parts: list[str]) -> int:
    names = parts[1:-1:2]
    if parts[0] != "daq" or "rois" not in names:
        raise FieldError("cannot be found")
    return 1 + 2 * names.index("rois")


def _daq(parts: list[str]) -> tuple[dict[str, Any], str | None]:
    daq: dict[str, Any] = {}
    problem = None
    for name, value in zip(parts[::2], parts[1::2], strict=True):
        try:
            daq[name] = _float(value)
        except FieldError as exc:
            daq[name] = value
            problem = problem or f"The field {_shown(name)} {exc}."
    return daq, problem


def _rois(parts: list[str]) -> list[Roi]:
    count = _int(parts[0])
    if len(parts) != 1 + 3 * count:
        raise FieldError(f"should hold {count} images, but has {len(parts) - 1} values for them")
    return [
        (_int(top), _int(left), _base64(image))
        for top, left, image in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    ]


_FILE_CHUNK = re.compile(r"(file):(chunk):(.*?):(\d+):(.*)", re.DOTALL | re.ASCII)
_SPECIAL: dict[str, Callable[[str, _Reader], tuple[Fields, str | None]]] = {
    "file:start": _read_file_start,
    "file:chunk": _read_file_chunk,
    "file:list": _read_file_list,
    "triggerrois": _read_rois,
    "triggercontent": _read_content,
    "valuechanged:interactive:listgroups": _read_items,
    "valuechanged:interactive:liststeps": _read_items,
}


# --- fields ---------------------------------------------------------------------------------


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")


def _int(text: str) -> int:
    """Accept 6, and 6.0 too: newer hosts have made floats of whole numbers."""
    if text.isdecimal() and len(text) <= 18:
        return int(text)
    if not _INT.fullmatch(text):
        raise FieldError(f"should be a whole number, but is {_shown(text)}")
    return int(text.partition(".")[0])


def _float(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text:
        raise FieldError(f"should be a number, but is {_shown(text)}")
    return value


def _bool(text: str) -> bool:
    value = _BOOLS.get(text.lower())
    if value is None:
        raise FieldError(f"should be 0 or 1, but is {_shown(text)}")
    return value


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        raise FieldError(f"should be JSON, but is {_shown(text)}") from None


def _base64(text: str) -> bytes:
    try:
        if len(text) % 4 == 0:  # strict mode lets "AAAA=" pass
            return a2b_base64(text, strict_mode=True)
    except ValueError:
        pass
    raise FieldError(f"should be base64, but is {_shown(text)}")


def _stamp(text: str) -> datetime:
    found = _STAMP.fullmatch(text)
    try:
        if found:
            year, month, day, hour, minute = map(int, found.groups())
            return datetime(year, month, day, hour, minute)
    except ValueError:
        pass
    raise FieldError(f"should be a time like 2026-03-14|03-09, but is {_shown(text)}")


_INT = re.compile(r"[+-]?\d{1,18}(\.0*)?", re.ASCII)
_STAMP = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\|(\d{1,2})-(\d{1,2})", re.ASCII)
_BOOLS = {"0": False, "1": True, "false": False, "true": True}
_CONVERTERS: dict[str, Callable[[str], Any]] = {
    "int": _int,
    "float": _float,
    "bool": _bool,
    "json": _json,
    "base64": _base64,
    "stamp": _stamp,
}
