"""Why there is no picture: only what the instrument said counts."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from ifcbgui.instrument.state import InstrumentState, Reading, RoutineRun, RunPhase
from ifcbgui.ui.absences import why_no_frames, why_no_rois


def state(**values: Any) -> InstrumentState:
    readings = {name: Reading(value, 0, 0) for name, value in values.items()}
    return InstrumentState(MappingProxyType(readings))


RUNNING = {"switchtriggering": True}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"switchviewimages": False}, "View images is OFF"),
        ({"switchviewimages": False, **RUNNING}, "View images is OFF"),
        ({"switchcamera": False, **RUNNING}, "camera is OFF"),
        ({}, "Nothing runs"),
        (RUNNING, "has come yet"),
        ({"switchviewimages": True, **RUNNING}, "has come yet"),
    ],
)
def test_the_reason(values: dict[str, Any], words: str) -> None:
    assert words in why_no_frames(state(**values), attached=True)
    assert words in why_no_rois(state(**values), attached=True)


def running(phase: RunPhase, **values: Any) -> InstrumentState:
    run = RoutineRun("runsample", phase, "", Reading(None, 0, 0), Reading(None, 0, 0))
    return InstrumentState(state(**values).values, run)


@pytest.mark.parametrize(
    "said",
    [
        running(RunPhase.RUNNING),
        running(RunPhase.RUNNING, switchtriggering=False),
        running(RunPhase.FINISHED, switchtriggering=False, acquisition="started"),
    ],
)
def test_a_sample_is_prepared_before_there_is_anything_to_see(said: InstrumentState) -> None:
    words = "The sample is being prepared; pictures come once triggering is on."
    assert why_no_frames(said, attached=True) == words
    assert why_no_rois(said, attached=True) == words


def test_a_routine_that_has_ended_prepares_nothing() -> None:
    over = running(RunPhase.FINISHED, switchtriggering=False)
    assert "Nothing runs" in why_no_frames(over, attached=True)
    begun = running(RunPhase.RUNNING, switchtriggering=True)
    assert "has come yet" in why_no_frames(begun, attached=True)


def test_without_an_instrument_nothing_else_matters() -> None:
    said = state(switchviewimages=False)
    assert "Not connected" in why_no_frames(said, attached=False)
    assert "Not connected" in why_no_rois(said, attached=False)


def test_an_instrument_that_sends_only_rois() -> None:
    said = state(switchviewroisonly=True, **RUNNING)
    assert "View ROIs only is ON" in why_no_frames(said, attached=True)
    assert "No ROI has come yet" in why_no_rois(said, attached=True)
    idle = state(switchviewroisonly=True)
    assert "Nothing runs" in why_no_frames(idle, attached=True)
