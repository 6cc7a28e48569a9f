"""The control room for the Imaging FlowCytobot.

These names need no Qt and are for other programs to build on.
"""

from ifcbgui.instrument.client import AsyncIFCBClient
from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.sync_client import IFCBClient

__version__ = "0.1.0"

__all__ = ["AsyncIFCBClient", "IFCBClient", "Message", "parse_message"]
