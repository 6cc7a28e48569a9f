"""Serves a hub in the shape of an IFCB's with aiosignalr; prints its port, then runs for ever."""

import asyncio
import sys

from aiosignalr.server import Hub, SignalRServer


class InstrumentHub(Hub):
    """Takes every client and answers each command with an echo of its text."""

    async def startAsClient(self, serial: str) -> None:
        await self.clients.caller.send("startedAsClient")

    async def relayMessageToHost(self, serial: str, text: str) -> None:
        await self.clients.caller.send("messageRelayed", serial, "host", 1, f"echo:{text}")

    async def add(self, one: int, other: int) -> int:
        return one + other

    async def count(self, end: int):
        for number in range(end):
            yield number

    async def fail(self) -> None:
        raise ValueError("as asked")


async def main(port: int) -> None:
    _, port = await SignalRServer(InstrumentHub).serve("127.0.0.1", port, path="/ifcbHub")
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


asyncio.run(main(int(sys.argv[1])))
