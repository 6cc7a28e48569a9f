"""Hub messages as MessagePack arrays, each behind its length.

Shapes and framing as in the public specification (dotnet/aspnetcore, ``HubProtocol.md``) and its
server's ``MessagePackHubProtocolWorker.cs``. One piece of data may hold many records, and a
record may be spread over pieces. Arrays longer than known here come from newer versions and are
read as far as they are known.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import msgspec

from ifcbgui.signalr.errors import EncodingError, MessageTooLargeError, ProtocolError
from ifcbgui.signalr.messages import (
    LAST_KNOWN_TYPE,
    Ack,
    CancelInvocation,
    Close,
    Completion,
    HubMessage,
    Invocation,
    Ping,
    Sequence,
    StreamInvocation,
    StreamItem,
    Unknown,
)
from ifcbgui.signalr.protocol import DEFAULT_MAX_RECEIVE

_MAX_LENGTH = 0x7FFF_FFFF
_MAX_LENGTH_BITS = 35
_EXCERPT = 40

_FAILED: Final = 1
_VOID: Final = 2
_RESULT: Final = 3


class _Shape(msgspec.Struct, array_like=True, gc=False):
    """A message as it is on the wire; what the application put in is decoded in `message`."""

    def message(self) -> HubMessage:
        """Return the message that this stands for.

        Raises:
            ValueError: Something in it must not be there, or is missing.
        """
        raise NotImplementedError


class _WithHeaders(_Shape):
    headers: msgspec.Raw  # not read: most send an empty map, aiosignalr a number


class _Invocation(_WithHeaders, tag=1):
    invocation_id: str | None
    target: str
    arguments: msgspec.Raw
    stream_ids: tuple[str, ...] | None = None

    def message(self) -> Invocation:
        arguments = _values(self.arguments)
        return Invocation(self.target, arguments, self.invocation_id, self.stream_ids or None)


class _StreamItem(_WithHeaders, tag=2):
    invocation_id: str
    item: msgspec.Raw

    def message(self) -> StreamItem:
        return StreamItem(self.invocation_id, _value(self.item))


class _Completion(_WithHeaders, tag=3):
    invocation_id: str
    kind: Literal[1, 2, 3]
    outcome: msgspec.Raw = msgspec.Raw()

    def message(self) -> Completion:
        if self.kind == _FAILED:
            return Completion(self.invocation_id, error=_decode_text(self.outcome))
        if self.kind == _VOID:
            return Completion(self.invocation_id)
        return Completion(self.invocation_id, _value(self.outcome))


class _StreamInvocation(_WithHeaders, tag=4):
    invocation_id: str
    target: str
    arguments: msgspec.Raw
    stream_ids: tuple[str, ...] | None = None

    def message(self) -> StreamInvocation:
        arguments = _values(self.arguments)
        return StreamInvocation(self.target, arguments, self.invocation_id, self.stream_ids or None)


class _CancelInvocation(_WithHeaders, tag=5):
    invocation_id: str

    def message(self) -> CancelInvocation:
        return CancelInvocation(self.invocation_id)


class _Ping(_Shape, tag=6):
    def message(self) -> Ping:
        return Ping()


class _Close(_Shape, tag=7):
    error: str | None = None
    allow_reconnect: bool | None = None

    def message(self) -> Close:
        return Close(self.error, self.allow_reconnect)


class _Ack(_Shape, tag=8):
    sequence_id: int

    def message(self) -> Ack:
        return Ack(self.sequence_id)


class _Sequence(_Shape, tag=9):
    sequence_id: int

    def message(self) -> Sequence:
        return Sequence(self.sequence_id)


class _TypeOnly(msgspec.Struct, array_like=True):
    type: int


_KnownShape: TypeAlias = (
    _Invocation
    | _StreamItem
    | _Completion
    | _StreamInvocation
    | _CancelInvocation
    | _Ping
    | _Close
    | _Ack
    | _Sequence
)


def _data_of_extension(_code: int, data: memoryview) -> bytes:
    return bytes(data)


_decode_shape = msgspec.msgpack.Decoder(_KnownShape).decode
_decode_type = msgspec.msgpack.Decoder(_TypeOnly).decode
_decode_text = msgspec.msgpack.Decoder(str).decode
_decode_any = msgspec.msgpack.Decoder(Any, ext_hook=_data_of_extension).decode
_decode_all = msgspec.msgpack.Decoder(tuple[Any, ...], ext_hook=_data_of_extension).decode
_skim = msgspec.msgpack.Decoder(msgspec.Raw).decode
_split_all = msgspec.msgpack.Decoder(tuple[msgspec.Raw, ...]).decode
_encode_shape = msgspec.msgpack.Encoder().encode


class MessagePackProtocol:
    """The MessagePack hub protocol, version 1.

    Of what JSON does not have, binary data arrive as `bytes`, a timestamp as a `datetime` in
    UTC, and a value of another extension type as the `bytes` of its data. A value that is well
    formed but that Python cannot hold, for instance a date after the year 9999, arrives as the
    `bytes` that stand for it: the messages around it are sound.
    """

    name: str = "messagepack"
    version: int = 1
    binary: bool = True
    transfer_format: str = "Binary"

    def encode(self, message: HubMessage) -> bytes:
        """Return ``message`` as one record, its length included.

        Raises:
            EncodingError: A value in it is of a type that MessagePack does not have.
        """
        try:
            body = _encode_shape(_shape_of(message))
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise EncodingError(
                f"The message cannot be written as MessagePack: {error}."
            ) from error
        return _encode_length(len(body)) + body

    def decoder(self, max_record: int = DEFAULT_MAX_RECEIVE) -> MessagePackDecoder:
        """Return a decoder for a new connection; ``max_record`` as in `HubProtocol`."""
        return MessagePackDecoder(max_record)


class MessagePackDecoder:
    """Decodes the records of one connection, keeping an unfinished one for the next data."""

    def __init__(self, max_record: int = DEFAULT_MAX_RECEIVE) -> None:
        self._max_record = max_record
        self._pieces: list[bytes] = []
        self._missing = 0

    def feed(self, data: str | bytes) -> list[HubMessage]:
        """Return the messages that ``data`` completes, in order.

        Raises:
            ProtocolError: A record is no hub message; ``decoded`` has those before it.
            MessageTooLargeError: A record is larger than the cap; ``decoded`` likewise.
        """
        if isinstance(data, str):
            data = data.encode()
        if self._pieces:
            self._pieces.append(data)
            self._missing -= len(data)
            if self._missing > 0:
                return []
            data = b"".join(self._pieces)
            self._pieces.clear()
        messages: list[HubMessage] = []
        start = 0
        while start < len(data):
            body, stop = self._bounds(data, start, messages)
            if stop > len(data):
                self._pieces.append(data[start:])
                self._missing = stop - len(data)
                break
            messages.append(_decode(data[body:stop], messages))
            start = stop
        return messages

    def _bounds(self, data: bytes, start: int, before: list[HubMessage]) -> tuple[int, int]:
        """Return where a record's body begins and ends; past the data while it is incomplete."""
        body = start
        length = shift = 0
        more = True
        while more and shift < _MAX_LENGTH_BITS:
            if body == len(data):
                return body, body + 1
            byte = data[body]
            body += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            more = byte >= 0x80
        if more or length > _MAX_LENGTH:
            raise ProtocolError(
                f"The server sent a message of impossible length: {_excerpt(data[start:body])}",
                tuple(before),
            )
        if body - start + length > self._max_record:
            raise MessageTooLargeError(
                f"The server sent a message larger than {self._max_record:,} bytes.",
                decoded=tuple(before),
            )
        return body, body + length


