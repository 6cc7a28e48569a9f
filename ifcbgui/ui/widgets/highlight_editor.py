"""Where the rules that colour messages of the log are made, in sets with names."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.settings import Settings
from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.highlights import COLOURS, Rule, problem_of
from ifcbgui.ui.theme import SPACE_S, tokens
from ifcbgui.ui.widgets.log_filter_field import LogFilterField

_NO_SET: Final = "No colours"
_FIRST_SET: Final = "My colours"
_SWATCH: Final = 12
_HELP: Final = "What the filter of the log understands: words, kind:trigger, humidity>55"


class HighlightEditor(QDialog):
    """Changes the sets of rules in the settings as they are edited; never modal.

    Args:
        settings: Where the sets are.
        parent: Qt parent.

    Signals:
        changed: Other rules are in force.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle("Colour messages")
        self.setMinimumWidth(480)
        self._sets = QComboBox(self)
        self._sets.setEditable(True)
        self._sets.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._sets.setAccessibleName("Set of rules in force")
        self._sets.setToolTip("Choose a set, or type the name of a new one and press Enter.")
        remove = QPushButton("Remove set", self)
        add = QPushButton("Add rule", self)
        self._lines: list[_RuleLine] = []
        self._room = QVBoxLayout()
        self._hint = QLabel(
            "The first rule that fits a message gives it its colour. Nothing is hidden.", self
        )
        self._hint.setWordWrap(True)
        top = QHBoxLayout()
        top.addWidget(QLabel("Set", self))
        top.addWidget(self._sets, 1)
        top.addWidget(remove)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(add, QDialogButtonBox.ButtonRole.ActionRole)
        for button in (remove, *buttons.buttons()):
            if isinstance(button, QPushButton):
                button.setAutoDefault(False)  # Enter names a set, and must not remove one
        column = QVBoxLayout(self)
        column.setSpacing(SPACE_S)
        column.addLayout(top)
        column.addWidget(self._hint)
        column.addLayout(self._room)
        column.addStretch(1)
        column.addWidget(buttons)
        buttons.rejected.connect(self.close)
        add.clicked.connect(self.add_rule)
        remove.clicked.connect(self.remove_set)
        self._sets.activated.connect(self._on_set_chosen)
        line = self._sets.lineEdit()
        if line is not None:
            line.returnPressed.connect(self._on_set_named)
        self._show_sets()

    def choose_set(self, name: str) -> None:
        """Put a set in force, a new one if there is none of the name; none at all for ""."""
        if name:
            self._settings.log_highlights.setdefault(name, [])
        self._settings.log_highlight_set = name
        self._show_sets()
        self.changed.emit()

    @Slot()
    def remove_set(self) -> None:
        """Forget the set in force."""
        self._settings.log_highlights.pop(self._settings.log_highlight_set, None)
        self.choose_set("")

    @Slot()
    def add_rule(self) -> None:
        """Add an empty rule to the set in force, or to a first one."""
        if not self._settings.log_highlight_set:
            self.choose_set(_FIRST_SET)
        used = {line.rule().colour for line in self._lines}
        colour = next((token for token in COLOURS if token not in used), next(iter(COLOURS)))
        self._add_line(Rule(colour, "")).focus()

    def _show_sets(self) -> None:
        names = sorted(self._settings.log_highlights)
        self._sets.clear()
        self._sets.addItems([_NO_SET, *names])
        name = self._settings.log_highlight_set
        self._sets.setCurrentIndex(names.index(name) + 1 if name in names else 0)
        for line in self._lines:
            self._room.removeWidget(line)
            line.deleteLater()
        self._lines = []
        for colour, text in self._settings.log_highlights.get(name, []):
            self._add_line(Rule(colour, text))

    def _add_line(self, rule: Rule) -> _RuleLine:
        line = _RuleLine(rule, self)
        line.changed.connect(self._keep)
        line.removed.connect(self._remove_line)
        self._lines.append(line)
        self._room.addWidget(line)
        return line

    @Slot(object)
    def _remove_line(self, line: _RuleLine) -> None:
        self._lines.remove(line)
        self._room.removeWidget(line)
        line.deleteLater()
        self._keep()

    @Slot()
    def _keep(self) -> None:
        """Put what is written into the settings; what cannot be understood waits."""
        name = self._settings.log_highlight_set
        rules = [line.rule() for line in self._lines]
        kept = [(rule.colour, rule.text) for rule in rules if rule.text and not problem_of(rule)]
        self._settings.log_highlights[name] = kept
        self.changed.emit()

    @Slot(int)
    def _on_set_chosen(self, number: int) -> None:
        self.choose_set(self._sets.itemText(number) if number else "")

    @Slot()
    def _on_set_named(self) -> None:
        name = self._sets.currentText().strip()
        self.choose_set("" if name == _NO_SET else name)


class _RuleLine(QWidget):
    """Signals: changed; removed: this line is to go."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, rule: Rule, parent: QWidget) -> None:
        super().__init__(parent)
        self._colour = QComboBox(self)
        self._colour.setAccessibleName("Colour")
        for token, name in COLOURS.items():
            self._colour.addItem(_swatch(getattr(tokens(), token)), name, token)
        self._colour.setCurrentIndex(max(self._colour.findData(rule.colour), 0))
        self._field = LogFilterField("Messages that get the colour", _HELP, "filter", self)
        self._field.setPlaceholderText("Words, kind:trigger, humidity>55")
        self._field.setText(rule.text)
        self._field.show_problem(problem_of(rule) or "")
        remove = QToolButton(self)
        remove.setIcon(icon("clear", "muted"))
        remove.setToolTip("Remove this rule")
        remove.setAccessibleName("Remove this rule")
        remove.setAutoRaise(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._colour)
        row.addWidget(self._field, 1)
        row.addWidget(remove)
        self._colour.currentIndexChanged.connect(self._on_changed)
        self._field.textChanged.connect(self._on_changed)
        remove.clicked.connect(self._on_removed)

    def rule(self) -> Rule:
        """Return what is written."""
        return Rule(self._colour.currentData(), self._field.text().strip())

    def focus(self) -> None:
        """Take the keyboard."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_changed(self) -> None:
        self._field.show_problem(problem_of(self.rule()) or "")
        self.changed.emit()

    @Slot()
    def _on_removed(self) -> None:
        self.removed.emit(self)


def _swatch(colour: QColor) -> QIcon:
    pixmap = QPixmap(_SWATCH, _SWATCH)
    pixmap.fill(colour)
    return QIcon(pixmap)
