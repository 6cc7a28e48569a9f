"""``ifcbgui`` without a command: the window."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path
from typing import Any

from ifcbgui.cli.arguments import hub_url, positive, size
from ifcbgui.cli.display import check_display
from ifcbgui.cli.options import WindowOptions
from ifcbgui.cli.running import JobError

_QT_PACKAGES = {"PySide6", "shiboken6", "qasync", "pyqtgraph"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the window to the command line."""
    group = parser.add_argument_group("the window")
    source = group.add_mutually_exclusive_group()
    _add(source, "simulate", action="store_true", help="work on a built-in simulated instrument")
    _add(source, "connect", type=hub_url, metavar="URL", help="connect to a hub at once")
    _add(group, "serial", metavar="ID", help="the instrument's serial number there")
    _add(group, "observe", action="store_true", help="start with sending locked")
    _add(group, "session_dir", type=Path, metavar="DIR", help="where sessions are kept")
    _add(group, "screenshot", type=_png, metavar="FILE.png", help="picture it before it closes")
    _add(group, "quit_after", type=positive, metavar="SECONDS", help="close it by itself")
    _add(group, "tour", type=Path, metavar="DIR", help="take the guided tour, pictures into DIR")
    _add(group, "theme", choices=("light", "dark", "system"), help="instead of the one last set")
    _add(group, "size", type=size, metavar="WxH", help="in pixels, instead of the last one")
    parser.set_defaults(run=run)


def _add(group: argparse._ActionsContainer, field: str, **details: Any) -> None:
    """Add an option by its name in `WindowOptions`; commands may have one of that name, too."""
    group.add_argument(_option(field), dest=f"window_{field}", **details)


def _option(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def options_of(arguments: argparse.Namespace) -> WindowOptions:
    """Return what the command line asks of the window."""
    return WindowOptions(
        **{
            field.name: getattr(arguments, f"window_{field.name}")
            for field in fields(WindowOptions)
        }
    )


def check(options: WindowOptions, *, command: bool) -> None:
    """Make sure that the options of the window go together, and with a command.

    Raises:
        ValueError: Why they do not.
    """
    given = [f.name for f in fields(options) if getattr(options, f.name) != f.default]
    if command and given:
        raise ValueError(f"{' '.join(map(_option, given))}: for the window, not for a command")
    if (options.connect is None) is not (options.serial is None):
        raise ValueError("--connect and --serial go together")


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
