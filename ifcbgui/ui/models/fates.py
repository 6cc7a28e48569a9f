"""What became of a command, in a mark for its row and as a story for the details."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ifcbgui.instrument.ticket import Fate, Step, Ticket
from ifcbgui.ui.models.log_text import clock_text

_MAY_HAVE_RUN: Final = "It may have been executed all the same."


@dataclass(frozen=True, slots=True)
class FateLook:
    """How a fate looks.

    Attributes:
        mark: A symbol and a word or two.
        token: Their colour.
        words: The same in full.
    """

    mark: str
    token: str
    words: str

    @property
    def short(self) -> str:
        """The mark where there is little room."""
        return self.mark.partition(",")[0]


FATE_LOOKS: Final[Mapping[Fate, FateLook]] = MappingProxyType(
    {
        Fate.NOT_SENT: FateLook("✗ not sent", "alarm", "Not sent."),
        Fate.SENT: FateLook("… sent", "muted", "Sent; the hub has not answered yet."),
        Fate.ACCEPTED: FateLook("✓ accepted", "info", "Accepted by the hub."),
        Fate.CONFIRMED: FateLook("✓✓ confirmed", "ok", "Confirmed by the instrument's echo."),
        Fate.NO_ECHO: FateLook(
            "? no echo",
            "warn",
            "Accepted by the hub, but the instrument did not echo it.",
        ),
        Fate.TIMED_OUT: FateLook(
            "? timed out, may have run", "warn", f"The hub did not answer in time. {_MAY_HAVE_RUN}"
        ),
        Fate.UNKNOWN: FateLook(
            "? link lost, may have run",
            "warn",
            f"The link was lost before it was confirmed. {_MAY_HAVE_RUN}",
        ),
        Fate.REFUSED: FateLook("✗ refused", "alarm", "Refused by the hub."),
    }
)
_STEP_WORDS: Final[Mapping[Fate, str]] = MappingProxyType(
    {
        Fate.NOT_SENT: "Not sent",
        Fate.ACCEPTED: "Accepted by the hub",
        Fate.CONFIRMED: "Confirmed",
        Fate.NO_ECHO: "No echo",
        Fate.TIMED_OUT: "Timed out",
        Fate.UNKNOWN: "Link lost",
        Fate.REFUSED: "Refused",
    }
)


def story_of(ticket: Ticket, *, utc: bool) -> str:
    """Return all that happened to a command, a line for each step, with times."""
    zone = "UTC" if utc else "local"
    return "\n".join(
        f"Sent {clock_text(ticket.sent_ns, utc=utc)} {zone}"
        if step.fate is Fate.SENT
        else _step_text(step)
        for step in ticket.steps
    )


def _step_text(step: Step) -> str:
    text = f"{_STEP_WORDS[step.fate]} after {span_text(step.after_ns)}"
    if step.fate is Fate.CONFIRMED:
        return f"{text} by “{step.detail.rstrip()}”"
    return f"{text}: {step.detail}" if step.detail else text


def span_text(span_ns: int) -> str:
    """Return a short length of time: ``35 ms``, ``2.1 s``, ``30 s``."""
    milliseconds = span_ns // 1_000_000
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    seconds = milliseconds / 1000
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
