"""How the connection of a client stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ifcbgui.signalr.errors import SignalRError


class HubState(StrEnum):
    """Where the connection stands."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    DISCONNECTING = "disconnecting"


@dataclass(frozen=True, slots=True)
class HubStatus:
    """The state of the connection and what led to it.

    Attributes:
        state: Where the connection stands.
        attempt: Number of the attempt under way or waited for, from 1; 0 if there is none.
        retry_in_s: Seconds from this status to that attempt, or None if it is under way.
        error: What went wrong last on the way here, or None.
    """

    state: HubState = HubState.DISCONNECTED
    attempt: int = 0
    retry_in_s: float | None = None
    error: SignalRError | None = None
