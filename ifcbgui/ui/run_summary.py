"""What the instrument does, in the honest words of one headline. No Qt here."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.routines import BUILTIN_ROUTINES
from ifcbgui.instrument.state import InstrumentState, Reading, RoutineRun, RunPhase
from ifcbgui.ui.freshness import Freshness, before_the_run, judge, judge_moment
from ifcbgui.ui.values import number
from ifcbgui.ui.wording import ago_text

SYRINGE_ML: Final = 5.0
# Shorter drives (filling, flushing) are over before a bar would help.
LONG_DRIVE_S: Final = 60.0
_NS: Final = 1_000_000_000
_DRIVE_REPORT: Final = re.compile(r"Syringe to (\d+(?:\.\d+)?) ml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Drive:
    """A long syringe drive under way.

    Attributes:
        percent: How much of it is done, 0 to 100.
        text: Time left, marked as an estimate.
    """

    percent: int
    text: str


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The headline and what belongs to it.

    Attributes:
        title: Routine, or what else goes on.
        chip: Its phase, in capitals: RUNNING, PAUSED, ...
        tone: Name of the colour token of the chip.
        icon: Name of the chip's icon.
        detail: One sentence: the step, or what the phase rests on.
        step: ``step 4 of 31``, or "".
        elapsed_s: Seconds since the start, or how long it took; None when not known.
        elapsed_label: ``elapsed`` or ``took``.
        drive: The long syringe drive under way, or None.
        bin: Name of the newest bin and whether it is saved, or "".
        said: The word of the instrument that the headline rests on, or None.
    """

    title: str
    chip: str
    tone: str
    icon: str
    detail: str
    step: str = ""
    elapsed_s: int | None = None
    elapsed_label: str = "elapsed"
    drive: Drive | None = None
    bin: str = ""
    said: Reading | None = None


def summarise(state: InstrumentState, link: LinkStatus, now_ns: int) -> RunSummary:
    """Return the headline for a state; ``now_ns`` is the monotonic clock of the traffic."""
    summary = replace(_as_said(state, now_ns), bin=_bin(state))
    if summary.said is None:
        unreached = _OUT_OF_REACH if state.values else _NO_DATA
        return summary if link.online else unreached
    trust = judge_moment(summary.said.monotonic_ns, link)
    if trust is Freshness.SILENT and _stop_under_way(state):
        return replace(summary, detail=f"The link is silent: no answer. {summary.detail}")
    if trust is Freshness.FRESH:
        return replace(summary, drive=_drive(state, link, now_ns))
    if trust is Freshness.UNCONFIRMED and _seems_to_run(state, link):
        return _seemingly(summary)
    return _in_the_past(summary, trust, ago_text(summary.said, now_ns))


def _stop_under_way(state: InstrumentState) -> bool:
    run = state.run
    return run is not None and run.stop_asked is not None and run.phase is not RunPhase.FINISHED


def _as_said(state: InstrumentState, now_ns: int) -> RunSummary:
    """Return the headline as if everything said still held."""
    run = state.run
    if run and (run.phase is not RunPhase.FINISHED or not state.busy):
        summary = _routine(run, now_ns)
    else:
        summary = _without_routine(state, now_ns)
    pause = state.reading("pausestate")
    if not pause or not pause.value:
        return summary
    newest = max(pause, summary.said or pause, key=lambda reading: reading.monotonic_ns)
    return replace(
        summary,
        chip="PAUSED",
        tone="warn",
        icon="pause",
        detail=f"Paused. {summary.detail}",
        said=newest,
    )


def _routine(run: RoutineRun, now_ns: int) -> RunSummary:
    waited_s = (now_ns - run.started.monotonic_ns) // _NS
    if run.phase is not RunPhase.FINISHED and run.stop_asked is not None:
        asked = ago_text(run.stop_asked, now_ns)
        return RunSummary(
            title=_title(run),
            chip="STOP ASKED",
            tone="warn",
            icon="stop",
            detail=f"Stop was asked {asked}; nothing says yet that it ended. {run.step.strip()}",
            step=_step_count(run),
            elapsed_s=waited_s,
            said=run.changed,
        )
    if run.phase is RunPhase.REQUESTED:
        return RunSummary(
            title=_title(run),
            chip="REQUESTED",
            tone="info",
            icon="run",
            detail=_QUEUED if run.queued else "Requested, nothing heard yet.",
            elapsed_s=waited_s,
            elapsed_label="waiting",
            said=run.changed,
        )
    if run.phase is RunPhase.RUNNING:
        return RunSummary(
            title=_title(run),
            chip="RUNNING",
            tone="ok",
            icon="run",
            detail=run.step.strip() or f"Said {_quoted(run.evidence)}",
            step=_step_count(run),
            elapsed_s=waited_s,
            said=run.changed,
        )
    stopped = run.stop_asked is not None
    end = "Stopped" if stopped else "Finished"
    return RunSummary(
        title=_title(run),
        chip=end.upper(),
        tone="warn" if stopped else "ok",
        icon="stop" if stopped else "ok",
        detail=f"{end} {ago_text(run.changed, now_ns)}: said {_quoted(run.evidence)}",
        step=_step_count(run) if stopped else "",
        elapsed_s=(run.changed.monotonic_ns - run.started.monotonic_ns) // _NS,
        elapsed_label="took",
        said=run.changed,
    )


