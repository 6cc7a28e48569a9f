from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.routines import BUILTIN_ROUTINES, Routine
from ifcbgui.instrument.state import InstrumentState, Reading, RoutineRun, RunPhase
from ifcbgui.ui.run_summary import RunSummary, summarise

S = 1_000_000_000
NOW = 10_000 * S
ONLINE = LinkStatus(LinkState.ONLINE, online_since_ns=9_000 * S)
DRIVE = "Syringe to 0.00 ml."


def said(value: Any, age_s: int = 0) -> Reading:
    return Reading(value, 0, NOW - age_s * S)


def run(
    phase: RunPhase,
    *,
    evidence: str = "valuechanged:interactive:started",
    step: str = "",
    index: int | None = None,
    routine: Routine | None = None,
    name: str | None = "runsample",
    changed: int = 40,
) -> RoutineRun:
    return RoutineRun(
        name, phase, evidence, said(None, 600), said(None, changed), step, index, routine
    )


def headline(
    a_run: RoutineRun | None = None, link: LinkStatus = ONLINE, **values: Any
) -> RunSummary:
    readings = {k: v if isinstance(v, Reading) else said(v, 30) for k, v in values.items()}
    return summarise(InstrumentState(readings, a_run), link, NOW)


def test_nothing_known() -> None:
    assert headline(link=LinkStatus()).title == "Not connected"
    assert headline().chip == "NOT KNOWN"


def test_what_was_heard_of_an_early_end_is_not_denied() -> None:
    nothing, little = headline(link=LinkStatus()), headline(link=LinkStatus(), hostversion="3.0")
    assert (nothing.chip, little.chip) == ("NO DATA", "NOT KNOWN")
    assert "Nothing has been heard" not in little.detail


def test_requested_claims_nothing() -> None:
    summary = headline(run(RunPhase.REQUESTED, evidence="routine:runsample"))
    assert (summary.title, summary.chip) == ("Run sample", "REQUESTED")
    assert summary.detail == "Requested, nothing heard yet."
    assert (summary.elapsed_s, summary.elapsed_label) == (600, "waiting")


def test_requested_behind_another_says_so() -> None:
    queued = replace(run(RunPhase.REQUESTED), queued=True)
    assert "another routine was running" in headline(queued).detail


def test_running_shows_the_step_and_its_number() -> None:
    routine = BUILTIN_ROUTINES["runsample"]
    summary = headline(run(RunPhase.RUNNING, step="Valve to needle, CW.", index=3, routine=routine))
    assert summary.chip == "RUNNING"
    assert summary.detail == "Valve to needle, CW."
    assert summary.step == f"step 4 of {len(list(routine.steps))}"
    assert (summary.elapsed_s, summary.elapsed_label) == (600, "elapsed")


def test_running_without_a_step_shows_the_evidence() -> None:
    summary = headline(run(RunPhase.RUNNING))
    assert summary.detail == "Said “valuechanged:interactive:started”"
    assert summary.step == ""


def test_finished_quotes_the_evidence() -> None:
    evidence = "reportevent:Finished - Run sample.\n"
    summary = headline(run(RunPhase.FINISHED, evidence=evidence, changed=120))
    assert summary.chip == "FINISHED"
    assert summary.detail == "Finished 2 min ago: said “Finished - Run sample.”"
    assert (summary.elapsed_s, summary.elapsed_label) == (480, "took")


@pytest.mark.parametrize(
    ("name", "title"), [("debubble", "Debubble"), ("my own", "my own"), (None, "A routine")]
)
def test_title(name: str | None, title: str) -> None:
    assert headline(run(RunPhase.RUNNING, name=name)).title == title


def test_paused_is_said_whatever_else_is_known() -> None:
    running = headline(run(RunPhase.RUNNING, step=DRIVE), pausestate=True)
    assert (running.chip, running.tone) == ("PAUSED", "warn")
    assert running.detail == f"Paused. {DRIVE}"
    assert headline(pausestate=True).chip == "PAUSED"
    assert headline(pausestate=False).chip == "NOT KNOWN"


def test_acquisition_shows_the_status_of_the_host() -> None:
    summary = headline(acquisition="started", acquisition_status="9 [N]")
    assert (summary.title, summary.chip, summary.detail) == (
        "Acquisition",
        "RUNNING",
        "Status: 9 [N]",
    )
    assert summary.elapsed_s == 30


def test_acquisition_goes_on_after_a_routine() -> None:
    assert headline(run(RunPhase.FINISHED), acquisition="started").title == "Acquisition"


def test_idle_needs_a_word_of_the_host() -> None:
    assert headline(acquisition="stopped").title == "Idle"
    assert headline(interactive="stopped").title == "Idle"
    assert headline(switchtriggering=False).chip == "NOT KNOWN"


def test_triggering_without_a_word_on_the_routine() -> None:
    summary = headline(switchtriggering=True)
    assert summary.title == "Triggering"
    assert "has not said which routine" in summary.detail


