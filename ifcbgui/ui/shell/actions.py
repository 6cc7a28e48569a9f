"""What the window can do, as data: menus, toolbar and help are made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from ifcbgui.ui.icons import icon


@dataclass(frozen=True, slots=True)
class ActionInfo:
    """One thing the window can do.

    Attributes:
        id: Name by which code and menus know it.
        text: Menu text, with the mnemonic.
        help: Tool-tip: what happens.
        icon: Name of an icon, or "".
        shortcut: Key sequence in portable text, or "".
        checkable: True for a state that is on or off.
        everywhere: True for a key that works in every window of the program.
        command: Id of the instrument command it sends, or "".
    """

    id: str
    text: str
    help: str
    icon: str = ""
    shortcut: str = ""
    checkable: bool = False
    everywhere: bool = False
    command: str = ""


ACTIONS: tuple[ActionInfo, ...] = (
    ActionInfo("connect", "&Connect", "Connect to the instrument in the bar above.", "connect"),
    ActionInfo(
        "disconnect",
        "&Disconnect",
        "End the connection. The instrument goes on with what it does.",
        "disconnect",
    ),
    ActionInfo(
        "retry_now",
        "&Try now",
        "Try to connect at once instead of waiting.",
        "follow",
    ),
    ActionInfo(
        "edit_instrument",
        "&Set up instrument…",
        "Name, address, sign-in and certificate of the instrument in the bar above.",
        "settings",
    ),
    ActionInfo("new_instrument", "&New instrument…", "Set up another instrument."),
    ActionInfo(
        "control",
        "&In control",
        "Off: observe only, no command can leave. On: commands may be sent.",
        "unlock",
        "Ctrl+L",
        checkable=True,
    ),
    ActionInfo(
        "allow_unverified",
        "Allow &unverified commands",
        "Also send commands that no public source confirms. Stop is always allowed.",
        checkable=True,
    ),
    ActionInfo(
        "run_sample", "&Run sample", "Run one sample.", "run", "Ctrl+R", command="run_sample"
    ),
    ActionInfo("pause", "&Pause", "Pause the instrument.", "pause", "Ctrl+P", command="pause"),
    ActionInfo(
        "resume", "R&esume", "Go on after a pause.", "resume", "Ctrl+Shift+P", command="resume"
    ),
    ActionInfo(
        "stop",
        "&Stop",
        "Stop what the instrument does, at once.",
        "stop",
        "F12",
        everywhere=True,
    ),
    ActionInfo(
        "refresh",
        "Re&fresh",
        "Ask the instrument for its present state.",
        "follow",
        "F5",
        command="refresh",
    ),
    ActionInfo(
        "open_session",
        "&Open session…",
        "Replay a recorded session. Not while there is a connection.",
        "folder",
        "Ctrl+O",
    ),
    ActionInfo("close_replay", "&Close replay", "Leave the replay.", "clear"),
    ActionInfo(
        "sessions",
        "S&essions…",
        "Find, open, export or delete what was recorded.",
        "search",
        "Ctrl+Shift+O",
    ),
    ActionInfo(
        "bins",
        "&Bins…",
        "Look into the files of a sample: .hdr, .adc and .roi.",
        "rows",
        "Ctrl+Shift+B",
    ),
    ActionInfo("save_log", "&Save log as…", "Save the messages to a file.", "save", "Ctrl+S"),
    ActionInfo(
        "session_folder", "Open session &folder", "Show where the session files are.", "record"
    ),
    ActionInfo("quit", "&Quit", "Close the window.", "", "Ctrl+Q"),
    ActionInfo("find", "&Filter the log", "Go to the log's filter.", "filter", "Ctrl+F"),
    ActionInfo("type_command", "&Type a command", "Go to the command line.", "chevron", "Ctrl+K"),
    ActionInfo("follow", "&Newest message", "Go to the newest message and follow.", "", "Ctrl+End"),
    ActionInfo("utc", "Times in &UTC", "Show UTC, or else local time.", checkable=True),
    ActionInfo("reset_layout", "&Reset layout", "Put all panels back in their places."),
    ActionInfo("shortcuts", "&Keyboard shortcuts", "List the keys.", "", "F1"),
    ActionInfo("about", "&About", "What this program is.", "about"),
)

MENUS: Mapping[str, tuple[str | None, ...]] = {
    "&Instrument": (
        "connect",
        "disconnect",
        "retry_now",
        None,
        "edit_instrument",
        "new_instrument",
        None,
        "control",
        "allow_unverified",
        None,
        "run_sample",
        "pause",
        "resume",
        "stop",
        None,
        "refresh",
        "type_command",
    ),
    "&Session": (
        "sessions",
        "open_session",
        "close_replay",
        "bins",
        None,
        "save_log",
        "session_folder",
        None,
        "quit",
    ),
    "&Log": ("find", "follow", "utc"),
    "&View": ("reset_layout",),
    "&Help": ("shortcuts", "about"),
}


def make_actions(owner: QObject) -> dict[str, QAction]:
    """Make the window's actions, by id.

    One `QAction` serves every menu and button, so that their states cannot differ.
    """
    actions = {}
    for info in ACTIONS:
        action = QAction(info.text, owner)
        action.setObjectName(info.id)
        action.setCheckable(info.checkable)
        if info.icon:
            action.setIcon(icon(info.icon))
        if info.shortcut:
            action.setShortcut(QKeySequence(info.shortcut))
        if info.everywhere:
            action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        set_help(action, info.help)
        actions[info.id] = action
    return actions


def connect_actions(
    actions: Mapping[str, QAction], slots: Mapping[str, Callable[..., object]]
) -> None:
    """Connect each action to what it does.

    Raises:
        KeyError: If an action has no slot, or a slot no action.
    """
    if missing := actions.keys() ^ slots.keys():
        raise KeyError(f"Actions and slots do not match: {sorted(missing)}")
    for action_id, slot in slots.items():
        actions[action_id].triggered.connect(slot)


def set_help(action: QAction, text: str) -> None:
    """Give an action its tool-tip, with its key."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{text} ({keys})" if keys else text)
