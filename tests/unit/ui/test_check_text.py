"""The daily check in words."""

from __future__ import annotations

from ifcbgui.instrument.daily_check import Check, Group, Verdict
from ifcbgui.ui.check_text import age, headline


def check(name: str, verdict: Verdict, value: str = "", age_s: float | None = None) -> Check:
    return Check(name.lower(), Group.RUN, name, value, "ON", verdict, "", age_s, "the guide")


def test_there_is_no_age_without_a_value() -> None:
    assert age(check("Bin", Verdict.UNKNOWN, "", 720.0)) == ""
    assert age(check("Bin", Verdict.GOOD, "D1", None)) == ""
    assert age(check("Bin", Verdict.GOOD, "D1", 720.0)) == "12 min ago"


def test_the_headline_names_the_gravest_and_counts_the_rest() -> None:
    checks = [
        check("Laser", Verdict.GOOD, "ON"),
        check("Bin", Verdict.UNKNOWN),
        check("Rate", Verdict.LOOK, "10.72 /s"),
        check("Pumps", Verdict.LOOK),
    ]
    assert headline(checks) == "2 to look at: Rate (10.72 /s), Pumps; 1 not known"
    clog = check("Clog", Verdict.ACT, "9 of 50")
    assert headline([*checks, clog]) == "1 to act on: Clog (9 of 50); 2 to look at; 1 not known"
    assert headline(checks[:2]) == "1 not known: Bin"
    assert headline([checks[1]] * 4) == "4 not known"
    assert headline([checks[0], check("Bin", Verdict.NOT_NOW)]) == "All 1 good, 1 not now"
