"""Hub messages as JSON records, each ended by the byte 0x1E.

Framing as in the public specification (dotnet/aspnetcore, ``HubProtocol.md``). One piece of
data may hold many records, and a record may be spread over pieces: servers of the 3.0 and 5.0
previews were reported to do so (dotnet/aspnetcore#13651, #22132).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from ifcbgui.signalr.errors import EncodingError, MessageTooLargeError, ProtocolError
from ifcbgui.signalr.messages import (
    LAST_KNOWN_TYPE,
    Completion,
    HubMessage,
    Invocation,
    KnownMessage,
    StreamInvocation,
    StreamItem,
    Unknown,
)
from ifcbgui.signalr.protocol import DEFAULT_MAX_RECEIVE

logger = logging.getLogger(__name__)

RECORD_SEPARATOR: Final = b"\x1e"

_EXCERPT = 80


class _TypeOnly(msgspec.Struct):
    type: int


_decoder: Final[msgspec.json.Decoder[HubMessage]] = msgspec.json.Decoder(KnownMessage)
_decode_message = _decoder.decode
_decode_lines = _decoder.decode_lines
_decode_type = msgspec.json.Decoder(_TypeOnly).decode
_encode_message = msgspec.json.Encoder().encode


class JsonProtocol:
    """The JSON hub protocol, version 1."""

    name: str = "json"
    version: int = 1
    binary: bool = False
    transfer_format: str = "Text"

    def encode(self, message: HubMessage) -> bytes:
        """Return ``message`` as one record, separator included.

        Raises:
            EncodingError: A value in it is NaN or infinite, or of a type JSON does not have.
                ASP.NET Core closes the connection on such a token, so it is never sent.
        """
        _refuse_non_finite(_values_of(message))
        try:
            return _encode_message(message) + RECORD_SEPARATOR
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise EncodingError(f"The message cannot be written as JSON: {error}.") from error

    def decoder(self, max_record: int = DEFAULT_MAX_RECEIVE) -> JsonDecoder:
        """Return a decoder for a new connection; ``max_record`` as in `HubProtocol`."""
        return JsonDecoder(max_record)


class JsonDecoder:
    """Decodes the records of one connection, keeping an unfinished one for the next data."""

    def __init__(self, max_record: int = DEFAULT_MAX_RECEIVE) -> None:
        self._max_record = max_record
        self._pieces: list[bytes] = []
        self._kept = 0
        self._empty_records = 0

    def feed(self, data: str | bytes) -> list[HubMessage]:
        """Return the messages that ``data`` completes, in order.

        Raises:
            ProtocolError: A record is no hub message; ``decoded`` has those before it.
            MessageTooLargeError: A record in several pieces is larger than the cap; ``decoded``
                likewise.
        """
        if isinstance(data, str):
            data = data.encode()
        whole, end, rest = data.rpartition(RECORD_SEPARATOR)
        if self._pieces and end:
            first = data[: data.index(RECORD_SEPARATOR)]
            self._keep(first, ())
            whole = b"".join(self._pieces) + whole[len(first) :]
            self._pieces.clear()
            self._kept = 0
        messages = self._decode(whole) if end else []
        if rest:
            self._keep(rest, messages)
        return messages

    def _decode(self, records: bytes) -> list[HubMessage]:
        """Decode complete records; many at once where all are what they should be.

        To the decoder of lines they are lines. A malformed record it may take for two, or two for
        one, which shows in their number; only one of each at once would be taken as they are.
        """
        if count := records.count(RECORD_SEPARATOR):
            try:
                messages = _decode_lines(records.replace(RECORD_SEPARATOR, b"\n"))
                if len(messages) == count + 1:
                    return messages
            except (ValueError, RecursionError):
                pass  # one of them is odd
        messages = []
        for record in records.split(RECORD_SEPARATOR):
            try:
                messages.append(_decode_message(record))
            except (ValueError, RecursionError) as error:
                self._decode_odd(record, error, messages)
        return messages

    def _keep(self, piece: bytes, before: Sequence[HubMessage]) -> None:
        self._kept += len(piece)
        if self._kept >= self._max_record:  # its separator is yet to come
            raise MessageTooLargeError(
                f"The server sent a message larger than {self._max_record:,} bytes.",
                decoded=tuple(before),
            )
        self._pieces.append(piece)

    def _decode_odd(
        self, record: bytes, error: ValueError | RecursionError, messages: list[HubMessage]
    ) -> None:
        """Add what a record is that is no known message, or raise."""
        if not record:
            self._empty_records += 1
            if self._empty_records == 1:
                logger.warning("Skipped an empty record from the server")
            return
        try:
            number = _decode_type(record).type
        except (ValueError, RecursionError):
            number = None
        if number is None or 1 <= number <= LAST_KNOWN_TYPE:
            raise ProtocolError(
                f"The server sent something that is no hub message ({error}): {_excerpt(record)}",
                tuple(messages),
            ) from error
        messages.append(Unknown(number))


def _excerpt(record: bytes) -> str:
    text = record[:_EXCERPT].decode(errors="backslashreplace")
    return repr(text) + ("..." if len(record) > _EXCERPT else "")


def _values_of(message: HubMessage) -> Any:
    """Return the part of ``message`` that holds values of the application."""
    match message:
        case Invocation() | StreamInvocation():
            return message.arguments
        case Completion():
            return message.result
        case StreamItem():
            return message.item
        case _:
            return None


def _refuse_non_finite(value: Any) -> None:
    """Raise if a NaN or an infinity is inside: the encoder would quietly write null."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise EncodingError(f"The value {value} cannot be sent: JSON has no such number.")
    elif isinstance(value, dict):
        for item in value.values():
            _refuse_non_finite(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_non_finite(item)
