"""pyqtgraph, without what it changes for the whole program when it is imported."""

from __future__ import annotations

import os
import sys
import threading

os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
_hooks = sys.excepthook, threading.excepthook

import pyqtgraph as pg  # noqa: E402 - only now

# It prints what nobody caught; this program has a log for that.
sys.excepthook, threading.excepthook = _hooks

__all__ = ["pg"]
