"""The pane with one message in full."""

from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
)
from pytestqt.qtbot import QtBot

from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.widgets.log_detail import LogDetail
from tests.helpers.log_traffic import rows


@pytest.fixture
def detail(qtbot: QtBot) -> LogDetail:
    detail = LogDetail()
    qtbot.addWidget(detail)
    detail.resize(420, 500)
    with qtbot.waitExposed(detail):
        detail.show()
    return detail


def show(detail: LogDetail, text: str, *, readable: bool = True) -> None:
    store = LogStore()
    store.append(rows(text))
    detail.show_row(store.row(0), text.removeprefix(">") if readable else None)


def words(detail: LogDetail) -> str:
    return "\n".join(label.text() for label in detail.findChildren(QLabel) if label.isVisible())


def raw(detail: LogDetail) -> str:
    return detail.findChild(QPlainTextEdit).toPlainText()


def png(width: int, height: int) -> str:
    file = io.BytesIO()
    Image.new("L", (width, height), 128).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_without_a_message_it_says_how_to_choose_one(detail: LogDetail) -> None:
    assert "Choose a message" in words(detail)
    assert not detail.findChild(QPlainTextEdit).isVisible()


def test_fields_envelope_and_text_are_shown(detail: LogDetail) -> None:
    show(detail, "valuechanged:getenvironment:38.2:23.6")
    table = detail.findChild(QTableWidget)
    cells = [[table.item(row, column).text() for column in range(4)] for row in range(2)]
    assert cells[0] == ["humidity", "38.2", "%RH", "relative humidity"]
    assert cells[1][:3] == ["temperature", "23.6", "°C"]
    assert "From host-207 (host), number 4101" in words(detail)
    assert "2026-11-22 16:00:00.000000 UTC" in words(detail)
    assert raw(detail) == "valuechanged:getenvironment:38.2:23.6"


def test_a_problem_is_said_in_plain_words(detail: LogDetail) -> None:
    show(detail, "valuechanged:setcameragain:six")
    assert "should be a whole number" in words(detail)


def test_an_unknown_message_is_named_as_such(detail: LogDetail) -> None:
    show(detail, "valuechanged:switchnewthing:1")
    assert "Not in the catalogue" in words(detail)
    assert not detail.findChild(QTableWidget).isVisible()


def test_a_command_is_no_unknown_message(detail: LogDetail) -> None:
    show(detail, ">routine:runsample")
    assert "Sent by this program" in words(detail)
    assert "catalogue" not in words(detail)


def test_json_is_indented_until_the_text_as_received_is_wanted(detail: LogDetail) -> None:
    steps = [{"Type": "Sequence", "Steps": []}]
    text = f"valuechanged:interactive:load:{json.dumps(steps)}"
    show(detail, text)
    assert raw(detail) == json.dumps(steps, indent=2)
    detail.findChild(QCheckBox).click()
    assert raw(detail) == text
    show(detail, "client:reset")
    assert not detail.findChild(QCheckBox).isVisible()


def test_of_a_very_long_text_the_beginning_is_shown_and_the_whole_can_be_copied(
    detail: LogDetail,
) -> None:
    text = "reportevent:" + "a" * 1_200_000
    show(detail, text)
    assert raw(detail) == text[:20_000]
    assert "first 20.0 kB of 1.2 MB" in words(detail)
    detail.findChild(QPushButton).click()
    assert QGuiApplication.clipboard().text() == text


def test_a_text_that_cannot_be_had_back_is_said_to_be_a_beginning(detail: LogDetail) -> None:
    show(detail, "reportevent:" + "a" * 5000, readable=False)
    assert "cannot be read from the session" in words(detail)
    assert raw(detail).startswith("reportevent:aaa")


def test_a_frame_is_shown_scaled_down(detail: LogDetail, qtbot: QtBot) -> None:
    show(detail, f"triggerimage:{png(1360, 1024)}")
    images = detail.findChild(QListWidget)
    assert images.isVisible()
    qtbot.waitUntil(lambda: images.item(0).text() == "1360 x 1024 px")
    assert images.count() == 1
    assert images.item(0).icon().availableSizes()[0].width() <= 280


def test_of_many_images_the_first_are_shown(detail: LogDetail, qtbot: QtBot) -> None:
    rois = ":".join(f"{n}:{2 * n}:{png(40, 30)}" for n in range(15))
    show(detail, f"triggerrois:15:{rois}")
    images = detail.findChild(QListWidget)
    assert images.count() == 13
    qtbot.waitUntil(lambda: images.item(1).toolTip() == "top 1, left 2, 40 x 30 px")
    assert images.item(12).text() == "and 3 more"
    show(detail, "client:reset")
    assert not images.isVisible()


def test_what_is_no_image_is_said_to_be_none(detail: LogDetail, qtbot: QtBot) -> None:
    show(detail, f"triggerimage:{base64.b64encode(b'no image at all').decode()}")
    images = detail.findChild(QListWidget)
    qtbot.waitUntil(lambda: images.item(0).text() == "not an image")


def test_clearing_takes_the_message_away(detail: LogDetail) -> None:
    show(detail, "client:reset")
    detail.clear()
    assert "Choose a message" in words(detail)
    assert not detail.findChild(QPlainTextEdit).isVisible()


def test_an_image_that_was_not_kept_says_so(detail: LogDetail) -> None:
    show(detail, f"triggerimage:{'A' * 4000}", readable=False)
    assert "Not kept" in words(detail)
    assert "settings" in words(detail)
    show(detail, f"reportevent:{'A' * 4000}", readable=False)
    assert "Not kept" not in words(detail)


def test_the_bytes_of_a_text_are_shown_on_demand(detail: LogDetail) -> None:
    show(detail, "reportevent:é")
    box = next(box for box in detail.findChildren(QCheckBox) if box.text() == "Hex")
    box.setChecked(True)
    raw = detail.findChild(QPlainTextEdit).toPlainText()
    assert raw == "000000  72 65 70 6f 72 74 65 76 65 6e 74 3a c3 a9        reportevent:.."
