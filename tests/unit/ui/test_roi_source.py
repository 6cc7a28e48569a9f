"""Rows of a history, and the pictures that came with the messages they name."""

from __future__ import annotations

import pytest

from ifcbgui.instrument.imaging.pictures import PictureError
from ifcbgui.instrument.imaging.tables import ROI, Table
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.pictures import PictureStore
from ifcbgui.ui.models.roi_source import LiveRois
from tests.helpers.roi_pictures import grey_png, roi_message, roi_row


def test_a_row_leads_to_its_pixels() -> None:
    store = PictureStore(lambda row_ids: {})
    store.remember(7, parse_message(roi_message(grey_png(8, 6, 1), grey_png(4, 2, 2))))
    table = Table(ROI, 10)
    table.append(roi_row(0, message_id=7, index=1))
    table.append(roi_row(0, message_id=8))
    source = LiveRois(table, store)
    pixels = source.pixels(source.table.rows[0])
    assert pixels.shape == (2, 4)
    assert pixels[0, 0] == 2
    with pytest.raises(PictureError):
        source.pixels(source.table.rows[1])
