"""From the connection bar to the connector: which instrument, locked or in control."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import structs
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from ifcbgui.instrument import LinkState, LinkStatus
from ifcbgui.settings import (
    Access,
    Profile,
    Settings,
    clear_text_warning,
    needed_secrets,
    take_secrets,
)
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.shell.access_desk import AccessDesk
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.top_bar import TopBar
from ifcbgui.ui.widgets.notice import Choice, Level, NoticeArea


class ConnectionDesk(QObject):
    """Connects and disconnects as the operator wants, and shows how the link stands.

    Args:
        bridge: What happens on the instrument.
        connector: Connects.
        settings: Where profiles are kept.
        access: Gets together what a hub wants to know.
        top: Holds what the operator typed, and the lock.
        notices: Where trouble is shown.
        actions: The window's actions by id.
        parent: Qt parent.
    """

    def __init__(
        self,
        bridge: Bridge,
        connector: Connector,
        settings: Settings,
        access: AccessDesk,
        top: TopBar,
        notices: NoticeArea,
        actions: dict[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._connector, self._settings = bridge, connector, settings
        self._top, self._notices, self._actions = top, notices, actions
        self._access, self._locked = access, True
        self._remembered = False
        self._bar = bar = top.connection
        bar.set_profiles(settings.profiles, settings.last_profile)
        bar.submitted.connect(self.connect_typed)
        bar.edited.connect(access.give_up)
        bridge.link_changed.connect(self._link_changed)
        bridge.tick.connect(self._show_link)
        connector.connected_changed.connect(self._connected_changed)
        connector.lock_changed.connect(self._refresh)
        connector.refused.connect(self._show_refusal)
        access.ready.connect(self._start)
        access.unknown_access.connect(self._offer_set_up)
        self._refresh()

    # What the operator wants -------------------------------------------------------------

    @Slot()
    def connect_typed(self) -> None:
        """Connect to what stands in the bar."""
        if self._connector.connected:
            return
        profile = self._bar.profile()
        if profile is None:
            text = "Give the address of the hub and the serial number first."
            self._notices.notify("link", Level.WARNING, text)
            return
        self.connect_to(profile)

    def connect_to(self, profile: Profile, *, observe: bool | None = None) -> None:
        """Connect to an instrument.

        Args:
            profile: The instrument.
            observe: True or False for the lock; None for the rule that all but the simulator
                start locked.
        """
        if self._connector.connected:
            return
        self._notices.dismiss("link")
        self._locked = not profile.simulated if observe is None else observe
        if profile.simulated:
            self._access.give_up()
            self._start(profile, Access())
        else:
            clean, secrets = take_secrets(profile)
            self._access.request(self._named(clean), secrets)

    def _named(self, profile: Profile) -> Profile:
        """Return the profile with a name that costs no other one what was set up for it."""
        named = [known for known in self._settings.profiles if known.name == profile.name]
        elsewhere = [known for known in named if known.server != profile.server]
        if any(needed_secrets(known) or known.ca_file for known in elsewhere):
            return structs.replace(profile, name=f"{profile.serial} at {profile.server}")
        return profile

    @Slot(object, object)
    def _start(self, profile: Profile, access: Access) -> None:
        self._remembered = False
        warning = clear_text_warning(profile)
        if self._connector.start(profile, observe=self._locked, access=access) and warning:
            self._notices.notify("clear text", Level.WARNING, warning)

    @Slot()
    def retry_now(self) -> None:
        """Try to connect at once."""
        self._connector.retry_now()

    @Slot()
    def disconnect_now(self) -> None:
        """End the connection."""
        self._connector.spawn(self._connector.stop())

    @Slot(bool)
    def set_control(self, in_control: bool) -> None:
        """Take control, or let go of it."""
        self._connector.set_observe(not in_control)

    @Slot(bool)
    def allow_unverified(self, allow: bool) -> None:
        """Open or close the gate before unverified commands, for this instrument."""
        self._connector.set_allow_unverified(allow)
        profile = self._connector.profile
        if profile is not None and not profile.simulated:
            self._connector.profile = structs.replace(profile, allow_unverified=allow)
            self.remember(self._connector.profile)

    @Slot(object)
    def remember(self, profile: Profile) -> None:
        """Offer an instrument again next time."""
        self._settings.profiles = self._with(profile)
        self._settings.last_profile = profile.name
        self._bar.set_profiles(self._settings.profiles, profile.name)

    def _with(self, profile: Profile) -> list[Profile]:
        """Return the known profiles with this one."""
        if profile.simulated:
            return self._settings.profiles
        names = [known.name for known in self._settings.profiles]
        place = names.index(profile.name) if profile.name in names else len(names)
        return [
            *self._settings.profiles[:place],
            profile,
            *self._settings.profiles[place + 1 :],
        ]

    # What is shown -----------------------------------------------------------------------

    @Slot(object)
    def _link_changed(self, status: LinkStatus) -> None:
        self._show_link()
        if self._bridge.replaying:
            return  # long past: nothing to be told of, and nothing to be remembered
        if status.error:
            level = Level.ERROR if status.state is LinkState.FAILED else Level.WARNING
            self._notices.notify("link", level, f"{status.error} {status.hint or ''}".strip())
        elif status.state in (LinkState.ONLINE, LinkState.OFF):
            self._notices.dismiss("link")
        if status.state is LinkState.ONLINE and not self._remembered:
            self._remembered = True
            if self._connector.profile is not None:
                self.remember(self._connector.profile)  # only what has proved right

    @Slot()
    def _show_link(self) -> None:
        """Show the link with its ages; after its end what it came to stays to be read."""
        if self._bridge.attached:
            bridge = self._bridge
            self._bar.indicator.show_link(
                bridge.link,
                bridge.last_heard_ns,
                bridge.now_ns(),
                bridge.missing,
                self._way(),
                past=bridge.replaying,
            )
        waiting = self._connector.connected and self._bridge.link.retry_at_ns is not None
        self._actions["retry_now"].setEnabled(waiting)
        self._bar.set_waiting(waiting)

    def _way(self) -> str:
        """Return how the messages travel, in words."""
        if self._bridge.replaying:
            return "Replay: the link as it was then."
        profile = self._connector.profile
        if profile is None or profile.simulated:
            return ""
        name = {"json": "JSON", "messagepack": "MessagePack"}[self._bridge.protocol]
        if urlsplit(profile.server).scheme in ("wss", "https"):
            return f"Encrypted, the server's certificate verified; {name}."
        return f"Not encrypted; {name}."

    @Slot(str)
    def _offer_set_up(self, why: str) -> None:
        self._notices.dismiss("link")  # the same words, without the choice
        choices = [Choice("Set up sign-in…", self._actions["edit_instrument"].trigger)]
        self._notices.notify("link", Level.ERROR, why, choices)

    @Slot(str)
    def _show_refusal(self, why: str) -> None:
        self._notices.notify("link", Level.ERROR, why)

    @Slot(bool)
    def _connected_changed(self, connected: bool) -> None:
        profile = self._connector.profile
        if connected and profile is not None:
            self._bar.set_profiles(self._with(profile), profile.name)
        self._bar.set_connected(connected)
        if not connected:
            self._notices.dismiss("clear text")
        self._show_link()
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        connected, actions = self._connector.connected, self._actions
        for name in ("connect", "edit_instrument", "new_instrument"):
            actions[name].setEnabled(not connected)
        for name in ("disconnect", "control", "allow_unverified"):
            actions[name].setEnabled(connected)
        door = self._connector.door
        actions["allow_unverified"].setChecked(bool(door and door.allow_unverified))
        in_control = connected and not self._connector.observe
        actions["control"].setChecked(in_control)
        self._top.show_lock(in_control=in_control)
        self._top.lock.setEnabled(connected)
        self._top.lock.setToolTip(actions["control"].toolTip())
