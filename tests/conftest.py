"""What every test gets: settings and data of its own, and Qt without a screen."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import hypothesis
import pytest

# Before the first import of Qt, which reads them once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"
# The keyring of whoever runs the tests is not touched.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

# A shell starts what runs in its background with Ctrl-C ignored, and children inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is slow, not wrong.
hypothesis.settings.register_profile("ifcbgui", deadline=None)
hypothesis.settings.load_profile("ifcbgui")


@pytest.fixture(autouse=True)
def ifcbgui_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep settings and sessions of a test away from the user's own."""
    home = tmp_path / "home"
    monkeypatch.setenv("IFCBGUI_HOME", str(home))
    return home
