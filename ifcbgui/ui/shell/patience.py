"""Jobs that may block for ever, such as a keyring that waits for its user, off the Qt thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

_T = TypeVar("_T")


async def run_patiently(job: Callable[[], _T], timeout_s: float) -> _T:
    """Run a job on a thread of its own, which ends with the program at the latest.

    Not on the executor: its threads are few, and the end of the program waits for them.

    Raises:
        TimeoutError: If it took longer. The job goes on, and nobody learns what comes of it.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_T] = loop.create_future()

    def settle(settled: Callable[[Any], None], outcome: Any) -> None:
        if not future.done():
            settled(outcome)

    def run() -> None:
        try:
            settled, outcome = future.set_result, job()
        except Exception as exc:  # noqa: BLE001 - it is raised where the job was asked for
            settled, outcome = future.set_exception, exc  # type: ignore[assignment]
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, settled, outcome)

    threading.Thread(target=run, name="patient job", daemon=True).start()
    return await asyncio.wait_for(future, timeout_s)
