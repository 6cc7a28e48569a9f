from __future__ import annotations

import base64
import ssl
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.settings import (
    AccessError,
    Profile,
    clear_text_warning,
    header_secret,
    make_access,
    needed_secrets,
    profile_problems,
    secret_label,
    secret_problem,
    take_secrets,
    without_secrets,
)
from ifcbgui.settings.model import SIMULATOR, find_profile, scale_of_imager
from tests.helpers.certificates import make_certificate, needs_openssl

SERVER = "wss://ship:8092/ifcbHub"


def profile(**values: Any) -> Profile:
    return Profile(**{"name": "Ship", "server": SERVER, "serial": "111", **values})


class TestAccess:
    def test_without_access_nothing_is_sent_and_the_server_verified(self) -> None:
        access = make_access(profile(), {})
        assert access.headers == {}
        assert access.ssl_context is not None
        assert access.ssl_context.verify_mode is ssl.CERT_REQUIRED
        assert access.ssl_context.check_hostname
        assert make_access(profile(server="ws://ship/hub"), {}).ssl_context is None

    def test_a_token(self) -> None:
        access = make_access(profile(access="bearer"), {"token": "SESAME"})
        assert access.headers == {"Authorization": "Bearer SESAME"}

    def test_user_and_password_in_any_script(self) -> None:
        access = make_access(profile(access="basic", user="änn"), {"password": "p:ß"})
        scheme, _, login = access.headers["Authorization"].partition(" ")
        assert (scheme, base64.b64decode(login).decode()) == ("Basic", "änn:p:ß")

    def test_further_headers(self) -> None:
        ship = profile(access="bearer", header_names=("X-Key", "X-Ship"))
        secrets = {"token": "T", header_secret("X-Key"): "K", header_secret("X-Ship"): "R V"}
        assert needed_secrets(ship) == tuple(secrets)
        assert make_access(ship, secrets).headers == {
            "Authorization": "Bearer T",
            "X-Key": "K",
            "X-Ship": "R V",
        }

    @pytest.mark.parametrize("bad", ["", "SES AME", "SESAME\n", "SÉSAME"])
    def test_a_token_that_is_none_is_refused_without_being_shown(self, bad: str) -> None:
        with pytest.raises(AccessError) as caught:
            make_access(profile(access="bearer"), {"token": bad})
        assert caught.value.hint
        assert not bad or bad not in f"{caught.value} {caught.value.hint}"

    @given(st.text(max_size=8))
    def test_a_header_that_passes_can_be_sent(self, value: str) -> None:
        if not secret_problem(header_secret("X"), value):
            assert value == value.strip()
            assert value.isascii()
            assert value.replace("\t", " ").isprintable()

    def test_labels_are_for_people(self) -> None:
        ship = profile(access="basic", user="ann")
        labels = [secret_label(ship, what) for what in ("token", "password", "header X-Key")]
        assert labels == ["Token", "Password of ann", "Header X-Key"]

    def test_nothing_secret_is_in_the_repr(self) -> None:
        assert "SESAME" not in repr(make_access(profile(access="bearer"), {"token": "SESAME"}))


class TestCaFile:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (None, "There is no CA file"),
            ("", "holds no PEM certificate"),
            ("nonsense", "holds no PEM certificate"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds no PEM"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds no PEM"),
        ],
    )
    def test_files_that_are_none(self, tmp_path: Path, content: str | None, words: str) -> None:
        path = tmp_path / "ca.pem"
        if content is not None:
            path.write_text(content)
        ship = profile(ca_file=str(path))
        with pytest.raises(AccessError, match=words) as caught:
            make_access(ship, {})
        assert caught.value.hint
        assert words in profile_problems(ship)["ca_file"]

    def test_a_folder_and_bytes_are_no_files(self, tmp_path: Path) -> None:
        with pytest.raises(AccessError, match="cannot be read"):
            make_access(profile(ca_file=str(tmp_path)), {})
        (tmp_path / "der").write_bytes(bytes(range(256)))
        with pytest.raises(AccessError, match="no PEM"):
            make_access(profile(ca_file=str(tmp_path / "der")), {})

    @needs_openssl
    def test_only_what_it_vouches_for_is_trusted(self, tmp_path: Path) -> None:
        path = make_certificate(tmp_path, "DNS:ship")
        ship = profile(ca_file=str(path))
        assert profile_problems(ship) == {}
        context = make_access(ship, {}).ssl_context
        assert context is not None
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert [dict(ca["subject"][0])["commonName"] for ca in context.get_ca_certs()] == ["test"]


