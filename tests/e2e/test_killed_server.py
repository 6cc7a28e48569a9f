"""The instrument's server is killed while a routine runs, and started again."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from pathlib import Path

from ifcbgui.instrument.door import CommandDoor
from ifcbgui.instrument.link import LinkState
from ifcbgui.instrument.state import RunPhase
from ifcbgui.ui.run_summary import RunSummary, summarise
from tests.helpers.processes import running_ifcbgui
from tests.helpers.recorded_client import QUICK_RETRY, RecordedClient
from tests.helpers.talking_hub import SERIAL

SIMULATE = ("simulate", "--serial", SERIAL, "--seed", "1", "--speed", "20", "--port")


def address_of(server: subprocess.Popen[str]) -> str:
    return re.search(r" at (\S+)\. Ctrl-C", server.stdout.readline())[1]


def summary(one: RecordedClient) -> RunSummary:
    return summarise(one.client.state, one.client.link, time.monotonic_ns())


async def test_a_run_from_before_the_kill_is_not_claimed_to_be_running(tmp_path: Path) -> None:
    with running_ifcbgui(*SIMULATE, "0") as server:
        url = address_of(server)
        async with RecordedClient(url, tmp_path, options=None, retry_policy=QUICK_RETRY) as one:
            await one.client.relay_message_to_host("routine:runsample")
            await one.until(lambda: one.client.state.run.phase is RunPhase.RUNNING)
            assert summary(one).chip == "RUNNING"

            server.send_signal(signal.SIGKILL)
            lost = await one.loses_the_link()
            assert lost.state is LinkState.RECONNECTING
            await one.until(lambda: "connection refused" in (one.client.link.error or ""))
            assert summary(one).chip == "WAS RUNNING"
            assert "Not connected" in summary(one).detail

            port = url.rpartition(":")[2].partition("/")[0]
            with running_ifcbgui(*SIMULATE, port) as again:
                assert address_of(again) == url
                await one.hears(90)  # a whole refresh: the server knows nothing of the run
                assert summary(one).chip == "WAS RUNNING"
                assert "Not confirmed since sign-on" in summary(one).detail
                question = CommandDoor(one.client).examine("routine:runsample").question
                assert "was running before the link was lost" in question
                await one.client.disconnect()
    texts = [row.text for row in one.rows() if row.direction == "out"]
    assert texts.count("routine:runsample") == 1, "it was sent again"
    assert texts.count("refresh") == 2
    assert one.client.missing == 0, "a new server numbers anew: nothing is missing"
    assert [kind for kind, _ in one.events()] == ["connected", "lost", "connected", "note"]
