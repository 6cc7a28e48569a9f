"""What messages look like in an MCAP file: JSON, one flat object a message, with a JSON schema.

Each form of message has a topic named as on the wire (``/valuechanged/getenvironment``), on which
its fields stand by the names of the catalogue, so that ``/valuechanged/getenvironment.humidity``
can be plotted as it is. Beside them are `ENVELOPE`'s members, as far as there is something to say.

Foxglove reads only a part of JSON Schema (seen in foxglove/studio, packages/mcap-support): every
property has one of the types used here, an object says its properties, and none is null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.messages import FieldSpec, Message

Schema = Mapping[str, Any]

# In their order in the message, seen in the tests of WHOIGit/pyifcbclient.
_SIGNALS: Final = (
    *("ADCTime", "GrabTimeStart", "GrabTimeEnd", "PeakA", "PeakB", "PeakC", "PeakD"),
    *("IntegratedA", "IntegratedB", "IntegratedC", "IntegratedD"),
    *("TimeOfFlight", "RunTime", "InhibitTime"),
)


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _said(kind: str, description: str) -> Schema:
    return {"type": kind, "description": description}


_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "number"}
_WHOLE: Final = {"type": "integer"}
_BYTES: Final = _said("integer", "size of the image file; the image stands on the topic of images")

ENVELOPE: Final[Mapping[str, Schema]] = {
    "id": _said("integer", "number of the message in its session, from 1"),
    "sender": _said("string", "as the host gave it"),
    "source": _said("string", "as the host gave it"),
    "seqno": _said("integer", "the host's own number"),
    "text": _said("string", "exactly as on the wire; left out where the images are"),
    "problem": _said("string", "why a field could not be read, and is left out"),
}
COMMAND: Final[Schema] = {
    **_object(**ENVELOPE),
    "title": "ifcb.command",
    "description": "What we sent.",
}
UNKNOWN: Final[Schema] = {
    **_object(**ENVELOPE),
    "title": "ifcb.unknown",
    "description": "A message that the catalogue does not have.",
}

_TIME: Final = {
    "title": "time",
    **_object(
        sec={"type": "integer", "minimum": 0},
        nsec={"type": "integer", "minimum": 0, "maximum": 999_999_999},
    ),
}
# Foxglove knows these two by their names and members.
COMPRESSED_IMAGE: Final[Schema] = {
    "title": "foxglove.CompressedImage",
    "description": "An image that a message brought.",
    **_object(
        timestamp=_TIME,
        frame_id=_said("string", "camera for a whole frame, roi for a region of interest"),
        data={"type": "string", "contentEncoding": "base64"},
        format=_said("string", "png"),
    ),
}
LOG: Final[Schema] = {
    "title": "foxglove.Log",
    "description": "What happened beside messages: connections, losses, notes, fates of commands.",
    **_object(
        timestamp=_TIME,
        level=_said("integer", "2 information, 3 warning, 4 error"),
        message=_TEXT,
        name=_said("string", "the kind of event"),
        file=_TEXT,
        line=_WHOLE,
    ),
}


@cache
def form_schema(key: str) -> Schema:
    """Return the schema of the messages of a form, by its key."""
    form = MESSAGE_FORMS[key]
    fields = {spec.name: _field_schema(spec) for spec in form.fields}
    return {
        "title": f"ifcb.{key.replace(':', '.')}",
        "description": f"{form.label}. {form.meaning}",
        **_object(**ENVELOPE, **fields),
    }


def field_values(message: Message) -> dict[str, Any]:
    """Return the fields of a known message by name; what could not be read is left out."""
    form = message.form
    if form is None or (message.problem and len(message.fields) != form.pattern.count(":") + 1):
        return {}
    values = {}
    for spec in form.fields:
        value = _value(spec, message)
        wanted, _, convert = _TYPES[spec.type]
        if isinstance(value, wanted):
            values[spec.name] = convert(value) if convert else value
    return values


def _value(spec: FieldSpec, message: Message) -> Any:
    if spec.type == "json":  # of any shape, which a schema cannot say: it stays text
        return message.text.split(":", spec.position)[-1]
    if spec.type == "items":
        return list(message.fields[spec.position :])
    return message.fields[spec.position]


def _field_schema(spec: FieldSpec) -> Schema:
    unit = f" [{spec.unit}]" if spec.unit else ""
    return {**_TYPES[spec.type][1], "description": f"{spec.meaning}{unit}"}


def _signals(values: Mapping[str, Any]) -> Mapping[str, float]:
    return {name: value for name, value in values.items() if isinstance(value, float)}


def _rois(values: list[tuple[int, int, bytes]]) -> list[dict[str, int]]:
    return [{"top": top, "left": left, "bytes": len(data)} for top, left, data in values]


_TYPES: Final[Mapping[str, tuple[type, Schema, Callable[[Any], Any] | None]]] = {
    "text": (str, _TEXT, None),
    "int": (int, _WHOLE, None),
    "float": (float, _NUMBER, None),
    "bool": (bool, {"type": "boolean"}, None),
    "json": (str, _TEXT, None),
    "stamp": (datetime, _TEXT, datetime.isoformat),
    "names": (list, _list(_TEXT), None),
    "items": (list, _list(_TEXT), None),
    "daq": (dict, _object(**dict.fromkeys(_SIGNALS, _NUMBER)), _signals),
    "base64": (bytes, _object(bytes=_BYTES), lambda data: {"bytes": len(data)}),
    "rois": (list, _list(_object(top=_WHOLE, left=_WHOLE, bytes=_BYTES)), _rois),
}
"""By the type that the catalogue gives a field: its Python type, its schema, and how it is told."""
