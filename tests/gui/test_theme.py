from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from ifcbgui.ui import theme
from ifcbgui.ui.widgets.log_footer import LogFooter
from ifcbgui.ui.widgets.trend_tools import TrendTools

TEXTS = ("text", "muted", "stale", "accent", "ok", "warn", "alarm", "info")
GROUNDS = (
    *("window", "surface", "raised", "selection", "out_row", "unknown_row"),
    *("ok_ground", "warn_ground", "alarm_ground", "info_ground"),
)
SOLIDS = ("accent", "ok", "warn", "alarm", "info")


def luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in colour.getRgbF()[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_the_published_formula() -> None:
    assert contrast(QColor("white"), QColor("black")) == pytest.approx(21.0)
    assert contrast(QColor("#767676"), QColor("white")) == pytest.approx(4.54, abs=0.01)


TABLES = pytest.mark.parametrize("table", [theme.LIGHT, theme.DARK], ids=lambda table: table.name)


def too_faint(
    table: theme.Tokens, inks: tuple[str, ...], grounds: tuple[str, ...], least: float
) -> list[str]:
    return [
        f"{ink} on {ground}"
        for ink in inks
        for ground in grounds
        if contrast(getattr(table, ink), getattr(table, ground)) < least
    ]


@TABLES
def test_text_can_be_read_on_every_ground(table: theme.Tokens) -> None:
    assert too_faint(table, TEXTS, GROUNDS, 4.5) == []


@TABLES
def test_text_can_be_read_on_solid_colours(table: theme.Tokens) -> None:
    assert too_faint(table, ("on_solid",), SOLIDS, 4.5) == []
    assert too_faint(table, ("on_fill",), ("run_fill", "stop_fill", "replay_fill"), 6.0) == []


@TABLES
def test_lines_with_a_meaning_can_be_seen(table: theme.Tokens) -> None:
    assert too_faint(table, ("outline", "replay"), GROUNDS, 3.0) == []


def test_what_is_too_faint_is_named() -> None:
    assert too_faint(theme.LIGHT, ("border",), ("surface",), 4.5) == ["border on surface"]


@pytest.mark.parametrize(
    ("choice", "scheme", "name"),
    [
        ("system", Qt.ColorScheme.Unknown, "light"),
        ("system", Qt.ColorScheme.Light, "light"),
        ("system", Qt.ColorScheme.Dark, "dark"),
        ("light", Qt.ColorScheme.Dark, "light"),
        ("dark", Qt.ColorScheme.Light, "dark"),
    ],
)
def test_choice_goes_before_the_desktop(
    choice: theme.ThemeChoice, scheme: Qt.ColorScheme, name: str
) -> None:
    assert theme.table_for(choice, scheme).name == name


def test_palette_sets_every_role_for_a_disabled_control() -> None:
    palette = theme.make_palette(theme.DARK)
    group = QPalette.ColorGroup.Disabled
    assert palette.color(group, QPalette.ColorRole.ButtonText) == theme.DARK.disabled
    assert palette.color(group, QPalette.ColorRole.Window) == theme.DARK.window


class Listener(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.told.append(theme.tokens().name)
        super().changeEvent(event)


def test_widgets_are_told_of_a_change_and_not_of_no_change(qtbot, qapp) -> None:
    theme.apply_theme(qapp, "light")
    listener = Listener()
    qtbot.addWidget(listener)
    qapp.processEvents()
    listener.told.clear()
    theme.apply_theme(qapp, "dark")
    qtbot.waitUntil(lambda: listener.told == ["dark"])
    theme.apply_theme(qapp, "dark")
    qapp.processEvents()
    assert listener.told == ["dark"]
    theme.apply_theme(qapp, "light")
    qtbot.waitUntil(lambda: listener.told == ["dark", "light"])


def test_buttons_that_stand_out_do_so_in_any_theme(qtbot, qapp) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    footer, tools = LogFooter(window), TrendTools(600, window)
    [follow] = [b for b in footer.findChildren(QToolButton) if "Following" in b.text()]
    footer.show_following(False, 7)
    tools.show_following(False)
    window.show()
    for choice in ("dark", "light"):
        theme.apply_theme(qapp, choice)
        QApplication.processEvents()
        accent = theme.tokens().accent
        assert follow.palette().color(QPalette.ColorRole.Button) == accent
        assert tools.follow.palette().color(QPalette.ColorRole.Button) == accent


def test_desktop_change_is_followed_only_when_asked(qapp) -> None:
    theme.apply_theme(qapp, "dark")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.tokens() is theme.DARK
    theme.apply_theme(qapp, "system")
    assert theme.tokens() is theme.table_for("system", qapp.styleHints().colorScheme())


def test_fonts_grow_with_the_system_font_however_it_is_given(qapp) -> None:
    before = qapp.font()
    try:
        in_pixels = QFont(before)
        in_pixels.setPixelSize(20)
        qapp.setFont(in_pixels)
        normal, double = theme.scaled_font(1.0).pointSizeF(), theme.scaled_font(2.0).pointSizeF()
        assert normal > 0
        assert double == pytest.approx(2 * normal)
        assert theme.mono_font(2.0).pointSizeF() == pytest.approx(double)
    finally:
        qapp.setFont(before)


def test_digits_have_one_width(qapp) -> None:
    metrics = QFontMetricsF(theme.scaled_font(2.0, bold=True))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1
