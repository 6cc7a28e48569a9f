from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QToolButton, QWidget

from ifcbgui.settings import SIMULATOR, Profile, SecretStore
from ifcbgui.ui.shell.instrument_editor import ACCESS, InstrumentEditor
from ifcbgui.ui.widgets.secret_prompt import SecretField
from tests.gui.conftest import Desk, Until
from tests.helpers.keyring import MemoryKeyring

SHIP = Profile(
    name="Ship",
    server="wss://ship:8092/ifcbHub",
    serial="207",
    access="basic",
    user="ann",
    header_names=("X-Key",),
)
ENTRY = "password of ann for 207 at wss://ship:8092/ifcbHub"

Open = Callable[..., Awaitable[InstrumentEditor]]


@pytest.fixture
def keyring(desk: Desk) -> MemoryKeyring:
    kept = MemoryKeyring()
    desk.window.keyring.store = SecretStore(lambda: kept)
    return kept


@pytest.fixture
def edit(desk: Desk, until: Until) -> Open:
    """Open the editor for an instrument that is known, or for a new one."""

    async def show(known: Profile | None = None) -> InstrumentEditor:
        if known is not None:
            desk.settings.profiles = [SIMULATOR, known]
            desk.window.connection_bar.set_profiles(desk.settings.profiles, known.name)
        action = "edit_instrument" if known is not None else "new_instrument"
        desk.window.actions_by_id[action].trigger()
        await until(lambda: desk.window.findChild(InstrumentEditor))
        editor = desk.window.findChild(InstrumentEditor)
        assert isinstance(editor, InstrumentEditor)
        return editor

    return show


def choose(editor: InstrumentEditor, access: str) -> None:
    editor.access.setCurrentIndex(list(ACCESS.values()).index(access))


def problems(editor: InstrumentEditor) -> dict[str, str]:
    return {name: label.text() for name, label in editor._problems.items() if label.isVisible()}


async def test_a_new_instrument_is_set_up_by_keyboard(
    desk: Desk, until: Until, keyring: MemoryKeyring, edit: Open
) -> None:
    editor = await edit()
    for field, text in (
        (editor.name, "Ship"),
        (editor.server, SHIP.server),
        (editor.serial, "207"),
    ):
        QTest.keyClicks(field, text)
    choose(editor, "basic")
    QTest.keyClicks(editor.user, "ann")
    QTest.keyClicks(editor.secret, "SESAME")
    editor.headers.add_button.click()
    name, value = editor.headers.findChildren(QLineEdit)
    QTest.keyClicks(name, "X-Key")
    QTest.keyClicks(value, "K")
    QTest.keyClick(editor.name, Qt.Key.Key_Return)
    assert desk.settings.profiles == [SIMULATOR, SHIP]
    assert desk.settings.last_profile == "Ship"
    assert desk.window.connection_bar.profile() == SHIP
    await until(lambda: len(keyring.kept) == 2)
    assert keyring.kept[("ifcbgui", ENTRY)] == "SESAME"
    assert "K" in keyring.kept.values()


async def test_what_is_wrong_is_said_in_its_place_until_it_is_right(
    desk: Desk, until: Until, edit: Open
) -> None:
    editor = await edit()
    assert not problems(editor)
    QTest.keyClick(editor.name, Qt.Key.Key_Return)
    assert set(problems(editor)) == {"name", "server", "serial"}
    assert editor.isVisible()
    QTest.keyClicks(editor.name, "Simulator")
    assert "Another" in problems(editor)["name"]
    QTest.keyClicks(editor.name, " 2")
    QTest.keyClicks(editor.serial, "1")
    QTest.keyClicks(editor.server, "ws://ship/hub")
    assert not problems(editor)
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert desk.settings.profiles == [SIMULATOR]


async def test_secrets_that_cannot_be_sent_are_refused_unseen(
    desk: Desk, until: Until, keyring: MemoryKeyring, edit: Open
) -> None:
    editor = await edit(SHIP)
    choose(editor, "bearer")
    editor.secret.setText("SES AME")
    editor.save.click()
    assert "perhaps" in problems(editor)["secret"]
    assert "SES" not in problems(editor)["secret"]
    editor.close()


