"""Does it sample, and are the data kept?"""

from __future__ import annotations

from typing import Final

from ifcbgui.instrument.daily_check.check import (
    GARBLED,
    Check,
    Disk,
    Facts,
    Group,
    Item,
    Seen,
    Verdict,
    is_number,
)
from ifcbgui.instrument.daily_check.limits import (
    BIN_S,
    FIELD_GUIDE,
    INFERRED,
    SKIPPED_SHARE,
    TRIGGERS_STALE_S,
)
from ifcbgui.instrument.state import RoutineRun, RunPhase

_ACQUISITION: Final = Item("acquisition", Group.RUN, "Acquisition", "running", f"{FIELD_GUIDE} 7")
_OUTPUT_FILES: Final = Item("output_files", Group.RUN, "Output files", "ON", f"{FIELD_GUIDE} 7")
_BIN: Final = Item(
    *("bin", Group.RUN, "Newest bin", f"saved every {BIN_S / 60:.0f} min or sooner"),
    f"{INFERRED} from the length of a sample cycle",
)
_SKIPPED: Final = Item(
    *("skipped", Group.RUN, "Skipped triggers", f"{SKIPPED_SHARE:.0%} or less", INFERRED)
)
_DISK: Final = Item(
    *("disk", Group.RUN, "Disk of this computer", "room for the recording", "the recorder")
)


def acquisition(facts: Facts) -> Check:
    """Check that it samples."""
    if facts.link_doubt:
        return _ACQUISITION.found(Verdict.UNKNOWN, advice=facts.link_doubt)
    paused = facts.see("pausestate")
    if paused.value is True and not paused.doubt:
        advice = "Paused: no water is looked at until it is resumed."
        return _ACQUISITION.found(Verdict.LOOK, "paused", advice, paused.age_s)
    run = _running(facts)
    if run is not None and _samples(run):
        return _ACQUISITION.found(Verdict.GOOD, *_of_run(facts, run))
    triggering = facts.see("switchtriggering")
    if triggering.value is True and not triggering.doubt:
        return _ACQUISITION.found(Verdict.GOOD, "triggering", age_s=triggering.age_s)
    started = facts.see("acquisition")
    if started.value == "started" and not started.doubt:
        return _ACQUISITION.found(Verdict.GOOD, "started", age_s=started.age_s)
    if run is not None:
        return _ACQUISITION.found(Verdict.NOT_NOW, *_of_run(facts, run))
    return _idle(started if started.value else facts.see("interactive"))


def _running(facts: Facts) -> RoutineRun | None:
    run = facts.state.run
    runs = run is not None and run.phase is RunPhase.RUNNING and not facts.doubt_of(run.changed)
    return run if runs else None


def _samples(run: RoutineRun) -> bool:
    """Tell whether a routine is known to write a bin."""
    steps = run.routine.steps if run.routine else ()
    return any(step.type == "GrabFileName" for _, step in steps)


def _of_run(facts: Facts, run: RoutineRun) -> tuple[str, str, float]:
    """Return value, advice and age."""
    advice = "" if _samples(run) else "As far as is known this routine takes no sample."
    age_s = (facts.now_ns - run.started.monotonic_ns) / 1e9
    return f"{run.name or 'a routine'} runs", advice, age_s


def _idle(seen: Seen) -> Check:
    if seen.doubt or seen.value != "stopped":
        advice = seen.doubt or "It has not said whether it samples."
        return _ACQUISITION.found(Verdict.UNKNOWN, advice=advice, age_s=seen.age_s)
    advice = "No sample runs. Start the acquisition if it is meant to sample."
    return _ACQUISITION.found(Verdict.LOOK, "stopped", advice, seen.age_s)


def output_files(facts: Facts) -> Check:
    """Check that what is sampled is written."""
    seen = facts.see("switchoutputfiles")
    if seen.doubt or not isinstance(seen.value, bool):
        advice = seen.doubt or GARBLED
        return _OUTPUT_FILES.found(Verdict.UNKNOWN, _switch(seen), advice, seen.age_s)
    if seen.value:
        return _OUTPUT_FILES.found(Verdict.GOOD, "ON", age_s=seen.age_s)
    advice = "Nothing that is sampled now is kept. Switch the output files on."
    return _OUTPUT_FILES.found(Verdict.ACT, "OFF", advice, seen.age_s)


