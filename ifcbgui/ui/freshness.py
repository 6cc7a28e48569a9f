"""Whether a value the instrument once said may still be believed. No Qt here."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.state import InstrumentState, Reading
from ifcbgui.ui.meanings import meaning_of


class Freshness(StrEnum):
    """How far a value can be trusted; the text is the mark shown beside it."""

    FRESH = ""
    NEVER = "not known"
    OFFLINE = "not connected"
    SILENT = "link silent"
    UNCONFIRMED = "not confirmed"
    STREAM_OFF = "stream off"
    NOT_TRIGGERING = "not triggering"
    OVERDUE = "overdue"
    PREVIOUS_RUN = "previous run"

    @property
    def stale(self) -> bool:
        """True when there is a value, and it is no longer vouched for."""
        return self not in (Freshness.FRESH, Freshness.NEVER)

    @property
    def explanation(self) -> str:
        """One sentence for the tool-tip."""
        return _EXPLANATIONS[self]


_EXPLANATIONS: Final[Mapping[Freshness, str]] = MappingProxyType(
    {
        Freshness.FRESH: "The instrument's newest word on it.",
        Freshness.NEVER: "The instrument has not said this yet.",
        Freshness.OFFLINE: "Stale: the instrument is not connected; it may have changed since.",
        Freshness.SILENT: "Stale: nothing at all comes from the instrument at present.",
        Freshness.UNCONFIRMED: "Stale: said before the present sign-on and not again since.",
        Freshness.STREAM_OFF: "Stale: the instrument's view switch for it is off.",
        Freshness.NOT_TRIGGERING: "Stale: the rate comes only while triggering is on.",
        Freshness.OVERDUE: "Stale: the instrument repeats it by itself, and the next is overdue.",
        Freshness.PREVIOUS_RUN: "Stale: said before the present run began and not again since.",
    }
)

# What counts from the start of a run: under the next one it would pass for that run's own.
_OF_A_RUN: Final = frozenset(
    {
        *("trigger_number", "trigger_rois", "triggers_processed", "rois_total"),
        *("triggers_saved", "triggers_skipped", "bin"),
    }
)


def judge(name: str, state: InstrumentState, link: LinkStatus, now_ns: int) -> Freshness:
    """Return how far the value of a name can be trusted now.

    Args:
        name: Name of the value in the state.
        state: What the instrument said.
        link: The link as it stands.
        now_ns: Monotonic clock of the traffic: the program's, or a replay's own.
    """
    reading = state.values.get(name)
    if reading is None:
        return Freshness.NEVER
    by_link = judge_moment(reading.monotonic_ns, link)
    if by_link is not Freshness.FRESH:
        return by_link
    if _stream_off(name, reading, state):
        return Freshness.STREAM_OFF
    if name in _OF_A_RUN and before_the_run(reading, state):
        return Freshness.PREVIOUS_RUN
    limit = meaning_of(name).stale_after_ns
    if limit is not None and now_ns - reading.monotonic_ns > limit:
        idle_rate = name == "fpsrate" and state.value("switchtriggering") is False
        return Freshness.NOT_TRIGGERING if idle_rate else Freshness.OVERDUE
    return Freshness.FRESH


def judge_moment(monotonic_ns: int, link: LinkStatus) -> Freshness:
    """Return how far something said at a moment can be trusted, as far as the link goes."""
    if not link.online:
        return Freshness.OFFLINE
    if link.state is LinkState.STALE:
        return Freshness.SILENT
    if link.online_since_ns is not None and monotonic_ns < link.online_since_ns:
        return Freshness.UNCONFIRMED
    return Freshness.FRESH


def before_the_run(reading: Reading, state: InstrumentState) -> bool:
    """Tell whether something was said before the run that is the present or last one began."""
    return state.run is not None and reading.monotonic_ns < state.run.started.monotonic_ns


def _stream_off(name: str, reading: Reading, state: InstrumentState) -> bool:
    """Tell whether the value's stream was switched off since the value came."""
    switch = state.values.get(meaning_of(name).stream_switch or "")
    # A value that came later than the word "off" shows that it still comes.
    return switch is not None and not switch.value and switch.monotonic_ns >= reading.monotonic_ns
