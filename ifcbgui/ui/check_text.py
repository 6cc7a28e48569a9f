"""The daily check in words: the headline, an age, and all of it for the ship's log. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ifcbgui.instrument.daily_check import Check, Verdict
from ifcbgui.ui.wording import age_text

_NS: Final = 1_000_000_000
_COUNTED: Final = {
    Verdict.ACT: "to act on",
    Verdict.LOOK: "to look at",
    Verdict.UNKNOWN: "not known",
}
# More names of what is not known would say less than their number.
_FEW: Final = 3
ICONS: Final = {
    Verdict.GOOD: "ok",
    Verdict.LOOK: "warning",
    Verdict.ACT: "error",
    Verdict.UNKNOWN: "about",
    Verdict.NOT_NOW: "later",
}
COLOURS: Final = {
    Verdict.GOOD: "ok",
    Verdict.LOOK: "warn",
    Verdict.ACT: "alarm",
    Verdict.UNKNOWN: "muted",
    Verdict.NOT_NOW: "muted",
}


def word(verdict: Verdict) -> str:
    """Return a verdict as it is shown: ``Not known``."""
    return verdict.value.capitalize()


def age(check: Check) -> str:
    """Return the age of what was seen: ``12 s ago``, or "" where nothing is shown."""
    if check.age_s is None or not check.value:
        return ""
    text = age_text(int(check.age_s * _NS))
    return text if text == "now" else f"{text} ago"


def worst(checks: Sequence[Check]) -> Verdict:
    """Return the gravest verdict; not known before good, for nobody can vouch for it."""
    found = {check.verdict for check in checks}
    order = (Verdict.ACT, Verdict.LOOK, Verdict.UNKNOWN, Verdict.GOOD)
    return next((verdict for verdict in order if verdict in found), Verdict.NOT_NOW)


def headline(checks: Sequence[Check]) -> str:
    """Return ``1 to act on: Clog (9 of 50 at x 840, y 270), 3 not known``, or how many are good.

    What is gravest is named, with its value; the rest is counted.
    """
    gravest = worst(checks)
    said = []
    for verdict, words in _COUNTED.items():
        found = [check for check in checks if check.verdict is verdict]
        named = verdict is gravest and (verdict is not Verdict.UNKNOWN or len(found) <= _FEW)
        names = f": {', '.join(map(_named, found))}" if named else ""
        if found:
            said.append(f"{len(found)} {words}{names}")
    later = _count(checks, Verdict.NOT_NOW)
    good = f"All {len(checks) - later} good" + (f", {later} not now" if later else "")
    return "; ".join(said) or good


def _named(check: Check) -> str:
    return f"{check.name} ({check.value})" if check.off and check.value else check.name


def _count(checks: Sequence[Check], verdict: Verdict) -> int:
    return sum(check.verdict is verdict for check in checks)


def as_text(checks: Sequence[Check], title: str) -> str:
    """Return all of it as plain text, one item a line and what to do below it."""
    lines = [f"Daily check, {title}", headline(checks)]
    group = None
    for check in checks:
        if check.group is not group:
            group = check.group
            lines += ["", group]
        seen = f"{check.value} ({age(check)})" if check.value and age(check) else check.value
        line = f"  {check.verdict.upper():<10}{check.name}: {seen or '—'}; {check.target}"
        lines.append(line)
        if check.advice and check.verdict is not Verdict.GOOD:
            lines.append(f"            {check.advice}")
    return "\n".join(lines) + "\n"
