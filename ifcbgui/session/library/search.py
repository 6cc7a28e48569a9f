"""Looks for messages through many sessions, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ifcbgui.session.errors import SessionError
from ifcbgui.session.filters import EntryFilter, FilterRow
from ifcbgui.session.library.recordings import Recording
from ifcbgui.session.reader import SessionReader
from ifcbgui.session.records import SessionRow

MOST_FOUND: Final = 1000

_PAGE: Final = 4000


@dataclass(frozen=True, slots=True)
class Found:
    """A message that was looked for.

    Attributes:
        recording: The recording that it is in.
        path: The file of it.
        row: The message.
    """

    recording: Recording
    path: Path
    row: SessionRow


def search(
    among: Sequence[Recording],
    wanted: EntryFilter,
    *,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Found]:
    """Yield messages that a filter lets through: newest session first, newest message first.

    A session that cannot be read is passed over; the list of sessions says what is wrong with it.

    Args:
        among: Where to look.
        wanted: What to look for. Its times count back from the newest session's end.
        progress: Called with the number of messages looked at so far.
        cancelled: Asked now and then; True ends the search.
    """
    newest_first = sorted(among, key=lambda one: one.start_ns, reverse=True)
    now_ns = max((one.start_ns + one.length_ns for one in among), default=0)
    looked_at = 0
    for recording in newest_first:
        for path in reversed(recording.paths):
            for page in _pages(path):
                if cancelled():
                    return
                for row in reversed(page):
                    if wanted.matches_row(FilterRow.of_row(row, now_ns)):
                        yield Found(recording, path, row)
                looked_at += len(page)
                if progress:
                    progress(looked_at)


def _pages(path: Path) -> Iterator[list[SessionRow]]:
    """Yield the messages of a file in pages, the last page first."""
    try:
        with SessionReader(path) as reader:
            first = next((row.id for row in reader.rows(batch=1)), 1)
            stop = reader.last_id() + 1
            while stop > first:
                start = max(first, stop - _PAGE)
                yield list(reader.rows(start, stop))
                stop = reader.id_before(start) + 1  # ids may have wide gaps
    except SessionError:
        return
