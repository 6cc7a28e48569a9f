"""A real hub whose instrument counts aloud and says of every command that it was done."""

from __future__ import annotations

import asyncio
from types import TracebackType

from ifcbgui.simulator.hub import Hub
from ifcbgui.simulator.hub_connection import HubOptions

SERIAL = "111-111-207"
QUICK_HUB = HubOptions(ping_s=0.05, client_timeout_s=0.4, handshake_s=0.4, heartbeat_s=0.05)


class TalkingHub:
    """Says something every few milliseconds; the host's numbers are the places in ``said``.

    Attributes:
        said: Every text, in order: number 1, 2, 3, ...
        done: Every command that arrived, in order.
        period: Seconds between two texts.
        quiet: True to say nothing but what is asked for.
        length: Length of a text, characters.
    """

    def __init__(self, options: HubOptions = QUICK_HUB) -> None:
        self.said: list[str] = []
        self.done: list[str] = []
        self.period = 0.003
        self.quiet = False
        self.length = 60
        self.port = 0
        self._hub = Hub(SERIAL, self._do, options)
        self._talk: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ifcbHub"

    def say(self, text: str) -> None:
        self.said.append(text)
        self._hub.relay(text)

    async def restart(self) -> None:
        """End every connection and listen anew; the numbers go on."""
        await self._hub.stop()
        await self._hub.start("127.0.0.1", self.port)

    async def __aenter__(self) -> TalkingHub:
        self.port = await self._hub.start("127.0.0.1", self.port)
        self._talk = asyncio.create_task(self._count_aloud())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._talk is not None
        self._talk.cancel()
        await asyncio.gather(self._talk, return_exceptions=True)
        await self._hub.stop()

    def _do(self, text: str) -> None:
        self.done.append(text)
        self.say(f"reportevent:Done: {text}")

    async def _count_aloud(self) -> None:
        while True:
            await asyncio.sleep(self.period)
            if not self.quiet:
                text = f"reportevent:Number {len(self.said) + 1} "
                self.say(text.ljust(self.length, "."))
