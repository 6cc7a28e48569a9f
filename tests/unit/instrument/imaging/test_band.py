"""The band of the frame in which an instrument sees its cells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.instrument.imaging.band import MOST_TO_LEARN, Band, BandLearner, Pixels, spread_of

Places = tuple[Pixels, Pixels]


def in_band(count: int, centre: float = 852.0, spread: float = 10.0) -> Places:
    rng = np.random.default_rng(count)
    left = rng.normal(centre, spread, count) // 4 * 4
    return left, rng.normal(512, 190, count).round()


def at_one_spot(count: int) -> Places:
    rng = np.random.default_rng(count)
    return np.full(count, 852.0), np.full(count, 270.0) + rng.integers(-2, 3, count)


def anywhere(count: int) -> Places:
    rng = np.random.default_rng(count)
    return rng.uniform(0, 1300, count).round(), rng.uniform(0, 1000, count).round()


def together(*parts: Places) -> Places:
    left, top = zip(*parts, strict=True)
    return np.concatenate(left), np.concatenate(top)


@pytest.mark.parametrize(
    ("centre", "spread"),
    [(808, 10), (1056, 10), (860, 50)],  # two published bins, and the vendor's example
)
def test_is_learned_per_instrument(centre: float, spread: float) -> None:
    left, top = in_band(500, centre, spread)
    band = BandLearner().look(left, top)
    assert band is not None
    assert band.centre == pytest.approx(centre, abs=0.4 * spread)
    assert band.spread == pytest.approx(spread, rel=0.3)
    assert band.count == MOST_TO_LEARN
    inside = np.mean((left >= band.left) & (left <= band.right))
    assert inside > 0.9


def test_a_few_strays_hardly_count() -> None:
    left, top = in_band(200)
    clean = BandLearner().look(left, top)
    left[::12], top[::12] = anywhere(len(left[::12]))
    band = BandLearner().look(left, top)
    assert band is not None
    assert clean is not None
    assert band.centre == pytest.approx(clean.centre, abs=4)
    assert band.spread == pytest.approx(clean.spread, abs=4)


@pytest.mark.parametrize("places", [in_band(49), at_one_spot(300), anywhere(300), in_band(0)])
def test_where_there_is_none_none_is_made_up(places: Places) -> None:
    assert BandLearner().look(*places) is None


@pytest.mark.parametrize("fault", [at_one_spot(230), anywhere(230)])
def test_after_a_fault_it_is_learned_all_the_same(fault: Places) -> None:
    band = BandLearner().look(*together(fault, in_band(400)))
    assert band is not None
    assert band.centre == pytest.approx(852, abs=8)


def test_one_that_is_known_is_the_same_as_it_was_learned() -> None:
    learned = BandLearner().look(*in_band(200))
    assert learned is not None
    assert (learned.settled, learned.is_known) == (True, False)
    known = Band.known(learned.right, learned.left)
    assert (known.settled, known.is_known) == (True, True)
    assert known.centre == pytest.approx(learned.centre)
    assert known.spread == pytest.approx(learned.spread)
    assert Band.known(800.0, 800.0).spread > 0


def test_is_learned_from_a_number_on() -> None:
    learner = BandLearner(start=300)
    before, after = in_band(300), in_band(200, 600.0)
    assert learner.look(*before) is None
    band = learner.look(*together(before, after))
    assert band is not None
    assert band.centre == pytest.approx(600, abs=4)


def test_grows_from_a_guess_and_is_settled_then() -> None:
    learner, (left, top) = BandLearner(), in_band(200)
    counts = []
    for count in (20, 50, 120, 200):
        band = learner.look(left[:count], top[:count])
        counts.append(band.count if band else None)
    assert counts == [None, 50, 120, 200]
    settled = learner.band
    assert learner.look(*together((left, top), in_band(300, 400))) is settled


def test_what_comes_later_does_not_spoil_a_guess() -> None:
    learner, (left, top) = BandLearner(), in_band(60)
    guess = learner.look(left, top)
    assert learner.look(*together((left, top), anywhere(140))) is guess is not None


def test_one_that_is_known_is_kept() -> None:
    learner = BandLearner()
    learner.band = known = Band(700.0, 800.0, 750.0, 20.0, 0)
    assert learner.look(*in_band(300)) is known


def test_the_oldest_may_go_meanwhile() -> None:
    learner = BandLearner()
    assert learner.look(*anywhere(240)) is None
    left, top = together(anywhere(100), in_band(400))
    band = learner.look(left, top, first=140)
    assert band is not None
    assert band.centre == pytest.approx(852, abs=8)


def test_a_look_at_very_many_is_short_and_the_next_goes_on() -> None:
    learner, places = BandLearner(), together(at_one_spot(6_000), in_band(300))
    assert learner.look(*places) is None
    assert learner.look(*places) is not None


def test_those_without_a_place_do_not_count() -> None:
    left, top = in_band(400)
    left[::2] = -1
    band = BandLearner().look(left, top)
    assert band is not None
    assert band.count == MOST_TO_LEARN
    assert band.centre == pytest.approx(852, abs=8)


@given(st.lists(st.tuples(st.integers(-(2**31), 2**31), st.integers(-(2**31), 2**31))))
def test_any_places_do(places: list[tuple[int, int]]) -> None:
    left, top = np.array(places, np.int64).reshape(-1, 2).T
    band = BandLearner().look(left, top)
    assert band is None or band.left <= band.centre <= band.right
    assert not len(left) or spread_of(left) >= 4.0
