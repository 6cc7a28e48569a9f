"""Writes the messages of a session to a file, or a folder, for people or other programs.

`job` chooses the messages and sees that the output is there whole or not at all; each format has a
module of its own, and `formats` lists them.
"""

from ifcbgui.session.exporting.formats import FORMATS, Format
from ifcbgui.session.exporting.job import export
from ifcbgui.session.exporting.time_range import TimeRange

__all__ = ["FORMATS", "Format", "TimeRange", "export"]
