"""From a profile to what its hub wants to know: found in the keyring, or asked for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal, Slot

from ifcbgui.instrument import LinkState, LinkStatus
from ifcbgui.settings import (
    NO_KEYRING,
    AccessError,
    Profile,
    clear_text_warning,
    make_access,
    needed_secrets,
    secret_label,
)
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.keyring_desk import KeyringDesk
from ifcbgui.ui.widgets.notice import Level, NoticeArea
from ifcbgui.ui.widgets.secret_prompt import SecretPrompt


@dataclass(slots=True)
class _Request:
    """A wish to connect.

    Attributes:
        profile: To what.
        secrets: What is known so far.
        to_keep: What the keyring shall have once it has proved right.
    """

    profile: Profile
    secrets: dict[str, str] = field(repr=False)
    to_keep: dict[str, str] = field(default_factory=dict, repr=False)


class AccessDesk(QObject):
    """Gets together what a hub wants to know, without ever blocking the window.

    Args:
        bridge: Tells when a connection stands.
        connector: Tells when a hub has refused what it was given.
        keyring: Knows secrets.
        prompt: Where secrets are asked for.
        notices: Where trouble is shown.
        parent: Qt parent.

    Signals:
        ready: A `Profile` and the `Access` for it: connect.
        unknown_access: A hub wants credentials of a profile that has none: its name.
    """

    ready = Signal(object, object)
    unknown_access = Signal(str)

    def __init__(
        self,
        bridge: Bridge,
        connector: Connector,
        keyring: KeyringDesk,
        prompt: SecretPrompt,
        notices: NoticeArea,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._keyring = keyring
        self._connector, self._prompt, self._notices = connector, prompt, notices
        self._request: _Request | None = None
        self._search: asyncio.Task[None] | None = None
        self._denied = ""
        prompt.given.connect(self._take)
        prompt.cancelled.connect(self.give_up)
        bridge.link_changed.connect(self._link_changed)
        connector.denied.connect(self._note_denied)
        connector.connected_changed.connect(self._connected_changed)

    def request(self, profile: Profile, secrets: dict[str, str]) -> None:
        """Get together the access of a profile; `ready` tells when, unless it is given up.

        Args:
            profile: The instrument.
            secrets: What is known already.
        """
        self.give_up()
        request = self._request = _Request(profile, secrets)
        if all(what in secrets for what in needed_secrets(profile)):
            self._finish(request)
        else:
            self._search = self._connector.spawn(self._look_up(request))

    @Slot()
    def give_up(self) -> None:
        """Ask no more, and forget what was given."""
        if self._search is not None:
            self._search.cancel()
        self._search = self._request = None
        self._denied = ""
        self._prompt.dismiss()

    async def _look_up(self, request: _Request) -> None:
        profile = request.profile
        answered = await self._keyring.fill(profile, request.secrets)
        if all(what in request.secrets for what in needed_secrets(profile)):
            self._finish(request)
        else:
            can_keep = answered and await self._keyring.usable()
            self._ask(request, f"{profile.name} wants to know who you are.", can_keep=can_keep)

    async def _ask_again(self, request: _Request, why: str) -> None:
        self._ask(request, why, can_keep=await self._keyring.usable())

    def _ask(self, request: _Request, why: str, *, can_keep: bool) -> None:
        profile = request.profile
        missing = [what for what in needed_secrets(profile) if what not in request.secrets]
        said = [why, clear_text_warning(profile), "" if can_keep else NO_KEYRING]
        self._prompt.ask(
            " ".join(text for text in said if text),
            {what: secret_label(profile, what) for what in missing},
            can_keep=can_keep,
        )

    @Slot(dict, bool)
    def _take(self, secrets: dict[str, str], keep: bool) -> None:
        request = self._request
        if request is None or self._connector.connected:
            return
        request.secrets |= secrets
        request.to_keep = dict(secrets) if keep else {}
        self._finish(request)

    def _finish(self, request: _Request) -> None:
        try:
            access = make_access(request.profile, request.secrets)
        except AccessError as exc:
            self.give_up()
            self._notices.notify("link", Level.ERROR, f"{exc} {exc.hint}")
            return
        request.secrets = {}  # the client has them from here on
        self._search = None
        self.ready.emit(request.profile, access)

    # What becomes of it ------------------------------------------------------------------

    @Slot(object)
    def _link_changed(self, status: LinkStatus) -> None:
        request = self._request
        if request is not None and status.state is LinkState.ONLINE:
            self._request = None
            if request.to_keep:
                self._connector.spawn(self._keyring.keep(request.profile, request.to_keep))

    @Slot(str)
    def _note_denied(self, why: str) -> None:
        self._denied = why

    @Slot(bool)
    def _connected_changed(self, connected: bool) -> None:
        """Ask again once a connection that was refused has ended."""
        why, self._denied = self._denied, ""
        profile = self._connector.profile
        if connected:
            return
        self._request = None  # what has not proved right is not kept
        if not why or profile is None:
            return
        if not needed_secrets(profile):
            self.unknown_access.emit(why)
            return
        request = self._request = _Request(profile, {})
        self._notices.dismiss("link")
        self._search = self._connector.spawn(self._ask_again(request, why))
