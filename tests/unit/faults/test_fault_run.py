"""Two hundred random faults in a row; ``make faults`` does it with ten seeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.fault_run import SEEDS, fault_run, plan


def test_a_seed_decides_on_everything() -> None:
    assert plan(7) == plan(7)
    assert len({str(plan(seed)) for seed in SEEDS}) == len(SEEDS)


@pytest.mark.timeout(120)
async def test_200_faults_end_online_with_all_that_arrived_recorded(tmp_path: Path) -> None:
    run = await fault_run(SEEDS[0], tmp_path)
    assert run.one.connections > 50, "these were no faults"
    assert run.accepted
