"""Two hundred random faults in a row, between a client that records and a hub that counts aloud.

``python -m tests.helpers.fault_run`` does it with ten seeds; ``--seed`` repeats one of them.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ifcbgui.instrument.errors import CommandError, Refusal
from ifcbgui.signalr import RetryPolicy
from tests.helpers.recorded_client import QUICK_LINK, RecordedClient
from tests.helpers.scripted_hub import until
from tests.helpers.talking_hub import TalkingHub
from tests.helpers.toxic_proxy import (
    Corrupt,
    Cut,
    HalfOpen,
    Latency,
    Reset,
    SlowLoris,
    Throttle,
    Toxic,
    ToxicProxy,
)
from tests.helpers.web_server import web_page

STEPS = 200
SEEDS = range(1, 11)
COMMAND_PERIOD_S = 0.02
COMMAND_TIMEOUT_S = 1.0
# On a busy computer this takes a living connection for dead now and then: one fault more.
HASTY = replace(QUICK_LINK, open_timeout_s=0.2, handshake_timeout_s=0.2, server_timeout_s=0.2)
OFTEN = RetryPolicy((0.0, 0.005, 0.01, 0.02), jitter=0.0, stable_s=0.1)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, decided before the run begins.

    Attributes:
        name: A key of `TOXICS` or of `STROKES`.
        where: ``down``, ``up`` or ``both`` ways, for a toxic.
        after: Bytes that still pass before it strikes, for a cut or a reset.
        seconds: How long it lasts.
        rest: Messages the client may hear before the next one; with 0 that strikes wherever the
            client is on its way back.
        seed: For what it decides itself.
    """

    name: str
    where: str
    after: int
    seconds: float
    rest: int
    seed: int


TOXICS: dict[str, Callable[[Fault], Toxic]] = {
    "cut": lambda fault: Cut(fault.after),
    "reset": lambda fault: Reset(fault.after),
    "half-open": lambda fault: HalfOpen(),
    "latency": lambda fault: Latency(0.01, 0.03, random.Random(fault.seed)),
    "throttle": lambda fault: Throttle(9600.0),
    "slow-loris": lambda fault: SlowLoris(0.0002),
    "corrupt": lambda fault: Corrupt(random.Random(fault.seed)),
}


async def _refused(run: FaultRun) -> None:
    run.proxy.refuse()
    run.proxy.reset()


async def _stalled(run: FaultRun) -> None:
    run.proxy.stall()
    run.proxy.cut()


async def _portal(run: FaultRun) -> None:
    run.proxy.target = run.portal
    run.proxy.cut()


async def _restarted(run: FaultRun) -> None:
    run.proxy.reset()  # else it waits ten seconds for a client that never ends its request
    await run.hub.restart()


STROKES = {
    "refused": _refused,
    "accept stalled": _stalled,
    "web page instead": _portal,
    "server restarted": _restarted,
}


def plan(seed: int, steps: int = STEPS) -> list[Fault]:
    """Decide on the faults of a run."""
    rng = random.Random(seed)
    names = [*TOXICS, *STROKES]
    return [
        Fault(
            name=rng.choice(names),
            where=rng.choice(("down", "down", "up", "both")),
            after=rng.choice((0, 1, rng.randrange(200), rng.randrange(2000))),
            seconds=rng.choice((0.005, 0.02, 0.05, 0.08)),
            rest=rng.choice((0, 1, 5)),
            seed=rng.getrandbits(32),
        )
        for _ in range(steps)
    ]


@dataclass
class FaultRun:
    """A run under way."""

    hub: TalkingHub
    proxy: ToxicProxy
    portal: int
    one: RecordedClient
    accepted: set[str] = field(default_factory=set)
    held_back: set[str] = field(default_factory=set)

    async def strike(self, fault: Fault) -> None:
        """Let one fault come and go."""
        if fault.name in TOXICS:
            toxic = TOXICS[fault.name](fault)
            if fault.where != "up":
                self.proxy.down = toxic
            if fault.where != "down":
                self.proxy.up = toxic
        else:
            await STROKES[fault.name](self)
        await asyncio.sleep(fault.seconds)
        self.proxy.target = self.hub.port
        self.proxy.heal()
        if fault.rest:
            await self.one.hears(fault.rest)

    async def send_commands(self) -> None:
        """Send one command after the other, and note what is said of each."""
        number = 0
        while True:
            number += 1
            command = f"daq:setdatafolder:/data/{number}"
            try:
                await self.one.client.relay_message_to_host(command, COMMAND_TIMEOUT_S)
                self.accepted.add(command)
            except CommandError as error:
                if error.reason not in (Refusal.LOST, Refusal.TIMED_OUT):
                    self.held_back.add(command)
            await asyncio.sleep(COMMAND_PERIOD_S)

    def assert_commands_have_truthful_fates(self) -> None:
        done = self.hub.done
        commands = [text for text in done if text.startswith("daq:")]
        assert len(commands) == len(set(commands)), "a command was carried out twice"
        assert self.accepted <= set(commands), "accepted, but the host never got it"
        assert not self.held_back & set(commands), "called not sent, but the host got it"


def _open_files() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


@asynccontextmanager
async def nothing_left() -> AsyncIterator[None]:
    """Check that as many tasks, threads, sockets and files are open as were before."""

    def count() -> tuple[int, int, int]:
        return len(asyncio.all_tasks()), threading.active_count(), _open_files()

    before = count()
    yield
    try:
        await until(lambda: count() == before)
    except TimeoutError:
        raise AssertionError(f"tasks, threads, files: {before} before, {count()} now") from None


async def fault_run(seed: int, folder: Path, steps: int = STEPS) -> FaultRun:
    """Let ``steps`` random faults strike, and check what is left of the traffic in the end.

    Raises:
        AssertionError: Seed and step are named in it.
    """
    faults = plan(seed, steps)
    step = 0
    try:
        async with (
            nothing_left(),
            TalkingHub() as hub,
            ToxicProxy(hub.port) as proxy,
            web_page() as portal,
            RecordedClient(proxy.url, folder, options=HASTY, retry_policy=OFTEN) as one,
        ):
            run = FaultRun(hub, proxy, portal, one)
            commander = asyncio.create_task(run.send_commands())
            await one.hears(5)
            for step, fault in enumerate(faults, 1):  # noqa: B007 - the last one is named below
                await run.strike(fault)
            await one.hears(20)
            commander.cancel()
            await asyncio.wait([commander])
        one.assert_recorded_once_and_in_order(hub.said)
        run.assert_commands_have_truthful_fates()
    except Exception as error:
        what = faults[step - 1] if step else "before the first"
        raise AssertionError(f"seed {seed}, fault {step} of {steps} ({what}): {error!r}") from error
    return run


def main() -> None:
    """Run all seeds, or those that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, action="append", help="may be given several times")
    parser.add_argument("--steps", type=int, default=STEPS)
    arguments = parser.parse_args()
    for seed in arguments.seed or SEEDS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            run = asyncio.run(fault_run(seed, Path(folder), arguments.steps))
        one = run.one
        print(  # noqa: T201
            f"seed {seed}: {arguments.steps} faults in {time.monotonic() - began:.1f} s, "
            f"{one.connections} connections, {len(one.arrivals)} of {len(run.hub.said)} messages, "
            f"{len(run.accepted)} commands accepted",
            flush=True,
        )


if __name__ == "__main__":
    main()
