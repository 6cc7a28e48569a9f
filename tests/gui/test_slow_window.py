"""A window that stands still loses nothing, and a fast host does not make it stand still."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from PySide6.QtCore import QTimer

from ifcbgui.instrument import LinkState
from ifcbgui.instrument.client import KEEP_ALIVE_S
from ifcbgui.signalr import HubOptions
from tests.helpers.busy_window import Lateness, busy_window, whole_flood
from tests.helpers.flooding_hub import flooding_hub

# The real times, 20 s of 30 s, are run by hand: STALL_S=20 pytest -k blocked --timeout 120
STALL_S = float(os.environ.get("STALL_S", "2"))


async def test_a_blocked_window_loses_nothing_and_keeps_its_link(
    qapp: object, tmp_path: Path
) -> None:
    """It is blocked for longer than it waits for the hub, at the worst time: with a ping due.

    A hub gives up a client that was silent for 30 s; all times are scaled to the length of the
    stall, which stands for 20 s.
    """
    scale = STALL_S / 20
    options = HubOptions(server_timeout_s=10 * scale, keep_alive_s=KEEP_ALIVE_S * scale)
    rate, count = 500, int(500 * (STALL_S + 2))
    times = {"ping_s": 5 * scale, "client_timeout_s": 30 * scale}
    with flooding_hub(rate, count, **times) as url:
        async with busy_window(url, tmp_path, options) as window:
            await window.client.relay_message_to_host("flood")
            blocked: list[bool] = []

            def block() -> None:
                time.sleep(STALL_S)  # in a slot of the Qt thread
                blocked.append(True)

            QTimer.singleShot(int(options.keep_alive_s * 900), block)
            await window.until_over(STALL_S + 30)
            assert blocked
            assert window.client.link.state is LinkState.ONLINE
            assert window.states.count(LinkState.SIGNING_ON) == 1
            assert LinkState.RECONNECTING not in window.states
            texts = await asyncio.to_thread(window.recorded_flood)
    assert texts == whole_flood(count)


async def test_a_flood_is_recorded_whole_while_the_display_coalesces(
    qapp: object, tmp_path: Path
) -> None:
    count = 20_000
    with flooding_hub(20_000, count) as url:
        async with busy_window(url, tmp_path, HubOptions()) as window:
            lateness = Lateness(window.panel)
            await window.client.relay_message_to_host("flood")
            await window.until_over(60)
            assert window.panel.model.messages == count + 4, "greeting, refresh, flood, its end"
            assert window.panel.table.following
            assert len(window.batches) < count / 20
            # How fast this machine is decides nothing; a window that stands still is a defect.
            assert lateness.percentile(0.99) < 500
            texts = await asyncio.to_thread(window.recorded_flood)
    assert texts == whole_flood(count)
