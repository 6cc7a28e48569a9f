"""The widgets for one value: what they show, say and paint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import QEnterEvent, QImage
from PySide6.QtWidgets import QApplication, QWidget

from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.state import InstrumentState, Reading
from ifcbgui.ui import theme
from ifcbgui.ui.freshness import Freshness
from ifcbgui.ui.widgets.lamp import Lamp
from ifcbgui.ui.widgets.reading_label import ReadingLabel
from ifcbgui.ui.widgets.readout import Readout
from ifcbgui.ui.widgets.stat_tile import StatTile

S = 1_000_000_000
NOW = 10_000 * S
ONLINE = LinkStatus(LinkState.ONLINE, online_since_ns=0)
OFF = LinkStatus()
KINDS: list[type[Readout]] = [Lamp, ReadingLabel, StatTile]


def state(age_s: float = 12, **values: Any) -> InstrumentState:
    return InstrumentState(
        {k: Reading(v, 1_795_363_509 * S, NOW - int(age_s * S)) for k, v in values.items()}
    )


@pytest.fixture
def parent(qtbot, qapp) -> QWidget:
    theme.apply_theme(qapp, "light")
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def pixels(widget: QWidget) -> QImage:
    widget.resize(widget.sizeHint())
    return widget.grab().toImage()


def colours(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_readout_has_a_name_and_says_what_it_is(kind: type[Readout], parent: QWidget) -> None:
    readout = kind("switchlaser", parent)
    assert readout.accessibleName() == "Laser"
    assert "red laser" in readout.toolTip()
    assert "valuechanged:switchlaser:<on>" in readout.toolTip()


@pytest.mark.parametrize("kind", KINDS)
def test_the_tool_tip_tells_when_and_why(kind: type[Readout], parent: QWidget) -> None:
    readout = kind("humidity", parent, label="Humidity")
    readout.show_state(state(humidity=66.13), OFF, NOW)
    readout.enterEvent(QEnterEvent(QPointF(), QPointF(), QPointF()))
    tip = readout.toolTip()
    assert tip.startswith("Humidity: 66.1 %RH, not connected, above 60 %RH\n")
    assert "Last said 2026-11-22 16:05:09 UTC (12 s ago)." in tip
    assert Freshness.OFFLINE.explanation in tip


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_is_spoken_as_it_is_seen(kind: type[Readout], parent: QWidget) -> None:
    readout = kind("humidity", parent)
    readout.show_state(state(humidity=45.0), ONLINE, NOW)
    assert readout.accessibleDescription() == "45.0 %RH"
    readout.show_state(state(humidity=45.0), OFF, NOW)
    assert readout.accessibleDescription() == "45.0 %RH, not connected"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_painted_again_when_nothing_changed(
    kind: type[Readout], parent: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    readout = kind("fpsrate", parent)
    updates: list[None] = []
    monkeypatch.setattr(readout, "update", lambda: updates.append(None))
    said = state(1, fpsrate=3.2)
    readout.show_state(said, ONLINE, NOW)
    readout.show_state(said, ONLINE, NOW)
    readout.show_state(state(1, fpsrate=3.2, humidity=45.0), ONLINE, NOW)
    assert len(updates) == 1
    readout.show_state(said, ONLINE, NOW + S)
    assert len(updates) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_of_theme_paints_in_the_new_colours(
    kind: type[Readout], parent: QWidget, qapp: QApplication
) -> None:
    readout = kind("fpsrate", parent)
    readout.show_state(state(1, fpsrate=3.2), ONLINE, NOW)
    light = pixels(readout)
    theme.apply_theme(qapp, "dark")
    assert pixels(readout) != light
    assert theme.DARK.text.name() in colours(pixels(readout))


@pytest.mark.parametrize("kind", KINDS)
def test_stale_differs_from_fresh_in_more_than_colour(kind: type[Readout], parent: QWidget) -> None:
    """Reduced to black and white by the same threshold, the two still differ."""
    readout = kind("switchlaser", parent)
    said = state(1, switchlaser=True)
    readout.show_state(said, ONLINE, NOW)
    fresh = pixels(readout).convertToFormat(QImage.Format.Format_Mono)
    readout.show_state(said, OFF, NOW)
    stale = pixels(readout).convertToFormat(QImage.Format.Format_Mono)
    assert fresh != stale


@pytest.mark.parametrize(
    ("value", "link", "word"),
    [(True, ONLINE, "ON"), (False, ONLINE, "OFF"), (True, OFF, "was ON"), (None, ONLINE, "?")],
)
def test_lamp_word(value: bool | None, link: LinkStatus, word: str, parent: QWidget) -> None:
    lamp = Lamp("switchlaser", parent)
    lamp.show_state(state() if value is None else state(switchlaser=value), link, NOW)
    assert lamp.word() == word


@pytest.mark.parametrize(
    ("values", "token"),
    [
        ({"switchoutputfiles": True}, "ok"),
        ({"switchoutputfiles": False}, "alarm"),
        ({}, "stale"),
    ],
)
def test_lamp_colour_goes_with_the_shape(
    values: dict[str, bool], token: str, parent: QWidget
) -> None:
    lamp = Lamp("switchoutputfiles", parent)
    lamp.show_state(state(**values), ONLINE, NOW)
    assert getattr(theme.LIGHT, token).name() in colours(pixels(lamp))


def test_reading_label_marks_what_is_stale(parent: QWidget) -> None:
    label = ReadingLabel("setdatafolder", parent)
    assert label.mark() == ""
    label.show_state(state(200, setdatafolder="/data"), ONLINE, NOW)
    assert label.mark() == "3 min"
    label.show_state(state(200, setdatafolder="/data"), OFF, NOW)
    assert label.mark() == "stale, 3 min"


def test_tile_note_comes_from_the_state(parent: QWidget) -> None:
    note: Callable[[InstrumentState], str] = lambda said: f"{said.value('trigger_rois')} in it"  # noqa: E731
    tile = StatTile("rois_total", parent, note=note)
    tile.show_state(state(rois_total=5, trigger_rois=2), ONLINE, NOW)
    assert tile.look.note == "2 in it"
    assert "2 in it" in tile.accessibleDescription()


@pytest.mark.parametrize(
    ("celsius", "token"), [(20.0, "surface"), (33.5, "warn_ground"), (35.5, "alarm_ground")]
)
def test_tile_ground_follows_the_concern(celsius: float, token: str, parent: QWidget) -> None:
    tile = StatTile("temperature", parent)
    tile.show_state(state(temperature=celsius), ONLINE, NOW)
    image = pixels(tile)
    assert image.pixelColor(image.width() // 2, 4) == getattr(theme.LIGHT, token)


@pytest.mark.parametrize("size", [QSize(110, 76), QSize(300, 240)])
def test_tile_number_stays_inside(size: QSize, parent: QWidget) -> None:
    tile = StatTile("triggers_saved", parent)
    tile.show_state(state(triggers_saved=12345678), ONLINE, NOW)
    tile.resize(size)
    image = tile.grab().toImage()
    right_edge = {image.pixelColor(size.width() - 4, y).name() for y in range(8, size.height() - 8)}
    assert right_edge == {theme.LIGHT.surface.name()}


def test_font_change_asks_for_a_new_layout(parent: QWidget) -> None:
    tile = StatTile("fpsrate", parent)
    updates: list[str] = []
    tile.updateGeometry = lambda: updates.append("geometry")  # type: ignore[method-assign]
    QApplication.sendEvent(tile, QEvent(QEvent.Type.FontChange))
    assert updates == ["geometry"]
