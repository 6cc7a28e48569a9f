"""The window of the bin viewer: opens bins from disk one after the other, and exports them.

Not modal, and apart from the main window: Stop stays in sight.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
)

from ifcbgui.settings import Settings, scale_of_imager
from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.bin_files import Exported, save_images, table_file
from ifcbgui.ui.models.bin_rois import BinRois, load_bin
from ifcbgui.ui.models.worker import Worker
from ifcbgui.ui.panels.keeping import Keeping
from ifcbgui.ui.shell.placing import below_the_bar
from ifcbgui.ui.theme import SPACE_S
from ifcbgui.ui.widgets.file_chooser import show_chooser
from ifcbgui.ui.widgets.notice import Choice, Level, NoticeArea

if TYPE_CHECKING:
    from ifcbgui.ui.panels.bin_panel import BinPanel

ENDINGS: Final = (".hdr", ".adc", ".roi")

_FILTER: Final = "Bins (*.hdr *.adc *.roi)"
_NOTHING: Final = (
    "Open a bin, or drop any of its files here: .hdr, .adc or .roi.\n"
    "The other files are looked for beside it."
)
_WANTED: Final = (1280, 860)
_EXPORT: Final = "export"


class BinWindow(QDialog):
    """Shows one bin at a time and knows those that were opened before.

    Args:
        settings: Know the scales of instruments, and the folder that was saved to last.
        parent: The main window, or None.
    """

    _progressed = Signal(int)

    def __init__(self, settings: Settings, parent: QMainWindow | None = None) -> None:
        super().__init__(parent)
        self._settings, self._folder = settings, Path.home()
        self._reader, self._writer = Worker("read bin", self), Worker("export bin", self)
        self._cancelled = threading.Event()
        self._keeping = Keeping(settings, self)
        self._exporting = ""
        self.panel: BinPanel | None = None
        self.open_button = QPushButton(icon("folder"), "&Open…", self)
        self.opened = QComboBox(self)
        self.images_button = QPushButton(icon("save"), "Export &images…", self)
        self.table_button = QPushButton(icon("save"), "Export &table…", self)
        self.notices = NoticeArea(self)
        self.words = QLabel(_NOTHING, self)
        self._pages = QStackedWidget(self)
        self._lay_out()
        self._connect()
        self._show_what_can_be_done()

    def _lay_out(self) -> None:
        self.setWindowTitle("Bins")
        self.setAcceptDrops(True)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.opened.setAccessibleName("Bins opened so far")
        self.opened.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self._pages.addWidget(self.words)
        bar = QHBoxLayout()
        bar.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        bar.setSpacing(SPACE_S)
        bar.addWidget(self.open_button)
        bar.addWidget(self.opened)
        bar.addStretch(1)
        for button in (self.images_button, self.table_button):
            bar.addWidget(button)
        for button in (self.open_button, self.images_button, self.table_button):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.notices)
        column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self.open_button.clicked.connect(self._ask_for_files)
        self.opened.activated.connect(self._open_again)
        self.images_button.clicked.connect(self._ask_for_folder)
        self.table_button.clicked.connect(self._ask_for_name)
        self._reader.done.connect(self._show)
        self._reader.failed.connect(self._tell_why)
        self._writer.done.connect(self._exported)
        self._writer.failed.connect(self._not_exported)
        self._keeping.notified.connect(self._tell)
        self._progressed.connect(self._tell_progress, Qt.ConnectionType.QueuedConnection)
        # A thread that still writes when the window goes is to end soon.
        self.destroyed.connect(self._cancelled.set)

    # --- opening ------------------------------------------------------------------------------

    @Slot()
    def _ask_for_files(self) -> None:
        dialog = QFileDialog(self, "Open bins")
        dialog.setDirectory(str(self._folder))
        dialog.setNameFilter(_FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._open_chosen)
        show_chooser(dialog)

    @Slot(list)
    def _open_chosen(self, paths: list[str]) -> None:
        self.open_paths([Path(path) for path in paths])

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open bins by any of their files: the first is shown, the others can be chosen."""
        bases = list(dict.fromkeys(_base(path) for path in paths))
        for base in bases:
            if self.opened.findData(str(base)) < 0:
                self.opened.addItem(base.name, str(base))
                tip = Qt.ItemDataRole.ToolTipRole
                self.opened.setItemData(self.opened.count() - 1, str(base.parent), tip)
        if bases:
            self._folder = bases[0].parent
            self._open(bases[0])

    @Slot(int)
    def _open_again(self, at: int) -> None:
        self._open(Path(self.opened.itemData(at)))

    def _open(self, base: Path) -> None:
        self.opened.setCurrentIndex(self.opened.findData(str(base)))
        self._drop_panel(f"Reading {base.name} …")
        self._reader.forget()  # another bin, if one is still being read
        self._reader.start(partial(load_bin, base))

    @Slot(object)
    def _show(self, source: BinRois) -> None:
        # Only now: what draws its plots takes long to load, and the program is to start at once.
        from ifcbgui.ui.panels.bin_panel import BinPanel

        name = source.bin.name
        scale = scale_of_imager(self._settings.profiles, name.instrument) if name else 0.0
        self.panel = BinPanel(source, self._settings, scale, self)
        self.panel.notified.connect(self._tell)
        self._pages.addWidget(self.panel)
        self._pages.setCurrentWidget(self.panel)
        self.panel.set_room(self._pages.width(), self._pages.height())
        self.setWindowTitle(f"Bin {source.bin.path.name}")
        self._show_what_can_be_done()

    @Slot(object)
    def _tell_why(self, error: Exception) -> None:
        self._drop_panel(f"{error}\nCheck that its files are there and may be read.")

    def _drop_panel(self, words: str) -> None:
        if self.panel is not None:
            self._pages.removeWidget(self.panel)
            self.panel.hide()
            self.panel.deleteLater()
            self.panel = None
        self.words.setText(words)
        self._pages.setCurrentWidget(self.words)
        self.setWindowTitle("Bins")
        self._show_what_can_be_done()

    def _show_what_can_be_done(self) -> None:
        rois = len(self.panel.source.table) if self.panel else 0
        self.images_button.setEnabled(rois > 0 and not self._exporting)
        self.table_button.setEnabled(self.panel is not None)
        self.opened.setVisible(self.opened.count() > 0)

    # --- exporting ----------------------------------------------------------------------------

    @Slot()
    def _ask_for_folder(self) -> None:
        # It goes with the panel: the images are those of the bin it was asked for.
        dialog = QFileDialog(self.panel, "Export all images into a folder")
        dialog.setDirectory(str(self._keeping.folder()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self.export_images(Path(path)))
        show_chooser(dialog)

    def export_images(self, folder: Path) -> None:
        """Write all images of the bin shown into a folder of its name in this one."""
        if self.panel is None or self._exporting:
            return
        self._keeping.remember(folder)
        source, cancelled = self.panel.source, self._cancelled
        cancelled.clear()
        self._exporting = f"{len(source.table):,} images of {source.bin.path.name}"
        self._tell_progress(0)
        self._show_what_can_be_done()
        tell = self._progressed.emit
        self._writer.start(partial(save_images, source, folder, cancelled, tell))

    @Slot(int)
    def _tell_progress(self, done: int) -> None:
        if self._exporting and not self._cancelled.is_set():
            text = f"Writing {self._exporting}: {done:,} done."
            cancel = Choice("Cancel", self._cancelled.set)
            self.notices.notify(_EXPORT, Level.INFO, text, [cancel])

    @Slot(object)
    def _exported(self, exported: Exported) -> None:
        self._exporting = ""
        self._tell(exported.text, exported.good)
        self._show_what_can_be_done()

    @Slot(object)
    def _not_exported(self, error: Exception) -> None:
        self._exported(Exported(f"The export broke off: {error}", good=False))

    @Slot()
    def _ask_for_name(self) -> None:
        if self.panel is not None:
            shown = self.panel.source.bin
            make = partial(table_file, shown)
            self._keeping.ask_for_file("Export the table", shown.path.name, "csv", make)

    @Slot(str, bool)
    def _tell(self, text: str, good: bool) -> None:
        self.notices.notify(_EXPORT, Level.OK if good else Level.WARNING, text)

    # --- dropping -----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of bins."""
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self.open_paths(_dropped(event))
        event.acceptProposedAction()


class BinDesk(QObject):
    """Makes the window when it is wanted first, and shows it below the main window's bar.

    Args:
        settings: For the window.
        parent: The main window.
    """

    def __init__(self, settings: Settings, parent: QMainWindow) -> None:
        super().__init__(parent)
        self._settings, self._parent = settings, parent
        self.window: BinWindow | None = None

    @Slot()
    def show(self) -> BinWindow:
        """Show the window, empty or as it was left."""
        if self.window is None:
            self.window = BinWindow(self._settings, self._parent)
            self.window.setGeometry(below_the_bar(self._parent, *_WANTED))
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        return self.window

    @Slot(object)
    def open_paths(self, paths: Sequence[Path]) -> None:
        """Show bins by any of their files, such as have just been fetched."""
        self.show().open_paths(paths)


def _base(path: Path) -> Path:
    """Return the files of a bin without their ending."""
    return path.with_suffix("") if path.suffix.lower() in ENDINGS else path


def _dropped(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in ENDINGS]
