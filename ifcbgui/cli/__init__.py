"""The command line. Qt is imported only where the window is asked for."""

from __future__ import annotations

from ifcbgui.cli.main import main
from ifcbgui.cli.options import WindowOptions

__all__ = ["WindowOptions", "main"]
