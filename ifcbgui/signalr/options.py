"""Settings of a client and their defaults."""

from __future__ import annotations

from dataclasses import dataclass

from ifcbgui.signalr.protocol import DEFAULT_MAX_RECEIVE


@dataclass(frozen=True, slots=True)
class HubOptions:
    """Times in seconds, sizes in bytes. The defaults are those of the .NET client and server.

    Attributes:
        open_timeout_s: For the negotiation, and again for opening the WebSocket.
        handshake_timeout_s: For the server's answer to the handshake.
        keep_alive_s: A ping is sent when nothing else was sent for so long.
        server_timeout_s: The connection counts as lost when nothing came for so long; at least
            twice the server's own ping interval (15 s by default).
        close_timeout_s: For an orderly goodbye.
        max_send: Largest message a server takes; ASP.NET Core closes the connection beyond it.
        max_receive: Largest message taken from the server.
        handler_queue: Invocations that may wait for handlers, and items for a stream's reader.
        skip_negotiation: Open the WebSocket at once, without asking first.
    """

    open_timeout_s: float = 10.0
    handshake_timeout_s: float = 15.0
    keep_alive_s: float = 15.0
    server_timeout_s: float = 30.0
    close_timeout_s: float = 1.0
    max_send: int = 32_768
    max_receive: int = DEFAULT_MAX_RECEIVE
    handler_queue: int = 4096
    skip_negotiation: bool = False
