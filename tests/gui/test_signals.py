"""Scatter plot, positions and their panel: what is drawn, said, pointed at and chosen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.imaging.band import Band
from ifcbgui.instrument.imaging.tables import ROI, TRIGGER
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.history import History
from ifcbgui.settings import Settings
from ifcbgui.simulator.faults import parse_fault
from ifcbgui.ui.models.signals import GRAPH_PAIRS, PAIRS, PMT_PAIRS, WINDOWS, Pair, Window
from ifcbgui.ui.panels.signals_panel import SignalsPanel
from ifcbgui.ui.panels.signals_plots import SignalsPlots
from ifcbgui.ui.theme import DARK, LIGHT, apply_theme
from ifcbgui.ui.widgets.plots.cloud import MOST_POINTS, ramp
from ifcbgui.ui.widgets.plots.point_plot import PointPlot
from ifcbgui.ui.widgets.plots.position import PositionPlot
from ifcbgui.ui.widgets.plots.scatter import ScatterPlot
from tests.helpers.virtual_bench import STARTED, Bench

NAN = float("nan")
S = 10**9
BAND = Band(827.0, 877.0, 852.0, 10.0, 200)
RNG = np.random.default_rng(5)


def show(qtbot: QtBot, widget: QWidget, width: int = 640, height: int = 440) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.grab()  # lays out what is in the scene, too


def place_of(plot: PointPlot, number: int) -> QPoint:
    """Return where in the viewport the point of a number is."""
    index = plot.index_of(number)
    assert index is not None
    in_scene = plot.view.mapViewToScene(QPointF(plot.x[index], plot.y[index]))
    return plot.mapFromScene(in_scene)


def click(qtbot: QtBot, plot: PointPlot, at: QPoint) -> None:
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=at)


def move(plot: PointPlot, at: QPoint) -> None:
    """Move the mouse without a button: what qtbot sends does not reach a scene offscreen."""
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        plot.viewport().mapToGlobal(QPointF(at)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(plot.viewport(), event)


def crowd(scatter: ScatterPlot) -> None:
    """Show thousands of points at one place, and the newest elsewhere."""
    x = np.full(MOST_POINTS * 2, 0.2)
    x[-20:] = 1.0
    scatter.set_points(x, x, np.arange(len(x)))


def colours_in(plot: PointPlot) -> set[int]:
    image = plot.grab().toImage()
    return {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}


# --- scatter plot ---------------------------------------------------------------------------------


@pytest.fixture
def scatter(qtbot: QtBot) -> ScatterPlot:
    plot = ScatterPlot(lambda number: f"trigger {number}")
    plot.set_labels("PMT A peak, V", "PMT B peak, V")
    show(qtbot, plot)
    return plot


def set_few(scatter: ScatterPlot) -> None:
    x = np.array([0.1, 0.2, 0.5, 1.0], np.float32)
    y = np.array([0.1, 0.3, 0.2, 2.0], np.float32)
    scatter.set_points(x, y, np.array([7, 8, 9, 10]))


def test_a_click_within_eight_pixels_chooses_a_point_and_marks_it(
    scatter: ScatterPlot, qtbot: QtBot
) -> None:
    set_few(scatter)
    with qtbot.waitSignal(scatter.chosen) as chosen:
        click(qtbot, scatter.plot, place_of(scatter.plot, 9) + QPoint(5, -4))
    assert chosen.args == [9]
    assert scatter.plot.chosen_id == 9
    with qtbot.assertNotEmitted(scatter.chosen, wait=50):
        click(qtbot, scatter.plot, place_of(scatter.plot, 9) + QPoint(12, 0))


def test_the_mouse_reads_exact_values_and_what_else_is_known(
    scatter: ScatterPlot, qtbot: QtBot
) -> None:
    set_few(scatter)
    move(scatter.plot, place_of(scatter.plot, 8))
    assert scatter.line.text == "PMT A peak 0.2 V · PMT B peak 0.3 V · trigger 8"

    def is_away() -> bool:  # not every move of the mouse is looked at
        move(scatter.plot, place_of(scatter.plot, 8) + QPoint(40, 0))
        return scatter.line.text.startswith("4 points.")

    qtbot.waitUntil(is_away)


def test_points_at_one_place_are_counted_under_the_mouse(scatter: ScatterPlot) -> None:
    scatter.set_points(np.full(30, 0.4), np.full(30, 0.4), np.arange(30))
    move(scatter.plot, place_of(scatter.plot, 29))
    assert scatter.line.text.endswith("trigger 29 · 30 points here")


def test_arrow_keys_step_through_the_points_and_enter_asks_for_the_message(
    scatter: ScatterPlot, qtbot: QtBot
) -> None:
    set_few(scatter)
    seen: list[int] = []
    scatter.chosen.connect(seen.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home):
        qtbot.keyClick(scatter.plot, key)
    assert seen == [10, 9, 10, 7]
    with qtbot.waitSignal(scatter.entered) as entered:
        qtbot.keyClick(scatter.plot, Qt.Key.Key_Return)
    assert entered.args == [7]


def test_zero_and_less_are_counted_out_on_log_axes_and_shown_on_linear_ones(
    scatter: ScatterPlot,
) -> None:
    x, y = np.array([0.1, 0.0, -0.2, NAN]), np.array([0.1, 0.1, 0.1, 0.1])
    scatter.set_points(x, y, np.arange(4))
    assert scatter.plot.ids.tolist() == [0]
    assert scatter.line.text.startswith("1 points; 2 at 0 or below have no place here.")
    scatter.set_log(False)
    assert scatter.plot.ids.tolist() == [0, 1, 2]
    assert scatter.line.text.startswith("3 points.")


def test_where_nothing_fits_it_says_why(scatter: ScatterPlot) -> None:
    scatter.set_empty_text("Nobody said anything.")
    scatter.set_points(np.array([NAN]), np.array([1.0]), np.arange(1))
    assert scatter.empty_text == "Nobody said anything."
    scatter.set_points(np.array([-1.0]), np.array([1.0]), np.arange(1))
    assert "above 0" in scatter.empty_text
    set_few(scatter)
    assert scatter.empty_text == ""


def test_many_points_become_a_picture_and_few_are_points_again(scatter: ScatterPlot) -> None:
    crowd(scatter)
    assert scatter.plot.cloud.rasterised
    fullest = 0xFF000000 | int.from_bytes(ramp(LIGHT)[255].tobytes(), "big")
    assert fullest in colours_in(scatter.plot)
    set_few(scatter)
    assert not scatter.plot.cloud.rasterised
    assert fullest not in colours_in(scatter.plot)


def turn_wheel(plot: PointPlot, at: QPoint) -> None:
    event = QWheelEvent(
        QPointF(at),
        plot.viewport().mapToGlobal(QPointF(at)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot.viewport(), event)


def test_the_view_follows_the_points_until_somebody_zooms(
    scatter: ScatterPlot, qtbot: QtBot
) -> None:
    set_few(scatter)
    view = scatter.plot.view
    scatter.set_points(np.array([0.1, 30.0]), np.array([0.1, 30.0]), np.arange(2))
    followed = view.viewRange()
    assert followed[0][1] > np.log10(30.0)
    turn_wheel(scatter.plot, QPoint(300, 200))
    zoomed = view.viewRange()
    assert zoomed != followed
    set_few(scatter)
    assert view.viewRange() == zoomed
    viewport, left = scatter.plot.viewport(), Qt.MouseButton.LeftButton
    qtbot.mouseDClick(viewport, left, pos=QPoint(300, 200))
    qtbot.mouseRelease(viewport, left, pos=QPoint(300, 200))
    assert view.viewRange() != zoomed
    assert view.viewRange()[0][1] < np.log10(30.0)


def test_the_plot_with_the_keyboard_has_a_frame(scatter: ScatterPlot, qtbot: QtBot) -> None:
    set_few(scatter)
    corner = scatter.plot.grab().toImage().pixelColor(0, 0)
    scatter.plot.setFocus()
    qtbot.waitUntil(scatter.plot.hasFocus)
    assert scatter.plot.grab().toImage().pixelColor(0, 0) != corner


@pytest.mark.parametrize("table", [LIGHT, DARK])
def test_fuller_is_further_from_the_ground_in_lightness_alone(table: object, qapp: object) -> None:
    colours = ramp(table)[1:].astype(float) / 255.0  # type: ignore[arg-type]
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    lightness = linear @ np.array([0.2126, 0.7152, 0.0722])
    steps = np.diff(lightness[::8])  # between neighbours there is rounding
    assert (steps > 0).all() if table is DARK else (steps < 0).all()


def test_it_follows_the_theme(scatter: ScatterPlot, qapp: QApplication, qtbot: QtBot) -> None:
    crowd(scatter)
    try:
        with qtbot.waitSignal(scatter.plot.restyled):
            apply_theme(qapp, "dark")
        fullest = 0xFF000000 | int.from_bytes(ramp(DARK)[255].tobytes(), "big")
        assert fullest in colours_in(scatter.plot)
    finally:
        apply_theme(qapp, "light")


# --- positions ------------------------------------------------------------------------------------


@pytest.fixture
def position(qtbot: QtBot) -> PositionPlot:
    plot = PositionPlot(lambda number: f"ROI {number}")
    show(qtbot, plot)
    return plot


def set_places(position: PositionPlot, left: np.ndarray, top: np.ndarray) -> None:
    count = len(left)
    position.set_places(left, top, np.arange(count) * S, np.arange(count), BAND)


def test_y_goes_down_as_in_the_frame(position: PositionPlot) -> None:
    set_places(position, np.array([100, 100]), np.array([100, 900]))
    assert place_of(position.plot, 0).y() < place_of(position.plot, 1).y()


def test_a_pile_is_ringed_named_and_larger(position: PositionPlot) -> None:
    left, top = RNG.normal(852, 10, 50).astype(int), RNG.normal(512, 190, 50).astype(int)
    set_places(position, left, top)
    assert not position._ring.isVisible()
    left[12:], top[12:] = 852, 270
    set_places(position, left, top)
    assert position._ring.isVisible()
    assert position._pile.toPlainText() == "38 of the last 50"
    assert position.line.text.startswith("Clog? 38 of the last 50 at x 852, y 270.")
    assert max(point.size() for item in position.plot.cloud._ages for point in item.points()) > 20


def test_the_band_stands_behind_the_points(position: PositionPlot) -> None:
    set_places(position, np.array([850]), np.array([100]))
    assert position._region.isVisible()
    assert position._region.getRegion() == (827.0, 877.0)
    position.set_places(np.array([850]), np.array([100]), np.array([0]), np.array([0]), None)
    assert not position._region.isVisible()


def test_the_histogram_gives_way_where_there_is_no_room(
    position: PositionPlot, qtbot: QtBot
) -> None:
    assert position.margin.view.isVisible()
    position.resize(400, 200)
    qtbot.waitUntil(lambda: not position.margin.view.isVisible())


def test_a_click_chooses_the_newest_at_a_spot(position: PositionPlot, qtbot: QtBot) -> None:
    set_places(position, np.full(9, 852), np.full(9, 270))
    with qtbot.waitSignal(position.chosen) as chosen:
        click(qtbot, position.plot, place_of(position.plot, 8))
    assert chosen.args == [8]


# --- the panel ------------------------------------------------------------------------------------


def trigger_rows(count: int, **columns: object) -> np.ndarray:
    rows = np.zeros(count, TRIGGER)
    numbers = np.arange(1, count + 1)
    rows["message_id"], rows["time_ns"], rows["number"] = numbers * 10, numbers * S, numbers
    rows["left"] = rows["top"] = -1
    for name in TRIGGER.names or ():
        if rows.dtype[name].kind == "f":
            rows[name] = NAN
    for name, values in columns.items():
        rows[name] = values
    return rows


def roi_rows(triggers: np.ndarray) -> np.ndarray:
    rows = np.zeros(len(triggers), ROI)
    rows["message_id"], rows["time_ns"] = triggers["message_id"] + 1, triggers["time_ns"] + 10**7
    rows["trigger"] = triggers["number"]
    rows["left"], rows["top"] = 852, np.arange(len(triggers)) * 16
    rows["width"], rows["height"] = 96, 64
    return rows


@pytest.fixture
def history() -> History:
    return History()


@pytest.fixture
def panel(history: History, qtbot: QtBot) -> SignalsPanel:
    panel = SignalsPanel(history, Settings())
    show(qtbot, panel, 1000, 330)
    qtbot.waitUntil(lambda: panel.plots is not None)
    panel.grab()
    return panel


def plots_of(panel: SignalsPanel) -> SignalsPlots:
    assert panel.plots is not None
    return panel.plots


def fill(history: History, count: int = 40) -> None:
    triggers = trigger_rows(
        count, peak_a=np.linspace(0.1, 1.0, count), peak_b=np.linspace(0.2, 2.0, count)
    )
    history.triggers.extend(triggers)
    history.rois.extend(roi_rows(triggers))


def test_without_triggers_it_says_so(panel: SignalsPanel) -> None:
    assert plots_of(panel).scatter.empty_text.startswith("No trigger yet.")
    assert plots_of(panel).position.empty_text.startswith("No ROI yet.")


def test_what_comes_is_drawn_while_it_is_seen_and_not_otherwise(
    panel: SignalsPanel, history: History, qtbot: QtBot
) -> None:
    fill(history)
    qtbot.waitUntil(
        lambda: (
            len(plots_of(panel).scatter.plot.ids) == 40
            and len(plots_of(panel).position.plot.ids) == 40
        )
    )
    panel.hide()
    fill(history)
    assert not panel._timer.isActive()
    assert len(plots_of(panel).scatter.plot.ids) == 40
    panel.show()
    assert len(plots_of(panel).scatter.plot.ids) == 80


def test_unchanged_tables_are_not_drawn_again(panel: SignalsPanel, history: History) -> None:
    fill(history)
    panel.refresh()
    x, y = plots_of(panel).scatter.plot.x, plots_of(panel).position.plot.x
    panel.refresh()
    assert plots_of(panel).scatter.plot.x is x
    assert plots_of(panel).position.plot.x is y


def test_a_chosen_trigger_shows_its_roi_and_its_message(
    panel: SignalsPanel, history: History, qtbot: QtBot
) -> None:
    fill(history)
    panel.refresh()
    panel.grab()
    assert not panel.bar.message.isEnabled()
    with qtbot.waitSignal(panel.roi_chosen) as chosen:
        click(qtbot, plots_of(panel).scatter.plot, place_of(plots_of(panel).scatter.plot, 20))
    assert chosen.args == [20]
    assert plots_of(panel).position.plot.chosen_id == 20
    with qtbot.waitSignal(panel.message_wanted) as wanted:
        panel.bar.message.click()
    assert wanted.args == [21 * 10 + 1]


def test_a_chosen_place_shows_its_trigger(
    panel: SignalsPanel, history: History, qtbot: QtBot
) -> None:
    fill(history)
    panel.refresh()
    panel.grab()
    with qtbot.waitSignal(panel.roi_chosen) as chosen:
        click(qtbot, plots_of(panel).position.plot, place_of(plots_of(panel).position.plot, 7))
    assert chosen.args == [7]
    assert plots_of(panel).scatter.plot.chosen_id == 7


def test_a_roi_chosen_elsewhere_is_marked_in_both(panel: SignalsPanel, history: History) -> None:
    fill(history)
    panel.refresh()
    panel.mark_roi(3)
    assert (plots_of(panel).scatter.plot.chosen_id, plots_of(panel).position.plot.chosen_id) == (
        3,
        3,
    )


def test_another_connection_clears_all_at_any_moment(panel: SignalsPanel, history: History) -> None:
    fill(history)
    panel.refresh()
    panel.mark_roi(30)
    history.clear()
    panel.bar.message.click()  # before anything was drawn anew
    plots_of(panel).scatter.plot.chosen.emit(30)
    panel.mark_roi(30)
    panel.refresh()
    assert plots_of(panel).scatter.empty_text
    assert plots_of(panel).scatter.plot.chosen_id is None
    fill(history, 5)
    panel.refresh()
    assert plots_of(panel).scatter.plot.chosen_id is None
    assert plots_of(panel).scatter.plot.ids.tolist() == [0, 1, 2, 3, 4]


def test_what_was_chosen_is_not_chosen_among_the_rows_of_another_connection(
    panel: SignalsPanel, history: History
) -> None:
    fill(history)
    panel.refresh()
    panel.mark_roi(3)
    history.clear()
    fill(history)
    panel.refresh()
    assert plots_of(panel).scatter.plot.chosen_id is None
    assert plots_of(panel).position.plot.chosen_id is None
    assert not panel.bar.message.isEnabled()


def test_graphchanged_alone_is_never_passed_off_as_photomultipliers(
    panel: SignalsPanel, history: History
) -> None:
    history.triggers.extend(
        trigger_rows(60, f1=0.0127, f2=0.05, f3=0.07, f4=0.06, left=852, top=np.arange(60))
    )
    panel.refresh()
    assert panel.bar.pairs.currentText() == "f1 and f2 (order unverified)"
    for axis in (plots_of(panel).scatter.plot.bottom, plots_of(panel).scatter.plot.left):
        assert "(order unverified)" in axis.labelText
    assert "(from graphchanged)" in plots_of(panel).position.plot.bottom.labelText
    assert len(plots_of(panel).position.plot.ids) == 60
    panel.bar.pairs.setCurrentIndex(0)
    panel.bar.pairs.activated.emit(0)
    assert "triggercontent" in plots_of(panel).scatter.empty_text
    assert "can be chosen instead" in plots_of(panel).scatter.empty_text


def test_places_told_by_graphchanged_take_over_when_images_are_switched_off(
    panel: SignalsPanel, history: History
) -> None:
    fill(history, 40)
    later = trigger_rows(5, left=900, top=10)
    later["time_ns"] += 200 * S
    history.triggers.extend(later)
    panel.refresh()
    assert "(from graphchanged)" in plots_of(panel).position.plot.bottom.labelText
    assert plots_of(panel).position.plot.ids.tolist() == [40, 41, 42, 43, 44]


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window.title)
def test_each_window_shows_what_it_says(
    panel: SignalsPanel, history: History, window: Window
) -> None:
    fill(history, 12_000)
    panel.bar.windows.setCurrentIndex(WINDOWS.index(window))
    panel.refresh()
    expected = window.most or (window.minutes or 1000) * 60 + (1 if window.minutes else 0)
    assert len(plots_of(panel).scatter.plot.ids) == min(expected, 12_000)
    assert plots_of(panel).scatter.plot.ids[-1] == 11_999
    assert len(plots_of(panel).position.plot.ids) == min(expected, 12_000)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.title)
def test_each_pair_has_its_columns_and_honest_labels(pair: Pair) -> None:
    assert {pair.x, pair.y} <= set(TRIGGER.names or ())
    assert ("unverified" in pair.x_label) == (pair in GRAPH_PAIRS)
    assert ("PMT" in pair.title) == (pair in PMT_PAIRS)


@pytest.mark.parametrize(("size", "orientation"), [((420, 600), "V"), ((1000, 330), "H")])
def test_the_plots_lie_as_there_is_room(
    panel: SignalsPanel, size: tuple[int, int], orientation: str
) -> None:
    panel.resize(*size)
    assert plots_of(panel)._halves.orientation().name.startswith(orientation)


def test_what_is_shown_can_be_saved(
    panel: SignalsPanel, history: History, qtbot: QtBot, tmp_path: Path
) -> None:
    fill(history)
    panel.refresh()
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "csv": b"time,message_id,"}
    for which in ("signals", "positions"):
        for kind, start in starts.items():
            path = tmp_path / f"{which}.{kind}"
            make = panel.keeping.take_down(which, kind, plots_of(panel))
            with qtbot.waitSignal(panel.notified) as notified:
                panel.keeping.write(path, make)
            assert notified.args == [f"Saved {path}.", True]
            assert path.read_bytes().startswith(start)
    assert len((tmp_path / "positions.csv").read_text().splitlines()) == 41
    with qtbot.waitSignal(panel.notified) as notified:
        panel.keeping.write(tmp_path / "signals.png", bytes)
    assert not notified.args[1]


def test_the_menu_asks_for_a_file_without_blocking(
    panel: SignalsPanel, history: History, qtbot: QtBot
) -> None:
    fill(history)
    panel.refresh()
    for action in panel.bar.save.menu().actions()[:3]:
        action.trigger()
        (chooser,) = panel.findChildren(QFileDialog)
        assert chooser.selectedFiles()[0].endswith(f"signals_19700101T000040Z.{action.data()[1]}")
        chooser.close()
        del chooser
        qtbot.waitUntil(lambda: not panel.findChildren(QFileDialog))


def test_times_are_said_in_the_zone_that_was_chosen(panel: SignalsPanel, history: History) -> None:
    fill(history)
    panel.refresh()
    assert "○ newest 10, the last 00:00:40 UTC." in plots_of(panel).scatter.line.text
    assert "○ newest 10." in plots_of(panel).position.line.text
    panel.set_utc(False)
    panel.refresh()
    assert "UTC" not in plots_of(panel).scatter.line.text


# --- faults of the virtual instrument -------------------------------------------------------------

HEALTHY_S = 120.0


def sampled(fault: str, seconds: float) -> History:
    """Return what a sample looks like into which a fault comes after two minutes of triggers."""
    bench = Bench(trigger_content=True)
    bench.send("routine:runsample")
    begin = bench.run_until("graphchanged") + HEALTHY_S
    if fault:
        bench = Bench(trigger_content=True, faults=[parse_fault(f"{fault}@{begin:.0f}")])
        bench.send("routine:runsample")
    bench.run(begin + seconds)
    history = History()
    start_ns = int(STARTED.timestamp()) * S
    for row_id, (time_s, text) in enumerate(bench.said, 1):
        time_ns = start_ns + int(time_s * S)
        message = parse_message(text)
        history.take(row_id, Entry(message, Direction.IN, time_ns, time_ns, "", "", row_id))
    return history


@pytest.mark.parametrize(
    ("fault", "seconds", "said"),
    [
        ("", 10, "The last 50 at x 8"),
        ("clog", 20, "Clog? "),
        ("bubbles", 60, "Air or bad flow? The last "),
        ("misaligned", 480, "Misaligned? The last "),
    ],
)
def test_each_fault_is_named_where_it_is_seen(
    fault: str, seconds: float, said: str, qtbot: QtBot
) -> None:
    panel = SignalsPanel(sampled(fault, seconds), Settings())
    show(qtbot, panel)
    qtbot.waitUntil(lambda: panel.plots is not None)
    assert plots_of(panel).position.line.text.startswith(said)
