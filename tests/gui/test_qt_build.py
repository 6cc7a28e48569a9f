"""Keeps out builds of Qt for Python that do away with ``None``.

PySide6 6.12.0 releases it once too often in every method that returns nothing, which aborts an
interpreter before Python 3.12 after some thousand calls.
"""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 10_000


def test_calls_that_return_nothing_leave_none_as_it_was(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for number in range(CALLS):
        label.setNum(number)
    assert before - sys.getrefcount(None) < CALLS / 10
