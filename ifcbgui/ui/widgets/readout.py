"""The base of every widget that shows one value of the instrument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QWidget

from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.state import InstrumentState, Reading
from ifcbgui.ui.concerns import Concern, concern
from ifcbgui.ui.freshness import Freshness, judge
from ifcbgui.ui.meanings import meaning_of
from ifcbgui.ui.wording import age_text, last_said_text, value_text


@dataclass(frozen=True, slots=True)
class Look:
    """All that can be seen of a value; a widget is painted again only when it changes.

    Attributes:
        value: The value as text, without unit.
        age: Its age, or "" when it was never said.
        freshness: How far it can be trusted.
        concern: What is wrong with it, or None.
        note: A second line that goes with it.
    """

    value: str
    age: str = ""
    freshness: Freshness = Freshness.NEVER
    concern: Concern | None = None
    note: str = ""


class Readout(QWidget):
    """Shows one value; subclasses paint ``self.look``.

    Args:
        name: Name of the value in the state.
        parent: The widget it lives in.
        label: What it is called on screen; the catalogue's word when left out.
        note: Makes the second line from the state.
    """

    def __init__(
        self,
        name: str,
        parent: QWidget,
        *,
        label: str = "",
        note: Callable[[InstrumentState], str] | None = None,
    ) -> None:
        super().__init__(parent)
        meaning = meaning_of(name)
        self.name = name
        self.label = label or meaning.label
        self.unit = meaning.unit
        self.look = Look(value_text(name, None))
        self._note = note
        self._reading: Reading | None = None
        self._now_ns = 0
        self._meaning = f"{meaning.text}\nWire name: {meaning.wire}".strip()
        self.setAccessibleName(self.label)
        self.setAccessibleDescription(self.spoken())
        self.setToolTip(self._meaning)

    def show_state(self, state: InstrumentState, link: LinkStatus, now_ns: int) -> None:
        """Show the value as it stands in a state, with its age at ``now_ns``."""
        reading = state.values.get(self.name)
        self._reading, self._now_ns = reading, now_ns
        look = Look(
            value=value_text(self.name, reading.value if reading else None),
            age=age_text(now_ns - reading.monotonic_ns) if reading else "",
            freshness=judge(self.name, state, link, now_ns),
            concern=concern(self.name, state, now_ns),
            note=self._note(state) if self._note else "",
        )
        if look != self.look:
            self.look = look
            self.setAccessibleDescription(self.spoken())
            self.update()

    def spoken(self) -> str:
        """Return what is to be seen, in words."""
        look = self.look
        trouble = look.concern.text if look.concern else ""
        known = look.freshness is not Freshness.NEVER
        value = f"{look.value} {self.unit}".strip() if known else ""
        return ", ".join(part for part in (value, look.freshness, trouble, look.note) if part)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Bring the tool-tip up to date before it can be asked for."""
        parts = (
            f"{self.label}: {self.spoken()}",
            self._meaning,
            last_said_text(self._reading, self._now_ns),
            self.look.freshness.explanation if self.look.freshness.stale else "",
        )
        self.setToolTip("\n".join(part for part in parts if part))
        super().enterEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Paint again in the new colours or font."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.updateGeometry()
            self.update()
        super().changeEvent(event)
