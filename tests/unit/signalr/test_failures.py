from __future__ import annotations

import errno
import socket
import ssl

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError, InvalidMessage, InvalidStatus
from websockets.frames import Close
from websockets.http11 import Response

from ifcbgui.signalr import (
    AuthenticationError,
    ConnectionLostError,
    HubTimeoutError,
    MessageTooLargeError,
    NegotiationError,
    NotAHubError,
    SignalRError,
    TlsError,
    UnreachableError,
)
from ifcbgui.signalr.failures import closing_failure, opening_failure
from ifcbgui.signalr.urls import HubUrl

URL = HubUrl.parse("wss://ifcb:8092/hub")


def refusal(status: int) -> InvalidStatus:
    return InvalidStatus(Response(status, "", Headers()))


def untrusted(number: int = 18) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = number, "in OpenSSL's words"
    return error


@pytest.mark.parametrize(
    ("error", "kind", "words", "retryable"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, ""), UnreachableError, "refused", True),
        (
            OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 1, 0, 0)"),
            UnreachableError,
            "refused",
            True,
        ),
        (OSError(errno.EHOSTUNREACH, "No route"), UnreachableError, "no way to ifcb", True),
        (OSError(errno.EMFILE, "Too many files"), UnreachableError, "Too many files", True),
        (socket.gaierror(-2, "unknown"), UnreachableError, "name ifcb cannot be found", True),
        (ConnectionResetError(), UnreachableError, "without an answer", True),
        (InvalidMessage(), UnreachableError, "without an answer", True),
        (TimeoutError(), HubTimeoutError, "ifcb port 8092 within 10 s", True),
        (untrusted(), TlsError, "it is self-signed (in OpenSSL's words)", False),
        (untrusted(10), TlsError, "it has expired", False),
        (untrusted(62), TlsError, "it is for another name", False),
        (untrusted(1), TlsError, "it cannot be verified", False),
        (ssl.SSLError(1, "x"), TlsError, "ifcb port 8092", False),
        (refusal(401), AuthenticationError, "401", False),
        (refusal(404), NotAHubError, "404", False),
        (refusal(503), NegotiationError, "503", True),
        (ValueError("?"), NotAHubError, "not as a SignalR hub", False),
        (TlsError("kept"), TlsError, "kept", False),
    ],
)
def test_failures_to_open_read_well(
    error: Exception, kind: type[SignalRError], words: str, retryable: bool
) -> None:
    got = opening_failure(error, URL, 10.0)
    assert type(got) is kind
    assert words in str(got)
    assert str(got).endswith((".", "kept"))
    assert got.retryable is retryable
    assert got.hint


@pytest.mark.parametrize(
    ("rcvd", "sent", "kind", "words"),
    [
        (Close(1011, "oops"), None, ConnectionLostError, "(code 1011: oops)"),
        (Close(1000, ""), Close(1000, ""), ConnectionLostError, "(code 1000)"),
        (None, None, ConnectionLostError, "broke off"),
        (None, Close(1009, ""), MessageTooLargeError, "larger than 2,000 bytes"),
    ],
)
def test_closings_read_well(
    rcvd: Close | None, sent: Close | None, kind: type[SignalRError], words: str
) -> None:
    both = True if rcvd and sent else None
    got = closing_failure(ConnectionClosedError(rcvd, sent, both), 2000)
    assert type(got) is kind
    assert words in str(got)
    assert got.retryable
    assert got.hint
