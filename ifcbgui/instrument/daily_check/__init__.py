"""The daily round of the field guide: each item with its value, its target and what to do."""

from __future__ import annotations

from ifcbgui.instrument.daily_check import flow, housing, light, run
from ifcbgui.instrument.daily_check.check import Check, Disk, Facts, Group, Verdict

__all__ = ["Check", "Disk", "Facts", "Group", "Verdict", "daily_check"]


def daily_check(facts: Facts) -> tuple[Check, ...]:
    """Return all checks, always the same in the same order."""
    rules = (*run.RULES, *housing.RULES, *light.RULES, *flow.RULES)
    return tuple(rule(facts) for rule in rules)
