"""``ifcbgui record``: a session without a window."""

from __future__ import annotations

import argparse
from pathlib import Path

from ifcbgui.cli.access import make_client, read_settings
from ifcbgui.cli.arguments import add_instrument
from ifcbgui.cli.recording import recorder_settings
from ifcbgui.cli.running import JobError, LinkWatch, run_until_stopped, tell
from ifcbgui.instrument.client import AsyncIFCBClient
from ifcbgui.instrument.entry import Entry
from ifcbgui.session import Chronicle, Recorder, RecorderStatus, SnapshotKeeper
from ifcbgui.settings import session_dir


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "record",
        help="record a session without a window",
        description="Keep every message of an instrument in a session file, until Ctrl-C. "
        "Nothing but the sign-on is sent.",
    )
    add_instrument(parser)
    parser.add_argument(
        "--session-dir",
        type=Path,
        metavar="DIR",
        help="where the file goes; default: as set in the program",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Record until Ctrl-C or SIGTERM, or until the connection ends for good."""
    settings = read_settings()
    client = make_client(arguments, settings, observe=True)
    folder = arguments.session_dir or session_dir(settings)
    recorder = Recorder(
        folder,
        instrument=arguments.serial,
        server=arguments.url,
        settings=recorder_settings(settings),
    )
    recorder.add_status_listener(_Reporter(arguments.serial))
    try:
        run_until_stopped(_record(client, recorder))
    finally:
        recorder.close()
    status = recorder.status
    if status.path is not None:
        earlier = len(recorder.reader().paths) - 1
        more = f" and {earlier} earlier file{'s' * (earlier > 1)}" if earlier else ""
        print(f"{status.rows} messages in {status.path}{more}")
    if status.pending or status.lost:
        raise JobError(f"{status.pending + status.lost} messages could not be written.")
    return 0


async def _record(client: AsyncIFCBClient, recorder: Recorder) -> None:
    def keep(entry: Entry) -> None:
        recorder.record(entry)

    keeper = SnapshotKeeper(recorder, client)
    client.add_entry_listener(keep)
    Chronicle(recorder).follow(client)
    link = LinkWatch()
    try:
        async with client:
            recorder.start()  # only now, so that an instrument out of reach leaves no empty file
            client.add_link_listener(link)
            await link.ended()
    finally:
        keeper.end()


class _Reporter:
    """Tells where the recording goes and what keeps it from going there."""

    def __init__(self, serial: str) -> None:
        self._serial = serial
        self._path: Path | None = None
        self._problem: str | None = None
        self._warning: str | None = None

    def __call__(self, status: RecorderStatus) -> None:
        """Take the new status; called on the recorder's thread."""
        if status.path is not None and status.path != self._path:
            print(f"Recording {self._serial} to {status.path}. Ctrl-C ends it.", flush=True)
        if status.problem and status.problem != self._problem:
            tell(status.problem)
        if status.warning and status.warning != self._warning:
            tell(status.warning)
        self._path, self._problem = status.path, status.problem
        self._warning = status.warning
