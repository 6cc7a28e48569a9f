"""A message as a filter looks at it."""

from __future__ import annotations

from typing import Self

from ifcbgui.instrument.entry import Direction, Entry, JsonScalar
from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.records import SessionRow

COMMAND_KIND = "command"
_OUT = Direction.OUT.value


class FilterRow:
    """A message with its envelope. What is None is not known, and satisfies no comparison.

    Attributes:
        direction: ``in`` or ``out``.
        text: The message as on the wire.
        label: What else a person sees of it; words and regular expressions are looked for here too.
        folded: Text and label for comparing whatever the case.
        id: Number of the message in its session.
        time_ns: UTC, nanoseconds since 1970.
        sender: The sender as the host gave it.
        source: The source as the host gave it.
        seqno: The host's own number.
        now_ns: The moment from which ``time>=-10m`` counts back; UTC, nanoseconds since 1970.
    """

    __slots__ = (
        "_group",
        "_message",
        "direction",
        "folded",
        "id",
        "label",
        "now_ns",
        "sender",
        "seqno",
        "source",
        "text",
        "time_ns",
    )

    def __init__(
        self,
        direction: str,
        text: str,
        group: str | None = None,
        label: str = "",
        *,
        id: int | None = None,  # noqa: A002 - the name of the column
        time_ns: int | None = None,
        sender: JsonScalar = None,
        source: JsonScalar = None,
        seqno: int | None = None,
        now_ns: int = 0,
        message: Message | None = None,
    ) -> None:
        """Take a message; ``group`` and ``message`` are found out when asked for, if not given."""
        self.direction = direction
        self.text = text
        self.label = label
        self.folded = f"{text}\n{label}".casefold() if label else text.casefold()
        self.id = id
        self.time_ns = time_ns
        self.sender = sender
        self.source = source
        self.seqno = seqno
        self.now_ns = now_ns
        self._group = group
        self._message = message

    @classmethod
    def of_row(cls, row: SessionRow, now_ns: int) -> Self:
        """Return a message of a session."""
        return cls(
            row.direction,
            row.text,
            id=row.id,
            time_ns=row.time_ns,
            sender=row.sender,
            source=row.source,
            seqno=row.seqno,
            now_ns=now_ns,
        )

    @classmethod
    def of_entry(cls, entry: Entry, row_id: int) -> Self:
        """Return a message at the moment it comes or goes."""
        return cls(
            entry.direction,
            entry.message.text,
            id=row_id,
            time_ns=entry.time_ns,
            sender=entry.sender,
            source=entry.source,
            seqno=entry.seqno,
            now_ns=entry.time_ns,
            message=entry.message,
        )

    @property
    def message(self) -> Message:
        """The parsed message."""
        if self._message is None:
            self._message = parse_message(self.text)
        return self._message

    @property
    def kind(self) -> str:
        """The group of the message, or ``command`` for what we sent."""
        if self.direction == _OUT:
            return COMMAND_KIND
        return self.message.group if self._group is None else self._group
