"""Entries for tests of the message log."""

from __future__ import annotations

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.records import SessionEvent

TIME_NS = 1_795_363_200_000_000_000


def entry(text: str, direction: Direction = Direction.IN, time_ns: int = TIME_NS) -> Entry:
    """Return an entry of a text, as the instrument's client would make it."""
    envelope = (None, None, None) if direction is Direction.OUT else ("host-207", "host", 4101)
    return Entry(parse_message(text), direction, time_ns, 0, *envelope)


def event(kind: str, text: str, time_ns: int = TIME_NS) -> tuple[int, SessionEvent]:
    """Return an event of the link, as the bridge hands it on among the messages."""
    return 0, SessionEvent(kind, time_ns, 0, text)


def syringe(count: int, first_id: int = 1) -> list[tuple[int, Entry]]:
    """Return rows of the syringe's content, numbered from ``first_id``."""
    ids = range(first_id, first_id + count)
    return [(row_id, entry(f"syringetrack:{row_id % 500 / 100:.2f}")) for row_id in ids]


def rows(*texts: str, first_id: int = 1) -> list[tuple[int, Entry]]:
    """Return a row of each text; one that begins with ``>`` was sent by us."""
    return [
        (
            row_id,
            entry(text[1:], Direction.OUT) if text.startswith(">") else entry(text),
        )
        for row_id, text in enumerate(texts, first_id)
    ]
