"""``ifcbgui export``: a session as a file for other programs."""

from __future__ import annotations

import argparse
from pathlib import Path

from ifcbgui.cli.arguments import add_filter
from ifcbgui.cli.running import JobError
from ifcbgui.session import FORMATS, SessionReader
from ifcbgui.session import export as export_session


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "export",
        help="write a session as text, CSV or JSON Lines",
        description="Write the messages of a session, also of one that is still being recorded, "
        "to a file for other programs.",
    )
    parser.add_argument("session", type=Path, metavar="SESSION", help="an .ifcbsession file")
    parser.add_argument("--format", choices=(*FORMATS, "mcap"), required=True)
    add_filter(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="an existing one is replaced",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the file."""
    if arguments.format == "mcap":
        raise JobError("MCAP cannot be written yet.", "Choose text, csv or jsonl.")
    with SessionReader(arguments.session) as reader:
        if arguments.output.exists() and arguments.output.samefile(arguments.session):
            raise JobError(
                f"{arguments.output} is the session itself, which stays as it is.",
                "Choose another name for the output.",
            )
        count = export_session(
            reader, arguments.output, arguments.format, entry_filter=arguments.filter
        )
        problem = reader.problem
    print(f"{count} messages in {arguments.output}")
    if problem:
        raise JobError(problem, "All the others were written.")
    return 0
