"""Texts as they can come out of JSON, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st


def wire_texts(alphabet: str | None = None, *, min_size: int = 0) -> st.SearchStrategy[str]:
    """Any text, halves of surrogate pairs included; two that make a pair are one character."""
    characters = st.characters() if alphabet is None else st.sampled_from(alphabet)
    return st.text(characters, min_size=min_size).map(_join_pairs)


def _join_pairs(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
