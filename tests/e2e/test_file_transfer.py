"""Bins of a simulated instrument, fetched over the wire, are the files it has."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from ifcbgui import AsyncIFCBClient
from ifcbgui.instrument.bins import open_bin
from ifcbgui.instrument.door import CommandDoor
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.files import FileQueue, Files, FileWorker, Offer
from tests.e2e.test_simulated_bins import SAMPLE, wait_for_bins
from tests.helpers.foreign_bins import read_with_libifcb
from tests.helpers.processes import PATIENCE_S, run_ifcbgui, simulated_instrument

OPTIONS = ("--speed", "500", "--seed", "1", "--trigger-rate", "2", "--serial", "111-111-207")


class Fetcher:
    """A client that fetches files, as the window does."""

    def __init__(self, url: str, serial: str) -> None:
        self.client = AsyncIFCBClient(url, serial)
        self.files = Files()
        self._door = CommandDoor(self.client, allow_unverified=True)
        self._loop = asyncio.get_running_loop()
        self._sending: set[asyncio.Task[object]] = set()
        self.worker = FileWorker(FileQueue(self._ask), self._told)
        self.client.add_entry_listener(self._take)

    def _told(self, files: Files) -> None:
        self.files = files

    def _ask(self, text: str) -> None:
        self._loop.call_soon_threadsafe(self._send, text)

    def _send(self, text: str) -> None:
        task: asyncio.Task[object] = self._loop.create_task(self._door.send(text))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    def _take(self, entry: Entry) -> None:
        if entry.direction is Direction.IN and entry.message.group == "file":
            self.worker.take(entry.message, entry.monotonic_ns)

    async def until(self, happened: Callable[[Files], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not happened(self.files):
                await asyncio.sleep(0.02)

    async def list(self) -> tuple[Offer, ...]:
        self.worker.do(lambda queue: queue.ask_for_list(time.monotonic_ns()))
        await self.until(lambda files: files.listing)
        assert self.files.listing is not None
        return self.files.listing.offers

    async def fetch(self, names: tuple[str, ...], folder: Path) -> None:
        self.worker.do(lambda queue: queue.fetch(names, folder, time.monotonic_ns()))
        await self.until(lambda files: files.jobs and not files.busy)


@asynccontextmanager
async def fetcher(url: str, serial: str) -> AsyncIterator[Fetcher]:
    found = Fetcher(url, serial)
    async with found.client:
        yield found
    found.worker.close()


async def test_a_bin_comes_as_it_is(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "instrument", tmp_path / "fetched"
    with simulated_instrument(*OPTIONS, "--data-dir", str(theirs)) as address:
        sent = await asyncio.to_thread(run_ifcbgui, "send", *address, *SAMPLE, "--timeout", "25")
        assert sent.returncode == 0, sent.stderr
        (header,) = await asyncio.to_thread(wait_for_bins, theirs, 1)
        async with fetcher(*address) as fetching:
            (offer,) = await fetching.list()
            assert offer.name == header.stem
            await fetching.fetch(offer.files, ours)
            assert [job.words for job in fetching.files.jobs] == [""] * 3
    assert sorted(path.name for path in ours.iterdir()) == sorted(offer.files)
    for name in offer.files:
        assert (ours / name).read_bytes() == (theirs / name).read_bytes()
    assert (ours / f"{offer.name}.roi").stat().st_size > 100_000, "more than one chunk"
    sample = open_bin(ours / offer.name)
    assert sample.problems == ()
    theirs_read = read_with_libifcb(ours / offer.name)
    assert len(theirs_read.triggers) == sample.records.trigger_count > 100
    assert len(theirs_read.rois) == len(sample.rois) > 100
    for roi, picture in zip(sample.rois, theirs_read.pictures, strict=True):
        assert np.array_equal(sample.pixels(roi), picture)
