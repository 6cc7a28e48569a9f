"""The status panel as a whole: what it takes, what it shows, what it costs."""

from __future__ import annotations

import time
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QScrollArea, QWidget

from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.state import InstrumentState, Reading, RoutineRun, RunPhase
from ifcbgui.ui import theme
from ifcbgui.ui.panels.status_panel import StatusPanel
from ifcbgui.ui.widgets.attention import AttentionLine
from ifcbgui.ui.widgets.fluidics import FluidicsView
from ifcbgui.ui.widgets.lamp import Lamp
from ifcbgui.ui.widgets.reading_label import ReadingLabel
from ifcbgui.ui.widgets.readout import Readout
from ifcbgui.ui.widgets.run_banner import RunBanner
from ifcbgui.ui.widgets.stat_tile import StatTile

S = 1_000_000_000
NOW = 10_000 * S
ONLINE = LinkStatus(LinkState.ONLINE, online_since_ns=0)


def said(value: Any, age_s: float = 1.0) -> Reading:
    return Reading(value, 1_795_363_509 * S, NOW - int(age_s * S))


SAMPLING = InstrumentState(
    {
        **{f"switch{name}": said(True) for name in ("laser", "camera", "flash", "pump2", "pmtb")},
        **{f"switch{name}": said(False) for name in ("pump1", "pmta", "stirrer", "liveenv")},
        "switchtriggering": said(True),
        "switchcontinuoustrigger": said(False),
        "switchoutputfiles": said(True),
        "fpsrate": said(3.2),
        "trigger_number": said(12),
        "triggers_processed": said(12),
        "triggers_saved": said(12),
        "triggers_skipped": said(0),
        "rois_total": said(15),
        "humidity": said(38.2),
        "temperature": said(23.7),
        "syringe_volume": said(3.42),
        "syringe_speed": said(20.0),
        "valve_port": said("needle"),
        "setsamplevolume": said(5.0),
        "setdatafolder": said("/data/ifcbdata"),
        "pausestate": said(False),
    },
    RoutineRun(
        *("runsample", RunPhase.RUNNING, "valuechanged:interactive:started"),
        *(said(None, 500), said(None, 400), "Syringe to 0.00 ml."),
    ),
)


@pytest.fixture
def panel(qtbot, qapp) -> StatusPanel:
    theme.apply_theme(qapp, "light")
    made = StatusPanel()
    qtbot.addWidget(made)
    made.resize(700, 560)
    made.show()
    made.tick(NOW)
    made.set_link(ONLINE)
    made.set_state(SAMPLING)
    return made


def readout(panel: StatusPanel, name: str) -> Readout:
    (found,) = [it for it in panel.findChildren(Readout) if it.name == name]
    return found


def test_everything_the_instrument_said_is_shown(panel: StatusPanel) -> None:
    assert readout(panel, "fpsrate").look.value == "3.2"
    assert readout(panel, "rois_total").look.note == "1.25 per trigger"
    assert readout(panel, "switchlaser").look.value == "ON"
    assert readout(panel, "setdatafolder").look.value == "/data/ifcbdata"
    assert panel.findChild(FluidicsView).look.volume_ml == 3.42
    assert panel.findChild(RunBanner).summary.chip == "RUNNING"
    assert panel.findChild(AttentionLine).isHidden()


def test_a_lost_link_makes_everything_stale(panel: StatusPanel) -> None:
    panel.set_link(LinkStatus(LinkState.RECONNECTING, attempt=1))
    known = [it for it in panel.findChildren(Readout) if it.look.age]
    assert len(known) > 15
    assert all(it.look.freshness.stale for it in known)
    assert panel.findChild(RunBanner).summary.chip == "WAS RUNNING"


def test_an_empty_state_forgets_all(panel: StatusPanel) -> None:
    panel.set_state(InstrumentState())
    assert not any(it.look.age for it in panel.findChildren(Readout))
    assert panel.findChild(FluidicsView).look.volume_ml is None


def test_ages_follow_the_clock(panel: StatusPanel) -> None:
    assert readout(panel, "humidity").look.age == "1 s"
    panel.tick(NOW + 65 * S)
    assert readout(panel, "humidity").look.age == "1 min"
    assert readout(panel, "fpsrate").look.freshness == "overdue"


