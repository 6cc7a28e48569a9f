"""Times as plots have and write them: of UTC or of this computer's own clock. No Qt here."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final

_DAY: Final = 86_400
_STEPS_S: Final = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10_800, 21_600, 43_200, _DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY),
)
_S: Final = 1_000_000_000


def time_ticks(
    first_s: float, last_s: float, least_s: float, *, utc: bool
) -> tuple[float, list[float]]:
    """Return round moments of a range, and how far they are apart.

    Args:
        first_s: Its begin, seconds since 1970.
        last_s: Its end.
        least_s: How far they must be apart at least.
        utc: True for round moments of UTC, False for those of local time.
    """
    step = next((step for step in _STEPS_S if step >= least_s), _STEPS_S[-1])
    offset = 0.0 if utc else _offset_s(first_s)
    number = math.ceil((first_s + offset) / step)
    ticks: list[float] = []
    while True:
        clock_s = number * step
        # The offset there may be another one than at the begin.
        time_s = clock_s - (0.0 if utc else _offset_s(clock_s - offset))
        if time_s > last_s:
            break
        ticks.append(time_s)
        number += 1
    return step, ticks


def tick_text(time_s: float, step_s: float, *, utc: bool) -> str:
    """Return how a round moment is written: as finely as the ticks need it, a day at midnight."""
    moment = datetime.fromtimestamp(time_s, UTC if utc else None)
    midnight = not (moment.hour or moment.minute or moment.second or moment.microsecond)
    if step_s >= _DAY or (midnight and step_s >= 60):
        return f"{moment.day} {moment:%b}"
    if step_s >= 60:
        return f"{moment:%H:%M}"
    if step_s >= 1:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%H:%M:%S}.{moment.microsecond // 100_000}"


def moment_text(time_ns: int, *, utc: bool) -> str:
    """Return a moment to the tenth of a second, with what clock it is of."""
    moment = datetime.fromtimestamp(time_ns / _S, UTC if utc else None)
    tenth = moment.microsecond // 100_000
    return f"{moment:%Y-%m-%d %H:%M:%S}.{tenth} {zone_text(utc=utc)}"


def zone_text(*, utc: bool) -> str:
    """Return what clock the times are of."""
    return "UTC" if utc else "local"


def days_text(start_ns: int, stop_ns: int, *, utc: bool) -> str:
    """Return the day, or the first and the last day, of a range."""
    zone = UTC if utc else None
    first, last = (datetime.fromtimestamp(time_ns / _S, zone) for time_ns in (start_ns, stop_ns))
    text = f"{last.day} {last:%b %Y}"
    if first.date() == last.date():
        return text
    if first.year != last.year:
        return f"{first.day} {first:%b %Y} to {text}"
    return (
        f"{first.day} {first:%b} to {text}"
        if first.month != last.month
        else f"{first.day} to {text}"
    )


def _offset_s(time_s: float) -> float:
    offset = datetime.fromtimestamp(time_s).astimezone().utcoffset()
    return offset.total_seconds() if offset else 0.0
