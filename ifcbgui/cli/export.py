"""``ifcbgui export``: a session as a file for other programs."""

from __future__ import annotations

import argparse
from pathlib import Path

from ifcbgui.cli.arguments import add_filter, start_time, stop_time
from ifcbgui.cli.running import JobError, tell
from ifcbgui.session import FORMATS, SessionReader, TimeRange
from ifcbgui.session import export as export_session


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "export",
        help="write a session as text, CSV, JSON Lines, MCAP or images",
        description="Write the messages of a session, also of one that is still being recorded, "
        "to a file for other programs, or its images to a new folder.",
    )
    parser.add_argument("session", type=Path, metavar="SESSION", help="an .ifcbsession file")
    parser.add_argument("--format", choices=FORMATS, required=True)
    add_filter(parser)
    parser.add_argument(
        "--from",
        type=start_time,
        dest="start",
        default="",
        metavar="TIME",
        help="only messages since then: 2026-11-22T10:00 or 12:30, both UTC, or -10m before the "
        "end of the session",
    )
    parser.add_argument(
        "--to",
        type=stop_time,
        dest="stop",
        default="",
        metavar="TIME",
        help="only messages before then",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="the file, which is replaced if it exists, or the new folder for images",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the file."""
    with SessionReader(arguments.session) as reader:
        count = export_session(
            reader,
            arguments.output,
            arguments.format,
            entry_filter=arguments.filter,
            time_range=TimeRange(arguments.start.start, arguments.stop.stop),
        )
        problem, loss = reader.problem, reader.info().loss
    print(f"{count} {FORMATS[arguments.format].unit} in {arguments.output}")
    if loss:
        tell(loss)
    if problem:
        raise JobError(problem, "All the others were written.")
    return 0
