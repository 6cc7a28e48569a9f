"""Notices: news goes by itself, trouble and questions stay."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ifcbgui.ui.widgets import notice as notice_module
from ifcbgui.ui.widgets.notice import Choice, Level, Notice, NoticeArea


@pytest.fixture
def area(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> NoticeArea:
    monkeypatch.setattr(notice_module, "NEWS_MS", 30)
    area = NoticeArea()
    qtbot.addWidget(area)
    return area


def shown(area: NoticeArea, key: str) -> Notice:
    notice = area.notice(key)
    assert notice is not None
    return notice


@pytest.mark.parametrize("level", [Level.OK, Level.INFO])
def test_news_goes_by_itself(qtbot: QtBot, area: NoticeArea, level: Level) -> None:
    area.notify("saved", level, "Saved.")
    qtbot.waitUntil(lambda: area.notice("saved") is None)
    assert area.isHidden()


@pytest.mark.parametrize(
    ("level", "choices"),
    [(Level.WARNING, ()), (Level.ERROR, ()), (Level.INFO, (Choice("Cancel"),))],
)
def test_trouble_and_questions_stay(
    qtbot: QtBot, area: NoticeArea, level: Level, choices: Sequence[Choice]
) -> None:
    area.notify("stays", level, "Something has happened.", choices)
    area.notify("news", Level.OK, "Saved.")
    qtbot.waitUntil(lambda: area.notice("news") is None)
    assert area.notice("stays") is not None


def test_news_stays_under_the_mouse(qtbot: QtBot, area: NoticeArea) -> None:
    area.notify("read", Level.OK, "Saved in a folder with a long name.")
    place = QPointF(5, 5)
    QApplication.sendEvent(shown(area, "read"), QEnterEvent(place, place, place))
    area.notify("news", Level.OK, "Saved.")
    qtbot.waitUntil(lambda: area.notice("news") is None)
    QApplication.sendEvent(shown(area, "read"), QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: area.notice("read") is None)
