"""The line above the message log that says which messages are shown."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ifcbgui.instrument.entry import Direction
from ifcbgui.session.filters import (
    LINK_KIND,
    EntryFilter,
    FilterError,
    Term,
    filter_kinds,
    narrow,
)
from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.row_filter import RowFilter
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, tokens

_TYPING_PAUSE_MS: Final = 60
_HELP: Final = (
    "Show only messages with these words.\n"
    '"two words"   a phrase\n'
    "-word   without it\n"
    "this or that, (a or b) c   one of them\n"
    "/valve \\d/i   a regular expression; i ignores the case\n"
    "kind:trigger   of this kind; several as kind:trigger,image\n"
    "dir:out   only what was sent; dir:in only what came\n"
    "humidity>55, pausestate:on   a value that the message says\n"
    "time>=-10m, time>=12:30   the last 10 minutes, or since then in UTC\n"
    "What befell the link (lost, signed on, numbers missing) is always shown,\n"
    "unless -kind:link is typed or its kind is hidden."
)


class LogFilterBar(QWidget):
    """Typed filter, directions and kinds. What cannot be understood changes nothing.

    Signals:
        filter_changed: A `RowFilter` to apply.
        problem_changed: Why the typed filter cannot be understood, or "".
        left: Esc in an empty field: the keyboard is wanted back at the messages.
    """

    filter_changed = Signal(object)
    problem_changed = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text_filter: EntryFilter | None = None
        self._problem = ""
        self._field = _FilterField(self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._in = _check_box("↓ In", "Show messages from the instrument", self)
        self._out = _check_box("↑ Out", "Show commands that were sent", self)
        self._kinds = KindsButton(self)
        self._clear = QToolButton(self)
        self._clear.setIcon(icon("clear", "muted"))
        self._clear.setToolTip("Show everything again")
        self._clear.setAccessibleName("Clear the filter")
        self._clear.setAutoRaise(True)
        self._clear.setEnabled(False)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(self._field, 1)
        for widget in (self._in, self._out, self._kinds, self._clear):
            row.addWidget(widget)

    def _connect(self) -> None:
        self._field.textChanged.connect(self._on_typed)
        self._field.escaped.connect(self._on_escaped)
        self._field.returnPressed.connect(self.apply)
        self._pause.timeout.connect(self.apply)
        self._in.toggled.connect(self._on_toggled)
        self._out.toggled.connect(self._on_toggled)
        self._kinds.changed.connect(self._on_toggled)
        self._clear.clicked.connect(self.clear)

    @property
    def problem(self) -> str:
        """Why the typed filter cannot be understood, or ""."""
        return self._problem

    def text(self) -> str:
        """Return the filter as typed."""
        return self._field.text()

    def set_text(self, text: str) -> None:
        """Put a text into the field and apply it at once."""
        self._field.setText(text)
        self.apply()

    def narrow(self, term: Term) -> None:
        """Ask for a further term; what is typed but cannot be understood is given up for it."""
        text = self._field.text()
        with suppress(FilterError):
            self.set_text(narrow(text, term))
            return
        self.set_text(narrow(self._text_filter.text if self._text_filter else "", term))

    def row_filter(self) -> RowFilter:
        """Return the filter that the bar stands for; of a bad text, the last good one."""
        directions = ((self._in, Direction.IN), (self._out, Direction.OUT))
        return RowFilter(
            directions=frozenset(way for box, way in directions if box.isChecked()),
            hidden_groups=self._kinds.hidden,
            text=self._text_filter,
        )

    def show_only_kind(self, kind: str) -> None:
        """Hide every kind but one, and what befell the link: no gap is hidden in passing."""
        self._kinds.set_hidden(frozenset(filter_kinds()) - {kind, LINK_KIND})

    def hide_kind(self, kind: str) -> None:
        """Hide one kind more."""
        self._kinds.set_hidden(self._kinds.hidden | {kind})

    @Slot()
    def focus(self) -> None:
        """Take the keyboard, with the old text ready to be typed over."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    @Slot()
    def clear(self) -> None:
        """Show everything."""
        self._field.clear()
        for button in (self._in, self._out):
            button.setChecked(True)
        self._kinds.set_hidden(frozenset())
        self.apply()

    @Slot()
    def apply(self) -> None:
        """Read the typed text and announce the filter."""
        self._pause.stop()
        text = self._field.text()
        problem = ""
        try:
            self._text_filter = EntryFilter.parse(text) if text.strip() else None
        except FilterError as error:
            problem = str(error)
        if problem != self._problem:
            self._problem = problem
            self._field.show_problem(problem)
            self.problem_changed.emit(problem)
        self._announce()

    def _announce(self) -> None:
        wanted = self.row_filter()
        self._clear.setEnabled(wanted != RowFilter() or bool(self._field.text()))
        self.filter_changed.emit(wanted)

    @Slot()
    def _on_typed(self) -> None:
        self._pause.start()

    @Slot()
    def _on_toggled(self) -> None:
        self._announce()

    @Slot()
    def _on_escaped(self) -> None:
        if self._field.text():
            self.set_text("")
        else:
            self.left.emit()


