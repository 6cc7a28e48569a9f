"""The protocol of one connection without socket, clock or task: bytes in, messages out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

import msgspec

from ifcbgui.signalr.errors import (
    ConnectionLostError,
    HubClosedError,
    HubTimeoutError,
    InvocationError,
    InvocationTimeoutError,
    MessageTooLargeError,
    ProtocolError,
    SignalRError,
)
from ifcbgui.signalr.handshake import (
    encode_handshake_request,
    parse_handshake_response,
    split_handshake,
)
from ifcbgui.signalr.messages import (
    CancelInvocation,
    Close,
    Completion,
    HubMessage,
    Invocation,
    Ping,
    StreamInvocation,
    StreamItem,
)
from ifcbgui.signalr.options import HubOptions
from ifcbgui.signalr.protocol import HubProtocol

logger = logging.getLogger(__name__)

# So many times the limit for silence may one message take.
_PATIENCE: Final = 10


class Reply(Protocol):
    """Where the answer to a call goes."""

    def item(self, value: Any) -> None:
        """Take one item of a stream."""
        ...

    def complete(self, value: Any) -> None:
        """Take the result; None where the hub method has none."""
        ...

    def fail(self, error: SignalRError) -> None:
        """Learn that there will be no result."""
        ...


@dataclass(slots=True)
class _Call:
    target: str
    reply: Reply
    deadline: float
    timeout_s: float


class HubCore:
    """State of one connection, from the handshake to its end.

    Every ``now`` is in seconds of one monotonic clock. Nothing here waits: `receive` takes what
    came, `tick` looks at the clock, and both record in ``ended`` that the connection is over.

    Attributes:
        connected: True from the end of a successful handshake.
        ended: Why the connection is over, or None. The first reason stays.
        last_heard: When a whole frame last came from the server.
        outgoing: Answers that `receive` produced, for the caller to take and send.
    """

    def __init__(
        self, protocol: HubProtocol, options: HubOptions, ids: Iterator[int], now: float
    ) -> None:
        """Start before the handshake; ``ids`` numbers calls and is shared by all connections."""
        self.connected = False
        self.ended: SignalRError | None = None
        self.last_heard = now
        self._last_sent = now
        self._looked = now
        self._protocol = protocol
        self._options = options
        self._ids = ids
        self._decoder = protocol.decoder(options.max_receive)
        self._handshake = b""
        self._calls: dict[str, _Call] = {}
        self.outgoing: list[bytes] = []
        self._ping = protocol.encode(Ping())

    @property
    def binary(self) -> bool:
        """True if the data travel in binary WebSocket frames."""
        return self._protocol.binary

    @property
    def pending(self) -> int:
        """Number of calls and streams that wait for their end."""
        return len(self._calls)

    # -- receiving -------------------------------------------------------------------------

    def hello(self) -> bytes:
        """Return the handshake request: the first thing to send."""
        return encode_handshake_request(self._protocol.name, self._protocol.version)

    def receive_handshake(self, data: bytes, now: float) -> list[Invocation]:
        """Take data until ``connected``; return the invocations that came right behind.

        Raises:
            HandshakeError: The server refused or sent something else.
        """
        self._handshake += data
        split = split_handshake(self._handshake)
        if split is None:
            return []
        parse_handshake_response(split[0], self._protocol.name)
        self.connected = True
        return self.receive(split[1], now)

    def receive(self, data: bytes, now: float) -> list[Invocation]:
        """Take data of an established connection; return the invocations in it, in order.

        All other messages take effect here. A Close, or data that are no hub messages, set
        ``ended``.
        """
        self.last_heard = now
        failure: SignalRError | None = None
        try:
            messages = self._decoder.feed(data)
        except (ProtocolError, MessageTooLargeError) as error:
            messages, failure = list(error.decoded), error
        if failure is None and set(map(type, messages)) == {Invocation}:
            return cast("list[Invocation]", messages)  # as nearly always
        invocations = []
        for message in messages:
            if type(message) is Invocation:
                invocations.append(message)
            else:
                self._handle(message)
                if self.ended:
                    return invocations
        if failure:
            self.end(failure)
        return invocations

    def _handle(self, message: HubMessage) -> None:
        match message:
            case Ping():
                pass
            case Completion():
                self._complete(message)
            case StreamItem():
                call = self._calls.get(message.invocation_id)
                if call:
                    call.reply.item(message.item)
                else:
                    logger.debug("Ignored an item of an unknown stream")
            case Close():
                self.end(_closed(message))
            case StreamInvocation():
                refusal = "This client has no streams to offer."
                answer = Completion(message.invocation_id, error=refusal)
                self.outgoing.append(self._protocol.encode(answer))
            case _:
                logger.info("Ignored a hub message that means nothing here: %r", message)

    def _complete(self, message: Completion) -> None:
        call = self._calls.pop(message.invocation_id, None)
        if call is None:
            logger.debug("Ignored the answer to an unknown or abandoned call")
        elif message.error is not None:
            if message.result not in (None, msgspec.UNSET):
                logger.warning("The answer to %s has a result and an error", call.target)
            call.reply.fail(InvocationError(call.target, message.error))
        else:
            call.reply.complete(None if message.result is msgspec.UNSET else message.result)

    # -- sending ---------------------------------------------------------------------------

    def invoke(
        self, target: str, arguments: tuple[Any, ...], reply: Reply, now: float, timeout_s: float
    ) -> tuple[str, bytes]:
        """Register a call that is to be answered; return its id and what to send.

        Raises:
            EncodingError, MessageTooLargeError: It cannot be sent; nothing is registered.
        """
        call_id = str(next(self._ids))
        data = self.encode(Invocation(target, arguments, call_id))
        self._calls[call_id] = _Call(target, reply, now + timeout_s, timeout_s)
        return call_id, data

    def stream(self, target: str, arguments: tuple[Any, ...], reply: Reply) -> tuple[str, bytes]:
        """Like `invoke`, for a method that answers with a stream. It has no time limit."""
        call_id = str(next(self._ids))
        data = self.encode(StreamInvocation(target, arguments, call_id))
        self._calls[call_id] = _Call(target, reply, float("inf"), float("inf"))
        return call_id, data

    def forget(self, call_id: str) -> bool:
        """Drop a call or stream; a late answer is ignored. False if it was over already."""
        return self._calls.pop(call_id, None) is not None

    def cancel(self, call_id: str) -> bytes:
        """Return the message that tells the server to stop a stream."""
        return self.encode(CancelInvocation(call_id))

    def encode(self, message: HubMessage) -> bytes:
        """Return ``message`` ready to send.

        Raises:
            EncodingError: A value in it cannot be encoded.
            MessageTooLargeError: It is larger than the server takes. ASP.NET Core would close
                the connection, and every other call with it, so it is not sent.
        """
        data = self._protocol.encode(message)
        if len(data) > self._options.max_send:
            raise MessageTooLargeError(
                f"The message is {len(data):,} bytes long; "
                f"the server takes at most {self._options.max_send:,}.",
                hint="Send less at a time.",
                retryable=False,
            )
        return data

    def sent(self, now: float) -> None:
        """Note that something was sent: no ping is needed for a while."""
        self._last_sent = now

    # -- time ------------------------------------------------------------------------------

    def tick(self, now: float, last_bytes: float = 0.0) -> bytes | None:
        """Look at the clock; return a ping if one is due.

        Args:
            now: The moment.
            last_bytes: When bytes came last, be they but a part of a message: a large one takes
                long on a slow line, and the pings wait behind it.

        Ends calls that are overdue, and the connection if the server was silent for too long,
        but only what was overdue at the previous look already: where the event loop was blocked,
        the first look may come before the data that wait in the socket have been read.
        """
        previous, self._looked = self._looked, now
        self._judge_silence(previous, max(last_bytes, self.last_heard))
        self._expire_calls(previous)
        if now - self._last_sent >= self._options.keep_alive_s:
            return self._ping
        return None

    def _judge_silence(self, moment: float, last_bytes: float) -> None:
        """End the connection that is dead, or that a damaged length keeps from ever speaking."""
        limit = self._options.server_timeout_s
        if moment - last_bytes > limit:
            self.end(HubTimeoutError(f"Nothing came from the server for {limit:g} s."))
        elif moment - self.last_heard > limit * _PATIENCE:
            self.end(
                HubTimeoutError(
                    f"The server has sent only a part of a message for {limit * _PATIENCE:g} s.",
                    hint="Check the line to the server: it is very slow, or damages what passes.",
                )
            )

    def first_ping(self) -> bytes:
        """Return the ping to send at once: it makes the server watch over this client."""
        return self._ping

    def _expire_calls(self, moment: float) -> None:
        overdue = [call_id for call_id, call in self._calls.items() if call.deadline < moment]
        for call_id in overdue:
            call = self._calls.pop(call_id)
            call.reply.fail(
                InvocationTimeoutError(
                    f"The hub did not answer '{call.target}' within {call.timeout_s:g} s."
                )
            )

    # -- the end ---------------------------------------------------------------------------

    def end(self, error: SignalRError) -> None:
        """Declare the connection over; the first reason given stays."""
        if self.ended is None:
            self.ended = error

    def fail_calls(self) -> None:
        """Tell every pending call and stream, once, that no answer will come."""
        calls, self._calls = self._calls, {}
        for call in calls.values():
            call.reply.fail(
                ConnectionLostError(
                    f"The connection ended before the hub answered '{call.target}'.",
                    hint=InvocationTimeoutError.default_hint,
                )
            )


def _closed(message: Close) -> HubClosedError:
    reason = f": {message.error}" if message.error else "."
    again = bool(message.allow_reconnect)
    hint = "" if again else "It did not ask us back: connect again by hand when it is ready."
    return HubClosedError(f"The server ended the connection{reason}", hint=hint, retryable=again)
