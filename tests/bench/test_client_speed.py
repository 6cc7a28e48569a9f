"""What a message costs the client, from the socket to a handler, beside bare reading and peers.

The peers are installed into the cache of pytest, each into a folder of its own, for these
measurements alone; one that cannot be had is left out.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PEERS = {"pysignalr": "pysignalr==1.3.3", "signalrcore": "signalrcore==1.0.2"}
MESSAGES = 50_000
ROUNDS = 5
PATIENCE_S = 60
TARGETS = {"websockets": 0.6, "pysignalr": 1.0, "signalrcore": 3.0}


@contextmanager
def flood_hub() -> Iterator[str]:
    """Run the hub in a process of its own; yield its port."""
    command = [sys.executable, str(HERE / "flood_hub.py"), str(MESSAGES)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hub:
        try:
            assert hub.stdout is not None
            yield hub.stdout.readline().strip()
        finally:
            hub.kill()


def installed(peer: str, cache: pytest.Cache) -> dict[str, str] | None:
    """Return the environment in which a peer can be imported, or None if it cannot be had."""
    folder = cache.mkdir(f"bench-{peer}")
    if not (folder / peer).exists():
        command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder)]
        if subprocess.run([*command, PEERS[peer]], capture_output=True).returncode:
            return None
    return {**os.environ, "PYTHONPATH": str(folder)}


def cost_us(client: str, port: str, env: dict[str, str]) -> tuple[float, float]:
    """Return what a message costs a client: microseconds of CPU of its process, and on the wall."""
    command = [sys.executable, str(HERE / "flood_client.py"), client, port, str(MESSAGES)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE_S)
    cpu, wall = (float(seconds) / MESSAGES * 1e6 for seconds in done.stdout.split())
    return cpu, wall


@pytest.mark.timeout(600)
def test_client_speed(cache: pytest.Cache) -> None:
    environments = {"ifcbgui": dict(os.environ), "websockets": dict(os.environ)}
    for peer in PEERS:
        env = installed(peer, cache)
        if env is None:
            print(f"\n{peer} cannot be installed here")
        else:
            environments[peer] = env
    costs: dict[str, list[float]] = {client: [] for client in environments}
    walls: dict[str, list[float]] = {client: [] for client in environments}
    with flood_hub() as port:
        for _ in range(ROUNDS):
            for client, env in environments.items():
                cpu, wall = cost_us(client, port, env)
                costs[client].append(cpu)
                walls[client].append(wall)
    ours = min(costs["ifcbgui"])
    print(f"\nCPU time of the client's process for each of {MESSAGES:,} messages, one to a frame,")
    print(f"best of {ROUNDS} rounds in turn (median), and the most messages in a second:")
    for client, spent in costs.items():
        line = f"{client}: {min(spent):.2f} us ({statistics.median(spent):.2f})"
        line += f", {1e6 / min(walls[client]):,.0f} a second"
        if client in TARGETS:
            line += f"; ifcbgui is {min(spent) / ours:.2f} times as fast (target {TARGETS[client]})"
        print(line)
