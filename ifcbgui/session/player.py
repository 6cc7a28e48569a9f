"""Plays a session: a clock that runs, stands and jumps, and what was said by then."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from ifcbgui.instrument.entry import Entry
from ifcbgui.instrument.handlers import call_listeners
from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.replay import Mark, ReplaySession, StateFollower

MIN_SPEED, MAX_SPEED = 0.1, 100.0

_FRAME_S = 1 / 30
_PAGE = 2000
_ENOUGH_AHEAD = 1000

Batch = list[tuple[int, Entry]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Position:
    """Where the player stands.

    Attributes:
        message_id: The newest message said by then.
        time_ns: UTC there, nanoseconds since 1970.
        monotonic_ns: The recording's monotonic clock there; ages are counted to it.
        playing: True while the clock runs.
        speed: How many times faster than it happened.
        loop: First and last message of the range that is played over and over, or None.
    """

    message_id: int
    time_ns: int
    monotonic_ns: int
    playing: bool
    speed: float
    loop: tuple[int, int] | None


class Player:
    """Plays one session on the running event loop; the file is read in a thread of its own.

    Make one with `open`, end it with `close`. Seeks are done one after the other, and of those
    that wait only the last: dragging along a timeline does not pile up.

    Attributes:
        first_ns: UTC of the first message, nanoseconds since 1970.
        last_ns: UTC of the last one.
        first_id: Id of the first message.
        last_id: Id of the last one.
        serial: The instrument's serial number.
    """

    def __init__(
        self,
        session: ReplaySession,
        worker: ThreadPoolExecutor,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Stand right before the first message; use `open` instead."""
        self.first_id, self.last_id = session.first_id, session.last_id
        self.first_ns, self.last_ns = session.first.time_ns, session.last.time_ns
        self.serial = ""
        self._session, self._worker, self._clock = session, worker, clock
        self._entry_listeners: list[Callable[[Batch], None]] = []
        self._seek_listeners: list[Callable[[Position], None]] = []
        self._move_listeners: list[Callable[[Position], None]] = []
        self._follower = StateFollower(session, InstrumentState())
        self._at: tuple[int, Entry] = (session.first_id, session.first)
        self._monotonic_ns = session.first.monotonic_ns
        self._link = LinkStatus()
        self._speed, self._playing = 1.0, False
        self._loop: tuple[int, int] | None = None
        self._ahead: deque[tuple[int, Entry]] = deque()
        self._clock_ns = 0
        self._runner: asyncio.Task[None] | None = None
        self._seeking: asyncio.Task[None] | None = None
        self._wanted: int | None = None

    @classmethod
    async def open(cls, path: Path, clock: Callable[[], int] = time.monotonic_ns) -> Player:
        """Open a session and stand at its first message.

        Raises:
            SessionError: If it is none, or holds no message that can be read.
        """
        worker = ThreadPoolExecutor(1, thread_name_prefix="replay")
        loop = asyncio.get_running_loop()
        try:
            session = await loop.run_in_executor(worker, ReplaySession, path)
            player = cls(session, worker, clock)
            player.serial = await player._read(lambda: session.serial)
            await player.seek(session.first_id)
        except BaseException:
            worker.shutdown(wait=False)
            raise
        return player

    async def close(self) -> None:
        """Stop and close the file."""
        tasks = [task for task in (self._runner, self._seeking) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._read(self._session.close)
        self._worker.shutdown(wait=False)

    # What others see ---------------------------------------------------------------------

    @property
    def position(self) -> Position:
        """Where the player stands now."""
        entry = self._at[1]
        return Position(
            self._at[0],
            entry.time_ns + self._monotonic_ns - entry.monotonic_ns,
            self._monotonic_ns,
            self._playing,
            self._speed,
            self._loop,
        )

    @property
    def state(self) -> InstrumentState:
        """The instrument's state as it was here."""
        return self._follower.state

    @property
    def link(self) -> LinkStatus:
        """The link as it was here."""
        return self._link

    def add_entry_listener(self, listener: Callable[[Batch], None]) -> None:
        """Call a function with the messages that the running clock, or a step, has reached."""
        self._entry_listeners.append(listener)

    def add_seek_listener(self, listener: Callable[[Position], None]) -> None:
        """Call a function after every jump: nothing shown before holds any more."""
        self._seek_listeners.append(listener)

    def add_move_listener(self, listener: Callable[[Position], None]) -> None:
        """Call a function whenever the position, speed or playing has changed."""
        self._move_listeners.append(listener)

    async def marks(self) -> list[Mark]:
        """Return the landmarks of the session; takes seconds in a very long one."""
        return await self._read(self._session.marks)

    # What others ask for -----------------------------------------------------------------

    def play(self) -> None:
        """Let the clock run, from the beginning if it stands at the end."""
        if self._playing:
            return
        if self._at[0] >= self.last_id:
            self.seek_soon(self._loop[0] if self._loop else self.first_id)
        self._playing = True
        self._clock_ns = self._clock()
        if self._runner is None or self._runner.done():
            self._runner = asyncio.get_running_loop().create_task(self._run())
        self._moved()

    def pause(self) -> None:
        """Let the clock stand."""
        self._playing = False
        self._moved()

    def set_speed(self, speed: float) -> None:
        """Play so many times faster than it happened; kept between 0.1 and 100."""
        self._advance_clock()
        self._speed = min(max(speed, MIN_SPEED), MAX_SPEED)
        self._moved()

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Play the messages from one id to another over and over, or no longer."""
        self._loop = loop
        self._moved()

    async def step(self, by: int) -> None:
        """Go on, or back, by one message and stand there."""
        self.pause()
        if by < 0:
            await self.seek(await self._read(lambda: self._session.id_before(self._at[0])))
            return
        await self._fill()
        if self._ahead:
            self._monotonic_ns = max(self._monotonic_ns, self._ahead[0][1].monotonic_ns)
            self._deliver([self._ahead.popleft()])

    def seek_soon(self, message_id: int) -> None:
        """Jump to a message when the jump under way is done; an earlier wish is forgotten."""
        self._wanted = message_id
        if self._seeking is None or self._seeking.done():
            self._seeking = asyncio.get_running_loop().create_task(self._seek_on())

    async def seek(self, message_id: int) -> None:
        """Jump to right after a message."""
        self.seek_soon(message_id)
        if self._seeking is not None:
            await asyncio.shield(self._seeking)

    async def seek_time(self, time_ns: int) -> None:
        """Jump to a time (UTC, nanoseconds since 1970)."""
        await self.seek(await self._read(lambda: self._session.id_at(time_ns)))

    # The work ----------------------------------------------------------------------------

    async def _seek_on(self) -> None:
        while self._wanted is not None:
            wanted = min(max(self._wanted, self.first_id), self.last_id)
            self._wanted = None
            at, follower, link = await self._read(lambda wanted=wanted: self._look_up(wanted))
            self._at, self._follower, self._link = at, follower, link
            self._monotonic_ns = at[1].monotonic_ns
            self._clock_ns = self._clock()
            self._ahead.clear()
            call_listeners(self._seek_listeners, self.position)
            self._moved()

    def _look_up(self, message_id: int) -> tuple[tuple[int, Entry], StateFollower, LinkStatus]:
        at = self._session.entry(message_id)
        follower = self._session.follower_at(at[0])
        return at, follower, self._session.link_at(at[1].monotonic_ns)

    async def _run(self) -> None:
        while self._playing:
            if self._seeking is not None and not self._seeking.done():
                await asyncio.wait([self._seeking])
            await self._fill()
            self._advance_clock()
            self._deliver(self._due())
            self._end_or_begin_again()
            await asyncio.sleep(_FRAME_S)

    def _advance_clock(self) -> None:
        now_ns = self._clock()
        if self._playing:
            self._monotonic_ns += round((now_ns - self._clock_ns) * self._speed)
            if len(self._ahead) < _ENOUGH_AHEAD and self._ahead:
                # No further than what has been read: a slow disk slows the clock down.
                self._monotonic_ns = min(self._monotonic_ns, self._ahead[-1][1].monotonic_ns)
        self._clock_ns = now_ns

    def _due(self) -> Batch:
        due: Batch = []
        while self._ahead and self._ahead[0][1].monotonic_ns <= self._monotonic_ns:
            if self._loop is not None and self._ahead[0][0] > self._loop[1]:
                break
            due.append(self._ahead.popleft())
        return due

    def _deliver(self, batch: Batch) -> None:
        for _, entry in batch:
            self._follower.take(entry)
        if batch:
            self._at = batch[-1]
            call_listeners(self._entry_listeners, batch)
        self._link = self._session.link_at(self._monotonic_ns)
        self._moved()

    def _end_or_begin_again(self) -> None:
        last = self._loop[1] if self._loop else self.last_id
        if self._at[0] < last:
            return
        if self._loop is not None:
            self.seek_soon(self._loop[0])
        else:
            self._monotonic_ns = self._at[1].monotonic_ns
            self.pause()

    async def _fill(self) -> None:
        """Read on until enough is at hand for some frames."""
        newest = self._ahead[-1][0] if self._ahead else self._at[0]
        if len(self._ahead) >= _ENOUGH_AHEAD or newest >= self.last_id:
            return
        page = await self._read(lambda: list(islice(self._session.entries(newest + 1), _PAGE)))
        if newest == (self._ahead[-1][0] if self._ahead else self._at[0]):  # else it has jumped
            self._ahead.extend(page)

    def _moved(self) -> None:
        call_listeners(self._move_listeners, self.position)

    async def _read(self, work: Callable[..., T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, work)
