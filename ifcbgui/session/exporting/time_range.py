"""The part of a session to export, by time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from ifcbgui.session.filters import FilterError
from ifcbgui.session.filters.terms import TimeCompare
from ifcbgui.session.filters.times import read_time

_FIRST_NS: Final = -(2**63)
_LAST_NS: Final = 2**63


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From a moment on and up to another, which is not part of it any more.

    Attributes:
        start: The first moment, or None for the beginning of the session.
        stop: The moment before which to stop, or None for its end.
    """

    start: TimeCompare | None = None
    stop: TimeCompare | None = None

    @classmethod
    def parse(cls, start: str = "", stop: str = "") -> Self:
        """Understand two moments as filters have them, such as ``-10m``; a blank one is none.

        Raises:
            FilterError: If one of them is no moment.
        """
        return cls(_moment(">=", start), _moment("<", stop))

    def bounds(self, now_ns: int) -> tuple[int, int]:
        """Return both moments in UTC, nanoseconds since 1970.

        Args:
            now_ns: From where ``-10m`` counts back, and the day that ``12:30`` belongs to.
        """
        return (
            _FIRST_NS if self.start is None else self.start.limit_ns(now_ns),
            _LAST_NS if self.stop is None else self.stop.limit_ns(now_ns),
        )


def _moment(operator: str, text: str) -> TimeCompare | None:
    if not (value := text.strip()):
        return None
    try:
        return read_time(operator, value.lower(), 0)
    except FilterError:
        raise FilterError(
            f"{value!r} is no time. Write it as 2026-11-22T10:00 or 12:30, both UTC, or -10m.", 0
        ) from None
