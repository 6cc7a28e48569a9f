from __future__ import annotations

from typing import Any

import pytest

from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.state import InstrumentState, Reading, RoutineRun, RunPhase
from ifcbgui.ui.freshness import Freshness, judge, judge_moment

S = 1_000_000_000
NOW = 10_000 * S
SIGNED_ON = 9_000 * S
ONLINE = LinkStatus(LinkState.ONLINE, online_since_ns=SIGNED_ON)


def said(value: Any, age_s: float = 0.0) -> Reading:
    return Reading(value, 0, NOW - int(age_s * S))


def state(**values: Reading) -> InstrumentState:
    return InstrumentState(values)


def test_never_said_is_not_stale() -> None:
    verdict = judge("humidity", state(), ONLINE, NOW)
    assert verdict is Freshness.NEVER
    assert not verdict.stale


def test_a_value_said_on_this_connection_is_fresh_however_old() -> None:
    assert judge("setpmta", state(setpmta=said(0.45, 999)), ONLINE, NOW) is Freshness.FRESH


@pytest.mark.parametrize(
    ("link", "verdict"),
    [
        (LinkState.ONLINE, Freshness.FRESH),
        (LinkState.STALE, Freshness.SILENT),
        (LinkState.OFF, Freshness.OFFLINE),
        (LinkState.CONNECTING, Freshness.OFFLINE),
        (LinkState.SIGNING_ON, Freshness.OFFLINE),
        (LinkState.RECONNECTING, Freshness.OFFLINE),
        (LinkState.FAILED, Freshness.OFFLINE),
    ],
)
def test_the_link_goes_before_everything(link: LinkState, verdict: Freshness) -> None:
    status = LinkStatus(link, online_since_ns=SIGNED_ON)
    assert judge("setpmta", state(setpmta=said(0.45)), status, NOW) is verdict


def test_a_value_from_before_the_sign_on_is_not_confirmed() -> None:
    before, after = said(0.45, 1000.1), said(0.45, 999.9)
    assert judge("setpmta", state(setpmta=before), ONLINE, NOW) is Freshness.UNCONFIRMED
    assert judge("setpmta", state(setpmta=after), ONLINE, NOW) is Freshness.FRESH


@pytest.mark.parametrize(
    ("name", "limit_s"), [("fpsrate", 15), ("humidity", 3600), ("temperature", 3600)]
)
def test_what_comes_by_itself_is_overdue_after_its_time(name: str, limit_s: int) -> None:
    link = LinkStatus(LinkState.ONLINE, online_since_ns=0)
    in_time, late = said(1.0, limit_s), said(1.0, limit_s + 0.1)
    assert judge(name, state(**{name: in_time}), link, NOW) is Freshness.FRESH
    assert judge(name, state(**{name: late}), link, NOW) is Freshness.OVERDUE


def test_a_rate_is_not_overdue_while_triggering_is_off() -> None:
    values = state(fpsrate=said(3.2, 60), switchtriggering=said(False, 55))
    assert judge("fpsrate", values, ONLINE, NOW) is Freshness.NOT_TRIGGERING


@pytest.mark.parametrize(
    ("name", "switch"),
    [
        ("syringe_volume", "switchviewsyringe"),
        ("valve_port", "switchviewvalve"),
        ("valve_moving", "switchviewvalve"),
        ("fpsrate", "switchviewfps"),
        ("triggers_saved", "switchviewtriggers"),
        ("rois_total", "switchviewtriggers"),
    ],
)
def test_a_stream_switched_off_leaves_a_stale_value(name: str, switch: str) -> None:
    off = state(**{name: said(1, 10), switch: said(False, 5)})
    on = state(**{name: said(1, 10), switch: said(True, 5)})
    assert judge(name, off, ONLINE, NOW) is Freshness.STREAM_OFF
    assert judge(name, on, ONLINE, NOW) is Freshness.FRESH


def test_a_value_that_comes_after_the_switch_shows_that_it_still_comes() -> None:
    values = state(syringe_volume=said(1.0, 3), switchviewsyringe=said(False, 5))
    assert judge("syringe_volume", values, ONLINE, NOW) is Freshness.FRESH


def test_a_moment_is_judged_by_the_link_alone() -> None:
    assert judge_moment(NOW, ONLINE) is Freshness.FRESH
    assert judge_moment(SIGNED_ON - 1, ONLINE) is Freshness.UNCONFIRMED
    assert judge_moment(NOW, LinkStatus()) is Freshness.OFFLINE


@pytest.mark.parametrize("verdict", Freshness)
def test_every_verdict_is_explained(verdict: Freshness) -> None:
    assert verdict.explanation.endswith(".")
    assert verdict.explanation.startswith("Stale: ") is verdict.stale


@pytest.mark.parametrize("name", ["triggers_saved", "rois_total", "bin"])
def test_counts_of_the_run_before_are_not_those_of_this_one(name: str) -> None:
    run = RoutineRun(None, RunPhase.RUNNING, "", said("", 100), said("", 50))
    before = InstrumentState({name: said(7, 101)}, run)
    within = InstrumentState({name: said(7, 99)}, run)
    assert judge(name, before, ONLINE, NOW) is Freshness.PREVIOUS_RUN
    assert judge(name, within, ONLINE, NOW) is Freshness.FRESH


def test_what_is_no_count_of_a_run_outlives_it() -> None:
    run = RoutineRun(None, RunPhase.RUNNING, "", said("", 100), said("", 50))
    state = InstrumentState({"setpmta": said(0.45, 101)}, run)
    assert judge("setpmta", state, ONLINE, NOW) is Freshness.FRESH
