"""The first exchange on a new connection: which hub protocol is to be spoken.

Always one JSON record each way, whatever the protocol (dotnet/aspnetcore, ``HubProtocol.md``).
What follows the record in the same data are ordinary hub messages already.
"""

from __future__ import annotations

from typing import Final

import msgspec

from ifcbgui.signalr.errors import HandshakeError, ProtocolRefusedError

MAX_HANDSHAKE: Final = 32_768
_SEPARATOR = b"\x1e"


class HandshakeRequest(msgspec.Struct, frozen=True):
    """What a client asks for."""

    protocol: str
    version: int


class _Response(msgspec.Struct, omit_defaults=True):
    error: str | None = None
    type: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_decode_request = msgspec.json.Decoder(HandshakeRequest).decode
_decode_response = msgspec.json.Decoder(_Response).decode


def encode_handshake_request(name: str, version: int) -> bytes:
    """Return the client's record: the hub protocol it wants to speak."""
    return msgspec.json.encode(HandshakeRequest(name, version)) + _SEPARATOR


def encode_handshake_response(error: str | None = None) -> bytes:
    """Return the server's record: agreed, or the reason why not."""
    return msgspec.json.encode(_Response(error)) + _SEPARATOR


def split_handshake(data: bytes) -> tuple[bytes, bytes] | None:
    """Cut the handshake record off ``data``.

    Returns:
        The record without its separator and the bytes behind it, or None while the record
        is incomplete.

    Raises:
        HandshakeError: There is no end of the record within 32,768 bytes.
    """
    record, separator, rest = data.partition(_SEPARATOR)
    if separator:
        return record, rest
    if len(data) > MAX_HANDSHAKE:
        raise HandshakeError("The other side sent no end of its handshake.")
    return None


def parse_handshake_request(record: bytes) -> HandshakeRequest:
    """Return what the client asks for.

    Raises:
        HandshakeError: The record is no handshake request.
    """
    try:
        return _decode_request(record)
    except ValueError as error:
        raise HandshakeError(f"This is no handshake request: {error}.") from error


def parse_handshake_response(record: bytes, protocol: str) -> None:
    """Return if the server agreed.

    Args:
        record: The server's record.
        protocol: Name of the hub protocol that it was asked for.

    Raises:
        ProtocolRefusedError: It refused and named the protocol as the reason.
        HandshakeError: It refused, or the record is another kind of message.
    """
    try:
        response = _decode_response(record)
    except ValueError as error:
        raise HandshakeError(f"The server's handshake cannot be read: {error}.") from error
    if response.type is not msgspec.UNSET:
        raise HandshakeError("The server sent a hub message before its handshake.")
    if response.error:
        named = protocol in response.error.casefold()
        kind = ProtocolRefusedError if named else HandshakeError
        raise kind(f"The server refused the connection: {response.error}")
