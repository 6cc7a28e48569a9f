"""What a virtual instrument has shown after a while: state, history and clock, in no time."""

from __future__ import annotations

from dataclasses import dataclass

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.reducer import reduce_state
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.history import History
from ifcbgui.simulator.faults import parse_fault
from tests.helpers.virtual_bench import STARTED, Bench

S = 1_000_000_000
ONLINE = LinkStatus(LinkState.ONLINE, online_since_ns=0)


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to look at, and the monotonic clock of it."""

    state: InstrumentState
    history: History
    now_ns: int
    link: LinkStatus = ONLINE


def run_history(fault: str = "", seconds: float = 900.0, *commands: str) -> Shown:
    """Return what is known so long after a sample was started.

    Args:
        fault: A fault as on the command line, or "".
        seconds: How long the instrument has run.
        commands: What is sent to it; a sample if left out.
    """
    bench = Bench(faults=[parse_fault(fault)] if fault else [])
    bench.send("Client connected.", "refresh", *(commands or ("routine:runsample",)))
    bench.run(seconds)
    state, history = InstrumentState(), History()
    start_ns = int(STARTED.timestamp()) * S
    for row_id, (at, text) in enumerate(bench.said, start=1):
        passed = round(at * S)
        message = parse_message(text)
        entry = Entry(message, Direction.IN, start_ns + passed, S + passed)
        state = reduce_state(state, entry)
        history.take(row_id, entry)
        history.take_state(state)
    return Shown(state, history, S + round(seconds * S))
