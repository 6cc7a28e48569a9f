"""Finds out whether Qt could open a window here, since Qt itself aborts where it cannot."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from ifcbgui.cli.running import JobError

_PLUGIN = Path("Qt", "plugins", "platforms", "libqxcb.so")


def check_display() -> None:
    """Make sure that a window can be shown.

    Raises:
        JobError: Why it cannot, and what to do.
    """
    platform = (os.environ.get("QT_QPA_PLATFORM") or "xcb").partition(":")[0]
    if not sys.platform.startswith("linux") or platform != "xcb" or _wayland_is_here():
        return
    display = os.environ.get("DISPLAY")
    if not display:
        raise JobError(
            "There is no display here for the window.",
            "Start it from a desktop session or through 'ssh -X'; the commands in "
            "'ifcbgui --help' need none.",
        )
    _check_libraries()
    if not _answers():
        raise JobError(
            f"The display {display} cannot be opened.",
            "Check DISPLAY, and that you may use that display.",
        )


def _wayland_is_here() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    return bool(name) and Path(os.environ.get("XDG_RUNTIME_DIR", ""), name or "").exists()


def _check_libraries() -> None:
    spec = find_spec("PySide6")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        plugin = Path(folder) / _PLUGIN
        try:
            if plugin.exists():
                ctypes.CDLL(str(plugin))
        except OSError as exc:
            library = str(exc).partition(":")[0]
            raise JobError(
                f"The window cannot be shown: this system lacks {library}.",
                "Install it; on Debian 'make run' in a clone of the project names the packages.",
            ) from exc


def _answers() -> bool:
    """Return True if the X server that ``DISPLAY`` names lets us in."""
    name = ctypes.util.find_library("xcb")
    if name is None:
        return True
    xcb = ctypes.CDLL(name)
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed
