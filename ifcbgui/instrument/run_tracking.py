"""Which routine runs, as far as the traffic proves it.

The host announces the end of a routine it was given step by step (``interactive:start``), but
of a stored one only by a report (seen in WHOIGit/PhytO-ARM). Nothing here is assumed: a phase
changes when a message says so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeGuard

from ifcbgui.instrument.entry import Entry
from ifcbgui.instrument.phytoarm import (
    Marker,
    marked_routine,
    phytoarm_marker,
    without_markers,
)
from ifcbgui.instrument.progress import (
    ACTIVITY,
    INITIALIZED,
    INITIALIZING,
    describes_step,
    follow_step,
)
from ifcbgui.instrument.routines import BUILTIN_ROUTINES, Routine, finished_title
from ifcbgui.instrument.state import InstrumentState, Reading, RoutineRun, RunPhase

_BY_NAME = "routine:"
_EVIDENCE_LENGTH = 200
_STOPS = ("interactive:stop", "acquisition:stop")
# What a host reports once it has obeyed a stop is not public. After we asked for one, the word
# that it stopped, or that the open bin was saved, is taken for it (inferred).
_STOPPED = re.compile(r"(stopped|aborted)\b|\S+ saved\.", re.IGNORECASE)


def requested_run(state: InstrumentState, entry: Entry) -> RoutineRun | None:
    """Return the run after a command of ours."""
    text = entry.message.text
    if text.startswith(_BY_NAME):
        name: str | None = text.removeprefix(_BY_NAME).strip()
        routine = BUILTIN_ROUTINES.get(name or "")
    elif text == "interactive:start":
        name, routine = _loaded(state)
    elif text in _STOPS and state.run is not None:
        return replace(state.run, stop_asked=_moment(entry))
    else:
        return state.run
    before = state.run
    queued = before is not None and (before.phase is RunPhase.RUNNING or before.queued)
    run = _new_run(entry, name, routine, RunPhase.REQUESTED)
    return replace(run, queued=queued, before=_kept(before))


def withdraw_request(state: InstrumentState, entry: Entry) -> InstrumentState:
    """Return the state after the hub has refused a command of ours: it asked for nothing.

    Args:
        state: The state now; other messages may have come since.
        entry: The command as it was kept when it left.
    """
    run = _without(state.run, _moment(entry))
    return state if run is state.run else InstrumentState(state.values, run)


def _without(run: RoutineRun | None, request: Reading) -> RoutineRun | None:
    if run is not None and run.stop_asked == request:
        return replace(run, stop_asked=None)
    if not _is(run, RunPhase.REQUESTED):
        return run
    if run.started == request:
        return run.before
    before = _without(run.before, request)
    return run if before is run.before else replace(run, before=before)


def _kept(before: RoutineRun | None) -> RoutineRun | None:
    """Return a run as the next request remembers it: with one more before it, not all."""
    if before is None or before.before is None:
        return before
    return replace(before, before=replace(before.before, before=None))


def started_run(state: InstrumentState, entry: Entry) -> RoutineRun:
    """Return the run after the host said that an interactive routine started."""
    run = state.run
    if _is(run, RunPhase.REQUESTED) and run.evidence.startswith(_BY_NAME):
        return _running(run, entry)
    name, routine = _loaded(state)
    return _new_run(entry, name, routine, RunPhase.RUNNING)


def stopped_run(state: InstrumentState, entry: Entry) -> RoutineRun | None:
    """Return the run after the host said that an interactive routine stopped.

    A run that was only requested is not ended by it: the word may be about an earlier one.
    """
    run = state.run
    if _is(run, RunPhase.RUNNING):
        return _finished(run, entry)
    return _earlier_ended(run, entry) if run is not None and run.queued else run


def acquisition_stopped_run(state: InstrumentState, entry: Entry) -> RoutineRun | None:
    """Return the run after the host said that the acquisition, which ran it, stopped."""
    run = state.run
    if _is(run, RunPhase.RUNNING) and state.value("acquisition") == "started":
        return _finished(run, entry)
    return run


def reported_run(state: InstrumentState, entry: Entry) -> RoutineRun | None:
    """Return the run after a report of the host."""
    run = state.run
    if marker := phytoarm_marker(entry.message):
        return _marked(run, marker, entry)
    report: str = entry.message.fields[1].strip()
    if title := finished_title(report):
        return _titled_end(run, title, entry)
    if run is not None and run.stop_asked is not None and _STOPPED.match(report):
        return run if run.phase is RunPhase.FINISHED else _finished(run, entry)
    if report == INITIALIZING:
        run = _initializing(state, entry)
    elif _is(run, RunPhase.REQUESTED) and report.startswith(ACTIVITY) and not run.queued:
        run = _running(run, entry)
    if not _is(run, RunPhase.RUNNING) or not describes_step(report):
        return run
    if report == INITIALIZED and run.name == "initialize":
        return _finished(run, entry)  # its one step
    return _stepped(run, report, entry)


# --- transitions ------------------------------------------------------------------------------


def _new_run(
    entry: Entry, name: str | None, routine: Routine | None, phase: RunPhase
) -> RoutineRun:
    moment = _moment(entry)
    return RoutineRun(name, phase, moment.value, moment, moment, routine=routine)


def _running(run: RoutineRun, entry: Entry) -> RoutineRun:
    return _new_run(entry, run.name, run.routine, RunPhase.RUNNING)


def _finished(run: RoutineRun, entry: Entry) -> RoutineRun:
    moment = _moment(entry)
    return replace(
        run,
        phase=RunPhase.FINISHED,
        evidence=moment.value,
        changed=moment,
        queued=False,
        before=None,
    )


def _earlier_ended(run: RoutineRun, entry: Entry) -> RoutineRun:
    """Return a run that waited for an earlier one, which has ended."""
    before = run.before
    if _is(before, RunPhase.RUNNING):
        before = _finished(before, entry)
    return replace(run, queued=False, before=before)


def _stepped(run: RoutineRun, report: str, entry: Entry) -> RoutineRun:
    index = run.step_index
    if run.routine is not None and not run.marked:
        index = follow_step(run.routine, index, run.step, report)
    return replace(run, step=report, step_index=index, changed=_moment(entry))


def _initializing(state: InstrumentState, entry: Entry) -> RoutineRun:
    """Return the run that initializes: the one known, or one that somebody else started."""
    run = state.run
    if _is(run, RunPhase.REQUESTED):
        return _running(run, entry)
    if _is(run, RunPhase.RUNNING) and _may_initialize(state, run):
        return run
    return _new_run(entry, None, None, RunPhase.RUNNING)


def _may_initialize(state: InstrumentState, run: RoutineRun) -> bool:
    if not run.step or state.value("interactive") == "started":
        return True
    if run.routine is None or run.step_index is None:
        return False
    rest = list(run.routine.steps)[run.step_index + 1 :]
    return any(step.type == "Initialize" for _, step in rest)


def _titled_end(run: RoutineRun | None, title: str, entry: Entry) -> RoutineRun | None:
    """Return the run after "Finished - TITLE."."""
    if _is(run, RunPhase.RUNNING):
        return _finished(replace(run, name=run.name or _name_of(title)), entry)
    if not _is(run, RunPhase.REQUESTED):
        return run
    if run.queued:
        return _earlier_ended(run, entry)
    own = run.routine is not None and run.routine.title == title
    return _finished(run, entry) if own else run


def _marked(run: RoutineRun | None, marker: Marker, entry: Entry) -> RoutineRun | None:
    """Return the run after a PhytO-ARM marker, which names routine and step."""
    if marker.kind not in ("enter", "before"):
        return run
    if run is None or run.phase is RunPhase.FINISHED:
        run = _new_run(entry, marker.routine, None, RunPhase.RUNNING)
    elif run.name not in (None, marker.routine):
        if marker.path:
            return run
        run = _new_run(entry, marker.routine, None, RunPhase.RUNNING)
    elif run.phase is RunPhase.REQUESTED:
        run = _running(run, entry)
    routine = run.routine or marked_routine(marker)
    index = _index(routine, marker.path)
    return replace(
        run,
        name=marker.routine,
        routine=routine,
        marked=True,
        step_index=run.step_index if index is None else index,
        changed=_moment(entry),
    )


# --- small things -----------------------------------------------------------------------------


def _is(run: RoutineRun | None, phase: RunPhase) -> TypeGuard[RoutineRun]:
    return run is not None and run.phase is phase


def _moment(entry: Entry) -> Reading:
    evidence = entry.message.text[:_EVIDENCE_LENGTH]
    return Reading(evidence, entry.time_ns, entry.monotonic_ns)


def _loaded(state: InstrumentState) -> tuple[str | None, Routine | None]:
    """Return the name, where it can be told, and the steps of the routine loaded last."""
    loaded = state.value("loaded")
    if loaded is None:
        return None, None
    name, routine = without_markers(loaded)
    same = (key for key, builtin in BUILTIN_ROUTINES.items() if builtin == routine)
    return name or next(same, None), routine


def _name_of(title: str) -> str | None:
    titles = {routine.title: name for name, routine in BUILTIN_ROUTINES.items()}
    return titles.get(title)


def _index(routine: Routine | None, path: tuple[int, ...]) -> int | None:
    """Return the number of the step at (group, step), or None where there is none."""
    if routine is None or len(path) != 2:
        return None
    group, step = path
    if not 0 <= group < len(routine.groups) or not 0 <= step < len(routine.groups[group].steps):
        return None
    return sum(len(before.steps) for before in routine.groups[:group]) + step
