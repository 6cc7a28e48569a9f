from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.state import InstrumentState, Reading
from ifcbgui.ui import theme
from ifcbgui.ui.freshness import Freshness
from ifcbgui.ui.widgets.fluidics import FluidicsView, fluidics_look
from ifcbgui.ui.widgets.fluidics_drawing import (
    PORTS,
    FluidicsLook,
    SyringeDrawing,
    ValveDrawing,
)

S = 1_000_000_000
NOW = 10_000 * S
ONLINE = LinkStatus(LinkState.ONLINE, online_since_ns=0)
BOX = QRectF(0, 0, 300, 240)


def state(**values: Any) -> InstrumentState:
    return InstrumentState({k: Reading(v, 0, NOW - 3 * S) for k, v in values.items()})


@pytest.fixture
def parent(qtbot, qapp) -> QWidget:
    theme.apply_theme(qapp, "light")
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def view(parent: QWidget) -> FluidicsView:
    made = FluidicsView(parent)
    made.resize(380, 240)
    return made


def drawn(kind: type[SyringeDrawing | ValveDrawing], look: FluidicsLook) -> tuple[Any, QImage]:
    image = QImage(300, 240, QImage.Format.Format_ARGB32)
    image.fill(theme.LIGHT.surface)
    painter = QPainter(image)
    drawing = kind(painter, look, BOX, 1.0)
    drawing.paint()
    painter.end()
    return drawing, image


def test_nothing_known_is_said(view: FluidicsView) -> None:
    view.show_state(InstrumentState(), ONLINE, NOW)
    assert view.accessibleDescription() == "Syringe: not known. Valve: not known"


def test_look_of_a_valve_that_stands() -> None:
    look = fluidics_look(state(syringe_volume=3.416, valve_port="exhaust"), ONLINE, NOW)
    assert look.volume_text == "3.42 mL"
    assert look.valve_text == "at exhaust"
    assert look.valve_freshness is Freshness.FRESH


def test_look_of_a_valve_that_moves() -> None:
    moving = state(valve_port="exhaust", valve_moving=("ccw", "needle"))
    look = fluidics_look(moving, ONLINE, NOW)
    assert (look.valve_text, look.turn_text) == ("moving to needle", "anticlockwise")
    arrived = state(valve_port="needle", valve_moving=None)
    assert fluidics_look(arrived, ONLINE, NOW).valve_text == "at needle"


def test_a_stuck_valve_is_named(view: FluidicsView) -> None:
    view.show_state(state(valve_moving=("cw", "beads")), ONLINE, NOW + 30 * S)
    assert "no arrival for 33 s" in view.accessibleDescription()


def test_the_two_streams_are_judged_apart() -> None:
    values = state(syringe_volume=1.0, valve_port="intake", switchviewsyringe=False)
    look = fluidics_look(values, ONLINE, NOW)
    assert look.volume_freshness is Freshness.STREAM_OFF
    assert look.valve_freshness is Freshness.FRESH


@pytest.mark.parametrize("volume_ml", [0.0, 1.0, 2.5, 5.0])
def test_the_level_is_to_scale(qapp, volume_ml: float) -> None:
    theme.apply_theme(qapp, "light")
    look = FluidicsLook(volume_ml=volume_ml, volume_freshness=Freshness.FRESH)
    drawing, image = drawn(SyringeDrawing, look)
    barrel = drawing.barrel
    x = round(barrel.left() + barrel.width() * 0.25)
    wet = sum(image.pixelColor(x, y) == theme.LIGHT.liquid for y in range(image.height()))
    assert wet == pytest.approx(barrel.height() * volume_ml / 5.0, abs=4)


@pytest.mark.parametrize("volume_ml", [-1.0, 7.5])
def test_an_impossible_volume_stays_in_the_barrel(qapp, volume_ml: float) -> None:
    look = FluidicsLook(volume_ml=volume_ml, volume_freshness=Freshness.FRESH)
    drawing, image = drawn(SyringeDrawing, look)
    below = round(drawing.barrel.bottom()) + 12
    liquid = theme.tokens().liquid
    assert all(image.pixelColor(x, below) != liquid for x in range(image.width()))


@pytest.mark.parametrize("port", PORTS)
def test_the_port_it_stands_at_is_filled(qapp, port: str) -> None:
    theme.apply_theme(qapp, "light")
    look = FluidicsLook(port=port, valve_freshness=Freshness.FRESH)
    drawing, image = drawn(ValveDrawing, look)
    filled = [
        name
        for index, name in enumerate(PORTS)
        if image.pixelColor((drawing._at(index) - QPointF(0, 6)).toPoint()) == theme.LIGHT.accent
    ]
    assert filled == [port]


def test_ports_run_clockwise_from_the_top(qapp) -> None:
    drawing, _image = drawn(ValveDrawing, FluidicsLook())
    needle, bleach, extra, intake = (drawing._at(i) for i in (0, 3, 4, 7))
    centre: QPointF = drawing.centre
    assert needle.x() > centre.x() > intake.x()
    assert bleach.x() > centre.x() > extra.x()
    assert needle.y() < centre.y() < bleach.y()


def test_stale_is_drawn_without_water_or_marked_port(qapp) -> None:
    theme.apply_theme(qapp, "light")
    stale = Freshness.OFFLINE
    look = FluidicsLook(2.0, stale, "needle", valve_freshness=stale)
    for kind in (SyringeDrawing, ValveDrawing):
        _drawing, image = drawn(kind, look)
        seen = {image.pixelColor(x, y).name() for x in range(300) for y in range(240)}
        assert theme.LIGHT.liquid.name() not in seen
        assert theme.LIGHT.accent.name() not in seen


@pytest.mark.parametrize("target", ["needle", "unheard-of"])
def test_any_move_can_be_drawn(view: FluidicsView, target: str) -> None:
    for direction in ("cw", "ccw", "sideways"):
        for start in ({"valve_port": "exhaust"}, {"valve_port": "unheard-of"}, {}):
            view.show_state(state(valve_moving=(direction, target), **start), ONLINE, NOW)
            assert not view.grab().toImage().isNull()
            assert f"moving to {target}" in view.accessibleDescription()


@pytest.mark.parametrize(("width", "height"), [(220, 140), (380, 240), (600, 400)])
def test_it_fits_any_size(view: FluidicsView, width: int, height: int) -> None:
    view.show_state(state(syringe_volume=5.0, valve_port="debubble"), ONLINE, NOW)
    view.resize(width, height)
    image = view.grab().toImage()
    inside = theme.LIGHT.surface
    for y in range(12, height - 12):
        assert image.pixelColor(3, y) == inside
        assert image.pixelColor(width - 4, y) == inside


def test_tool_tip_names_the_wire_and_the_moment(view: FluidicsView) -> None:
    view.show_state(state(syringe_volume=5.0, valve_port="needle"), ONLINE, NOW)
    assert "syringetrack" in view.toolTip()
    assert "movevalvefinished" in view.toolTip()
    assert view.toolTip().count("1970-01-01 00:00:00 UTC (3 s ago)") == 2
