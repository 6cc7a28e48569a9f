"""The SignalR hub protocol: a sans-I/O core and a thin asyncio shell.

Client: `HubClient`. For servers: `JsonProtocol`, `MessagePackProtocol`, the hub messages and the
handshake functions.
"""

from ifcbgui.signalr.client import HubClient
from ifcbgui.signalr.errors import (
    AuthenticationError,
    ConnectionLostError,
    EncodingError,
    HandshakeError,
    HubClosedError,
    HubTimeoutError,
    InvalidUrlError,
    InvocationError,
    InvocationTimeoutError,
    MessageTooLargeError,
    NegotiationError,
    NotAHubError,
    NotConnectedError,
    ProtocolError,
    ProtocolRefusedError,
    SendQueueFullError,
    SignalRError,
    TlsError,
    UnreachableError,
)
from ifcbgui.signalr.handshake import (
    HandshakeRequest,
    encode_handshake_request,
    encode_handshake_response,
    parse_handshake_request,
    parse_handshake_response,
    split_handshake,
)
from ifcbgui.signalr.json_protocol import JsonDecoder, JsonProtocol
from ifcbgui.signalr.messages import (
    Ack,
    CancelInvocation,
    Close,
    Completion,
    HubMessage,
    Invocation,
    Ping,
    Sequence,
    StreamInvocation,
    StreamItem,
    Unknown,
)
from ifcbgui.signalr.msgpack_protocol import MessagePackDecoder, MessagePackProtocol
from ifcbgui.signalr.options import HubOptions
from ifcbgui.signalr.protocol import HubDecoder, HubProtocol
from ifcbgui.signalr.retry import RetryPolicy
from ifcbgui.signalr.status import HubState, HubStatus

__all__ = [
    "Ack",
    "AuthenticationError",
    "CancelInvocation",
    "Close",
    "Completion",
    "ConnectionLostError",
    "EncodingError",
    "HandshakeError",
    "HandshakeRequest",
    "HubClient",
    "HubClosedError",
    "HubDecoder",
    "HubMessage",
    "HubOptions",
    "HubProtocol",
    "HubState",
    "HubStatus",
    "HubTimeoutError",
    "InvalidUrlError",
    "Invocation",
    "InvocationError",
    "InvocationTimeoutError",
    "JsonDecoder",
    "JsonProtocol",
    "MessagePackDecoder",
    "MessagePackProtocol",
    "MessageTooLargeError",
    "NegotiationError",
    "NotAHubError",
    "NotConnectedError",
    "Ping",
    "ProtocolError",
    "ProtocolRefusedError",
    "RetryPolicy",
    "SendQueueFullError",
    "Sequence",
    "SignalRError",
    "StreamInvocation",
    "StreamItem",
    "TlsError",
    "Unknown",
    "UnreachableError",
    "encode_handshake_request",
    "encode_handshake_response",
    "parse_handshake_request",
    "parse_handshake_response",
    "split_handshake",
]
