"""How long this computer has slept: a link from before is dead, though it may look alive.

Each system has one clock that goes on while it sleeps and one that stands still; only a sleep
moves them apart. A wall clock would not do: it is also set by hand and by time servers. Where
there are no two such clocks nothing is noticed, and a dead link is found by its silence.
"""

from __future__ import annotations

import sys
import time
from typing import Final

# ``time.monotonic`` stands still while Linux and macOS sleep; on Windows it goes on.
MONOTONIC_GOES_ON: Final = sys.platform == "win32"

if sys.platform == "win32":
    import ctypes

    def slept_ns() -> int:
        """Return how long this computer has slept since it was started, nanoseconds."""
        awake = ctypes.c_ulonglong()  # in steps of 100 ns
        ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(awake))
        return time.monotonic_ns() - awake.value * 100

elif sys.platform == "darwin":

    def slept_ns() -> int:
        """Return how long this computer has slept since it was started, nanoseconds."""
        # By this name a clock that goes on; on Linux it is one that stands still.
        going_on = time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)
        return going_on - time.clock_gettime_ns(time.CLOCK_UPTIME_RAW)

elif sys.platform == "linux":

    def slept_ns() -> int:
        """Return how long this computer has slept since it was started, nanoseconds."""
        going_on = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        return going_on - time.clock_gettime_ns(time.CLOCK_MONOTONIC)

else:

    def slept_ns() -> int:
        """Return 0: there is no telling."""
        return 0
