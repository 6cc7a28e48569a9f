"""Failures of sockets, TLS and WebSocket, in words for operators."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

from ifcbgui.signalr.errors import (
    ConnectionLostError,
    HubTimeoutError,
    MessageTooLargeError,
    NotAHubError,
    SignalRError,
    TlsError,
    UnreachableError,
)
from ifcbgui.signalr.negotiate import error_of_status
from ifcbgui.signalr.urls import HubUrl

_TOO_BIG = 1009
_REFUSED = {errno.ECONNREFUSED, 10061, 1225}
_NO_ROUTE = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, 10051, 10065}
_MAYBE_TLS = "Check the port; if the server uses TLS, write wss:// instead of ws://."
_GIVE_CA = (
    "Ask who runs the server for the certificate of the authority that signed it, and choose that "
    "file as the CA file of this instrument."
)
# By the numbers of OpenSSL's x509_vfy.h: what it means, and what to do.
_CERTIFICATES: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        9: ("is not valid yet", "Check the clocks of this computer and of the server."),
        10: ("has expired", "Check this computer's clock; the server needs a new certificate."),
        18: ("is self-signed", _GIVE_CA.replace("the authority that signed it", "the server")),
        19: ("was signed by an authority this computer does not know", _GIVE_CA),
        20: ("was signed by an authority this computer does not know", _GIVE_CA),
        21: ("was signed by an authority this computer does not know", _GIVE_CA),
        62: ("is for another name", "Use the name that the certificate was made for."),
        64: (
            "is not for this numeric address",
            "Use the name that the certificate was made for, or have one made for the address.",
        ),
    }
)
_CHECK_NETWORK = "Check the address, the cable or Wi-Fi, and any VPN or firewall in between."


def opening_failure(error: Exception, url: HubUrl, timeout_s: float) -> SignalRError:
    """Return what it means that ``error`` came while a connection to ``url`` was set up."""
    if isinstance(error, SignalRError):
        return error
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate_failure(error, url)
    if isinstance(error, ssl.SSLError):
        reason = str(getattr(error, "reason", None) or "no TLS").replace("_", " ").lower()
        return TlsError(f"No encrypted connection to {url.place} came about ({reason}).")
    if isinstance(error, TimeoutError):
        return HubTimeoutError(
            f"No answer from {url.place} within {timeout_s:g} s.", hint=_CHECK_NETWORK
        )
    if isinstance(error, socket.gaierror):
        return UnreachableError(
            f"The name {url.host} cannot be found on the network.",
            hint="Check the spelling, or use the numeric address of the instrument.",
        )
    if isinstance(error, InvalidStatus):
        response = error.response
        return error_of_status(response.status_code, url.place, response.headers.get("Location"))
    if isinstance(error, (EOFError, ConnectionResetError, BrokenPipeError, InvalidMessage)):
        return UnreachableError(
            f"{url.place} cut the connection off without an answer.",
            hint=TlsError.default_hint if url.secure else _MAYBE_TLS,
        )
    if isinstance(error, OSError):
        return _socket_failure(error, url)
    return NotAHubError(f"{url.place} answers, but not as a SignalR hub.")


def _certificate_failure(error: ssl.SSLCertVerificationError, url: HubUrl) -> TlsError:
    what, hint = _CERTIFICATES.get(error.verify_code, ("cannot be verified", _GIVE_CA))
    return TlsError(
        f"The certificate of {url.place} is not trusted: it {what} ({error.verify_message}).",
        hint=hint,
    )


def _socket_failure(error: OSError, url: HubUrl) -> SignalRError:
    number = _error_number(error)
    if number in _REFUSED:
        return UnreachableError(f"Nothing answers at {url.place} (connection refused).")
    if number in _NO_ROUTE:
        return UnreachableError(f"There is no way to {url.host} from here.", hint=_CHECK_NETWORK)
    reason = error.strerror or type(error).__name__
    return UnreachableError(f"No connection to {url.place} came about ({reason}).")


def _error_number(error: OSError) -> int | None:
    """Return the system's number; asyncio hides it where a name has several addresses."""
    if error.errno is not None:
        return error.errno
    found = re.search(r"\[\w+ (\d+)\]", str(error))
    return int(found[1]) if found else None


def closing_failure(error: ConnectionClosed, max_receive: int) -> SignalRError:
    """Return what it means that an open WebSocket ended with ``error``."""
    if error.rcvd is None and error.sent is not None and error.sent.code == _TOO_BIG:
        return MessageTooLargeError(
            f"The server sent a message larger than {max_receive:,} bytes.",
            hint="Raise the limit for received messages if such messages are wanted.",
        )
    if error.rcvd is not None:
        reason = f": {error.rcvd.reason}" if error.rcvd.reason else ""
        return ConnectionLostError(
            f"The server closed the connection (code {error.rcvd.code}{reason})."
        )
    if isinstance(error.__cause__, ConnectionResetError):
        return ConnectionLostError("The server cut the connection off.")
    return ConnectionLostError("The connection to the server broke off.")
