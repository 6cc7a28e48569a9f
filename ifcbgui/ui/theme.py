"""The look in one place: colour tokens, the palette made from them, fonts and spacing.

Widgets ask `tokens()` when they paint and repaint on ``QEvent.Type.PaletteChange``; they keep
no colour of their own. The tokens in force are known by the palette itself, so that nothing
can be out of step with what Qt paints.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

ThemeChoice = Literal["system", "light", "dark"]

SPACE_XS: Final = 4
SPACE_S: Final = 8
SPACE_M: Final = 12
SPACE_L: Final = 16
SPACE_XL: Final = 24
RADIUS: Final = 6


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, by what they are for.

    Every text colour has a contrast of at least 4.5 : 1 on every ground it is used on.

    Attributes:
        name: ``light`` or ``dark``.
        window: Ground of windows and panels.
        surface: Ground of tables, fields and cards.
        raised: Ground of buttons and headers, and of a row under the mouse.
        border: Lines that only divide.
        outline: Lines that carry meaning (a syringe, a lamp): 3 : 1 on all grounds.
        text: Text.
        muted: Second-rank text: labels, units, ages.
        disabled: Text of what cannot be used now; exempt from the contrast rule.
        accent: Focus, links, what is chosen.
        ok: Good, running.
        warn: Look at this.
        alarm: Act on this.
        info: Good to know.
        stale: A value that is no longer vouched for.
        on_solid: Text on a ground of accent, ok, warn, alarm or info.
        ok_ground: Pale ground behind good news.
        warn_ground: Pale ground behind a warning.
        alarm_ground: Pale ground behind an alarm.
        info_ground: Pale ground behind a notice.
        selection: Ground of selected rows.
        out_row: Ground of log rows that we sent.
        unknown_row: Ground of log rows that the catalogue does not know.
        run_fill: Fill of the buttons that start or take control.
        stop_fill: Fill of the button that stops.
        replay_fill: Ground of the banner that says that nothing here is live.
        on_fill: Text on these three, which the style paints as they are but a little lighter.
        replay: The clock of a replay: where it stands, what it plays over and over.
        liquid: Water in the fluidics drawing.
    """

    name: str
    window: QColor
    surface: QColor
    raised: QColor
    border: QColor
    outline: QColor
    text: QColor
    muted: QColor
    disabled: QColor
    accent: QColor
    ok: QColor
    warn: QColor
    alarm: QColor
    info: QColor
    stale: QColor
    on_solid: QColor
    ok_ground: QColor
    warn_ground: QColor
    alarm_ground: QColor
    info_ground: QColor
    selection: QColor
    out_row: QColor
    unknown_row: QColor
    run_fill: QColor
    stop_fill: QColor
    replay_fill: QColor
    on_fill: QColor
    replay: QColor
    liquid: QColor

    @property
    def dark(self) -> bool:
        """True for light text on dark grounds."""
        return self.name == "dark"


LIGHT: Final = Tokens(
    name="light",
    window=QColor("#f1f4f6"),
    surface=QColor("#ffffff"),
    raised=QColor("#e4eaee"),
    border=QColor("#c5cfd7"),
    outline=QColor("#71808d"),
    text=QColor("#14202b"),
    muted=QColor("#4c5b68"),
    disabled=QColor("#93a0ab"),
    accent=QColor("#00628a"),
    ok=QColor("#13643b"),
    warn=QColor("#824a00"),
    alarm=QColor("#ad1f1a"),
    info=QColor("#1a57a0"),
    stale=QColor("#566471"),
    on_solid=QColor("#ffffff"),
    ok_ground=QColor("#e0f3e7"),
    warn_ground=QColor("#fff0d1"),
    alarm_ground=QColor("#fde5e2"),
    info_ground=QColor("#e3eefb"),
    selection=QColor("#c9e3f1"),
    out_row=QColor("#e6f2f9"),
    unknown_row=QColor("#faf3df"),
    run_fill=QColor("#00628a"),
    stop_fill=QColor("#ad1f1a"),
    replay_fill=QColor("#6b3fa0"),
    on_fill=QColor("#ffffff"),
    replay=QColor("#6b3fa0"),
    liquid=QColor("#5fb4d6"),
)

