"""The line above the message log that says which messages are shown."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
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
from ifcbgui.ui.theme import SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.log_filter_field import LogFilterField
from ifcbgui.ui.widgets.log_kinds_button import KindsButton
from ifcbgui.ui.widgets.saved_filters import SavedFilters

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

    Args:
        saved: Filters by their names, changed as the operator saves and removes some.
        parent: Qt parent.

    Signals:
        filter_changed: A `RowFilter` to apply.
        problem_changed: Why the typed filter cannot be understood, or "".
        left: Esc in an empty field: the keyboard is wanted back at the messages.
        find_requested: Something is to be found among what is shown.
        highlights_requested: The rules that colour messages are wanted.
    """

    filter_changed = Signal(object)
    problem_changed = Signal(str)
    left = Signal()
    find_requested = Signal()
    highlights_requested = Signal()

    def __init__(self, saved: dict[str, str] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text_filter: EntryFilter | None = None
        self._problem = ""
        self._field = LogFilterField("Filter of the message log", _HELP, "filter", self)
        self._field.setPlaceholderText(
            'Filter: words  "a phrase"  -not  or  kind:trigger  humidity>55'
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._in = _check_box("↓ In", "Show messages from the instrument", self)
        self._out = _check_box("↑ Out", "Show commands that were sent", self)
        self._kinds = KindsButton(self)
        self._saved = SavedFilters({} if saved is None else saved, self)
        self._find = _tool_button("search", "Find in what is shown (Ctrl+Shift+F)", self)
        self._highlights = _tool_button("highlight", "Colour messages by rules", self)
        self._clear = _tool_button("clear", "Show everything again", self)
        self._clear.setEnabled(False)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(self._field, 1)
        for widget in (
            self._clear,
            self._saved,
            self._in,
            self._out,
            self._kinds,
            self._find,
            self._highlights,
        ):
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
        self._saved.chosen.connect(self.set_text)
        self._find.clicked.connect(self.find_requested)
        self._highlights.clicked.connect(self.highlights_requested)

    @property
    def problem(self) -> str:
        """Why the typed filter cannot be understood, or ""."""
        return self._problem

    def text(self) -> str:
        """Return the filter as typed."""
        return self._field.text()

    @Slot(str)
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
        self._saved.set_text(self._field.text())

    @Slot()
    def _on_toggled(self) -> None:
        self._announce()

    @Slot()
    def _on_escaped(self) -> None:
        if self._field.text():
            self.set_text("")
        else:
            self.left.emit()


def _check_box(text: str, help_text: str, parent: QWidget) -> QCheckBox:
    box = QCheckBox(text, parent)
    box.setToolTip(help_text)
    box.setAccessibleName(help_text)
    box.setChecked(True)
    return box


def _tool_button(icon_name: str, help_text: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icon(icon_name, "muted"))
    button.setToolTip(help_text)
    button.setAccessibleName(help_text)
    button.setAutoRaise(True)
    return button
