"""What goes wrong with a filter."""

from __future__ import annotations


class FilterError(ValueError):
    """A filter cannot be understood; the message says why and what to do.

    Attributes:
        position: Index in the filter's text at which the trouble starts.
    """

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.position = position
