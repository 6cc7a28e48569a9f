"""Virtual time: what the instrument does next, and when, with no clock of its own.

An activity of the instrument is a generator. It yields the seconds it wants to pass, or a
`Gate` to wait at. Nothing here knows the wall clock: a test runs an hour in milliseconds,
and `pacer` lets the same activities follow real time.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator
from itertools import count
from typing import TypeAlias

Activity: TypeAlias = "Generator[float | Gate, None, None]"


class Task:
    """A running activity."""

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self.done = False

    def cancel(self) -> None:
        """End the activity where it stands; its ``finally`` blocks run now."""
        self.done = True
        self._activity.close()

    def advance(self) -> float | Gate | None:
        """Run to the next yield and return what was yielded, None at the end."""
        try:
            return next(self._activity)
        except StopIteration:
            self.done = True
            return None
        except BaseException:
            self.done = True
            raise


class Timeline:
    """Runs activities in the order of their wake-up times; equal times in order of asking.

    Attributes:
        now: Virtual seconds since the start.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._order = count()
        self._queue: list[tuple[float, int, Task]] = []

    @property
    def next_due(self) -> float | None:
        """The virtual time of the next thing to do, or None when nothing is pending."""
        while self._queue and self._queue[0][2].done:
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def spawn(self, activity: Activity) -> Task:
        """Start an activity at the present moment."""
        task = Task(activity)
        self.schedule(task, 0.0)
        return task

    def schedule(self, task: Task, delay: float) -> None:
        """Wake a task ``delay`` virtual seconds from now."""
        heapq.heappush(self._queue, (self.now + delay, next(self._order), task))

    def run_next(self) -> None:
        """Go to the next thing that is due, and do it."""
        due, _, task = heapq.heappop(self._queue)
        if task.done:
            return
        self.now = due
        wanted = task.advance()
        if isinstance(wanted, Gate):
            wanted.admit(task)
        elif wanted is not None:
            self.schedule(task, wanted)

    def run_until(self, time: float) -> None:
        """Do everything due up to a virtual time, then stand at that time."""
        while (due := self.next_due) is not None and due <= time:
            self.run_next()
        self.now = max(self.now, time)


class Gate:
    """A place where activities wait while it is shut."""

    def __init__(self, timeline: Timeline, *, is_open: bool = True) -> None:
        self._timeline = timeline
        self._waiting: list[Task] = []
        self.is_open = is_open

    def admit(self, task: Task) -> None:
        """Let a task go on at once, or keep it until the gate opens."""
        if self.is_open:
            self._timeline.schedule(task, 0.0)
        else:
            self._waiting.append(task)

    def open(self) -> None:
        """Let everything that waits go on."""
        self.is_open = True
        waiting, self._waiting = self._waiting, []
        for task in waiting:
            self._timeline.schedule(task, 0.0)

    def shut(self) -> None:
        """Hold whatever comes next."""
        self.is_open = False
