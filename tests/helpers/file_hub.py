"""A real hub whose host has files, as many and as large as a test wants them.

    python -m tests.helpers.file_hub MEGABYTES BYTES_A_SECOND MESSAGES_A_SECOND

serves one .roi file of that size beside messages at that rate, and prints its address.
"""

from __future__ import annotations

import asyncio
import base64
import random
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType

from ifcbgui.simulator.hub import Hub
from ifcbgui.simulator.hub_connection import HubOptions
from tests.helpers.file_bench import chunks_of
from tests.helpers.flooding_hub import SERIAL, flood_text
from tests.helpers.own_process import own_process, tell_address

BIG = "D20260314T150512_IFCB207.roi"
_CHUNK_BYTES = 48 * 1024
_STEP_S = 0.01


class FileHub:
    """Answers ``file:list`` and ``file:get:NAME``, as long as it is not silent.

    Attributes:
        files: What it has, by name.
        asked: Every command that arrived.
        silent: True to answer nothing.
        most: Messages of a file that are sent, the rest is left out; None for all.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []
        self.silent = False
        self.most: int | None = None
        self.port = 0
        self._hub = Hub(SERIAL, self._do, HubOptions())

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ifcbHub"

    def say(self, *texts: str) -> None:
        for text in texts:
            self._hub.relay(text)

    async def restart(self) -> None:
        """End every connection and listen anew."""
        await self._hub.stop()
        await self._hub.start("127.0.0.1", self.port)

    async def __aenter__(self) -> FileHub:
        self.port = await self._hub.start("127.0.0.1", self.port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._hub.stop()

    def _do(self, text: str) -> None:
        self.asked.append(text)
        if self.silent:
            return
        if text == "file:list":
            self.say(":".join(["file:list", *self.files]))
        elif text.startswith("file:get:"):
            name = text.removeprefix("file:get:")
            self.say(*chunks_of(name, self.files[name])[: self.most])


# --- one large file, from a process of its own --------------------------------------------------


def big_file(megabytes: int) -> bytes:
    """Return the contents of the large file."""
    return random.Random(1).randbytes(megabytes * 1_000_000)


def heavy_hub(megabytes: int, bytes_per_s: int, messages_per_s: int) -> AbstractContextManager[str]:
    """Run the hub beside the test; yield its address."""
    return own_process("tests.helpers.file_hub", megabytes, bytes_per_s, messages_per_s)


async def _send(hub: Hub, data: bytes, bytes_per_s: int) -> None:
    loop = asyncio.get_running_loop()
    count = -(-len(data) // _CHUNK_BYTES)
    hub.relay(f"file:start:{BIG}:{count}:octet/stream")
    start, sent = loop.time(), 0
    while sent < count:
        due = min(count, int((loop.time() - start) * bytes_per_s / _CHUNK_BYTES) + 1)
        for index in range(sent, due):
            part = data[index * _CHUNK_BYTES : (index + 1) * _CHUNK_BYTES]
            hub.relay(f"file:chunk:{BIG}:{index}:{base64.b64encode(part).decode()}")
        sent = due
        await asyncio.sleep(_STEP_S)
    hub.relay(f"file:end:{BIG}")


async def _talk(hub: Hub, rate: int) -> None:
    loop = asyncio.get_running_loop()
    start, said = loop.time(), 0
    while True:
        due = int((loop.time() - start) * rate)
        for number in range(said + 1, due + 1):
            hub.relay(flood_text(number))
        said = due
        await asyncio.sleep(_STEP_S)


async def _main(megabytes: int, bytes_per_s: int, messages_per_s: int) -> None:
    data = big_file(megabytes)
    jobs: list[asyncio.Task[None]] = []

    def do(text: str) -> None:
        if text == f"file:get:{BIG}":
            jobs.append(asyncio.create_task(_send(hub, data, bytes_per_s)))

    hub = Hub(SERIAL, do, HubOptions())
    port = await hub.start("127.0.0.1", 0)
    jobs.append(asyncio.create_task(_talk(hub, messages_per_s)))
    tell_address(Hub.url("127.0.0.1", port))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(*map(int, sys.argv[1:4])))
