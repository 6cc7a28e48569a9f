"""What an IFCB says and does: messages, commands, state, client."""

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.client import AsyncIFCBClient
from ifcbgui.instrument.commands import COMMANDS, Command, CommandCatalogue, CommandValueError
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.errors import (
    AccessDeniedError,
    CommandError,
    ConnectError,
    IFCBError,
    ObserveOnlyError,
    Refusal,
    SignOnError,
)
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.messages import FieldSpec, Message, MessageForm
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.pattern import matches, parse_pattern
from ifcbgui.instrument.phytoarm import Marker, phytoarm_marker
from ifcbgui.instrument.reducer import reduce_state
from ifcbgui.instrument.routines import BUILTIN_ROUTINES, Group, Routine, RoutineError, Step
from ifcbgui.instrument.state import InstrumentState, Reading, RoutineRun, RunPhase
from ifcbgui.instrument.sync_client import IFCBClient

__all__ = [
    "BUILTIN_ROUTINES",
    "COMMANDS",
    "MESSAGE_FORMS",
    "AccessDeniedError",
    "AsyncIFCBClient",
    "Command",
    "CommandCatalogue",
    "CommandError",
    "CommandValueError",
    "ConnectError",
    "Direction",
    "Entry",
    "FieldSpec",
    "Group",
    "IFCBClient",
    "IFCBError",
    "InstrumentState",
    "LinkState",
    "LinkStatus",
    "Marker",
    "Message",
    "MessageForm",
    "ObserveOnlyError",
    "Reading",
    "Refusal",
    "Routine",
    "RoutineError",
    "RoutineRun",
    "RunPhase",
    "SignOnError",
    "Step",
    "matches",
    "parse_message",
    "parse_pattern",
    "phytoarm_marker",
    "reduce_state",
]
