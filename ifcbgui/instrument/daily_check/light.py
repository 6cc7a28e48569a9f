"""Does it see cells, at the rate and in the numbers that it should?"""

from __future__ import annotations

import math
from typing import Final

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
    FIRST_TRIGGER_S,
    RATE_COASTAL,
    RATE_NONE,
    RATE_OVER_S,
    RATE_SATURATED,
    RATE_SUSPICIOUS,
    ROIS_PER_TRIGGER,
    SATURATED_OVER_S,
    TRIGGERS_LOOKED_AT,
    TRIGGERS_NEEDED,
    TRIGGERS_STALE_S,
    ZERO_ROI_ALARM,
    ZERO_ROI_NEEDED,
    ZERO_ROI_SHARE,
)
from ifcbgui.instrument.imaging.tables import Rows
from ifcbgui.instrument.plausible import limits_of, possible

_RATE: Final = Item(
    *("rate", Group.LIGHT, "Trigger rate"),
    f"{RATE_COASTAL[0]:g} to {RATE_COASTAL[1]:g} /s in coastal water; "
    f"saturated above {RATE_SATURATED:g}",
    *(f"{FIELD_GUIDE} 6.1 and 7.1", "trends"),
)
_ZERO: Final = Item(
    *("zero_rois", Group.LIGHT, "Triggers without ROI", "one in 12 to 20"),
    *(f"{FIELD_GUIDE} 7.1", "trends"),
)
_ROIS: Final = Item(
    *("rois_per_trigger", Group.LIGHT, "ROIs per trigger"),
    f"{ROIS_PER_TRIGGER[0]:g} to {ROIS_PER_TRIGGER[1]:g}",
    *("iRfcb's quality control", "trends"),
)
_LASER: Final = Item("laser", Group.LIGHT, "Laser", "ON", FIELD_GUIDE)
_CAMERA: Final = Item("camera", Group.LIGHT, "Camera", "ON", FIELD_GUIDE, "camera")


def laser(facts: Facts) -> Check:
    """Check that the laser is on."""
    return _on(_LASER, "switchlaser", "Without the laser nothing triggers", facts)


def camera(facts: Facts) -> Check:
    """Check that the camera is on."""
    return _on(_CAMERA, "switchcamera", "Without the camera there are no images", facts)


def _on(item: Item, switch: str, why: str, facts: Facts) -> Check:
    seen = facts.see(switch)
    if seen.doubt or not isinstance(seen.value, bool):
        return item.found(Verdict.UNKNOWN, advice=seen.doubt or GARBLED, age_s=seen.age_s)
    if seen.value:
        return item.found(Verdict.GOOD, "ON", age_s=seen.age_s)
    verdict = Verdict.ACT if facts.acquiring else Verdict.LOOK
    return item.found(verdict, "OFF", f"{why}. Switch it on.", seen.age_s)


# --- how many triggers ------------------------------------------------------------------------


def trigger_rate(facts: Facts) -> Check:
    """Check how many triggers a second come while it samples."""
    triggering = facts.see("switchtriggering")
    if triggering.doubt:
        return _RATE.found(Verdict.UNKNOWN, advice=triggering.doubt)
    if triggering.value is not True or facts.state.paused:
        return _RATE.found(Verdict.NOT_NOW, advice="Only told while a sample is pushed out.")
    said = facts.see("fpsrate", within_s=FIRST_TRIGGER_S, stream="viewfps")
    if not said.doubt and not possible("fpsrate", said.value):
        value = f"{said.value:.2f} /s: not possible"
        return _RATE.found(Verdict.LOOK, value, _IMPOSSIBLE, said.age_s)
    on_s = triggering.age_s or 0.0
    recent = _rates(facts, min(RATE_OVER_S, on_s))
    if not len(recent):
        if on_s < FIRST_TRIGGER_S:
            return _RATE.found(Verdict.NOT_NOW, advice="The sample has only just begun.")
        return _RATE.found(Verdict.UNKNOWN, advice=said.doubt or "No rate was told.")
    age_s = (facts.now_utc_ns - int(recent["time_ns"][-1])) / 1e9
    if age_s > FIRST_TRIGGER_S:
        return _RATE.found(Verdict.UNKNOWN, advice="The rate is overdue.", age_s=age_s)
    last = _rates(facts, SATURATED_OVER_S)["value"]
    if on_s >= SATURATED_OVER_S and len(last) and last.mean() > RATE_SATURATED:
        return _RATE.found(Verdict.LOOK, f"{last.mean():.2f} /s", _SATURATED, age_s)
    rate = round(float(recent["value"].mean()), 2)  # judged as it is shown
    verdict, advice = _judge_rate(rate, on_s)
    return _RATE.found(verdict, f"{rate:.2f} /s", advice, age_s)


def _rates(facts: Facts, over_s: float) -> Rows:
    rows = newest_since(facts.rates, facts.now_utc_ns - int(over_s * 1e9))
    low, high = limits_of("fpsrate")
    known: Rows = rows[(rows["value"] >= low) & (rows["value"] <= high)]  # not a number is neither
    return known


def _judge_rate(rate: float, on_s: float) -> tuple[Verdict, str]:
    if on_s < FIRST_TRIGGER_S:
        return Verdict.NOT_NOW, "The sample has only just begun."
    if rate < RATE_NONE:
        return (Verdict.ACT if on_s >= RATE_OVER_S else Verdict.LOOK), _NO_TRIGGERS
    if rate <= RATE_SUSPICIOUS:
        return Verdict.LOOK, _NO_TRIGGERS
    if rate < RATE_COASTAL[0]:
        return Verdict.LOOK, _FEW_TRIGGERS
    if rate > RATE_SATURATED:
        return Verdict.LOOK, _SATURATED
    return Verdict.GOOD, ""


