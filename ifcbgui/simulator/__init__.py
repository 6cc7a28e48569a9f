"""A virtual IFCB behind a real SignalR hub."""
