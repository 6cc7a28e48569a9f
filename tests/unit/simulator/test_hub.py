"""The hub, by the bytes: what a client sees of ASP.NET Core's, it must see of this one."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ifcbgui.signalr import (
    Close,
    Completion,
    HubMessage,
    Invocation,
    MessagePackProtocol,
    Ping,
)
from ifcbgui.simulator.hub import Hub
from ifcbgui.simulator.hub_connection import HubOptions

SERIAL = "111-111-207"
END = "\x1e"
PACKED = MessagePackProtocol()


class Site:
    """A hub under test, and what was relayed to its instrument."""

    def __init__(self, **options: Any) -> None:
        self.commands: list[str] = []
        self.hub = Hub(SERIAL, self.take, HubOptions(**options))
        self.url = ""

    def take(self, text: str) -> None:
        if text == "explode":
            raise RuntimeError("as asked")
        self.commands.append(text)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Site]:
        port = await self.hub.start("127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{port}/ifcbHub"
        try:
            yield self
        finally:
            await self.hub.stop()

    async def post(self, path: str, method: str = "POST") -> tuple[int, str, str]:
        def ask() -> tuple[int, str, str]:
            connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=5)
            with contextlib.closing(connection):
                connection.request(method, path)
                answer = connection.getresponse()
                return answer.status, answer.headers["Content-Type"], answer.read().decode()

        return await asyncio.to_thread(ask)


class Client:
    """A client that speaks the protocol by hand."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.waiting: list[Any] = []

    async def send(self, *messages: dict[str, Any]) -> None:
        await self.socket.send("".join(json.dumps(message) + END for message in messages))

    async def receive(self) -> Any:
        """Return the next message but heartbeats."""
        async with asyncio.timeout(5):
            while not self.waiting:
                frame = await self.socket.recv()
                assert isinstance(frame, str)
                records = frame.split(END)
                assert records.pop() == "", "a frame ends with a separator"
                messages = map(json.loads, records)
                self.waiting += [m for m in messages if m.get("target") != "heartbeat"]
        return self.waiting.pop(0)

    async def receive_for_ever(self) -> None:
        while True:
            await self.receive()

    async def call(self, target: str, *arguments: object, id_: str = "1") -> Any:
        await self.send({"type": 1, "target": target, "arguments": arguments, "invocationId": id_})
        return await self.receive()

    async def assert_closed(self, message: dict[str, Any]) -> None:
        assert await self.receive() == message
        with pytest.raises(ConnectionClosed):
            await self.receive()
        assert self.socket.close_code == 1000


@contextlib.asynccontextmanager
async def client(site: Site, *, sign_on: bool = False, query: str = "") -> AsyncIterator[Client]:
    async with connect(site.url + query, max_size=None, proxy=None) as socket:
        client = Client(socket)
        await client.send({"protocol": "json", "version": 1})
        assert await client.receive() == {}
        if sign_on:
            await client.send({"type": 1, "target": "startAsClient", "arguments": [SERIAL]})
            assert (await client.receive())["target"] == "startedAsClient"
        yield client