_IMPOSSIBLE: Final = (
    "No instrument has such a rate. If it goes on, its software counts wrongly (inferred): look at "
    "the triggers counted here (Trends), and start the software anew when the sample is over."
)
_SATURATED: Final = (
    "A trigger follows the other at once, so that most water passes unseen (inferred). Lower the "
    "PMT voltage or raise the trigger threshold a little; if it came suddenly, look for a clog."
)
_NO_TRIGGERS: Final = (
    "Next to nothing triggers, which points at a PMT setting or at the laser. Check PMT voltage "
    "(B 0.65 to 0.75 V), threshold and laser; then laser alignment and flow, with beads."
)
_FEW_TRIGGERS: Final = (
    "Fewer than coastal water gives. Open ocean may be so: there trigger on PMT A at 0.65 to "
    "0.70 V with PMT B off. Otherwise raise PMT B in small steps, up to 0.75 V."
)


# --- what the triggers bring ------------------------------------------------------------------


def zero_rois(facts: Facts) -> Check:
    """Check how many triggers the camera sees nothing at."""
    rows, doubtful = _last_triggers(facts, _ZERO)
    if doubtful is not None:
        return doubtful
    empty = int((rows["rois"] == 0).sum())
    share = empty / len(rows)
    value = f"one in {len(rows) / empty:.0f}" if empty else "none"
    value += f" ({empty} of the last {len(rows)})"
    if len(rows) < ZERO_ROI_NEEDED and share <= ZERO_ROI_ALARM:
        advice = f"Too few triggers to tell this from chance; {ZERO_ROI_NEEDED} are needed."
        return _ZERO.found(Verdict.UNKNOWN, value, advice, _age(facts, rows))
    few, many = ZERO_ROI_SHARE
    fewest, most = few - _chance(few, len(rows)), many + _chance(many, len(rows))
    verdict, advice = _judge_zero(share, fewest, most)
    target = f"{_ZERO.target} ({1 / most:.0f} to {1 / fewest:.0f} may be chance)"
    return _ZERO.found(verdict, value, advice, _age(facts, rows), target=target)


def _judge_zero(share: float, fewest: float, most: float) -> tuple[Verdict, str]:
    if share > ZERO_ROI_ALARM:
        return Verdict.ACT, _MANY_EMPTY
    if share > most:
        return Verdict.LOOK, _MANY_EMPTY
    if share < fewest:
        return Verdict.LOOK, _FEW_EMPTY
    return Verdict.GOOD, ""


def _chance(share: float, count: int) -> float:
    """Return how far a share may be off by chance: two standard deviations."""
    return 2 * math.sqrt(share * (1 - share) / count)


_MANY_EMPTY: Final = (
    "Triggers at which the camera sees nothing come from noise, bubbles, debris or poorly "
    "filtered sheath. Lower PMT B in small steps; look at the images for bubbles and debris."
)
_FEW_EMPTY: Final = (
    "Fewer than usual: either the same thing is seen again and again (see Clog), or the threshold "
    "is so high that small cells are missed (inferred); then raise PMT B in small steps, up to "
    "0.75 V."
)


def rois_per_trigger(facts: Facts) -> Check:
    """Check how many ROIs a trigger brings."""
    rows, doubtful = _last_triggers(facts, _ROIS)
    if doubtful is not None:
        return doubtful
    mean = float(rows["rois"].mean())
    low, high = ROIS_PER_TRIGGER
    value, age_s = f"{mean:.2f} (last {len(rows)} triggers)", _age(facts, rows)
    if mean < low:
        return _ROIS.found(Verdict.LOOK, value, _MANY_EMPTY, age_s)
    if mean > high:
        advice = (
            "Several ROIs in many frames: debris, bubbles or chains that are cut up (inferred). "
            "Look at the images; debubble, and flush or bleach the flow cell if it stays so."
        )
        return _ROIS.found(Verdict.LOOK, value, advice, age_s)
    return _ROIS.found(Verdict.GOOD, value, age_s=age_s)


def _last_triggers(facts: Facts, item: Item) -> tuple[Rows, Check | None]:
    """Return the last triggers whose ROIs were counted, or the check if there are too few."""
    rows = newest_since(facts.triggers, facts.now_utc_ns - int(TRIGGERS_STALE_S * 1e9))
    rows = rows[rows["rois"] >= 0][-TRIGGERS_LOOKED_AT:]
    if facts.link_doubt:
        return rows, item.found(Verdict.UNKNOWN, advice=facts.link_doubt)
    if not len(rows) and not facts.acquiring:
        advice = "No sample runs, and none did so lately."
        return rows, item.found(Verdict.NOT_NOW, advice=advice)
    if len(rows) < TRIGGERS_NEEDED:
        advice = f"{len(rows)} triggers in the last half hour; {TRIGGERS_NEEDED} are needed."
        return rows, item.found(Verdict.UNKNOWN, advice=advice)
    return rows, None


def _age(facts: Facts, rows: Rows) -> float:
    return (facts.now_utc_ns - int(rows["time_ns"][-1])) / 1e9


RULES: Final = (laser, camera, trigger_rate, zero_rois, rois_per_trigger)
