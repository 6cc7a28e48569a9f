"""How the log shows what is no message: the link's coming and going, missing numbers, problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ifcbgui.session.records import EventKind
from ifcbgui.ui.models.log_text import RowText, one_line


@dataclass(frozen=True, slots=True)
class EventLook:
    """How events of one kind look, and what they mean.

    Attributes:
        title: What it is, in a few words.
        icon: Name of its icon.
        token: Colour of icon and text; its ground is the token of that name and ``_ground``.
        meaning: What it means for whoever reads the log, or "".
    """

    title: str
    icon: str
    token: str
    meaning: str = ""


_NOTE: Final = EventLook("Connection", "info", "info")
_LOOKS: Final[Mapping[str, EventLook]] = MappingProxyType(
    {
        EventKind.CONNECTED: EventLook(
            "Connected",
            "connect",
            "ok",
            "From here on every message of the instrument is in the log again, and commands can "
            "be sent. The instrument was asked to say all its values anew.",
        ),
        EventKind.LOST: EventLook(
            "Connection lost",
            "disconnect",
            "alarm",
            "What the instrument said until the next sign-on is missing here. The instrument goes "
            "on with what it does. Commands that were under way may have been executed.",
        ),
        EventKind.GAP: EventLook(
            "Messages missing",
            "warning",
            "warn",
            "The host numbers its messages, and these numbers never came: what they said is "
            "neither here nor in the session.",
        ),
        EventKind.PROBLEM: EventLook(
            "Problem", "error", "alarm", "A command that was not sent did not reach the instrument."
        ),
        EventKind.NOTE: _NOTE,
        EventKind.REMARK: EventLook("Note", "info", "info", "Somebody here wrote this down."),
    }
)


def look_of(kind: str) -> EventLook:
    """Return the look of an event; of a kind that nobody knows yet, that of a note."""
    return _LOOKS.get(kind, _NOTE)


def event_text(kind: str, text: str) -> str:
    """Return an event as whole sentences; of a loss the session keeps only the reason."""
    return f"{look_of(kind).title}: {text}" if kind == EventKind.LOST else text


def describe_event(kind: str, text: str) -> RowText:
    """Return the words of an event's row."""
    return RowText(look_of(kind).title, one_line(event_text(kind, text)))
