"""Does it sample, and are the data kept?"""

from __future__ import annotations

from typing import Final

from ifcbgui.instrument.daily_check.check import (
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
from ifcbgui.instrument.state import RunPhase

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
    run = facts.state.run
    if run is not None and run.phase is RunPhase.RUNNING:
        age_s = (facts.now_ns - run.started.monotonic_ns) / 1e9
        return _ACQUISITION.found(Verdict.GOOD, f"{run.name or 'a routine'} runs", age_s=age_s)
    return _without_routine(facts)


def _without_routine(facts: Facts) -> Check:
    started, triggering = facts.see("acquisition", told=True), facts.see("switchtriggering")
    if triggering.value is True and not triggering.doubt:
        return _ACQUISITION.found(Verdict.GOOD, "triggering", age_s=triggering.age_s)
    if started.value == "started":
        return _ACQUISITION.found(Verdict.GOOD, "started", age_s=started.age_s)
    idle = started if started.value else facts.see("interactive", told=True)
    if idle.value != "stopped":
        return _ACQUISITION.found(Verdict.UNKNOWN, advice="It has not said whether it samples.")
    advice = "No sample runs. Start the acquisition if it is meant to sample."
    return _ACQUISITION.found(Verdict.LOOK, "stopped", advice, idle.age_s)


def output_files(facts: Facts) -> Check:
    """Check that what is sampled is written."""
    seen = facts.see("switchoutputfiles")
    if seen.doubt or not isinstance(seen.value, bool):
        return _OUTPUT_FILES.found(Verdict.UNKNOWN, _switch(seen), seen.doubt, seen.age_s)
    if seen.value:
        return _OUTPUT_FILES.found(Verdict.GOOD, "ON", age_s=seen.age_s)
    advice = "Nothing that is sampled now is kept. Switch the output files on."
    return _OUTPUT_FILES.found(Verdict.ACT, "OFF", advice, seen.age_s)


def _switch(seen: Seen) -> str:
    return {True: "ON", False: "OFF"}.get(seen.value, "") if isinstance(seen.value, bool) else ""


def newest_bin(facts: Facts) -> Check:
    """Check that bins are saved as samples end."""
    name, saved = facts.see("bin", told=True), facts.see("bin_saved", told=True)
    if name.value is None or name.doubt or name.age_s is None:
        return _BIN.found(Verdict.UNKNOWN, advice=name.doubt or "No bin was named yet.")
    late = name.age_s > BIN_S
    value = f"{name.value}, {'saved' if saved.value else 'under way'}"
    if late and facts.acquiring:
        advice = (
            "No bin was saved for longer than a sample takes. See that the output files are on "
            "and that the disk of the instrument is not full: it stops collecting when it is."
        )
        return _BIN.found(Verdict.ACT, value, advice, name.age_s)
    if late:
        advice = "No sample runs, so no bin is due."
        return _BIN.found(Verdict.NOT_NOW, value, advice, name.age_s)
    if not saved.value:
        advice = "It is saved when the sample ends."
        return _BIN.found(Verdict.NOT_NOW, value, advice, name.age_s)
    return _BIN.found(Verdict.GOOD, value, age_s=name.age_s)


def skipped(facts: Facts) -> Check:
    """Check that nearly all that triggers is kept."""
    kept = facts.see("triggers_saved", within_s=TRIGGERS_STALE_S, stream="viewtriggers")
    left = facts.state.value("triggers_skipped")
    if kept.value is None or kept.doubt:
        verdict = Verdict.NOT_NOW if kept.value is not None else Verdict.UNKNOWN
        return _SKIPPED.found(verdict, advice=kept.doubt, age_s=kept.age_s)
    if not is_number(kept.value) or not is_number(left) or kept.value + left == 0:
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