DARK: Final = Tokens(
    name="dark",
    window=QColor("#12171c"),
    surface=QColor("#1a2027"),
    raised=QColor("#252d36"),
    border=QColor("#36414c"),
    outline=QColor("#7f8d9a"),
    text=QColor("#e4e9ed"),
    muted=QColor("#a5b1bc"),
    disabled=QColor("#65717d"),
    accent=QColor("#5cbbe0"),
    ok=QColor("#66cf95"),
    warn=QColor("#f3b54e"),
    alarm=QColor("#ff8d84"),
    info=QColor("#84bdf5"),
    stale=QColor("#98a4b0"),
    on_solid=QColor("#0c1216"),
    ok_ground=QColor("#16291f"),
    warn_ground=QColor("#33270f"),
    alarm_ground=QColor("#3c1b19"),
    info_ground=QColor("#172a3e"),
    selection=QColor("#1a3a4c"),
    out_row=QColor("#172833"),
    unknown_row=QColor("#2b2617"),
    run_fill=QColor("#005a80"),
    stop_fill=QColor("#a51c17"),
    replay_fill=QColor("#744dac"),
    on_fill=QColor("#ffffff"),
    replay=QColor("#c3a3f5"),
    liquid=QColor("#2f85ab"),
)

_BY_WINDOW: Final = {table.window.rgb(): table for table in (LIGHT, DARK)}


def tokens() -> Tokens:
    """Return the tokens of the palette in force; the light ones before `apply_theme`."""
    window = QApplication.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Window)
    return _BY_WINDOW.get(window.rgb(), LIGHT)


def apply_theme(app: QApplication, choice: ThemeChoice) -> None:
    """Give the program a theme; ``system`` goes on following the desktop's light and dark."""
    follower = app.findChild(_SchemeFollower) or _SchemeFollower(app)
    follower.choose(choice)


def table_for(choice: ThemeChoice, scheme: Qt.ColorScheme) -> Tokens:
    """Return the tokens of a choice on a desktop; one that does not say counts as light."""
    if choice == "system":
        return DARK if scheme is Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def make_palette(table: Tokens) -> QPalette:
    """Return the palette of a token table, all roles set, for the Fusion style."""
    role = QPalette.ColorRole
    colours = {
        role.Window: table.window,
        role.WindowText: table.text,
        role.Base: table.surface,
        role.AlternateBase: table.window,
        role.Text: table.text,
        role.Button: table.raised,
        role.ButtonText: table.text,
        role.BrightText: table.alarm,
        role.ToolTipBase: table.raised,
        role.ToolTipText: table.text,
        role.PlaceholderText: table.muted,
        role.Highlight: table.accent,
        role.HighlightedText: table.on_solid,
        role.Accent: table.accent,
        role.Link: table.accent,
        role.LinkVisited: table.accent,
        role.Light: table.raised.lighter(120),
        role.Midlight: table.raised.lighter(110),
        role.Mid: table.border,
        role.Dark: table.outline,
        role.Shadow: QColor("#000000"),
    }
    palette = QPalette()
    for which, colour in colours.items():
        palette.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, table.disabled)
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, table.border)
    palette.setColor(QPalette.ColorGroup.Disabled, role.HighlightedText, table.muted)
    return palette


def scaled_font(scale: float = 1.0, *, bold: bool = False) -> QFont:
    """Return the system font times a factor, with digits of equal width.

    Equal digits keep a changing number from jittering.
    """
    return QFont(_made_font(QApplication.font().toString(), scale, bold))


@lru_cache(maxsize=256)
def _made_font(_system_font: str, scale: float, bold: bool) -> QFont:
    """Return a font that is kept: one made anew for each text is looked up anew by Qt as well."""
    font = QFont(QApplication.font())
    font.setPointSizeF(_system_size_pt() * scale)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def mono_font(scale: float = 1.0) -> QFont:
    """Return the system's fixed-pitch font in the system font's size times a factor."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(_system_size_pt() * scale)
    return font


def _system_size_pt() -> float:
    # A font given in pixels has no point size of its own.
    return QFontInfo(QApplication.font()).pointSizeF()


class _SchemeFollower(QObject):
    """Keeps the palette of the application in step with the choice and the desktop."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice: ThemeChoice = "system"
        app.styleHints().colorSchemeChanged.connect(self._apply)

    def choose(self, choice: ThemeChoice) -> None:
        """Take a choice and apply it."""
        self._choice = choice
        # Asked of the desktop too, so that title bars and native dialogs agree with us.
        scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        self._app.styleHints().setColorScheme(scheme.get(choice, Qt.ColorScheme.Unknown))
        self._apply()

    @Slot()
    def _apply(self) -> None:
        palette = make_palette(table_for(self._choice, self._app.styleHints().colorScheme()))
        if self._app.palette() != palette:
            self._app.setPalette(palette)
            QToolTip.setPalette(palette)
