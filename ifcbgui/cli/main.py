"""Reads the command line, runs what it asks for, and ends with an exit code.

0: done. 1: the job failed; one line on standard error says what happened and what to do.
2: wrong usage.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper

from ifcbgui import __version__
from ifcbgui.cli import export, import_session, record, replay, send, simulate, watch, window
from ifcbgui.cli.arguments import join_dashed_values
from ifcbgui.cli.running import JobError, tell
from ifcbgui.instrument.errors import IFCBError
from ifcbgui.session import SessionError

COMMANDS = (simulate, watch, send, record, export, import_session, replay)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; ``run`` in its result is what to call."""
    parser = argparse.ArgumentParser(
        prog="ifcbgui",
        description="The control room for the Imaging FlowCytobot. "
        "Without a command it opens the window; the commands need no Qt and no display.",
        epilog="'ifcbgui COMMAND --help' tells more of a command.",
    )
    parser.add_argument("--version", action="version", version=f"ifcbgui {__version__}")
    window.add_arguments(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: The arguments after the program's name; those of the process if None.

    Returns:
        The exit code.
    """
    parser = build_parser()
    arguments = parser.parse_args(join_dashed_values(sys.argv[1:] if argv is None else argv))
    try:
        window.check(window.options_of(arguments), command=arguments.run is not window.run)
    except ValueError as exc:
        parser.error(str(exc))
    return _run(arguments.run, arguments)


def _run(job: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal may lack a character of a message
            stream.reconfigure(errors="backslashreplace")
    try:
        code = job(arguments)
        sys.stdout.flush()
    except (IFCBError, JobError, SessionError) as exc:
        tell(f"{exc} {exc.hint}".rstrip())
        return 1
    except BrokenPipeError:
        # Whoever read our output has seen enough. What is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        tell("Interrupted before it was done.")
        return 1
    return code
