"""How long scatter plot and positions take to be drawn anew, painted offscreen."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget

from ifcbgui.instrument.imaging.band import Band
from ifcbgui.instrument.imaging.tables import ROI, TRIGGER
from ifcbgui.session.history import History
from ifcbgui.settings import Settings
from ifcbgui.ui.models.signals import WINDOWS
from ifcbgui.ui.panels.signals_panel import SignalsPanel
from ifcbgui.ui.widgets.plots.position import PositionPlot
from ifcbgui.ui.widgets.plots.scatter import ScatterPlot

SIZE = 900, 600
TURNS = 20
S = 10**9

# Far above what was seen (4 to 21 ms), so that only a change of kind fails.
MOST_MS = 100.0


@pytest.fixture
def shown(qapp: QApplication) -> Iterator[Callable[[QWidget], None]]:
    widgets: list[QWidget] = []

    def show(widget: QWidget) -> None:
        widget.resize(*SIZE)
        widget.show()
        widget.grab()
        widgets.append(widget)

    yield show
    for widget in widgets:
        widget.hide()
        widget.deleteLater()


def measure(name: str, widget: QWidget, renew: Callable[[], None]) -> None:
    """Renew a widget and paint it, some times; tell the median of both together."""
    took_ms = []
    for _ in range(TURNS):
        start = time.perf_counter()
        renew()
        widget.grab()
        took_ms.append((time.perf_counter() - start) * 1000.0)
    median = statistics.median(took_ms)
    print(f"\n{name}: {median:.1f} ms, at most {max(took_ms):.1f} ms")
    assert median < MOST_MS


@pytest.mark.parametrize("count", [500, 2000, 10_000, 100_000])
def test_scatter(count: int, shown: Callable[[QWidget], None]) -> None:
    plot = ScatterPlot(lambda _number: "")
    shown(plot)
    rng = np.random.default_rng(1)
    x, y = rng.lognormal(0, 0.5, (2, count)).astype(np.float32)
    ids = np.arange(count)
    measure(f"scatter of {count:,}", plot, lambda: plot.set_points(x, y, ids))


@pytest.mark.parametrize("count", [500, 2000, 10_000, 100_000])
def test_position(count: int, shown: Callable[[QWidget], None]) -> None:
    plot = PositionPlot(lambda _number: "")
    shown(plot)
    rng = np.random.default_rng(1)
    left, top = rng.normal((852, 512), (10, 150), (count, 2)).astype(np.int32).T
    times, ids = np.arange(count) * S // 5, np.arange(count)
    band = Band(827.0, 877.0, 852.0, 10.0, 200)
    measure(f"positions of {count:,}", plot, lambda: plot.set_places(left, top, times, ids, band))


@pytest.mark.parametrize("window", [WINDOWS[1], WINDOWS[-1]], ids=lambda window: window.title)
def test_panel_over_a_full_history(window: object, shown: Callable[[QWidget], None]) -> None:
    count, rng = 400_000, np.random.default_rng(1)
    triggers, rois = np.zeros(count, TRIGGER), np.zeros(count, ROI)
    for rows in (triggers, rois):
        rows["time_ns"] = np.arange(count) * S // 12
        rows["left"], rows["top"] = rng.normal((852, 512), (10, 150), (count, 2)).T
    triggers["peak_a"], triggers["peak_b"] = rng.lognormal(0, 0.5, (2, count))
    history = History()
    panel = SignalsPanel(history, Settings())
    panel.bar.windows.setCurrentIndex(WINDOWS.index(window))
    history.triggers.extend(triggers)
    history.rois.extend(rois)
    shown(panel)
    while panel.plots is None:
        QApplication.processEvents()
    panel._timer.stop()

    def renew() -> None:
        history.triggers.append(tuple(triggers[-1]))
        history.rois.append(tuple(rois[-1]))
        panel.refresh()

    measure(f"panel, {count:,} triggers and ROIs, {window.title}", panel, renew)
