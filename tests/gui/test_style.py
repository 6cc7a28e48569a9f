"""The edges that Fusion draws too faintly on dark grounds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QRadioButton, QWidget

from ifcbgui.ui.style import OutlinedFusion
from ifcbgui.ui.theme import ThemeChoice, apply_theme, tokens


@pytest.fixture
def styled(qapp: QApplication) -> Iterator[QApplication]:
    before = qapp.style().objectName()
    qapp.setStyle(OutlinedFusion())
    yield qapp
    qapp.setStyle(before)


def colours(widget: QWidget) -> set[str]:
    image: QImage = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton, QLineEdit])
def test_edges_have_the_colour_of_outlines(
    styled: QApplication, theme: ThemeChoice, kind: type[QWidget]
) -> None:
    apply_theme(styled, theme)
    widget = kind()
    widget.resize(120, 30)
    outline = tokens().outline
    assert outline.name() in colours(widget)
    widget.deleteLater()


@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_a_tick_is_drawn_in_the_accent(styled: QApplication, kind: type[QCheckBox]) -> None:
    apply_theme(styled, "dark")
    widget = kind()
    accent = tokens().accent.name()
    assert accent not in colours(widget)
    widget.setChecked(True)
    assert accent in colours(widget)
    widget.deleteLater()
