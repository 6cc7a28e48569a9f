"""The real program in processes of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

PROGRAM = (sys.executable, "-m", "ifcbgui")
PATIENCE_S = 30


def run_ifcbgui(
    *arguments: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )


@contextmanager
def running_ifcbgui(
    *arguments: str, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run the program beside the test; whatever happens, it is gone at the end."""
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def end(process: subprocess.Popen[str], number: int = signal.SIGINT) -> tuple[str, str]:
    """End the program by a signal; return what was left of its output and its errors."""
    process.send_signal(number)
    return process.communicate(timeout=PATIENCE_S)


@contextmanager
def simulated_instrument(
    *arguments: str, env: Mapping[str, str] | None = None
) -> Iterator[tuple[str, str]]:
    """Run ``ifcbgui simulate`` on a free port; yield URL and serial."""
    with running_ifcbgui("simulate", "--port", "0", *arguments, env=env) as process:
        line = process.stdout.readline()
        found = re.fullmatch(r"Simulated IFCB (\S+) at (\S+)\. Ctrl-C ends it\.\n", line)
        assert found, line + process.stderr.read()
        yield found[2], found[1]
        _, errors = end(process)
        assert (process.returncode, errors) == (0, "")
