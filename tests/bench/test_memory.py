"""Memory over millions of messages through client and parser: it must not grow."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from ifcbgui import AsyncIFCBClient
from tests.bench.flood_hub import traffic

MILLION = 1_000_000


def resident_mb() -> float:
    """Return the memory of this process that is in use (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@pytest.mark.timeout(600)
def test_memory_stays_flat() -> None:
    client = AsyncIFCBClient("ws://127.0.0.1/ifcbHub", "111-111-111")
    client.add_entry_listener(lambda entry: None)
    client.on((None,), lambda *fields: None)
    messages = enumerate(traffic(), 1)
    print()
    after: dict[int, float] = {}
    for millions in range(6):
        for number, text in itertools.islice(messages, MILLION if millions else 1000):
            client.receive(("host", "ifcb", number, text))
        after[millions] = resident_mb()
        if millions in (0, 1, 5):
            print(f"after {millions} million messages: {after[millions]:.1f} MB")
    assert after[5] - after[1] < 5
