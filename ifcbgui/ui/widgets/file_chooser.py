"""Asks for files and folders without keeping anybody from Stop."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog


def show_chooser(chooser: QFileDialog) -> None:
    """Show a file dialog beside all other windows, none of which it blocks; closed, it is gone.

    It does not ask before a file is replaced, for that question would be modal: whoever writes
    the file has to.
    """
    chooser.setOption(QFileDialog.Option.DontConfirmOverwrite)
    chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    chooser.show()
