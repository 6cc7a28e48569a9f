"""The memory of a window that has been shown a hundred thousand ROI images."""

from __future__ import annotations

import pytest

from tests.bench.test_live_view import figures
from tests.helpers.picture_host import picture_host

ROIS = 100_000
MOST_MB = 600


@pytest.mark.timeout(1200)
def test_images_do_not_fill_the_memory() -> None:
    with picture_host("flood", str(ROIS)) as url:
        seen = figures("flood", url)
    rate = seen["rois"] / seen["seconds"]
    print(f"\n{seen['rois']:,} ROI images in {seen['seconds']:.0f} s, {rate:,.0f} a second,")
    print(f"all panels open ({', '.join(seen['panels'])}) and recording:")
    print(f"at most {seen['mb']:.0f} MB (before {seen['mb_before']:.0f}; target {MOST_MB})")
    assert seen["rois"] >= ROIS
    assert seen["mb"] < MOST_MB
