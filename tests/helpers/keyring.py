"""A system keyring in memory, and one that fails."""

from __future__ import annotations


class MemoryKeyring:
    """Keeps what it is given.

    Attributes:
        kept: Secrets by service and name.
        error: Raised by everything, if it is set.
    """

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        del self.kept[service, username]

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error
