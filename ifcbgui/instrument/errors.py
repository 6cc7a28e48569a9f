"""What can go wrong with an instrument, in words for the person in front of it."""

from __future__ import annotations

from enum import StrEnum


class IFCBError(Exception):
    """Something went wrong with the instrument or the way to it.

    Args:
        message: What happened, one sentence.
        hint: What to try, one sentence, or "".

    Attributes:
        hint: What to try.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ConnectError(IFCBError):
    """The instrument cannot be reached."""


class AccessDeniedError(ConnectError):
    """The server wants credentials, or other ones than it was given."""


class SignOnError(ConnectError):
    """The hub answers, but the instrument does not take us as a client."""


class ObserveOnlyError(IFCBError):
    """A command was held back because this client only observes."""


class Refusal(StrEnum):
    """Why a command did not get through."""

    NOT_CONNECTED = "not connected"
    TOO_LARGE = "too large"
    REFUSED = "refused"
    TIMED_OUT = "timed out"
    LOST = "lost"
    HELD_BACK = "held back"


class CommandError(IFCBError):
    """A command was not sent, or not accepted, or nobody knows.

    Attributes:
        reason: Which of these it was. ``TIMED_OUT`` and ``LOST`` do not mean that the
            command was not executed.
    """

    def __init__(self, message: str, hint: str = "", *, reason: Refusal) -> None:
        super().__init__(message, hint)
        self.reason = reason
