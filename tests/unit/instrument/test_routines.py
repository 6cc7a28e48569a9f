from __future__ import annotations

import contextlib
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifcbgui.instrument.routines import (
    BUILTIN_NAMES,
    BUILTIN_ROUTINES,
    Group,
    Routine,
    RoutineError,
    Step,
    finished_title,
)

STEP_TYPES = {
    "Report",
    "Initialize",
    "DriveSyringe",
    "DriveSyringeRelative",
    "ChangeSpeed",
    "MoveValve",
    "Wait",
    "GrabGPSData",
    "GrabPhytoArmData",
    "GetEnvironment",
    "GrabFileName",
    "AssignDaqNormal",
    "AssignDaqAlt",
    "SwitchTriggering",
    "TriggerOnce",
    "SaveFiles",
    "SwitchStirrer",
    "SwitchBeads",
    "SwitchPump1",
    "SwitchPump2",
    "SwitchAuxPower1",
    "StoreValue",
}
TOKENS = {
    "SampleVolume",
    "AltSampleVolume",
    "SampleVolumeToSkip",
    "SamplingSpeed",
    "SamplingFastSpeed",
    "BeadsVolume",
    "BiocideVolume",
    "BleachVolume",
    "BleachRinseCount",
    "BleachRinseVolume",
    "FlushVolume",
    "PrimeVolume",
    "DebubbleConeVolume",
    "DebubbleNeedleVolume",
    "DebubbleRefillVolume",
    "DebubbleLeftVolume",
    "Pump1ON",
    "Pump2ON",
    "Pump1State",
    "Pump2State",
    "RefillAfterDebubbleON",
    "RunSampleFastON",
    "BleachToExhaustON",
    "UvWithSampleON",
}

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=3)
extras = st.dictionaries(st.sampled_from(["Comment", "Version", "x"]), values, max_size=2)
steps = st.builds(Step, st.text(min_size=1), st.lists(values, max_size=3).map(tuple), extras)
groups = st.builds(
    Group,
    st.text(min_size=1),
    st.lists(values, max_size=2).map(tuple),
    st.lists(steps, max_size=3).map(tuple),
    extras,
)
routines = st.builds(Routine, st.lists(groups, max_size=3).map(tuple))


def test_reads_groups_and_steps():
    routine = Routine.from_json(
        '[{"Type":"Condition","Parameters":["{#RunSampleFastON}"],'
        '"Steps":[{"StepType":"MoveValve","Arguments":["needle","CW"]},'
        '{"StepType":"Initialize"}]}]'
    )
    assert routine == Routine(
        (
            Group(
                "Condition",
                ("{#RunSampleFastON}",),
                (Step("MoveValve", ("needle", "CW")), Step("Initialize")),
            ),
        )
    )


def test_writes_the_shape_it_reads():
    data = [
        {"Type": "Sequence", "Steps": [{"StepType": "Wait", "Arguments": [1000]}]},
        {"Type": "Iteration", "Parameters": ["{#BleachRinseCount}"], "Steps": []},
    ]
    assert json.loads(Routine.from_json(data).to_json()) == data


def test_keeps_what_it_does_not_know():
    data = [{"Type": "Later", "Steps": [{"StepType": "New", "Note": [1]}], "Version": 4}]
    assert json.loads(Routine.from_json(data).to_json()) == data


@settings(max_examples=50)
@given(routines)
def test_json_loses_nothing(routine):
    assert Routine.from_json(routine.to_json()) == routine


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("{}", "list of groups, not an object"),
        ("7", "list of groups, not a number"),
        ("[3]", "Group 1 should be an object, not a number"),
        ('[{"Steps":[]}]', "Group 1 has no Type"),
        ('[{"Type":"Sequence","Steps":{}}]', "Steps of group 1 is no list"),
        ('[{"Type":"Sequence","Steps":[{}]}]', "Group 1, step 1 has no StepType"),
        ('[{"Type":"Sequence","Steps":[{"StepType":4}]}]', "has no StepType"),
        (
            '[{"Type":"Sequence","Steps":[{"StepType":"Wait","Arguments":1000}]}]',
            "Arguments of group 1, step 1 is no list",
        ),
    ],
)
def test_says_what_is_wrong(text, said):
    with pytest.raises(RoutineError, match=re.escape(said)):
        Routine.from_json(text)


@given(values)
def test_any_json_is_a_routine_or_a_routine_error(data):
    with contextlib.suppress(RoutineError):
        assert isinstance(Routine.from_json(json.dumps(data)), Routine)


def test_has_the_twelve_builtin_routines():
    assert list(BUILTIN_ROUTINES) == list(BUILTIN_NAMES)
    assert len(BUILTIN_ROUTINES) == 12


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_builtin_routines_speak_the_known_language(name):
    routine = BUILTIN_ROUTINES[name]
    for group, step in routine.steps:
        assert group.type in {"Sequence", "Condition", "Iteration"}
        assert step.type in STEP_TYPES
        for argument in step.arguments + group.parameters:
            if isinstance(argument, str) and argument.startswith("{"):
                assert argument[2:-1] in TOKENS
    assert routine.title


def test_titles_are_what_the_last_report_says():
    assert BUILTIN_ROUTINES["runsample"].title == "Run sample"
    assert len({routine.title for routine in BUILTIN_ROUTINES.values()}) == 12
    assert Routine().title == ""
    assert finished_title("Finished - Run sample.\n") == "Run sample"
    assert finished_title("Initialized.\n") == ""


def test_routines_can_be_compared_and_hashed():
    assert hash(BUILTIN_ROUTINES["runsample"]) != hash(BUILTIN_ROUTINES["debubble"])
