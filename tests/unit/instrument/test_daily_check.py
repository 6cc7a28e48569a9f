"""The daily check, situation by situation, and on virtual instruments with faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from ifcbgui.instrument.daily_check import Check, Disk, Facts, Verdict, daily_check
from ifcbgui.instrument.imaging.band import Band, BandLearner
from ifcbgui.instrument.imaging.tables import ROI, SAMPLE, TRIGGER, Rows
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.routines import BUILTIN_ROUTINES
from ifcbgui.instrument.state import InstrumentState, Reading, RoutineRun, RunPhase
from tests.helpers.virtual_history import Shown, run_history

S = 1_000_000_000
NOW = 100_000 * S
UTC = 1_795_363_509 * S
ONLINE = LinkStatus(LinkState.ONLINE, online_since_ns=NOW - 7200 * S)
GOOD, LOOK, ACT = Verdict.GOOD, Verdict.LOOK, Verdict.ACT
UNKNOWN, NOT_NOW = Verdict.UNKNOWN, Verdict.NOT_NOW


def said(value: Any, age_s: float = 5.0) -> Reading:
    return Reading(value, UTC - int(age_s * S), NOW - int(age_s * S))


SAMPLING: Mapping[str, Reading] = {
    "acquisition": said("started", 3000),
    "pausestate": said(False, 3000),
    "switchtriggering": said(True, 900),
    "switchoutputfiles": said(True, 3000),
    "switchlaser": said(True, 3000),
    "switchcamera": said(True, 3000),
    "switchpump1": said(False, 3000),
    "switchpump2": said(True, 3000),
    "humidity": said(41.9, 1200),
    "temperature": said(24.1, 1200),
    "fpsrate": said(5.0, 3),
    "triggers_saved": said(1000),
    "triggers_skipped": said(0),
    "valve_moving": said(None, 1000),
    "valve_port": said("needle", 1000),
    "bin": said("D20260314T150512_IFCB207", 1500),
    "bin_saved": said(True, 1500),
}


def running(name: str, age_s: float = 900) -> RoutineRun:
    began, changed = said(None, age_s + 100), said(None, age_s)
    routine = BUILTIN_ROUTINES[name]
    return RoutineRun(name, RunPhase.RUNNING, "", began, changed, routine=routine)


RUN = running("runsample")


def triggers(*rois: int, age_s: float = 1.0) -> Rows:
    rows = np.zeros(len(rois), TRIGGER)
    rows["rois"] = rois
    rows["time_ns"] = UTC - int(age_s * S) - np.arange(len(rois))[::-1] * S // 5
    return rows


def rates(value: float, *, length_s: float = 400.0, age_s: float = 3.0) -> Rows:
    rows = np.zeros(int(length_s / 5), SAMPLE)
    rows["value"] = value
    rows["time_ns"] = UTC - int(age_s * S) - np.arange(len(rows))[::-1] * 5 * S
    return rows


def rois(centre: float, count: int = 60) -> Rows:
    rng = np.random.default_rng(count)
    rows = np.zeros(count, ROI)
    rows["left"], rows["top"] = rng.normal(centre, 10, count), rng.normal(512, 190, count)
    rows["time_ns"] = UTC - np.arange(count)[::-1] * S
    return rows


def facts(
    values: Mapping[str, Reading | None] | None = None,
    *,
    run: RoutineRun | None = RUN,
    link: LinkStatus = ONLINE,
    **more: Any,
) -> Facts:
    """Return the facts of a sample that runs well, but for what is given."""
    merged = {**SAMPLING, **(values or {})}
    state = InstrumentState({name: reading for name, reading in merged.items() if reading}, run)
    sound: dict[str, Any] = {
        "rois": np.empty(0, ROI),
        "triggers": triggers(*([0] + [1] * 14) * 20),
        "rates": rates(5.0),
        "first_humidity": 41.0,
        "disk": Disk(GOOD, 400_000_000_000, 3e6),
    }
    return Facts(state, link, NOW, **{**sound, **more})


def nothing(link: LinkStatus = ONLINE) -> Facts:
    """Return the facts of an instrument that has said nothing."""
    return Facts(
        InstrumentState(), link, NOW, np.empty(0, TRIGGER), np.empty(0, ROI), np.empty(0, SAMPLE)
    )


def find(key: str, of: Facts) -> Check:
    (found,) = (check for check in daily_check(of) if check.key == key)
    return found


IDLE = {
    "acquisition": said("stopped", 100),
    "switchtriggering": said(False, 100),
    "fpsrate": said(0.0, 100),
}
DOCKED = {"acquisition": said("started", 9000), "switchtriggering": said(False, 100)}
JUST_BEGUN = {"acquisition": said("started", 60), "switchtriggering": said(False, 60)}
LATER = {"bin": said("D1", 3000), "bin_saved": said(True, 3000)}
MOVING = ("cw", "needle")

SITUATIONS: list[tuple[str, Facts, Verdict, str]] = [
    # acquisition
    ("acquisition", facts(), GOOD, ""),
    ("acquisition", facts(run=None), GOOD, ""),
    ("acquisition", facts(DOCKED), GOOD, ""),
    ("acquisition", facts(IDLE, run=running("debubble")), NOT_NOW, "no sample"),
    ("acquisition", facts({}, run=running("debubble")), GOOD, ""),
    ("acquisition", facts(DOCKED, run=running("runsample", 8000)), UNKNOWN, "sign-on"),
    ("acquisition", facts({"pausestate": said(True)}), LOOK, "resumed"),
    ("acquisition", facts(IDLE, run=None), LOOK, "Start the acquisition"),
    ("acquisition", nothing(), UNKNOWN, "not said"),
    # output files and bins
    ("output_files", facts(), GOOD, ""),
    ("output_files", facts({"switchoutputfiles": said(False)}), ACT, "on"),
    ("output_files", facts({"switchoutputfiles": None}), UNKNOWN, "not said"),
    ("output_files", facts({"switchoutputfiles": said(True, 9000)}), UNKNOWN, "sign-on"),
    ("bin", facts(), GOOD, ""),
    ("bin", facts(LATER), ACT, "output files"),
    ("bin", facts(LATER | IDLE, run=None), NOT_NOW, "no bin is due"),
    ("bin", facts({"bin_saved": said(False, 600), "bin": said("D1", 600)}), NOT_NOW, "ends"),
    ("bin", facts(LATER | JUST_BEGUN), NOT_NOW, "under way"),
    ("bin", facts(LATER | {"switchviewactivity": said(False)}), UNKNOWN, "viewactivity"),
    ("bin", facts({"bin": None}), ACT, "output files"),
    ("bin", facts({"bin": None} | JUST_BEGUN), NOT_NOW, "under way"),
    ("bin", facts({"bin": None} | IDLE, run=None), UNKNOWN, "not said"),
    ("skipped", facts(), GOOD, ""),
    ("skipped", facts({"triggers_saved": said(990), "triggers_skipped": said(10)}), GOOD, ""),
    ("skipped", facts({"triggers_skipped": said(11)}), LOOK, "inferred"),
    ("skipped", facts({"triggers_saved": said(9, 4000)}), NOT_NOW, "too old"),
    ("skipped", facts({"triggers_saved": said(-9)}), UNKNOWN, "counted"),
    ("skipped", facts({"triggers_skipped": said("O")}), UNKNOWN, "garbled"),
    ("disk", facts(), GOOD, ""),
    ("disk", facts(disk=Disk(ACT, 400_000_000)), ACT, "Free some space"),
    ("disk", facts(disk=None), UNKNOWN, "recorded"),
    ("disk", facts(disk=Disk(ACT, 400_000_000), replay=True), NOT_NOW, "recorded"),
    # housing
    ("humidity", facts(), GOOD, ""),
    ("humidity", facts({"humidity": said(60.0)}, first_humidity=55.0), GOOD, ""),
    ("humidity", facts({"humidity": said(60.1)}, first_humidity=55.0), ACT, "switch"),
    ("humidity", facts({"humidity": said(51.1)}), LOOK, "leak"),
    ("humidity", facts({"humidity": said(51.0)}), GOOD, ""),
    ("humidity", facts({"humidity": said(51.1)}, humidity_baseline=45.0), GOOD, ""),
    ("humidity", facts({"sethumiditythreshold": said(40.0)}), ACT, "switch"),
    ("humidity", facts({"sethumiditythreshold": said(90.0)}), GOOD, ""),
    ("humidity", facts({"humidity": said(41.9, 3700)}), UNKNOWN, "too old"),
    ("humidity", facts({"humidity": None}), UNKNOWN, "Env"),
    ("humidity", facts({"humidity": said("4l.9")}), UNKNOWN, "garbled"),
    ("humidity", facts({"humidity": said(float("nan"))}), UNKNOWN, "garbled"),
    ("humidity", facts({"humidity": said(1e300)}), UNKNOWN, "garbled"),
    ("humidity", facts({"humidity": said(-0.1)}), LOOK, "sensor"),
    ("humidity", facts({"humidity": said(999.0)}), ACT, "sensor"),
    ("humidity", facts({"humidity": said(41.9)}, first_humidity=-5.0), GOOD, ""),
    ("humidity", facts({"sethumiditythreshold": said(-40.0)}), GOOD, ""),
    ("temperature", facts({"temperature": said(-300.0)}), LOOK, "sensor"),
    ("temperature", facts({"temperature": said(61.0)}), ACT, "sensor"),
    ("temperature", facts(), GOOD, ""),
    ("temperature", facts({"temperature": said(33.0)}), LOOK, "35"),
    ("temperature", facts({"temperature": said(35.0)}), ACT, "off"),
    # light
    ("laser", facts(), GOOD, ""),
    ("laser", facts({"switchlaser": said(False)}), ACT, "Switch it on"),
    ("laser", facts({**IDLE, "switchlaser": said(False)}, run=None), LOOK, "Switch it on"),
    ("laser", facts({"switchlaser": said("?")}), UNKNOWN, "garbled"),
    ("camera", facts({"switchcamera": said(False)}), ACT, "images"),
    ("rate", facts(), GOOD, ""),
    ("rate", facts(rates=rates(2.9)), LOOK, "ocean"),
    ("rate", facts(rates=rates(0.6)), LOOK, "laser"),
    ("rate", facts(rates=rates(0.1)), ACT, "laser"),
    ("rate", facts({"switchtriggering": said(True, 60)}, rates=rates(0.0)), LOOK, "laser"),
    ("rate", facts({"switchtriggering": said(True, 9)}, rates=rates(0.0)), NOT_NOW, "begun"),
    ("rate", facts(rates=rates(10.5)), GOOD, ""),
    ("rate", facts(rates=rates(10.6)), LOOK, "unseen"),
    ("rate", facts({"fpsrate": said(-5.0)}), LOOK, "wrongly"),
    ("rate", facts({"fpsrate": said(20.1)}), LOOK, "wrongly"),
    ("rate", facts(rates=np.concatenate((rates(-500.0, age_s=200), rates(5.0)))), GOOD, ""),
    ("rate", facts({"switchtriggering": said(True, 60)}, rates=rates(11.1)), LOOK, "unseen"),
    ("rate", facts(rates=rates(5.0, age_s=40)), UNKNOWN, "overdue"),
    ("rate", facts(rates=rates(5.0, length_s=0)), UNKNOWN, ""),
    ("rate", facts(IDLE, run=None), NOT_NOW, "pushed out"),
    ("zero_rois", facts(), GOOD, ""),
    ("zero_rois", facts(triggers=triggers(*[0, 1, 1, 1] * 20)), ACT, "bubbles"),
    ("zero_rois", facts(triggers=triggers(*[0, 1, 1, 1, 1, 1] * 40)), LOOK, "bubbles"),
    ("zero_rois", facts(triggers=triggers(*[1] * 200)), LOOK, "missed"),
    ("zero_rois", facts(triggers=triggers(*[0, 1, 1, 1, 1, 1] * 17)), LOOK, "bubbles"),
    ("zero_rois", facts(triggers=triggers(*([0] + [1] * 49) * 6)), LOOK, "missed"),
    ("zero_rois", facts(triggers=triggers(*([0] + [1] * 9) * 20)), GOOD, ""),  # may be chance
    ("zero_rois", facts(triggers=triggers(*[1] * 99)), UNKNOWN, "100 are needed"),
    ("zero_rois", facts(triggers=triggers(*[1] * 49)), UNKNOWN, "49 triggers"),
    ("zero_rois", facts(triggers=triggers(*[-1] * 200)), UNKNOWN, "0 triggers"),
    ("zero_rois", facts(triggers=triggers(*[1] * 200, age_s=2000)), UNKNOWN, "0 triggers"),
    ("zero_rois", facts(IDLE, run=None, triggers=triggers()), NOT_NOW, "No sample runs"),
    ("rois_per_trigger", facts(), GOOD, ""),
    ("rois_per_trigger", facts(triggers=triggers(*[1, 2] * 40)), LOOK, "debris"),
    ("rois_per_trigger", facts(triggers=triggers(*[0, 1] * 40)), LOOK, "noise"),
    # flow
    ("pumps", facts(), GOOD, ""),
    ("pumps", facts({"switchpump1": said(True)}), ACT, "Leave one on"),
    ("pumps", facts({"switchpump2": said(False)}), ACT, "drained"),
    ("pumps", facts({**IDLE, "switchpump2": said(False)}, run=None), NOT_NOW, ""),
    ("pumps", facts({"switchpump2": None}), UNKNOWN, "not said"),
    ("valve", facts(), GOOD, ""),
    ("valve", facts({"valve_moving": said(None, 8000)}), UNKNOWN, "sign-on"),
    ("valve", facts({"valve_moving": said(MOVING, 8000)}), UNKNOWN, "sign-on"),
    ("valve", facts({"valve_moving": said(MOVING, 25)}), NOT_NOW, "moves"),
    ("valve", facts({"valve_moving": said(MOVING, 26)}), ACT, "Stop"),
    ("valve", facts({"valve_moving": None, "switchviewvalve": said(False)}), UNKNOWN, "viewvalve"),
]


@pytest.mark.parametrize(("key", "of", "verdict", "words"), SITUATIONS)
def test_each_situation(key: str, of: Facts, verdict: Verdict, words: str) -> None:
    check = find(key, of)

    assert check.verdict is verdict
    assert words in check.advice
    if verdict is GOOD:
        assert check.value
        assert check.age_s is not None
        assert not check.advice
    if check.off:
        assert check.advice


def test_checks_are_always_the_same_in_the_same_order() -> None:
    def keys(of: Facts) -> list[str]:
        return [check.key for check in daily_check(of)]

    assert keys(nothing()) == keys(nothing(LinkStatus())) == keys(facts())
    assert len(set(keys(facts()))) == len(keys(facts()))


@pytest.mark.parametrize(
    "link", [LinkStatus(), LinkStatus(LinkState.STALE, online_since_ns=0)], ids=["off", "silent"]
)
def test_nothing_is_good_while_the_link_vouches_for_nothing(link: LinkStatus) -> None:
    for check in daily_check(facts(link=link)):
        assert check.verdict in (UNKNOWN, NOT_NOW) or check.key == "disk", check


def test_the_target_says_what_humidity_is_measured_against() -> None:
    assert "below 51.0 (10 over the first reading)" in find("humidity", facts()).target
    chosen = find("humidity", facts(humidity_baseline=38.0))
    assert "below 48.0 (10 over the baseline you set)" in chosen.target
    assert "own limit" in find("humidity", facts({"sethumiditythreshold": said(55.0)})).target


def test_an_impossible_value_is_shown_as_it_was_said() -> None:
    humid = find("humidity", facts({"humidity": said(999.0)}))
    assert humid.value == "999.0 %RH: not possible; sensor?"
    cold = find("temperature", facts({"temperature": said(-300.0)}))
    assert cold.value == "-300.0 °C: not possible; sensor?"
    assert find("rate", facts({"fpsrate": said(-5.0)})).value == "-5.00 /s: not possible"


def test_the_targets_say_how_far_off_is_still_good() -> None:
    rate = find("rate", facts(rates=rates(10.72)))
    assert (rate.value, rate.verdict) == ("10.72 /s", LOOK)
    assert "saturated above 10.5" in rate.target
    empty = find("zero_rois", facts(triggers=triggers(*([0] + [1] * 9) * 20)))
    assert "one in 12 to 20 (8 to 52 may be chance)" in empty.target


FAULTS = [
    ("", 300, {"clog": GOOD, "air": GOOD, "alignment": UNKNOWN, "pumps": GOOD}),
    ("clog@150", 200, {"clog": ACT, "air": UNKNOWN, "alignment": UNKNOWN}),
    ("bubbles@150", 300, {"air": LOOK, "zero_rois": ACT, "clog": GOOD}),
    ("misaligned@150", 850, {"rate": ACT, "alignment": LOOK}),
    ("valve-stuck", 60, {"valve": ACT}),
]


@pytest.mark.parametrize(("fault", "seconds", "expected"), FAULTS)
def test_a_virtual_instruments_faults_are_found(
    fault: str, seconds: float, expected: dict[str, Verdict]
) -> None:
    checks = daily_check(facts_of(run_history(fault, seconds)))

    found = {check.key: check.verdict for check in checks}
    assert {key: found[key] for key in expected} == expected
    assert fault or ACT not in found.values()


def test_a_leak_is_found_by_the_first_reading() -> None:
    def humidity(seconds: float) -> Check:
        run = run_history("humidity-leak", seconds, "daq:switchliveenv:1")
        return find("humidity", facts_of(run))

    assert humidity(60).verdict is GOOD
    assert humidity(1500).verdict is LOOK
    assert humidity(3000).verdict is ACT


def test_a_band_learned_from_a_fault_calls_nothing_aligned() -> None:
    seen = rois(600.0)
    learned = BandLearner().look(seen["left"], seen["top"])
    told = find("alignment", facts(rois=seen, band=learned))
    assert told.verdict is UNKNOWN
    assert told.value.startswith("middle at x 6")
    assert told.target.startswith("learned in this session only: x 5")
    kept = find("alignment", facts(rois=seen, band=Band.known(788.0, 828.0)))
    assert kept.verdict is LOOK
    assert kept.target == "usually x 788 to 828"


def test_where_a_band_was_kept_what_lies_there_is_aligned() -> None:
    found = find("alignment", facts(rois=rois(808.0), band=Band.known(788.0, 828.0)))
    assert found.verdict is GOOD


def facts_of(run: Shown) -> Facts:
    history = run.history
    rates, humidity = history.find("fpsrate"), history.find("humidity")
    return Facts(
        run.state,
        run.link,
        run.now_ns,
        history.triggers.rows,
        history.rois.rows,
        rates.rows if rates else np.empty(0, SAMPLE),
        first_humidity=float(humidity.values[0]) if humidity else None,
        band=history.band,
    )
