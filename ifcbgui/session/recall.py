"""What a history has to know of the past of a replay's moment, read from the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from heapq import merge
from itertools import islice
from typing import Final

from ifcbgui.instrument.entry import Entry
from ifcbgui.instrument.messages import IMAGE_GROUP, Message
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.history import History
from ifcbgui.session.landmarks import Mark, MarkKind
from ifcbgui.session.reader import SessionReader
from ifcbgui.session.records import SessionEvent
from ifcbgui.session.replay import ReplaySession, StateFollower

MOST_MESSAGES: Final = 20_000
MOST_ROI_MESSAGES: Final = 2_000
MOST_FRAMES: Final = 1

KINDS: Final = (
    "acquisition",
    "environment",
    "fluids",
    "graph",
    "hardware",
    "setting",
    "switch",
    "trigger",
)
"""The kinds of message that a history takes anything from, but for those with images."""

Rows = Iterator[tuple[int, Entry | SessionEvent]]

_FRAME: Final = "triggerimage"
_ROIS: Final = ("triggerrois", "triggercontent")
_MOST_LOOKED_AT: Final = 500_000
_MOST_IMAGES_LOOKED_AT: Final = 5_000
_BEGINNING: Final = 64
_PAGE: Final = 500
_FROM_HERE: Final = "Recalled from here: what was said before is in the log alone."


def recall(
    session: ReplaySession,
    message_id: int,
    monotonic_ns: int,
    wanted: Callable[[], bool] = lambda: True,
) -> History | None:
    """Return the history of a moment, as if the newest messages up to it had just been heard.

    These are 20,000 messages of the cheap kinds, 2,000 with regions of interest, and a frame. What
    was said before them is known by the state they came upon, and of the environment the first
    measurement of all. A mark stands where the cheap kinds begin, unless these are all there are.

    Args:
        session: The session.
        message_id: The last message.
        monotonic_ns: The recording's monotonic time of the moment, which may be later.
        wanted: Asked now and then; once it says no, the work is given up.

    Returns:
        None where it was given up.
    """
    ids = _newest(session.reader, message_id + 1)
    shortened = len(ids) >= MOST_MESSAGES or message_id - session.first_id >= _MOST_LOOKED_AT
    ids = _of_kinds(session.reader, ids)
    marks = [_begin_mark(*session.entry(ids[-1]))] if shortened and ids else []
    ids = sorted((*ids, *_newest_images(session.reader, message_id + 1)))
    if not wanted():
        return None
    start_id = ids[0] if ids else message_id
    follower = _follower_before(session, start_id)
    history = History()
    history.begin(follower.state, _first_environment(session.reader, message_id + 1))
    since_ns = session.entry(start_id)[1].monotonic_ns
    entries: Rows = session.reader.entries_of(ids, _PAGE)
    events: Rows = ((0, event) for event in session.events_between(since_ns, monotonic_ns))
    rows = merge(entries, events, key=lambda row: row[1].monotonic_ns)
    while page := list(islice(rows, _PAGE)):
        if not wanted():
            return None
        history.take_all(page)
    marks += session.runs_from(follower, start_id, message_id + 1)
    history.take_runs(marks, follower.state)
    return history


class Recaller:
    """Recalls one moment after the other; that of a loop, which comes back to it, only once."""

    def __init__(self) -> None:
        self._moment: tuple[int, int] | None = None
        self._history = History()

    def recall(
        self, session: ReplaySession, moment: tuple[int, int], wanted: Callable[[], bool]
    ) -> History | None:
        """Return the history of a moment; see `recall`.

        Args:
            session: The same at each call.
            moment: Id of the last message, and the recording's monotonic time.
            wanted: Once it says no, the work is given up.
        """
        if moment != self._moment:
            history = recall(session, *moment, wanted)
            if history is None:
                return None
            self._moment, self._history = moment, history
        return deepcopy(self._history)


def _begin_mark(message_id: int, entry: Entry) -> Mark:
    return Mark(MarkKind.RECALLED, entry.time_ns, message_id, _FROM_HERE)


def _newest(reader: SessionReader, stop_id: int) -> Sequence[int]:
    """Return the ids of the newest messages of the cheap kinds, or of any where none is known."""
    return reader.newest_ids(stop_id, KINDS, most=MOST_MESSAGES, within=_MOST_LOOKED_AT)


def _of_kinds(reader: SessionReader, ids: Sequence[int]) -> Sequence[int]:
    """Return those of the cheap kinds, which only a newer session knows by itself."""
    if reader.has_kinds:
        return ids
    return [i for i in ids if parse_message(reader.beginning(i, _BEGINNING)).group in KINDS]


def _newest_images(reader: SessionReader, stop_id: int) -> Iterator[int]:
    rois, frames = MOST_ROI_MESSAGES, MOST_FRAMES
    for message_id in reader.newest_ids(
        stop_id, (IMAGE_GROUP,), most=_MOST_IMAGES_LOOKED_AT, within=_MOST_LOOKED_AT
    ):
        name = reader.beginning(message_id, _BEGINNING).partition(":")[0]
        if name in _ROIS and rois:
            rois -= 1
            yield message_id
        elif name == _FRAME and frames:
            frames -= 1
            yield message_id
        if not rois and not frames:
            return


def _first_environment(reader: SessionReader, stop_id: int) -> Message | None:
    """Return the first measurement of humidity and temperature, where that is quickly found."""
    if not reader.has_kinds:
        return None
    found = next(reader.entries(1, stop_id, only=("environment",), batch=1), None)
    return found[1].message if found is not None else None


def _follower_before(session: ReplaySession, message_id: int) -> StateFollower:
    """Return the state right before a message."""
    if message_id <= session.first_id:
        return StateFollower(session, InstrumentState())
    return session.follower_at(session.id_before(message_id))
