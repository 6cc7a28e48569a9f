"""The clients get along with a SignalR server that others wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

from ifcbgui import AsyncIFCBClient
from ifcbgui.instrument.entry import Entry
from ifcbgui.instrument.link import LinkState
from ifcbgui.signalr import (
    HubClient,
    HubState,
    InvocationError,
    JsonProtocol,
    MessagePackProtocol,
    RetryPolicy,
)
from tests.helpers.foreign import INSTALL_S, install_python
from tests.helpers.scripted_hub import until

SERVER = Path(__file__).parent / "foreign" / "server.py"
QUICK_RETRY = RetryPolicy((0.0, 0.1))

pytestmark = pytest.mark.timeout(INSTALL_S + 60)


@pytest.fixture
def packages(cache: pytest.Cache) -> Path:
    """The folder that has aiosignalr."""
    folder = cache.mkdir("foreign-server")
    install_python("aiosignalr", folder)
    return folder


@contextmanager
def serving(packages: Path, port: int = 0) -> Iterator[int]:
    """Run the server beside the test; yield its port. At the end it is killed, not asked to go."""
    process = subprocess.Popen(
        [sys.executable, str(SERVER), str(port)],
        env={**os.environ, "PYTHONPATH": str(packages)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize("protocol", [JsonProtocol(), MessagePackProtocol()], ids=lambda p: p.name)
async def test_a_hub_of_aiosignalr(packages: Path, protocol: Any) -> None:
    heard: list[Any] = []
    with serving(packages) as port:
        client = HubClient(
            f"ws://127.0.0.1:{port}/ifcbHub", protocols=[protocol], retry=QUICK_RETRY
        )
        client.on("messageRelayed", lambda *arguments: heard.append(list(arguments)))
        await client.start(retry=False)
        assert client.protocol == protocol.name
        assert await client.invoke("add", 40, 2) == 42
        assert await client.invoke("startAsClient", "x") is None
        assert [number async for number in client.stream("count", 3)] == [0, 1, 2]
        with pytest.raises(InvocationError, match="Unknown hub method 'launch'"):
            await client.invoke("launch")
        with pytest.raises(InvocationError, match="unexpected error occurred invoking 'fail'"):
            await client.invoke("fail")
        await client.send("relayMessageToHost", "207", "große Grüße")
        await until(lambda: heard)
        assert heard == [["207", "host", 1, "echo:große Grüße"]]
    await until(lambda: client.status.state is HubState.RECONNECTING)
    with serving(packages, port):
        await until(lambda: client.status.state is HubState.CONNECTED)
        assert await client.invoke("add", 1, 1) == 2
        await client.stop()


@pytest.mark.parametrize("protocol", ["json", "messagepack"])
async def test_an_instruments_client_on_a_hub_of_aiosignalr(
    packages: Path, protocol: Literal["json", "messagepack"]
) -> None:
    texts: list[str] = []

    def hear(entry: Entry) -> None:
        texts.append(entry.message.text)

    with serving(packages) as port:
        client = AsyncIFCBClient(
            f"ws://127.0.0.1:{port}/ifcbHub", "207", protocol=protocol, retry_policy=QUICK_RETRY
        )
        client.add_entry_listener(hear)
        await client.connect()
        assert client.protocol == protocol
        await client.relay_message_to_host("daq:switchauxpower1:1")
        await until(lambda: "echo:daq:switchauxpower1:1" in texts)
    await until(lambda: client.link.state is LinkState.RECONNECTING)
    with serving(packages, port):
        await client.wait_online(10)
        await client.disconnect()