class TestAddress:
    @pytest.mark.parametrize(
        ("server", "access", "user", "secrets"),
        [
            ("ws://h/hub", "none", "", {}),
            ("ws://ann:SES%40ME@h/hub", "basic", "ann", {"password": "SES@ME"}),
            ("ws://ann@h/hub", "basic", "ann", {}),
            ("ws://h/hub?a=1&access_token=SES%2FME", "bearer", "", {"token": "SES/ME"}),
            ("ws://h/hub?api_key=SESAME", "none", "", {}),
            ("ws://[bad", "none", "", {}),
        ],
    )
    def test_secrets_are_taken_out(
        self, server: str, access: str, user: str, secrets: dict[str, str]
    ) -> None:
        clean, taken = take_secrets(profile(server=server))
        assert (clean.access, clean.user, taken) == (access, user, secrets)
        assert "SES" not in repr(clean)
        assert without_secrets(clean.server) == clean.server

    def test_a_profile_is_found_however_its_address_is_written(self) -> None:
        ship = profile(server="ws://ship/ifcbHub")
        assert find_profile([ship], "http://SHIP:80/ifcbHub", "111") is ship
        assert find_profile([ship], "ws://ship/ifcbHub", "222") is None
        assert find_profile([ship], "wss://ship/ifcbHub", "111") is None
        assert find_profile([profile(server="")], "nonsense", "111") is None

    def test_secrets_in_the_clear_are_warned_of(self) -> None:
        plain = profile(server="ws://ship:8092/ifcbHub", access="bearer")
        assert "not encrypted" in clear_text_warning(plain)
        assert not clear_text_warning(profile(access="bearer"))
        assert not clear_text_warning(profile(server="ws://ship:8092/ifcbHub"))
        for here in ("ws://127.0.0.1:8092/h", "ws://localhost/h", "ws://[::1]/h"):
            assert not clear_text_warning(profile(server=here, access="bearer"))


class TestProblems:
    @pytest.mark.parametrize(
        ("values", "member", "words"),
        [
            ({"name": ""}, "name", "Give it a name"),
            ({"name": "Simulator"}, "name", "Another instrument"),
            ({"name": "Taken"}, "name", "Another instrument"),
            ({"server": ""}, "server", "ws://192"),
            ({"server": "ship"}, "server", "must begin with"),
            ({"server": "ws://ann:pw@ship/hub"}, "server", "out of the address"),
            ({"server": "ws://ship/hub?access_token=x"}, "server", "out of the address"),
            ({"serial": ""}, "serial", "serial number"),
            ({"access": "basic"}, "user", "user's name"),
            ({"access": "basic", "user": "a:b"}, "user", "colon"),
            ({"header_names": ("X Y",)}, "header_names", "cannot be the name"),
            ({"header_names": ("",)}, "header_names", "cannot be the name"),
            ({"header_names": ("Host",)}, "header_names", "belongs to the connection"),
            ({"header_names": ("sec-websocket-key",)}, "header_names", "belongs to"),
            ({"header_names": ("X", "x")}, "header_names", "twice"),
            (
                {"header_names": ("authorization",), "access": "bearer"},
                "header_names",
                "made of the token",
            ),
            ({"pixels_per_um": 0.0}, "pixels_per_um", "above 0"),
            ({"pixels_per_um": float("nan")}, "pixels_per_um", "above 0"),
        ],
    )
    def test_each_is_named_in_its_place(
        self, values: dict[str, Any], member: str, words: str
    ) -> None:
        problems = profile_problems(profile(**values), {"Taken"})
        assert list(problems) == [member]
        assert words in problems[member]

    def test_a_sound_profile_has_none(self) -> None:
        sound = profile(access="basic", user="ann", header_names=("X-Key", "Cookie"))
        assert profile_problems(sound, {"Other"}) == {}
        assert profile_problems(profile(header_names=("Authorization",))) == {}


@pytest.mark.parametrize(
    ("serials", "number", "scale"),
    [
        (("111-111-124",), 124, 2.77),
        (("124",), 124, 2.77),
        (("111-111-1124",), 124, 0.0),
        (("111-111-005",), 5, 2.77),
        ((), 124, 0.0),
        ((), 111, SIMULATOR.pixels_per_um),
        (("111-111-111",), 111, 2.77),
    ],
)
def test_the_scale_of_a_bin_is_that_of_the_instrument_of_its_number(
    serials: tuple[str, ...], number: int, scale: float
) -> None:
    ships = [
        Profile(name=serial, serial=serial, server="a", pixels_per_um=2.77) for serial in serials
    ]
    assert scale_of_imager([SIMULATOR, *ships], number) == scale


def test_instruments_of_one_number_that_differ_have_no_scale() -> None:
    one = Profile(name="one", serial="124", server="a", pixels_per_um=2.77)
    other = Profile(name="other", serial="124", server="b")
    assert scale_of_imager([one, other], 124) == 0.0
