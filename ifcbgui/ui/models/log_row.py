"""What a row of the message log is: a message, or an event of the link."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

from ifcbgui.instrument.entry import Direction, Entry, JsonScalar
from ifcbgui.instrument.ticket import Ticket
from ifcbgui.session.filters import LINK_KIND
from ifcbgui.session.records import SessionEvent
from ifcbgui.session.waiting import IMAGE_KIND
from ifcbgui.ui.models.log_text import RowText, group_of, label_of

WHOLE_TEXT_LIMIT: Final = 2000
"""Characters up to which the whole text is kept; of longer ones the session has it."""

HEAD_LENGTH: Final = 300
"""Characters kept of a text longer than `WHOLE_TEXT_LIMIT`; the filter sees no more of it."""

LogItem = tuple[int, Entry | SessionEvent]
"""What becomes a row: a message with its number, or an event, which has none (0)."""


class RowFlag(IntEnum):
    """A bit in the flags of a row; no IntFlag, whose arithmetic is too slow to paint with."""

    OUT = 1
    UNKNOWN = 2
    PROBLEM = 4
    CUT = 8
    EVENT = 16
    WIDE = 32
    """Not all of the text is ASCII."""


class RowForm(NamedTuple):
    """What many rows have in common.

    Attributes:
        group: Kind of message; ``command`` for what we sent, ``link`` for an event.
        label: What an operator calls it, or "".
        key: Key of the catalogue's form; "" for what is not in the catalogue or not a message.
    """

    group: str
    label: str
    key: str


class LogRow(NamedTuple):
    """One row as the store holds it.

    Attributes:
        row_id: The recorder's number; what ``text_of`` takes. 0 where the row is an event.
        time_ns: UTC, nanoseconds since 1970.
        form: What it has in common with others.
        flags: What stands out: bits of `RowFlag`.
        text: The whole text, or its head when ``flags`` has CUT.
        words: What the row shows: label and value.
        sender: ``sender_id`` of the envelope.
        source: ``smsgsrc`` of the envelope.
        seqno: The host's own number, or None.
        event: Kind of the event that the row is, or "" for a message.
        ticket: What became of a command of ours, or None where nothing is known of it.
    """

    row_id: int
    time_ns: int
    form: RowForm
    flags: int
    text: str
    words: RowText
    sender: JsonScalar
    source: JsonScalar
    seqno: int | None
    event: str = ""
    ticket: Ticket | None = None

    @property
    def group(self) -> str:
        """Kind of message; ``command`` for what we sent, ``link`` for an event."""
        return self.form.group

    @property
    def direction(self) -> Direction:
        """Which way the message went."""
        return Direction.OUT if self.flags & RowFlag.OUT else Direction.IN


EVENT_FORM: Final = RowForm(LINK_KIND, "", "")


def form_of(entry: Entry) -> RowForm:
    """Return what a message has in common with others."""
    form = entry.message.form
    key = form.key if form and entry.direction is Direction.IN else ""
    return RowForm(group_of(entry), label_of(entry.message, entry.direction), key)


def head_of(entry: Entry) -> str:
    """Return what is kept of a long text: of images nothing, for nobody looks into base64."""
    head = entry.message.text[:HEAD_LENGTH]
    return head[: head.rfind(":") + 1] if entry.message.group == IMAGE_KIND else head


def flags_of(entry: Entry) -> int:
    """Return what stands out of a message: bits of `RowFlag`."""
    text = entry.message.text
    flags = RowFlag.CUT.value if len(text) > WHOLE_TEXT_LIMIT else 0
    if not text.isascii():
        flags |= RowFlag.WIDE
    if entry.direction is Direction.OUT:
        return flags | RowFlag.OUT
    if not entry.message.known:
        return flags | RowFlag.UNKNOWN
    return flags | RowFlag.PROBLEM if entry.message.problem is not None else flags
