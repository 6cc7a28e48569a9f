"""``ifcbgui replay``: a recorded session served as an instrument."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from ifcbgui.cli.arguments import port, positive
from ifcbgui.cli.running import JobError, run_until_stopped, serving, tell
from ifcbgui.cli.simulate import DEFAULT_PORT
from ifcbgui.session import SessionReader
from ifcbgui.simulator import ReplayServer

_BATCH = 200


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "replay",
        help="serve a recorded session as an instrument",
        description="Say again what an instrument said in a session, in recorded time, to any "
        "client that signs on with its serial number; from the first sign-on until Ctrl-C. "
        "Commands are not obeyed.",
    )
    parser.add_argument("session", type=Path, metavar="SESSION", help="a session file")
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="default: %(default)s")
    parser.add_argument(
        "--port",
        type=port,
        default=DEFAULT_PORT,
        metavar="P",
        help="0 takes any free one; default: %(default)s",
    )
    parser.add_argument(
        "--speed", type=positive, default=1.0, metavar="X", help="times recorded time; default: 1"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    with SessionReader(arguments.session) as reader:
        if not reader.last_id():
            raise JobError(f"{arguments.session} holds no messages.", "There is nothing to replay.")
        run_until_stopped(_serve(arguments, reader))
    return 0


async def _serve(arguments: argparse.Namespace, reader: SessionReader) -> None:
    server = ReplayServer(
        (entry for _, entry in reader.entries(batch=_BATCH)),
        serial=reader.info().serial,
        host=arguments.host,
        port=arguments.port,
        speed=arguments.speed,
    )
    async with serving(server, arguments.host, arguments.port):
        print(f"Replay of IFCB {server.serial} at {server.url}. Ctrl-C ends it.", flush=True)
        count = await server.ended()
        if reader.problem:
            tell(reader.problem)
        print(
            f"All {count:,} messages have been said; their last state stays. Ctrl-C ends it.",
            flush=True,
        )
        await asyncio.Event().wait()
