"""What can go wrong between this client and a hub, in words for the person at the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from ifcbgui.signalr.messages import HubMessage

_CHECK_SERVER = "Check the address and port, and that IFCBacquire is running."


class SignalRError(Exception):
    """Base of every error of this package.

    ``str(error)`` says what happened in plain words and never holds a token or a password.

    Attributes:
        retryable: True where trying again later may help without anybody changing anything.
        hint: What to try, one sentence; empty where there is nothing to add.
    """

    default_retryable: ClassVar[bool] = True
    default_hint: ClassVar[str] = ""

    def __init__(
        self, text: str, *, hint: str | None = None, retryable: bool | None = None
    ) -> None:
        super().__init__(text)
        self.hint = self.default_hint if hint is None else hint
        self.retryable = self.default_retryable if retryable is None else retryable


class InvalidUrlError(SignalRError, ValueError):
    """The address is not one a hub can have."""

    default_retryable = False
    default_hint = "Write it like ws://192.168.1.100:8092/ifcbHub."


class UnreachableError(SignalRError):
    """No conversation with the server came about: refused, unknown name, no route, cut off."""

    default_hint = _CHECK_SERVER


class TlsError(SignalRError):
    """The encrypted connection could not be set up."""

    default_retryable = False
    default_hint = "Check that the server uses TLS; if it does not, use ws:// instead of wss://."


class NotAHubError(SignalRError):
    """Something answers, but it is no SignalR hub that this client can talk to."""

    default_retryable = False
    default_hint = "Check the port and the path behind it; an IFCB's hub is at /ifcbHub."


class AuthenticationError(SignalRError):
    """The server wants credentials, or other ones (HTTP 401 or 403)."""

    default_retryable = False
    default_hint = "Check the user name, password or token for this server."


class NegotiationError(SignalRError):
    """The server answered the negotiation with a refusal."""

    default_retryable = False


class HandshakeError(SignalRError):
    """The server refused the hub protocol handshake."""

    default_retryable = False


class ProtocolRefusedError(HandshakeError):
    """The server does not speak the hub protocol that it was asked for."""


class ProtocolError(SignalRError):
    """The server sent something that is no hub message.

    Attributes:
        decoded: The messages that came complete before the bad one in the same data.
    """

    default_hint = "The connection is made anew; if this goes on, the server needs attention."

    def __init__(self, text: str, decoded: tuple[HubMessage, ...] = ()) -> None:
        super().__init__(text)
        self.decoded = decoded


class HubTimeoutError(SignalRError):
    """The server was silent for too long."""

    default_hint = "Check the network to the server, and that the server is not frozen."


class HubClosedError(SignalRError):
    """The server ended the connection with a Close message.

    ``retryable`` is what the server said: True only where it allowed to reconnect.
    """


class ConnectionLostError(SignalRError):
    """The connection ended without a Close message."""

    default_hint = "Check the network to the server, and that IFCBacquire is still running."


class NotConnectedError(SignalRError):
    """Something was to be sent while there is no connection. Nothing is kept for later."""

    default_hint = "Connect first, or wait until the connection is back."


class InvocationError(SignalRError):
    """The hub answered a call with an error.

    Attributes:
        text: The hub's own words. ASP.NET Core hides the reason unless detailed errors are on.
    """

    default_retryable = False

    def __init__(self, target: str, text: str) -> None:
        super().__init__(f"The hub could not carry out '{target}': {text}")
        self.text = text


class InvocationTimeoutError(SignalRError):
    """The hub did not answer a call in time. The call may have been carried out all the same."""

    default_retryable = False
    default_hint = "It may have been carried out all the same: look before sending it again."


class MessageTooLargeError(SignalRError):
    """A message is larger than the limit of its direction.

    Attributes:
        decoded: The messages that came complete before it in the same data.
    """

    def __init__(
        self,
        text: str,
        *,
        hint: str | None = None,
        retryable: bool | None = None,
        decoded: tuple[HubMessage, ...] = (),
    ) -> None:
        super().__init__(text, hint=hint, retryable=retryable)
        self.decoded = decoded


class EncodingError(SignalRError):
    """A value cannot be put into a hub message, for instance NaN."""

    default_retryable = False


class SendQueueFullError(SignalRError):
    """The server has stopped taking what is sent, and the queue before it is full."""

    default_hint = "Wait until the server has caught up; nothing of this message was sent."
