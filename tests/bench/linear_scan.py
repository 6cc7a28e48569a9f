"""The published way to parse an IFCB's messages, on this program's catalogue: a linear scan.

WHOIGit/pyifcbclient tries one pattern after the other: those of another length are passed over,
constants are compared, values converted as they come, and what does not fit leads on to the next.
Messages whose length varies are looked for after that. This does the same work in the same order,
so that the two ways can be compared; what it makes of a message is that package's business.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.messages import MessageForm

Candidate = tuple[str | Callable[[str], Any], ...]

CASTS: dict[str, Callable[[str], Any]] = {"int": int, "float": float, "bool": bool}
# Found by their first fields, after all candidates.
OF_ANY_LENGTH = {
    "reportevent",
    "file:chunk",
    "file:list",
    "triggerrois",
    "triggercontent",
    "valuechanged:interactive:load",
    "valuechanged:interactive:listgroups",
    "valuechanged:interactive:liststeps",
    "valuechanged:currentgpsposition",
    "valuechanged:samplegpsposition",
}


def candidate(form: MessageForm) -> Candidate:
    """Return a form as a row of constants and functions that convert."""
    casts = {field.position: CASTS.get(field.type, str) for field in form.fields}
    return tuple(casts.get(i, part) for i, part in enumerate(form.pattern.split(":")))


# The published order, which suits a scan better than that of the catalogue: what an instrument
# says most comes first, then its switches, then its settings.
CANDIDATES = [
    candidate(form)
    for form in sorted(MESSAGE_FORMS.values(), key=lambda form: form.group in ("switch", "setting"))
    if form.key not in OF_ANY_LENGTH
]


def scan(text: str) -> list[Any]:
    """Return the fields of a message.

    Raises:
        ValueError: It is not known, or something in it cannot be converted.
    """
    parts = text.split(":")
    for row in CANDIDATES:
        if len(row) != len(parts):
            continue
        fields: list[Any] = []
        try:
            for part, expected in zip(parts, row):  # noqa: B905 - as published; a keyword costs
                if not isinstance(expected, str):
                    fields.append(expected(part))
                elif part == expected:
                    fields.append(part)
                else:
                    break
            else:
                return finished(fields)
        except ValueError:
            continue
    return of_any_length(parts)


def finished(fields: list[Any]) -> list[Any]:
    """Convert what was left as text."""
    if fields[0] == "triggerimage":
        fields[1] = base64.b64decode(fields[1])
    elif fields[0] == "graphchanged":
        fields[-1] = datetime.strptime(fields[-1], "%Y-%m-%d|%H-%M")
    return fields


def of_any_length(parts: list[str]) -> list[Any]:
    """Return the fields of a message that may have any number of them."""
    if parts[0] == "reportevent":
        return [parts[0], ":".join(parts[1:])]
    if parts[:2] == ["file", "chunk"]:
        return [*parts[:3], int(parts[3]), ":".join(parts[4:])]
    if parts[:3] == ["valuechanged", "interactive", "load"]:
        return [*parts[:3], json.loads(":".join(parts[3:]))]
    if parts[:2] == ["file", "list"]:
        return [*parts[:2], parts[2:]]
    if parts[0] == "triggerrois":
        return [parts[0], rois(parts[1:])]
    if parts[0] == "triggercontent":
        at = parts.index("rois")
        daq = {name: float(value) for name, value in zip(parts[2:at:2], parts[3:at:2], strict=True)}
        return [parts[0], daq, rois(parts[at + 1 :])]
    if parts[:2] == ["valuechanged", "interactive"]:
        return parts
    if parts[:1] == ["valuechanged"] and parts[1].endswith("gpsposition"):
        return [*parts[:2], ":".join(parts[2:])]
    raise ValueError(text_of(parts))


def rois(parts: Sequence[str]) -> list[tuple[int, int, bytes]]:
    """Return images with their places."""
    return [
        (int(parts[i]), int(parts[i + 1]), base64.b64decode(parts[i + 2]))
        for i in range(1, 1 + 3 * int(parts[0]), 3)
    ]


def text_of(parts: Sequence[str]) -> str:
    """Say what was not understood."""
    return f"Not understood: {':'.join(parts)!r}"