def test_what_is_wrong_comes_first_and_once(panel: StatusPanel) -> None:
    wrong = {
        "switchoutputfiles": said(False),
        "switchpump2": said(False),
        "temperature": said(34.0),
    }
    panel.set_state(replace(SAMPLING, values={**SAMPLING.values, **wrong}))
    line = panel.findChild(AttentionLine)
    assert not line.isHidden()
    assert line.text.startswith("Output files: data are lost")
    assert line.text.count("both pumps off") == 1
    assert "Temperature: 33 °C or more" in line.text
    panel.set_link(LinkStatus())
    assert line.text.startswith("When last heard: ")
    panel.set_link(ONLINE)
    panel.set_state(SAMPLING)
    assert line.isHidden()


def test_impossible_readings_are_both_named(panel: StatusPanel) -> None:
    wrong = {"humidity": said(-1.0), "temperature": said(-300.0)}
    panel.set_state(replace(SAMPLING, values={**SAMPLING.values, **wrong}))
    line = panel.findChild(AttentionLine)
    assert line.text == "Humidity, Temperature: not possible; sensor?"
    assert readout(panel, "temperature").look.value == "-300.0"


@pytest.mark.parametrize("kind", [StatTile, Lamp, ReadingLabel, RunBanner, FluidicsView])
def test_every_part_has_a_name_and_a_tool_tip(panel: StatusPanel, kind: type[QWidget]) -> None:
    parts = panel.findChildren(kind)
    assert parts
    assert all(part.accessibleName() and part.toolTip() for part in parts)
    assert all(part.accessibleDescription() for part in parts)


@pytest.mark.parametrize(
    ("width", "height"), [(520, 420), (639, 500), (640, 500), (900, 520), (1400, 700)]
)
def test_nothing_is_cut_at_any_size(panel: StatusPanel, qtbot, width: int, height: int) -> None:
    panel.resize(width, height)
    qtbot.waitUntil(lambda: panel.findChild(RunBanner).width() == width - 16)
    scroll = panel.findChild(QScrollArea)
    content = scroll.widget()
    qtbot.waitUntil(lambda: content.width() == scroll.viewport().width())
    for part in (*panel.findChildren(Readout), panel.findChild(FluidicsView)):
        place = part.rect().translated(part.mapTo(content, part.rect().topLeft()))
        assert content.rect().contains(place), part.accessibleName()
        assert part.height() >= part.minimumSizeHint().height(), part.accessibleName()
    places = [
        part.rect().translated(part.mapTo(content, part.rect().topLeft()))
        for part in panel.findChildren(Readout)
    ]
    assert not any(
        one.intersects(other) for i, one in enumerate(places) for other in places[i + 1 :]
    )


def test_wide_and_high_enough_needs_no_scrolling(panel: StatusPanel, qtbot) -> None:
    bar = panel.findChild(QScrollArea).verticalScrollBar()
    for size in ((700, 560), (1400, 700)):
        panel.resize(*size)
        qtbot.waitUntil(lambda: bar.maximum() == 0)


def test_a_change_of_theme_reaches_every_part(panel: StatusPanel, qapp, qtbot) -> None:
    theme.apply_theme(qapp, "dark")
    window, surface = theme.DARK.window, theme.DARK.surface

    def repainted() -> bool:
        image = panel.grab().toImage()
        banner = panel.findChild(RunBanner).geometry().center()
        return image.pixelColor(2, 2) == window and image.pixelColor(banner) == surface

    qtbot.waitUntil(repainted)


def test_a_state_with_little_news_is_cheap(panel: StatusPanel, qapp) -> None:
    """They come 30 times a second; what they change is painted later, and once."""
    states = [
        replace(SAMPLING, values={**SAMPLING.values, "syringe_volume": said(3.4 - i / 1000)})
        for i in range(60)
    ]
    qapp.processEvents()
    costs = []
    for one in states:
        start = time.perf_counter()
        panel.set_state(one)
        costs.append(time.perf_counter() - start)
        qapp.processEvents()
    assert sorted(costs)[len(costs) // 2] < 0.002
