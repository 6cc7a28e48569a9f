"""How a session is recorded, as the settings have it."""

from __future__ import annotations

from ifcbgui.session import RecorderSettings
from ifcbgui.settings import Settings


def recorder_settings(settings: Settings) -> RecorderSettings:
    """Return what the operator has chosen for the recorder."""
    return RecorderSettings(
        rollover_bytes=settings.rollover_mb * 1_000_000,
        rollover_daily=settings.rollover_daily,
        image_every=settings.image_every,
    )
