"""The page of the daily check: what it shows, when it judges, what its buttons do."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ifcbgui.instrument.daily_check import Verdict
from ifcbgui.instrument.link import LinkStatus
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
    assert panel.headline.text.startswith("1 to act on")
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


def test_the_headline_leads_to_the_gravest(panel: CheckPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.headline, Qt.MouseButton.LeftButton)
    row = panel.rows["clog"]
    assert not row.visibleRegion().isEmpty()


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
    assert "Set" in panel.baseline_button.text()
    with qtbot.waitSignal(panel.baseline_chosen) as chosen:
        panel.baseline_button.click()
    assert chosen.args == [pytest.approx(clogged.state.value("humidity"), abs=0.05)]
    assert "the baseline you set" in panel.rows["humidity"].check.target
    assert "Forget" in panel.baseline_button.text()
    with qtbot.waitSignal(panel.baseline_chosen) as chosen:
        panel.baseline_button.click()
    assert chosen.args == [None]
    assert "the first reading" in panel.rows["humidity"].check.target


def test_only_a_reading_that_counts_can_be_a_baseline(clogged: Shown, qtbot: QtBot) -> None:
    now_ns = clogged.now_ns
    panel = CheckPanel(clogged.history, lambda: now_ns)
    qtbot.addWidget(panel)
    panel.set_state(clogged.state)
    panel.set_link(clogged.link)
    panel.refresh()
    assert panel.baseline_button.isEnabled()
    now_ns += 3700 * 10**9
    panel.refresh()
    assert not panel.baseline_button.isEnabled()


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
    panel.copy_button.click()
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
