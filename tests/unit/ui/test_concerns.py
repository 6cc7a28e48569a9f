from __future__ import annotations

from typing import Any

import pytest

from ifcbgui.instrument.state import InstrumentState, Reading
from ifcbgui.ui.concerns import Concern, Level, concern

S = 1_000_000_000
NOW = 10_000 * S


def state(age_s: int = 100, **values: Any) -> InstrumentState:
    return InstrumentState({k: Reading(v, 0, NOW - age_s * S) for k, v in values.items()})


def told(name: str, **values: Any) -> tuple[Level, str] | None:
    found: Concern | None = concern(name, state(**values), NOW)
    return (found.level, found.text) if found else None


def test_nothing_is_wrong_with_what_was_never_said() -> None:
    for name in ("humidity", "temperature", "fpsrate", "switchoutputfiles", "switchpump1"):
        assert concern(name, InstrumentState(), NOW) is None


@pytest.mark.parametrize(
    ("humidity", "own", "text"),
    [
        (60.0, None, None),
        (60.1, None, "above 60 %RH"),
        (60.1, 75.0, "above 60 %RH"),
        (50.0, 45.0, "above 45 %RH"),
        (45.0, 45.0, None),
    ],
)
def test_humidity(humidity: float, own: float | None, text: str | None) -> None:
    values = {"humidity": humidity} | ({} if own is None else {"sethumiditythreshold": own})
    assert told("humidity", **values) == (text and (Level.ALARM, text))


@pytest.mark.parametrize(
    ("celsius", "level"),
    [(32.9, None), (33.0, Level.WARN), (34.9, Level.WARN), (35.0, Level.ALARM)],
)
def test_temperature(celsius: float, level: Level | None) -> None:
    found = told("temperature", temperature=celsius)
    assert (found and found[0]) == level


@pytest.mark.parametrize(
    ("name", "value", "level", "text"),
    [
        ("humidity", 999.0, Level.ALARM, "not possible; sensor?"),
        ("humidity", -1.0, Level.WARN, "not possible; sensor?"),
        ("temperature", -300.0, Level.WARN, "not possible; sensor?"),
        ("temperature", 300.0, Level.ALARM, "not possible; sensor?"),
        ("fpsrate", -5.0, Level.WARN, "not possible"),
    ],
)
def test_an_impossible_value_is_not_taken_for_real(
    name: str, value: float, level: Level, text: str
) -> None:
    assert told(name, **{name: value}) == (level, text)


def test_an_impossible_limit_of_the_instruments_own_counts_for_nothing() -> None:
    assert told("humidity", humidity=41.9, sethumiditythreshold=-40.0) is None


@pytest.mark.parametrize("name", ["switchlaser", "switchcamera"])
def test_off_matters_while_acquiring(name: str) -> None:
    assert told(name, **{name: False}) is None
    assert told(name, **{name: True}, switchtriggering=True) is None
    assert told(name, **{name: False}, switchtriggering=True) == (
        Level.ALARM,
        "off while acquiring",
    )
    assert told(name, **{name: False}, acquisition="started") == (
        Level.ALARM,
        "off while acquiring",
    )
    assert told(name, **{name: False}, acquisition="stopped") is None


def test_output_files_off_matters_always() -> None:
    assert told("switchoutputfiles", switchoutputfiles=False) == (Level.ALARM, "data are lost")
    assert told("switchoutputfiles", switchoutputfiles=True) is None


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        (True, False, None),
        (False, True, None),
        (True, True, "both pumps on"),
        (False, False, "both pumps off"),
    ],
)
def test_exactly_one_pump_runs(one: bool, other: bool, text: str | None) -> None:
    expected = text and (Level.WARN, text)
    assert told("switchpump1", switchpump1=one, switchpump2=other) == expected
    assert told("switchpump2", switchpump1=one, switchpump2=other) == expected


def test_one_pump_alone_tells_nothing() -> None:
    assert told("switchpump1", switchpump1=False) is None


@pytest.mark.parametrize("name", ["humidity", "temperature", "switchlaser", "switchpump1"])
def test_a_garbled_value_is_no_ground_for_alarm(name: str) -> None:
    assert told(name, **{name: "4O.1", "switchpump2": "4O.1", "switchtriggering": True}) is None


def test_no_trigger_for_long_while_triggering() -> None:
    values = {"fpsrate": 0.0, "switchtriggering": True}
    assert concern("fpsrate", state(29, **values), NOW) is None
    assert concern("fpsrate", state(30, **values), NOW) == Concern(Level.WARN, "no trigger")
    assert told("fpsrate", fpsrate=0.2, switchtriggering=True) is None
    assert told("fpsrate", fpsrate=0.0, switchtriggering=False) is None
    assert told("fpsrate", **values, pausestate=True) is None


def test_a_late_trigger_counts() -> None:
    values = dict(state(100, fpsrate=0.0, switchtriggering=True).values)
    values["trigger_number"] = Reading(7, 0, NOW - 10 * S)
    assert concern("fpsrate", InstrumentState(values), NOW) is None


def test_skipped_triggers() -> None:
    assert told("triggers_saved", triggers_saved=990, triggers_skipped=10) is None
    assert told("triggers_saved", triggers_saved=950, triggers_skipped=50) == (
        Level.WARN,
        "5% skipped",
    )
    assert told("triggers_saved", triggers_saved=0, triggers_skipped=0) is None


@pytest.mark.parametrize(("age_s", "late"), [(24, False), (25, True)])
def test_a_valve_that_does_not_arrive(age_s: int, late: bool) -> None:
    found = concern("valve_moving", state(age_s, valve_moving=("cw", "beads")), NOW)
    assert (found is not None) is late
    assert concern("valve_moving", state(99, valve_moving=None), NOW) is None
