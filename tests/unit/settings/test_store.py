from __future__ import annotations

import errno
import json
import threading
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from ifcbgui.settings import (
    SIMULATOR,
    Profile,
    Settings,
    SettingsError,
    SettingsStore,
    load_settings,
)
from ifcbgui.settings import store as store_module
from tests.helpers.texts import wire_texts

SHIP = Profile(
    name="Ship",
    server="ws://192.168.1.100:8092/ifcbHub",
    serial="111-111-222",
    protocol="messagepack",
    access="basic",
    user="ann",
    header_names=("X-Key",),
    ca_file="/data/ca.pem",
    pixels_per_um=2.77,
    humidity_baseline=38.2,
    roi_band=(788.0, 828.0),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def changed(**values: object) -> Settings:
    return msgspec.structs.replace(Settings(), **values)


def test_without_a_file_the_simulator_is_offered_and_nothing_said(path: Path) -> None:
    settings, said = load_settings(path)

    assert settings == Settings()
    assert settings.profiles == [SIMULATOR]
    assert said is None
    assert not path.exists()


def test_what_was_saved_is_loaded(path: Path) -> None:
    saved = changed(
        profiles=[SIMULATOR, SHIP],
        last_profile="Ship",
        theme="dark",
        session_dir="/data/caf\udce9",
        utc_times=False,
        window_geometry="AdnQ",
        window_state="AAAA/w==",
    )
    SettingsStore(path).save(saved)

    assert load_settings(path) == (saved, None)


def test_a_profile_from_before_there_was_access_has_none(path: Path) -> None:
    before = {"name": "Ship", "server": "ws://ship/hub", "serial": "1", "access": "telepathy"}
    path.write_text(json.dumps({"profiles": [before]}))

    settings, said = load_settings(path)

    ship = settings.profiles[1]
    assert (ship.protocol, ship.access, ship.header_names, ship.ca_file) == ("json", "none", (), "")
    assert ship.pixels_per_um == 3.4
    assert said is not None
    assert "access of profile 1" in said


@pytest.mark.parametrize("bad", [0, -3.4, "3.4", float("nan"), float("inf"), None])
def test_an_impossible_scale_is_left_out(path: Path, bad: object) -> None:
    ships = [{"name": "Ship", "serial": "1", "pixels_per_um": value} for value in (3, bad)]
    path.write_text(json.dumps({"profiles": ships}))

    settings, said = load_settings(path)

    assert [ship.pixels_per_um for ship in settings.profiles] == [3.4, 3.0, 3.4]
    assert said is not None
    assert "pixels_per_um of profile 2" in said


@pytest.mark.parametrize("bad", [-1, 101, "38", float("nan")])
def test_an_impossible_baseline_is_left_out(path: Path, bad: object) -> None:
    ships = [{"name": "Ship", "serial": "1", "humidity_baseline": value} for value in (38, bad)]
    path.write_text(json.dumps({"profiles": ships}))

    settings, said = load_settings(path)

    assert [ship.humidity_baseline for ship in settings.profiles] == [None, 38.0, None]
    assert said is not None
    assert "humidity_baseline of profile 2" in said


@pytest.mark.parametrize("bad", [[1], [1, 2, 3], ["800", "828"], [float("nan"), 8], 800, {}])
def test_an_impossible_band_is_left_out(path: Path, bad: object) -> None:
    ships = [{"name": "Ship", "serial": "1", "roi_band": value} for value in ([788, 828], bad)]
    path.write_text(json.dumps({"profiles": ships}))

    settings, said = load_settings(path)

    assert [ship.roi_band for ship in settings.profiles] == [None, (788.0, 828.0), None]
    assert said is not None
    assert "roi_band of profile 2" in said


@given(text=wire_texts())
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("home") / "settings.json"
    saved = changed(profiles=[SIMULATOR, Profile(name="x" + text, serial=text)], session_dir=text)
    SettingsStore(path).save(saved)

    assert load_settings(path) == (saved, None)


def test_one_bad_value_costs_only_itself(path: Path) -> None:
    path.write_text(
        json.dumps(
            {
                "theme": "purple",
                "utc_times": False,
                "profiles": [
                    {"name": "Ship", "server": 7, "serial": "111-111-222"},
                    "nonsense",
                    {"serial": "nameless"},
                    {"name": "Lab", "allow_unverified": True},
                    {"name": "Simulator", "serial": "999"},
                ],
            }
        )
    )
    settings, said = load_settings(path)

    assert settings.theme == "system"
    assert settings.utc_times is False
    assert settings.profiles == [
        SIMULATOR,
        Profile(name="Ship", serial="111-111-222"),
        Profile(name="Lab", allow_unverified=True),
    ]
    assert said is not None
    for part in ("theme", "server of profile 1", "profile 2", "profile 3"):
        assert part in said
    assert "\n" not in said
    assert "profile 4" not in said


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_file_is_set_aside_and_never_overwritten(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    settings, said = load_settings(path)
    SettingsStore(path).save(settings)

    [aside] = path.parent.glob("settings.damaged-*.json")
    assert aside.read_bytes() == data
    assert settings == Settings()
    assert said is not None
    assert str(aside) in said
    assert load_settings(path) == (Settings(), None)


def test_an_unreadable_file_is_said_and_left_alone(path: Path) -> None:
    path.mkdir()
    settings, said = load_settings(path)

    assert settings == Settings()
    assert said is not None
    assert str(path) in said
    assert path.is_dir()


def test_members_of_a_newer_version_are_kept(path: Path) -> None:
    newer = {
        "version": 7,
        "sonar": {"depth": [1, 2]},
        "profiles": [{"name": "Ship", "berth": 3}],
    }
    path.write_text(json.dumps(newer))
    settings, said = load_settings(path)
    settings.theme = "light"
    SettingsStore(path).save(settings)

    saved = json.loads(path.read_text())
    assert said is None
    assert saved["version"] == 7
    assert saved["sonar"] == {"depth": [1, 2]}
    assert saved["profiles"][0]["berth"] == 3
    assert saved["theme"] == "light"
    assert "unknown" not in saved


def test_the_five_versions_before_are_kept(path: Path) -> None:
    for number in range(8):
        SettingsStore(path).save(changed(session_dir=str(number)))
        SettingsStore(path).save(changed(session_dir=str(number)))  # no change, no new version

    names = {file.name for file in path.parent.iterdir()}
    names.remove(".settings.json.lock")
    assert names == {"settings.json", *(f"settings.json.{number}" for number in range(1, 6))}
    kept = [json.loads(path.with_name(f"settings.json.{n}").read_text()) for n in range(1, 6)]
    assert [settings["session_dir"] for settings in kept] == ["6", "5", "4", "3", "2"]


def test_a_failed_save_says_what_to_do_and_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SettingsStore(path).save(changed(theme="dark"))
    before = path.read_bytes()

    def full_disk(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store_module, "write_atomically", full_disk)
    with pytest.raises(SettingsError, match="No space left") as failure:
        SettingsStore(path).save(changed(theme="light"))

    assert failure.value.hint
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_a_settings_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError):
        SettingsStore(tmp_path / "file" / "settings.json").save(Settings())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ws://me:secret@host:8092/ifcbHub", "ws://host:8092/ifcbHub"),
        ("ws://host/ifcbHub?access_token=secret", "ws://host/ifcbHub"),
        ("ws://host/ifcbHub?ship=1&Token=secret&x=2", "ws://host/ifcbHub?ship=1&x=2"),
        ("ws://host/ifcbHub?ship=1", "ws://host/ifcbHub?ship=1"),
        ("me:secret@host", "host"),
    ],
)
def test_secrets_in_an_address_are_not_saved(path: Path, typed: str, kept: str) -> None:
    SettingsStore(path).save(changed(profiles=[SIMULATOR, Profile(name="Ship", server=typed)]))

    assert b"secret" not in path.read_bytes()
    assert load_settings(path)[0].profiles[1].server == kept


