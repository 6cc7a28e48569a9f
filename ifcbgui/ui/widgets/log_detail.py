"""One row in full: a message with fields, images and text; a command's fate; a link's event."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.instrument.entry import Direction
from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.waiting import IMAGE_KIND
from ifcbgui.ui.models.fates import FATE_LOOKS, story_of
from ifcbgui.ui.models.log_events import event_text, look_of
from ifcbgui.ui.models.log_row import LogRow, RowFlag
from ifcbgui.ui.models.log_text import (
    FieldText,
    date_text,
    field_texts,
    hex_text,
    images_of,
    json_text,
    meaning_of,
    size_text,
)
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, mono_font, scaled_font
from ifcbgui.ui.widgets.log_images import LogImages

_TEXT_SHOWN: Final = 20_000
_BYTES_SHOWN: Final = 4096
_MAX_LINES: Final = 10
_HINT: Final = "Choose a message to see its fields, its images and its whole text."


class LogDetail(QScrollArea):
    """Shows one message; with none, it says how to choose one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Message in full")
        self._text, self._json = "", ""
        page = QWidget(self)
        self._title = _label(page, scaled_font(1.1, bold=True))
        self._envelope = _label(page)
        self._meaning = _label(page)
        self._fate = _label(page, scaled_font(bold=True))
        self._story = _label(page)
        self._problem = _label(page, scaled_font(bold=True))
        self._fields = _FieldTable(page)
        self._images = LogImages(page)
        self._formatted = QCheckBox("Indent JSON", page)
        self._formatted.setChecked(True)
        self._hex = QCheckBox("Hex", page)
        self._hex.setToolTip("Show the bytes of the text")
        self._size = _label(page)
        self._copy = QPushButton("Copy whole text", page)
        self._raw = _raw_view(page)
        self._lay_out(page)
        self._formatted.toggled.connect(self._show_text)
        self._hex.toggled.connect(self._show_text)
        self._copy.clicked.connect(self._copy_text)
        self.clear()

    def _lay_out(self, page: QWidget) -> None:
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        column.setSpacing(SPACE_S)
        for widget in (
            self._title,
            self._envelope,
            self._meaning,
            self._fate,
            self._story,
            self._problem,
        ):
            column.addWidget(widget)
        column.addWidget(self._fields)
        column.addWidget(self._images)
        line = QHBoxLayout()
        line.addWidget(self._size, 1)
        line.addWidget(self._formatted)
        line.addWidget(self._hex)
        line.addWidget(self._copy)
        column.addLayout(line)
        column.addWidget(self._raw, 1)
        column.addStretch(0)  # takes the room where there is no text
        self.setWidget(page)

    @Slot()
    def clear(self) -> None:
        """Show no message."""
        self._text, self._json = "", ""
        self._title.setText("")
        self._envelope.setText(_HINT)
        for widget in (
            self._title,
            self._meaning,
            self._fate,
            self._story,
            self._problem,
            self._fields,
            self._images,
            self._formatted,
            self._hex,
            self._copy,
            self._raw,
        ):
            widget.hide()
        self._size.setText("")

    def show_row(self, row: LogRow, whole_text: str | None, *, utc: bool = True) -> None:
        """Show a message, or an event of the link.

        Args:
            row: The row of the log.
            whole_text: Its text, or None when it cannot be had back from the session.
            utc: Give the time of a command's sending in UTC; else in the machine's zone.
        """
        self._text = row.text if whole_text is None else whole_text
        self._title.setText(f"{row.words.label}  ·  {row.group}")
        self._title.show()
        self._copy.show()
        if row.event:
            self._show_event(row)
        else:
            self._show_message(row, whole_text is not None)
            self._show_fate(row, utc=utc)

    def _show_event(self, row: LogRow) -> None:
        """Show what befell the link: when, what, and what it means."""
        self._text = event_text(row.event, row.text)
        self._envelope.setText(_times_text(row))
        self._meaning.hide()
        _show_text_in(self._fate, self._text)
        _show_text_in(self._story, look_of(row.event).meaning)
        for widget in (
            self._problem,
            self._fields,
            self._images,
            self._formatted,
            self._hex,
            self._raw,
        ):
            widget.hide()
        self._size.setText("")

    def _show_fate(self, row: LogRow, *, utc: bool) -> None:
        ticket = row.ticket
        look = FATE_LOOKS[ticket.fate] if ticket else None
        _show_text_in(self._fate, f"{look.mark.split()[0]} {look.words}" if look else "")
        _show_text_in(self._story, story_of(ticket, utc=utc) if ticket else "")

    def _show_message(self, row: LogRow, readable: bool) -> None:
        message = parse_message(self._text)
        self._envelope.setText(_envelope_text(row))
        _show_text_in(self._meaning, meaning_of(message, row.direction))
        _show_text_in(self._problem, _problem_text(row, message, not readable))
        self._fields.show_fields(field_texts(message) if row.direction is Direction.IN else [])
        self._images.show_images(images_of(message))
        self._json = json_text(message) or ""
        self._formatted.setVisible(bool(self._json))
        self._raw.show()
        self._hex.show()
        self._show_text()

    @Slot()
    def _show_text(self) -> None:
        """Show the text as it is, its JSON indented, or its bytes."""
        as_bytes = self._hex.isChecked()
        indented = bool(self._json) and self._formatted.isChecked() and not as_bytes
        text = self._json if indented else self._text
        data = text.encode("utf-8", "surrogatepass")
        limit = _BYTES_SHOWN if as_bytes else _TEXT_SHOWN
        self._raw.setPlainText(hex_text(data[:limit]) if as_bytes else text[:limit])
        what = "Bytes of the text" if as_bytes else "JSON in it" if indented else "Text on the wire"
        length = len(data) if as_bytes else len(text)
        size = size_text(len(data))
        cut = f"first {size_text(limit)} of {size}" if length > limit else size
        self._size.setText(f"{what}, {cut}")

    @Slot()
    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self._text)


