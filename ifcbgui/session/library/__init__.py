"""The sessions of a folder: listed, put together to recordings, searched."""

from ifcbgui.session.library.facts import SessionFacts, SessionState, read_facts
from ifcbgui.session.library.recordings import Recording, counted, recordings
from ifcbgui.session.library.search import MOST_FOUND, Found, search
from ifcbgui.session.library.shelf import SessionFile, Shelf
from ifcbgui.session.library.whole import WholeRecording

__all__ = [
    "MOST_FOUND",
    "Found",
    "Recording",
    "SessionFacts",
    "SessionFile",
    "SessionState",
    "Shelf",
    "WholeRecording",
    "counted",
    "read_facts",
    "recordings",
    "search",
]
