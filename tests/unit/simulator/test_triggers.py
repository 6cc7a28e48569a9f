from __future__ import annotations

import base64
import io
import itertools
import statistics
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.helpers.virtual_bench import Bench


def sampling(**arguments: Any) -> Bench:
    """Return a bench in the middle of a sample."""
    bench = Bench(**({"frame_period": 1e9} | arguments))
    bench.send("routine:runsample")
    bench.run_until("reportevent:Triggering switched ON.")
    bench.run(2.0)
    bench.said.clear()
    return bench


def numbers(bench: Bench, kind: str) -> list[list[int]]:
    return [
        [int(field) for field in text.split(":") if field.isdigit()]
        for text in bench.texts
        if text.startswith("triggerchanged") and f":{kind}:" in text
    ]


def test_each_trigger_is_told_in_the_order_of_a_real_one() -> None:
    bench = sampling()
    bench.run(120.0)
    told = [t for t in bench.texts if t.startswith(("graphchanged", "triggerchanged"))]
    kinds = [t.split(":")[2] if t.startswith("trigger") else "graph" for t in told]
    assert kinds[: 3 * 100] == ["graph", "saved", "processed"] * 100


def test_the_counters_add_up() -> None:
    bench = sampling()
    bench.run(300.0)
    processed, saved = numbers(bench, "processed"), numbers(bench, "saved")
    first = processed[0][0]
    assert [number for number, *_ in processed] == list(range(first, first + len(processed)))
    for before, now in itertools.pairwise(processed):
        assert now == [before[0] + 1, now[1], before[2] + 1, before[3] + now[1]]
    assert all(entry[1:] == [entry[0], 0] for entry in saved)
    empty = sum(rois == 0 for _, rois, *_ in processed) / len(processed)
    assert 0.03 < empty < 0.12


@pytest.mark.parametrize(("rate", "expected"), [(0.5, 0.48), (3.0, 2.4), (1e4, 12.0)])
def test_the_rate_is_that_of_the_particles_less_the_blind_time(
    rate: float, expected: float
) -> None:
    bench = sampling(particle_rate=rate)
    bench.run(300.0)
    fps = [float(t.split(":")[2]) for t in bench.texts if t.startswith("valuechanged:fpsrate")]
    assert len(fps) == 60
    assert statistics.mean(fps) == pytest.approx(expected, rel=0.15)
    gaps = [b - a for a, b in itertools.pairwise(bench.times_of("graphchanged"))]
    assert min(gaps) >= 0.083 - 1e-9


def test_a_fast_sample_brings_more_particles_a_second() -> None:
    bench = Bench(particle_rate=0.5, frame_period=1e9)
    bench.send("daq:switchrunsamplefast:1", "routine:runsample")
    bench.run_until("reportevent:Triggering switched ON.")
    bench.run(5.0)
    bench.said.clear()
    bench.run(200.0)
    assert len(bench.times_of("graphchanged")) / 200 == pytest.approx(2.07, rel=0.15)


def test_the_graph_carries_the_assigned_voltages_and_the_hosts_short_clock() -> None:
    bench = sampling()
    bench.run(5.0)
    graph = next(text for text in bench.texts if text.startswith("graphchanged")).split(":")
    assert len(graph) == 13
    assert graph[8:12] == ["0.45", "0.6", "0.13", "0.13"]
    # It is 18:31; the host does not say which half of the day.
    assert graph[12] == "2026-03-14|06-31"


def test_alt_samples_use_the_alt_voltages() -> None:
    bench = Bench(frame_period=1e9)
    bench.send("routine:runaltsample")
    bench.run_until("graphchanged")
    assert bench.texts[-1].split(":")[8:10] == ["0.55", "0.65"]


