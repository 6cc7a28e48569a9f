"""Finds the resources: beside the package in a checkout, inside it when installed or frozen."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_path(name: str) -> Path:
    """Return the path of a resource, e.g. ``messages.toml`` or ``icons/run.svg``.

    Raises:
        FileNotFoundError: If the installation lacks it.
    """
    for root in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        if (path := root / name).exists():
            return path
    raise FileNotFoundError(f"The installation of ifcbgui lacks the resource {name!r}.")


def read_text(name: str) -> str:
    """Return the text of a UTF-8 resource."""
    return resource_path(name).read_text(encoding="utf-8")
