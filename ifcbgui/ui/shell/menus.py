"""The menus of the window, made from the table of its actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget

from ifcbgui.settings import Settings
from ifcbgui.ui.icons import icon
from ifcbgui.ui.shell.actions import MENUS
from ifcbgui.ui.shell.docking import Docking
from ifcbgui.ui.shell.layouts import LAYOUTS, LayoutChoice
from ifcbgui.ui.theme import apply_theme
from ifcbgui.ui.widgets.notice import Level, NoticeArea

_THEMES = {"system": "&System", "light": "&Light", "dark": "&Dark"}


def make_menus(
    bar: QMenuBar,
    actions: Mapping[str, QAction],
    log_actions: Iterable[QAction],
    themes: QMenu,
) -> dict[str, QMenu]:
    """Fill a menu bar and return its menus by their titles.

    Args:
        bar: The empty menu bar.
        actions: The window's actions by id.
        log_actions: Further actions, those of the log.
        themes: A menu that goes to the end of the view's.
    """
    menus = {}
    for title, ids in MENUS.items():
        menu = menus[title] = bar.addMenu(title)
        menu.setToolTipsVisible(True)
        for action_id in ids:
            if action_id is None:
                menu.addSeparator()
            else:
                menu.addAction(actions[action_id])
    menus["&Log"].addSeparator()
    menus["&Log"].addActions(list(log_actions))
    menus["&View"].addMenu(themes)
    return menus


class ThemeMenu(QMenu):
    """Chooses the theme, and keeps the choice.

    Args:
        settings: Keep the choice.
        parent: Qt parent.
    """

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__("&Theme", parent)
        self.setIcon(icon("theme"))
        self._settings = settings
        group = QActionGroup(self)
        for name, text in _THEMES.items():
            action = QAction(text, group, checkable=True)
            action.setData(name)
            action.setChecked(name == settings.theme)
            self.addAction(action)
        group.triggered.connect(self._choose)

    def _choose(self, action: QAction) -> None:
        self._settings.theme = action.data()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, action.data())


class LayoutMenu(QMenu):
    """Offers the arrangements of the panels.

    Args:
        docking: Arranges them.
        notices: Where it is told that the window is too narrow.
        parent: The window.
    """

    def __init__(self, docking: Docking, notices: NoticeArea, parent: QWidget) -> None:
        super().__init__("&Layout", parent)
        self._docking, self._notices, self._window = docking, notices, parent
        self.setToolTipsVisible(True)
        for number, choice in enumerate(LAYOUTS, 1):
            action = self.addAction(f"&{choice.title}", partial(self._arrange, choice))
            action.setShortcut(f"Ctrl+Alt+{number}")
            action.setToolTip(choice.help)

    def _arrange(self, choice: LayoutChoice) -> None:
        needed, width = self._docking.width_of(choice.layout), self._window.width()
        if needed <= width:
            self._docking.arrange(choice.layout)
            return
        text = f"“{choice.title}” needs a window {needed:,} pixels wide; this one has {width:,}."
        self._notices.notify("layout", Level.INFO, text)
