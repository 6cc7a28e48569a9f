"""A virtual IFCB behind a real SignalR hub."""

from ifcbgui.simulator.faults import FAULTS, Fault, parse_fault
from ifcbgui.simulator.hub_connection import HubOptions
from ifcbgui.simulator.server import Simulator, SimulatorThread

__all__ = ["FAULTS", "Fault", "HubOptions", "Simulator", "SimulatorThread", "parse_fault"]
