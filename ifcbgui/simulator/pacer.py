"""Lets virtual time follow the wall clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ifcbgui.simulator.timeline import Timeline

# One turn may hold the event loop this long; then sockets get theirs.
_SLICE_S = 0.02
# Further behind than this (a suspended laptop, a speed too high), time lost is not made up.
_MAX_LAG_S = 1.0
_LONGEST_SLEEP_S = 3600.0
_HELD_SLEEP_S = 0.02


class Pacer:
    """Runs a timeline on the running event loop, ``speed`` times as fast as real time.

    Args:
        timeline: Virtual time.
        speed: Virtual seconds in a second.
        held: Asked before each step; while it says yes, virtual time stands still.
    """

    def __init__(
        self, timeline: Timeline, speed: float, held: Callable[[], bool] = lambda: False
    ) -> None:
        self._timeline = timeline
        self._speed = speed
        self._held = held
        self._loop = asyncio.get_running_loop()
        self._origin = self._loop.time() - timeline.now / speed
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = False
        self._sleep()

    def catch_up(self) -> None:
        """Bring virtual time up to the wall clock, before the world changes something."""
        due = self._timeline.next_due
        now = self._virtual_now()
        if due is None or due > now:
            self._timeline.now = max(self._timeline.now, now)

    def kick(self) -> None:
        """Look again at what is due, after something was added from outside."""
        if not self._stopped:
            self._sleep()

    def stop(self) -> None:
        """Let time stand still."""
        self._stopped = True
        if self._timer:
            self._timer.cancel()

    def _virtual_now(self) -> float:
        return (self._loop.time() - self._origin) * self._speed

    def _turn(self) -> None:
        end_of_slice = self._loop.time() + _SLICE_S
        target = self._virtual_now()
        try:
            while (due := self._timeline.next_due) is not None and due <= target:
                if self._held():
                    break
                self._timeline.run_next()
                if self._loop.time() > end_of_slice:
                    break
        finally:
            self._forgive()
            self.kick()

    def _forgive(self) -> None:
        due = self._timeline.next_due
        if due is not None:
            lag = self._loop.time() - (self._origin + due / self._speed)
            self._origin += max(0.0, lag - _MAX_LAG_S)

    def _sleep(self) -> None:
        if self._timer:
            self._timer.cancel()
        due = self._timeline.next_due
        when = self._loop.time() + _LONGEST_SLEEP_S
        if due is not None:
            when = min(when, self._origin + due / self._speed)
        if self._held():
            when = self._loop.time() + _HELD_SLEEP_S
        self._timer = self._loop.call_at(when, self._turn)
