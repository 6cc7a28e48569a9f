"""``ifcbgui simulate``: a simulated instrument on the network."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from ifcbgui.cli.arguments import not_negative, port, positive
from ifcbgui.cli.running import JobError, run_until_stopped, serving
from ifcbgui.simulator import FAULTS, Fault, Simulator, parse_fault

DEFAULT_PORT = 8092  # the one an instrument's own hub listens at


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "simulate",
        help="serve a simulated instrument",
        description="Serve a simulated instrument behind a real SignalR hub until Ctrl-C.",
        epilog="faults:\n" + "\n".join(f"  {name:18}{text}" for name, text in FAULTS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="default: %(default)s")
    parser.add_argument(
        "--port",
        type=port,
        default=DEFAULT_PORT,
        metavar="P",
        help="0 takes any free one; default: %(default)s",
    )
    parser.add_argument(
        "--serial", default="111-111-111", metavar="ID", help="default: %(default)s"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="repeats a run exactly")
    parser.add_argument(
        "--speed", type=positive, default=1.0, metavar="X", help="times real time; default: 1"
    )
    parser.add_argument(
        "--trigger-rate",
        type=not_negative,
        default=3.0,
        metavar="HZ",
        help="triggers a second while a sample runs; default: %(default)s",
    )
    parser.add_argument(
        "--fault",
        dest="faults",
        type=_fault,
        action="extend",
        nargs="+",
        default=[],
        metavar="SPEC",
        help="something that goes wrong: NAME, NAME@START or NAME@START:SECONDS",
    )
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        help="keep the bins of the samples (.hdr, .adc, .roi) there; without it the newest few are "
        "in a temporary folder until the end",
    )
    parser.add_argument(
        "--trigger-content",
        action="store_true",
        help="send the readings and ROIs of each trigger in one message too",
    )
    parser.set_defaults(run=run)


def _fault(text: str) -> Fault:
    try:
        return parse_fault(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    run_until_stopped(_serve(arguments))
    return 0


async def _serve(arguments: argparse.Namespace) -> None:
    if arguments.data_dir:
        _make_folder(arguments.data_dir)
    simulator = Simulator(
        host=arguments.host,
        port=arguments.port,
        serial=arguments.serial,
        seed=arguments.seed,
        speed=arguments.speed,
        trigger_rate=arguments.trigger_rate,
        trigger_content=arguments.trigger_content,
        faults=arguments.faults,
        data_dir=arguments.data_dir,
    )
    async with serving(simulator, arguments.host, arguments.port):
        print(f"Simulated IFCB {simulator.serial} at {simulator.url}. Ctrl-C ends it.", flush=True)
        await asyncio.Event().wait()


def _make_folder(folder: Path) -> None:
    """Make the folder for the bins, and see that it takes files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as exc:
        raise JobError(
            f"Bins cannot be written to {folder}: {exc.strerror}.",
            "Choose another folder with --data-dir.",
        ) from exc
