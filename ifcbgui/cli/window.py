"""``ifcbgui`` without a command: the window."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

from ifcbgui.cli.arguments import hub_url, positive, size
from ifcbgui.cli.display import check_display
from ifcbgui.cli.options import WindowOptions
from ifcbgui.cli.running import JobError

_QT_PACKAGES = {"PySide6", "shiboken6", "qasync", "pyqtgraph"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the window to the command line; each is named as in `WindowOptions`."""
    group = parser.add_argument_group("the window")
    source = group.add_mutually_exclusive_group()
    source.add_argument(
        "--simulate", action="store_true", help="work on a built-in simulated instrument"
    )
    source.add_argument("--connect", type=hub_url, metavar="URL", help="connect to a hub at once")
    group.add_argument("--serial", metavar="ID", help="the instrument's serial number there")
    group.add_argument("--observe", action="store_true", help="start with sending locked")
    group.add_argument("--session-dir", type=Path, metavar="DIR", help="where sessions are kept")
    group.add_argument(
        "--screenshot", type=_png, metavar="FILE.png", help="picture the window before it closes"
    )
    group.add_argument(
        "--quit-after", type=positive, metavar="SECONDS", help="close the window by itself"
    )
    group.add_argument(
        "--tour", type=Path, metavar="DIR", help="take the guided tour, its pictures into DIR"
    )
    group.add_argument("--theme", choices=("light", "dark", "system"))
    group.add_argument("--size", type=size, metavar="WxH", help="of the window, in pixels")
    parser.set_defaults(run=run)


def options_of(arguments: argparse.Namespace) -> WindowOptions:
    """Return what the command line asks of the window."""
    return WindowOptions(**{field.name: getattr(arguments, field.name) for field in _FIELDS})


def options_used(arguments: argparse.Namespace) -> str:
    """Return the window's options that were given, e.g. ``--observe``, or ""."""
    return " ".join(
        f"--{field.name.replace('_', '-')}"
        for field in _FIELDS
        if getattr(arguments, field.name) != field.default
    )


_FIELDS = fields(WindowOptions)


def run(arguments: argparse.Namespace) -> int:
    """Open the window and return its exit code when it is closed."""
    try:
        from ifcbgui.app import run as run_window
    except ImportError as exc:
        raise _explained(exc) from exc
    check_display()
    return run_window(options_of(arguments))


def _explained(error: ImportError) -> Exception:
    """Turn an import error that is about the system into words; others stay what they are."""
    if (error.name or "").partition(".")[0] in _QT_PACKAGES and not error.path:
        return JobError(
            f"The window needs {error.name}, which is not installed here.",
            "Install it with: pip install 'ifcbgui[gui]'. The other commands work without it.",
        )
    library, found, _ = str(error).partition(": cannot open shared object file")
    if found:
        return JobError(
            f"The window cannot be shown: this system lacks {library}.",
            "Install it; on Debian 'make run' in a clone of the project names the packages.",
        )
    return error


def _png(text: str) -> Path:
    if not text.lower().endswith(".png"):
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .png")
    return Path(text)
