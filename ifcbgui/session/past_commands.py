"""What became of the commands in a session, told again from its events."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ifcbgui.instrument.commands import COMMANDS
from ifcbgui.instrument.entry import Entry
from ifcbgui.instrument.ticket import Fate, Step, Ticket
from ifcbgui.session.records import EventKind, SessionEvent

_FATES = {str(fate): fate for fate in Fate}


def tickets_of(
    events: Iterable[SessionEvent], entry_of: Callable[[int], tuple[int, Entry]]
) -> list[Ticket]:
    """Return a ticket for each command whose fate was kept, in the order of their messages.

    Args:
        events: The events of the session, in order.
        entry_of: Returns a message by its id, with the id of what was found.
    """
    tickets: dict[int, Ticket] = {}
    for event in events:
        fate_text, _, detail = event.text.partition(": ")
        fate = _FATES.get(fate_text)
        if event.kind != EventKind.COMMAND or event.message is None or fate is None:
            continue
        row_id, entry = entry_of(event.message)
        if row_id != event.message:
            continue  # the message itself was lost
        ticket = tickets.get(row_id) or _sent(len(tickets) + 1, row_id, entry)
        tickets[row_id] = ticket.with_step(Step(fate, event.time_ns - entry.time_ns, detail))
    return [tickets[row_id] for row_id in sorted(tickets)]


def _sent(number: int, row_id: int, entry: Entry) -> Ticket:
    text = entry.message.text
    ticket = Ticket(number, text, COMMANDS.match(text), row_id, entry.time_ns)
    return ticket.with_step(Step(Fate.SENT, 0))
