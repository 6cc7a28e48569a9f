"""How long a program waits for the package before it can do anything."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest


@pytest.mark.parametrize("arguments", [["-c", "import ifcbgui"], ["-m", "ifcbgui", "--help"]])
def test_start_up(arguments):
    def measure():
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        return time.perf_counter() - start

    best = min(measure() for _ in range(5))
    print(f"\n{' '.join(arguments)}: {best:.3f} s (target 1.0)")
