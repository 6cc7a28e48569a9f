"""One HTTP POST without a body, for the negotiation. Cancellable at any point."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import h11

from ifcbgui.signalr.errors import EncodingError, NotAHubError
from ifcbgui.signalr.urls import HubUrl

MAX_BODY: Final = 256 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What the server answered; ``body`` may hold secrets."""

    status: int
    location: str | None
    body: bytes = field(repr=False)


async def post(
    url: HubUrl, target: str, headers: Mapping[str, str], ssl_context: ssl.SSLContext | None
) -> HttpAnswer:
    """Send an empty POST and return the answer, on a connection of its own.

    System proxies are not used: an instrument is on the local network or behind a tunnel.

    Args:
        url: Which server.
        target: Path and query.
        headers: Headers beside those of the transfer itself.
        ssl_context: TLS settings for a secure ``url``; None for the defaults.

    Raises:
        OSError: The connection could not be made or broke.
        EOFError: The server hung up before it had answered.
        NotAHubError: The answer is no HTTP, or far too long.
        EncodingError: A header cannot be sent.
    """
    request = _request(url, target, headers)
    tls = (ssl_context or True) if url.secure else None
    reader, writer = await asyncio.open_connection(url.host, url.port, ssl=tls)
    try:
        return await _exchange(reader, writer, request, url)
    except h11.ProtocolError as error:
        raise NotAHubError(
            f"{url.place} answers, but not as a web server does.",
            hint="Check the port; if the server uses TLS, write wss:// instead of ws://.",
        ) from error
    finally:
        writer.transport.abort()


def _request(url: HubUrl, target: str, headers: Mapping[str, str]) -> h11.Request:
    own = {"Host": url.netloc, "Content-Length": "0", "Connection": "close"}
    everything = [*own.items(), *headers.items()]
    try:
        return h11.Request(method="POST", target=target, headers=everything)
    except (h11.LocalProtocolError, UnicodeEncodeError):
        # Without its cause, which quotes what may be a password.
        raise EncodingError(
            "A header for the server has characters that no header can have.",
            hint="Look for a line end or blank copied along with a token.",
        ) from None


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: h11.Request, url: HubUrl
) -> HttpAnswer:
    connection = h11.Connection(h11.CLIENT)
    writer.write((connection.send(request) or b"") + (connection.send(h11.EndOfMessage()) or b""))
    status, location, body = 0, None, b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            data = await reader.read(_CHUNK)
            if not data and status == 0 and not connection.trailing_data[0]:
                raise EOFError("the server hung up")
            connection.receive_data(data)
        elif isinstance(event, h11.Response):
            status = event.status_code
            location = dict(event.headers).get(b"location", b"").decode("latin-1") or None
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > MAX_BODY:
                raise NotAHubError(f"{url.place} answers with far more than a hub would.")
        elif isinstance(event, h11.EndOfMessage):
            return HttpAnswer(status, location, body)