@pytest.mark.parametrize("state", [LinkState.OFF, LinkState.RECONNECTING, LinkState.FAILED])
def test_a_lost_link_puts_it_into_the_past(state: LinkState) -> None:
    summary = headline(run(RunPhase.RUNNING, step=DRIVE), LinkStatus(state))
    assert (summary.chip, summary.tone) == ("WAS RUNNING", "stale")
    assert summary.detail == f"Not connected. Last word 40 s ago: {DRIVE}"
    assert summary.elapsed_s is None
    assert summary.drive is None


def test_a_new_connection_confirms_by_triggering_only_that_something_runs() -> None:
    link = LinkStatus(LinkState.ONLINE, online_since_ns=NOW - 35 * S)
    a_run = run(RunPhase.RUNNING, step=DRIVE)
    assert headline(a_run, link, pausestate=False).chip == "WAS RUNNING"
    assert headline(a_run, link, switchtriggering=True).chip == "RUNNING?"
    assert headline(a_run, link, switchtriggering=said(True, 50)).chip == "WAS RUNNING"


def test_a_long_drive_has_a_bar_and_an_estimate() -> None:
    a_run = run(RunPhase.RUNNING, step=DRIVE)
    summary = headline(a_run, syringe_volume=2.0, syringe_speed=20.0, setsamplevolume=5.0)
    assert summary.drive is not None
    assert summary.drive.percent == 60
    assert summary.drive.text == "about 8 min left (estimate)"


@pytest.mark.parametrize(
    ("values", "percent"),
    [
        ({"setsamplevolume": 4.0}, 50),
        ({"setsamplevolume": 1.0}, 60),
        ({}, 60),
    ],
)
def test_the_drive_starts_at_the_sample_volume_where_that_can_be(
    values: dict[str, float], percent: int
) -> None:
    a_run = run(RunPhase.RUNNING, step=DRIVE)
    drive = headline(a_run, syringe_volume=2.0, syringe_speed=20.0, **values).drive
    assert drive is not None
    assert drive.percent == percent


def test_a_paused_drive_has_no_running_clock() -> None:
    a_run = run(RunPhase.RUNNING, step=DRIVE)
    drive = headline(a_run, syringe_volume=0.1, syringe_speed=20.0, pausestate=True).drive
    assert drive is not None
    assert drive.text == "less than a minute left once resumed (estimate)"


def test_another_report_does_not_hide_the_drive_while_triggering() -> None:
    a_run = run(RunPhase.RUNNING, step="Laser switched ON.")
    values = {"syringe_volume": 2.0, "syringe_speed": 20.0}
    assert headline(a_run, **values).drive is None
    assert headline(a_run, **values, switchtriggering=True).drive is not None


@pytest.mark.parametrize(
    "values",
    [
        {"syringe_volume": 2.0},
        {"syringe_speed": 20.0},
        {"syringe_volume": 2.0, "syringe_speed": 0.4},
        {"syringe_volume": 0.0, "syringe_speed": 20.0},
        {"syringe_volume": "2.0?", "syringe_speed": 20.0},
        {"syringe_volume": 2.0, "syringe_speed": 20.0, "switchviewsyringe": said(False)},
    ],
)
def test_no_estimate_without_ground(values: dict[str, Any]) -> None:
    assert headline(run(RunPhase.RUNNING, step=DRIVE), **values).drive is None


def test_the_bin_is_named() -> None:
    name = "D20261122T160500_IFCB111"
    assert headline(bin=name).bin == name
    assert headline(bin=name, bin_saved=False).bin == name
    assert headline(bin=name, bin_saved=True).bin == f"{name}, saved"


def test_a_stop_that_was_asked_for_is_told_until_something_ends_the_run() -> None:
    asked = replace(run(RunPhase.RUNNING, step=DRIVE), stop_asked=said("interactive:stop", 12))
    summary = headline(asked)
    assert (summary.chip, summary.tone) == ("STOP ASKED", "warn")
    assert "nothing says yet that it ended" in summary.detail


def test_a_stopped_run_is_not_called_finished() -> None:
    evidence = "reportevent:Stopped.\n"
    ended = run(RunPhase.FINISHED, evidence=evidence, changed=12)
    stopped = replace(ended, stop_asked=said("interactive:stop", 14))
    summary = headline(stopped)
    assert (summary.chip, summary.tone) == ("STOPPED", "warn")
    assert "“Stopped.”" in summary.detail


def test_a_stop_on_a_silent_link_has_no_answer() -> None:
    silent = LinkStatus(LinkState.STALE, online_since_ns=9_000 * S)
    asked = replace(run(RunPhase.RUNNING), stop_asked=said("interactive:stop", 5))
    summary = headline(asked, silent)
    assert summary.chip == "STOP ASKED"
    assert summary.detail.startswith("The link is silent: no answer.")


def test_the_bin_of_the_run_before_is_not_shown() -> None:
    sampling = run(RunPhase.RUNNING)
    assert headline(sampling, bin=said("D1", 700)).bin == ""
    assert headline(sampling, bin=said("D2", 500)).bin == "D2"
