"""What a hub protocol, JSON or MessagePack, offers the connection."""

from __future__ import annotations

from typing import Final, Protocol

from ifcbgui.signalr.messages import HubMessage

DEFAULT_MAX_RECEIVE: Final = 64 * 1024 * 1024


class HubDecoder(Protocol):
    """Turns the bytes of one connection into hub messages."""

    def feed(self, data: str | bytes) -> list[HubMessage]:
        """Return the messages that ``data`` completes, in order.

        Raises:
            ProtocolError: A record is no hub message; ``decoded`` has those before it.
            MessageTooLargeError: A record is larger than the cap; ``decoded`` likewise.
        """
        ...


class HubProtocol(Protocol):
    """One encoding of hub messages.

    Attributes:
        name: Name in the handshake.
        version: Version in the handshake.
        binary: True if its data travel in binary WebSocket frames.
        transfer_format: What a transport must carry, as negotiation names it.
    """

    name: str
    version: int
    binary: bool
    transfer_format: str

    def encode(self, message: HubMessage) -> bytes:
        """Return ``message`` framed for the wire.

        Raises:
            EncodingError: A value in it cannot be encoded.
        """
        ...

    def decoder(self, max_record: int) -> HubDecoder:
        """Return a decoder for a new connection.

        Args:
            max_record: Largest record to take, in bytes with its framing.
        """
        ...
