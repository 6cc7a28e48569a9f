from __future__ import annotations

import base64
import io
import math
import statistics
from collections import Counter

import numpy as np
import pytest
from PIL import Image

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
    (_, dirt), *_ = Counter(positions(bench)).most_common(1)
    assert 0.8 < dirt / len(positions(bench)) < 0.95, "what passes is seen all the same"
    assert len(positions(bench)) > 120 * 6
    assert len(positions(bench)) > 2.5 * len(positions(sample("drop")))


def rois_per_trigger(bench: Bench) -> list[int]:
    return [int(t.split(":")[3]) for t in bench.texts if ":processed:" in t]


def peaks(bench: Bench) -> list[float]:
    return [float(t.split(":")[4]) for t in bench.texts if t.startswith("graphchanged")]


def zero_share(bench: Bench) -> float:
    counts = rois_per_trigger(bench)
    return counts.count(0) / len(counts)


def test_a_sound_instrument_looks_like_one() -> None:
    bench = sample("drop")
    assert 1 / 20 < zero_share(bench) < 1 / 10
    assert max(rois_per_trigger(bench)) <= 3


def test_bubbles_are_all_over_the_frame_and_many_triggers_are_empty_or_crowded() -> None:
    bench = sample("bubbles")
    places = [(x, y) for x, y in positions(bench) if x]
    assert statistics.pstdev(x for x, _ in places) > 200
    assert statistics.pstdev(y for _, y in places) > 200
    assert zero_share(bench) > 0.2
    assert sum(count > 1 for count in rois_per_trigger(bench)) > 0.1 * len(places)
    assert statistics.median(peaks(bench)) < 0.4 * statistics.median(peaks(sample("drop")))


def test_a_clog_gives_the_same_pulse_again_and_again() -> None:
    bench = sample("clog")
    low, _, high = statistics.quantiles(peaks(bench))
    assert high - low < 0.01
    assert zero_share(bench) < 0.03


def test_a_misaligned_laser_triggers_hardly_ever_and_beside_the_band() -> None:
    bench = sample("misaligned", 2400.0)
    assert 0.0 < len(positions(bench)) / 2400 < 0.6
    assert zero_share(bench) > 0.4
    xs = [x for x, _ in positions(bench) if x]
    band = statistics.median(x for x, _ in positions(sample("drop")) if x)
    assert abs(statistics.median(xs) - band) > 100
    assert statistics.pstdev(xs) < 60, "a band still, only elsewhere"
    assert statistics.median(peaks(bench)) < 0.4
    fps = [float(t.split(":")[2]) for t in bench.texts if t.startswith("valuechanged:fpsrate")]
    assert max(fps) <= 0.6


def test_the_laser_motor_cures_a_misaligned_laser() -> None:
    bench = sample("misaligned", 0.0)
    bench.send("daq:movelaser:5000", "daq:movelaser:4000")
    bench.run(2.0)
    bench.said.clear()
    bench.run(120.0)
    sound = sample("drop")
    assert len(positions(bench)) == pytest.approx(len(positions(sound)), rel=0.2)
    xs, expected = (statistics.median(x for x, _ in positions(one) if x) for one in (bench, sound))
    assert abs(xs - expected) < 10


def test_rates_of_the_other_faults_say_nothing() -> None:
    sound = len(positions(sample("drop")))
    assert len(positions(sample("bubbles"))) == pytest.approx(sound, rel=0.2)


def pictures(spec: str) -> list[np.ndarray]:
    bench = sample(spec, 20.0)
    fields = [text.split(":") for text in bench.texts if text.startswith("triggerrois:")]
    pngs = (png for _, _, *rois in fields for png in rois[2::3])
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(png)))) for png in pngs]


def test_bubbles_look_round_and_dark() -> None:
    bubbles, cells = pictures("bubbles"), pictures("drop")
    for bubble in bubbles:
        height, width = bubble.shape
        assert abs(height - width) <= 0.1 * width + 8
        middle = np.s_[height // 3 : -(height // 3), width // 3 : -(width // 3)]
        assert np.median(bubble[middle]) < 80
    darkness = [np.mean(picture < 80) for picture in bubbles]
    assert np.median(darkness) > 0.2 > np.median([np.mean(picture < 80) for picture in cells])


def test_a_clog_brings_the_same_picture_again_and_again() -> None:
    (_, same), *_ = Counter(picture.tobytes() for picture in pictures("clog")).most_common(1)
    assert same > 0.8 * len(pictures("clog"))


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
