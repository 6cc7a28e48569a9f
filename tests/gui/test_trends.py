"""The trends: rows of plots that follow or stay, a cursor through all of them, files of it."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ifcbgui.session.history import History
from ifcbgui.session.landmarks import Mark, MarkKind
from ifcbgui.session.records import EventKind, SessionEvent
from ifcbgui.settings import Settings
from ifcbgui.ui.models.trend_rows import USUAL_ROWS
from ifcbgui.ui.panels.trends_panel import TrendsPanel
from ifcbgui.ui.theme import apply_theme, tokens
from ifcbgui.ui.widgets.plots.steered_stack import SteeredStack
from ifcbgui.ui.widgets.plots.style import line_colour
from tests.helpers.recorded import entry

S = 1_000_000_000
T0_NS = 1_773_513_000 * S


class Clock:
    """The time that is now."""

    def __init__(self) -> None:
        self.now_ns = T0_NS + 600 * S

    def __call__(self) -> int:
        return self.now_ns


@pytest.fixture
def clock() -> Clock:
    return Clock()


def say(history: History, second: float, *texts: str) -> None:
    for text in texts:
        history.take(1, entry(text, time_ns=T0_NS + round(second * S)))


@pytest.fixture
def history() -> History:
    history = History()
    for second in range(0, 600, 5):
        say(history, second, f"valuechanged:fpsrate:{2 + second % 10 / 5}")
        if second % 60 == 0:
            say(history, second, f"valuechanged:getenvironment:38.{second // 60}:23.5")
        if second == 100:
            say(history, second, "valuechanged:switchlaser:0", "valuechanged:setpmta:0.6")
        if second == 400:
            say(history, second, "valuechanged:switchlaser:1")
    return history


@pytest.fixture
def settings() -> Settings:
    return Settings(trend_rows=[["fpsrate"], ["humidity", "temperature"], ["switchlaser"]])


@pytest.fixture
def panel(qtbot: QtBot, history: History, settings: Settings, clock: Clock) -> TrendsPanel:
    panel = TrendsPanel(history, settings, clock)
    qtbot.addWidget(panel)
    panel.resize(900, 500)
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.waitUntil(lambda: panel.stack is not None)
    QApplication.processEvents()
    panel.refresh()
    return panel


@pytest.fixture
def stack(panel: TrendsPanel) -> SteeredStack:
    assert panel.stack is not None
    return panel.stack


def turn(stack: SteeredStack, place: QPointF, notches: int, keys: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        place,
        stack.viewport().mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(stack.viewport(), event)


def drag(stack: SteeredStack, start: QPointF, stop: QPointF) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    for kind, place, button, held in (
        (QEvent.Type.MouseButtonPress, start, left, left),
        (QEvent.Type.MouseMove, stop, none, left),
        (QEvent.Type.MouseButtonRelease, stop, left, none),
    ):
        event = QMouseEvent(
            kind,
            place,
            stack.viewport().mapToGlobal(place),
            button,
            held,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(stack.viewport(), event)


NO_KEYS = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def test_nothing_is_loaded_before_the_panel_is_seen(
    qtbot: QtBot, history: History, clock: Clock
) -> None:
    panel = TrendsPanel(history, Settings(), clock)
    qtbot.addWidget(panel)
    assert panel.stack is None
    assert panel.rows == USUAL_ROWS


def test_an_empty_history_says_what_will_come(qtbot: QtBot, clock: Clock) -> None:
    history = History()
    panel = TrendsPanel(history, Settings(), clock)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: panel.stack is not None)
    assert panel._empty.isVisible()
    say(history, 1, "valuechanged:fpsrate:3")
    panel.refresh()
    assert not panel._empty.isVisible()


def test_rows_show_what_they_are_of(stack: SteeredStack) -> None:
    assert [row.names for row in stack.rows] == [
        ("fpsrate",),
        ("humidity", "temperature"),
        ("switchlaser",),
    ]
    stack.follow(None)
    rate, air, laser = stack.rows
    assert len(rate.tracks[0].line.x) == 2 * 119
    assert air.right is not None
    assert rate.right is None
    assert air.left.textPen().color() == line_colour(0)
    assert air.right.textPen().color() == line_colour(1)
    assert laser.head.text == "Laser on"


def test_plots_follow_the_clock(stack: SteeredStack, clock: Clock) -> None:
    start_ns, stop_ns = stack.seen
    assert start_ns < T0_NS + 100 * S
    assert stop_ns >= clock.now_ns
    clock.now_ns += 120 * S
    stack.refresh()
    assert stack.seen[1] >= clock.now_ns
    assert stack.seen[1] - stack.seen[0] == stop_ns - start_ns


@pytest.mark.parametrize(
    ("age_s", "least_s", "most_s"), [(5, 60, 61), (50, 60, 61), (300, 300, 310)]
)
def test_plots_fill_before_they_roll(
    stack: SteeredStack, clock: Clock, age_s: int, least_s: int, most_s: int
) -> None:
    clock.now_ns = T0_NS + age_s * S
    stack.refresh()
    start_ns, stop_ns = stack.seen
    assert T0_NS - 5 * S <= start_ns <= T0_NS
    assert stop_ns >= clock.now_ns
    assert least_s * S <= stop_ns - start_ns <= most_s * S
    clock.now_ns = T0_NS + 595 * S
    stack.refresh()
    assert stack.seen[1] - stack.seen[0] == 600 * S


def test_all_there_is_can_be_followed(panel: TrendsPanel, stack: SteeredStack) -> None:
    panel.tools.span.setCurrentText("All")
    panel.tools.span.activated.emit(panel.tools.span.currentIndex())
    assert stack.seen[0] <= T0_NS
    assert stack.seen[1] >= T0_NS + 600 * S
    assert panel._settings.trend_span_s == 0


def test_dragging_stays_and_a_button_goes_back(
    panel: TrendsPanel, stack: SteeredStack, clock: Clock
) -> None:
    before = stack.seen
    middle = stack.rows[0].plot.center()
    drag(stack, middle, middle + QPointF(100, 0))
    assert stack.seen[0] < before[0]
    assert not stack.following
    assert panel.tools.follow.text() == "Follow"
    stayed = stack.seen
    clock.now_ns += 60 * S
    panel.refresh()
    assert stack.seen == stayed
    panel.tools.follow.click()
    assert stack.following
    assert panel.tools.follow.text() == "Following"
    assert stack.seen[1] >= clock.now_ns


def test_the_wheel_zooms_around_the_mouse(stack: SteeredStack) -> None:
    place = stack.rows[0].plot.center() + QPointF(80, 0)
    under_ns, length_ns = stack.moments.time_at(place.x()), stack.seen[1] - stack.seen[0]
    turn(stack, place, 2, NO_KEYS)
    assert stack.seen[1] - stack.seen[0] < 0.7 * length_ns
    assert stack.moments.time_at(place.x()) == pytest.approx(under_ns, abs=S)
    assert not stack.following


def test_with_ctrl_the_wheel_zooms_the_values(stack: SteeredStack) -> None:
    row = stack.rows[0]
    seen, shown = stack.seen, row.left.shown
    assert shown is not None
    turn(stack, row.plot.center(), 2, CTRL)
    assert stack.seen == seen
    assert row.left.shown is not None
    assert row.left.shown[1] - row.left.shown[0] < 0.7 * (shown[1] - shown[0])
    stack.refresh(fit=True)
    assert row.left.shown != shown  # somebody's choice stays
    stack.follow(stack.span_ns)
    assert row.left.shown == pytest.approx(shown, abs=0.01)


def test_an_axis_is_dragged_by_itself(stack: SteeredStack) -> None:
    row = stack.rows[1]
    assert row.right is not None
    left, right, seen = row.left.shown, row.right.shown, stack.seen
    middle = row.left.place.center()
    drag(stack, middle, middle + QPointF(0, 20))
    assert row.left.shown != left
    assert row.right.shown == right
    assert stack.seen == seen
    QTest.mouseDClick(stack.viewport(), Qt.MouseButton.LeftButton, pos=middle.toPoint())
    assert row.left.shown == pytest.approx(left, abs=0.01)


def test_a_flat_line_is_no_mountain(stack: SteeredStack) -> None:
    shown = stack.rows[1].left.shown
    assert shown is not None
    assert shown[1] - shown[0] >= 5


def test_the_cursor_reads_all_rows(stack: SteeredStack) -> None:
    stack.set_cursor(T0_NS + 250 * S)
    rate, air, laser = (row.head.text for row in stack.rows)
    assert rate == "Trigger rate 2.0 1/s"
    assert air == "Humidity 38.4 %RH · Temperature 23.5 °C"
    assert laser == "Laser off"
    stack.set_cursor(T0_NS + 50 * S)
    assert stack.rows[2].head.text == "Laser no value"
    stack.set_cursor(None)
    assert stack.rows[2].head.text == "Laser on"


def test_keys_move_the_cursor(stack: SteeredStack, qtbot: QtBot) -> None:
    stack.setFocus()
    QTest.keyClick(stack, Qt.Key.Key_Left)
    assert stack.cursor_ns is not None
    first_ns = stack.cursor_ns
    QTest.keyClick(stack, Qt.Key.Key_Left, CTRL)
    assert stack.cursor_ns < first_ns
    assert "Humidity" in stack.accessibleDescription()
    with qtbot.waitSignal(stack.moment_wanted) as wanted:
        QTest.keyClick(stack, Qt.Key.Key_Return)
    assert wanted.args == [stack.cursor_ns]
    QTest.keyClick(stack, Qt.Key.Key_Escape)
    assert stack.cursor_ns is None


def test_keys_move_and_zoom_the_time(stack: SteeredStack) -> None:
    stack.setFocus()
    start_ns, stop_ns = stack.seen
    QTest.keyClick(stack, Qt.Key.Key_PageUp)
    assert stack.seen[1] == pytest.approx((start_ns + stop_ns) / 2, abs=S)
    QTest.keyClick(stack, Qt.Key.Key_Plus)
    assert stack.seen[1] - stack.seen[0] < stop_ns - start_ns
    QTest.keyClick(stack, Qt.Key.Key_End)
    assert stack.following


def test_a_double_click_wants_a_moment(
    panel: TrendsPanel, stack: SteeredStack, qtbot: QtBot
) -> None:
    place = stack.rows[0].plot.center().toPoint()
    with qtbot.waitSignal(panel.moment_wanted) as wanted:
        QTest.mouseDClick(stack.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert wanted.args == [stack.moments.time_at(place.x())]


def test_a_lost_link_leaves_a_gap(stack: SteeredStack, history: History, clock: Clock) -> None:
    lost = SessionEvent(EventKind.LOST, T0_NS + 600 * S, 0, "The connection was lost.")
    history.take_event(lost)
    say(history, 660, "valuechanged:fpsrate:3")
    clock.now_ns = T0_NS + 700 * S
    stack.refresh()
    track = stack.rows[0].tracks[0]
    assert track.line.dots_y.tolist() == [3]
    middle_ns = T0_NS + 630 * S
    assert stack.rows[0].say_at(middle_ns) == []
    assert "The connection was lost." in stack.words_at(
        QPointF(stack.moments.x_of(middle_ns), stack.rows[0].plot.center().y())
    )


def said(stack: SteeredStack, row: int, number: int = 0) -> tuple[str, str, bool]:
    """Return value and age in a head, and whether it is greyed."""
    words = stack.rows[row].head.said[number]
    return words.value, words.age, words.old


def test_heads_say_what_is_newest_and_how_old_it_is(stack: SteeredStack, clock: Clock) -> None:
    assert said(stack, 0) == ("3.0 1/s", "", False)
    assert said(stack, 1) == ("38.9 %RH", "1 min ago", False)
    assert said(stack, 2) == ("on", "", False)
    clock.now_ns += 20 * S
    stack.refresh()
    assert said(stack, 0) == ("3.0 1/s", "25 s ago", True)
    assert said(stack, 2) == ("on", "", False)
    clock.now_ns += 3600 * S
    stack.refresh()
    assert stack.seen[0] > T0_NS + 540 * S
    assert said(stack, 1) == ("38.9 %RH", "1 h ago", False)


def test_heads_say_what_is_seen(stack: SteeredStack, panel: TrendsPanel) -> None:
    stack.stay(T0_NS + 200 * S, T0_NS + 299 * S)
    assert said(stack, 0) == ("3.0 1/s", "", False)
    assert said(stack, 1) == ("38.4 %RH", "at 18:34:00", False)
    assert said(stack, 2) == ("off", "", False)
    panel.keeping.take_down("png", stack, panel.rows)
    assert said(stack, 1) == ("38.4 %RH", "at 18:34:00", False)
    stack.stay(T0_NS - 500 * S, T0_NS - 100 * S)
    assert said(stack, 1) == ("—", "", False)


def test_nothing_is_vouched_for_without_a_connection(
    stack: SteeredStack, history: History, clock: Clock
) -> None:
    history.end(T0_NS + 600 * S)
    clock.now_ns = T0_NS + 660 * S
    stack.refresh()
    assert said(stack, 0) == ("3.0 1/s", "1 min ago", True)
    assert said(stack, 1) == ("38.9 %RH", "2 min ago", True)
    assert said(stack, 2) == ("on", "1 min ago", True)
    line, origin_ns = stack.rows[2].tracks[0].line, stack.axis.origin_ns
    assert line.x.max() == (T0_NS + 600 * S - origin_ns) / 1e9  # the setting holds no further
    middle = QPointF(stack.moments.x_of(T0_NS + 630 * S), stack.rows[0].plot.center().y())
    assert "Disconnected." in stack.words_at(middle)


def test_heads_keep_off_the_scales(stack: SteeredStack) -> None:
    for row in stack.rows:
        head = row.head.sceneBoundingRect()
        assert head.left() >= row.left.place.right()
        assert row.right is None or head.right() <= row.right.place.left()


def test_the_day_is_whole_or_without_the_year(panel: TrendsPanel) -> None:
    note = panel.tools.note
    assert note.text() == "14 Mar 2026"
    room = note.fontMetrics().horizontalAdvance("14 Mar ")
    panel.resize(420, 500)  # its buttons have no words any more
    QApplication.processEvents()
    panel.resize(panel.width() - note.width() + room, 500)
    assert [note.text(), note.toolTip()] == ["14 Mar", "14 Mar 2026"]


def test_it_is_seen_where_a_recalled_past_begins(stack: SteeredStack, history: History) -> None:
    history.marks.append(Mark(MarkKind.RECALLED, T0_NS + 300 * S, 1, "Recalled from here: so."))
    stack.refresh()
    middle = QPointF(stack.moments.x_of(T0_NS + 300 * S), stack.rows[0].plot.center().y())
    assert "Recalled from here: so." in stack.words_at(middle)
    image = stack.grab().toImage()
    assert image.pixelColor(middle.toPoint()) == tokens().replay


def test_a_mark_is_told_where_it_stands(stack: SteeredStack, history: History) -> None:
    history.marks.append(Mark(MarkKind.PROBLEM, T0_NS + 300 * S, 1, "A sample is not recorded."))
    stack.refresh()
    x = stack.moments.x_of(T0_NS + 300 * S)
    y = stack.rows[0].plot.center().y()
    assert "A sample is not recorded." in stack.words_at(QPointF(x, y))
    assert stack.words_at(QPointF(x + 60, y)) == ""


def test_everything_is_forgotten_at_any_moment(stack: SteeredStack, history: History) -> None:
    history.clear()
    stack.refresh(fit=True)
    assert not len(stack.rows[0].tracks[0].line.x)
    say(history, 590, "valuechanged:fpsrate:3", "valuechanged:fpsrate:3")
    stack.refresh(fit=True)
    assert stack.rows[0].head.text == "Trigger rate 3.0 1/s"


def test_what_is_unchanged_is_not_worked_out_anew(stack: SteeredStack) -> None:
    before = [track.line for row in stack.rows for track in row.tracks]
    stack.refresh()
    after = [track.line for row in stack.rows for track in row.tracks]
    assert all(one is other for one, other in zip(before, after, strict=True))


def test_rows_are_chosen_by_words(panel: TrendsPanel, stack: SteeredStack) -> None:
    picker = panel.menus.picker
    panel.menus.ask_for_row(QPoint(10, 10))
    assert picker.isVisible()
    picker.search.setText("pmt volt")
    assert [row.id for row in picker.model.rows] == ["setpmta"]
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert not picker.isVisible()
    assert panel.rows[-1] == ("setpmta",)
    assert panel._settings.trend_rows[-1] == ["setpmta"]
    assert stack.rows[-1].head.text == "PMT A voltage 0.6 V"


def test_a_row_takes_what_has_an_axis_in_it(panel: TrendsPanel) -> None:
    panel.menus._ask_to_add(1, QPoint(10, 10))
    assert panel.menus.picker.model.rows == []  # %RH and °C, and nothing else of either
    panel.menus.picker.hide()
    panel.menus._ask_to_add(0, QPoint(10, 10))
    names = {row.id for row in panel.menus.picker.model.rows}
    assert {"humidity", "setpmta"} <= names
    assert "fpsrate" not in names
    panel.menus.picker.hide()


def choose(panel: TrendsPanel, at: int, text: str) -> None:
    panel.menus._row_menu.clear()
    panel.menus._fill_row_menu(panel.menus._row_menu, at, QPoint())
    action = next(action for action in panel.menus._row_menu.actions() if action.text() == text)
    action.trigger()


def test_rows_are_changed_by_their_menu(panel: TrendsPanel, stack: SteeredStack) -> None:
    choose(panel, 1, "Move up")
    assert panel.rows[0] == ("humidity", "temperature")
    choose(panel, 0, "Remove Humidity")
    assert panel.rows[0] == ("temperature",)
    choose(panel, 0, "Remove this row")
    assert panel.rows == (("fpsrate",), ("switchlaser",))
    assert len(stack.rows) == 2


def test_the_button_has_all_rows_and_the_usual_ones(panel: TrendsPanel) -> None:
    menu = panel.tools.rows.menu()
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[0] == "Add a row…"
    assert "Humidity and Temperature" in texts
    menu.actions()[-1].trigger()
    assert panel.rows == USUAL_ROWS


@pytest.fixture
def saved(
    panel: TrendsPanel, stack: SteeredStack, qtbot: QtBot, tmp_path: Path
) -> Callable[[str], Path]:
    def save(what: str) -> Path:
        path = tmp_path / f"trends-{what}"
        make = panel.keeping.take_down(what, stack, panel.rows)
        with qtbot.waitSignal(panel.notified) as told:
            panel.keeping.write(path, make)
        assert told.args == [f"Saved {path}.", True]
        return path

    return save


def test_a_picture_is_saved(saved: Callable[[str], Path], stack: SteeredStack) -> None:
    image = QImage(str(saved("png")))
    assert image.size() == stack.size() * 2
    plot = stack.rows[0].plot
    colours = {
        image.pixelColor(2 * x, 2 * y).name()
        for x in range(int(plot.left()), int(plot.right()))
        for y in range(int(plot.top()), int(plot.bottom()))
    }
    assert line_colour(0).name() in colours


def test_a_drawing_is_saved(saved: Callable[[str], Path], stack: SteeredStack) -> None:
    root = ET.parse(saved("svg")).getroot()
    texts = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert {"Humidity", "Trigger rate", "UTC"} <= {text for text in texts if text}
    assert root.attrib["viewBox"] == f"0 0 {stack.width()} {stack.height()}"


def test_values_are_saved(saved: Callable[[str], Path], stack: SteeredStack) -> None:
    stack.stay(T0_NS + 200 * S, T0_NS + 300 * S)
    with saved("csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["series"] for row in rows} == {"fpsrate", "humidity", "temperature", "switchlaser"}
    rates = [row for row in rows if row["series"] == "fpsrate"]
    assert len(rates) == 21
    assert {row["label"] for row in rates} == {"Trigger rate"}
    with saved("csv-all").open(newline="") as file:
        assert len([row for row in csv.DictReader(file) if row["series"] == "fpsrate"]) == 120


def test_a_file_that_is_there_is_left_alone(
    panel: TrendsPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("mine")
    with qtbot.waitSignal(panel.notified) as told:
        panel.keeping.write(path, lambda: b"other")
    assert told.args is not None
    assert told.args[1] is False
    assert path.read_text() == "mine"


def test_the_theme_changes_live(qapp: QApplication, stack: SteeredStack) -> None:
    seen = []
    for theme in ("dark", "light"):
        apply_theme(qapp, theme)
        QApplication.processEvents()
        pen = stack.rows[0].tracks[0].curve.opts["pen"]
        seen.append((stack.backgroundBrush().color().name(), pen.color().name()))
        assert pen.color() == line_colour(0)
    assert len(set(seen)) == 2


def test_the_baseline_of_the_humidity_is_shown(panel: TrendsPanel, stack: SteeredStack) -> None:
    panel.set_humidity_baseline(20.0)
    track = stack.rows[1].tracks[0]
    assert track.level_line.isVisible()
    shown = stack.rows[1].left.shown
    assert shown is not None
    assert shown[0] < 20.0 < shown[1]
    panel.set_humidity_baseline(None)
    assert not track.level_line.isVisible()


def test_a_hidden_panel_rests(panel: TrendsPanel) -> None:
    assert panel._timer.isActive()
    panel.hide()
    assert not panel._timer.isActive()


def test_local_time_is_shown_where_it_is_wanted(panel: TrendsPanel, stack: SteeredStack) -> None:
    panel.set_utc(False)
    assert stack.moments.zone == "local"
    panel.set_utc(True)
    assert stack.moments.zone == "UTC"