class KindsButton(QToolButton):
    """A button with a menu of the kinds of messages, each of which can be hidden.

    Signals:
        changed: Other kinds are hidden than before.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Kinds of messages shown")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = _StayingMenu(self)
        menu.addAction("Show all", self._show_all)
        menu.addAction("Hide all", self._hide_all)
        menu.addSeparator()
        self._choices = {kind: menu.addAction(kind) for kind in filter_kinds()}
        for choice in self._choices.values():
            choice.setCheckable(True)
            choice.setChecked(True)
            choice.triggered.connect(self._on_chosen)
        self.setMenu(menu)
        self._show_count()
        widest = self.fontMetrics().horizontalAdvance("Kinds 00/00")
        self.setMinimumWidth(widest + 4 * SPACE_S)

    @property
    def hidden(self) -> frozenset[str]:
        """Kinds not shown."""
        return frozenset(kind for kind, choice in self._choices.items() if not choice.isChecked())

    def set_hidden(self, kinds: frozenset[str]) -> None:
        """Hide these kinds and no other."""
        if kinds == self.hidden:
            return
        for kind, choice in self._choices.items():
            choice.setChecked(kind not in kinds)
        self._on_chosen()

    @Slot()
    def _show_all(self) -> None:
        self.set_hidden(frozenset())

    @Slot()
    def _hide_all(self) -> None:
        self.set_hidden(frozenset(self._choices))

    @Slot()
    def _on_chosen(self) -> None:
        self._show_count()
        self.changed.emit()

    def _show_count(self) -> None:
        shown, kinds = len(self._choices) - len(self.hidden), len(self._choices)
        self.setText("Kinds" if shown == kinds else f"Kinds {shown}/{kinds}")
        self.setToolTip(f"Choose which kinds of messages are shown ({shown} of {kinds})")


class _StayingMenu(QMenu):
    """Stays open while its choices are made, since several are wanted in a row."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose without closing."""
        if (action := self.actionAt(event.position().toPoint())) is not None:
            action.trigger()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by the space bar without closing; Enter chooses and closes."""
        if event.key() == Qt.Key.Key_Space and (action := self.activeAction()) is not None:
            action.trigger()
            return
        super().keyPressEvent(event)


class _FilterField(QLineEdit):
    """Signals: escaped: the Esc key."""

    escaped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._problem = ""
        self.setPlaceholderText('Filter: words  "a phrase"  -not  or  kind:trigger  humidity>55')
        self.setAccessibleName("Filter of the message log")
        self.setToolTip(_HELP)
        self.setMinimumWidth(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.addAction(icon("filter", "muted"), QLineEdit.ActionPosition.LeadingPosition)

    def show_problem(self, problem: str) -> None:
        """Turn red and say why, or turn back for ""."""
        self._problem = problem
        self.setToolTip(problem or _HELP)
        self.setAccessibleDescription(problem)
        self._colour()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Catch Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme while red."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette()
        if self._problem:
            palette.setColor(QPalette.ColorRole.Base, tokens().alarm_ground)
            palette.setColor(QPalette.ColorRole.Text, tokens().alarm)
        self.setPalette(palette)


def _check_box(text: str, help_text: str, parent: QWidget) -> QCheckBox:
    box = QCheckBox(text, parent)
    box.setToolTip(help_text)
    box.setAccessibleName(help_text)
    box.setChecked(True)
    return box
