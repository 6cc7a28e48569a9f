"""The files a host offers: listed, fetched chunk by chunk, and trusted only when they are whole."""

from ifcbgui.instrument.files.jobs import Files, JobState, JobView
from ifcbgui.instrument.files.listing import Listing, Offer
from ifcbgui.instrument.files.names import UnsafeNameError, safe_name
from ifcbgui.instrument.files.queue import FileQueue, get_command, list_command
from ifcbgui.instrument.files.transfer import Limits, Transfer
from ifcbgui.instrument.files.worker import FileWorker

__all__ = [
    "FileQueue",
    "FileWorker",
    "Files",
    "JobState",
    "JobView",
    "Limits",
    "Listing",
    "Offer",
    "Transfer",
    "UnsafeNameError",
    "get_command",
    "list_command",
    "safe_name",
]
