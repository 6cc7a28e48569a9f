"""Does the water flow as it should, and the core stay where it was?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ifcbgui.instrument.daily_check.check import (
    GARBLED,
    Check,
    Facts,
    Group,
    Item,
    Verdict,
    newest_since,
)
from ifcbgui.instrument.daily_check.limits import (
    FIELD_GUIDE,
    INFERRED,
    ROIS_NEEDED,
    TRIGGERS_STALE_S,
    VALVE_S,
)
from ifcbgui.instrument.imaging.band import Pixels, spread_of
from ifcbgui.instrument.imaging.places import Finding, Pattern, count_recent, look_at

_PUMPS: Final = Item("pumps", Group.FLOW, "Sheath pumps", "exactly one ON", FIELD_GUIDE)
_VALVE: Final = Item(
    *("valve", Group.FLOW, "Valve", f"arrives within {VALVE_S:.0f} s"),
    f"{INFERRED} from the longest move seen, 10 s",
)
_CLOG: Final = Item(
    *("clog", Group.FLOW, "Clog", "no pile of ROIs at one spot", f"{FIELD_GUIDE} 8", "signals")
)
_AIR: Final = Item(
    *("air", Group.FLOW, "Air or bad flow", "ROIs in a narrow upright band"),
    *(f"{FIELD_GUIDE} 7 and 8", "signals"),
)
_ALIGNMENT: Final = Item(
    *("alignment", Group.FLOW, "Alignment", "ROIs where they usually are"),
    *(f"{FIELD_GUIDE} 7 and 8; the band is learned, and kept for each instrument", "signals"),
)


def pumps(facts: Facts) -> Check:
    """Check that exactly one sheath pump is on."""
    one, other = facts.see("switchpump1"), facts.see("switchpump2")
    doubt = one.doubt or other.doubt
    known = isinstance(one.value, bool) and isinstance(other.value, bool)
    if doubt or not known or one.age_s is None or other.age_s is None:
        return _PUMPS.found(Verdict.UNKNOWN, advice=doubt or GARBLED)
    age_s = min(one.age_s, other.age_s)
    if one.value is not other.value:
        return _PUMPS.found(Verdict.GOOD, f"pump {1 if one.value else 2} ON", age_s=age_s)
    value = "both ON" if one.value else "both OFF"
    if not facts.acquiring:
        advice = "One has to be on once a sample runs; some routines switch both off."
        return _PUMPS.found(Verdict.NOT_NOW, value, advice, age_s)
    advice = (
        "Without sheath there is no core, and two pumps disturb it. Leave one on; compare pump 1 "
        "with pump 2 if the flow is bad, and listen for grinding: the sheath may be drained."
    )
    return _PUMPS.found(Verdict.ACT, value, advice, age_s)


def valve(facts: Facts) -> Check:
    """Check that the valve arrives where it was sent."""
    moving = facts.see("valve_moving", stream="viewvalve")
    if moving.doubt or moving.age_s is None:
        return _VALVE.found(Verdict.UNKNOWN, advice=moving.doubt, age_s=moving.age_s)
    if not moving.value:
        port = facts.state.value("valve_port")
        return _VALVE.found(Verdict.GOOD, f"at {port}", age_s=moving.age_s)
    value = f"on its way to {moving.value[1]}"
    if moving.age_s <= VALVE_S:
        return _VALVE.found(Verdict.NOT_NOW, value, "It moves.", moving.age_s)
    advice = (
        "It started to move and has not said that it arrived: it may be worn or blocked "
        "(inferred). Stop, listen for shrieking or grinding, and initialize; do not go on with a "
        "valve that does not turn."
    )
    return _VALVE.found(Verdict.ACT, value, advice, moving.age_s)


# --- where the ROIs lie -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Places:
    """The last ROIs and what they look like; ``doubt`` where there are too few to tell."""

    left: Pixels
    finding: Finding
    age_s: float | None
    doubt: Check | None

    @property
    def hidden(self) -> bool:
        """True when a pile at one spot hides how all others lie."""
        return self.finding.pattern is Pattern.PILE


def clog(facts: Facts) -> Check:
    """Check that no pile of ROIs lies at one spot of the frame."""
    seen = _places(facts, _CLOG, Pattern.PILE)
    if seen.doubt:
        return seen.doubt
    pile = seen.finding.pile
    if pile is None:
        return _CLOG.found(Verdict.GOOD, f"none among {len(seen.left)}", age_s=seen.age_s)
    value = f"{pile.count} of {pile.of} at x {pile.left}, y {pile.top}"
    advice = (
        f"{seen.finding.text} Bleach, stop before it is pushed out, bring it to the cone and give "
        "it 15 min; then fast samples, with debubble in between, until the spot is clean."
    )
    return _CLOG.found(Verdict.ACT, value, advice, seen.age_s)


def air(facts: Facts) -> Check:
    """Check that the ROIs form a narrow band."""
    seen = _places(facts, _AIR, Pattern.SPREAD)
    if seen.doubt:
        return seen.doubt
    value = f"spread {spread_of(seen.left):.0f} px"
    if seen.hidden:
        return _AIR.found(Verdict.UNKNOWN, value, _HIDDEN, seen.age_s)
    if seen.finding.pattern is not Pattern.SPREAD:
        return _AIR.found(Verdict.GOOD, value, age_s=seen.age_s)
    advice = (
        f"{seen.finding.text} Round dark images at random places are bubbles: debubble, and see "
        "that the intake is under water. With none of them look at the flow: sheath pumps, "
        "needle, sheath level."
    )
    return _AIR.found(Verdict.LOOK, value, advice, seen.age_s)


def alignment(facts: Facts) -> Check:
    """Check that the ROIs lie where they usually are."""
    seen = _places(facts, _ALIGNMENT, Pattern.ASIDE)
    if seen.doubt:
        return seen.doubt
    value = f"middle at x {float(np.median(seen.left)):.0f}"
    if seen.hidden or seen.finding.pattern is Pattern.SPREAD:
        advice = _HIDDEN if seen.hidden else "The ROIs are spread too wide to tell."
        return _ALIGNMENT.found(Verdict.UNKNOWN, value, advice, seen.age_s)
    if facts.band is None:
        advice = "The band of this instrument is not known yet: it is learned from 50 ROIs on."
        return _ALIGNMENT.found(Verdict.UNKNOWN, value, advice, seen.age_s)
    known = "usually" if facts.band.is_known else "learned in this session only:"
    target = f"{known} x {facts.band.left:.0f} to {facts.band.right:.0f}"
    if seen.finding.pattern is Pattern.ASIDE:
        advice = (
            f"{seen.finding.text} Check laser and focus with beads before anything is moved; "
            "bad flow shifts the core as well (inferred)."
        )
        return _ALIGNMENT.found(Verdict.LOOK, value, advice, seen.age_s, target=target)
    if facts.band.is_known:
        return _ALIGNMENT.found(Verdict.GOOD, value, age_s=seen.age_s, target=target)
    return _ALIGNMENT.found(Verdict.UNKNOWN, value, _ONLY_NOW, seen.age_s, target=target)


_ONLY_NOW: Final = (
    "No band was kept for this instrument before, so nobody knows whether its ROIs lie where they "
    "should: it may have been misaligned from the start. Once beads show that it is aligned, keep "
    "this band."
)
_HIDDEN: Final = "The pile at one spot hides how the others lie; see Clog."


def _places(facts: Facts, item: Item, sought: Pattern) -> _Places:
    since_ns = facts.now_utc_ns - int(TRIGGERS_STALE_S * 1e9)
    rows = newest_since(facts.rois, since_ns)
    if not len(rows):  # with images off there is still one place for each trigger
        rows = newest_since(facts.triggers, since_ns)
        rows = rows[rows["left"] >= 0]
    rows = rows[len(rows) - count_recent(rows["time_ns"]) :]
    finding = look_at(rows["left"], rows["top"], facts.band)
    age_s = (facts.now_utc_ns - int(rows["time_ns"][-1])) / 1e9 if len(rows) else None
    doubt = None
    if facts.link_doubt or finding.pattern is not sought:
        doubt = _too_few(facts, item, len(rows), age_s)
    return _Places(rows["left"], finding, age_s, doubt)


def _too_few(facts: Facts, item: Item, count: int, age_s: float | None) -> Check | None:
    if facts.link_doubt:
        return item.found(Verdict.UNKNOWN, advice=facts.link_doubt)
    if count >= ROIS_NEEDED:
        return None
    if not count and not facts.acquiring:
        advice = "No sample runs, and none did so lately."
        return item.found(Verdict.NOT_NOW, advice=advice)
    advice = f"Only {count} ROIs in the last minutes; {ROIS_NEEDED} are needed."
    return item.found(Verdict.UNKNOWN, advice=advice, age_s=age_s)


RULES: Final = (pumps, valve, clog, air, alignment)
