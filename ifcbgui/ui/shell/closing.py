"""What is lost or left running when the window is closed."""

from __future__ import annotations

from ifcbgui.instrument import InstrumentState
from ifcbgui.ui.shell.connector import Connector


def closing_question(connector: Connector, state: InstrumentState) -> str:
    """Return what is lost or left running by closing now, or nothing.

    Args:
        connector: Has the connection and the recording.
        state: What the instrument does.
    """
    status = connector.recorder.status if connector.recorder else None
    if status is not None and status.problem and status.pending:
        return (
            f"{status.pending:,} messages are in memory only and are lost with this window. "
            "Save the log to another folder first (Ctrl+S)."
        )
    if not connector.connected or not state.busy:
        return ""
    if connector.profile is not None and connector.profile.simulated:
        return "The simulated instrument is running, and ends with this window."
    return "The instrument is running, and goes on by itself. The log so far is saved."
