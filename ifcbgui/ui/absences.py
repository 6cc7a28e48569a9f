"""Why there is no picture, as far as the instrument has said. No Qt here."""

from __future__ import annotations

from ifcbgui.instrument.state import InstrumentState

_CAMERA_OFF = "The camera is OFF."
_VIEW_OFF = "View images is OFF: the instrument sends no pictures."
_IDLE = "Nothing runs. Pictures come while a sample does."
_PREPARING = "The sample is being prepared; pictures come once triggering is on."


def why_no_frames(state: InstrumentState, attached: bool) -> str:
    """Return why no full frame is shown, one or two sentences."""
    if attached and state.value("switchviewroisonly") is True and _sends(state):
        return "View ROIs only is ON: the instrument sends no whole frames."
    return _why_no_pictures(state, attached) or "No frame has come yet."


def why_no_rois(state: InstrumentState, attached: bool) -> str:
    """Return why no ROI is shown, one or two sentences."""
    return _why_no_pictures(state, attached) or "No ROI has come yet."


def _sends(state: InstrumentState) -> bool:
    """Tell whether nothing is known that would keep pictures from coming."""
    return not _why_no_pictures(state, attached=True)


def _why_no_pictures(state: InstrumentState, attached: bool) -> str:
    if not attached:
        return "Not connected. Pictures come from a connected instrument, or a replay."
    if state.value("switchviewimages") is False:
        return _VIEW_OFF
    if state.value("switchcamera") is False:
        return _CAMERA_OFF
    triggering = state.value("switchtriggering")
    if triggering is True or (triggering is None and state.value("acquisition") == "started"):
        return ""
    return _PREPARING if state.busy else _IDLE
