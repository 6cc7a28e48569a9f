"""What it costs to pan through a day of measurements: working out the lines, and painting them."""

from __future__ import annotations

import statistics
import time

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ifcbgui.session.history import History, Series
from ifcbgui.ui.widgets.plots.lines import Window, line_of
from ifcbgui.ui.widgets.plots.time_stack import TimeStack

S = 1_000_000_000
NOW_NS = 1_800_000_000 * S
TARGET_MS = 1000 / 30
STEPS = 60


def history_of(names: tuple[str, ...], length_s: int, per_s: int) -> History:
    """Return a history of noise that wanders: the worst a line can be."""
    history, random = History(), np.random.default_rng(7)
    count = length_s * per_s
    times = NOW_NS - np.arange(count, 0, -1) * (S // per_s)
    for name in names:
        values = 50 + np.cumsum(random.normal(0, 0.01, count)) + random.normal(0, 0.5, count)
        for time_ns, value in zip(times.tolist(), values.tolist(), strict=True):
            history.measure(name, name, "", time_ns, value)
    return history


def paint_ms(stack: TimeStack) -> list[float]:
    """Return what each of some steps of panning costs, in ms of this thread."""
    costs = []
    for step in range(STEPS):
        start = time.thread_time()
        stack.pan(-0.003 if step < STEPS // 2 else 0.003)
        QApplication.processEvents()
        costs.append((time.thread_time() - start) * 1000)
    return costs


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("what", "series", "length_s", "per_s"),
    [("24 h at 1 Hz", 6, 86_400, 1), ("10 minutes at 100 Hz", 6, 600, 100)],
)
def test_plots_pan_smoothly(
    qtbot: QtBot, what: str, series: int, length_s: int, per_s: int
) -> None:
    names = tuple(f"measured{number}" for number in range(series))
    stack = TimeStack(history_of(names, length_s, per_s), lambda: NOW_NS)
    qtbot.addWidget(stack)
    stack.resize(1600, 800)
    with qtbot.waitExposed(stack):
        stack.show()
    stack.set_rows([names[:2], names[2:4], names[4:5], names[5:]])
    stack.follow(length_s * S)
    print(f"\n{what}, {series} series, 1600 x 800, ms of the thread for a step (target 33):")
    for part, share in (("all of it", 1.0), ("a quarter", 0.25), ("a hundredth", 0.01)):
        length_ns = round(share * length_s * S)
        stack.stay(NOW_NS - length_ns, NOW_NS)
        costs = paint_ms(stack)
        middle, worst = statistics.median(costs), max(costs)
        print(f"  {part:12} {middle:5.1f}, worst {worst:5.1f}: {1000 / middle:4.0f} frames/s")
        assert middle < 2 * TARGET_MS  # the target itself is for people to look at


def test_lines_are_worked_out_quickly() -> None:
    for count in (86_400, 400_000):
        series = Series("noise", "Noise", held=False, gap_s=10)
        values = np.random.default_rng(7).normal(size=count).tolist()
        for number, value in enumerate(values):
            series.append(NOW_NS + number * S, value)
        window = Window(NOW_NS, NOW_NS + count * S, 1600)
        start = time.thread_time()
        for _ in range(20):
            line_of(series.times, series.values, window, held=False, gap_s=10)
        cost = (time.thread_time() - start) / 20 * 1000
        print(f"\n{count:,} values to 1,600 columns: {cost:.1f} ms")
