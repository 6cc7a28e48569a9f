"""How values, ages and moments are written for the operator. No Qt here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from ifcbgui.instrument.state import Reading

UNKNOWN: Final = "—"
_POSITION: Final = re.compile(r"age: (\S+) lat: (\S+) lon: (\S+)")

_DECIMALS: Final[Mapping[str, int]] = MappingProxyType(
    {"humidity": 1, "temperature": 1, "fpsrate": 1, "syringe_volume": 2, "setsamplevolume": 2}
)


def value_text(name: str, value: Any) -> str:
    """Return a value as it is shown, without its unit."""
    if value is None or value == "":
        return UNKNOWN
    if name.endswith("gpsposition"):
        return position_text(str(value))
    if isinstance(value, bool):
        return "ON" if value else "OFF"
    if isinstance(value, float):
        decimals = _DECIMALS.get(name)
        return f"{value:g}" if decimals is None else f"{value:.{decimals}f}"
    # On one line: a report ends with a line end, and may hold some.
    return " ".join(str(value).splitlines()).strip() or UNKNOWN


def position_text(text: str) -> str:
    """Return a position as latitude and longitude, or the host's own words for another form.

    Seen in WHOIGit/PhytO-ARM traffic: ``age: n/a lat: n/a lon: n/a`` without a receiver.
    """
    found = _POSITION.fullmatch(text.strip())
    if found is None:
        return text
    return "no fix" if "n/a" in found.groups() else f"{found[2]}, {found[3]} (age {found[1]})"


def age_text(age_ns: int) -> str:
    """Return an age in its largest unit: ``now``, ``12 s``, ``3 min``, ``2 h``, ``4 d``."""
    seconds = age_ns // 1_000_000_000
    if seconds < 1:
        return "now"
    for limit, size, unit in ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h")):
        if seconds < limit:
            return f"{seconds // size} {unit}"
    return f"{seconds // 86400} d"


def clock_text(seconds: float) -> str:
    """Return a length of time as ``m:ss``, or ``h:mm:ss`` from one hour on."""
    minutes, second = divmod(max(0, int(seconds)), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


def utc_text(time_ns: int) -> str:
    """Return a moment as ``2026-11-22 16:05:09 UTC``."""
    moment = datetime.fromtimestamp(time_ns // 1_000_000_000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def ago_text(reading: Reading, now_ns: int) -> str:
    """Return how long ago something was said: ``just now``, ``3 min ago``."""
    age = age_text(now_ns - reading.monotonic_ns)
    return "just now" if age == "now" else f"{age} ago"


def last_said_text(reading: Reading | None, now_ns: int) -> str:
    """Return when a value was last said, in UTC and as an age."""
    if reading is None:
        return "Never said by the instrument."
    return f"Last said {utc_text(reading.time_ns)} ({ago_text(reading, now_ns)})."
