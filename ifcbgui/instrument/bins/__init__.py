"""Bins: the .hdr, .adc and .roi files an instrument leaves of each sample."""

from ifcbgui.instrument.bins.bin import Bin, BinError, open_bin
from ifcbgui.instrument.bins.header import Header
from ifcbgui.instrument.bins.names import BinName
from ifcbgui.instrument.bins.records import Records
from ifcbgui.instrument.bins.roi import BinRoi
from ifcbgui.instrument.bins.volume import Volume

__all__ = [
    "Bin",
    "BinError",
    "BinName",
    "BinRoi",
    "Header",
    "Records",
    "Volume",
    "open_bin",
]
