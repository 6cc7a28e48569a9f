"""Which step of a routine a report speaks of.

The host does not number its steps; it reports most of them in its own words (seen in
WHOIGit/PhytO-ARM traffic). Where the words fit one step only, that is the step under way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ifcbgui.instrument.routines import Group, Routine, Step

INITIALIZING = "Initializing."
INITIALIZED = "Initialized."
ACTIVITY = (
    INITIALIZING,
    "Valve to ",
    "Syringe to ",
    "Syringe speed set to ",
    "Wait ",
    "Grab file: ",
)
"""How reports begin that only a running routine makes."""

_STEPS = (*ACTIVITY, INITIALIZED, "Starting ")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

_Flat = list[tuple[int, Group, Step]]


def describes_step(report: str) -> bool:
    """Tell whether a report says which step of a routine is under way."""
    return report.startswith(_STEPS) or report.endswith(" saved.")


def follow_step(routine: Routine, index: int | None, before: str, report: str) -> int | None:
    """Return the 0-based number of the step a report speaks of, None when not sure.

    Args:
        routine: The routine that runs.
        index: Number of the step so far, None when not known.
        before: The step-describing report before this one, "" for none.
        report: The new one, without its line end.
    """
    flat = [(g, group, step) for g, group in enumerate(routine.groups) for step in group.steps]
    if index is not None and flat[index][2].type == "Initialize" and before != INITIALIZED:
        return index  # initializing turns the valve and empties the syringe by itself
    if index is not None or not before:
        near = [i for i in _ahead(flat, -1 if index is None else index) if _fits(flat, i, report)]
        if near:
            return near[0] if len(near) == 1 else None
    anywhere = [i for i in range(len(flat)) if _fits(flat, i, report)]
    return anywhere[0] if len(anywhere) == 1 else None


def _ahead(flat: _Flat, index: int) -> Iterator[int]:
    """Yield the steps that may report next, up to the first that has to.

    Groups on a condition may be passed over; the steps of an iteration may come again.
    """
    here = flat[index][0] if index >= 0 else -1
    for number in sorted({g for g, _, _ in flat if g >= here}):
        group = flat[_first(flat, number)][1]
        start = index + 1 if number == here else _first(flat, number)
        has_to = yield from _until_report(flat, start, number)
        if number == here and group.type == "Iteration" and not has_to:
            yield from _until_report(flat, _first(flat, number), number)
        if has_to and (number == here or group.type == "Sequence"):
            return


def _until_report(flat: _Flat, start: int, number: int) -> Any:
    """Yield steps of a group up to the first that always reports; return whether one does."""
    for i in range(start, len(flat)):
        if flat[i][0] != number:
            return False
        yield i
        if flat[i][2].type in _WORDS:
            return True
    return False


def _first(flat: _Flat, number: int) -> int:
    return next(i for i, (g, _, _) in enumerate(flat) if g == number)


def _fits(flat: _Flat, index: int, report: str) -> bool:
    step = flat[index][2]
    if step.type == "Report":
        return bool(step.arguments) and str(step.arguments[0]).strip() == report
    words = _WORDS.get(step.type)
    return words is not None and words(step, report)


# --- what each step says ----------------------------------------------------------------------


def _says(start: str, tolerance: float, scale: float = 1.0) -> Callable[[Step, str], bool]:
    """Return a test for reports with a number, rounded by the host; a token fits any."""

    def test(step: Step, report: str) -> bool:
        shown = _NUMBER.match(report, len(start)) if report.startswith(start) else None
        if shown is None:
            return False
        asked = step.arguments[0] if step.arguments else None
        if not isinstance(asked, int | float):
            return True
        return abs(asked * scale - float(shown[0])) < tolerance

    return test


def _valve(step: Step, report: str) -> bool:
    return report == f"Valve to {', '.join(map(str, step.arguments))}."


_WORDS: Mapping[str, Callable[[Step, str], bool]] = {
    "Initialize": lambda _, report: report in (INITIALIZING, INITIALIZED),
    "DriveSyringe": _says("Syringe to ", 0.006),
    "DriveSyringeRelative": lambda _, report: report.startswith("Syringe to "),
    "ChangeSpeed": _says("Syringe speed set to ", 0.051),
    "MoveValve": _valve,
    "Wait": _says("Wait ", 0.051, 0.001),
    "GrabFileName": lambda _, report: report.startswith("Grab file: "),
    "SaveFiles": lambda _, report: report.endswith(" saved."),
}
