"""Makes a session of what another program wrote, or of what can be read of another session."""

from ifcbgui.session.importing.job import Imported, import_file

__all__ = ["Imported", "import_file"]
