"""What a host that sends 20,000 messages a second does to the window."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

from ifcbgui.signalr import HubOptions
from tests.helpers.busy_window import Lateness, busy_window, whole_flood
from tests.helpers.flooding_hub import flooding_hub

RATE = 20_000
COUNT = 5 * RATE


async def take_flood(url: str, folder: Path) -> None:
    async with busy_window(url, folder, HubOptions()) as window:
        lateness = Lateness(window.panel)
        window.batches.clear()
        start, cpu = time.perf_counter(), time.process_time()
        await window.client.relay_message_to_host("flood")
        await window.until_over(120)
        took, cost = time.perf_counter() - start, time.process_time() - cpu
        texts = await asyncio.to_thread(window.recorded_flood)
        assert texts == whole_flood(COUNT)
    print(f"\n{COUNT:,} messages at {RATE:,}/s: shown and recorded after {took:.2f} s (sent in 5)")
    print(f"processor time of the window: {cost / took * 100:.0f} % of one core")
    print(
        f"repaints: {len(window.batches)}, {len(window.batches) / took:.0f} a second (at most 30)"
    )
    for share in (0.5, 0.95, 0.99, 1.0):
        print(f"a 5 ms timer is late by {lateness.percentile(share):.1f} ms ({share:.0%})")


def test_a_flood(qapp: QApplication, tmp_path: Path) -> None:
    with flooding_hub(RATE, COUNT) as url:
        loop = qasync.QEventLoop(qapp)
        with loop:
            loop.run_until_complete(take_flood(url, tmp_path))
