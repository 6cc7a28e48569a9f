"""The progress markers that PhytO-ARM weaves into the routines it loads.

They come back as reports: ``$phyto-arm$0$`` and compact JSON (seen in WHOIGit/PhytO-ARM).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.routines import Routine, RoutineError

MAGIC = "$phyto-arm$0$"
_REPORT = f"reportevent:{MAGIC}"


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker.

    Attributes:
        kind: ``enter``, ``exit``, ``before`` or ``after``.
        routine: Stored name of the routine.
        path: Empty for the routine, (group,) for a group, (group, step) for a step; from 0.
        value: JSON of the routine, group or step itself.
    """

    kind: str
    routine: str
    path: tuple[int, ...]
    value: Any


class _Payload(msgspec.Struct):
    kind: str
    routine: str
    path: tuple[int, ...]
    value: Any = None


_decode = msgspec.json.Decoder(_Payload).decode


def phytoarm_marker(message: Message) -> Marker | None:
    """Return the marker in a report, or None where there is none."""
    return _marker(message.text[12:]) if message.text.startswith(_REPORT) else None


def marked_routine(marker: Marker) -> Routine | None:
    """Return the original routine, which the marker at its beginning holds, or None."""
    try:
        return None if marker.path else Routine.from_json(marker.value)
    except RoutineError:
        return None


def without_markers(routine: Routine) -> tuple[str | None, Routine]:
    """Return the name and the original of a routine that markers were woven into.

    A routine without them comes back as it is, with None for the name.
    """
    _, step = next(routine.steps, (None, None))
    text = step.arguments[0] if step and step.type == "Report" and step.arguments else None
    marker = _marker(text)
    original = marked_routine(marker) if marker else None
    return (marker.routine, original) if marker and original else (None, routine)


def _marker(text: Any) -> Marker | None:
    if not isinstance(text, str) or not text.startswith(MAGIC):
        return None
    try:
        payload = _decode(text[len(MAGIC) :])
    except (ValueError, RecursionError):
        return None
    return Marker(payload.kind, payload.routine, payload.path, payload.value)
