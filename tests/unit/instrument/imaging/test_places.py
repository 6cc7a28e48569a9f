"""What the places of ROIs look like: a clog, air, misalignment, and nothing of the kind."""

from __future__ import annotations

import numpy as np
import pytest

from ifcbgui.instrument.imaging.band import Band
from ifcbgui.instrument.imaging.places import Pattern, count_recent, find_pile, look_at

BAND = Band(827.0, 877.0, 852.0, 10.0, 200)
RNG = np.random.default_rng(3)
S = 10**9


def in_band(count: int, centre: float = 852.0) -> tuple[np.ndarray, np.ndarray]:
    return RNG.normal(centre, 10, count).astype(int), RNG.normal(512, 190, count).astype(int)


def test_of_a_good_flow_it_says_where_it_is_and_no_more() -> None:
    for _ in range(200):
        finding = look_at(*in_band(50), BAND)
        assert finding.pattern is None
        assert finding.text.startswith("The last 50 at x 8")
        assert finding.text.endswith("their band is 827 to 877.")


def test_a_pile_is_named_with_its_count_and_its_place() -> None:
    left, top = in_band(50)
    left[12:], top[12:] = 852, 270
    finding = look_at(left, top, BAND)
    assert finding.pattern is Pattern.PILE
    assert finding.text == "Clog? 38 of the last 50 at x 852, y 270."
    assert finding.pile is not None
    assert (finding.pile.count, finding.pile.of) == (38, 50)


def test_a_pile_that_moves_by_a_few_pixels_is_one() -> None:
    left, top = 852 + RNG.integers(-2, 3, 40), 270 + RNG.integers(-2, 3, 40)
    pile = find_pile(left, top)
    assert pile is not None
    assert pile.count == 40
    assert (abs(pile.left - 852), abs(pile.top - 270)) <= (2, 2)


def test_a_few_at_one_spot_are_no_pile() -> None:
    assert find_pile(np.full(7, 852), np.full(7, 270)) is None


def test_places_at_both_ends_of_all_numbers_are_apart() -> None:
    left = np.array([-(2**31) + 1, 2**31 - 1] * 6, np.int32)
    assert find_pile(left, np.full(12, 270, np.int32)) is None


def test_air_is_told_by_the_spread_with_or_without_a_band() -> None:
    left, top = RNG.integers(0, 1300, 50), RNG.integers(0, 1000, 50)
    for band in (BAND, None):
        finding = look_at(left, top, band)
        assert finding.pattern is Pattern.SPREAD
        assert f"x {left.min()} to {left.max()}" in finding.text


def test_a_wide_but_usual_band_is_no_air() -> None:
    wide = Band(740.0, 980.0, 860.0, 50.0, 200)
    left = RNG.normal(860, 70, 50).astype(int)
    assert look_at(left, RNG.integers(0, 1000, 50), wide).pattern is None


@pytest.mark.parametrize(("centre", "side"), [(672.0, "left"), (1032.0, "right")])
def test_misalignment_is_told_by_the_way_off(centre: float, side: str) -> None:
    finding = look_at(*in_band(5, centre), BAND)
    assert finding.pattern is Pattern.ASIDE
    assert f"px {side} of the band" in finding.text
    assert look_at(*in_band(4, centre), BAND).pattern is None
    assert look_at(*in_band(5, centre), None).pattern is None


def test_without_rois_nothing_is_made_up() -> None:
    none = np.zeros(0, int)
    assert look_at(none, none, BAND).text == "No ROI yet."
    assert look_at(np.array([852]), np.array([3]), None).text.startswith("The last one at x 852;")


def test_only_what_came_lately_tells_how_things_are() -> None:
    assert count_recent(np.zeros(0, np.int64)) == 0
    assert count_recent(np.arange(200) * S) == 50
    assert count_recent(np.array([0, 1, 400, 401, 402]) * S) == 3
