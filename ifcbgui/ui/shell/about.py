"""The two windows of the Help menu; neither is modal."""

from __future__ import annotations

import platform

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from ifcbgui import __version__
from ifcbgui.ui.icons import app_icon
from ifcbgui.ui.theme import SPACE_L, SPACE_M, SPACE_XL, mono_font, scaled_font


def show_about(parent: QWidget) -> QDialog:
    """Say what this program is and what it runs on."""
    dialog, column = _dialog("About ifcbgui", parent)
    picture = QLabel(dialog)
    picture.setPixmap(app_icon().pixmap(QSize(96, 96)))
    picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    title = QLabel(f"ifcbgui {__version__}", dialog)
    title.setFont(scaled_font(1.5, bold=True))
    title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    text = QLabel(
        "The control room for the Imaging FlowCytobot.\n\n"
        "What is shown is what the instrument said, with its age. Commands marked ◇ are not\n"
        "confirmed by any public source. This program is not made by the instrument's maker.\n\n"
        f"Python {platform.python_version()} · Qt {qVersion()} · {platform.platform(terse=True)}\n"
        "MIT licence. Qt is used under the LGPL.",
        dialog,
    )
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    for widget in (picture, title, text):
        column.addWidget(widget)
    return _finish(dialog, column)


def show_shortcuts(window: QWidget) -> QDialog:
    """List every action of a window that has a key, as it is now."""
    dialog, column = _dialog("Keyboard shortcuts", window)
    grid = QGridLayout()
    grid.setHorizontalSpacing(SPACE_XL)
    actions = [action for action in window.findChildren(QAction) if not action.shortcut().isEmpty()]
    for row, action in enumerate(actions):
        keys = QLabel(action.shortcut().toString(QKeySequence.SequenceFormat.NativeText), dialog)
        keys.setFont(mono_font())
        grid.addWidget(keys, row, 0)
        grid.addWidget(QLabel(action.text().replace("&", ""), dialog), row, 1)
    column.addLayout(grid)
    return _finish(dialog, column)


def _dialog(title: str, parent: QWidget) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
    column.setSpacing(SPACE_M)
    return dialog, column


def _finish(dialog: QDialog, column: QVBoxLayout) -> QDialog:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    dialog.show()
    return dialog
