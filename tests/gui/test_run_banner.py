from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QEnterEvent, QImage
from PySide6.QtWidgets import QWidget

from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.state import InstrumentState, Reading, RoutineRun, RunPhase
from ifcbgui.ui import theme
from ifcbgui.ui.widgets.run_banner import RunBanner

S = 1_000_000_000
NOW = 10_000 * S
ONLINE = LinkStatus(LinkState.ONLINE, online_since_ns=0)


def said(value: Any, age_s: int = 1) -> Reading:
    return Reading(value, 1_795_363_509 * S, NOW - age_s * S)


def sampling(**values: Any) -> InstrumentState:
    readings = {"syringe_volume": 2.0, "syringe_speed": 20.0, "setsamplevolume": 5.0} | values
    run = RoutineRun(
        *("runsample", RunPhase.RUNNING, "valuechanged:interactive:started"),
        *(said(None, 610), said(None, 400), "Syringe to 0.00 ml."),
    )
    return InstrumentState({name: said(value) for name, value in readings.items()}, run)


@pytest.fixture
def parent(qtbot, qapp) -> QWidget:
    theme.apply_theme(qapp, "light")
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def banner(parent: QWidget) -> RunBanner:
    made = RunBanner(parent)
    made.resize(700, made.sizeHint().height())
    return made


def pixels(banner: RunBanner) -> QImage:
    return banner.grab().toImage()


def test_it_says_all_it_shows(banner: RunBanner) -> None:
    banner.show_state(sampling(bin="D20261122T160500_IFCB111"), ONLINE, NOW)
    words = banner.accessibleDescription()
    assert words.startswith("Run sample: RUNNING\nSyringe to 0.00 ml.\n")
    assert "about 8 min left (estimate)" in words
    assert "Bin D20261122T160500_IFCB111" in words


def test_the_tool_tip_ages_with_the_clock(banner: RunBanner) -> None:
    said_once = sampling()
    banner.show_state(said_once, ONLINE, NOW)
    banner.show_state(said_once, ONLINE, NOW + 60 * S)
    banner.enterEvent(QEnterEvent(QPointF(), QPointF(), QPointF()))
    assert banner.toolTip().endswith("(7 min ago).")


def test_paused_changes_ground_and_bar(banner: RunBanner) -> None:
    banner.show_state(sampling(), ONLINE, NOW)
    assert pixels(banner).pixelColor(350, 8) == theme.LIGHT.surface
    banner.show_state(sampling(pausestate=True), ONLINE, NOW)
    assert banner.summary.chip == "PAUSED"
    assert pixels(banner).pixelColor(350, 8) == theme.LIGHT.warn_ground


@pytest.mark.parametrize(("volume_ml", "share"), [(4.5, 0.1), (2.5, 0.5), (0.1, 0.98)])
def test_the_bar_is_to_scale(banner: RunBanner, volume_ml: float, share: float) -> None:
    banner.show_state(sampling(syringe_volume=volume_ml), ONLINE, NOW)
    image = pixels(banner)
    done = left = 0
    for y in range(image.height() // 2, image.height() - 4):
        line = [image.pixelColor(x, y) for x in range(25, image.width() - 4)]
        done = max(done, line.count(theme.LIGHT.ok))
        left = max(left, line.count(theme.LIGHT.border))
    assert done / (done + left) == pytest.approx(share, abs=0.03)


def test_its_height_never_changes(banner: RunBanner) -> None:
    heights = set()
    for state in (InstrumentState(), sampling(), sampling(pausestate=True)):
        banner.show_state(state, ONLINE, NOW)
        heights.add(banner.sizeHint().height())
    assert len(heights) == 1


def test_nothing_is_painted_again_when_nothing_changed(
    banner: RunBanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    updates: list[None] = []
    monkeypatch.setattr(banner, "update", lambda: updates.append(None))
    for _ in range(3):
        banner.show_state(sampling(), ONLINE, NOW)
    assert len(updates) == 1


@pytest.mark.parametrize("width", [320, 520, 1400])
def test_long_words_stay_inside(banner: RunBanner, width: int) -> None:
    run = RoutineRun(
        *("a routine with a very long name " * 4, RunPhase.RUNNING, "x"),
        *(said(None, 36_000), said(None), "a very long step " * 20),
    )
    banner.show_state(InstrumentState(sampling().values, run), ONLINE, NOW)
    banner.resize(width, banner.sizeHint().height())
    image = pixels(banner)
    edge = {image.pixelColor(width - 6, y).name() for y in range(10, image.height() - 10)}
    assert edge == {theme.LIGHT.surface.name()}
