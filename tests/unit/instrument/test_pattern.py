from __future__ import annotations

import pytest

from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.pattern import matches, matches_fields, parse_pattern


def test_star_stands_for_any_field():
    assert parse_pattern("triggerchanged:*:saved") == ("triggerchanged", None, "saved")


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("valuechanged:interactive:stopped", "valuechanged:interactive:stopped", True),
        ("valuechanged", "valuechanged:interactive:stopped", True),
        ("valuechanged:interactive:stop", "valuechanged:interactive:stopped", False),
        ("triggerchanged:*:saved", "triggerchanged:3:saved:3:0", True),
        ("triggerchanged:*:saved", "triggerchanged:3:processed:0:3:0", False),
        ("valuechanged:switchlaser:0", "valuechanged:switchlaser:0", True),
        ("valuechanged:switchlaser:False", "valuechanged:switchlaser:0", False),
        ("syringetrack:*:*", "syringetrack:3.2", False),
        ("reportevent:Finished - Run sample.", "reportevent:Finished - Run sample.\n", True),
        ("reportevent:Data folder set to:*", "reportevent:Data folder set to:\n/data\n", True),
        ("new:*", "new:thing", True),
        ("*", "", True),
    ],
)
def test_matches_the_first_fields_as_text(pattern, text, expected):
    assert matches(parse_pattern(pattern), parse_message(text)) is expected


@pytest.mark.parametrize(
    ("pattern", "fields", "expected"),
    [
        ((), ("client", "reset"), True),
        (("valuechanged", None, "started"), ("valuechanged", "acquisition", "started"), True),
        (("valuechanged", None, "stopped"), ("valuechanged", "acquisition", "started"), False),
        (("valuechanged", "pausestate", False), ("valuechanged", "pausestate", False), True),
        (("valuechanged", "pausestate", "0"), ("valuechanged", "pausestate", False), False),
        (("client", "reset", None), ("client", "reset"), False),
        (["syringetrack"], ("syringetrack", 3.2), True),
    ],
)
def test_matches_converted_fields(pattern, fields, expected):
    assert matches_fields(pattern, fields) is expected
