from __future__ import annotations

import math
import statistics

import pytest

from ifcbgui.simulator.faults import FAULTS, Fault, FaultPlan, parse_fault
from tests.helpers.virtual_bench import Bench


def test_a_fault_is_read_as_it_is_written() -> None:
    assert parse_fault("clog") == Fault("clog", 0.0, math.inf)
    assert parse_fault("valve-stuck@60") == Fault("valve-stuck", 60.0, math.inf)
    assert parse_fault("silent@30:20.5") == Fault("silent", 30.0, 20.5)


@pytest.mark.parametrize("spec", ["", "clog@", "clog@-1", "clog:20", "clog@1:2:3", "CLOG", "rain"])
def test_what_is_no_fault_is_refused_with_a_reason(spec: str) -> None:
    with pytest.raises(ValueError, match=r"A fault is written|No fault is called"):
        parse_fault(spec)


def test_every_fault_has_one_line_of_help() -> None:
    assert all(line and "\n" not in line for line in FAULTS.values())


def test_a_fault_acts_in_its_time_alone() -> None:
    plan = FaultPlan([parse_fault("clog@10:5")])
    assert [plan.acts("clog", now) for now in (9.9, 10.0, 14.9, 15.0)] == [False, True, True, False]
    assert not plan.acts("bubbles", 12.0)


def bench_with(spec: str) -> Bench:
    return Bench(faults=[parse_fault(spec)], frame_period=1e9)


def sample(spec: str, seconds: float = 120.0) -> Bench:
    bench = bench_with(spec)
    bench.send("routine:runsample")
    bench.run_until("reportevent:Triggering switched ON.")
    bench.run(2.0)
    bench.said.clear()
    bench.run(seconds)
    return bench


def positions(bench: Bench) -> list[tuple[int, int]]:
    graphs = [text.split(":") for text in bench.texts if text.startswith("graphchanged")]
    return [(int(graph[5]), int(graph[6])) for graph in graphs]


def test_a_stuck_valve_starts_and_does_not_arrive() -> None:
    bench = bench_with("valve-stuck@20:100")
    bench.send("routine:debubble")
    bench.run(110.0)
    assert len(bench.times_of("movevalvestarted")) == 2
    assert len(bench.times_of("movevalvefinished")) == 1
    assert bench.run_until("movevalvefinished") < 20


def test_a_clog_shows_the_same_thing_at_the_same_place_too_often() -> None:
    bench = sample("clog")
    assert len(set(positions(bench))) == 1
    assert len(positions(bench)) > 120 * 6


def test_bubbles_are_all_over_the_frame() -> None:
    xs = [x for x, _ in positions(sample("bubbles"))]
    assert statistics.pstdev(xs) > 200


def test_a_misaligned_laser_triggers_hardly_ever() -> None:
    assert len(positions(sample("misaligned"))) < 20


def test_a_leak_raises_the_humidity() -> None:
    bench = bench_with("humidity-leak")
    bench.run(3600.0)
    (reading,) = bench.send("daq:getenvironment")
    assert float(reading.split(":")[2]) == pytest.approx(68, abs=1)


def test_lost_commands_have_no_effect() -> None:
    bench = bench_with("no-echo@0:10")
    assert bench.send("daq:switchlaser:0", "refresh") == []
    bench.run(11.0)
    bench.send("refresh")
    assert "valuechanged:switchlaser:1" in bench.run(1.0)


def test_unknown_messages_and_wrong_words() -> None:
    bench = Bench(faults=[parse_fault("unknown-messages"), parse_fault("wrong-wording")])
    bench.run(10.0)
    assert bench.texts == ["valuechanged:switchnewthing:1", "plasmaconduit:1:ok"]
    assert bench.send("daq:switchpump2:1")[1] == "reportevent:[i] PUMP 2 SWITCHED ON.\n"
