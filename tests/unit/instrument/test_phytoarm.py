from __future__ import annotations

import json

import pytest

from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.phytoarm import Marker, marked_routine, phytoarm_marker, without_markers
from ifcbgui.instrument.routines import BUILTIN_ROUTINES, Group, Routine, Step

WAIT = {"StepType": "Wait", "Arguments": [1000]}


def marker_text(kind, path, value, routine="runsample"):
    payload = {"kind": kind, "routine": routine, "path": path, "value": value}
    return "$phyto-arm$0$" + json.dumps(payload, separators=(",", ":"))


def test_recognises_a_marker():
    message = parse_message(f"reportevent:{marker_text('before', [2, 1], WAIT)}\n")
    assert phytoarm_marker(message) == Marker("before", "runsample", (2, 1), WAIT)


@pytest.mark.parametrize(
    "text",
    [
        "reportevent:Wait 1.0 seconds.\n",
        "reportevent:$phyto-arm$0$",
        "reportevent:$phyto-arm$0$[]",
        'reportevent:$phyto-arm$0${"kind":"before"}',
        'reportevent:$phyto-arm$0${"kind":1,"routine":"a","path":[],"value":0}',
        'reportevent:$phyto-arm$1${"kind":"exit","routine":"a","path":[],"value":0}',
        "reportevent:$phyto-arm$0$" + "[" * 100_000,
        "client:reset",
    ],
)
def test_other_messages_are_no_markers(text):
    assert phytoarm_marker(parse_message(text)) is None


def test_finds_the_original_of_an_instrumented_routine():
    original = BUILTIN_ROUTINES["debubble"]
    start = marker_text("enter", [], json.loads(original.to_json()), "debubble")
    woven = Routine((Group("Sequence", steps=(Step("Report", (start,)),)), *original.groups))
    assert without_markers(woven) == ("debubble", original)


@pytest.mark.parametrize("first", ["Hello", marker_text("before", [0], []), 7])
def test_leaves_another_routine_as_it_is(first):
    routine = Routine((Group("Sequence", steps=(Step("Report", (first,)), Step("Initialize"))),))
    assert without_markers(routine) == (None, routine)
    assert without_markers(Routine()) == (None, Routine())


def test_damaged_marker_holds_no_routine():
    assert marked_routine(Marker("enter", "x", (), {"Type": 1})) is None
    assert marked_routine(Marker("enter", "x", (0,), [])) is None
