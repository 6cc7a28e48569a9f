from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QToolButton

from ifcbgui._resources import resource_path
from ifcbgui.ui import theme
from ifcbgui.ui.icons import app_icon, icon

NAMES = sorted(path.stem for path in resource_path("icons").glob("*.svg"))
LINE_ICONS = [name for name in NAMES if name != "ifcbgui"]


def colours(image: QImage) -> set[str]:
    """The colours of the pixels that are fully covered."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.fixture(autouse=True)
def light(qapp) -> None:
    theme.apply_theme(qapp, "light")


@pytest.mark.parametrize("name", LINE_ICONS)
def test_icon_is_drawn_in_the_text_colour(name: str) -> None:
    image = icon(name).pixmap(QSize(24, 24), 1.0).toImage()
    assert colours(image) == {theme.LIGHT.text.name()}


def test_icon_follows_the_theme_without_being_made_again(qapp) -> None:
    made = icon("warning", "warn")
    theme.apply_theme(qapp, "dark")
    assert colours(made.pixmap(QSize(24, 24), 1.0).toImage()) == {theme.DARK.warn.name()}


def test_disabled_icon_is_dimmed() -> None:
    image = icon("run").pixmap(QSize(24, 24), 1.0, QIcon.Mode.Disabled).toImage()
    assert colours(image) == {theme.LIGHT.disabled.name()}


def test_icon_is_sharp_on_a_dense_screen() -> None:
    pixmap = icon("run").pixmap(QSize(24, 24), 2.0)
    assert pixmap.size() == QSize(48, 48)
    assert pixmap.devicePixelRatio() == 2.0


def test_icon_outlives_the_name_it_was_made_under(qtbot) -> None:
    button = QToolButton()
    qtbot.addWidget(button)
    button.setIcon(icon("save"))
    gc.collect()
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    assert colours(button.grab().toImage()) > {theme.LIGHT.text.name()}


def test_missing_icon_is_said_at_once() -> None:
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        icon("no-such-icon")


@pytest.mark.parametrize("side", [16, 32, 256])
def test_application_icon_has_every_size(qapp, side: int) -> None:
    image = app_icon().pixmap(QSize(side, side), 1.0).toImage()
    assert image.size() == QSize(side, side)
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(side // 2, side // 2).alpha() == 255
