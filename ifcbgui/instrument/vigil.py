"""Watches over a link as long as it is kept: notices its silence, and sleeps of this computer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

# Of the silence that ends a connection, this part makes it stale: with 15 s between the hub's
# pings, more than one of them is missing then and less than two.
_STALE_PART: Final = 2 / 3
_LOOK_S: Final = 1.0
# Shorter sleeps no connection minds, and two clocks are never read at exactly one moment.
_LEAST_SLEEP_NS: Final = 2_000_000_000


class Vigil:
    """Looks at the clocks once a second.

    Args:
        heard_ns: Returns the monotonic time of the last sign of life, or None before the first.
        slept_ns: Returns how long this computer has slept so far, nanoseconds.
        server_timeout_s: Seconds of silence that end a connection.
        on_silence: Called at every look; True while nothing is heard.
        on_wake: Called after a sleep with its length, nanoseconds.
    """

    def __init__(
        self,
        heard_ns: Callable[[], int | None],
        slept_ns: Callable[[], int],
        server_timeout_s: float,
        *,
        on_silence: Callable[[bool], None],
        on_wake: Callable[[int], None],
    ) -> None:
        self._heard_ns = heard_ns
        self._slept_ns = slept_ns
        self._stale_after_ns = int(server_timeout_s * _STALE_PART * 1e9)
        self._look_s = min(_LOOK_S, server_timeout_s / 30)
        self._on_silence = on_silence
        self._on_wake = on_wake
        self._known_sleep_ns = 0
        self._looked_ns = 0

    async def keep(self) -> None:
        """Look until cancelled."""
        self._known_sleep_ns = self._slept_ns()
        self._looked_ns = time.monotonic_ns()
        while True:
            await asyncio.sleep(self._look_s)
            self.look(time.monotonic_ns())

    def look(self, now_ns: int) -> None:
        """Take a look at ``now_ns`` of the monotonic clock."""
        before, self._known_sleep_ns = self._known_sleep_ns, self._slept_ns()
        slept_ns = self._known_sleep_ns - before
        if slept_ns >= _LEAST_SLEEP_NS:
            self._on_wake(slept_ns)
        # By the look before: after a pause of this program, what waits is read first.
        moment_ns, self._looked_ns = self._looked_ns, now_ns
        heard_ns = self._heard_ns()
        self._on_silence(heard_ns is not None and moment_ns - heard_ns > self._stale_after_ns)
