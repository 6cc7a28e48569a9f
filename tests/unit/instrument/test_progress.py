from __future__ import annotations

import pytest

from ifcbgui.instrument.progress import describes_step, follow_step
from ifcbgui.instrument.routines import BUILTIN_ROUTINES, Group, Routine, Step

SAMPLE_REPORTS = [
    ("Initializing.", "Initialize"),
    ("Valve to exhaust, CCW.", "Initialize"),
    ("Syringe to 0.00 ml.", "Initialize"),
    ("Initialized.", "Initialize"),
    ("Syringe to 0.00 ml.", "DriveSyringe"),
    ("Valve to intake, CW.", "MoveValve"),
    ("Wait 1.0 seconds.", "Wait"),
    ("Syringe speed set to 0.4 min/syr.", "ChangeSpeed"),
    ("Syringe to 5.00 ml.", "DriveSyringe"),
    ("Wait 2.0 seconds.", "Wait"),
    ("Valve to needle, CW.", "MoveValve"),
    ("Wait 1.0 seconds.", "Wait"),
    ("Syringe speed set to 20.0 min/syr.", "ChangeSpeed"),
    ("Grab file: D20260314T150512_IFCB207.", "GrabFileName"),
    ("Syringe to 0.00 ml.", "DriveSyringe"),
    ("Wait 1.0 seconds.", "Wait"),
    ("D20260314T150512_IFCB207 saved.", "SaveFiles"),
]


def walk(routine, reports):
    index, before, found = None, "", []
    for report in reports:
        index = follow_step(routine, index, before, report)
        before = report
        found.append(index)
    return found


def test_follows_a_sample_through_all_its_steps():
    routine = BUILTIN_ROUTINES["runsample"]
    steps = [step for _, step in routine.steps]
    found = walk(routine, [report for report, _ in SAMPLE_REPORTS])
    assert None not in found
    assert found == sorted(found)
    assert [steps[i].type for i in found] == [type_ for _, type_ in SAMPLE_REPORTS]
    assert steps[found[-3]].arguments == ("{#SampleVolumeToSkip}",)


def test_passes_over_a_condition_or_enters_it():
    routine = BUILTIN_ROUTINES["debubble"]
    steps = [step for _, step in routine.steps]
    wait = steps.index(next(step for step in steps if step.type == "Wait"))
    entered = follow_step(routine, wait, "Wait 3.0 seconds.", "Starting refill after debubble.")
    assert steps[entered].type == "Report"
    valve = follow_step(routine, entered, "Starting refill.", "Valve to exhaust, CCW.")
    assert steps[valve].arguments == ("exhaust", "CCW")


def test_iteration_comes_round_again():
    routine = BUILTIN_ROUTINES["bleach"]
    group = [
        "Valve to intake, CW.",
        "Syringe to 1.00 ml.",
        "Valve to exhaust, CCW.",
        "Wait 2.0 seconds.",
        "Syringe to 0.00 ml.",
    ]
    start = follow_step(routine, None, "unknown", "Wait 60.0 seconds.")
    index, before, found = start, "Wait 60.0 seconds.", []
    for report in group * 3:
        index = follow_step(routine, index, before, report)
        before = report
        found.append(index)
    assert found == [start + 1 + i for i in range(5)] * 3


WAIT = Step("Wait", (1000,))
VALVE = Step("MoveValve", ("needle", "CW"))


@pytest.mark.parametrize(
    ("middle", "index", "before", "expected"),
    [
        (Group("Sequence", steps=(WAIT, VALVE)), None, "", 0),
        (Group("Sequence", steps=(WAIT, VALVE)), 0, "Wait 1.0 seconds.", 1),
        (Group("Condition", steps=(VALVE,)), 0, "Wait 1.0 seconds.", 2),
        (Group("Condition", steps=(WAIT,)), 0, "Wait 1.0 seconds.", None),
        (Group("Iteration", steps=(VALVE, WAIT, VALVE)), 1, "Valve to needle, CW.", 2),
        (Group("Sequence", steps=(VALVE, VALVE)), 0, "Wait 1.0 seconds.", None),
    ],
)
def test_where_the_words_fit_several_steps_the_order_decides(middle, index, before, expected):
    wait = Group("Sequence", steps=(WAIT,))
    routine = Routine((wait, middle, wait))
    assert follow_step(routine, index, before, "Wait 1.0 seconds.") == expected


def test_iteration_begins_again_where_its_words_are_not_its_own():
    report = Group("Sequence", steps=(Step("Report", ("Finished - It.",)),))
    routine = Routine(
        (Group("Sequence", steps=(WAIT,)), Group("Iteration", steps=(WAIT, VALVE)), report)
    )
    assert follow_step(routine, 2, "Valve to needle, CW.", "Wait 1.0 seconds.") == 1
    assert follow_step(routine, 2, "Valve to needle, CW.", "Finished - It.") == 3


def test_does_not_guess():
    routine = BUILTIN_ROUTINES["runsample"]
    assert follow_step(routine, None, "Valve to beads, CW.", "Wait 1.0 seconds.") is None
    assert follow_step(routine, 2, "Valve to intake, CW.", "Valve to bleach, CW.") is None
    assert follow_step(Routine(), None, "", "Initializing.") is None


def test_finds_its_place_again():
    routine = BUILTIN_ROUTINES["runsample"]
    index = follow_step(routine, None, "Wait 1.0 seconds.", "Grab file: D2026.")
    assert [step for _, step in routine.steps][index].type == "GrabFileName"


def test_speed_is_rounded_by_the_host():
    routine = Routine.from_json(
        '[{"Type":"Sequence","Steps":[{"StepType":"ChangeSpeed","Arguments":[0.25]},'
        '{"StepType":"ChangeSpeed","Arguments":[1]}]}]'
    )
    assert follow_step(routine, None, "", "Syringe speed set to 0.3 min/syr.") == 0
    assert follow_step(routine, None, "lost", "Syringe speed set to 1.0 min/syr.") == 1
    assert follow_step(routine, None, "lost", "Syringe speed set to 7.0 min/syr.") is None


@pytest.mark.parametrize("report", [report for report, _ in SAMPLE_REPORTS])
def test_these_reports_describe_steps(report):
    assert describes_step(report)


@pytest.mark.parametrize("report", ["Valve at needle, CW.", "Laser switched ON.", "", "TrigA x"])
def test_these_do_not(report):
    assert not describes_step(report)
