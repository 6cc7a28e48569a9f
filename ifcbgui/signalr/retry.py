"""When to try again after a failure."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Growing delays without end.

    Attributes:
        delays_s: Waits before the tries after a loss, in seconds; the last one goes on for ever
            and must be above 0.
        jitter: Up to this share is added to each wait, so that many clients do not come at once.
        stable_s: Only a connection that lasted this long, in seconds, sets the waits back to the
            first one. A server that drops everybody at once is not hammered that way, and one
            that is restarted soon after somebody came is not kept waiting.
    """

    delays_s: tuple[float, ...] = (0.0, 2.0, 10.0, 30.0)
    jitter: float = 0.2
    stable_s: float = 5.0

    def __post_init__(self) -> None:
        if not self.delays_s or min(self.delays_s) < 0 or self.delays_s[-1] <= 0:
            raise ValueError("The delays must not be negative and the last one must be above 0.")


class Backoff:
    """The place in the row of delays. The first try of all stands for the one after delay 0."""

    def __init__(self, policy: RetryPolicy, rng: Callable[[], float] = random.random) -> None:
        self._policy = policy
        self._rng = rng
        self._position = 1

    def next_delay(self, *, at_once: bool = True) -> float:
        """Return how many seconds to wait before the next try.

        Args:
            at_once: False where the first wait of all, which is none, would be asking for more
                of the same.
        """
        delays = self._policy.delays_s
        self._position = max(self._position, 0 if at_once else 1)
        delay = delays[min(self._position, len(delays) - 1)]
        self._position += 1
        return delay * (1 + self._policy.jitter * self._rng())

    def connected_for(self, seconds: float) -> None:
        """Note how long a connection lasted that has now ended."""
        if seconds >= self._policy.stable_s:
            self.begin_anew()

    def begin_anew(self) -> None:
        """Make the next wait the first one again."""
        self._position = 0