async def test_the_scale_of_the_camera_is_typed_with_point_or_comma(
    desk: Desk, until: Until, edit: Open
) -> None:
    editor = await edit(SHIP)
    assert editor.pixels_per_um.text() == "3.4"
    for bad in ("", "many", "0", "-1", "nan", "inf"):
        editor.pixels_per_um.setText(bad)
        editor.save.click()
        assert "3.4" in problems(editor)["pixels_per_um"]
    editor.pixels_per_um.setText(" 2,77 ")
    assert not problems(editor)
    editor.save.click()
    assert desk.settings.profiles[1] == structs.replace(SHIP, pixels_per_um=2.77)


async def test_an_edited_instrument_keeps_its_place_and_its_secrets(
    desk: Desk, until: Until, keyring: MemoryKeyring, edit: Open
) -> None:
    keyring.set_password("ifcbgui", ENTRY, "SESAME")
    editor = await edit(SHIP)
    editor.name.setText("Renamed")
    editor.save.click()
    assert [known.name for known in desk.settings.profiles] == ["Simulator", "Renamed"]
    await until(lambda: desk.window.findChild(InstrumentEditor) is None)
    assert keyring.kept


@pytest.mark.parametrize("change", ["address", "access", "do not remember", "delete"])
async def test_what_is_no_longer_wanted_is_forgotten(
    desk: Desk, until: Until, keyring: MemoryKeyring, edit: Open, change: str
) -> None:
    keyring.set_password("ifcbgui", ENTRY, "SESAME")
    editor = await edit(SHIP)
    if change == "address":
        editor.server.setText("wss://elsewhere/hub")
    elif change == "access":
        choose(editor, "none")
    elif change == "do not remember":
        editor.remember.setChecked(False)
    if change == "delete":
        editor.delete.click()
        assert desk.settings.profiles == [SIMULATOR, SHIP]  # asked first
        editor.delete.click()
        assert desk.settings.profiles == [SIMULATOR]
    else:
        editor.save.click()
    await until(lambda: not keyring.kept)


async def test_without_a_keyring_no_secret_can_be_typed(
    desk: Desk, until: Until, edit: Open
) -> None:
    editor = await edit(SHIP)
    assert not [field for field in editor.findChildren(SecretField) if field.isVisible()]
    assert not editor.remember.isVisible()
    editor.close()


async def test_no_character_of_a_secret_is_painted(
    desk: Desk, until: Until, keyring: MemoryKeyring, edit: Open
) -> None:
    editor = await edit(SHIP)
    fields = editor.findChildren(SecretField)
    assert len(fields) == 2
    for field in fields:
        field.setText("SESAME")
        assert "SESAME" not in field.displayText()
    editor.close()


async def test_everything_has_a_name_and_tab_goes_top_down(
    desk: Desk, until: Until, keyring: MemoryKeyring, edit: Open
) -> None:
    editor = await edit(SHIP)
    kinds = (QLineEdit, QComboBox, QPushButton, QToolButton)
    for widget in editor.findChildren(QWidget):
        if isinstance(widget, kinds) and widget.isVisible():
            text = "" if isinstance(widget, QLineEdit | QComboBox) else widget.text()
            assert widget.accessibleName() or text, widget
    order, at = [], editor.name
    while at.nextInFocusChain() is not editor.name:
        if at.isVisible() and at.focusPolicy() & Qt.FocusPolicy.TabFocus:
            order.append(at)
        at = at.nextInFocusChain()
    rows = [widget.mapTo(editor, widget.rect().center()).y() for widget in order]
    bottom = editor.cancel.y()
    rows = [row for row in rows if row < bottom]
    assert rows == sorted(rows)
    editor.close()


async def test_only_one_is_open_and_none_changes_a_standing_connection(
    desk: Desk, until: Until, edit: Open
) -> None:
    editor = await edit(SHIP)
    desk.window.actions_by_id["new_instrument"].trigger()
    assert len(desk.window.findChildren(InstrumentEditor)) == 1
    desk.settings.profiles = [SIMULATOR, structs.replace(SHIP, allow_unverified=True)]
    desk.connect_simulator()
    assert not editor.save.isEnabled()
    assert not desk.window.actions_by_id["edit_instrument"].isEnabled()
    await desk.connector.stop()
    editor.save.click()
    assert [known.name for known in desk.settings.profiles] == ["Simulator", "Ship"]
