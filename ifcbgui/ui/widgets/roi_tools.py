"""The row above a gallery: order and size of the pictures, how many, and what to do with them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.roi_order import SortBy
from ifcbgui.ui.theme import SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.cut_label import CutLabel
from ifcbgui.ui.widgets.follow_button import FollowButton
from ifcbgui.ui.widgets.gallery_view import SIDES, USUAL_SIDE

_FOLLOWING = "New ones are shown at once. Scroll or choose one to stop."
_BACK = "Show what has come, and follow"
_SLIDER_WIDTH = 96
_SLIDER_FROM = 540
_WORDS_FROM = 900  # narrower rows have buttons without words
_FOLLOW_WORDS_FROM = 480
_SORT_LETTERS = 5  # the least of it that is seen: "Time", "Size"
_USUAL_COUNT = "88,888 ROIs"


class RoiTools(QWidget):
    """Signals say what is wanted; what is shown says how it is.

    Args:
        actions: What can be done with what is selected.
        parent: Qt parent.

    Signals:
        sort_wanted: A `SortBy`, and whether descending.
        side_wanted: Place of the wanted width in `SIDES`.
        follow_wanted: Show what has come and follow, or stay.
    """

    sort_wanted = Signal(object, bool)
    side_wanted = Signal(int)
    follow_wanted = Signal(bool)

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sort = QComboBox(self)
        for choice in SortBy:
            self.sort.addItem(choice.value, choice)
        self.sort.setAccessibleName("Sort by")
        self.sort.setToolTip("What the regions of interest are sorted by")
        self.sort.setMinimumContentsLength(_SORT_LETTERS)
        self.direction = QToolButton(self)
        self._descending = True
        self.side = QSlider(Qt.Orientation.Horizontal, self)
        self.side.setRange(0, len(SIDES) - 1)
        self.side.setValue(SIDES.index(USUAL_SIDE))
        self.side.setPageStep(1)
        self.side.setFixedWidth(_SLIDER_WIDTH)
        self.side.setAccessibleName("Size of the pictures")
        self.side.setToolTip("Size of the pictures (Ctrl and mouse wheel)")
        self.count = CutLabel(Qt.TextElideMode.ElideRight, self)
        self.count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.count.setMinimumWidth(self.count.fontMetrics().horizontalAdvance(_USUAL_COUNT))
        self.follow = FollowButton("to_top", _FOLLOWING, _BACK, self)
        self.buttons = [self._button(action) for action in actions]
        self._lay_out()
        self.sort.currentIndexChanged.connect(self._want_sort)
        self.direction.clicked.connect(self.turn_round)
        self.side.valueChanged.connect(self.side_wanted)
        self.follow.clicked.connect(self.follow_wanted)
        self._show_direction()
        self._follow_width = self.follow.minimumWidth()

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setAccessibleName(action.toolTip())
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        order = QHBoxLayout()
        order.setSpacing(2)
        order.addWidget(self.sort)
        order.addWidget(self.direction)
        row.addLayout(order)
        row.addWidget(self.side)
        row.addWidget(self.count, 1)
        row.addWidget(self.follow)
        deeds = QHBoxLayout()
        deeds.setSpacing(2)
        for button in self.buttons:
            deeds.addWidget(button)
        row.addLayout(deeds)

    def show_count(self, text: str, short: str = "") -> None:
        """Say how many there are; where there is no room, in short, and all of it as a tip."""
        self.count.set_text(text, short)

    def show_following(self, following: bool, unseen: int) -> None:
        """Say whether the gallery follows, and how many came since it does not."""
        self.follow.show_state(following, unseen)

    @Slot(int)
    def show_side(self, number: int) -> None:
        """Show which of `SIDES` the pictures have."""
        self.side.setValue(number)

    @Slot()
    def turn_round(self) -> None:
        """Want the other end first."""
        self._descending = not self._descending
        self._want_sort()

    @Slot()
    def _want_sort(self) -> None:
        self._show_direction()
        self.sort_wanted.emit(self.sort.currentData(), self._descending)

    def _show_direction(self) -> None:
        words = _ENDS[self.sort.currentData()][0 if self._descending else 1]
        self.direction.setIcon(icon("descending" if self._descending else "ascending"))
        self.direction.setToolTip(f"{words} first; press for the other way round")
        self.direction.setAccessibleName(f"{words} first")

    def minimumSizeHint(self) -> QSize:
        """Return the size in which there is room for the least of it."""
        buttons = (self.sort, self.direction, self.follow, *self.buttons)
        icons = (2 + len(self.buttons)) * (self.direction.sizeHint().width() + 2)
        words = self.sort.minimumSizeHint().width() + self.count.minimumWidth()
        return QSize(
            words + icons + 5 * SPACE_S,
            max(button.sizeHint().height() for button in buttons) + 2 * SPACE_XS,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use words where there is room for them; the size has keys of its own, too."""
        super().resizeEvent(event)
        width = event.size().width()
        style = Qt.ToolButtonStyle
        for button in self.buttons:
            button.setToolButtonStyle(
                style.ToolButtonTextBesideIcon if width >= _WORDS_FROM else style.ToolButtonIconOnly
            )
        self.side.setVisible(width >= _SLIDER_FROM)
        words = width >= _FOLLOW_WORDS_FROM
        self.follow.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly
        )
        self.follow.setMinimumWidth(self._follow_width if words else 0)


_ENDS = {
    SortBy.TIME: ("Newest", "Oldest"),
    SortBy.SIZE: ("Largest", "Smallest"),
    SortBy.LEFT: ("Rightmost", "Leftmost"),
    SortBy.TOP: ("Lowest in the frame", "Highest in the frame"),
    SortBy.TRIGGER: ("Last", "First"),
}
