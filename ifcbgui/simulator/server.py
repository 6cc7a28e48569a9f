"""The simulator: a virtual instrument and its hub, on an event loop or a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import secrets
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from ifcbgui.simulator.bin_writer import BinWriter
from ifcbgui.simulator.faults import Fault, FaultPlan
from ifcbgui.simulator.file_host import FileHost
from ifcbgui.simulator.hub import Hub
from ifcbgui.simulator.hub_connection import HubOptions
from ifcbgui.simulator.instrument import VirtualInstrument
from ifcbgui.simulator.pacer import Pacer
from ifcbgui.simulator.scratch import ScratchFolder
from ifcbgui.simulator.timeline import Timeline

_log = logging.getLogger(__name__)

_FRAME_PERIOD_S = 1.0
_START_TIMEOUT_S = 10.0
_MOST_BACKLOG = 200
_MOST_SCRATCH_BINS = 6


class Simulator:
    """A virtual IFCB behind a real SignalR hub.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        serial: Id clients sign on with.
        seed: Makes a run repeatable; None chooses one, which the log names.
        speed: How many times faster than real time the instrument lives.
        trigger_rate: Particles per second that reach the laser at 0.25 mL/min. Each trigger
            makes the instrument blind for 0.083 s, so that there are at most 12 a second.
        trigger_content: Send ``triggercontent`` with every trigger as well.
        faults: What goes wrong, and when.
        data_dir: Folder for the bins, which must exist. None takes a temporary one that holds the
            newest few and is gone at the end: so there are always files to be asked for.
        options: Times and limits of the hub.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        serial: str = "111-111-111",
        seed: int | None = None,
        speed: float = 1.0,
        trigger_rate: float = 3.0,
        trigger_content: bool = False,
        faults: Iterable[Fault] = (),
        data_dir: Path | None = None,
        options: HubOptions | None = None,
    ) -> None:
        if speed <= 0 or trigger_rate < 0:
            raise ValueError("The speed must be above 0 and the trigger rate not below.")
        self._host = host
        self._port = port
        self._speed = speed
        self._faults = tuple(faults)
        self._timers: list[asyncio.TimerHandle] = []
        self._pacer: Pacer | None = None
        self.serial = serial
        self.seed = secrets.randbits(32) if seed is None else seed
        self._timeline = Timeline()
        self._scratch: ScratchFolder | None = None
        if data_dir is None:
            self._scratch = ScratchFolder()
            data_dir = self._scratch.path
        most = _MOST_SCRATCH_BINS if self._scratch else None
        self._writer: BinWriter | None = BinWriter(data_dir, most)
        self._hub = Hub(serial, self._receive, options)
        self._files = FileHost(data_dir, self._hub.relay, lambda: self._hub.backlog)
        self._instrument = VirtualInstrument(
            self._timeline,
            self._hub.relay,
            serial=serial,
            seed=self.seed,
            particle_rate=trigger_rate,
            frame_period=_FRAME_PERIOD_S * max(speed, 1.0),
            trigger_content=trigger_content,
            faults=self._faults,
            writer=self._writer,
        )

    @property
    def url(self) -> str:
        """Address of the hub, with the port that was chosen once it listens."""
        return self._hub.url(self._host, self._port)

    async def start(self) -> None:
        """Listen, and let the instrument live.

        Raises:
            OSError: If the address cannot be used.
        """
        self._port = await self._hub.start(self._host, self._port)
        if self._scratch:
            await asyncio.to_thread(self._scratch.make)
        self._pacer = Pacer(self._timeline, self._speed, self._held_up)
        self._plan_link_faults()
        _log.info("Simulated instrument %s at %s, seed %d", self.serial, self.url, self.seed)

    async def stop(self) -> None:
        """End it; nothing is left behind. Stopping twice is allowed."""
        for timer in self._timers:
            timer.cancel()
        if self._pacer:
            self._pacer.stop()
        await self._files.stop()
        await self._hub.stop()
        writer, self._writer = self._writer, None
        if writer:
            await asyncio.to_thread(writer.close)
        if self._scratch:
            await asyncio.to_thread(self._scratch.remove)

    async def __aenter__(self) -> Simulator:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    def _held_up(self) -> bool:
        # A slow disk slows the instrument down; the hub goes on.
        return self._writer is not None and self._writer.backlog > _MOST_BACKLOG

    def _receive(self, text: str) -> None:
        if self._pacer is None:
            return
        self._pacer.catch_up()
        if text.startswith("file:") and self._hub.caller and not self._instrument.deaf:
            self._files.receive(text, self._hub.caller)
        else:
            self._instrument.receive(text)
        self._pacer.kick()

    def _plan_link_faults(self) -> None:
        later = asyncio.get_running_loop().call_later
        for fault in FaultPlan(self._faults).of_the_link():
            lasts = math.isfinite(fault.seconds)
            if fault.name == "silent":
                begin, end = self._hub.mute, self._hub.unmute
            else:
                begin = self._hub.go_away if lasts else self._hub.cut_connections
                end = self._hub.come_back
            self._timers.append(later(fault.at, begin))
            if lasts:
                self._timers.append(later(fault.at + fault.seconds, end))


class SimulatorThread:
    """A simulator on a thread and an event loop of its own; arguments as for `Simulator`."""

    def __init__(self, **arguments: Any) -> None:
        self._simulator = Simulator(**arguments)
        self._thread: threading.Thread | None = None
        self._listening = threading.Event()
        self._error: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None

    @property
    def url(self) -> str:
        """Address of the hub."""
        return self._simulator.url

    @property
    def serial(self) -> str:
        """Id to sign on with."""
        return self._simulator.serial

    def start(self) -> None:
        """Start it and return when it listens.

        Raises:
            OSError: If the address cannot be used.
            TimeoutError: If it does not come up.
        """
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
        self._thread.start()
        if not self._listening.wait(_START_TIMEOUT_S):
            raise TimeoutError("The simulated instrument did not start.")
        if self._error:
            raise self._error

    def stop(self) -> None:
        """End it and wait until its thread has ended."""
        if self._thread is None:
            return
        if self._loop and self._ended:
            with contextlib.suppress(RuntimeError):  # the loop has just closed by itself
                self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._thread = None

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as exc:  # noqa: BLE001 - it is raised again in start()
            self._error = exc
        finally:
            self._listening.set()

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        async with self._simulator:
            self._listening.set()
            await self._ended.wait()
