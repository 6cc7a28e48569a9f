"""From the text of a message to its fields, by dictionary, whatever the text.

The field shapes are those a program written for WHOIGit/pyifcbclient expects.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any, cast

import msgspec
from msgspec import Meta, convert

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.field_values import (
    READERS,
    FieldError,
    read_base64,
    read_float,
    read_int,
    shown,
)
from ifcbgui.instrument.messages import FieldSpec, Message, MessageForm

MAX_UNKNOWN_FIELDS = 64
"""An unknown message is split into at most this many fields; the rest stays in the last."""
MAX_NAMES = 200_000
"""Of a list of files at most this many names are read: three years of bins."""
MAX_IMAGE_VALUES = 10_000
"""A message with images is read if it has at most this many values: some 3,000 images."""

Roi = tuple[int, int, bytes]
Fields = tuple[Any, ...]
_Int = Annotated[int, Meta(gt=-(10**18), lt=10**18)]
_Float = Annotated[float, Meta(ge=-sys.float_info.max, le=sys.float_info.max)]
_NUMBERS: dict[str, Any] = {"int": _Int, "float": _Float}
# Numbers as JSON writes them, read in C.
_QUICK_READERS = {kind: msgspec.json.Decoder(type_).decode for kind, type_ in _NUMBERS.items()}
# A form has constants among its first three fields only.
_LAST_CONSTANT = 3
Reader = Callable[[str], Message]
_Branch = tuple[int, dict[str, "_Node"]]
"""A position, and what is to be done by the field that stands there."""
_Node = Reader | _Branch
_ReadValues = Callable[[str], tuple[Fields, str | None]]


def parse_message(text: str) -> Message:
    """Return the message with its fields converted to Python types.

    Never raises, whatever the text. Costs half a microsecond for most messages; a frame of
    1 MB base64 is decoded at once, which takes about two milliseconds, and a list of
    200,000 files takes some fifty.
    """
    message = _whole.get(text)
    if message is not None:
        return message
    start, _, last = text.rpartition(":")
    one_value = _by_start.get(start)
    if one_value is not None:
        constants, read_quickly, form = one_value
        try:
            return Message(text, constants + (read_quickly(last),), form)  # noqa: RUF005 - quicker
        except ValueError:
            fields = [*constants, last]
            problem = _convert(fields, [(form.fields[0], READERS[form.fields[0].type])])
            return Message(text, tuple(fields), form, problem)
    fields = text.split(":", _LAST_CONSTANT)
    node: Any = _by_field.get(fields[0]) or _by_field.get("")
    while node.__class__ is tuple:
        position, nodes = node
        node = nodes.get(fields[position]) if position < len(fields) else None
    if node is None:
        return Message(text, tuple(text.split(":", MAX_UNKNOWN_FIELDS - 1)))
    read: Reader = node
    return read(text)


# --- three ways to a form -------------------------------------------------------------------


def _read_first(text: str) -> Message:
    """Read the catalogue, then the first message of all."""
    tree: dict[str, _Node] = {}
    for form in MESSAGE_FORMS.values():
        _plant(form, tree)
        start, _, last = form.pattern.rpartition(":")
        constants = tuple(start.split(":"))
        kind = form.fields[0].type if form.fields else ""
        if not kind:
            _whole[form.pattern] = Message(form.pattern, (*constants, last), form)
        elif last == f"<{form.fields[0].name}>" and kind in READERS:
            _by_start[start] = constants, _QUICK_READERS.get(kind, READERS[kind]), form
            if kind == "bool":
                off, on = f"{start}:0", f"{start}:1"
                _whole[off] = Message(off, (*constants, False), form)
                _whole[on] = Message(on, (*constants, True), form)
    _by_field.update(tree)
    _by_field.pop("", None)  # last: another thread may be looking
    return parse_message(text)


_whole: dict[str, Message] = {}
"""Messages whose whole text is known beforehand, by that text."""
_by_start: dict[str, tuple[tuple[str, ...], Callable[[str], Any], MessageForm]] = {}
"""Constants, reader of the value and form where one value stands at the end, by what is before."""
_by_field: dict[str, _Node] = {"": _read_first}
"""Readers of all forms by their first field, or the branch on which it stands."""


def _plant(form: MessageForm, readers: dict[str, _Node]) -> None:
    """Put the reader of a form into the tree, at the last of its constants."""
    parts = form.pattern.split(":")
    constants = [i for i, part in enumerate(parts) if not part.startswith("<")]
    for at, position in pairwise(constants):
        branch = cast(_Branch, readers.setdefault(parts[at], (position, {})))
        readers = branch[1]
    special = _SPECIAL.get(form.key)
    reader = _special_reader(form, special) if special else _reader_of_fields(form)
    readers[parts[constants[-1]]] = reader


def _reader_of_fields(form: MessageForm) -> Reader:
    """Return the reader of a form with a fixed number of fields."""
    count = form.pattern.count(":") + 1
    split = _SPLITTERS.get(form.key) or _splitter(form, count)
    readers = [(spec, READERS[spec.type]) for spec in form.fields if spec.type != "text"]

    def read(text: str) -> Message:
        fields: list[Any] = split(text)
        if len(fields) != count:
            found = "more" if len(fields) > count else str(len(fields))
            misfit = f"This message should have {count} fields, but has {found}."
            return Message(text, tuple(fields), form, misfit)
        problem = _convert(fields, readers)
        return Message(text, tuple(fields), form, problem)

    has_numbers = any(spec.type in _NUMBERS for spec in form.fields)
    return _quick_reader(form, count, read) if has_numbers else read


def _quick_reader(form: MessageForm, count: int, read_with_care: Reader) -> Reader:
    """Return a reader that splits and converts in C, as JSON, what is as it should be."""
    types: list[Any] = [str] * count
    for spec in form.fields:
        types[spec.position] = _NUMBERS.get(spec.type, str)
    decode = msgspec.json.Decoder(tuple[tuple(types)], strict=False).decode  # type: ignore[misc]
    others = [
        (spec.position, READERS[spec.type])
        for spec in form.fields
        if spec.type not in _NUMBERS and spec.type != "text"
    ]

    def read(text: str) -> Message:
        if '"' in text or "\\" in text:  # they mean something in JSON
            return read_with_care(text)
        try:
            values = decode('["' + text.replace(":", '","') + '"]')
            if others:
                fields = list(values)
                for position, read_value in others:
                    fields[position] = read_value(fields[position])
                values = tuple(fields)
        except ValueError:  # a value that is none, colons within one, or a number like 6.0
            return read_with_care(text)
        return Message(text, values, form)

    return read


def _convert(
    fields: list[Any], readers: list[tuple[FieldSpec, Callable[[str], Any]]]
) -> str | None:
    """Convert fields one by one, as far as that can be done; return the first problem."""
    problem = None
    for spec, read_value in readers:
        try:
            fields[spec.position] = read_value(fields[spec.position])
        except FieldError as exc:
            problem = problem or f"The field {spec.name!r} {exc}."
    return problem


# --- where a value may hold colons ----------------------------------------------------------


def _splitter(form: MessageForm, count: int) -> Callable[[str], list[str]]:
    """Return the function that leaves a text at the end its colons."""
    keeps_colons = bool(form.fields) and form.fields[-1].type in ("text", "json")
    splits = count - 1 if keeps_colons else count
    return lambda text: text.split(":", splits)


def _split_file_start(text: str) -> list[str]:
    """Split from the right: a file name may hold colons."""
    kind, verb, *rest = text.split(":", 2)
    return [kind, verb, *(rest[0].rsplit(":", 2) if rest else ())]


def _split_file_chunk(text: str) -> list[str]:
    """Split at the first field that is a number: name and data may both hold colons."""
    found = _FILE_CHUNK.fullmatch(text)
    return list(found.groups()) if found else text.split(":", 4)


_FILE_CHUNK = re.compile(r"(file):(chunk):(.*?):(\d+):(.*)", re.DOTALL | re.ASCII)
_SPLITTERS: dict[str, Callable[[str], list[str]]] = {
    "file:start": _split_file_start,
    "file:chunk": _split_file_chunk,
}


# --- forms without a fixed number of fields ---------------------------------------------------


def _special_reader(form: MessageForm, read_values: _ReadValues) -> Reader:
    def read(text: str) -> Message:
        values, problem = read_values(text)
        return Message(text, values, form, problem)

    return read


def _read_file_list(text: str) -> tuple[Fields, str | None]:
    kind, verb, *names = text.split(":", MAX_NAMES + 2)
    problem = None
    if len(names) > MAX_NAMES:
        problem = f"This list is too long: only its first {MAX_NAMES:,} names were read."
        del names[MAX_NAMES:]
    return (kind, verb, [] if names == [""] else names), problem


def _read_items(text: str) -> tuple[Fields, str | None]:
    return tuple(text.split(":", MAX_UNKNOWN_FIELDS - 1)), None


def _read_rois(text: str) -> tuple[Fields, str | None]:
    kind, _, rest = text.partition(":")
    try:
        return (kind, _rois(_image_values(rest))), None
    except FieldError as exc:
        return (kind, rest), f"The field 'rois' {exc}."


def _read_content(text: str) -> tuple[Fields, str | None]:
    kind, _, rest = text.partition(":")
    try:
        parts = _image_values(rest)
        end = _index_of_rois(parts)
        daq, problem = _daq(parts[1:end])
        return (kind, daq, _rois(parts[end + 1 :])), problem
    except FieldError as exc:
        return (kind, rest), f"The field 'rois' {exc}."


def _image_values(text: str) -> list[str]:
    values = text.split(":", MAX_IMAGE_VALUES)
    if len(values) > MAX_IMAGE_VALUES:
        raise FieldError(f"stands among more than {MAX_IMAGE_VALUES:,} values")
    return values


def _index_of_rois(parts: list[str]) -> int:
    names = parts[1:-1:2]
    if parts[0] != "daq" or "rois" not in names:
        raise FieldError("cannot be found")
    return 1 + 2 * names.index("rois")


class _Daq(msgspec.Struct, array_like=True, gc=False):
    daq: dict[str, _Float]


def _daq(parts: list[str]) -> tuple[dict[str, Any], str | None]:
    try:
        raw = dict(zip(parts[::2], parts[1::2], strict=True))
        return convert((raw,), _Daq, strict=False).daq, None
    except ValueError:  # one of them is no number as JSON writes it
        pass
    daq: dict[str, Any] = {}
    problem = None
    for name, value in zip(parts[::2], parts[1::2], strict=True):
        try:
            daq[name] = read_float(value)
        except FieldError as exc:
            daq[name] = value
            problem = problem or f"The field {shown(name)} {exc}."
    return daq, problem


class _Rois(msgspec.Struct, array_like=True, gc=False):
    rois: list[tuple[_Int, _Int, bytes]]


def _rois(parts: list[str]) -> list[Roi]:
    count = read_int(parts[0])
    if len(parts) != 1 + 3 * count:
        raise FieldError(f"should hold {count} images, but has {len(parts) - 1} values for them")
    rows = [parts[start : start + 3] for start in range(1, len(parts), 3)]
    try:
        return convert((rows,), _Rois, strict=False).rois
    except ValueError:  # one of them is nothing that JSON would have
        return [(read_int(top), read_int(left), read_base64(image)) for top, left, image in rows]


_SPECIAL: dict[str, _ReadValues] = {
    "file:list": _read_file_list,
    "triggerrois": _read_rois,
    "triggercontent": _read_content,
    "valuechanged:interactive:listgroups": _read_items,
    "valuechanged:interactive:liststeps": _read_items,
}
