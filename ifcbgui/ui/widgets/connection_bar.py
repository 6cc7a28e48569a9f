"""Where to connect to: profile, address and serial number, and the Connect button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from ifcbgui.settings import SIMULATOR, Profile, profile_for
from ifcbgui.ui.theme import SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.link_indicator import LinkIndicator

SIMULATOR_ADDRESS = "built in"
NEW_PROFILE = "New instrument…"


class ConnectionBar(QWidget):
    """Holds what the operator typed; knows nothing of how to connect.

    Args:
        actions: The window's actions by id; ``connect`` and ``disconnect`` share one button.
        parent: Qt parent.

    Signals:
        submitted: Return was pressed in a field: the operator wants to connect.
        edited: The operator has turned to another instrument.
    """

    submitted = Signal()
    edited = Signal()

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profiles: list[Profile] = []
        self._connected = False
        self._connect_action, self._disconnect_action = actions["connect"], actions["disconnect"]
        self._profile = QComboBox(self)
        self._server = QLineEdit(self)
        self._serial = QLineEdit(self)
        self._button = QToolButton(self)
        self._edit = _text_button(actions["edit_instrument"], "Set up…", self)
        self.try_now = _text_button(actions["retry_now"], "Try now", self)
        self._place = QStackedWidget(self)
        self.indicator = LinkIndicator(self)
        self._lay_out()
        self._profile.activated.connect(self._show_profile)
        self._profile.activated.connect(self.edited)
        self._server.textEdited.connect(self.edited)
        self._serial.textEdited.connect(self.edited)
        self._server.returnPressed.connect(self.submitted)
        self._serial.returnPressed.connect(self.submitted)

    def _lay_out(self) -> None:
        self._profile.setAccessibleName("Instrument profile")
        self._profile.setToolTip("Instruments this program has been connected to.")
        self._profile.setMinimumContentsLength(9)
        self._server.setAccessibleName("Address of the instrument's hub")
        self._server.setPlaceholderText("ws://192.168.1.100:8092/ifcbHub")
        self._server.setToolTip(
            "Address of the instrument's hub: ws://, wss://, http:// or https://."
        )
        self._server.setMinimumWidth(self.fontMetrics().averageCharWidth() * 15)
        self._server.setMaximumWidth(self.fontMetrics().averageCharWidth() * 48)
        self._serial.setAccessibleName("Serial number")
        self._serial.setPlaceholderText("111-111-111")
        self._serial.setToolTip("The instrument's serial number, as its hub knows it.")
        self._serial.setFixedWidth(self.fontMetrics().averageCharWidth() * 15)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setDefaultAction(self._connect_action)
        self._button.setMinimumWidth(self.fontMetrics().horizontalAdvance("Disconnect") + 36)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, SPACE_XS, 0, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(self._profile)
        for title, field in (("&Address", self._server), ("&Serial", self._serial)):
            label = QLabel(title, self)
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field, 10 if field is self._server else 0)
        row.addWidget(self._button)
        for page in (self._edit, self.try_now, QWidget(self)):
            self._place.addWidget(page)
        self._place.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row.addWidget(self._place)
        row.addWidget(self.indicator)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_profiles(self, profiles: Sequence[Profile], chosen: str) -> None:
        """Offer profiles, the built-in simulator first, and show one of them."""
        real = [profile for profile in profiles if not profile.simulated]
        self._profiles = [SIMULATOR, *real]
        self._profile.clear()
        self._profile.addItems([profile.name for profile in self._profiles])
        self._profile.addItem(NEW_PROFILE)
        names = [profile.name for profile in self._profiles]
        self._profile.setCurrentIndex(names.index(chosen) if chosen in names else 0)
        self._show_profile()

    def profile(self) -> Profile | None:
        """Return the profile as it stands in the fields, or None where one is empty."""
        index = self._profile.currentIndex()
        if index == 0:
            return SIMULATOR
        server, serial = self._server.text().strip(), self._serial.text().strip()
        if not server or not serial:
            return None
        if 0 < index < len(self._profiles):
            known = self._profiles[index]
            if (known.server, known.serial) == (server, serial):
                return known
        return profile_for(server, serial)

    def draft(self) -> Profile:
        """Return what stands in the bar as a profile to be set up, however little it is."""
        known = self.profile()
        if known is not None and not known.simulated:
            return known
        server, serial = self._server.text().strip(), self._serial.text().strip()
        return Profile(name=serial, server=server, serial=serial) if not known else Profile(name="")

    def set_connected(self, connected: bool) -> None:
        """Show Disconnect or Connect, and let the fields be changed only without a link."""
        self._connected = connected
        shown = self._disconnect_action if connected else self._connect_action
        for action in self._button.actions():
            self._button.removeAction(action)  # with two of them it would grow a menu
        self._button.setDefaultAction(shown)
        self.set_waiting(False)
        self._enable_fields()

    def set_waiting(self, waiting: bool) -> None:
        """Offer to try now, while a next try is waited for, in a place that is kept for it."""
        self._place.setCurrentIndex((1 if waiting else 2) if self._connected else 0)

    @Slot()
    def _show_profile(self) -> None:
        index = self._profile.currentIndex()
        known = self._profiles[index] if index < len(self._profiles) else None
        server = known.server if known else ""
        self._server.setText(SIMULATOR_ADDRESS if known and known.simulated else server)
        self._server.setCursorPosition(0)
        self._serial.setText(known.serial if known else "")
        self._enable_fields()
        if known is None:
            self._server.setFocus()

    def _enable_fields(self) -> None:
        self._profile.setEnabled(not self._connected)
        editable = not self._connected and self._profile.currentIndex() != 0
        self._server.setEnabled(editable)
        self._serial.setEnabled(editable)


def _text_button(action: QAction, text: str, parent: QWidget) -> QToolButton:
    """Return a button for an action, with a shorter text than the menu has."""
    button = QToolButton(parent)
    button.setText(text)
    button.setToolTip(action.toolTip())
    button.setAccessibleName(action.text().replace("&", ""))
    button.setEnabled(action.isEnabled())
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button
