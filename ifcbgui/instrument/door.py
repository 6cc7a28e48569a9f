"""The one door through which an operator's commands leave.

Here stand the observe-only lock, the gate before unverified commands, the questions that are
asked before a start that does harm if it was a slip, and the record of what became of each.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.commands import COMMANDS, Command
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.errors import CommandError, IFCBError, Refusal
from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.pattern import matches, parse_pattern
from ifcbgui.instrument.state import InstrumentState, RunPhase
from ifcbgui.instrument.ticket import Fate, Step, Ticket

# Stopping is never gated: these are sent as they are, whatever is known of them.
STOP_IDS = ("stop_routine", "stop_acquisition")
ROUTINE_PREFIX = "routine:"
# What comes later than this may be the echo of something else.
ECHO_TIMEOUT_S = 30
_FATES = {
    Refusal.REFUSED: Fate.REFUSED,
    Refusal.TIMED_OUT: Fate.TIMED_OUT,
    Refusal.LOST: Fate.UNKNOWN,
}
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


class _Followed:
    """A command on its way: its ticket so far, and the echo that would confirm it.

    Attributes:
        ticket: The command and what became of it.
        sent_ns: Monotonic clock of the sending.
        pattern: How its echo begins, or None where none is known.
        fields: The echo's fields, converted, where it repeats what was set; else None.
    """

    __slots__ = ("fields", "pattern", "sent_ns", "ticket")

    def __init__(self, ticket: Ticket, sent_ns: int) -> None:
        command = ticket.command
        self.ticket = ticket
        self.sent_ns = sent_ns
        self.pattern = parse_pattern(command.echo) if command and command.echo else None
        self.fields = _echoed_fields(command) if command else None

    def is_echoed_by(self, message: Message) -> bool:
        """Tell whether a message confirms the command."""
        if self.fields is None:
            return self.pattern is not None and matches(self.pattern, message)
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
        self._leaving: list[_Followed] = []  # handed to the client, not yet put on their way
        self._awaited: list[_Followed] = []  # sent, their echo not heard yet, oldest first
        self._looked_ns = 0
        self._listeners: list[Callable[[Ticket], None]] = []

    def add_listener(self, listener: Callable[[Ticket], None]) -> None:
        """Call a function with every ticket whenever something has happened to it."""
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
            return f"Not connected ({link.state})."
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
        self._count += 1
        followed = _Followed(Ticket(self._count, text, verdict.command), self._clock())
        try:
            if verdict.objection is not None:
                raise self._held_back(text, verdict.objection)
            self._leaving.append(followed)
            await self._client.relay_message_to_host(text)
        except IFCBError as exc:
            fate, detail = _fate_of(exc), f"{exc} {exc.hint}".strip()
            if fate is Fate.TIMED_OUT:  # the echo may come all the same
                self._note(followed, fate, detail)
            else:
                self._give_up(followed, fate, detail)
            raise
        finally:
            with suppress(ValueError):
                self._leaving.remove(followed)
        self._note(followed, Fate.ACCEPTED)
        return followed.ticket

    def _held_back(self, text: str, objection: str) -> CommandError:
        online = self._client.link.online
        return CommandError(
            f"Not sent: {text[:80]!r}. {objection}",
            reason=Refusal.HELD_BACK if online else Refusal.NOT_CONNECTED,
        )

    def watch(self, entry: Entry, row_id: int) -> None:
        """Take a recorded message: one of our commands as it leaves, or perhaps an echo.

        Args:
            entry: The message.
            row_id: The recorder's number of it.
        """
        if entry.direction is Direction.OUT:
            self._note_sent(entry, row_id)
            return
        for followed in [one for one in self._awaited if one.is_echoed_by(entry.message)]:
            self._give_up(followed, Fate.CONFIRMED, entry.message.text[:200])

    def _note_sent(self, entry: Entry, row_id: int) -> None:
        """Connect a command with its message, and begin to wait for its echo.

        The client hands the message on while it is being sent, so that of equal texts the first
        leaves first. What no ticket waits for is a greeting of the client's own.
        """
        text = entry.message.text
        followed = next((one for one in self._leaving if one.ticket.text == text), None)
        if followed is None:
            return
        self._leaving.remove(followed)
        followed.ticket = replace(followed.ticket, row_id=row_id, sent_ns=entry.time_ns)
        followed.sent_ns = self._clock()
        if followed.pattern is not None:
            if len(self._awaited) >= self.MOST_AWAITED:
                self._give_up(
                    self._awaited[0], Fate.NO_ECHO, "Too many commands wait for their echo."
                )
            self._awaited.append(followed)
        self._note(followed, Fate.SENT)

    def tick(self, now_ns: int) -> None:
        """Give up the echoes that have not come; call it about once a second.

        Only what was overdue at the previous look is given up: where the event loop was
        blocked, the first look may come before the echoes that wait in the socket are read.

        Args:
            now_ns: The monotonic time, nanoseconds.
        """
        looked_ns, self._looked_ns = self._looked_ns, now_ns
        for followed in list(self._awaited):
            if looked_ns - followed.sent_ns >= ECHO_TIMEOUT_S * 1_000_000_000:
                self._give_up(
                    followed,
                    Fate.NO_ECHO,
                    f"The instrument has not echoed it within {ECHO_TIMEOUT_S} s. "
                    "Look at what it says before you send it again.",
                )

    def forget_awaited(self) -> None:
        """Give up all awaited echoes because the link is lost."""
        for followed in list(self._awaited):
            self._give_up(
                followed,
                Fate.UNKNOWN,
                "The connection was lost before the instrument echoed it. "
                "It may have been executed all the same.",
            )

    def _give_up(self, followed: _Followed, fate: Fate, detail: str) -> None:
        """Wait no longer for an echo: it has come, or will not."""
        with suppress(ValueError):
            self._awaited.remove(followed)
        self._note(followed, fate, detail)

    def _note(self, followed: _Followed, fate: Fate, detail: str = "") -> None:
        if fate is Fate.UNKNOWN and followed.ticket.fate is Fate.UNKNOWN:
            return  # the same loss, seen by the call and by the link
        after_ns = self._clock() - followed.sent_ns
        followed.ticket = followed.ticket.with_step(Step(fate, after_ns, detail))
        for listener in self._listeners:
            listener(followed.ticket)


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
    return _FATES.get(exc.reason, Fate.NOT_SENT) if isinstance(exc, CommandError) else Fate.NOT_SENT