def _without_routine(state: InstrumentState, now_ns: int) -> RunSummary:
    acquisition = state.reading("acquisition")
    if acquisition and acquisition.value == "started":
        return RunSummary(
            title="Acquisition",
            chip="RUNNING",
            tone="ok",
            icon="run",
            detail=f"Status: {state.value('acquisition_status') or 'not said yet'}",
            elapsed_s=(now_ns - acquisition.monotonic_ns) // _NS,
            said=acquisition,
        )
    if state.value("switchtriggering"):
        return RunSummary(
            title="Triggering",
            chip="RUNNING",
            tone="info",
            icon="run",
            detail="Triggering is on; the instrument has not said which routine runs.",
            said=state.reading("switchtriggering"),
        )
    stopped = acquisition or state.reading("interactive")
    if stopped and stopped.value == "stopped":
        return RunSummary("Idle", "READY", "muted", "ok", "No routine runs.", said=stopped)
    return _NOTHING_SAID


_QUEUED: Final = "Requested while another routine was running; nothing heard of it yet."
_NOTHING_SAID: Final = RunSummary(
    title="Online",
    chip="NOT KNOWN",
    tone="muted",
    icon="info",
    detail="The instrument has not said yet whether a routine runs.",
)
_OUT_OF_REACH: Final = RunSummary(
    title="Not connected",
    chip="NOT KNOWN",
    tone="muted",
    icon="disconnect",
    detail="The connection ended before the instrument said whether a routine runs.",
)
_NO_DATA: Final = RunSummary(
    title="Not connected",
    chip="NO DATA",
    tone="muted",
    icon="disconnect",
    detail="Nothing has been heard from an instrument yet.",
)


def _seems_to_run(state: InstrumentState, link: LinkStatus) -> bool:
    """Tell whether this connection brought word of triggering being on."""
    triggering = state.reading("switchtriggering")
    return bool(
        triggering
        and triggering.value
        and judge_moment(triggering.monotonic_ns, link) is Freshness.FRESH
    )


def _seemingly(summary: RunSummary) -> RunSummary:
    return replace(
        summary,
        chip=f"{summary.chip}?",
        tone="info",
        icon="info",
        detail=f"Triggering is on; not confirmed since sign-on: {summary.detail}",
    )


def _in_the_past(summary: RunSummary, trust: Freshness, ago: str) -> RunSummary:
    reason = {
        Freshness.OFFLINE: "Not connected",
        Freshness.SILENT: "Nothing comes from the instrument",
        Freshness.UNCONFIRMED: "Not confirmed since sign-on",
    }[trust]
    return replace(
        summary,
        chip=f"WAS {summary.chip}",
        tone="stale",
        icon="disconnect" if trust is Freshness.OFFLINE else "warning",
        detail=f"{reason}. Last word {ago}: {summary.detail}",
        elapsed_s=None,
    )


def _drive(state: InstrumentState, link: LinkStatus, now_ns: int) -> Drive | None:
    """Return the long drive under way, from the volume and the speed the host reported."""
    volume, speed = number(state, "syringe_volume"), number(state, "syringe_speed")
    target = _drive_target(state)
    if target is None or volume is None or not speed:
        return None
    sample = number(state, "setsamplevolume") or 0.0
    start = sample if sample >= volume else SYRINGE_ML
    seconds_per_ml = speed * 60.0 / SYRINGE_ML
    left_s = (volume - target) * seconds_per_ml
    known = judge("syringe_volume", state, link, now_ns) is Freshness.FRESH
    if left_s <= 0 or (start - target) * seconds_per_ml < LONG_DRIVE_S or not known:
        return None
    percent = round(100 * (start - volume) / (start - target))
    return Drive(percent, _left_text(left_s, paused=bool(state.paused)))


def _drive_target(state: InstrumentState) -> float | None:
    run = state.run
    if run is None or run.phase is not RunPhase.RUNNING:
        return 0.0 if state.value("switchtriggering") else None
    if found := _DRIVE_REPORT.match(run.step):
        return float(found[1])
    # Another report may have come since; while it triggers, a sample is being pushed out.
    return 0.0 if state.value("switchtriggering") else None


def _left_text(left_s: float, *, paused: bool) -> str:
    minutes = round(left_s / 60)
    time = f"about {minutes} min" if minutes else "less than a minute"
    return f"{time} left{' once resumed' if paused else ''} (estimate)"


def _title(run: RoutineRun) -> str:
    routine = run.routine or BUILTIN_ROUTINES.get(run.name or "")
    return (routine.title if routine else "") or run.name or "A routine"


def _bin(state: InstrumentState) -> str:
    reading = state.reading("bin")
    if reading is None or before_the_run(reading, state):
        return ""
    name = reading.value
    return f"{name}, saved" if name and state.value("bin_saved") else name


def _step_count(run: RoutineRun) -> str:
    if run.routine is None or run.step_index is None:
        return ""
    return f"step {run.step_index + 1} of {sum(1 for _ in run.routine.steps)}"


def _quoted(evidence: str) -> str:
    """Return the evidence as a quotation, without the words of the wire around a report."""
    return f"“{evidence.removeprefix('reportevent:').strip()}”"
