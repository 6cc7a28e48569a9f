"""A hub in a process of its own whose host talks at a given rate, however busy the listener is.

    python -m tests.helpers.flooding_hub RATE MESSAGES PING_S CLIENT_TIMEOUT_S

Prints its address. The command ``flood`` starts the talking: RATE messages a second, MESSAGES in
all, and ``reportevent:Flood is over`` behind them.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractContextManager

from ifcbgui.simulator.hub import Hub
from ifcbgui.simulator.hub_connection import HubOptions
from tests.helpers.own_process import own_process, tell_address

SERIAL = "111-111-207"
OVER = "reportevent:Flood is over"
_STEP_S = 0.01


def flood_text(number: int) -> str:
    """Return the text of a message of the flood, 1 being the first."""
    kinds = (
        f"triggerchanged:{number}:saved:{number}:0",
        f"triggerchanged:{number}:processed:2:{number}:{2 * number}",
        f"syringetrack:{number % 500 / 100:.2f}",
        f"reportevent:Number {number}",
    )
    return kinds[number % len(kinds)]


def flooding_hub(
    rate: int, count: int, *, ping_s: float = 15.0, client_timeout_s: float = 30.0
) -> AbstractContextManager[str]:
    """Run the hub beside the test; yield its address."""
    return own_process("tests.helpers.flooding_hub", rate, count, ping_s, client_timeout_s)


async def _talk(hub: Hub, rate: int, count: int) -> None:
    loop = asyncio.get_running_loop()
    start, said = loop.time(), 0
    while said < count:
        due = min(count, int((loop.time() - start) * rate) + 1)
        for number in range(said + 1, due + 1):
            hub.relay(flood_text(number))
        said = due
        await asyncio.sleep(_STEP_S)
    hub.relay(OVER)


async def _main(rate: int, count: int, ping_s: float, client_timeout_s: float) -> None:
    talks: list[asyncio.Task[None]] = []

    def do(text: str) -> None:
        if text == "flood":
            talks.append(asyncio.create_task(_talk(hub, rate, count)))

    options = HubOptions(ping_s=ping_s, client_timeout_s=client_timeout_s)
    hub = Hub(SERIAL, do, options)
    port = await hub.start("127.0.0.1", 0)
    tell_address(Hub.url("127.0.0.1", port))
    await asyncio.Event().wait()


if __name__ == "__main__":
    rate_and_count, times = sys.argv[1:3], sys.argv[3:]
    asyncio.run(_main(*map(int, rate_and_count), *map(float, times)))
