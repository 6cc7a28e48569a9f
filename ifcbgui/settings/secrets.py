"""Tokens and passwords, kept in the system keyring or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, Protocol

from ifcbgui.settings.address import without_secrets
from ifcbgui.settings.model import Profile

_log = logging.getLogger(__name__)

SERVICE: Final = "ifcbgui"
NO_KEYRING: Final = "This system has no keyring that can be used: nothing secret is kept."
# Below it stand keyrings that refuse, forget, or write a plain file.
_TRUSTED_PRIORITY: Final = 1


class Keyring(Protocol):
    """What is needed of a backend of the ``keyring`` package."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret."""


class SecretStore:
    """Keeps secrets by the instrument's address and serial number, never by its name.

    So no secret follows a profile that is given another address. Every method may block for as
    long as the keyring asks its user to unlock it: call them on a thread that may wait. None
    raises: what cannot be kept is asked for each time.

    Args:
        find: Returns the keyring to use, or None.
    """

    def __init__(self, find: Callable[[], Keyring | None] | None = None) -> None:
        self._find = find or system_keyring

    @property
    def usable(self) -> bool:
        """True where there is a keyring that keeps secrets safely."""
        return self._keyring() is not None

    def get(self, profile: Profile, what: str) -> str | None:
        """Return a secret of a profile, or None where it is not kept."""
        keyring = self._keyring()
        if keyring is None:
            return None
        try:
            return keyring.get_password(SERVICE, _entry(profile, what))
        except Exception as exc:  # noqa: BLE001 - backends raise whatever they like
            _complain("read", exc)
            return None

    def keep(self, profile: Profile, what: str, secret: str) -> bool:
        """Keep a secret; return False where that did not work."""
        keyring = self._keyring()
        if keyring is None:
            return False
        try:
            keyring.set_password(SERVICE, _entry(profile, what), secret)
        except Exception as exc:  # noqa: BLE001 - backends raise whatever they like
            _complain("written", exc)
            return False
        return True

    def forget(self, profile: Profile, what: str) -> None:
        """Forget a secret, if it is kept."""
        keyring = self._keyring()
        if keyring is None or self.get(profile, what) is None:
            return
        try:
            keyring.delete_password(SERVICE, _entry(profile, what))
        except Exception as exc:  # noqa: BLE001 - backends raise whatever they like
            _complain("emptied", exc)

    def _keyring(self) -> Keyring | None:
        try:
            return self._find()
        except Exception as exc:  # noqa: BLE001 - backends raise whatever they like
            _complain("found", exc)
            return None


def system_keyring() -> Keyring | None:
    """Return the keyring of this system, or None where there is none to be trusted."""
    try:
        import keyring
    except ImportError:
        return None
    backend = keyring.get_keyring()
    # Where there are several, the package chains them, the best one first.
    best = next(iter(getattr(backend, "backends", (backend,))), None)
    return best if best is not None and best.priority >= _TRUSTED_PRIORITY else None


def _entry(profile: Profile, what: str) -> str:
    whose = f" of {profile.user}" if profile.access == "basic" and what == "password" else ""
    return f"{what}{whose} for {profile.serial} at {without_secrets(profile.server)}"


def _complain(what: str, exc: Exception) -> None:
    """Log no more than the kind of error: nobody knows what its text holds."""
    _log.warning("The system keyring could not be %s (%s)", what, type(exc).__name__)
