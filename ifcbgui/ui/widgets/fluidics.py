"""The syringe and the rotary valve, drawn."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.ui.concerns import concern
from ifcbgui.ui.freshness import Freshness, judge
from ifcbgui.ui.theme import SPACE_S, tokens
from ifcbgui.ui.values import number
from ifcbgui.ui.widgets.fluidics_drawing import FluidicsLook, SyringeDrawing, ValveDrawing
from ifcbgui.ui.widgets.painting import draw_card
from ifcbgui.ui.wording import last_said_text

_HINT: Final = QSize(300, 146)


def fluidics_look(state: InstrumentState, link: LinkStatus, now_ns: int) -> FluidicsLook:
    """Return what is to be seen of syringe and valve in a state, at ``now_ns``."""
    moving = state.value("valve_moving")
    return FluidicsLook(
        volume_ml=number(state, "syringe_volume"),
        volume_freshness=judge("syringe_volume", state, link, now_ns),
        port=state.value("valve_port"),
        target=moving[1] if moving else None,
        direction=moving[0] if moving else "",
        valve_freshness=judge("valve_moving" if moving else "valve_port", state, link, now_ns),
        concern=concern("valve_moving", state, now_ns),
    )


class FluidicsView(QWidget):
    """Syringe with plunger and scale, and the valve's ring of eight ports."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.label = "Valve"
        self.look = FluidicsLook()
        self._state = InstrumentState()
        self._now_ns = 0
        self.setMinimumSize(220, 140)
        self.setMaximumWidth(640)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Syringe and valve")
        self._describe()

    def show_state(self, state: InstrumentState, link: LinkStatus, now_ns: int) -> None:
        """Show syringe and valve as they stand in a state."""
        self._state, self._now_ns = state, now_ns
        look = fluidics_look(state, link, now_ns)
        if look != self.look:
            self.look = look
            self._describe()
            self.update()

    def sizeHint(self) -> QSize:
        """A size at which everything can be read; it takes more where there is more."""
        return _HINT

    def enterEvent(self, event: QEnterEvent) -> None:
        """Bring the tool-tip up to date before it can be asked for."""
        self._describe()
        super().enterEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Paint again in the new colours or font."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card, the syringe on the left third, the valve beside it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        draw_card(painter, rect, tokens().surface, tokens().border)
        box = rect.adjusted(SPACE_S, SPACE_S, -SPACE_S, -SPACE_S)
        scale = min(1.4, max(0.75, min(box.width() / 380, box.height() / 220)))
        split = box.left() + box.width() * 0.3
        left = QRectF(box.topLeft(), QPointF(split, box.bottom()))
        right = QRectF(QPointF(split, box.top()), box.bottomRight())
        SyringeDrawing(painter, self.look, left, scale).paint()
        ValveDrawing(painter, self.look, right, scale).paint()

    def _describe(self) -> None:
        look = self.look
        syringe = f"Syringe: {_marked(look.volume_text, look.volume_freshness)}"
        move = " ".join(filter(None, (look.valve_text, look.turn_text)))
        valve = f"Valve: {_marked(move, look.valve_freshness)}"
        trouble = look.concern.text if look.concern else ""
        self.setAccessibleDescription(". ".join(filter(None, (syringe, valve, trouble))))
        name = "valve_moving" if look.target else "valve_port"
        lines = (
            syringe,
            last_said_text(self._state.reading("syringe_volume"), self._now_ns),
            look.volume_freshness.explanation if look.volume_freshness.stale else "",
            "Wire name: syringetrack",
            valve,
            last_said_text(self._state.reading(name), self._now_ns),
            look.valve_freshness.explanation if look.valve_freshness.stale else "",
            trouble,
            "Wire name: movevalvestarted, movevalvefinished",
        )
        self.setToolTip("\n".join(line for line in lines if line))


def _marked(text: str, freshness: Freshness) -> str:
    return f"{text}, {freshness}" if freshness.stale else text
