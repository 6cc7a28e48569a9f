from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ifcbgui.instrument.entry import Entry
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.reducer import reduce_state
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session import Recorder, RecorderSettings, SessionReader, SnapshotKeeper, keeper
from ifcbgui.session.snapshots import state_from_json
from tests.helpers.recorded import MakeRecorder, entry, wait_for


class FakeClient:
    """Hands entries to its listeners and then to its state, as the real client does."""

    def __init__(self) -> None:
        self.state = InstrumentState()
        self._entry_listeners: list[Callable[[Entry], object]] = []
        self._link_listeners: list[Callable[[LinkStatus], None]] = []

    def add_entry_listener(self, listener: Callable[[Entry], object]) -> None:
        self._entry_listeners.append(listener)

    def add_link_listener(self, listener: Callable[[LinkStatus], None]) -> None:
        self._link_listeners.append(listener)

    def say(self, text: str, monotonic_ns: int = 0) -> None:
        said = entry(text, monotonic_ns=monotonic_ns)
        for listener in self._entry_listeners:
            listener(said)
        self.state = reduce_state(self.state, said)

    def turn(self, state: LinkState) -> None:
        for listener in self._link_listeners:
            listener(LinkStatus(state))


@pytest.fixture
def client() -> FakeClient:
    return FakeClient()


def taken_by(client: FakeClient, recorder: Recorder) -> SnapshotKeeper:
    recorder.start()
    snapshot_keeper = SnapshotKeeper(recorder, client)
    client.add_entry_listener(recorder.record)
    return snapshot_keeper


def snapshots(path: Path | None) -> list[tuple[int, str]]:
    assert path is not None
    with SessionReader(path) as reader:
        rows = reader._connection.execute("SELECT message, reason, state FROM snapshots").fetchall()
        # Each must be the state that all messages up to its own lead to.
        for message, _, state in rows:
            expected = InstrumentState()
            for row_id, said in reader.entries():
                if row_id <= message:
                    expected = reduce_state(expected, said)
            assert state_from_json(state.encode()) == expected
    return [(message, reason) for message, reason, _ in rows]


def test_the_state_is_kept_at_the_start_with_each_connection_and_at_the_end(
    client: FakeClient, make_recorder: MakeRecorder
) -> None:
    recorder = make_recorder()
    snapshot_keeper = taken_by(client, recorder)
    client.turn(LinkState.ONLINE)
    client.say("valuechanged:getenvironment:55:20")
    client.turn(LinkState.ONLINE)
    client.turn(LinkState.RECONNECTING)
    client.say("valuechanged:getenvironment:56:20")
    client.turn(LinkState.ONLINE)
    client.say("valuechanged:hostversion:3.0.0.0")
    snapshot_keeper.end()
    recorder.close()

    assert snapshots(recorder.status.path) == [
        (0, "start"),
        (0, "connected"),
        (2, "connected"),
        (3, "end"),
    ]


def test_and_every_ten_minutes(client: FakeClient, make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    snapshot_keeper = taken_by(client, recorder)
    start_ns = snapshot_keeper._taken_ns
    client.say("valuechanged:getenvironment:55:20", start_ns + 599 * 1_000_000_000)
    client.say("valuechanged:getenvironment:56:20", start_ns + 600 * 1_000_000_000)
    client.say("valuechanged:getenvironment:57:20", start_ns + 599 * 1_000_000_000)
    recorder.close()

    assert snapshots(recorder.status.path) == [(0, "start"), (1, "time")]


def test_and_every_so_many_messages(
    client: FakeClient, make_recorder: MakeRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "EVERY_MESSAGES", 10)
    recorder = make_recorder()
    taken_by(client, recorder)
    for number in range(25):
        client.say(f"valuechanged:getenvironment:{number}:20")
    recorder.close()

    assert snapshots(recorder.status.path) == [(0, "start"), (10, "messages"), (20, "messages")]


def test_and_where_a_new_file_begins(client: FakeClient, make_recorder: MakeRecorder) -> None:
    recorder = make_recorder(settings=RecorderSettings(rollover_bytes=1))
    taken_by(client, recorder)
    client.say("valuechanged:getenvironment:55:20")
    wait_for(lambda: recorder.state_wanted)
    client.say("valuechanged:getenvironment:56:20")
    recorder.close()

    first, second = recorder.reader().paths
    assert snapshots(first) == [(0, "start")]
    with SessionReader(second) as reader:
        found = reader.snapshot_before(1)
        assert [row.id for row in reader.rows()] == [2]
    assert found is not None
    assert (found.message, found.reason) == (1, "file")
    assert state_from_json(found.state.encode()).value("humidity") == 55


def test_the_version_of_the_host_is_told_as_soon_as_it_is_known(
    client: FakeClient, make_recorder: MakeRecorder
) -> None:
    recorder = make_recorder()
    taken_by(client, recorder)
    client.say("valuechanged:hostversion:3.0.0.0")
    client.say("valuechanged:getenvironment:55:20")
    recorder.flush()
    assert recorder.status.path
    with SessionReader(recorder.status.path) as reader:
        assert reader.info().host_version == "3.0.0.0"
    client.say("valuechanged:hostversion:3.0.0.1")
    recorder.close()
    with SessionReader(recorder.status.path) as reader:
        assert reader.info().host_version == "3.0.0.1"
