"""Set up instrument: name, address, sign-in, headers and certificate of one profile."""

from __future__ import annotations

import math
from collections.abc import Collection
from itertools import pairwise
from typing import Final, Literal, cast

from msgspec import structs
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.settings import (
    NO_KEYRING,
    Profile,
    clear_text_warning,
    header_secret,
    profile_problems,
    secret_problem,
)
from ifcbgui.settings.access import PASSWORD, TOKEN
from ifcbgui.ui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.file_chooser import show_chooser
from ifcbgui.ui.widgets.header_rows import HeaderRows
from ifcbgui.ui.widgets.secret_prompt import SecretField
from ifcbgui.ui.widgets.words import Words

Protocol = Literal["json", "messagepack"]
Sign = Literal["none", "bearer", "basic"]

PROTOCOLS: Final = {"JSON": "json", "MessagePack, or JSON where it is not spoken": "messagepack"}
ACCESS: Final = {"Nothing": "none", "A bearer token": "bearer", "User and password": "basic"}
_UNCHANGED = "Unchanged if left empty"
_ASKED = "If left empty you are asked when connecting"


class InstrumentEditor(QDialog):
    """Not modal: what there is on screen stays in view and in reach.

    Args:
        profile: What to begin with.
        taken_names: Names of the other instruments.
        can_keep: True where there is a system keyring.
        known: True for an instrument that is in the settings.
        parent: Qt parent.

    Signals:
        saved: The `Profile`, the secrets that were typed, and whether the keyring shall keep
            them.
        removed: The instrument is to be forgotten.
    """

    saved = Signal(object, dict, bool)
    removed = Signal()

    def __init__(
        self,
        profile: Profile,
        taken_names: Collection[str],
        *,
        can_keep: bool,
        known: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Set up {profile.name}" if known else "New instrument")
        self._profile, self._taken = profile, frozenset(taken_names)
        self._can_keep, self._known = can_keep, known
        self._tried = self._asked_to_delete = False
        self._problems: dict[str, Words] = {}
        self._make_fields()
        self._lay_out()
        self._fill()
        self._follow_access()
        self._watch()

    # Building ----------------------------------------------------------------------------

    def _make_fields(self) -> None:
        """Make them in the order in which Tab goes through them."""
        self.name, self.server = self._edit("Name"), self._edit("Address of the hub")
        self.serial = self._edit("Serial number")
        self.server.setPlaceholderText("wss://192.168.1.100:8092/ifcbHub")
        self.protocol, self.access = QComboBox(self), QComboBox(self)
        self.protocol.addItems(list(PROTOCOLS))
        self.protocol.setAccessibleName("Encoding of the messages")
        self.access.addItems(list(ACCESS))
        self.access.setAccessibleName("What the hub wants to know")
        self.user = self._edit("User")
        self.secret = SecretField("Token or password", self)
        self.headers = HeaderRows(with_values=self._can_keep, parent=self)
        self.remember = QCheckBox("&Remember them in the system keyring", self)
        self.remember.setChecked(True)
        self.remember.setVisible(self._can_keep)
        self.ca_file = self._edit("CA file")
        self.ca_file.setPlaceholderText("The authorities that this computer trusts")
        self._browse_button = QPushButton("&Browse…", self)
        self.pixels_per_um = self._edit("Pixels per µm")
        self.warning = self._words("warn")
        self.delete = QPushButton("&Delete instrument", self)
        self.cancel, self.save = QPushButton("Cancel", self), QPushButton("&Save", self)

    def _edit(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setAccessibleName(name)
        return field

    def _words(self, token: str = "muted") -> Words:
        return Words(token, self)

    def _lay_out(self) -> None:
        form = self._form = QFormLayout()
        form.setHorizontalSpacing(SPACE_M)
        form.setVerticalSpacing(SPACE_S)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._add_row("&Name", self.name, "name")
        self._add_row("&Address", self.server, "server")
        self._add_row("S&erial number", self.serial, "serial")
        self._add_row("&Messages as", self.protocol)
        self._add_row("Hub &wants", self.access)
        self._user_row = self._add_row("&User", self.user, "user")
        self._secret_row = self._add_row("&Password", self.secret, "secret")
        self._add_row("Extra headers", self.headers, "header_names")
        not_kept = self._words()
        if not self._can_keep:
            not_kept.say(f"{NO_KEYRING} You are asked each time you connect.")
        self._kept_row = self._add_row("", self.remember if self._can_keep else not_kept)
        self._add_row("&CA file", self._ca_row(), "ca_file", self.ca_file)
        self._add_row("Pi&xels per µm", self.pixels_per_um, "pixels_per_um")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addLayout(form)
        column.addWidget(self.warning)
        column.addStretch(1)
        column.addLayout(self._button_row())
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 92)

    def _add_row(
        self, title: str, what: QWidget | QLayout, member: str = "", buddy: QWidget | None = None
    ) -> QWidget:
        """Add a row, with room for what is wrong with it."""
        cell = QWidget(self)
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        if isinstance(what, QLayout):
            column.addLayout(what)
        else:
            column.addWidget(what)
        if member:
            self._problems[member] = self._words("alarm")
            column.addWidget(self._problems[member])
        label = QLabel(title, self)
        target = buddy or what
        if isinstance(target, QWidget):
            label.setBuddy(target)
        self._form.addRow(label, cell)
        return cell

    def _ca_row(self) -> QHBoxLayout:
        self._browse_button.setAutoDefault(False)
        self._browse_button.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.ca_file, 1)
        row.addWidget(self._browse_button)
        return row

    def _button_row(self) -> QHBoxLayout:
        self.save.setDefault(True)
        for button in (self.cancel, self.delete):
            button.setAutoDefault(False)
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.reject)
        self.delete.clicked.connect(self._delete)
        self.delete.setVisible(self._known)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.delete)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        return row

    def _fill(self) -> None:
        profile = self._profile
        self.name.setText(profile.name)
        self.server.setText(profile.server)
        self.serial.setText(profile.serial)
        self.user.setText(profile.user)
        self.ca_file.setText(profile.ca_file)
        self.pixels_per_um.setText(f"{profile.pixels_per_um:.12g}")
        self.protocol.setCurrentIndex(list(PROTOCOLS.values()).index(profile.protocol))
        self.access.setCurrentIndex(list(ACCESS.values()).index(profile.access))
        for name in profile.header_names:
            self.headers.add(name, _UNCHANGED)
        self._order_tabs()

    def _watch(self) -> None:
        texts = (self.name, self.server, self.serial, self.user, self.ca_file, self.pixels_per_um)
        for field in (*texts, self.secret):
            field.textChanged.connect(self._check)
        self.headers.changed.connect(self._order_tabs)
        self.headers.changed.connect(self._follow_access)
        self.access.currentIndexChanged.connect(self._follow_access)
        self.remember.toggled.connect(self._follow_access)

    @Slot()
    def _order_tabs(self) -> None:
        """Put the headers, which come and go, between what stands above and below them."""
        order = [self.secret, *self.headers.fields(), self.remember, self.ca_file]
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    # What the operator does --------------------------------------------------------------

    def profile(self) -> Profile:
        """Return the profile as it stands in the fields."""
        access = ACCESS[self.access.currentText()]
        return structs.replace(
            self._profile,
            name=self.name.text().strip(),
            server=self.server.text().strip(),
            serial=self.serial.text().strip(),
            protocol=cast(Protocol, PROTOCOLS[self.protocol.currentText()]),
            access=cast(Sign, access),
            user=self.user.text().strip() if access == "basic" else "",
            header_names=self.headers.names(),
            ca_file=self.ca_file.text().strip(),
            pixels_per_um=_number(self.pixels_per_um.text()),
        )

    def secrets(self) -> dict[str, str]:
        """Return the secrets that were typed."""
        own = {"none": "", "bearer": TOKEN, "basic": PASSWORD}[self.profile().access]
        typed = {own: self.secret.text()} if own and self.secret.text() else {}
        return typed | {header_secret(name): v for name, v in self.headers.values().items()}

    @Slot()
    def _follow_access(self) -> None:
        """Show the fields that the access needs."""
        profile = self.profile()
        secret = profile.access != "none"
        self._form.setRowVisible(self._user_row, profile.access == "basic")
        self._form.setRowVisible(self._secret_row, secret and self._can_keep)
        self._form.setRowVisible(self._kept_row, secret or bool(profile.header_names))
        label = self._form.labelForField(self._secret_row)
        if isinstance(label, QLabel):
            label.setText("&Password" if profile.access == "basic" else "&Token")
        same = self._known and profile.access == self._profile.access
        self.secret.setPlaceholderText(_UNCHANGED if same else _ASKED)
        self.secret.setEnabled(self.remember.isChecked())
        self._check()
        self.adjustSize()

    @Slot()
    def _check(self) -> None:
        """Say what is wrong, once saving has been tried, and warn of what is not safe."""
        self.warning.say(clear_text_warning(self.profile()))
        if self._tried:
            self._find_problems()

    def _find_problems(self) -> bool:
        found = profile_problems(self.profile(), self._taken)
        for what, secret in self.secrets().items():
            if problem := secret_problem(what, secret):
                member = "secret" if what in (TOKEN, PASSWORD) else "header_names"
                found.setdefault(member, problem)
        for member, label in self._problems.items():
            label.say(found.get(member, ""))
        self.adjustSize()
        return bool(found)

    @Slot()
    def _save(self) -> None:
        self._tried = True
        if self._find_problems():
            return
        keep = self._can_keep and self.remember.isChecked()
        self.saved.emit(self.profile(), self.secrets() if keep else {}, keep)
        self.accept()

    @Slot()
    def _delete(self) -> None:
        if not self._asked_to_delete:
            self._asked_to_delete = True
            self.delete.setText("&Delete for good")
            return
        self.removed.emit()
        self.accept()

    @Slot()
    def _browse(self) -> None:
        chooser = QFileDialog(self, "CA file", self.ca_file.text())
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.setNameFilters(["Certificates (*.pem *.crt *.cer)", "All files (*)"])
        chooser.fileSelected.connect(self.ca_file.setText)
        show_chooser(chooser)

    @Slot(bool)
    def set_locked(self, locked: bool) -> None:
        """Change nothing under a connection that stands."""
        self.save.setEnabled(not locked)
        self.delete.setEnabled(not locked)
        self.save.setToolTip("Disconnect first." if locked else "")


def _number(text: str) -> float:
    """Return what was typed, with a decimal point or comma; not a number for anything else."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return math.nan
