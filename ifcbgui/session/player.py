"""Plays a session: a clock that runs, stands and jumps, and what was said by then."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.handlers import call_listeners
from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.history import History
from ifcbgui.session.landmarks import Mark
from ifcbgui.session.recall import Recaller
from ifcbgui.session.records import SessionEvent
from ifcbgui.session.replay import ReplaySession, StateFollower

MIN_SPEED, MAX_SPEED = 0.1, 100.0

_FRAME_S = 1 / 30
_PAGE = 2000
_PAGE_CHARACTERS = 4_000_000
_ROWS_AT_ONCE = 100
_ENOUGH_AHEAD = 1000

Page = list[tuple[int, Entry]]
Batch = list[tuple[int, Entry | SessionEvent]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Wish:
    """Where to jump to: right after a message, or to a time (UTC)."""

    message_id: int = 0
    time_ns: int | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What has been looked up for a jump."""

    at: tuple[int, Entry]
    monotonic_ns: int
    follower: StateFollower
    heard_ns: int
    link: LinkStatus


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
        missing: Numbers that never came stand among the events here, and are not counted.
        protocol: No encoding: nothing travels.
    """

    missing = 0
    protocol = ""

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
        self._monotonic_ns = self._told_ns = session.first.monotonic_ns
        self._link = LinkStatus()
        self._speed, self._playing = 1.0, False
        self._loop: tuple[int, int] | None = None
        self._ahead: deque[tuple[int, Entry]] = deque()
        self._clock_ns = 0
        self._runner: asyncio.Task[None] | None = None
        self._seeking: asyncio.Task[None] | None = None
        self._wanted: _Wish | None = None
        self._aim: _Wish | None = None
        self._landed = (session.first_id, session.first.monotonic_ns)
        self._recaller = Recaller()
        self._heard_ns = session.first.monotonic_ns

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
        except BaseException:
            worker.shutdown(wait=False)
            raise
        player = cls(session, worker, clock)
        try:
            player.serial = await player._read(lambda: session.serial)
            await player.seek(session.first_id)
        except BaseException:
            await player.close()
            raise
        return player

    async def close(self) -> None:
        """Stop and close the file."""
        tasks = [task for task in (self._runner, self._seeking) if task is not None]
        for task in tasks:
            task.cancel()
        self._aim = None
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

    @property
    def last_heard_ns(self) -> int:
        """The recording's monotonic time of the last message heard by now."""
        return self._heard_ns

    def add_entry_listener(self, listener: Callable[[Batch], None]) -> None:
        """Call a function with what the running clock, or a step, has reached.

        These are messages with their ids and, with 0, events, in the order in which they came.
        """
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

    async def recall(self) -> History | None:
        """Return the history of the moment jumped to last; what was delivered since follows it.

        Returns:
            None if a jump has made it useless: one to another place than a loop's begin again.
        """
        await self._settled()
        aim, landed = self._aim, self._landed
        recall = partial(self._recaller.recall, self._session, landed, lambda: self._aim == aim)
        history = await self._read(recall)
        return history if self._aim == aim else None

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
        await self._settled()
        if by < 0:
            await self.seek(await self._read(lambda: self._session.id_before(self._at[0])))
            return
        await self._fill()
        if self._ahead:
            self._monotonic_ns = max(self._monotonic_ns, self._ahead[0][1].monotonic_ns)
            self._deliver([self._ahead.popleft()])

    def seek_soon(self, message_id: int) -> None:
        """Jump to a message when the jump under way is done; an earlier wish is forgotten."""
        self._wish(_Wish(message_id))

    def seek_time_soon(self, time_ns: int) -> None:
        """Jump to a time (UTC) when the jump under way is done; see `seek_soon`."""
        self._wish(_Wish(time_ns=min(max(time_ns, self.first_ns), self.last_ns)))

    async def seek(self, message_id: int) -> None:
        """Jump to right after a message."""
        self.seek_soon(message_id)
        await self._settled()

    async def seek_time(self, time_ns: int) -> None:
        """Jump to a time (UTC, nanoseconds since 1970)."""
        self.seek_time_soon(time_ns)
        await self._settled()

    # The work ----------------------------------------------------------------------------

    def _wish(self, wish: _Wish) -> None:
        self._wanted = self._aim = wish
        if self._seeking is None or self._seeking.done():
            self._seeking = asyncio.get_running_loop().create_task(self._seek_on())

    async def _settled(self) -> None:
        """Wait until no jump is under way."""
        if self._seeking is not None and not self._seeking.done():
            await asyncio.shield(self._seeking)

    async def _seek_on(self) -> None:
        while self._wanted is not None:
            wish, self._wanted = self._wanted, None
            found = await self._read(lambda wish=wish: self._look_up(wish))
            self._at, self._follower = found.at, found.follower
            self._link, self._heard_ns = found.link, found.heard_ns
            self._monotonic_ns = self._told_ns = found.monotonic_ns
            self._landed = found.at[0], found.monotonic_ns
            self._clock_ns = self._clock()
            self._ahead.clear()
            call_listeners(self._seek_listeners, self.position)
            self._moved()

    def _look_up(self, wish: _Wish) -> _Found:
        session, message_id = self._session, wish.message_id
        if wish.time_ns is not None:
            message_id = session.id_at(wish.time_ns)
        at = session.entry(min(max(message_id, self.first_id), self.last_id))
        monotonic_ns = at[1].monotonic_ns
        if wish.time_ns is not None:  # it may lie in the silence behind that message
            monotonic_ns += max(wish.time_ns - at[1].time_ns, 0)
        return _Found(
            at,
            monotonic_ns,
            session.follower_at(at[0]),
            session.heard_before(at),
            session.link_at(monotonic_ns),
        )

    async def _run(self) -> None:
        while self._playing:
            await self._settled()
            await self._fill()
            self._advance_clock()
            self._deliver(self._due())
            self._end_or_begin_again()
            await asyncio.sleep(_FRAME_S)

    def _advance_clock(self) -> None:
        now_ns = self._clock()
        if self._playing:
            self._monotonic_ns += round((now_ns - self._clock_ns) * self._speed)
            if self._ahead:  # no further than what has been read: a slow disk slows the clock
                self._monotonic_ns = min(self._monotonic_ns, self._ahead[-1][1].monotonic_ns)
        self._clock_ns = now_ns

    def _due(self) -> Page:
        due: Page = []
        while self._ahead and self._ahead[0][1].monotonic_ns <= self._monotonic_ns:
            if self._loop is not None and self._ahead[0][0] > self._loop[1]:
                break
            due.append(self._ahead.popleft())
        return due

    def _deliver(self, page: Page) -> None:
        for _, entry in page:
            self._follower.take(entry)
            if entry.direction is Direction.IN:
                self._heard_ns = entry.monotonic_ns
        if page:
            self._at = page[-1]
        if batch := self._with_events(page):
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
        page = await self._read(lambda: self._page(newest + 1))
        if newest == (self._ahead[-1][0] if self._ahead else self._at[0]):  # else it has jumped
            self._ahead.extend(page)

    def _with_events(self, page: Page) -> Batch:
        """Return messages and what else has happened until now, in order."""
        told = self._session.events_between(self._told_ns, self._monotonic_ns)
        self._told_ns = self._monotonic_ns
        events: Batch = [(0, event) for event in told]
        return sorted((*page, *events), key=lambda row: row[1].monotonic_ns)

    def _page(self, start_id: int) -> Page:
        """Return the next messages: many small ones, or a few with pictures."""
        page: Page = []
        size = 0
        entries = self._session.entries(start_id, batch=_ROWS_AT_ONCE)
        while len(page) < _PAGE and size < _PAGE_CHARACTERS and (row := next(entries, None)):
            page.append(row)
            size += len(row[1].message.text)
        return page

    def _moved(self) -> None:
        call_listeners(self._move_listeners, self.position)

    async def _read(self, work: Callable[..., T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, work)
