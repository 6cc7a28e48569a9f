"""A virtual IFCB behind a real SignalR hub."""

from ifcbgui.simulator.faults import FAULTS, Fault, parse_fault
from ifcbgui.simulator.hub_connection import HubOptions
from ifcbgui.simulator.replayed import ReplayServer
from ifcbgui.simulator.server import Simulator, SimulatorThread

__all__ = [
    "FAULTS",
    "Fault",
    "HubOptions",
    "ReplayServer",
    "Simulator",
    "SimulatorThread",
    "parse_fault",
]
