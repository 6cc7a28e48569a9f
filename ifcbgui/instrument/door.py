"""The one door through which an operator's commands leave.

Here stand the observe-only lock, the gate before unverified commands, the questions that are
asked before a start that does harm if it was a slip, and the record of what became of each.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.commands import COMMANDS, Command
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.errors import CommandError, IFCBError, Refusal
from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.pattern import Pattern, matches, parse_pattern
from ifcbgui.instrument.state import InstrumentState, RunPhase

# Stopping is never gated: these are sent as they are, whatever is known of them.
STOP_IDS = ("stop_routine", "stop_acquisition")
ROUTINE_PREFIX = "routine:"
# What comes later than this may be the echo of something else.
ECHO_TIMEOUT_S = 30
STARTERS = (ROUTINE_PREFIX, "interactive:start", "acquisition:start")


class CommandClient(Protocol):
    """What the door needs of a client, live or simulated."""

    observe: bool

    @property
    def link(self) -> LinkStatus:
        """The link as it stands now."""

    @property
    def state(self) -> InstrumentState:
        """Everything the instrument has said so far."""

    async def relay_message_to_host(self, text: str) -> None:
        """Send a command; return when the hub has accepted it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands between a command and the instrument.

    Attributes:
        command: The catalogue's entry, or None for a text it does not have.
        objection: Why it cannot be sent now, one sentence, or None.
        question: What to ask before it is sent, or None.
        unverified: True when no public source confirms the command.
    """

    command: Command | None
    objection: str | None = None
    question: str | None = None
    unverified: bool = False


class Fate(StrEnum):
    """What became of a command."""

    SENT = "sent"
    ACCEPTED = "accepted by the hub"
    CONFIRMED = "confirmed by its echo"
    REFUSED = "refused"
    UNKNOWN = "fate unknown"
    NO_ECHO = "no echo yet: not confirmed"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A command and what became of it.

    Attributes:
        number: 1, 2, 3, ... in the order of sending.
        text: The command as sent.
        command: The catalogue's entry, or None.
        fate: What became of it so far.
        detail: The echo that confirmed it, or why it failed and what to try.
    """

    number: int
    text: str
    command: Command | None
    fate: Fate = Fate.SENT
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Awaited:
    """A command whose echo is awaited.

    Attributes:
        ticket: The command.
        pattern: How its echo begins.
        fields: The echo's fields, converted, where it repeats what was set; else None.
        sent_ns: Monotonic clock of the sending.
    """

    ticket: Ticket
    pattern: Pattern
    fields: tuple[Any, ...] | None
    sent_ns: int

    def is_echoed_by(self, message: Message) -> bool:
        """Tell whether a message confirms the command."""
        if self.fields is None:
            return matches(self.pattern, message)
        return self.fields == _comparable(message)


