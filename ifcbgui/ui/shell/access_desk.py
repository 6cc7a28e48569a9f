"""From a profile to what its hub wants to know: found in the keyring, or asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal, Slot

from ifcbgui.instrument import LinkState, LinkStatus
from ifcbgui.settings import (
    NO_KEYRING,
    AccessError,
    Profile,
    SecretStore,
    clear_text_warning,
    make_access,
    needed_secrets,
    secret_label,
)
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.patience import run_patiently
from ifcbgui.ui.widgets.notice import Level, NoticeArea
from ifcbgui.ui.widgets.secret_prompt import SecretPrompt

KEYRING_TIMEOUT_S = 10.0


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
        store: Where secrets are kept.
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
        store: SecretStore,
        prompt: SecretPrompt,
        notices: NoticeArea,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.store = store
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

    async def keyring_usable(self) -> bool:
        """Return True where secrets can be kept; a keyring that does not answer is none."""
        try:
            return await run_patiently(lambda: self.store.usable, KEYRING_TIMEOUT_S)
        except TimeoutError:
            return False

    async def _look_up(self, request: _Request) -> None:
        profile = request.profile

        def find() -> None:
            # Not by returning them: loops in debug mode log what a job returns.
            for what in needed_secrets(profile):
                if what not in request.secrets and (found := self.store.get(profile, what)):
                    request.secrets[what] = found

        with suppress(TimeoutError):
            await run_patiently(find, KEYRING_TIMEOUT_S)
        if all(what in request.secrets for what in needed_secrets(profile)):
            self._finish(request)
        else:
            await self._ask(request, f"{profile.name} wants to know who you are.")

    async def _ask(self, request: _Request, why: str) -> None:
        can_keep = await self.keyring_usable()
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
                self._connector.spawn(self.keep(request.profile, request.to_keep))

    async def keep(self, profile: Profile, secrets: Mapping[str, str]) -> None:
        """Put secrets into the keyring; say so where it does not take them."""

        def keep_all() -> bool:
            kept = [self.store.keep(profile, *secret) for secret in secrets.items()]
            return all(kept)

        try:
            kept = await run_patiently(keep_all, KEYRING_TIMEOUT_S)
        except TimeoutError:
            kept = False
        if not kept:
            text = "The system keyring did not take the secret: it will be asked for again."
            self._notices.notify("keyring", Level.WARNING, text)

    async def forget(self, profile: Profile, secrets: Iterable[str]) -> None:
        """Take secrets out of the keyring."""

        def forget_all() -> None:
            for what in secrets:
                self.store.forget(profile, what)

        try:
            await run_patiently(forget_all, KEYRING_TIMEOUT_S)
        except TimeoutError:
            text = "The system keyring does not answer: secrets may still be in it."
            self._notices.notify("keyring", Level.WARNING, text)

    @Slot(str)
    def _note_denied(self, why: str) -> None:
        self._denied = why

    @Slot(bool)
    def _connected_changed(self, connected: bool) -> None:
        """Ask again once a connection that was refused has ended."""
        why, self._denied = self._denied, ""
        profile = self._connector.profile
        if connected or not why or profile is None:
            return
        if not needed_secrets(profile):
            self.unknown_access.emit(why)
            return
        request = self._request = _Request(profile, {})
        self._notices.dismiss("link")
        self._search = self._connector.spawn(self._ask(request, why))
