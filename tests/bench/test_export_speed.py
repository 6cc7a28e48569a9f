"""How many small messages a second are written in each format, from a session on disk."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ifcbgui.session import FORMATS, SessionReader, SessionRow, export
from ifcbgui.session.store import SessionStore
from tests.bench.flood_hub import traffic
from tests.helpers.recorded import stored

MESSAGES = 100_000
ROUNDS = 5
TARGETS = {"jsonl": " (target 150,000)"}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SessionReader]:
    folder = tmp_path_factory.mktemp("export")
    store = SessionStore.create(folder, {"serial": "1", "start_time_ns": 1})
    texts = enumerate(itertools.islice(traffic(), MESSAGES), start=1)
    first_ns, apart_ns = 1_795_364_700_123_456_789, 25_000_000
    rows = (SessionRow(n, first_ns + n * apart_ns, "in", "host", 2, n, text) for n, text in texts)
    store.write(list(map(stored, rows)), [])
    store.close(closed_ns=1)
    with SessionReader(store.path) as reader:
        yield reader


@pytest.mark.parametrize("name", [name for name, format_ in FORMATS.items() if format_.suffix])
def test_export_speed(reader: SessionReader, tmp_path: Path, name: str) -> None:
    """At its best and in time of this thread, since other programs share the machine."""
    out = tmp_path / "log"
    costs = []
    for _ in range(ROUNDS):
        start = time.thread_time()
        assert export(reader, out, name) == MESSAGES
        costs.append(time.thread_time() - start)
    speed, size = MESSAGES / min(costs), out.stat().st_size / MESSAGES
    print(f"\n{name}: {speed:,.0f} messages/s{TARGETS.get(name, '')}, {size:.0f} bytes each")
