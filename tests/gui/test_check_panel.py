"""The page of the daily check: what it shows, when it judges, what its buttons do."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ifcbgui.instrument.daily_check import Verdict
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.imaging.band import Band
from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.state import InstrumentState, Reading
from ifcbgui.session.history import History
from ifcbgui.session.status import DiskLevel, RecorderStatus
from ifcbgui.ui.panels.check_panel import CheckPanel
from tests.helpers.virtual_history import Shown, run_history


@pytest.fixture(scope="module")
def clogged() -> Shown:
    return run_history("clog@120", 200)


@pytest.fixture
def panel(qtbot: QtBot, clogged: Shown) -> CheckPanel:
    panel = CheckPanel(clogged.history, lambda: clogged.now_ns)
    panel.resize(420, 600)
    qtbot.addWidget(panel)
    panel.set_state(clogged.state)
    panel.set_link(clogged.link)
    panel.show()
    return panel


def with_values(state: InstrumentState, now_ns: int, **values: Any) -> InstrumentState:
    said = {name: Reading(value, now_ns, now_ns) for name, value in values.items()}
    return replace(state, values={**state.values, **said})


def test_what_is_off_is_counted_above_and_says_what_to_do(panel: CheckPanel) -> None:
    clog = panel.rows["clog"]
    assert clog.check.verdict is Verdict.ACT
    assert clog.open
    assert clog.closer.isVisibleTo(panel)
    assert "Act" in clog.accessibleDescription()
    assert "Bleach" in clog.accessibleDescription()
    pile = clog.check.value
    assert " at x " in pile
    assert panel.headline.text.startswith(f"1 to act on: Clog ({pile})")
    assert not panel.rows["laser"].open


def test_a_row_opens_by_mouse_and_keys_and_grows(panel: CheckPanel, qtbot: QtBot) -> None:
    row = panel.rows["laser"]
    low = row.heightForWidth(400)
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert row.open
    assert row.heightForWidth(400) > low
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert not row.open


@pytest.mark.parametrize("width", [420, 1000, 1900])
def test_a_row_that_is_off_all_at_once_has_room_for_its_advice(
    panel: CheckPanel, clogged: Shown, qtbot: QtBot, width: int
) -> None:
    panel.resize(width, 500)
    row = panel.rows["output_files"]
    qtbot.waitUntil(lambda: row.height() == row.heightForWidth(row.width()))
    low = row.height()
    panel.set_state(with_values(clogged.state, clogged.now_ns, switchoutputfiles=False))
    panel.refresh()
    qtbot.waitUntil(lambda: row.height() == row.heightForWidth(row.width()) > low)


def test_looking_closer_is_asked_of_the_shell(panel: CheckPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.panel_wanted) as asked:
        panel.rows["clog"].closer.click()
    assert asked.args == ["signals"]


@pytest.mark.parametrize("by_key", [False, True])
def test_the_headline_leads_to_the_gravest(panel: CheckPanel, qtbot: QtBot, by_key: bool) -> None:
    panel.resize(420, 330)
    row = panel.rows["clog"]
    qtbot.waitUntil(row.visibleRegion().isEmpty)
    if by_key:
        qtbot.keyClick(panel.headline, Qt.Key.Key_Return)
    else:
        qtbot.mouseClick(panel.headline, Qt.MouseButton.LeftButton)
    assert row.visibleRegion().contains(row.rect().topLeft())


def test_out_of_sight_nothing_is_judged(panel: CheckPanel, clogged: Shown) -> None:
    panel.hide()
    panel.set_link(LinkStatus())
    assert not panel._timer.isActive()
    assert panel.rows["clog"].check.verdict is Verdict.ACT
    panel.show()
    assert panel.rows["clog"].check.verdict is Verdict.UNKNOWN


def test_a_history_that_is_cleared_meanwhile_leaves_nothing_known(qtbot: QtBot) -> None:
    history = History()
    panel = CheckPanel(history, lambda: 0)
    qtbot.addWidget(panel)
    panel.show()
    history.clear()
    panel.refresh()
    assert {row.check.verdict for row in panel.rows.values()} == {Verdict.UNKNOWN}


def test_the_baseline_is_chosen_and_forgotten(
    panel: CheckPanel, clogged: Shown, qtbot: QtBot
) -> None:
    assert "the first reading" in panel.rows["humidity"].check.target
    assert "Set" in panel.tools.baseline.text()
    with qtbot.waitSignal(panel.baseline_chosen) as chosen:
        panel.tools.baseline.click()
    assert chosen.args == [pytest.approx(clogged.state.value("humidity"), abs=0.05)]
    assert "the baseline you set" in panel.rows["humidity"].check.target
    assert "Forget" in panel.tools.baseline.text()
    with qtbot.waitSignal(panel.baseline_chosen) as chosen:
        panel.tools.baseline.click()
    assert chosen.args == [None]
    assert "the first reading" in panel.rows["humidity"].check.target


def test_only_a_reading_that_counts_can_be_a_baseline(clogged: Shown, qtbot: QtBot) -> None:
    now_ns = clogged.now_ns
    panel = CheckPanel(clogged.history, lambda: now_ns)
    qtbot.addWidget(panel)
    panel.set_state(clogged.state)
    panel.set_link(clogged.link)
    panel.refresh()
    assert panel.tools.baseline.isEnabled()
    now_ns += 3700 * 10**9
    panel.refresh()
    assert not panel.tools.baseline.isEnabled()


def test_an_impossible_reading_can_be_no_baseline(panel: CheckPanel, clogged: Shown) -> None:
    assert panel.tools.baseline.isEnabled()
    panel.set_state(with_values(clogged.state, clogged.now_ns, humidity=999.0))
    panel.refresh()
    assert not panel.tools.baseline.isEnabled()


def test_the_first_reading_that_can_be_meant_is_the_one_to_measure_against(qtbot: QtBot) -> None:
    history = History()
    panel = CheckPanel(history, lambda: 0)
    qtbot.addWidget(panel)
    for row_id, humidity in enumerate((999.0, -5.0, 41.0, 44.0), 1):
        message = parse_message(f"valuechanged:getenvironment:{humidity}:24.1")
        history.take(row_id, Entry(message, Direction.IN, row_id, row_id))
    assert panel._facts().first_humidity == 41.0


def test_a_band_is_kept_and_learned_anew(qtbot: QtBot) -> None:
    shown = run_history("", 200)
    panel = CheckPanel(shown.history, lambda: shown.now_ns)
    qtbot.addWidget(panel)
    band = shown.history.band
    assert band is not None
    with qtbot.waitSignal(panel.band_chosen) as chosen:
        panel.tools.band.click()
    assert chosen.args == [(round(band.left), round(band.right))]
    shown.history.know_band(Band.known(*chosen.args[0]))
    panel.refresh()
    assert "anew" in panel.tools.band.text()
    with qtbot.waitSignal(panel.band_chosen) as chosen:
        panel.tools.band.click()
    assert chosen.args == [None]
    shown.history.know_band(None)
    panel.refresh()
    assert not panel.tools.band.isEnabled()


def test_a_replay_changes_nothing_and_has_no_disk(panel: CheckPanel) -> None:
    panel.set_disk(RecorderStatus(None, 0, 0, 0, 0, None, 3_000_000_000, level=DiskLevel.WARN))
    panel.set_replay(True)
    for button in (panel.tools.baseline, panel.tools.band):
        assert not button.isEnabled()
        assert "This is a replay" in button.toolTip()
    assert panel.rows["disk"].check.verdict is Verdict.NOT_NOW
    panel.set_replay(False)
    assert panel.tools.baseline.isEnabled()
    assert panel.rows["disk"].check.verdict is Verdict.LOOK


@pytest.mark.parametrize(
    ("level", "verdict"),
    [
        (DiskLevel.OK, Verdict.GOOD),
        (DiskLevel.WARN, Verdict.LOOK),
        (DiskLevel.STOPPED, Verdict.ACT),
    ],
)
def test_the_disk_is_judged_as_the_recorder_does(
    panel: CheckPanel, clogged: Shown, level: DiskLevel, verdict: Verdict
) -> None:
    panel.set_disk(RecorderStatus(None, 0, 0, 0, 0, None, 3_000_000_000, level=level))
    panel.refresh()
    assert panel.rows["disk"].check.verdict is verdict
    panel.set_disk(None)
    panel.refresh()
    assert panel.rows["disk"].check.verdict is Verdict.UNKNOWN


def test_all_of_it_can_be_pasted_into_the_ships_log(panel: CheckPanel, clogged: Shown) -> None:
    panel.set_state(with_values(clogged.state, clogged.now_ns, switchoutputfiles=False))
    panel.refresh()
    panel.tools.copy.click()
    text = QGuiApplication.clipboard().text()
    assert "Daily check, " in text
    assert "ACT       Output files: OFF (now); ON" in text
    assert "Switch the output files on." in text
    assert all(row.check.name in text for row in panel.rows.values())


@pytest.mark.parametrize(("width", "columns"), [(420, 1), (1000, 2), (1900, 4)])
def test_groups_stand_side_by_side_where_there_is_room(
    panel: CheckPanel, qtbot: QtBot, width: int, columns: int
) -> None:
    def seen() -> int:
        lefts = {row.mapTo(panel, row.rect().topLeft()).x() for row in panel.rows.values()}
        return len(lefts)

    panel.resize(width, 500)
    qtbot.waitUntil(lambda: seen() == columns)
