"""Fails the unit test that leaves a thread or an asyncio task behind."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

GRACE_S = 2.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:  # those of the other folders, too
        is_unit_test = Path(__file__).parent in item.path.parents
        if is_unit_test and inspect.iscoroutinefunction(getattr(item, "obj", None)):
            # First in, last out: the fixtures of the test itself are torn down before it.
            item.fixturenames.insert(0, "no_task_left")


@pytest.fixture
async def no_task_left() -> AsyncIterator[None]:
    yield
    deadline = time.monotonic() + GRACE_S
    while (left := asyncio.all_tasks() - {asyncio.current_task()}) and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert not left, f"The test left tasks behind: {left}"


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + GRACE_S
    while (left := _threads() - before) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left, f"The test left threads behind: {left}"


def _threads() -> set[threading.Thread]:
    """Return the threads that keep a program alive, but for asyncio's own pool."""
    return {
        thread
        for thread in threading.enumerate()
        if not thread.daemon and not thread.name.startswith("asyncio_")
    }
