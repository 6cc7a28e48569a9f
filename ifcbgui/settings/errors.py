"""What can go wrong with settings and with access."""

from __future__ import annotations


class SettingsError(Exception):
    """The settings could not be saved.

    Attributes:
        hint: What to try, one sentence.
    """

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.hint = hint


class AccessError(SettingsError):
    """What a profile says of access cannot be used; the text never holds a secret."""
