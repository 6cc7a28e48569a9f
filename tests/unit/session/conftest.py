from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ifcbgui.session import (
    Recorder,
    RecorderLimits,
    RecorderSettings,
    RecorderStatus,
    SessionRow,
)
from ifcbgui.session.store import Connect, SessionStore
from tests.helpers.recorded import FakeDisk, MakeRecorder, MakeSession, stored


@pytest.fixture
def disk() -> FakeDisk:
    return FakeDisk()


@pytest.fixture
def make_recorder(tmp_path: Path, disk: FakeDisk) -> Iterator[MakeRecorder]:
    recorders: list[Recorder] = []

    def make(
        folder: Path = tmp_path / "sessions",
        statuses: list[RecorderStatus] | None = None,
        server: str = "ws://192.168.1.100:8092/ifcbHub",
        connect: Connect = disk.connect,
        settings: RecorderSettings | None = None,
        **limits: float,
    ) -> Recorder:
        recorder = Recorder(
            folder,
            instrument="111-111-111",
            server=server,
            limits=RecorderLimits(**{"batch_s": 0.005, "retry_s": 0.05, **limits}),  # type: ignore[arg-type]
            settings=settings,
            connect=connect,
            free_space=disk.free_space,
        )
        if statuses is not None:
            recorder.add_status_listener(statuses.append)
        recorders.append(recorder)
        return recorder

    yield make
    for recorder in recorders:
        recorder.close()


@pytest.fixture
def make_session(tmp_path: Path) -> MakeSession:
    def make(rows: list[SessionRow], folder: Path = tmp_path) -> Path:
        store = SessionStore.create(folder, {"serial": "1", "start_time_ns": time.time_ns()})
        store.write(list(map(stored, rows)), [])
        store.close(closed_ns=1)
        return store.path

    return make
