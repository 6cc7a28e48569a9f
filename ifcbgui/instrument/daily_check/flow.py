"""Does the water flow as it should, and the core stay where it was?"""

from __future__ import annotations

from typing import Final

from ifcbgui.instrument.daily_check.check import Check, Facts, Group, Item, Verdict
from ifcbgui.instrument.daily_check.limits import FIELD_GUIDE, INFERRED, VALVE_S

_PUMPS: Final = Item("pumps", Group.FLOW, "Sheath pumps", "exactly one ON", FIELD_GUIDE)
_VALVE: Final = Item(
    *("valve", Group.FLOW, "Valve", f"arrives within {VALVE_S:.0f} s"),
    f"{INFERRED} from the longest move seen, 10 s",
)


def pumps(facts: Facts) -> Check:
    """Check that exactly one sheath pump is on."""
    one, other = facts.see("switchpump1"), facts.see("switchpump2")
    doubt = one.doubt or other.doubt
    known = isinstance(one.value, bool) and isinstance(other.value, bool)
    if doubt or not known or one.age_s is None or other.age_s is None:
        return _PUMPS.found(Verdict.UNKNOWN, advice=doubt)
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
    moving = facts.see("valve_moving", told=True, stream="viewvalve")
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


RULES: Final = (pumps, valve)
