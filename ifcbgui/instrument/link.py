"""The link to an instrument as people see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LinkState(StrEnum):
    """Where the link stands."""

    OFF = "off"
    CONNECTING = "connecting"
    SIGNING_ON = "signing on"
    ONLINE = "online"
    STALE = "stale"
    RECONNECTING = "reconnecting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """The link's state and, where something went wrong, what and what to try.

    Attributes:
        state: Where the link stands.
        attempt: Number of the connection attempt under way or waited for, from 1; 0 if none.
        retry_at_ns: ``time.monotonic_ns()`` at which the next attempt starts, or None.
        error: What happened, one sentence, or None.
        hint: What to try, one sentence, or None.
        since_ns: ``time.monotonic_ns()`` since when the link is in this state.
        online_since_ns: ``time.monotonic_ns()`` at which the present connection stood, or None
            before the sign-on on it. A value last said before it has not been confirmed since.
        dead_for_ns: How long the link had been dead already when this was noticed, nanoseconds:
            it was silent, or this computer slept.
    """

    state: LinkState = LinkState.OFF
    attempt: int = 0
    retry_at_ns: int | None = None
    error: str | None = None
    hint: str | None = None
    since_ns: int = 0
    online_since_ns: int | None = None
    dead_for_ns: int = 0

    @property
    def online(self) -> bool:
        """True while commands can be sent."""
        return self.state in (LinkState.ONLINE, LinkState.STALE)


def length_text(length_ns: int) -> str:
    """Return a length of time for people: ``12.3 s``, ``4 min 5 s``, ``2 h 41 min``."""
    seconds = length_ns / 1e9
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours} h {minute} min" if hours else f"{minutes} min {second} s"
