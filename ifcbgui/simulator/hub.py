"""The SignalR hub: negotiation, the clients, and the two methods an instrument's hub has.

Public names of the hub's methods were seen in WHOIGit/pyifcbclient.
"""

from __future__ import annotations

import asyncio
import http
import json
import logging
import secrets
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from ifcbgui.signalr import Invocation
from ifcbgui.simulator.hub_connection import HubConnection, HubOptions

_log = logging.getLogger(__name__)

PATH = "/ifcbHub"
_TRANSPORTS = [{"transport": "WebSockets", "transferFormats": ["Text", "Binary"]}]
_UNUSED_ID_S = 15.0
_CLOSE_S = 1.0


class Hub:
    """Serves any number of clients on one port; a slow one does not hold up the others.

    Args:
        serial: The id clients sign on with; another one is met with silence.
        on_command: Called with every text a client relays to the instrument.
        options: Times and limits.
        on_sign_on: Called whenever a client has signed on.

    Attributes:
        caller: The client whose command is being obeyed; None at any other time.
    """

    def __init__(
        self,
        serial: str,
        on_command: Callable[[str], None],
        options: HubOptions | None = None,
        on_sign_on: Callable[[], None] = lambda: None,
    ) -> None:
        self._serial = serial
        self._on_command = on_command
        self._on_sign_on = on_sign_on
        self.caller: HubConnection | None = None
        self._options = options or HubOptions()
        self._connections: set[HubConnection] = set()
        # Connection ids given out and not used yet, with the time they end.
        self._given: dict[str, float] = {}
        self._server: Server | None = None
        self._heart: asyncio.Task[None] | None = None
        self._seqno = 0
        self._muted = False
        self._sender = f"host-{serial.rpartition('-')[2]}"
        self._away = False

    @staticmethod
    def url(host: str, port: int) -> str:
        """Return the address of a hub that listens there."""
        return f"ws://{f'[{host}]' if ':' in host else host}:{port}{PATH}"

    async def start(self, host: str, port: int) -> int:
        """Listen; return the port, chosen by the system where 0 was given.

        Raises:
            OSError: If the address cannot be used.
        """
        self._server = await serve(
            self._serve,
            host,
            port,
            process_request=self._answer_http,
            compression=None,
            max_size=None,
            ping_interval=None,  # SignalR has pings of its own; ASP.NET Core sends no others
            close_timeout=_CLOSE_S,
        )
        self._heart = asyncio.create_task(self._beat())
        chosen: int = next(iter(self._server.sockets)).getsockname()[1]
        return chosen

    async def stop(self) -> None:
        """End all connections and stop listening."""
        if self._heart:
            self._heart.cancel()
            await asyncio.gather(self._heart, return_exceptions=True)
            self._heart = None
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def relay(self, text: str) -> None:
        """Send a text of the instrument to every client that signed on."""
        self._seqno += 1
        self.relay_as(self._sender, "host", self._seqno, text)

    def relay_as(self, sender: object, source: object, number: int | None, text: str) -> None:
        """Send a text to every client that signed on, in an envelope of one's own choice."""
        self._broadcast("messageRelayed", sender, source, number, text)

    @property
    def backlog(self) -> int:
        """How many bytes wait for the client with the most to read."""
        return max((connection.pending for connection in self._connections), default=0)

    @property
    def congested(self) -> bool:
        """True while a client has a lot left to read."""
        return any(connection.congested for connection in self._connections)

    def cut_connections(self) -> None:
        """Cut every connection like a pulled cable."""
        for connection in self._connections:
            connection.cut()

    def go_away(self) -> None:
        """Cut every connection and refuse new ones, like a server that is restarted."""
        self._away = True
        self.cut_connections()

    def come_back(self) -> None:
        """Take new connections again."""
        self._away = False

    def mute(self) -> None:
        """Send nothing at all, not even pings."""
        self._set_muted(True)

    def unmute(self) -> None:
        """Send again."""
        self._set_muted(False)

    def _set_muted(self, muted: bool) -> None:
        self._muted = muted
        for connection in self._connections:
            connection.muted = muted

    def _broadcast(self, target: str, *arguments: object) -> None:
        listeners = [connection for connection in self._connections if connection.signed_on]
        message = Invocation(target, arguments)
        for protocol in {connection.protocol for connection in listeners}:
            record = protocol.encode(message)
            for connection in listeners:
                if connection.protocol is protocol:
                    connection.post(record)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._options.heartbeat_s)
            self._broadcast("heartbeat")

    async def _serve(self, socket: ServerConnection) -> None:
        connection = HubConnection(socket, self._options, self._dispatch)
        connection.muted = self._muted
        self._connections.add(connection)
        try:
            await connection.serve()
        finally:
            self._connections.discard(connection)

    def _dispatch(
        self, connection: HubConnection, target: str, arguments: tuple[object, ...]
    ) -> str | None:
        """Run a hub method; names are matched without regard to case, as the real hub does."""
        match (target.casefold(), arguments):
            case ("startasclient", (str() as serial,)):
                if serial == self._serial:
                    connection.signed_on = True
                    connection.post(connection.protocol.encode(Invocation("startedAsClient", ())))
                    self._on_sign_on()
            case ("relaymessagetohost", (str() as serial, str() as text)):
                if serial == self._serial:
                    self._obey(connection, text)
            case ("startasclient" | "relaymessagetohost", _):
                return f"Failed to invoke '{target}' due to an error on the server."
            case _:
                return f"Unknown hub method '{target}'"
        return None

    def _obey(self, connection: HubConnection, text: str) -> None:
        self.caller = connection
        try:
            self._on_command(text)
        finally:
            self.caller = None

    def _answer_http(self, _: ServerConnection, request: Request) -> Response | None:
        """Answer plain HTTP; None lets a WebSocket go on."""
        address = urlsplit(request.path)
        query = parse_qs(address.query)
        path = address.path.rstrip("/").casefold()
        if self._away:
            return _plain(http.HTTPStatus.SERVICE_UNAVAILABLE, "The server is restarting.")
        if path == f"{PATH}/negotiate".casefold():
            if request.method != "POST":
                return _plain(http.HTTPStatus.METHOD_NOT_ALLOWED, "Negotiation is a POST request.")
            return self._negotiate(query.get("negotiateVersion", ["0"])[0])
        if path != PATH.casefold():
            return _plain(
                http.HTTPStatus.NOT_FOUND, f"There is nothing here. The hub is at {PATH}."
            )
        token = query.get("id", [None])[0]
        if token is not None and not self._take(token):
            return _plain(http.HTTPStatus.NOT_FOUND, "No Connection with that ID")
        return None

    def _negotiate(self, wanted: str) -> Response:
        answer: dict[str, object] = {"availableTransports": _TRANSPORTS}
        identity = secrets.token_urlsafe(16)
        token = identity
        if not wanted.lstrip("-").isdigit() or int(wanted) < 0:
            answer = {"error": f"The client requested an invalid protocol version '{wanted}'"}
        elif int(wanted) == 0:
            answer |= {"negotiateVersion": 0, "connectionId": identity}
        else:
            token = secrets.token_urlsafe(16)
            answer |= {"negotiateVersion": 1, "connectionId": identity, "connectionToken": token}
        now = asyncio.get_running_loop().time()
        self._given = {key: end for key, end in self._given.items() if end > now}
        self._given[token] = now + _UNUSED_ID_S
        return _response(http.HTTPStatus.OK, "application/json", json.dumps(answer))

    def _take(self, token: str) -> bool:
        """Use up an id; True if it was given out and has not run out."""
        return self._given.pop(token, 0.0) > asyncio.get_running_loop().time()


def _plain(status: http.HTTPStatus, text: str) -> Response:
    return _response(status, "text/plain; charset=utf-8", f"{text}\n")


def _response(status: http.HTTPStatus, content_type: str, text: str) -> Response:
    body = text.encode()
    headers = Headers(
        {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
    )
    return Response(status.value, status.phrase, headers, body)