class CommandDoor:
    """Examines commands, sends them and follows what becomes of them.

    Args:
        client: Where commands go.
        allow_unverified: True when commands that no public source confirms may be sent.
        clock: Returns the monotonic time in nanoseconds.

    Attributes:
        allow_unverified: May be changed at any time.
    """

    MOST_AWAITED = 100

    def __init__(
        self,
        client: CommandClient,
        *,
        allow_unverified: bool = False,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.allow_unverified = allow_unverified
        self._client = client
        self._count = 0
        self._clock = clock
        self._awaited: dict[int, _Awaited] = {}  # by ticket number, oldest first
        self._listeners: list[Callable[[Ticket], None]] = []

    def add_listener(self, listener: Callable[[Ticket], None]) -> None:
        """Call a function with every ticket whenever its fate changes."""
        self._listeners.append(listener)

    def examine(self, text: str) -> Verdict:
        """Say what stands between a command and the instrument, without sending it."""
        command = COMMANDS.match(text)
        unverified = command is None or command.status != "confirmed"
        objection = self._objection(command, unverified)
        question = None if objection else self._question(text, command)
        return Verdict(command, objection, question, unverified)

    def _objection(self, command: Command | None, unverified: bool) -> str | None:
        link = self._client.link
        if not link.online:
            return f"Not connected ({link.state}): nothing can be sent."
        if self._client.observe:
            return "Observing only. Take control first."
        stops = command is not None and command.id in STOP_IDS
        if unverified and not stops and not self.allow_unverified:
            what = "is not confirmed by any public source" if command else "is not in the catalogue"
            return f"This command {what}. Allow unverified commands first, if you know it."
        return None

    def _question(self, text: str, command: Command | None) -> str | None:
        if text.startswith(STARTERS) and (
            running := _what_runs(self._client.state, self._client.link)
        ):
            return f"{running} Start this all the same?"
        if command is not None and command.danger == "hazard":
            return f"{command.help} Go ahead?"
        return None

    async def send(self, text: str) -> Ticket:
        """Send a command and return its ticket once the hub has accepted it.

        Raises:
            IFCBError: If it was held back, refused, or its fate is unknown.
        """
        verdict = self.examine(text)
        if verdict.objection is not None:
            online = self._client.link.online
            raise CommandError(
                f"Not sent: {text[:80]!r}. {verdict.objection}",
                reason=Refusal.HELD_BACK if online else Refusal.NOT_CONNECTED,
            )
        self._count += 1
        ticket = Ticket(self._count, text, verdict.command)
        has_echo = self._await_echo(ticket)
        self._tell(ticket)
        try:
            await self._client.relay_message_to_host(text)
        except IFCBError as exc:
            self._awaited.pop(ticket.number, None)
            self._tell(replace(ticket, fate=_fate_of(exc), detail=f"{exc} {exc.hint}".strip()))
            raise
        ticket = replace(ticket, fate=Fate.ACCEPTED)
        if not has_echo or ticket.number in self._awaited:
            self._tell(ticket)  # else the echo was quicker than the hub's answer
        return ticket

    def watch(self, entry: Entry) -> None:
        """Take a message of the instrument: it may be the echo of a command."""
        if not self._awaited or entry.direction is Direction.OUT:
            return
        for awaited in list(self._awaited.values()):
            if awaited.is_echoed_by(entry.message):
                self._settle(awaited, Fate.CONFIRMED, entry.message.text[:200])

    def tick(self, now_ns: int) -> None:
        """Give up the echoes that have not come; call it about once a second.

        Args:
            now_ns: The monotonic time, nanoseconds.
        """
        for awaited in list(self._awaited.values()):
            if now_ns - awaited.sent_ns >= ECHO_TIMEOUT_S * 1_000_000_000:
                self._settle(
                    awaited,
                    Fate.NO_ECHO,
                    f"The instrument has not echoed it within {ECHO_TIMEOUT_S} s. "
                    "Look at what it says before you send it again.",
                )

    def forget_awaited(self) -> None:
        """Give up all awaited echoes because the link is lost."""
        for awaited in list(self._awaited.values()):
            self._settle(
                awaited,
                Fate.UNKNOWN,
                "The connection was lost before the instrument echoed it. "
                "It may have been executed all the same.",
            )

    def _await_echo(self, ticket: Ticket) -> bool:
        """Wait for the echo of a command; return False where none is known."""
        command = ticket.command
        if command is None or not command.echo:
            return False
        if len(self._awaited) >= self.MOST_AWAITED:
            oldest = next(iter(self._awaited.values()))
            self._settle(oldest, Fate.NO_ECHO, "Too many commands wait for their echo.")
        pattern = parse_pattern(command.echo)
        fields = _echoed_fields(command)
        self._awaited[ticket.number] = _Awaited(ticket, pattern, fields, self._clock())
        return True

    def _settle(self, awaited: _Awaited, fate: Fate, detail: str) -> None:
        del self._awaited[awaited.ticket.number]
        self._tell(replace(awaited.ticket, fate=fate, detail=detail))

    def _tell(self, ticket: Ticket) -> None:
        for listener in self._listeners:
            listener(ticket)


def _echoed_fields(command: Command) -> tuple[Any, ...] | None:
    """Return the converted fields of the echo that repeats what a command sets, or None."""
    asked = COMMANDS.get(command.id)
    echo = command.echo
    if not asked.params or not echo:
        return None
    form = MESSAGE_FORMS.get(echo)
    if form is not None and form.fields == asked.params:
        echo += ":" + command.text.removeprefix(asked.start)
    elif command.group not in ("switch", "setting"):
        return None
    expected = parse_message(echo)
    return _comparable(expected) if expected.known and not expected.problem else None


def _comparable(message: Message) -> tuple[Any, ...]:
    return tuple(f.rstrip() if isinstance(f, str) else f for f in message.fields)


def stop_commands(state: InstrumentState) -> tuple[str, ...]:
    """Return what Stop sends: to the acquisition too, unless it is known to stand."""
    ids = STOP_IDS if state.value("acquisition") != "stopped" else STOP_IDS[:1]
    return tuple(command.text for command in map(COMMANDS.get, ids) if command)


def _what_runs(state: InstrumentState, link: LinkStatus) -> str | None:
    run = state.run
    if run is not None and run.phase is not RunPhase.FINISHED:
        name = run.routine.title if run.routine else run.name or "A routine"
        if link.online_since_ns is not None and run.changed.monotonic_ns < link.online_since_ns:
            return f"{name} was running before the link was lost; nothing confirms or ends it yet."
        doing = "has been asked for" if run.phase is RunPhase.REQUESTED else "is running"
        return f"{name} {doing} and nobody said that it ended."
    if state.value("acquisition") == "started":
        return "The acquisition is running."
    return None


def _fate_of(exc: IFCBError) -> Fate:
    uncertain = isinstance(exc, CommandError) and exc.reason in (Refusal.TIMED_OUT, Refusal.LOST)
    return Fate.UNKNOWN if uncertain else Fate.REFUSED
