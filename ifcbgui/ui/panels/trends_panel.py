"""Any numbers over time, one row of plots above the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from ifcbgui.session.history import History
from ifcbgui.settings import Settings
from ifcbgui.ui.models.trend_rows import Rows, rows_from
from ifcbgui.ui.panels.plots_panel import PlotsPanel
from ifcbgui.ui.panels.trends_keeping import TrendsKeeping
from ifcbgui.ui.panels.trends_menus import TrendsMenus
from ifcbgui.ui.theme import SPACE_L
from ifcbgui.ui.widgets.trend_tools import TrendTools

if TYPE_CHECKING:
    from ifcbgui.ui.widgets.plots.steered_stack import SteeredStack

REFRESH_MS: Final = 166

_S: Final = 1_000_000_000
_EMPTY: Final = (
    "Nothing to plot yet. Once an instrument is connected, its trigger rate, humidity and "
    "temperature, syringe and settings are drawn here over time."
)


class TrendsPanel(PlotsPanel):
    """Looks at the history while somebody can see it.

    Args:
        history: What was said.
        settings: Remember rows and span.
        now_ns: Returns the time that is now (UTC): of a replay, its clock.
        parent: Qt parent.

    Attributes:
        stack: The plots, or None until they are there.

    Signals:
        moment_wanted: A time (UTC, nanoseconds) that a replay is to go to.
    """

    moment_wanted = Signal(object)

    def __init__(
        self,
        history: History,
        settings: Settings,
        now_ns: Callable[[], int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(REFRESH_MS, _load, parent)
        self._history, self._settings, self._now_ns = history, settings, now_ns
        self.stack: SteeredStack | None = None
        self._utc = settings.utc_times
        self._rows = rows_from(settings.trend_rows)
        self._levels: dict[str, float] = {}
        self.tools = TrendTools(settings.trend_span_s, self)
        self.menus = TrendsMenus(history, self.tools.rows, self)
        self.keeping = TrendsKeeping(history, settings, self)
        self._empty = QLabel(_EMPTY, self)
        self._lay_out()
        self.tools.follow_wanted.connect(self._follow)
        self.tools.save_wanted.connect(self._save)
        self.menus.rows_wanted.connect(self.set_rows)
        self.keeping.notified.connect(self.notified)

    def _lay_out(self) -> None:
        self.setAccessibleName("Trends")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMargin(SPACE_L)
        self._empty.setForegroundRole(self._empty.palette().ColorRole.PlaceholderText)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addLayout(self._pages, 1)

    # --- the plots ------------------------------------------------------------------------------

    def _build(self, stack_type: type[SteeredStack]) -> None:
        self.stack = stack = stack_type(self._history, self._now_ns)
        stack.moment_wanted.connect(self.moment_wanted)
        stack.following_changed.connect(self.tools.show_following)
        stack.menu_wanted.connect(self._show_menu)
        self._scroll.setWidget(stack)
        stack.set_utc(self._utc)
        stack.show_levels(self._levels)
        self._show_rows()
        self._follow(self.tools.span_s)
        self.refresh()

    def begin(self) -> None:
        """Follow the clock of another instrument, or session; nothing stays of the one before."""
        if self.stack is not None:
            self.stack.begin()
        self._follow(self.tools.span_s)

    @property
    def rows(self) -> Rows:
        """Names of the series of each row."""
        return self._rows

    @Slot(object)
    def set_rows(self, rows: Rows) -> None:
        """Show these rows, and remember them."""
        self._rows = rows_from(rows)
        self._settings.trend_rows = [list(row) for row in self._rows]
        self._show_rows()

    def _show_rows(self) -> None:
        self.menus.show_rows(self._rows)
        if self.stack is not None:
            self.stack.set_rows(self._rows)

    @Slot(bool)
    def set_utc(self, utc: bool) -> None:
        """Show UTC or local time."""
        self._utc = utc
        if self.stack is not None:
            self.stack.set_utc(utc)

    def set_humidity_baseline(self, humidity: float | None) -> None:
        """Show what the humidity is measured against (%RH), where somebody knows it."""
        self._levels = {} if humidity is None else {"humidity": humidity}
        if self.stack is not None:
            self.stack.show_levels(self._levels)

    @Slot(int)
    def _follow(self, span_s: int) -> None:
        self._settings.trend_span_s = span_s
        if self.stack is not None:
            self.stack.follow(span_s * _S or None)
        self.tools.show_following(True)

    @Slot(int, QPoint)
    def _show_menu(self, row: int, place: QPoint) -> None:
        self.menus.show_row_menu(row, place)

    @Slot(str)
    def _save(self, what: str) -> None:
        if self.stack is not None:
            self.keeping.ask(what, self.stack, self._rows)

    # --- while it is seen -----------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Show how things are."""
        if self.stack is None:
            return
        said = any(True for _ in self._history.series())
        self._pages.setCurrentWidget(self._scroll if said else self._empty)
        self.stack.refresh()
        self.tools.show_days(self.stack.days if said else "")


def _load() -> type[SteeredStack]:
    from ifcbgui.ui.widgets.plots.steered_stack import SteeredStack

    return SteeredStack
