"""The daily check in words."""

from __future__ import annotations

from ifcbgui.instrument.daily_check import Check, Group, Verdict
from ifcbgui.ui.check_text import age


def check(name: str, verdict: Verdict, value: str = "", age_s: float | None = None) -> Check:
    return Check(name.lower(), Group.RUN, name, value, "ON", verdict, "", age_s, "the guide")


def test_there_is_no_age_without_a_value() -> None:
    assert age(check("Bin", Verdict.UNKNOWN, "", 720.0)) == ""
    assert age(check("Bin", Verdict.GOOD, "D1", None)) == ""
    assert age(check("Bin", Verdict.GOOD, "D1", 720.0)) == "12 min ago"