class PackedClient:
    """A client that speaks MessagePack."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.decoder = PACKED.decoder()
        self.waiting: list[HubMessage] = []

    async def send(self, message: HubMessage) -> None:
        await self.socket.send(PACKED.encode(message))

    async def receive(self) -> HubMessage:
        """Return the next message but heartbeats."""
        async with asyncio.timeout(5):
            while not self.waiting:
                frame = await self.socket.recv()
                assert isinstance(frame, bytes)
                messages = self.decoder.feed(frame)
                self.waiting += [m for m in messages if getattr(m, "target", "") != "heartbeat"]
        return self.waiting.pop(0)

    async def assert_closed(self, message: HubMessage) -> None:
        assert await self.receive() == message
        with pytest.raises(ConnectionClosed):
            await self.receive()
        assert self.socket.close_code == 1000


@contextlib.asynccontextmanager
async def packed_client(site: Site) -> AsyncIterator[PackedClient]:
    async with connect(site.url, max_size=None, proxy=None) as socket:
        client = PackedClient(socket)
        await socket.send('{"protocol":"messagepack","version":1}\x1e')
        assert await socket.recv() == b"{}\x1e"  # binary, as ASP.NET Core sends it
        await client.send(Invocation("startAsClient", (SERIAL,)))
        assert await client.receive() == Invocation("startedAsClient", ())
        yield client


BROKEN = {"type": 7, "error": "Connection closed with an error.", "allowReconnect": True}


async def test_negotiation_version_1() -> None:
    async with Site().open() as site:
        status, kind, body = await site.post("/ifcbHub/negotiate?negotiateVersion=1")
        answer = json.loads(body)
        assert (status, kind) == (200, "application/json")
        assert answer["negotiateVersion"] == 1
        assert answer["availableTransports"] == [
            {"transport": "WebSockets", "transferFormats": ["Text", "Binary"]}
        ]
        assert answer["connectionId"] != answer["connectionToken"]
        async with client(site, query=f"?id={answer['connectionToken']}"):
            pass
        for spent in (answer["connectionToken"], answer["connectionId"]):
            with pytest.raises(InvalidStatus, match="404"):
                await connect(f"{site.url}?id={spent}", proxy=None)


async def test_negotiation_version_0() -> None:
    async with Site().open() as site:
        for query in ("", "?negotiateVersion=0"):
            answer = json.loads((await site.post(f"/ifcbHub/negotiate{query}"))[2])
            assert answer["negotiateVersion"] == 0
            assert "connectionToken" not in answer
            async with client(site, query=f"?id={answer['connectionId']}"):
                pass


async def test_negotiation_of_nonsense_and_other_paths() -> None:
    async with Site().open() as site:
        status, _, body = await site.post("/ifcbHub/negotiate?negotiateVersion=x")
        assert status == 200
        assert "invalid protocol version" in json.loads(body)["error"]
        assert (await site.post("/ifcbHub/negotiate", method="GET"))[0] == 405
        status, _, body = await site.post("/elsewhere")
        assert (status, body) == (404, "There is nothing here. The hub is at /ifcbHub.\n")


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"protocol": "pigeons", "version": 1}, "The protocol 'pigeons' is not supported."),
        (
            {"protocol": "messagepack", "version": 2},
            "The server does not support version 2 of the 'messagepack' protocol.",
        ),
        (
            {"protocol": "json", "version": 2},
            "The server does not support version 2 of the 'json' protocol.",
        ),
        ({"type": 6}, "Handshake was canceled."),
    ],
)
async def test_a_refused_handshake(request_: dict[str, Any], error: str) -> None:
    async with Site().open() as site, connect(site.url, proxy=None) as socket:
        await Client(socket).send(request_)
        assert json.loads((await socket.recv()).rstrip(END)) == {"error": error}
        with pytest.raises(ConnectionClosed):
            await socket.recv()


async def test_a_client_that_never_shakes_hands() -> None:
    site = Site(handshake_s=0.05)
    async with site.open(), connect(site.url, proxy=None) as socket:
        assert json.loads((await socket.recv()).rstrip(END)) == {"error": "Handshake was canceled."}


async def test_messages_with_the_handshake_and_split_over_frames() -> None:
    async with Site().open() as site, connect(site.url, proxy=None) as socket:
        sign_on = json.dumps({"type": 1, "target": "startAsClient", "arguments": [SERIAL]})
        command = json.dumps(
            {"type": 1, "target": "relayMessageToHost", "arguments": [SERIAL, "refresh"]}
        )
        await socket.send(f'{{"protocol":"json","version":1}}{END}{sign_on}{END}{command[:20]}')
        await socket.send(command[20:])
        await socket.send(END)
        speaker = Client(socket)
        assert await speaker.receive() == {}
        assert (await speaker.receive())["target"] == "startedAsClient"
        assert await speaker.call("nothing") == {
            "type": 3,
            "invocationId": "1",
            "error": "Unknown hub method 'nothing'",
        }
        assert site.commands == ["refresh"]


async def test_a_blocking_call_is_answered_with_null_and_another_not_at_all() -> None:
    async with Site().open() as site, client(site, sign_on=True) as speaker:
        await speaker.send({"type": 1, "target": "nothing", "arguments": []})
        await speaker.send({"type": 1, "target": "relayMessageToHost", "arguments": [SERIAL, "a"]})
        answer = await speaker.call("RELAYmessagetohost", SERIAL, "b", id_="7")
        assert answer == {"type": 3, "invocationId": "7", "result": None}
        assert site.commands == ["a", "b"]


async def test_calls_that_fail() -> None:
    async with Site().open() as site, client(site, sign_on=True) as speaker:
        answer = await speaker.call("relayMessageToHost", SERIAL)
        assert answer["error"].startswith("Failed to invoke 'relayMessageToHost' due to an error")
        answer = await speaker.call("relayMessageToHost", SERIAL, "explode")
        assert answer["error"].startswith("An unexpected error occurred invoking")
        assert (await speaker.call("startAsClient", SERIAL))["target"] == "startedAsClient"


async def test_another_instruments_id_gets_nothing() -> None:
    async with Site().open() as site, client(site) as speaker:
        assert (await speaker.call("startAsClient", "111-111-1"))["result"] is None
        assert (await speaker.call("relayMessageToHost", "111-111-1", "x"))["result"] is None
        site.hub.relay("said")
        assert (await speaker.call("startAsClient", SERIAL))["target"] == "startedAsClient"
        assert site.commands == []


async def test_every_client_that_signed_on_hears_the_instrument() -> None:
    async with (
        Site().open() as site,
        client(site, sign_on=True) as one,
        client(site, sign_on=True) as two,
    ):
        site.hub.relay("syringetrack:3.27")
        site.hub.relay("reportevent:a:b\n")
        for listener in (one, two):
            heard = [(await listener.receive())["arguments"] for _ in range(2)]
            assert heard == [
                ["host-207", "host", 1, "syringetrack:3.27"],
                ["host-207", "host", 2, "reportevent:a:b\n"],
            ]


async def test_clients_of_both_protocols_side_by_side() -> None:
    async with (
        Site(ping_s=0.02).open() as site,
        client(site, sign_on=True) as plain,
        packed_client(site) as packed,
    ):
        assert await packed.receive() == Ping()
        await packed.send(Invocation("relayMessageToHost", (SERIAL, "refresh"), "7"))
        await packed.send(Invocation("launch", (), "8"))
        site.hub.relay("said")
        heard: list[HubMessage] = []
        while len(heard) < 3:
            if (message := await packed.receive()) != Ping():
                heard.append(message)
        said = ("host-207", "host", 1, "said")
        assert sorted(heard, key=repr) == [
            Completion("7", None),
            Completion("8", error="Unknown hub method 'launch'"),
            Invocation("messageRelayed", said),
        ]
        while (message := await plain.receive()) == {"type": 6}:
            pass
        assert message["arguments"] == list(said)
        assert site.commands == ["refresh"]


async def test_the_largest_packed_message_and_one_byte_more() -> None:
    def message(size: int) -> Invocation:
        room = size - len(PACKED.encode(Invocation("relayMessageToHost", (SERIAL, "x" * 300))))
        return Invocation("relayMessageToHost", (SERIAL, "x" * (299 + room)))  # a longer length

    async with Site().open() as site:
        async with packed_client(site) as packed:
            largest = message(32_768)
            assert len(PACKED.encode(largest)) == 32_768
            await packed.socket.send(PACKED.encode(largest) + PACKED.encode(Ping()))
            await packed.send(Invocation("startAsClient", (SERIAL,)))
            assert await packed.receive() == Invocation("startedAsClient", ())
            assert len(site.commands) == 1
        async with packed_client(site) as packed:
            await packed.send(message(32_769))
            await packed.assert_closed(Close("Connection closed with an error.", True))
            assert len(site.commands) == 1


async def test_packed_nonsense_ends_the_connection() -> None:
    async with Site().open() as site, packed_client(site) as packed:
        await packed.socket.send(b"\x02\x91\xc0")
        await packed.assert_closed(Close("Connection closed with an error.", True))


async def test_the_largest_message_and_one_byte_more() -> None:
    def message(size: int) -> dict[str, Any]:
        call = {"type": 1, "target": "relayMessageToHost", "arguments": [SERIAL, ""]}
        padding = size - len(json.dumps(call)) - len(END)
        return call | {"arguments": [SERIAL, "x" * padding]}

    async with Site().open() as site:
        async with client(site, sign_on=True) as speaker:
            await speaker.send(message(32_768), {"type": 6})
            await speaker.call("relayMessageToHost", SERIAL, "after")
            assert [len(text) > 30_000 for text in site.commands] == [True, False]
        site.commands.clear()
        async with client(site, sign_on=True) as speaker:
            await speaker.send(message(32_769))
            await speaker.assert_closed(BROKEN)
            assert site.commands == []
    async with Site(max_receive=None).open() as site, client(site, sign_on=True) as speaker:
        await speaker.send(message(200_000))
        assert (await speaker.call("relayMessageToHost", SERIAL, "x"))["result"] is None
        assert len(site.commands) == 2


async def test_a_message_too_large_in_pieces() -> None:
    async with Site().open() as site, client(site) as speaker:
        for _ in range(2):
            await speaker.socket.send("x" * 20_000)
        await speaker.assert_closed(BROKEN)


@pytest.mark.parametrize("record", ["nonsense", '{"target":"x"}', '{"type":1,"target":"x"}'])
async def test_what_is_no_hub_message_ends_the_connection(record: str) -> None:
    async with Site().open() as site, client(site) as speaker:
        await speaker.socket.send(record + END)
        await speaker.assert_closed(BROKEN)


async def test_close_is_obeyed_and_answered() -> None:
    async with Site().open() as site, client(site) as speaker:
        await speaker.send({"type": 7})
        await speaker.assert_closed({"type": 7})


async def test_pings_come_by_themselves() -> None:
    async with Site(ping_s=0.02).open() as site, client(site) as speaker:
        assert await speaker.receive() == {"type": 6}
        assert await speaker.receive() == {"type": 6}


async def test_only_a_client_that_pinged_is_given_up_for_silence() -> None:
    site = Site(client_timeout_s=0.1)
    async with site.open(), client(site) as silent, client(site) as pinging:
        await pinging.send({"type": 6})
        await pinging.assert_closed(BROKEN)
        assert (await silent.call("startAsClient", "x"))["result"] is None


async def test_heartbeats() -> None:
    async with Site(heartbeat_s=0.02).open() as site, client(site, sign_on=True) as listener:
        message = json.loads(str(await listener.socket.recv()).split(END)[0])
        assert message == {"type": 1, "target": "heartbeat", "arguments": []}


async def test_a_client_that_does_not_read_is_dropped_and_holds_up_nobody() -> None:
    site = Site(max_pending=4_000_000)
    async with (
        site.open(),
        client(site, sign_on=True) as reader,
        client(site, sign_on=True) as sleeper,
    ):
        sleeper.socket.transport.pause_reading()
        text = "triggerimage:" + "A" * 500_000
        for number in range(1, 61):
            site.hub.relay(text)
            assert (await reader.receive())["arguments"][2] == number
        sleeper.socket.transport.resume_reading()
        with pytest.raises(ConnectionClosed):
            await sleeper.receive_for_ever()
        site.hub.relay("still there")
        assert (await reader.receive())["arguments"][3] == "still there"


async def test_muted_cut_and_away() -> None:
    async with Site().open() as site:
        async with client(site, sign_on=True) as listener:
            site.hub.mute()
            site.hub.relay("lost")
            site.hub.unmute()
            site.hub.relay("heard")
            assert (await listener.receive())["arguments"][3] == "heard"
            site.hub.cut_connections()
            with pytest.raises(ConnectionClosed):
                await listener.receive()
        async with client(site, sign_on=True) as listener:
            site.hub.go_away()
            with pytest.raises(ConnectionClosed):
                await listener.receive()
        with pytest.raises(InvalidStatus, match="503"):
            await connect(site.url, proxy=None)
        site.hub.come_back()
        async with client(site, sign_on=True):
            pass
