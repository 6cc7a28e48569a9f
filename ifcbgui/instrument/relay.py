"""The hub method that carries the instrument's texts, both ways."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from ifcbgui.instrument.entry import Direction, Entry, JsonScalar
from ifcbgui.instrument.errors import CommandError, Refusal
from ifcbgui.instrument.parser import parse_message
from ifcbgui.signalr import (
    EncodingError,
    InvocationError,
    InvocationTimeoutError,
    MessageTooLargeError,
    NotConnectedError,
    SendQueueFullError,
    SignalRError,
)

_IN = Direction.IN
_SCALARS = (str, int, float, bool)


def entry_of(arguments: Sequence[Any], time_ns: int, monotonic_ns: int) -> Entry:
    """Make the entry of a ``messageRelayed``; one of another shape is kept as JSON text."""
    return entries_of((arguments,), time_ns, monotonic_ns)[0]


def entries_of(relayed: Iterable[Sequence[Any]], time_ns: int, monotonic_ns: int) -> list[Entry]:
    """Make the entries of all ``messageRelayed`` of one arrival."""
    entries = []
    for arguments in relayed:
        if len(arguments) == 4 and type(arguments[3]) is str:
            sender, source, seqno, text = arguments
            if type(seqno) is not int:
                seqno = None
            if type(sender) is not str or type(source) is not str:
                sender, source = _scalar(sender), _scalar(source)
        else:
            sender = source = seqno = None
            text = _as_json(list(arguments))
        message = parse_message(text)
        entries.append(Entry(message, _IN, time_ns, monotonic_ns, sender, source, seqno))
    return entries


def _scalar(value: Any) -> JsonScalar:
    if value is None or isinstance(value, _SCALARS):
        return value
    return _as_json(value)


def _as_json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # it must not cost the messages that came with it
        return f"(something that cannot be written as JSON: a {type(value).__name__})"


def command_error(text: str, exc: SignalRError) -> CommandError:
    """Say in the operator's words why a command did not get through."""
    command = text if len(text) <= 80 else text[:80] + "…"
    match exc:
        case MessageTooLargeError():
            return CommandError(
                f"Not sent: {command!r} is too large. {exc}",
                "Send a shorter command.",
                reason=Refusal.TOO_LARGE,
            )
        case NotConnectedError():
            return CommandError(
                f"Not sent: {command!r}. {exc}",
                "Wait until the instrument is online, then send it again if it is still wanted.",
                reason=Refusal.NOT_CONNECTED,
            )
        case EncodingError() | SendQueueFullError():
            return CommandError(f"Not sent: {command!r}. {exc}", exc.hint, reason=Refusal.HELD_BACK)
        case InvocationError():
            return CommandError(
                f"The hub refused {command!r}: {exc}", exc.hint, reason=Refusal.REFUSED
            )
        case InvocationTimeoutError():
            return CommandError(
                f"The hub has not answered {command!r}. It may have been executed all the same.",
                "Look at what the instrument says before you send it again.",
                reason=Refusal.TIMED_OUT,
            )
        case _:  # lost; to be on the safe side, so is whatever else may come one day
            return CommandError(
                f"The connection was lost while {command!r} was under way. "
                "It may have been executed all the same.",
                "Look at what the instrument says before you send it again.",
                reason=Refusal.LOST,
            )
