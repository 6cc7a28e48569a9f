"""Servers of the tests that run in a process of their own, however busy the test is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_process(module: str, *arguments: object) -> Iterator[str]:
    """Run a module as a program beside the test; yield the address that it tells of."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def tell_address(address: str) -> None:
    """Tell the test, from that process, where to connect to."""
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
