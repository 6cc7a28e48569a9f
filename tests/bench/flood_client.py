"""One client that takes a flood, in a process of its own, and tells what it cost.

    python tests/bench/flood_client.py NAME PORT MESSAGES

Prints the seconds of CPU of the whole process from the call for the flood to its last message,
and those on the wall.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import threading
import time
from collections.abc import Callable

SERIAL = "111-111-111"

Seconds = tuple[float, float]


class Meter:
    """Counts messages, and calls back after the last one.

    Attributes:
        seconds: CPU time of all threads, and time on the wall, from the making of the meter to
            its last message.
    """

    def __init__(self, count: int, done: Callable[[], object]) -> None:
        self.seconds = (0.0, 0.0)
        self._left = count
        self._done = done
        self._start = time.process_time(), time.perf_counter()

    def tick(self, *_: object) -> None:
        self._left -= 1
        if not self._left:
            cpu, wall = self._start
            self.seconds = time.process_time() - cpu, time.perf_counter() - wall
            self._done()


async def ifcbgui(url: str, count: int) -> Seconds:
    """Receive, parse, keep the state, tell a listener, and dispatch to a handler."""
    from ifcbgui import AsyncIFCBClient

    done = asyncio.Event()
    client = AsyncIFCBClient(url, SERIAL)
    heard = itertools.count()
    client.add_entry_listener(lambda entry: next(heard))
    async with client:
        meter = Meter(count, done.set)
        client.on((None,), meter.tick)
        await client.relay_message_to_host("flood")
        await done.wait()
    assert next(heard) > count
    return meter.seconds


async def websockets(url: str, count: int) -> Seconds:
    """Receive frames and decode the JSON in them, no more."""
    import msgspec
    from websockets.asyncio.client import connect

    done = asyncio.Event()
    decode = msgspec.json.decode
    async with connect(url, compression=None, max_queue=None, max_size=None) as socket:
        await socket.send('{"protocol":"json","version":1}\x1e')
        await socket.recv()
        await socket.send('{"type":1,"target":"go","arguments":["flood"]}\x1e')
        meter = Meter(count, done.set)
        while not done.is_set():
            decode((await socket.recv(decode=False))[:-1])
            meter.tick()
    return meter.seconds


async def pysignalr(url: str, count: int) -> Seconds:
    """Dispatch to a handler, without any parsing."""
    from pysignalr.client import SignalRClient

    done = asyncio.Event()
    client = SignalRClient(url.replace("ws:", "http:"), max_size=None)
    meter: Meter

    async def hear(arguments: object) -> None:
        meter.tick()

    client.on("messageRelayed", hear)
    opened = asyncio.Event()

    async def on_open() -> None:
        opened.set()

    client.on_open(on_open)
    running = asyncio.create_task(client.run())
    await opened.wait()
    meter = Meter(count, done.set)
    await client.send("go", ["flood"])
    await done.wait()
    running.cancel()
    return meter.seconds


async def signalrcore(url: str, count: int) -> Seconds:
    """Dispatch to a handler, without any parsing."""
    from signalrcore.hub_connection_builder import HubConnectionBuilder

    done, opened = threading.Event(), threading.Event()
    hub = HubConnectionBuilder().with_url(url).build()
    hub.on_open(opened.set)
    hub.start()
    opened.wait()
    meter = Meter(count, done.set)
    hub.on("messageRelayed", meter.tick)
    hub.send("go", ["flood"])
    done.wait()
    return meter.seconds


if __name__ == "__main__":
    name, port, count = sys.argv[1:]
    client = {one.__name__: one for one in (ifcbgui, websockets, pysignalr, signalrcore)}[name]
    print(*asyncio.run(client(f"ws://127.0.0.1:{port}/ifcbHub", int(count))), flush=True)
    os._exit(0)  # signalrcore would wait for ever for the hub to let it go
