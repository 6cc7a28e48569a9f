"""Rows of the log as lines for the clipboard."""

from __future__ import annotations

import json
from collections.abc import Callable

from ifcbgui.session.filters import LINK_KIND
from ifcbgui.session.lines import entry_json, entry_text
from ifcbgui.session.names import iso_time
from ifcbgui.session.records import SessionRow
from ifcbgui.ui.models.log_events import event_text, look_of
from ifcbgui.ui.models.log_row import LogRow
from ifcbgui.ui.models.log_text import tsv_cells, tsv_line

LineOf = Callable[[LogRow, str], str]
"""Makes a line of a row and its whole text."""


def text_line(row: LogRow, text: str) -> str:
    """Return time, direction and text; of an event ``---`` instead of a direction."""
    return entry_text(_session_row(row, text))


def tsv_row(row: LogRow, text: str) -> str:
    """Return the cells of the log with tabs between them, for a spreadsheet."""
    if not row.event:
        return tsv_line(_session_row(row, text))
    title, sentence = look_of(row.event).title, event_text(row.event, text)
    return tsv_cells(iso_time(row.time_ns), "", LINK_KIND, title, sentence, "")


def json_line(row: LogRow, text: str) -> str:
    """Return a JSON object; that of an event has ``event``, its kind, and no ``direction``."""
    if not row.event:
        return entry_json(_session_row(row, text)).decode()
    event = {
        "event": row.event,
        "time_ns": row.time_ns,
        "text": text,
        "time": iso_time(row.time_ns),
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def bare_line(row: LogRow, text: str) -> str:
    """Return the text as it was on the wire, or the sentence of an event."""
    return event_text(row.event, text) if row.event else text


def _session_row(row: LogRow, text: str) -> SessionRow:
    if row.event:
        return SessionRow(0, row.time_ns, "---", None, None, None, event_text(row.event, text))
    return SessionRow(
        row.row_id, row.time_ns, row.direction, row.sender, row.source, row.seqno, text
    )
