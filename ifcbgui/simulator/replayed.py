"""A recorded instrument behind the simulator's hub: it says again what it said, and obeys nothing.

Built like the virtual instrument's server (`ifcbgui.simulator.server`), with a recording in the
place of the instrument.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Self

from ifcbgui.instrument.entry import Direction, Entry, JsonScalar
from ifcbgui.instrument.reducer import kinds_without_state
from ifcbgui.instrument.sign_on import GREETING, REFRESH
from ifcbgui.simulator.hub import Hub
from ifcbgui.simulator.hub_connection import HubOptions

_log = logging.getLogger(__name__)

# A client asks for the state right after its sign-on; one that does not is waited for this long.
_BEGIN_AFTER_S = 2.0
_SLICE_S = 0.02
_HELD_UP_S = 0.01


class ReplayServer:
    """Serves recorded messages in recorded time, from the first client's sign-on on.

    It begins once that client has asked for the state: so a client that is there from the start
    hears every message once. Later a client that asks is told what was last said of everything.
    A client that cannot keep up slows the replay down; none misses anything.

    Args:
        entries: The recorded traffic in order; what was sent to the instrument is left out.
        serial: Id clients sign on with.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        speed: How many times faster than it happened.
        options: Times and limits of the hub.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        *,
        serial: str,
        host: str = "127.0.0.1",
        port: int = 0,
        speed: float = 1.0,
        options: HubOptions | None = None,
    ) -> None:
        if speed <= 0:
            raise ValueError("The speed must be above 0.")
        self.serial = serial
        self._entries = entries
        self._host, self._port, self._speed = host, port, speed
        self._hub = Hub(serial, self._receive, options, on_sign_on=self._signed_on)
        self._begin = asyncio.Event()
        self._playing: asyncio.Task[int] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._said: dict[str, Entry] = {}
        self._numbers: dict[tuple[JsonScalar, JsonScalar], int | None] = {}

    @property
    def url(self) -> str:
        """Address of the hub, with the port that was chosen once it listens."""
        return self._hub.url(self._host, self._port)

    async def start(self) -> None:
        """Listen, and wait for the first client.

        Raises:
            OSError: If the address cannot be used.
        """
        self._port = await self._hub.start(self._host, self._port)
        self._playing = asyncio.create_task(self._play())

    async def stop(self) -> None:
        """End it; nothing is left behind."""
        if self._timer is not None:
            self._timer.cancel()
        if self._playing is not None:
            self._playing.cancel()
            await asyncio.gather(self._playing, return_exceptions=True)
        await self._hub.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def ended(self) -> int:
        """Wait until the last message has been said, and return how many there were.

        Raises:
            SessionError: What kept the recording from being read.
        """
        return await asyncio.shield(self._playing) if self._playing is not None else 0

    def _signed_on(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_BEGIN_AFTER_S, self._begin.set)

    def _receive(self, text: str) -> None:
        if text == REFRESH:
            self._tell_state()
            self._begin.set()
        elif text != GREETING:
            _log.warning("Not obeyed, for this is a replay: %s", text[:200])

    def _tell_state(self) -> None:
        """Say again what was last said of everything.

        Under the newest number of its sender: nobody takes that for a gap.
        """
        for entry in self._said.values():
            number = self._numbers[entry.sender, entry.source]
            self._hub.relay_as(entry.sender, entry.source, number, entry.message.text)

    async def _play(self) -> int:
        await self._begin.wait()
        loop = asyncio.get_running_loop()
        silent = kinds_without_state()
        origin: float | None = None
        count, pause_at = 0, loop.time() + _SLICE_S
        for entry in self._entries:
            if entry.direction is not Direction.IN:
                continue
            recorded = entry.monotonic_ns / 1e9 / self._speed
            origin = loop.time() - recorded if origin is None else origin
            while self._hub.congested:  # noqa: ASYNC110 - a client that goes makes no event
                await asyncio.sleep(_HELD_UP_S)
            wait = origin + recorded - loop.time()
            if wait > 0 or loop.time() > pause_at:
                await asyncio.sleep(max(wait, 0))
                pause_at = loop.time() + _SLICE_S
            self._say(entry, silent)
            count += 1
        return count

    def _say(self, entry: Entry, silent: frozenset[str]) -> None:
        self._hub.relay_as(entry.sender, entry.source, entry.seqno, entry.message.text)
        self._numbers[entry.sender, entry.source] = entry.seqno
        if entry.kind not in silent:
            key = entry.message.key
            self._said.pop(key, None)  # in the order in which it was last said
            self._said[key] = entry
