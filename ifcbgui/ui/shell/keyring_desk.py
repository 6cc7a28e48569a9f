"""The system keyring for the window, which waits neither for it nor for its user."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject

from ifcbgui.settings import Profile, SecretStore, needed_secrets
from ifcbgui.ui.shell.patience import run_patiently
from ifcbgui.ui.widgets.notice import Choice, Level, NoticeArea

# Its user may be looking for a password; whoever does not want to wait need not.
KEYRING_TIMEOUT_S = 120.0
SLOW_KEYRING_S = 1.0


class KeyringDesk(QObject):
    """Finds, keeps and forgets secrets; what fails is told and otherwise costs nothing.

    Args:
        store: Where secrets are kept.
        notices: Where trouble is shown.
        parent: Qt parent.

    Attributes:
        store: Where secrets are kept.
    """

    def __init__(self, store: SecretStore, notices: NoticeArea, parent: QObject) -> None:
        super().__init__(parent)
        self.store = store
        self._notices = notices

    async def usable(self) -> bool:
        """Return True where secrets can be kept; a keyring that does not answer is none."""
        return await self._answer(lambda: self.store.usable)

    async def fill(self, profile: Profile, secrets: dict[str, str]) -> bool:
        """Add what a profile needs and the keyring knows; return False if it did not answer."""

        def find() -> bool:
            # Not by returning them: loops in debug mode log what a job returns.
            for what in needed_secrets(profile):
                if what not in secrets and (found := self.store.get(profile, what)):
                    secrets[what] = found
            return True

        return await self._answer(find)

    async def keep(self, profile: Profile, secrets: Mapping[str, str]) -> None:
        """Keep secrets of a profile."""

        def keep_all() -> bool:
            kept = [self.store.keep(profile, *secret) for secret in secrets.items()]
            return all(kept)

        if not await self._answer(keep_all):
            text = "The system keyring did not take the secret: it will be asked for again."
            self._notices.notify("keyring", Level.WARNING, text)

    async def forget(self, profile: Profile, secrets: Iterable[str]) -> None:
        """Forget secrets of a profile."""

        def forget_all() -> bool:
            for what in secrets:
                self.store.forget(profile, what)
            return True

        if not await self._answer(forget_all):
            text = "The system keyring does not answer: secrets may still be in it."
            self._notices.notify("keyring", Level.WARNING, text)

    async def _answer(self, job: Callable[[], bool]) -> bool:
        """Return what a job says; False if it took too long, or the operator would not wait."""
        loop = asyncio.get_running_loop()
        waiting = loop.create_task(run_patiently(job, KEYRING_TIMEOUT_S))
        late = loop.call_later(SLOW_KEYRING_S, self._tell_slow, waiting)
        try:
            await asyncio.wait([waiting])
            answered = not waiting.cancelled() and waiting.exception() is None
            return answered and waiting.result()
        finally:
            late.cancel()
            waiting.cancel()
            self._notices.dismiss("slow keyring")

    def _tell_slow(self, waiting: asyncio.Task[bool]) -> None:
        def go_on() -> None:
            waiting.cancel()

        text = "Waiting for the system keyring. It may want to be unlocked."
        self._notices.notify("slow keyring", Level.INFO, text, [Choice("Go on without it", go_on)])
