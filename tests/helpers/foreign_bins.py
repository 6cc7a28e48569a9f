"""Bins, read by a library that others wrote."""

from __future__ import annotations

from pathlib import Path

from libifcb import ROIReader


def read_with_libifcb(base: Path) -> ROIReader:
    """Read a bin; ``pictures`` of what is returned has the pixels of its ROIs."""
    with (
        base.with_suffix(".hdr").open() as hdr,
        base.with_suffix(".adc").open() as adc,
        base.with_suffix(".roi").open("rb") as roi,
    ):
        reader = ROIReader(hdr, adc, roi)
        reader.pictures = [roi.array for roi in reader.rois]
    return reader
