"""The one door through which an operator's commands leave.

Here stand the observe-only lock, the gate before unverified commands, the questions that are
asked before a start that does harm if it was a slip, and the record of what became of each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from ifcbgui.instrument.commands import COMMANDS, Command
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.errors import CommandError, IFCBError, Refusal
from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.pattern import matches, parse_pattern
from ifcbgui.instrument.state import InstrumentState, RunPhase

# Stopping is never gated: these are sent as they are, whatever is known of them.
STOP_IDS = ("stop_routine", "stop_acquisition")
ROUTINE_PREFIX = "routine:"
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


class CommandDoor:
    """Examines commands, sends them and follows what becomes of them.

    Args:
        client: Where commands go.
        allow_unverified: True when commands that no public source confirms may be sent.

    Attributes:
        allow_unverified: May be changed at any time.
    """

    MOST_AWAITED = 100

    def __init__(self, client: CommandClient, *, allow_unverified: bool = False) -> None:
        self.allow_unverified = allow_unverified
        self._client = client
        self._count = 0
        self._awaiting_echo: deque[Ticket] = deque(maxlen=self.MOST_AWAITED)
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
        if text.startswith(STARTERS) and (running := _what_runs(self._client.state)):
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
            raise CommandError(
                f"Not sent: {text[:80]!r}. {verdict.objection}", reason=Refusal.HELD_BACK
            )
        self._count += 1
        ticket = Ticket(self._count, text, verdict.command)
        if verdict.command is not None and verdict.command.echo:
            self._awaiting_echo.append(ticket)
        self._tell(ticket)
        try:
            await self._client.relay_message_to_host(text)
        except IFCBError as exc:
            self._forget(ticket)
            self._tell(replace(ticket, fate=_fate_of(exc), detail=f"{exc} {exc.hint}".strip()))
            raise
        ticket = replace(ticket, fate=Fate.ACCEPTED)
        if not verdict.command or not verdict.command.echo or self._is_awaited(ticket):
            self._tell(ticket)  # else the echo was quicker than the hub's answer
        return ticket

    def watch(self, entry: Entry) -> None:
        """Take a message of the instrument: it may be the echo of a command."""
        if not self._awaiting_echo or entry.direction is Direction.OUT:
            return
        for ticket in list(self._awaiting_echo):
            echo = ticket.command.echo if ticket.command else None
            if echo and matches(parse_pattern(echo), entry.message):
                self._forget(ticket)
                detail = entry.message.text[:200]
                self._tell(replace(ticket, fate=Fate.CONFIRMED, detail=detail))

    def _is_awaited(self, ticket: Ticket) -> bool:
        return any(waiting.number == ticket.number for waiting in self._awaiting_echo)

    def _forget(self, ticket: Ticket) -> None:
        keep = [waiting for waiting in self._awaiting_echo if waiting.number != ticket.number]
        self._awaiting_echo = deque(keep, maxlen=self.MOST_AWAITED)

    def _tell(self, ticket: Ticket) -> None:
        for listener in self._listeners:
            listener(ticket)


def stop_commands(state: InstrumentState) -> tuple[str, ...]:
    """Return what Stop sends: to the acquisition too, unless it is known to stand."""
    ids = STOP_IDS if state.value("acquisition") != "stopped" else STOP_IDS[:1]
    return tuple(command.text for command in map(COMMANDS.get, ids) if command)


def _what_runs(state: InstrumentState) -> str | None:
    if state.run is not None and state.run.phase is not RunPhase.FINISHED:
        name = state.run.name or "A routine"
        doing = "has been asked for" if state.run.phase is RunPhase.REQUESTED else "is running"
        return f"{name} {doing} and nobody said that it ended."
    if state.value("acquisition") == "started":
        return "The acquisition is running."
    return None


def _fate_of(exc: IFCBError) -> Fate:
    uncertain = isinstance(exc, CommandError) and exc.reason in (Refusal.TIMED_OUT, Refusal.LOST)
    return Fate.UNKNOWN if uncertain else Fate.REFUSED
