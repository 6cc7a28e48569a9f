"""Typed settings and connection profiles."""
