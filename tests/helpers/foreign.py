"""Programs that others wrote, fetched once and run beside the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

INSTALL_S = 120


def install(command: list[str], folder: Path, wanted: str) -> None:
    """Install a package into a folder once; skip the test where it cannot be had."""
    if (folder / wanted).exists():
        return
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_S)
    except (OSError, subprocess.SubprocessError) as exc:
        said = str(getattr(exc, "stderr", None) or exc).strip().splitlines()
        pytest.skip(f"{wanted} cannot be fetched; it takes a network: {said[-1] if said else exc}")


def install_python(package: str, folder: Path) -> None:
    """Install a package from PyPI where only those find it that are told to look there."""
    pip = [sys.executable, "-m", "pip", "install", "--target", str(folder), package]
    install(pip, folder, package)