def test_rois_lie_in_a_narrow_upright_band() -> None:
    bench = sampling()
    bench.run(120.0)
    graphs = [t.split(":") for t in bench.texts if t.startswith("graphchanged")]
    lefts, tops = zip(*((int(g[5]), int(g[6])) for g in graphs if g[5] != "0"), strict=True)
    assert all(left % 4 == 0 for left in lefts)
    assert max(lefts) - min(lefts) < 120
    assert max(tops) - min(tops) > 600


def test_what_triggers_is_above_the_threshold_and_a_forced_trigger_is_dark() -> None:
    bench = Bench(frame_period=1e9)
    bench.send("routine:runsample")
    bench.run_until("reportevent:Triggering switched ON.")
    bench.run(200.0)
    # A is off and stays dark; the fourth value is the peak of B.
    graphs = [t.split(":") for t in bench.texts if t.startswith("graphchanged")]
    assert all(float(graph[3]) < 0.075 for graph in graphs)
    assert float(graphs[0][4]) < 0.075
    assert all(float(graph[4]) > 0.13 for graph in graphs[1:])


def test_full_frames_come_as_png_and_not_too_often() -> None:
    bench = sampling(frame_period=30.0)
    bench.run(100.0)
    frames = [text for text in bench.texts if text.startswith("triggerimage:")]
    assert 2 <= len(frames) <= 4
    image = Image.open(io.BytesIO(base64.b64decode(frames[0].partition(":")[2], validate=True)))
    assert (image.format, image.mode, image.size) == ("PNG", "L", (1360, 1024))


def picture(base64_text: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(base64_text, validate=True))))


def test_rois_come_beside_the_frames_and_lie_in_the_one_of_their_trigger() -> None:
    bench = sampling(frame_period=5.0, trigger_content=True)
    bench.run(30.0)
    kinds = ("graphchanged", "triggerimage", "triggerrois", "triggercontent")
    told = [text for text in bench.texts if text.startswith(kinds)]
    frames = compared = 0
    for frame, rois, content in zip(told, told[1:], told[2:], strict=False):
        if not frame.startswith("triggerimage"):
            continue
        frames += 1
        _, count, *fields = rois.split(":")
        assert rois.startswith("triggerrois")
        assert content.endswith(f"rois:{count}{''.join(':' + field for field in fields)}")
        whole = picture(frame.partition(":")[2])
        for top, left, png in zip(fields[::3], fields[1::3], fields[2::3], strict=True):
            roi = picture(png)
            height, width = roi.shape
            window = np.s_[int(top) : int(top) + height, int(left) : int(left) + width]
            assert np.array_equal(whole[window], roi)
            compared += 1
    assert 5 <= frames <= 7
    assert compared >= 4
    assert sum(t.startswith("triggerrois") for t in told) == len(numbers(bench, "processed"))


@pytest.mark.parametrize("switch", ["switchviewimages", "switchcamera"])
def test_no_pictures_where_nobody_wants_them_or_nobody_takes_them(switch: str) -> None:
    bench = sampling(frame_period=0.0)
    bench.send(f"daq:{switch}:0")
    bench.said.clear()
    bench.run(20.0)
    assert numbers(bench, "processed")
    assert not any(text.startswith(("triggerimage", "triggerrois")) for text in bench.texts)


def sharpness(bench: Bench) -> float:
    """Return how much neighbouring pixels of beads differ, in the median."""
    bench.said.clear()
    bench.run(30.0)
    rois = (text.split(":")[4] for text in bench.texts if text.startswith("triggerrois:1"))
    return statistics.median(float(np.var(np.diff(picture(png).astype(int)))) for png in rois)


def test_the_focus_motor_makes_pictures_sharper_and_blurred() -> None:
    bench = sampling(frame_period=1e9)
    at_start = sharpness(bench)
    seen = []
    for step in (150, 300, 600, -1800):
        assert bench.send(f"daq:movefocus:{step}") == [f"valuechanged:movefocus:{step}"]
        seen.append(sharpness(bench))
    best, off, far, other_side = seen
    assert best > 1.1 * at_start
    assert at_start > off > far
    assert off > other_side


