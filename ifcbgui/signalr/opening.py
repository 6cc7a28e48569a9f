"""From an address to an open connection: negotiation, WebSocket, handshake."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, cast

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from ifcbgui.signalr.core import HubCore
from ifcbgui.signalr.errors import HubTimeoutError, NegotiationError, ProtocolRefusedError
from ifcbgui.signalr.failures import closing_failure, opening_failure
from ifcbgui.signalr.http_post import post
from ifcbgui.signalr.hub_socket import HubSocket
from ifcbgui.signalr.messages import Invocation
from ifcbgui.signalr.negotiate import MAX_REDIRECTS, Redirect, error_of_status, parse_answer
from ifcbgui.signalr.options import HubOptions
from ifcbgui.signalr.protocol import HubProtocol
from ifcbgui.signalr.urls import HubUrl

logger = logging.getLogger(__name__)

# At DEBUG, websockets writes request lines and headers, hence tokens.
_wire_logger: Final = logging.getLogger(__name__ + ".websocket")
_wire_logger.setLevel(logging.INFO)

Opened: TypeAlias = tuple[HubSocket, HubCore, list[Invocation]]


class _DirectConnect(connect):
    """Follows no redirect: as in browsers, and headers must not go where nobody sent them."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Let a redirect be the failure that it is."""
        return exc


class Opener:
    """Opens connections to one hub, each from the beginning: a negotiated id serves once.

    Whether a server speaks a hub protocol shows only when it is asked for it. So the protocols
    are tried one after the other until one is not refused, and that one is tried first from then
    on. Each is tried at most once in an `open`; every other failure is the caller's to mend.
    """

    def __init__(
        self,
        url: HubUrl,
        ssl_context: ssl.SSLContext | None,
        options: HubOptions,
        protocols: Sequence[HubProtocol],
        ids: Iterator[int],
    ) -> None:
        self._url = url
        self._ssl_context = ssl_context
        self._options = options
        self._protocols = list(protocols)
        self._ids = ids

    @property
    def protocol(self) -> HubProtocol:
        """The protocol of the last connection; before there is one, that to be tried first."""
        return self._protocols[0]

    async def open(self, headers: Callable[[], Mapping[str, str]]) -> Opened:
        """Return an open WebSocket after the handshake, its state, and what came with it.

        Args:
            headers: Returns the HTTP headers for one negotiation and WebSocket request.

        Raises:
            SignalRError: The kind says at which step it failed and why.
        """
        untried = self._protocols.copy()
        while True:
            protocol = untried.pop(0)
            try:
                opened = await self._open(protocol, headers())
            except ProtocolRefusedError as error:
                if not untried:
                    raise
                logger.info("%s does not speak %s: %s", self._url, protocol.name, error)
            else:
                logger.info("%s speaks %s", self._url, protocol.name)
                self._protocols.remove(protocol)
                self._protocols.insert(0, protocol)
                return opened

    async def _open(self, protocol: HubProtocol, headers: Mapping[str, str]) -> Opened:
        own = {"Authorization": self._url.authorization} if self._url.authorization else {}
        url, sent_headers, connection = self._url, {**own, **headers}, None
        if not self._options.skip_negotiation:
            url, sent_headers, connection = await self._negotiate(
                url, sent_headers, protocol.transfer_format
            )
        socket = await self._open_socket(url, sent_headers, connection)
        core = HubCore(protocol, self._options, self._ids, time.monotonic())
        try:
            early = await self._shake_hands(socket, core, url)
        except BaseException:
            socket.transport.abort()
            raise
        return socket, core, early

    async def _negotiate(
        self, url: HubUrl, headers: dict[str, str], transfer_format: str
    ) -> tuple[HubUrl, dict[str, str], str]:
        try:
            async with asyncio.timeout(self._options.open_timeout_s):
                for _ in range(MAX_REDIRECTS):
                    answer = await post(url, url.negotiate_target, headers, self._ssl_context)
                    if answer.status != 200:
                        raise error_of_status(answer.status, url.place, answer.location)
                    meaning = parse_answer(answer.body, transfer_format)
                    if not isinstance(meaning, Redirect):
                        return url, headers, meaning.connection
                    came_from, url = url, HubUrl.parse(meaning.url)
                    if url.origin != came_from.origin:
                        headers = {}  # they were meant for that server and for no other
                    if meaning.access_token:
                        headers = {**headers, "Authorization": f"Bearer {meaning.access_token}"}
        except (OSError, EOFError) as error:
            raise opening_failure(error, url, self._options.open_timeout_s) from error
        raise NegotiationError("The server sends us from address to address without end.")

    async def _open_socket(
        self, url: HubUrl, headers: Mapping[str, str], connection: str | None
    ) -> HubSocket:
        try:
            socket = await _DirectConnect(
                url.websocket_url(connection),
                additional_headers=headers,
                compression=None,  # halves the speed on a local network
                proxy=None,
                open_timeout=self._options.open_timeout_s,
                close_timeout=self._options.close_timeout_s,
                max_size=self._options.max_receive,
                create_connection=HubSocket,
                ping_interval=None,  # the hub protocol has its own, which know of slow lines
                logger=_wire_logger,
                ssl=(self._ssl_context or True) if url.secure else None,
            )
            return cast(HubSocket, socket)
        except (OSError, EOFError, WebSocketException) as error:
            raise opening_failure(error, url, self._options.open_timeout_s) from error

    async def _shake_hands(self, socket: HubSocket, core: HubCore, url: HubUrl) -> list[Invocation]:
        limit = self._options.handshake_timeout_s
        early: list[Invocation] = []
        try:
            async with asyncio.timeout(limit):
                await socket.send(core.hello(), text=True)
                while not core.connected:
                    data = await socket.receive()
                    early = core.receive_handshake(data, time.monotonic())
        except TimeoutError as error:
            raise HubTimeoutError(
                f"{url.place} accepted the connection but did not answer the handshake "
                f"within {limit:g} s."
            ) from error
        except ConnectionClosed as error:
            raise closing_failure(error, self._options.max_receive) from error
        return early
