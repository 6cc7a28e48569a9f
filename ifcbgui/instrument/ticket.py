"""What became of a command, step by step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from ifcbgui.instrument.commands import Command


class Fate(StrEnum):
    """What became of a command, from what says least of it to what says most."""

    NOT_SENT = "not sent"
    SENT = "sent"
    ACCEPTED = "accepted by the hub"
    NO_ECHO = "no echo"
    TIMED_OUT = "timed out"
    UNKNOWN = "fate unknown"
    CONFIRMED = "confirmed by its echo"
    REFUSED = "refused"


_WEIGHT = {fate: weight for weight, fate in enumerate(Fate)}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a command.

    Attributes:
        fate: What it says of the command.
        after_ns: Nanoseconds since the sending.
        detail: The echo that confirmed it, or why it failed and what to try, or "".
    """

    fate: Fate
    after_ns: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A command and what became of it.

    Attributes:
        number: 1, 2, 3, ... in the order of asking.
        text: The command as sent.
        command: The catalogue's entry, or None.
        row_id: The recorder's number of the outgoing message; None where none left.
        sent_ns: UTC of the sending, nanoseconds since 1970; 0 where nothing left.
        fate: What became of it so far. An echo counts for more than a hub that does not answer.
        steps: All that happened to it, in order.
    """

    number: int
    text: str
    command: Command | None
    row_id: int | None = None
    sent_ns: int = 0
    fate: Fate = Fate.NOT_SENT
    steps: tuple[Step, ...] = ()

    @property
    def detail(self) -> str:
        """The detail of the last step that made the fate what it is, or ""."""
        return next((step.detail for step in reversed(self.steps) if step.fate is self.fate), "")

    def with_step(self, step: Step) -> Ticket:
        """Return the ticket after something more has happened to it."""
        fate = max(self.fate, step.fate, key=_WEIGHT.__getitem__)
        return replace(self, fate=fate, steps=(*self.steps, step))