class _FieldTable(QTableWidget):
    """Fields of a message, read only, as high as its lines up to a limit."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, 4, parent)
        self.setAccessibleName("Fields of the message")
        self.setHorizontalHeaderLabels(["Field", "Value", "Unit", "Meaning"])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + SPACE_XS)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_fields(self, fields: list[FieldText]) -> None:
        """List fields; hide where there are none."""
        self.setVisible(bool(fields))
        self.setRowCount(len(fields))
        for line, field in enumerate(fields):
            for column, text in enumerate((field.name, field.value, field.unit, field.meaning)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.setItem(line, column, item)
        self._share_width()
        lines = min(len(fields), _MAX_LINES) * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(
            self.horizontalHeader().sizeHint().height() + lines + 2 * self.frameWidth()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each column what it needs of the new width."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give each column what its texts need, the last one all the rest."""
        for column in range(3):
            least = self.horizontalHeader().sectionSizeHint(column)
            most = max(least, self.width() * 2 // 5)
            width = self.sizeHintForColumn(column) + SPACE_S
            self.setColumnWidth(column, min(max(width, least), most))


def _raw_view(parent: QWidget) -> QPlainTextEdit:
    view = QPlainTextEdit(parent)
    view.setReadOnly(True)
    view.setUndoRedoEnabled(False)
    view.setTabChangesFocus(True)
    view.setFont(mono_font())
    view.setAccessibleName("Text on the wire")
    view.setMinimumHeight(view.fontMetrics().height() * 4)
    return view


def _label(parent: QWidget, font: QFont | None = None) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if font is not None:
        label.setFont(font)
    return label


def _show_text_in(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def _times_text(row: LogRow) -> str:
    times, local = date_text(row.time_ns, utc=True), date_text(row.time_ns, utc=False)
    return times if local.endswith("+0000") else f"{times}\n{local} (local)"


def _envelope_text(row: LogRow) -> str:
    times = _times_text(row)
    if row.direction is Direction.OUT:
        return f"{times}\nSent by this program, row {row.row_id:,}"
    number = "without a number" if row.seqno is None else f"number {row.seqno}"
    return f"{times}\nFrom {row.sender} ({row.source}), {number}, row {row.row_id:,}"


def _problem_text(row: LogRow, message: Message, cut: bool) -> str:
    if cut and row.flags & RowFlag.CUT and row.group == IMAGE_KIND:
        return (
            "! Not kept: the session has not this image, because the settings keep only some of "
            "them, or it cannot be read now. This is the beginning of its text."
        )
    if cut and row.flags & RowFlag.CUT:
        return "! The whole text cannot be read from the session now; this is its beginning."
    if row.direction is Direction.OUT:
        return ""
    if not message.known:
        return "? Not in the catalogue. It is kept exactly as it was received."
    return f"! {message.problem}" if message.problem else ""
