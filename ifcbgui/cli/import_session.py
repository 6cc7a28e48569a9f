"""``ifcbgui import``: a session made of JSON Lines, or of what can be read of another session."""

from __future__ import annotations

import argparse
from pathlib import Path

from ifcbgui.cli.access import read_settings
from ifcbgui.cli.running import JobError, tell
from ifcbgui.session import import_file
from ifcbgui.settings import session_dir


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "import",
        help="make a session of JSON Lines, or of a damaged session",
        description="Make a new session of JSON Lines, which need no more than a text in each "
        "line, or of what can be read of another session, be it old or damaged.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="it stays as it is")
    parser.add_argument(
        "--session-dir",
        type=Path,
        metavar="DIR",
        help="where the session goes; default: as set in the program",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the session."""
    folder = arguments.session_dir or session_dir(read_settings())
    imported = import_file(arguments.file, folder)
    if imported is not None:
        print(f"{imported.messages} messages in {imported.path}")
        if imported.remark:
            tell(imported.remark)
        if imported.problem:
            raise JobError(imported.problem, "Everything else was imported.")
    return 0
