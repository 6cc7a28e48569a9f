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
    """

    state: LinkState = LinkState.OFF
    attempt: int = 0
    retry_at_ns: int | None = None
    error: str | None = None
    hint: str | None = None
    since_ns: int = 0
    online_since_ns: int | None = None

    @property
    def online(self) -> bool:
        """True while commands can be sent."""
        return self.state in (LinkState.ONLINE, LinkState.STALE)