def test_the_laser_motor_moves_the_band_and_costs_triggers() -> None:
    def look(bench: Bench) -> tuple[float, int]:
        bench.said.clear()
        bench.run(120.0)
        graphs = [t.split(":") for t in bench.texts if t.startswith("graphchanged")]
        return statistics.median(int(g[5]) for g in graphs if g[5] != "0"), len(graphs)

    bench = sampling()
    band, count = look(bench)
    bench.send("daq:movelaser:5000")
    aside, fewer = look(bench)
    assert aside == pytest.approx(band + 100, abs=12)
    assert fewer < 0.5 * count
    bench.send("daq:movelaser:-5000")
    assert look(bench) == (pytest.approx(band, abs=8), pytest.approx(count, rel=0.2))


def test_rois_only() -> None:
    bench = sampling(frame_period=0.0)
    bench.send("daq:switchviewroisonly:1")
    bench.said.clear()
    bench.run(20.0)
    pictures = [t.split(":") for t in bench.texts if t.startswith("triggerrois:")]
    assert len(pictures) == len(numbers(bench, "processed"))
    assert not any(text.startswith("triggerimage") for text in bench.texts)
    for (_, count, *rois), (_, told, *_) in zip(pictures, numbers(bench, "processed"), strict=True):
        assert int(count) == told == len(rois) / 3
        for top, left, png in zip(rois[::3], rois[1::3], rois[2::3], strict=True):
            image = Image.open(io.BytesIO(base64.b64decode(png, validate=True)))
            assert image.mode == "L"
            assert image.width % 8 == 0
            assert int(left) + image.width <= 1360
            assert int(top) + image.height <= 1024


def test_trigger_content_on_request() -> None:
    bench = sampling(trigger_content=True)
    bench.run(5.0)
    fields = next(t for t in bench.texts if t.startswith("triggercontent")).split(":")
    keys = "ADCTime GrabTimeStart GrabTimeEnd PeakA PeakB PeakC PeakD IntegratedA IntegratedB"
    keys += " IntegratedC IntegratedD TimeOfFlight RunTime InhibitTime"
    assert fields[1] == "daq"
    assert fields[2:30:2] == keys.split()
    values = dict(zip(fields[2:30:2], map(float, fields[3:31:2]), strict=True))
    assert values["ADCTime"] == pytest.approx(values["RunTime"] * 1000, abs=25)
    assert fields[30] == "rois"


def test_a_forced_trigger_has_no_roi() -> None:
    bench = Bench()
    bench.send("daq:trigger")
    bench.run(1.0)
    assert bench.texts[2] == "triggerchanged:1:processed:0:1:0"


def test_continuous_triggering_needs_no_particle() -> None:
    bench = Bench(frame_period=1e9)
    bench.send("daq:switchcontinuoustrigger:1")
    bench.run(10.1)
    assert len(bench.times_of("graphchanged")) == 50
    bench.send("daq:switchcontinuoustrigger:0")
    bench.said.clear()
    assert bench.run(10.0) == []


def test_nothing_triggers_without_a_laser() -> None:
    bench = sampling()
    bench.send("daq:switchlaser:0")
    bench.said.clear()
    bench.run(100.0)
    assert len(bench.times_of("graphchanged")) < 20


def test_beads_look_all_alike() -> None:
    bench = Bench(frame_period=1e9)
    bench.send("daq:switchviewroisonly:1", "routine:beads")
    bench.run_until("reportevent:Triggering switched ON.")
    bench.run(30.0)
    sizes = set()
    for text in bench.texts:
        if text.startswith("triggerrois:1:"):
            png = base64.b64decode(text.split(":")[4])
            sizes.add(Image.open(io.BytesIO(png)).size)
    assert sizes
    assert all(abs(width - height) <= 8 and width < 90 for width, height in sizes)
