"""A raw SignalR server that does exactly what a test tells it, right or wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

RS = "\x1e"
NEGOTIATED = {
    "negotiateVersion": 1,
    "connectionId": "public-id",
    "connectionToken": "secret-token",
    "availableTransports": [{"transport": "WebSockets", "transferFormats": ["Text", "Binary"]}],
}
HANDSHAKE = '{"protocol":"json","version":1}' + RS

Script = Callable[["Peer"], Awaitable[None]]
HttpAnswer = tuple[int, dict[str, str], bytes]


def record(message: dict[str, Any]) -> str:
    return json.dumps(message) + RS


def event(target: str, *arguments: Any, **members: Any) -> str:
    return record({"type": 1, "target": target, "arguments": arguments, **members})


@dataclass
class Peer:
    """One WebSocket connection as the script sees it."""

    socket: ServerConnection
    number: int
    received: list[dict[str, Any]] = field(default_factory=list)
    pings: int = 0

    async def send(self, data: str | bytes) -> None:
        await self.socket.send(data)

    async def next_raw(self) -> str:
        return await self.socket.recv(decode=True)

    async def handshake(self, answer: str = "{}" + RS) -> None:
        assert await self.next_raw() == HANDSHAKE
        await self.send(answer)

    async def next(self) -> dict[str, Any]:
        """Return the next hub message that is no ping."""
        while True:
            for text in (await self.next_raw()).split(RS)[:-1]:
                message = json.loads(text)
                if message["type"] == 6:
                    self.pings += 1
                else:
                    self.received.append(message)
                    return message

    async def serve_calls(self) -> None:
        """Answer every call: "echo" with its arguments, others with null; "boom" fails."""
        while True:
            call = await self.next()
            if call["type"] == 7:
                return
            if call["type"] != 1 or "invocationId" not in call:
                continue
            answer: dict[str, Any] = {"type": 3, "invocationId": call["invocationId"]}
            if call["target"] == "boom":
                answer["error"] = "E"
            else:
                answer["result"] = call["arguments"] if call["target"] == "echo" else None
            # The client may be gone by now; what it said before is still to be read.
            with suppress(ConnectionClosed):
                await self.send(record(answer))

    async def cut(self) -> None:
        """End the TCP connection without a word."""
        self.socket.transport.abort()

    async def hang(self) -> None:
        """Say nothing more, but keep reading, until the other side is gone."""
        with suppress(ConnectionClosed):
            while True:
                await self.next()


async def polite(peer: Peer) -> None:
    """The script of a healthy hub."""
    await peer.handshake()
    await peer.serve_calls()


class ScriptedHub:
    """Listens on one port; negotiation and WebSocket both follow the test's script.

    ``scripts`` are used one per connection, the last one for all that follow. ``answers`` are
    the HTTP answers to the negotiation, likewise.
    """

    def __init__(
        self,
        *scripts: Script,
        answers: list[HttpAnswer | dict[str, Any] | None] | None = None,
        port: int = 0,
        **options: Any,
    ) -> None:
        self.port = port
        self.peers: list[Peer] = []
        self.requests: list[tuple[str, str, Headers]] = []
        self._scripts = scripts or (polite,)
        self.answers = answers or [NEGOTIATED]
        self._negotiations = 0
        self._options = options
        self._server: Server | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ifcbHub"

    @property
    def posts(self) -> list[str]:
        return [path for method, path, _ in self.requests if method == "POST"]

    @property
    def upgrades(self) -> list[str]:
        return [path for method, path, _ in self.requests if method == "GET"]

    async def __aenter__(self) -> ScriptedHub:
        self._server = await serve(
            self._run,
            "127.0.0.1",
            self.port,
            process_request=self._answer,
            compression=None,
            close_timeout=0.2,
            **{"ping_interval": None, "max_size": None, **self._options},
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for peer in self.peers:
            peer.socket.transport.abort()
        await self._server.wait_closed()

    async def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        self.requests.append((request.method, request.path, request.headers))
        if request.method != "POST":
            return None
        answer = self.answers[min(self._negotiations, len(self.answers) - 1)]
        self._negotiations += 1
        if answer is None:
            await connection.wait_closed()
            return None
        if isinstance(answer, dict):
            answer = (200, {"Content-Type": "application/json"}, json.dumps(answer).encode())
        status, headers, body = answer
        all_headers = Headers(headers)
        all_headers["Content-Length"] = str(len(body))
        all_headers["Connection"] = "close"
        return Response(status, HTTPStatus(status).phrase, all_headers, body)

    async def _run(self, socket: ServerConnection) -> None:
        peer = Peer(socket, len(self.peers))
        self.peers.append(peer)
        with suppress(ConnectionClosed):
            await self._scripts[min(peer.number, len(self._scripts) - 1)](peer)


async def until(condition: Callable[[], Any], timeout: float = 10.0) -> None:
    """Wait until ``condition()`` is true."""
    async with asyncio.timeout(timeout):
        while not condition():
            await asyncio.sleep(0.002)
