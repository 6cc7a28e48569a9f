"""``python -m ifcbgui``."""

from __future__ import annotations

import sys

from ifcbgui.cli import main

if __name__ == "__main__":
    sys.exit(main())
