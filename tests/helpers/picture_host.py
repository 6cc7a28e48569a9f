"""A simulated instrument in a process of its own that takes pictures at once, as many as it can.

    python -m tests.helpers.picture_host live FOLDER
    python -m tests.helpers.picture_host flood ROIS

``live`` is the simulator itself amid a sample, with a particle always waiting: a trigger every
0.083 s, two ROIs in each; its bins go to a folder. ``flood`` says what is said in a minute of such
a sample again and again, as fast as the listener reads, until there were so many ROIs.

Prints its address.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import cycle
from pathlib import Path

from ifcbgui.instrument.sign_on import REFRESH
from ifcbgui.simulator import Simulator, triggers
from ifcbgui.simulator.hub import Hub
from ifcbgui.simulator.instrument import VirtualInstrument
from ifcbgui.simulator.timeline import Timeline
from tests.helpers.own_process import own_process, tell_address

SERIAL = "111-111-207"
OVER = "reportevent:Flood is over"
_SEED = 1
_CROWD = 10_000.0
_BEGUN = "reportevent:Triggering switched ON."
_SAMPLE_S = 60.0
_MOST_AHEAD = 1024 * 1024
_PAUSE_S = 0.002


def picture_host(*arguments: str) -> AbstractContextManager[str]:
    """Run the instrument beside the test; yield its address."""
    return own_process("tests.helpers.picture_host", *arguments)


def _crowd() -> None:
    """Put two or three particles before the camera each time; of those that overlap, one counts."""
    triggers._ROI_SHARES = (0, 0, 85, 15)  # type: ignore[assignment]


def _begin_sample(instrument: VirtualInstrument, timeline: Timeline, said: Sequence[str]) -> None:
    instrument.receive("routine:runsample")
    while not said or not said[-1].startswith(_BEGUN):
        timeline.run_next()


async def _live(folder: Path) -> None:
    simulator = Simulator(
        serial=SERIAL, seed=_SEED, trigger_rate=_CROWD, trigger_content=True, data_dir=folder
    )
    said: list[str] = []
    host = simulator._instrument._host
    relay, host._emit = host._emit, said.append
    _begin_sample(simulator._instrument, simulator._timeline, said)
    host._emit = relay
    async with simulator:
        tell_address(simulator.url)
        await asyncio.Event().wait()


def _messages() -> list[str]:
    """Return what an instrument says in a minute of a sample."""
    timeline, said = Timeline(), []
    instrument = VirtualInstrument(
        timeline, said.append, seed=_SEED, particle_rate=_CROWD, trigger_content=True
    )
    _begin_sample(instrument, timeline, said)
    said.clear()
    timeline.run_until(timeline.now + _SAMPLE_S)
    return said


async def _flood(hub: Hub, texts: Sequence[str], rois: int) -> None:
    sent = 0
    for text in cycle(texts):
        if text.startswith("triggerrois:"):
            sent += int(text.split(":", 2)[1])
        hub.relay(text)
        while hub.backlog > _MOST_AHEAD:
            await asyncio.sleep(_PAUSE_S)
        if sent >= rois:
            break
    hub.relay(OVER)


async def _serve_flood(rois: int) -> None:
    texts = _messages()
    floods: list[asyncio.Task[None]] = []

    def do(text: str) -> None:
        if text == REFRESH and not floods:
            floods.append(asyncio.create_task(_flood(hub, texts, rois)))

    hub = Hub(SERIAL, do)
    tell_address(hub.url("127.0.0.1", await hub.start("127.0.0.1", 0)))
    await asyncio.Event().wait()


if __name__ == "__main__":
    _crowd()
    what, argument = sys.argv[1:]
    asyncio.run(_live(Path(argument)) if what == "live" else _serve_flood(int(argument)))