# --- two windows on one file --------------------------------------------------------------------


def two_stores(path: Path) -> tuple[tuple[SettingsStore, Settings], tuple[SettingsStore, Settings]]:
    SettingsStore(path).save(
        changed(profiles=[SIMULATOR, SHIP], log_filters={"ours": "kind:trigger"})
    )
    one, other = SettingsStore(path), SettingsStore(path)
    return (one, one.load()[0]), (other, other.load()[0])


def test_two_windows_save_what_was_changed_in_each(path: Path) -> None:
    (one, here), (other, there) = two_stores(path)
    here.theme = "dark"
    here.profiles = [SIMULATOR, SHIP, Profile(name="Lab", serial="2")]
    here.log_filters = {"ours": "kind:trigger", "mine": "text:valve"}
    there.window_state = "AAAA/w=="
    there.profiles = [SIMULATOR, msgspec.structs.replace(SHIP, humidity_baseline=12.0)]
    there.log_filters = {"yours": "text:pump"}
    one.save(here)
    other.save(there)
    one.save(here)  # has nothing new: takes nothing back

    saved, said = load_settings(path)
    assert said is None
    assert (saved.theme, saved.window_state) == ("dark", "AAAA/w==")
    assert [profile.name for profile in saved.profiles] == ["Simulator", "Ship", "Lab"]
    assert saved.profiles[1].humidity_baseline == 12.0
    assert saved.log_filters == {"mine": "text:valve", "yours": "text:pump"}


def test_what_both_changed_is_as_saved_last(path: Path) -> None:
    (one, here), (other, there) = two_stores(path)
    here.theme, there.theme = "dark", "light"
    one.save(here)
    other.save(there)
    assert load_settings(path)[0].theme == "light"
    here.theme = "system"
    one.save(here)
    assert load_settings(path)[0].theme == "system"


def test_a_file_that_went_meanwhile_is_there_whole_again(path: Path) -> None:
    (one, here), _ = two_stores(path)
    path.unlink()
    one.save(here)
    assert load_settings(path)[0] == here


def test_many_save_at_once(path: Path) -> None:
    failures: list[SettingsError] = []

    def save(name: str) -> None:
        store = SettingsStore(path)
        settings, _ = store.load()
        for number in range(20):
            settings.log_filters = {**settings.log_filters, f"{name}{number}": "text:valve"}
            try:
                store.save(settings)
            except SettingsError as error:
                failures.append(error)

    SettingsStore(path).save(Settings())
    threads = [threading.Thread(target=save, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(load_settings(path)[0].log_filters) == 60


def test_old_versions_that_another_program_moves_do_no_harm(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one, here), _ = two_stores(path)
    gone = path.with_name("settings.json.4")
    gone.write_text("{}")
    replace = Path.replace

    def moved_before(self: Path, target: Path) -> Path:
        self.unlink(missing_ok=True) if self == gone else None
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", moved_before)
    here.theme = "dark"
    one.save(here)
    assert load_settings(path)[0].theme == "dark"
