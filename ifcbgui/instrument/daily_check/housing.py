"""Is it dry and cool inside?"""

from __future__ import annotations

from typing import Final

from ifcbgui.instrument.daily_check.check import (
    GARBLED,
    Check,
    Facts,
    Group,
    Item,
    Seen,
    Verdict,
    is_number,
)
from ifcbgui.instrument.daily_check.limits import (
    ENVIRONMENT_STALE_S,
    FIELD_GUIDE,
    HUMIDITY_LIMIT_RH,
    HUMIDITY_RISE_RH,
    TEMPERATURE_ALARM_C,
    TEMPERATURE_WARN_C,
)
from ifcbgui.instrument.plausible import limits_of, possible

_HUMIDITY: Final = Item(
    *("humidity", Group.HOUSING, "Humidity", f"{HUMIDITY_LIMIT_RH:g} %RH or less"),
    *(f"{FIELD_GUIDE} 6.1.2 and 7.1", "trends"),
)
_TEMPERATURE: Final = Item(
    *("temperature", Group.HOUSING, "Temperature", f"below {TEMPERATURE_WARN_C:g} °C"),
    *(f"{FIELD_GUIDE} 6.1.2 and 7.1", "trends"),
)


def humidity(facts: Facts) -> Check:
    """Check the humidity against the limit and against what it was at first."""
    seen = facts.see("humidity", within_s=ENVIRONMENT_STALE_S)
    limit, target = _limit(facts)
    base = _baseline(facts)
    if base is not None:
        target = f"{target}; below {base[0] + HUMIDITY_RISE_RH:.1f} (10 over {base[1]})"
    if seen.doubt or not is_number(seen.value):
        return _not_known(_HUMIDITY, seen, "%RH", target)
    if not possible("humidity", seen.value):
        return _impossible(_HUMIDITY, seen, "%RH", target)
    value = f"{seen.value:.1f} %RH"
    if seen.value > limit:
        advice = (
            "Too damp for the electronics: end the run and switch the instrument off. Look for "
            "water in the housing, and at bags, syringe and tubes for a leak."
        )
        return _HUMIDITY.found(Verdict.ACT, value, advice, seen.age_s, target=target)
    if base is not None and seen.value > base[0] + HUMIDITY_RISE_RH:
        advice = (
            f"{seen.value - base[0]:.1f} more than the {base[0]:.1f} %RH it is measured against "
            "points at a leak of bags, syringe or tubes. Watch it closely and be ready to switch "
            f"off at {limit:g} %RH."
        )
        return _HUMIDITY.found(Verdict.LOOK, value, advice, seen.age_s, target=target)
    return _HUMIDITY.found(Verdict.GOOD, value, age_s=seen.age_s, target=target)


def _limit(facts: Facts) -> tuple[float, str]:
    """Return the limit and its words: that of the guide, or the instrument's if lower."""
    own = facts.state.value("sethumiditythreshold")
    if is_number(own) and possible("humidity", own) and own < HUMIDITY_LIMIT_RH:
        return float(own), f"{own:g} %RH or less (the instrument's own limit)"
    return HUMIDITY_LIMIT_RH, _HUMIDITY.target


def _baseline(facts: Facts) -> tuple[float, str] | None:
    if facts.humidity_baseline is not None:
        return facts.humidity_baseline, "the baseline you set"
    if facts.first_humidity is not None and possible("humidity", facts.first_humidity):
        return facts.first_humidity, "the first reading"
    return None


def temperature(facts: Facts) -> Check:
    """Check the temperature inside the housing."""
    seen = facts.see("temperature", within_s=ENVIRONMENT_STALE_S)
    if seen.doubt or not is_number(seen.value):
        return _not_known(_TEMPERATURE, seen, "°C")
    if not possible("temperature", seen.value):
        return _impossible(_TEMPERATURE, seen, "°C")
    value = f"{seen.value:.1f} °C"
    if seen.value < TEMPERATURE_WARN_C:
        return _TEMPERATURE.found(Verdict.GOOD, value, age_s=seen.age_s)
    if seen.value < TEMPERATURE_ALARM_C:
        advice = f"Cool the housing: it is to be switched off above {TEMPERATURE_ALARM_C:g} °C."
        return _TEMPERATURE.found(Verdict.LOOK, value, advice, seen.age_s)
    advice = "Switch the instrument off and let it cool; above 40 °C its computer takes damage."
    return _TEMPERATURE.found(Verdict.ACT, value, advice, seen.age_s)


def _not_known(item: Item, seen: Seen, unit: str, target: str = "") -> Check:
    value = f"{seen.value:.1f} {unit}" if is_number(seen.value) else ""
    advice = seen.doubt or GARBLED
    if not value:
        advice += " Ask for a measurement (Env), or wait for the next sample, which brings one."
    return item.found(Verdict.UNKNOWN, value, advice, seen.age_s, target=target)


def _impossible(item: Item, seen: Seen, unit: str, target: str = "") -> Check:
    """Return what no sensor that works says; too much of it is as grave as what it hides."""
    low, high = limits_of(item.key)
    value = f"{seen.value:.1f} {unit}: not possible; sensor?"
    advice = (
        f"No sensor that works says this: it measures {low:g} to {high:g} {unit}. Water in it or a "
        "broken cable may be why (inferred). Ask for a measurement (Env). If it stays so, nothing "
        "warns of a leak or of heat: end the run and look at the housing."
    )
    verdict = Verdict.ACT if seen.value > high else Verdict.LOOK
    return item.found(verdict, value, advice, seen.age_s, target=target)


RULES: Final = (humidity, temperature)
