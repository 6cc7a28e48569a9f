"""What a gallery shows: rows about regions of interest, and their pixels. No Qt here."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ifcbgui.instrument.imaging.pictures import Grey, read_grey
from ifcbgui.instrument.imaging.tables import Table
from ifcbgui.session.pictures import PictureStore


class RoiSource(Protocol):
    """Regions of interest of a live instrument, a replay or a bin."""

    @property
    def table(self) -> Table:
        """Rows of `ROI`; between two looks it may grow, let its oldest go, or begin anew."""

    def pixels(self, roi: np.void) -> Grey:
        """Return the grey values of one row, height x width; called in worker threads.

        Raises:
            PictureError: If there is no picture.
        """


class LiveRois:
    """Regions of interest whose pictures came with messages.

    Args:
        table: Rows of `ROI`.
        store: Has the pictures of the messages that the rows name.
    """

    def __init__(self, table: Table, store: PictureStore) -> None:
        self.table = table
        self._store = store

    def pixels(self, roi: np.void) -> Grey:
        """Return the grey values of one row, height x width; may read the session.

        Raises:
            PictureError: If there is no picture.
        """
        return read_grey(self._store.png(int(roi["message_id"]), int(roi["index"])))
