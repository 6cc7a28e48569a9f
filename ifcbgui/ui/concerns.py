"""What in the state of an instrument deserves a second look, value by value. No Qt here.

The thresholds are those of the daily check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ifcbgui.instrument.daily_check.limits import (
    FIRST_TRIGGER_S,
    HUMIDITY_LIMIT_RH,
    SKIPPED_SHARE,
    TEMPERATURE_ALARM_C,
    TEMPERATURE_WARN_C,
    VALVE_S,
)
from ifcbgui.instrument.plausible import limits_of, possible
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.ui.values import number


class Level(StrEnum):
    """How grave; the text is the name of the colour token."""

    WARN = "warn"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Concern:
    """Something to look at.

    Attributes:
        level: How grave.
        text: Why, in a few words.
    """

    level: Level
    text: str


def concern(name: str, state: InstrumentState, now_ns: int) -> Concern | None:
    """Return what is wrong with a value, or None when nothing is, or it is not known."""
    if name in _MEASURED and not possible(name, state.value(name)):
        return _impossible(name, state)
    rule = _RULES.get(name)
    return rule(state, now_ns) if rule and name in state.values else None


def acquiring(state: InstrumentState) -> bool:
    """Tell whether the instrument is known to look for particles."""
    return state.value("acquisition") == "started" or state.value("switchtriggering") is True


def _impossible(name: str, state: InstrumentState) -> Concern:
    """Return what is wrong; too much is as grave as what it may hide."""
    value = number(state, name)
    above = value is not None and value > limits_of(name)[1]
    level = Level.ALARM if above and name != "fpsrate" else Level.WARN
    return Concern(level, f"not possible{_MEASURED[name]}")


def _humidity(state: InstrumentState, _now_ns: int) -> Concern | None:
    value, own = number(state, "humidity"), number(state, "sethumiditythreshold")
    limit = HUMIDITY_LIMIT_RH
    if own is not None and possible("humidity", own):
        limit = min(limit, own)
    if value is None or value <= limit:
        return None
    return Concern(Level.ALARM, f"above {limit:g} %RH")


def _temperature(state: InstrumentState, _now_ns: int) -> Concern | None:
    value = number(state, "temperature")
    if value is None or value < TEMPERATURE_WARN_C:
        return None
    if value < TEMPERATURE_ALARM_C:
        return Concern(Level.WARN, f"{TEMPERATURE_WARN_C:g} °C or more")
    return Concern(Level.ALARM, f"{TEMPERATURE_ALARM_C:g} °C or more")


def _trigger_rate(state: InstrumentState, now_ns: int) -> Concern | None:
    if state.value("fpsrate") != 0 or not state.value("switchtriggering") or state.paused:
        return None
    last = max(
        reading.monotonic_ns
        for reading in (state.reading("switchtriggering"), state.reading("trigger_number"))
        if reading
    )
    silent_s = (now_ns - last) // 1_000_000_000
    return Concern(Level.WARN, "no trigger") if silent_s >= FIRST_TRIGGER_S else None


def _skipped(state: InstrumentState, _now_ns: int) -> Concern | None:
    saved, skipped = number(state, "triggers_saved"), number(state, "triggers_skipped")
    if not saved or not skipped or skipped <= (saved + skipped) * SKIPPED_SHARE:
        return None
    return Concern(Level.WARN, f"{skipped / (saved + skipped):.0%} skipped")


def _valve(state: InstrumentState, now_ns: int) -> Concern | None:
    moving = state.reading("valve_moving")
    if moving is None or not moving.value:
        return None
    late_s = (now_ns - moving.monotonic_ns) // 1_000_000_000
    text = f"no arrival for {late_s} s"
    return Concern(Level.WARN, text) if late_s >= VALVE_S else None


def _output_files(state: InstrumentState, _now_ns: int) -> Concern | None:
    off = state.value("switchoutputfiles") is False
    return Concern(Level.ALARM, "data are lost") if off else None


def _laser(state: InstrumentState, _now_ns: int) -> Concern | None:
    return _off_while_acquiring(state, "switchlaser")


def _camera(state: InstrumentState, _now_ns: int) -> Concern | None:
    return _off_while_acquiring(state, "switchcamera")


def _off_while_acquiring(state: InstrumentState, name: str) -> Concern | None:
    if state.value(name) is not False or not acquiring(state):
        return None
    return Concern(Level.ALARM, "off while acquiring")


def _pumps(state: InstrumentState, _now_ns: int) -> Concern | None:
    one, other = state.value("switchpump1"), state.value("switchpump2")
    if not isinstance(one, bool) or one is not other:
        return None
    return Concern(Level.WARN, "both pumps on" if one else "both pumps off")


# What is measured, and whether a sensor may be why it is impossible.
_MEASURED: Final = {"humidity": "; sensor?", "temperature": "; sensor?", "fpsrate": ""}

_RULES: Final[Mapping[str, Callable[[InstrumentState, int], Concern | None]]] = MappingProxyType(
    {
        "humidity": _humidity,
        "temperature": _temperature,
        "fpsrate": _trigger_rate,
        "triggers_saved": _skipped,
        "valve_moving": _valve,
        "switchoutputfiles": _output_files,
        "switchlaser": _laser,
        "switchcamera": _camera,
        "switchpump1": _pumps,
        "switchpump2": _pumps,
    }
)
