"""One line of traffic with an instrument: what the recorder keeps and the log shows."""

from __future__ import annotations

import time
from enum import StrEnum

from msgspec import Struct, field

from ifcbgui.instrument.messages import Message

JsonScalar = str | int | float | bool | None

COMMAND_KIND = "command"


class Direction(StrEnum):
    """Which way a message went."""

    IN = "in"
    OUT = "out"


class Entry(Struct, frozen=True, gc=False):
    """A message with its envelope and the two clocks, read once on arrival or sending.

    Attributes:
        message: The parsed message; ``message.text`` is exactly what was on the wire.
        direction: In from the host, or out from us.
        time_ns: UTC, nanoseconds since 1970.
        monotonic_ns: ``time.monotonic_ns()`` of the same moment; ages are taken from it.
        sender: ``sender_id`` as the host gave it (type not public: any JSON scalar).
        source: ``smsgsrc`` as the host gave it.
        seqno: The host's own number; None for what we sent or where it was no integer.
    """

    message: Message
    direction: Direction
    time_ns: int = field(default_factory=time.time_ns)
    monotonic_ns: int = field(default_factory=time.monotonic_ns)
    sender: JsonScalar = None
    source: JsonScalar = None
    seqno: int | None = None

    @property
    def kind(self) -> str:
        """The message's group, or ``command`` for what we sent."""
        return COMMAND_KIND if self.direction is Direction.OUT else self.message.group
