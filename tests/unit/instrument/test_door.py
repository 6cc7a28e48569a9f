"""The door: the lock, the gate, the questions, and what becomes of a command."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from ifcbgui.instrument import COMMANDS, parse_message
from ifcbgui.instrument.door import ECHO_TIMEOUT_S, STOP_IDS, CommandDoor, stop_commands
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.errors import CommandError, ObserveOnlyError, Refusal
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.reducer import reduce_state
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.instrument.ticket import Fate, Ticket

PAUSE = COMMANDS.get("pause").text
RUN = COMMANDS.get("run_sample").text


class FakeClient:
    """Takes commands; fails as it was told to."""

    def __init__(self, link: LinkState = LinkState.ONLINE) -> None:
        self.observe = False
        self.link = LinkStatus(link)
        self.state = InstrumentState()
        self.sent: list[str] = []
        self.failure: Exception | None = None
        self.on_sent: Callable[[Entry, int], None] | None = None

    async def relay_message_to_host(self, text: str) -> None:
        self.leaves(text)
        if self.failure:
            raise self.failure

    def leaves(self, text: str) -> None:
        self.sent.append(text)
        if self.on_sent:
            self.on_sent(Entry(parse_message(text), Direction.OUT, time_ns=7), len(self.sent))

    def hears(self, *texts: str) -> None:
        for text in texts:
            self.state = reduce_state(self.state, Entry(parse_message(text), Direction.IN))


@pytest.fixture
def client() -> FakeClient:
    return FakeClient()


@pytest.fixture
def door(client: FakeClient) -> CommandDoor:
    door = CommandDoor(client)
    client.on_sent = door.watch
    return door


@pytest.mark.parametrize("state", [s for s in LinkState if s not in ("online", "stale")])
async def test_nothing_leaves_without_a_link(state: LinkState) -> None:
    client = FakeClient(state)
    door = CommandDoor(client, allow_unverified=True)
    for command in (RUN, PAUSE, *stop_commands(client.state)):
        assert "Not connected" in str(door.examine(command).objection)
        with pytest.raises(CommandError) as failure:
            await door.send(command)
        assert failure.value.reason is Refusal.NOT_CONNECTED
    assert client.sent == []


async def test_observe_only_holds_everything_back(client: FakeClient, door: CommandDoor) -> None:
    client.observe = True
    door.allow_unverified = True
    for command in COMMANDS.all():
        with pytest.raises(CommandError, match="Observing only") as failure:
            await door.send(command.text)
        assert failure.value.reason is Refusal.HELD_BACK
    assert client.sent == []


async def test_gate_holds_back_what_nobody_confirmed(client: FakeClient, door: CommandDoor) -> None:
    assert door.examine(RUN).objection is None
    assert "not confirmed" in str(door.examine(PAUSE).objection)
    assert "not in the catalogue" in str(door.examine("make:coffee").objection)
    with pytest.raises(CommandError):
        await door.send(PAUSE)
    assert client.sent == []
    door.allow_unverified = True
    await door.send(PAUSE)
    await door.send("make:coffee")
    assert client.sent == [PAUSE, "make:coffee"]


async def test_stop_passes_the_gate_without_a_question(
    client: FakeClient, door: CommandDoor
) -> None:
    client.hears("valuechanged:acquisition:started", "valuechanged:interactive:started")
    for text in stop_commands(client.state):
        verdict = door.examine(text)
        assert (verdict.objection, verdict.question) == (None, None)
        await door.send(text)
    assert client.sent == [COMMANDS.get(name).text for name in STOP_IDS]


def test_stop_spares_an_acquisition_that_stands(client: FakeClient) -> None:
    client.hears("valuechanged:acquisition:stopped")
    assert stop_commands(client.state) == (COMMANDS.get("stop_routine").text,)


def test_second_start_asks_first(client: FakeClient, door: CommandDoor) -> None:
    assert door.examine(RUN).question is None
    client.hears("valuechanged:interactive:started")
    assert "running" in str(door.examine(RUN).question)
    client.hears("valuechanged:interactive:stopped")
    assert door.examine(RUN).question is None


def test_hazards_ask_first(door: CommandDoor) -> None:
    door.allow_unverified = True
    for command in COMMANDS.all():
        if command.danger == "hazard" and "{" not in command.text:
            assert door.examine(command.text).question, command.id


async def test_fates_of_a_confirmed_command(client: FakeClient, door: CommandDoor) -> None:
    door.allow_unverified = True
    seen: list[Ticket] = []
    door.add_listener(seen.append)
    await door.send(PAUSE)
    door.watch(Entry(parse_message("syringetrack:3.27"), Direction.IN), 50)
    door.watch(Entry(parse_message("valuechanged:pausestate:1"), Direction.OUT), 51)
    assert [ticket.fate for ticket in seen] == [Fate.SENT, Fate.ACCEPTED]
    door.watch(Entry(parse_message("valuechanged:pausestate:1"), Direction.IN), 50)
    door.watch(Entry(parse_message("valuechanged:pausestate:1"), Direction.IN), 52)
    assert [ticket.fate for ticket in seen] == [Fate.SENT, Fate.ACCEPTED, Fate.CONFIRMED]
    assert seen[-1].detail == "valuechanged:pausestate:1"


class Desk:
    """An open door on a clock that stands until it is moved, and the fates it tells."""

    def __init__(self) -> None:
        self.now_ns = 5_000_000_000
        self.client = FakeClient()
        self.door = CommandDoor(self.client, allow_unverified=True, clock=lambda: self.now_ns)
        self.client.on_sent = self.door.watch
        self.tickets: list[Ticket] = []
        self.door.add_listener(self.tickets.append)

    def hears(self, text: str) -> None:
        self.door.watch(Entry(parse_message(text), Direction.IN), 0)

    def waits(self, seconds: float) -> None:
        self.now_ns += round(seconds * 1e9)
        self.door.tick(self.now_ns)
        self.door.tick(self.now_ns)

    @property
    def fates(self) -> list[Fate]:
        return [ticket.fate for ticket in self.tickets]


@pytest.mark.parametrize(
    ("command", "echo", "confirmed"),
    [
        ("daq:setpmta:0.5", "valuechanged:setpmta:0.7", False),
        ("daq:setpmta:0.5", "valuechanged:setpmta:0.5", True),
        ("daq:setpmta:0.50", "valuechanged:setpmta:0.5", True),
        ("daq:setpmta:0.5", "valuechanged:setpmta:half", False),
        ("daq:switchlaser:1", "valuechanged:switchlaser:0", False),
        ("daq:switchlaser:1", "valuechanged:switchlaser:true", True),
        ("daq:setfilecomment:a:b", "valuechanged:setfilecomment:a:b\n", True),
        ("daq:setfilecomment:*", "valuechanged:setfilecomment:other", False),
        ("daq:movefocus:7", "valuechanged:movefocus:8", False),
        ("file:list", "file:list:D20260314T150512_IFCB207", True),
    ],
)
async def test_echo_of_another_value_confirms_nothing(
    command: str, echo: str, confirmed: bool
) -> None:
    desk = Desk()
    await desk.door.send(command)
    desk.hears(echo)
    assert (desk.fates[-1] is Fate.CONFIRMED) == confirmed


async def test_echo_that_does_not_come_is_given_up() -> None:
    desk = Desk()
    await desk.door.send(PAUSE)
    desk.waits(ECHO_TIMEOUT_S - 1)
    await desk.door.send(COMMANDS.get("resume").text)
    desk.waits(1)
    assert desk.fates == [Fate.SENT, Fate.ACCEPTED] * 2 + [Fate.NO_ECHO]
    assert desk.tickets[-1].text == PAUSE
    desk.hears("valuechanged:pausestate:1")  # too late
    desk.hears("valuechanged:pausestate:0")
    assert desk.fates[-2:] == [Fate.NO_ECHO, Fate.CONFIRMED]
    desk.waits(2 * ECHO_TIMEOUT_S)
    assert desk.fates[-1] is Fate.CONFIRMED


async def test_lost_link_leaves_the_fate_unknown() -> None:
    desk = Desk()
    await desk.door.send(PAUSE)
    desk.door.forget_awaited()
    assert desk.fates == [Fate.SENT, Fate.ACCEPTED, Fate.UNKNOWN]
    desk.hears("valuechanged:pausestate:1")
    assert desk.fates[-1] is Fate.UNKNOWN


async def test_no_ticket_is_forgotten_without_a_word() -> None:
    desk = Desk()
    for _ in range(CommandDoor.MOST_AWAITED + 1):
        await desk.door.send(PAUSE)
    assert [t.number for t in desk.tickets if t.fate is Fate.NO_ECHO] == [1]


async def test_echo_may_be_quicker_than_the_hub() -> None:
    desk = Desk()
    relay = desk.client.relay_message_to_host

    async def quick(text: str) -> None:
        await relay(text)
        desk.now_ns += 20_000_000
        desk.hears("valuechanged:pausestate:1")
        desk.now_ns += 15_000_000

    desk.client.relay_message_to_host = quick  # type: ignore[method-assign]
    ticket = await desk.door.send(PAUSE)
    assert desk.fates == [Fate.SENT, Fate.CONFIRMED, Fate.CONFIRMED]
    assert [(step.fate, step.after_ns // 1_000_000) for step in ticket.steps] == [
        (Fate.SENT, 0),
        (Fate.CONFIRMED, 20),
        (Fate.ACCEPTED, 35),
    ]


async def test_a_blocked_program_does_not_take_a_waiting_echo_for_one_that_never_came() -> None:
    desk = Desk()
    await desk.door.send(PAUSE)
    desk.now_ns += 2 * ECHO_TIMEOUT_S * 1_000_000_000
    desk.door.tick(desk.now_ns)  # the first thing to run again; the socket is read after it
    desk.hears("valuechanged:pausestate:1")
    assert desk.fates[-1] is Fate.CONFIRMED


async def test_a_ticket_knows_the_message_that_left(client: FakeClient, door: CommandDoor) -> None:
    client.leaves("Client connected.")
    first = await door.send(RUN)
    client.leaves(RUN)  # not through the door
    second = await door.send(RUN)
    assert [(t.row_id, t.sent_ns) for t in (first, second)] == [(2, 7), (4, 7)]


async def test_equal_commands_in_flight_are_not_mixed_up(
    client: FakeClient, door: CommandDoor
) -> None:
    answers = [asyncio.Event(), asyncio.Event()]

    async def slow(text: str) -> None:
        client.leaves(text)
        await answers[len(client.sent) - 1].wait()

    client.relay_message_to_host = slow  # type: ignore[method-assign]
    seen: list[Ticket] = []
    door.add_listener(seen.append)
    calls = [asyncio.create_task(door.send(RUN)) for _ in answers]
    while len(client.sent) < 2:
        await asyncio.sleep(0)
    answers[1].set()
    second = await calls[1]
    answers[0].set()
    first = await calls[0]
    assert (first.row_id, second.row_id) == (1, 2)
    assert [(t.row_id, t.fate) for t in seen] == [
        (1, Fate.SENT),
        (2, Fate.SENT),
        (2, Fate.ACCEPTED),
        (1, Fate.ACCEPTED),
    ]


async def test_an_echo_counts_for_more_than_a_hub_that_does_not_answer() -> None:
    desk = Desk()
    desk.client.failure = CommandError("No answer.", "Look.", reason=Refusal.TIMED_OUT)
    with pytest.raises(CommandError):
        await desk.door.send(PAUSE)
    assert desk.fates == [Fate.SENT, Fate.TIMED_OUT]
    desk.hears("valuechanged:pausestate:1")
    assert desk.fates[-1] is Fate.CONFIRMED
    assert desk.tickets[-1].detail == "valuechanged:pausestate:1"


async def test_one_loss_is_told_once() -> None:
    desk = Desk()

    async def lost(text: str) -> None:
        desk.client.leaves(text)
        desk.door.forget_awaited()
        raise CommandError("Lost.", reason=Refusal.LOST)

    desk.client.relay_message_to_host = lost  # type: ignore[method-assign]
    with pytest.raises(CommandError):
        await desk.door.send(PAUSE)
    assert desk.fates == [Fate.SENT, Fate.UNKNOWN]


@pytest.mark.parametrize(
    ("reason", "fate"),
    [
        (Refusal.REFUSED, Fate.REFUSED),
        (Refusal.TIMED_OUT, Fate.TIMED_OUT),
        (Refusal.LOST, Fate.UNKNOWN),
    ],
)
async def test_fates_of_a_failed_command(
    client: FakeClient, door: CommandDoor, reason: Refusal, fate: Fate
) -> None:
    client.failure = CommandError("It failed.", "Look.", reason=reason)
    seen: list[Ticket] = []
    door.add_listener(seen.append)
    with pytest.raises(CommandError):
        await door.send(RUN)
    assert (seen[-1].fate, seen[-1].detail, seen[-1].row_id) == (fate, "It failed. Look.", 1)


@pytest.mark.parametrize("reason", [Refusal.TOO_LARGE, Refusal.NOT_CONNECTED, Refusal.HELD_BACK])
async def test_what_was_refused_here_was_never_sent(
    client: FakeClient, door: CommandDoor, reason: Refusal
) -> None:
    async def refuse(text: str) -> None:
        raise CommandError(f"Not sent: {text}.", reason=reason)

    client.relay_message_to_host = refuse  # type: ignore[method-assign]
    seen: list[Ticket] = []
    door.add_listener(seen.append)
    with pytest.raises(CommandError):
        await door.send(RUN)
    assert [(t.fate, t.detail, t.row_id) for t in seen] == [
        (Fate.NOT_SENT, f"Not sent: {RUN}.", None)
    ]


async def test_what_the_door_holds_back_is_told_too(client: FakeClient, door: CommandDoor) -> None:
    client.observe = True
    seen: list[Ticket] = []
    door.add_listener(seen.append)
    with pytest.raises(CommandError):
        await door.send(RUN)
    assert (seen[-1].fate, seen[-1].row_id) == (Fate.NOT_SENT, None)
    assert "Observing only" in seen[-1].detail


async def test_lock_closed_meanwhile_is_told(client: FakeClient, door: CommandDoor) -> None:
    client.failure = ObserveOnlyError("Not sent.", "Take control first.")
    with pytest.raises(ObserveOnlyError):
        await door.send(RUN)


def test_a_run_from_before_the_loss_is_not_said_to_run(
    client: FakeClient, door: CommandDoor
) -> None:
    client.hears("valuechanged:interactive:started")
    client.link = LinkStatus(LinkState.ONLINE, online_since_ns=time.monotonic_ns())
    question = str(door.examine(RUN).question)
    assert "before the link was lost" in question
    assert "is running" not in question
