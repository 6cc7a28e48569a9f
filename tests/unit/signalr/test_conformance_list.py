"""The cases of protocol conformance, T01 to T40: each is held by a test that bears its name."""

from __future__ import annotations

import re
from pathlib import Path


def test_every_case_has_a_test_of_its_name() -> None:
    cases: set[str] = set()
    for module in Path(__file__).parent.glob("test_*.py"):
        for name in re.findall(r"^(?:async )?def test_(t\d\d\w*)", module.read_text("utf-8"), re.M):
            cases.update(re.findall(r"(?<![^_])t(\d\d)(?=_)", name))
    assert sorted(cases) == [f"{number:02}" for number in range(1, 41)]
