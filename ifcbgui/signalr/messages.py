"""The hub messages of the SignalR hub protocol, version 1.

The shapes are those of the public specification (dotnet/aspnetcore,
``src/SignalR/docs/specs/HubProtocol.md``). The structs double as the JSON schema: their tag is
the ``type`` member and their fields are written in camel case.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import msgspec

LAST_KNOWN_TYPE: Final = 9


class _Message(
    msgspec.Struct, frozen=True, gc=False, tag_field="type", rename="camel", omit_defaults=True
):
    """Common settings. A message never holds a reference to itself, so gc need not look."""


class Invocation(_Message, frozen=True, tag=1):
    """Call of a method of the other side.

    Attributes:
        target: Name of the method.
        arguments: Its arguments.
        invocation_id: Set if exactly one Completion must come back; None or "" if nothing must.
        stream_ids: Ids of streams from caller to callee.
    """

    target: str
    arguments: tuple[Any, ...]
    invocation_id: str | None = None
    stream_ids: tuple[str, ...] | None = None


class StreamItem(_Message, frozen=True, tag=2):
    """One item of the stream with the given id."""

    invocation_id: str
    item: Any


class Completion(_Message, frozen=True, tag=3):
    """End of a call or stream.

    Attributes:
        invocation_id: Id of the call.
        result: Its result; ``msgspec.UNSET`` where the message has none.
        error: What went wrong, or None.
    """

    invocation_id: str
    result: Any = msgspec.UNSET
    error: str | None = None


class StreamInvocation(_Message, frozen=True, tag=4):
    """Call of a method that answers with a stream. Only clients send it."""

    target: str
    arguments: tuple[Any, ...]
    invocation_id: str
    stream_ids: tuple[str, ...] | None = None


class CancelInvocation(_Message, frozen=True, tag=5):
    """The caller wants no more of the stream with the given id."""

    invocation_id: str


class Ping(_Message, frozen=True, tag=6):
    """Sign of life. Never answered."""


class Close(_Message, frozen=True, tag=7):
    """End of the connection.

    Attributes:
        error: Why, or None for an orderly end.
        allow_reconnect: True if the server invites the client back.
    """

    error: str | None = None
    allow_reconnect: bool | None = None


class Ack(_Message, frozen=True, tag=8):
    """Stateful reconnect: everything up to this message was received."""

    sequence_id: int


class Sequence(_Message, frozen=True, tag=9):
    """Stateful reconnect: number of the first message that follows."""

    sequence_id: int


class Unknown(msgspec.Struct, frozen=True, gc=False):
    """A message of a type that this version of the protocol does not have. To be ignored."""

    type: int


KnownMessage: TypeAlias = (
    Invocation
    | StreamItem
    | Completion
    | StreamInvocation
    | CancelInvocation
    | Ping
    | Close
    | Ack
    | Sequence
)
HubMessage: TypeAlias = KnownMessage | Unknown
