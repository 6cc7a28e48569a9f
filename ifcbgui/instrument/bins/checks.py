"""Holds the three files of a bin against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ifcbgui.instrument.bins.header import Header
from ifcbgui.instrument.bins.records import Records
from ifcbgui.instrument.bins.roi import BinRoi
from ifcbgui.instrument.bins.volume import Volume

# What readers of bins allow between header and .adc file (pyifcb, iRfcb).
_TOLERANCE = 0.02
# Every header that was seen, of any version, has one of these.
_ALWAYS = ("temperature", "humidity", "runTime")


def problems_of(
    header: Header,
    records: Records,
    rois: Sequence[BinRoi],
    roi_bytes: int,
    volumes: tuple[Volume | None, Volume | None],
) -> Iterator[str]:
    """Yield what does not fit together, a sentence each.

    Args:
        header: The .hdr file.
        records: The .adc file.
        rois: The images the .adc file tells of.
        roi_bytes: Size of the .roi file.
        volumes: Volume analysed by the .adc file and by the header.
    """
    if (header or header.notes) and not any(key in header for key in _ALWAYS):
        yield "The .hdr file says nothing that a header says: it is damaged, or no header."
    if len(records):  # else that is told already, and nothing can be held against it
        yield from _counts(header, records, len(rois))
        yield from _images(rois, roi_bytes)
    yield from _times(header, *volumes)


def _counts(header: Header, records: Records, images: int) -> Iterator[str]:
    for key, what, found in (
        ("triggerCount", "triggers", records.trigger_count),
        ("roiCount", "images", images),
    ):
        said = header.number(key)
        if said is not None and said != found:
            yield f"The header counts {said:.0f} {what}, the .adc file {found}."


def _images(rois: Sequence[BinRoi], roi_bytes: int) -> Iterator[str]:
    lost = sum(roi.start < 0 or roi.end > roi_bytes for roi in rois)
    if lost:
        yield f"{lost} of {len(rois)} images are not, or not wholly, in the .roi file."
    elif roi_bytes > (told := max((roi.end for roi in rois), default=0)) + 2:
        # Seen: a byte or two more in files of the first instruments.
        yield f"The last {roi_bytes - told} bytes of the .roi file belong to no image."


def _times(header: Header, by_records: Volume | None, by_header: Volume | None) -> Iterator[str]:
    for key in ("runTime", "inhibitTime"):
        if key in header and header.number(key) is None:
            yield f"The header's {key} is no number: {header[key]!r}."
    if not by_records or not by_header:
        return
    for what, told, found in (
        ("run time", by_header.run_s, by_records.run_s),
        ("inhibit time", by_header.inhibit_s, by_records.inhibit_s),
    ):
        if abs(told - found) > _TOLERANCE * max(abs(told), abs(found)):
            yield (
                f"The header's {what} is {told:.1f} s, that of the .adc file {found:.1f} s: they"
                " differ by more than 2 %, so that the volume analysed is doubtful."
            )
