"""``ifcbgui send``: one command to an instrument, and what it answers."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable

from ifcbgui.cli.access import make_client, read_settings
from ifcbgui.cli.arguments import add_instrument, positive
from ifcbgui.cli.running import JobError, run_async, tell
from ifcbgui.instrument.client import COMMAND_TIMEOUT_S, AsyncIFCBClient
from ifcbgui.instrument.commands import COMMANDS
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.pattern import matches, parse_pattern


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "send",
        help="send one command to an instrument",
        description="Send one command to an instrument. It is done when the hub has accepted it, "
        "or, with --wait, when the message waited for has come: that is printed.",
    )
    add_instrument(parser)
    parser.add_argument("text", metavar="COMMAND", help="e.g. routine:runsample")
    parser.add_argument(
        "--wait",
        metavar="PATTERN",
        help="the message to wait for: its first fields, colons between them, "
        "* for any field, e.g. triggerchanged:*:saved",
    )
    parser.add_argument(
        "--timeout",
        type=positive,
        default=COMMAND_TIMEOUT_S,
        metavar="S",
        help="seconds to wait, each for the hub and for the message; default: %(default)s",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Send the command, and wait for the message if one is named."""
    _warn(arguments.text)
    run_async(_send(arguments, make_client(arguments, read_settings())))
    return 0


def _warn(text: str) -> None:
    command = COMMANDS.match(text)
    if command is None:
        tell(f"Warning: {text!r} is not in the catalogue of commands; it is sent as it is.")
    elif command.status != "confirmed":
        tell(f"Warning: {text!r} is inferred: no public source shows that instruments obey it.")


async def _send(arguments: argparse.Namespace, client: AsyncIFCBClient) -> None:
    async with client:
        answer: asyncio.Future[Entry] = asyncio.get_running_loop().create_future()
        if arguments.wait is not None:
            client.add_entry_listener(_waiter(arguments, answer))
        await client.relay_message_to_host(arguments.text, arguments.timeout)
        if arguments.wait is not None:
            print((await _await_answer(arguments, client, answer)).message.text)


def _waiter(
    arguments: argparse.Namespace, answer: asyncio.Future[Entry]
) -> Callable[[Entry], None]:
    pattern = parse_pattern(arguments.wait)
    sent = False

    def take(entry: Entry) -> None:
        """Take the first match that came after the command had left."""
        nonlocal sent
        if entry.direction is Direction.OUT:
            sent = sent or entry.message.text == arguments.text
        elif sent and not answer.done() and matches(pattern, entry.message):
            answer.set_result(entry)

    return take


async def _await_answer(
    arguments: argparse.Namespace, client: AsyncIFCBClient, answer: asyncio.Future[Entry]
) -> Entry:
    try:
        return await asyncio.wait_for(answer, arguments.timeout)
    except TimeoutError:
        raise JobError(
            f"The hub accepted {arguments.text!r}, but no message {arguments.wait!r} came "
            f"within {arguments.timeout:g} s.",
            client.link.error or "Look at what the instrument says with 'ifcbgui watch'.",
        ) from None
