"""Lists of a host: bins are gathered, what cannot be a file is counted, and no list is too long."""

from __future__ import annotations

from ifcbgui.instrument.files.listing import MOST_KEPT, read_listing

BIN = "D20260314T150512_IFCB207"


def test_the_files_of_a_bin_are_one_offer_with_the_images_last() -> None:
    listing = read_listing([f"{BIN}.roi", "notes.txt", f"{BIN}.hdr", f"{BIN}.adc"])
    offer, other = listing.offers
    assert offer.name == BIN
    assert offer.files == (f"{BIN}.hdr", f"{BIN}.adc", f"{BIN}.roi")
    assert offer.bin is not None
    assert offer.bin.instrument == 207
    assert offer.text == f"{BIN} 2026-03-14 15:05 hdr adc roi".casefold()
    assert (other.name, other.files, other.bin) == ("notes.txt", ("notes.txt",), None)


def test_the_newest_bin_stands_first() -> None:
    older = "D20260313T150512_IFCB207"
    listing = read_listing([f"{older}.hdr", f"{BIN}.hdr"])
    assert [offer.name for offer in listing.offers] == [BIN, older]


def test_names_that_differ_in_case_are_different_files() -> None:
    listing = read_listing(["a.zip", "A.zip"])
    assert {offer.name for offer in listing.offers} == {"a.zip", "A.zip"}


def test_a_name_that_comes_twice_is_offered_once() -> None:
    assert len(read_listing(["a.zip", "a.zip"]).offers) == 1


def test_unsafe_names_are_counted_and_not_offered() -> None:
    listing = read_listing(["../x", "", "good.zip", "D2026/x.hdr"])
    assert [offer.name for offer in listing.offers] == ["good.zip"]
    assert (listing.told, listing.unsafe, listing.left_out) == (4, 3, 0)


def test_of_very_many_names_the_newest_are_kept() -> None:
    listing = read_listing([f"{number:06}.zip" for number in range(100_000)], unread=5)
    assert listing.told == 100_005
    assert len(listing.offers) == MOST_KEPT
    assert listing.offers[0].name == "099999.zip"
    assert listing.left_out == 100_005 - MOST_KEPT


def test_an_empty_list() -> None:
    assert read_listing([]).offers == ()
