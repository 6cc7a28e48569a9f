"""What is odd about a file that has come whole: told, and no reason not to keep it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ifcbgui.instrument.bins import BinName
from ifcbgui.instrument.bins.records import parse_records

_HEADER_BYTES: Final = 1_000_000
_MOST_ADC_BYTES: Final = 64_000_000


def oddities(name: str, file: Path, size: int) -> tuple[str, ...]:
    """Return what is odd, a sentence each; empty for what looks sound.

    Args:
        name: The file's name.
        file: Where it is now, beside the other files of its bin if they are there.
        size: Its bytes.
    """
    if not size:
        return ("It is empty: the instrument says that it has no content.",)
    try:
        if name.endswith(".hdr"):
            return _of_header(file)
        stem = name.removesuffix(".roi")
        if stem != name and (bin_name := BinName.parse(stem)):
            return _of_images(size, file.with_name(f"{stem}.adc"), old=bin_name.old)
    except OSError:
        pass  # nothing to hold it against
    return ()


def _of_header(file: Path) -> tuple[str, ...]:
    with file.open("rb") as opened:
        data = opened.read(_HEADER_BYTES)
    try:
        data.decode()
        readable = b"\0" not in data
    except UnicodeDecodeError:
        readable = len(data) == _HEADER_BYTES
    return () if readable else ("It does not look like a header: it is no text.",)


def _of_images(size: int, adc: Path, *, old: bool) -> tuple[str, ...]:
    if not adc.is_file() or adc.stat().st_size > _MOST_ADC_BYTES:
        return ()
    records = parse_records(adc.read_bytes(), old=old)
    rows = records.with_image
    ends = (records["start_byte"] + records["roi_width"] * records["roi_height"])[rows]
    told = int(ends.max(initial=0))
    if size >= told:
        return ()
    return (f"It has {size:,} bytes, but the .adc file tells of images up to byte {told:,}.",)