def _switch(seen: Seen) -> str:
    return {True: "ON", False: "OFF"}.get(seen.value, "") if isinstance(seen.value, bool) else ""


def newest_bin(facts: Facts) -> Check:
    """Check that bins are saved as samples end."""
    name = facts.see("bin", within_s=BIN_S, stream="viewactivity")
    saved = facts.state.value("bin_saved")
    value = f"{name.value}, {'saved' if saved else 'under way'}" if name.value else ""
    if name.doubt:
        verdict, advice = _without_bin(facts, name)
        return _BIN.found(verdict, value, advice, name.age_s)
    if not saved:
        advice = "It is saved when the sample ends."
        return _BIN.found(Verdict.NOT_NOW, value, advice, name.age_s)
    return _BIN.found(Verdict.GOOD, value, age_s=name.age_s)


def _without_bin(facts: Facts, name: Seen) -> tuple[Verdict, str]:
    """Return verdict and advice where no bin was named lately."""
    if unheard := facts.link_doubt or facts.stream_off("viewactivity"):
        return Verdict.UNKNOWN, unheard
    acquiring_s = facts.acquiring_s
    if acquiring_s is None and name.value is None:
        return Verdict.UNKNOWN, name.doubt
    if acquiring_s is None:
        return Verdict.NOT_NOW, "No sample runs, so no bin is due."
    if acquiring_s <= BIN_S:
        return Verdict.NOT_NOW, "The next one is due when the sample under way ends."
    return Verdict.ACT, (
        "No bin was saved for longer than a sample takes. See that the output files are on "
        "and that the disk of the instrument is not full: it stops collecting when it is."
    )


def skipped(facts: Facts) -> Check:
    """Check that nearly all that triggers is kept."""
    kept = facts.see("triggers_saved", within_s=TRIGGERS_STALE_S, stream="viewtriggers")
    left = facts.state.value("triggers_skipped")
    if kept.value is None or kept.doubt:
        verdict = Verdict.NOT_NOW if kept.value is not None else Verdict.UNKNOWN
        return _SKIPPED.found(verdict, advice=kept.doubt, age_s=kept.age_s)
    if not is_number(kept.value) or not is_number(left):
        return _SKIPPED.found(Verdict.UNKNOWN, advice=GARBLED, age_s=kept.age_s)
    if min(kept.value, left) < 0 or kept.value + left == 0:
        return _SKIPPED.found(Verdict.UNKNOWN, advice="No trigger was counted yet.")
    share = left / (kept.value + left)
    value = f"{left} of {kept.value + left}"
    if share <= SKIPPED_SHARE:
        return _SKIPPED.found(Verdict.GOOD, value, age_s=kept.age_s)
    advice = (
        "Triggers come faster than the instrument can keep them, so part of the water is lost "
        "(inferred). Switch its views off to spare its processor; dense water may need less "
        "PMT voltage."
    )
    return _SKIPPED.found(Verdict.LOOK, value, advice, kept.age_s)


def disk(facts: Facts) -> Check:
    """Check the disk that the recording goes to."""
    if facts.replay:
        return _DISK.found(Verdict.NOT_NOW, "this is a replay", "Nothing is being recorded.")
    if facts.disk is None:
        return _DISK.found(Verdict.UNKNOWN, advice="Nothing is being recorded.")
    good = facts.disk.verdict is Verdict.GOOD
    advice = "" if good else "Free some space on this computer, or record to another folder."
    return _DISK.found(facts.disk.verdict, _room(facts.disk), advice, 0.0)


def _room(space: Disk) -> str:
    free = f"{space.free_bytes / 1e9:.1f} GB free"
    left = space.seconds_left
    if left is None:
        return free
    long = f"{left / 86400:.0f} days" if left >= 2 * 86400 else f"{left / 3600:.1f} h"
    return f"{free}, for {long}" if left < 90 * 86400 else free


RULES: Final = (acquisition, output_files, newest_bin, skipped, disk)
