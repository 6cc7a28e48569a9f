"""What a check of the daily round is made of: facts in, a verdict with its reason out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ifcbgui.instrument.imaging.band import Band
from ifcbgui.instrument.imaging.tables import Rows
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.state import InstrumentState, Reading

GARBLED: Final = "It came garbled."

_NS: Final = 1_000_000_000
_ABSURD: Final = 1e15


class Verdict(StrEnum):
    """How a check came out; the text is the word shown."""

    GOOD = "good"
    LOOK = "look"
    ACT = "act"
    UNKNOWN = "not known"
    NOT_NOW = "not now"


class Group(StrEnum):
    """What a check is about; the text is the title above its group."""

    RUN = "Run and files"
    HOUSING = "Housing"
    LIGHT = "Light and triggers"
    FLOW = "Flow"


@dataclass(frozen=True, slots=True)
class Check:
    """One item of the daily round.

    Attributes:
        key: Its name in the program.
        group: What it is about.
        name: What an operator calls it.
        value: What was seen, with unit, or "" where nothing was.
        target: What it should be.
        verdict: How it came out. Never good without a value that is fresh enough.
        advice: Why it is off and what to do; why it is not known; "" when it is good.
        age_s: Age of what was seen, seconds, or None where nothing was.
        source: Where the target comes from.
        closer: Panel to look closer in (``camera``, ``signals``, ``trends``), or "".
    """

    key: str
    group: Group
    name: str
    value: str
    target: str
    verdict: Verdict
    advice: str
    age_s: float | None
    source: str
    closer: str = ""

    @property
    def off(self) -> bool:
        """True when somebody has to look or to act."""
        return self.verdict in (Verdict.LOOK, Verdict.ACT)


@dataclass(frozen=True, slots=True)
class Item:
    """What stays the same of a check, whatever comes out; see `Check`."""

    key: str
    group: Group
    name: str
    target: str
    source: str
    closer: str = ""

    def found(
        self,
        verdict: Verdict,
        value: str = "",
        advice: str = "",
        age_s: float | None = None,
        *,
        target: str = "",
    ) -> Check:
        """Return the check as it came out."""
        return Check(
            self.key,
            self.group,
            self.name,
            value,
            target or self.target,
            verdict,
            advice,
            age_s,
            self.source,
            self.closer,
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """A value of the state, and whether it can be believed.

    Attributes:
        value: The value, or None where none was said.
        age_s: Seconds since it was said, or None.
        doubt: "" when it can be believed, else why not, one sentence.
    """

    value: Any
    age_s: float | None
    doubt: str


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk of this computer, as the recorder judges it.

    Attributes:
        verdict: How it stands.
        free_bytes: Free space.
        seconds_left: Until there is too little at the present rate, or None where nobody knows.
    """

    verdict: Verdict
    free_bytes: int
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """All that the daily check looks at.

    Attributes:
        state: What the instrument said.
        link: The link as it stands.
        now_ns: Monotonic clock of the traffic: the program's, or a replay's own.
        triggers: Rows of `TRIGGER`, oldest first.
        rois: Rows of `ROI`, oldest first.
        rates: Rows of `SAMPLE`: the trigger rate, 1/s.
        first_humidity: First reading of this connection, %RH, or None.
        humidity_baseline: What the operator chose instead, %RH, or None.
        band: Where the instrument's ROIs usually lie, or None where nobody knows.
        disk: The disk of this computer, or None where nothing is recorded.
        replay: True where all of it is long past.
    """

    state: InstrumentState
    link: LinkStatus
    now_ns: int
    triggers: Rows
    rois: Rows
    rates: Rows
    first_humidity: float | None = None
    humidity_baseline: float | None = None
    band: Band | None = None
    disk: Disk | None = None
    replay: bool = False

    def see(self, name: str, *, within_s: float | None = None, stream: str = "") -> Seen:
        """Return a value of the state, and whether it can be believed.

        Args:
            name: Name in the state.
            within_s: Seconds for which a measurement counts; None for what holds until it is
                said again, and is said again at each sign-on.
            stream: The view switch without which it is not sent (inferred).
        """
        reading = self.state.reading(name)
        if reading is None:
            return Seen(None, None, self._why_never(stream))
        age_s = (self.now_ns - reading.monotonic_ns) / _NS
        doubt = self.doubt_of(reading) if within_s is None else self.link_doubt
        if not doubt and within_s is not None and age_s > within_s:
            doubt = self.stream_off(stream) or "The last word on it is too old to count."
        return Seen(reading.value, age_s, doubt)

    def doubt_of(self, reading: Reading) -> str:
        """Return why what holds until it is said again may not hold any more, or ""."""
        since_ns = self.link.online_since_ns
        if self.link_doubt or since_ns is None or reading.monotonic_ns >= since_ns:
            return self.link_doubt
        return "Said before the present sign-on and not again since."

    @property
    def link_doubt(self) -> str:
        """Why nothing can be believed at present, or ""."""
        if not self.link.online:
            return "The instrument is not connected."
        if self.link.state is LinkState.STALE:
            return "Nothing at all comes from the instrument at present."
        return ""

    @property
    def now_utc_ns(self) -> int:
        """UTC of the present moment, by the clock of the newest reading."""
        newest = max(
            self.state.values.values(), key=lambda reading: reading.monotonic_ns, default=None
        )
        return newest.time_ns + self.now_ns - newest.monotonic_ns if newest else 0

    @property
    def acquiring_s(self) -> float | None:
        """Seconds for which the instrument is known to look for particles; None if it is not."""
        acquisition, triggering = self.see("acquisition"), self.see("switchtriggering")
        signs = [acquisition] if acquisition.value == "started" else []
        signs += [triggering] if triggering.value is True else []
        ages = [seen.age_s for seen in signs if seen.age_s is not None and not seen.doubt]
        return max(ages, default=None)

    @property
    def acquiring(self) -> bool:
        """True while the instrument is known to look for particles."""
        return self.acquiring_s is not None

    def stream_off(self, stream: str) -> str:
        """Return that a view switch keeps a stream back, or ""."""
        if stream and self.state.value(f"switch{stream}") is False:
            return f"Its stream is switched off on the instrument ({stream})."
        return ""

    def _why_never(self, stream: str) -> str:
        return (
            self.link_doubt
            or self.stream_off(stream)
            or "The instrument has not said this yet on this connection."
        )


def is_number(value: Any) -> bool:
    """Tell whether a value of the state is a number that can be meant: it may have come garbled."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _ABSURD


def newest_since(rows: Rows, time_ns: int) -> Rows:
    """Return the rows, oldest first, that are from a moment or later."""
    # Bisection of a strided column in place, where numpy's would first copy all of it.
    return rows[bisect_left(rows["time_ns"], time_ns) :]


Rule = Callable[[Facts], Check]
