"""What is kept of an instrument: its humidity baseline and where its ROIs lie."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from ifcbgui.instrument import LinkState
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.parser import parse_message
from ifcbgui.settings import SIMULATOR, Profile
from ifcbgui.simulator import Simulator
from tests.gui.conftest import Desk, Until


@pytest_asyncio.fixture
async def pier(desk: Desk, until: Until) -> AsyncIterator[Profile]:
    """Connect to an instrument that is not the simulator inside the program."""
    async with Simulator(serial="207", seed=1) as real:
        profile = Profile(name="pier", server=real.url, serial="207")
        await connect(desk, until, profile)
        yield profile
        await desk.connector.stop()


async def connect(desk: Desk, until: Until, profile: Profile) -> None:
    desk.window.connection.connect_to(profile)
    await until(lambda: desk.bridge.link.state is LinkState.ONLINE)


def see_rois(desk: Desk, count: int, left: int = 852) -> None:
    """Show so many ROIs in a band around a place, and let a second pass."""
    history = desk.window.imaging.history
    start = history.rois.stop
    for number in range(start + 1, start + count + 1):
        text = f"triggerrois:1:{number * 37 % 900}:{left + number % 5 * 8 - 16}:"
        history.take(number, Entry(parse_message(text), Direction.IN, number, number))
    desk.bridge.tick.emit()


def kept_band(desk: Desk) -> tuple[float, float] | None:
    [band] = [known.roi_band for known in desk.settings.profiles if not known.simulated]
    return band


async def test_a_band_is_kept_when_it_has_settled_for_the_first_time(
    desk: Desk, pier: Profile, until: Until
) -> None:
    see_rois(desk, 199)
    assert kept_band(desk) is None
    see_rois(desk, 1)
    first = kept_band(desk)
    assert first is not None
    assert first[0] < 852 < first[1]
    notice = desk.window.notices.notice("band")
    assert notice is not None
    assert f"x {first[0]} to {first[1]}" in notice.text
    band = desk.window.imaging.history.band
    assert band is not None
    assert not band.is_known  # learned from the very ROIs that are to be judged
    await desk.connector.stop()
    profile = desk.window.connection_bar.profile()
    assert profile is not None
    await connect(desk, until, profile)
    see_rois(desk, 300, left=600)
    assert kept_band(desk) == first
    band = desk.window.imaging.history.band
    assert band is not None
    assert (band.is_known, band.left, band.right) == (True, *first)


async def test_a_band_is_kept_at_once_and_learned_anew(desk: Desk, pier: Profile) -> None:
    check, history = desk.window.imaging.check, desk.window.imaging.history
    see_rois(desk, 60)
    check.refresh()
    check.tools.band.click()
    assert kept_band(desk) is not None
    assert history.band is not None
    assert history.band.is_known
    check.tools.band.click()
    assert kept_band(desk) is None
    assert history.band is None
    see_rois(desk, 200, left=600)
    band = kept_band(desk)
    assert band is not None
    assert band[0] < 600 < band[1]


async def test_what_is_kept_survives_another_choice_and_another_connection(
    desk: Desk, pier: Profile, until: Until
) -> None:
    check = desk.window.imaging.check
    check.baseline_chosen.emit(31.5)
    see_rois(desk, 200)
    desk.window.connection.allow_unverified(True)
    await desk.connector.stop()
    profile = desk.window.connection_bar.profile()
    assert profile is not None
    assert profile.humidity_baseline == 31.5
    await connect(desk, until, profile)
    [known] = [known for known in desk.settings.profiles if not known.simulated]
    assert (known.humidity_baseline, known.allow_unverified) == (31.5, True)
    assert known.roi_band is not None


async def test_the_band_of_the_built_in_simulator_is_kept_only_by_hand(
    desk: Desk, until: Until
) -> None:
    await connect(desk, until, SIMULATOR)
    check = desk.window.imaging.check
    see_rois(desk, 300)
    assert [known.roi_band for known in desk.settings.profiles] == [None]
    check.refresh()
    check.tools.band.click()
    assert desk.window.imaging.history.band is not None
    assert desk.window.imaging.history.band.is_known
    await desk.connector.stop()
    await connect(desk, until, SIMULATOR)
    assert desk.window.imaging.history.band is not None
