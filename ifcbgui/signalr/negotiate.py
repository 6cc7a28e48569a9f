"""What the server's answer to the negotiation means. Pure: no network here.

After the public specification (dotnet/aspnetcore, ``TransportProtocols.md``) and the released
clients. A member that is null counts as absent: servers spell out what they do not have.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from ifcbgui.signalr.errors import (
    AuthenticationError,
    NegotiationError,
    NotAHubError,
    ProtocolRefusedError,
    SignalRError,
)

MAX_REDIRECTS: Final = 20

# The portals of harbours and hotels stand in for every web server until somebody has signed in.
_SIGN_IN = "The network may ask for a sign-in first: open any page in a web browser and look."


@dataclass(frozen=True, slots=True)
class Negotiated:
    """The server lets us in.

    Attributes:
        connection: What stands for the connection in the WebSocket address. Secret.
    """

    connection: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Redirect:
    """The server sends us elsewhere.

    Attributes:
        url: The hub to negotiate with instead.
        access_token: Bearer token to use there, or None to keep what we have. Secret.
    """

    url: str = field(repr=False)
    access_token: str | None = field(repr=False)


class _Transport(msgspec.Struct, rename="camel"):
    transport: str | None = None
    transfer_formats: list[str] | None = None


class _Answer(msgspec.Struct, rename="camel"):
    negotiate_version: int | None = None
    connection_id: str | None = None
    connection_token: str | None = None
    available_transports: list[_Transport] | None = None
    url: str | None = None
    access_token: str | None = None
    error: str | None = None
    legacy_version: Any = msgspec.field(default=None, name="ProtocolVersion")


_decode_answer = msgspec.json.Decoder(_Answer).decode


def parse_answer(body: bytes, transfer_format: str) -> Negotiated | Redirect:
    """Return what an answer with status 200 says.

    Args:
        body: Body of the answer.
        transfer_format: What the hub protocol needs a transport to carry, "Text" or "Binary".

    Raises:
        NegotiationError: The server refuses, or offers no way that we can go.
        ProtocolRefusedError: It offers WebSockets, but not for what the hub protocol needs.
        NotAHubError: This is no answer of a SignalR hub.
    """
    try:
        answer = _decode_answer(body)
    except (ValueError, RecursionError) as error:
        raise NotAHubError(
            "A web server answers there, but it is no SignalR hub.",
            hint=f"{NotAHubError.default_hint} {_SIGN_IN}",
        ) from error
    if answer.error:
        raise NegotiationError(f"The server refused the connection: {answer.error}")
    if answer.legacy_version is not None:
        raise NotAHubError(
            "The server speaks the old ASP.NET SignalR, not ASP.NET Core SignalR.",
            hint="Ask for the address of an ASP.NET Core SignalR hub.",
        )
    if answer.url:
        return Redirect(answer.url, answer.access_token or None)
    return _accept(answer, transfer_format)


def _accept(answer: _Answer, transfer_format: str) -> Negotiated:
    connection = (
        answer.connection_token if (answer.negotiate_version or 0) >= 1 else answer.connection_id
    )
    if not connection:
        raise NotAHubError("The server's answer to the negotiation names no connection.")
    offered = {offer.transport or "?": offer for offer in answer.available_transports or []}
    if "WebSockets" not in offered:
        raise NegotiationError(
            f"The server offers no WebSockets (it offers: {', '.join(offered) or 'nothing'}).",
            hint="WebSockets must be switched on at the server, and on any proxy before it.",
        )
    formats = offered["WebSockets"].transfer_formats or []
    if transfer_format not in formats:
        raise ProtocolRefusedError(
            f"The server offers no {transfer_format} on WebSockets "
            f"(it offers: {', '.join(formats) or 'nothing'})."
        )
    return Negotiated(connection)


def error_of_status(status: int, place: str, location: str | None = None) -> SignalRError:
    """Return the error that an HTTP status other than the hoped-for one means.

    Args:
        status: The status.
        place: Who answered, for people.
        location: The Location header, if any.
    """
    if status in (401, 403):
        return AuthenticationError(f"{place} does not let us in (HTTP {status}).")
    if status == 511:  # Network Authentication Required
        return NegotiationError(
            f"The network does not let us through to {place} (HTTP 511).",
            retryable=True,
            hint=_SIGN_IN,
        )
    if status == 429 or (status >= 500 and status not in (501, 505)):
        return NegotiationError(
            f"{place} cannot serve us at the moment (HTTP {status}).",
            retryable=True,
            hint="Look at the server if this goes on.",
        )
    if location and 300 <= status < 400:
        elsewhere = location.partition("?")[0]
        hub = elsewhere.removesuffix("/negotiate")
        return NotAHubError(
            f"{place} points to another address (HTTP {status}).",
            hint=_SIGN_IN if hub == elsewhere else f"Try {hub}.",
        )
    return NotAHubError(f"{place} answers, but there is no SignalR hub (HTTP {status}).")