def _encode_length(length: int) -> bytes:
    """Return a length as a VarInt: seven bits in each byte, the lowest ones first."""
    prefix = bytearray()
    while length > 0x7F:
        prefix.append(length & 0x7F | 0x80)
        length >>= 7
    prefix.append(length)
    return bytes(prefix)


def _shape_of(message: HubMessage) -> tuple[Any, ...]:
    """Return the array that stands for ``message``; the empty map is that of its headers."""
    match message:
        case Invocation() | StreamInvocation():
            number = 1 if type(message) is Invocation else 4
            # Older clients of other makers fail where the last item is left out.
            streams = message.stream_ids or ()
            return number, {}, message.invocation_id, message.target, message.arguments, streams
        case StreamItem():
            return 2, {}, message.invocation_id, message.item
        case Completion():
            return 3, {}, message.invocation_id, *_outcome_of(message)
        case CancelInvocation():
            return 5, {}, message.invocation_id
        case Ping():
            return (6,)
        case Close(error, None):
            return 7, error
        case Close():
            return 7, message.error, message.allow_reconnect
        case Ack():
            return 8, message.sequence_id
        case Sequence():
            return 9, message.sequence_id
        case Unknown():
            return (message.type,)


def _outcome_of(message: Completion) -> tuple[Any, ...]:
    if message.error is not None:
        return _FAILED, message.error
    if message.result is msgspec.UNSET:
        return (_VOID,)
    return _RESULT, message.result


def _decode(record: bytes, before: list[HubMessage]) -> HubMessage:
    try:
        shape: _Shape = _decode_shape(record)
        return shape.message()
    except (ValueError, RecursionError) as error:
        try:
            number = _decode_type(record).type
        except (ValueError, RecursionError):
            number = None
        if number is None or 1 <= number <= LAST_KNOWN_TYPE:
            raise ProtocolError(
                f"The server sent something that is no hub message ({error}): {_excerpt(record)}",
                tuple(before),
            ) from error
        return Unknown(number)


def _values(encoded: msgspec.Raw) -> tuple[Any, ...]:
    try:
        return _decode_all(encoded)
    except (ValueError, RecursionError):
        return tuple(_value(one) for one in _split_all(encoded))


def _value(encoded: msgspec.Raw) -> Any:
    try:
        return _decode_any(encoded)
    except (ValueError, RecursionError):
        return bytes(_skim(encoded))


def _excerpt(data: bytes) -> str:
    return data[:_EXCERPT].hex(" ") + (" ..." if len(data) > _EXCERPT else "")
