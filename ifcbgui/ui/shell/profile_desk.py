"""Instruments as they are set up: the editor, the settings and the keyring behind it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from ifcbgui.settings import Profile, Settings, needed_secrets
from ifcbgui.ui.shell.access_desk import AccessDesk
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.instrument_editor import InstrumentEditor
from ifcbgui.ui.shell.keyring_desk import KeyringDesk
from ifcbgui.ui.widgets.connection_bar import ConnectionBar


class ProfileDesk(QObject):
    """Opens the editor, one at a time, and does what it says.

    Args:
        connector: While it is connected no instrument is changed.
        settings: Where profiles are kept.
        access: Asks for secrets; no longer, once their instrument is edited.
        keyring: Keeps secrets.
        bar: Shows the profiles.
        parent: The window.
    """

    def __init__(
        self,
        connector: Connector,
        settings: Settings,
        access: AccessDesk,
        keyring: KeyringDesk,
        bar: ConnectionBar,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._connector, self._settings = connector, settings
        self._access, self._keyring = access, keyring
        self._bar, self._window = bar, parent
        self._edited: Profile | None = None

    @Slot()
    def edit(self) -> None:
        """Set up the instrument in the bar."""
        self._open(self._bar.draft())

    @Slot()
    def new(self) -> None:
        """Set up another instrument."""
        self._open(Profile(name=""))

    def _open(self, profile: Profile) -> None:
        editor = self._window.findChild(InstrumentEditor)
        if editor is not None:
            editor.raise_()
            editor.activateWindow()
        elif not self._connector.connected:
            self._access.give_up()
            self._connector.spawn(self._show(profile))

    async def _show(self, profile: Profile) -> None:
        can_keep = await self._keyring.usable()
        if self._window.findChild(InstrumentEditor) is not None:
            return
        known = [old for old in self._settings.profiles if old.name == profile.name]
        self._edited = known[0] if known else None
        others = {old.name for old in self._settings.profiles if old is not self._edited}
        editor = InstrumentEditor(
            profile, others, can_keep=can_keep, known=bool(known), parent=self._window
        )
        editor.saved.connect(self._save)
        editor.removed.connect(self._remove)
        self._connector.connected_changed.connect(editor.set_locked)
        editor.show()

    @Slot(object, dict, bool)
    def _save(self, profile: Profile, secrets: dict[str, str], remember: bool) -> None:
        old, settings = self._edited, self._settings
        # By its name: the one in the settings may have become another object meanwhile.
        name = old.name if old is not None else profile.name
        names = [known.name for known in settings.profiles]
        place = names.index(name) if name in names else len(names)
        settings.profiles = [*settings.profiles[:place], profile, *settings.profiles[place + 1 :]]
        settings.last_profile = profile.name
        self._bar.set_profiles(settings.profiles, profile.name)
        self._connector.spawn(self._keep(old, profile, secrets if remember else {}, remember))

    async def _keep(
        self, old: Profile | None, profile: Profile, secrets: dict[str, str], remember: bool
    ) -> None:
        """Bring the keyring in step, the old before the new: both may have the same entries."""
        if old is not None:
            same = _whose(old) == _whose(profile)
            kept = needed_secrets(profile) if same and remember else ()
            gone = [what for what in needed_secrets(old) if what not in kept]
            if gone:
                await self._keyring.forget(old, gone)
        if secrets:
            await self._keyring.keep(profile, secrets)

    @Slot()
    def _remove(self) -> None:
        old, settings = self._edited, self._settings
        if old is None:
            return
        settings.profiles = [known for known in settings.profiles if known.name != old.name]
        self._bar.set_profiles(settings.profiles, "")
        self._connector.spawn(self._keyring.forget(old, needed_secrets(old)))


def _whose(profile: Profile) -> tuple[str, str, str]:
    """Return what a secret in the keyring belongs to."""
    return profile.server, profile.serial, profile.user
