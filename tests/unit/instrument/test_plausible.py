"""What an instrument can mean, by the limits of the catalogue."""

from __future__ import annotations

from typing import Any

import pytest

from ifcbgui.instrument.plausible import limits_of, possible


@pytest.mark.parametrize(
    ("name", "value", "can_be"),
    [
        ("humidity", 41.9, True),
        ("humidity", 100, True),
        ("humidity", 999.0, False),
        ("temperature", -20.0, True),
        ("temperature", -300.0, False),
        ("fpsrate", 12.2, True),  # 61 triggers in 5 s
        ("fpsrate", -5.0, False),
        ("humidity", float("nan"), False),
        ("humidity", "4l.9", True),
        ("switchlaser", True, True),
        ("nobody's", 1e9, True),
    ],
)
def test_what_can_be_meant(name: str, value: Any, can_be: bool) -> None:
    assert possible(name, value) is can_be


def test_the_limits_are_the_catalogues() -> None:
    assert limits_of("humidity") == (0.0, 100.0)
