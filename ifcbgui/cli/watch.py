"""``ifcbgui watch``: live messages on standard output."""

from __future__ import annotations

import argparse

from ifcbgui.cli.access import make_client, read_settings
from ifcbgui.cli.arguments import add_filter, add_instrument
from ifcbgui.cli.running import LinkWatch, run_until_stopped
from ifcbgui.instrument.client import AsyncIFCBClient
from ifcbgui.instrument.entry import Entry
from ifcbgui.session import EntryFilter, FilterRow, entry_json, entry_text

LONGEST_LINE = 500  # in characters: an image is a text of tens of thousands


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "watch",
        help="print the messages of an instrument as they come",
        description="Print the messages of an instrument as they come, until Ctrl-C. "
        "Nothing but the sign-on is sent.",
    )
    add_instrument(parser)
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line, with all there is"
    )
    add_filter(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print messages until Ctrl-C or SIGTERM, or until the connection ends for good."""
    client = make_client(arguments, read_settings(), observe=True)
    run_until_stopped(_watch(arguments, client))
    return 0


async def _watch(arguments: argparse.Namespace, client: AsyncIFCBClient) -> None:
    link = LinkWatch()
    client.add_entry_listener(_Printer(arguments.filter, arguments.json, link))
    async with client:
        client.add_link_listener(link)
        await link.ended()


class _Printer:
    """Prints the entries that pass a filter; the number of an entry counts all of them."""

    def __init__(self, wanted: EntryFilter, as_json: bool, link: LinkWatch) -> None:
        self._wanted = wanted
        self._as_json = as_json
        self._link = link
        self._count = 0

    def __call__(self, entry: Entry) -> None:
        self._count += 1
        if not self._wanted.matches_row(FilterRow.of_entry(entry, self._count)):
            return
        try:
            print(self._line(entry), flush=True)
        except OSError as exc:  # whoever read the output is gone
            self._link.end(exc)

    def _line(self, entry: Entry) -> str:
        if self._as_json:
            return entry_json(entry, self._count).decode()
        line = entry_text(entry)
        return (
            line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}… ({len(line):,} in all)"
        )
