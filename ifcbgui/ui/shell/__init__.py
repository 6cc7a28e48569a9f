"""The main window and what surrounds it."""
