from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget

from ifcbgui.ui.widgets.columns import ColumnsLayout


class Block(QWidget):
    def sizeHint(self) -> QSize:
        return QSize(100, 20)


@pytest.fixture
def laid_out(qtbot):
    kept: list[QWidget] = []

    def make(count: int, margin: int = 0) -> tuple[ColumnsLayout, list[Block]]:
        parent = QWidget()
        qtbot.addWidget(parent)
        kept.append(parent)
        layout = ColumnsLayout(parent, gap=10, row_gap=4, margin=margin)
        blocks = [Block(parent) for _ in range(count)]
        for block in blocks:
            layout.addWidget(block)
        return layout, blocks

    return make


@pytest.mark.parametrize(
    ("count", "width", "columns"),
    [
        (6, 100, 1),
        (6, 209, 1),
        (6, 210, 2),
        (6, 320, 3),
        (6, 450, 3),
        (6, 700, 6),
        (12, 560, 4),
        (5, 330, 3),
        (1, 900, 1),
        (6, 20, 1),
    ],
)
def test_no_more_columns_than_save_a_row(laid_out, count: int, width: int, columns: int) -> None:
    layout, blocks = laid_out(count)
    layout.setGeometry(QRect(0, 0, width, 400))
    assert len({block.x() for block in blocks}) == columns
    rows = -(-count // columns)
    assert layout.heightForWidth(width) == rows * 20 + (rows - 1) * 4


def test_columns_are_equal_and_fill_the_room(laid_out) -> None:
    layout, blocks = laid_out(4, margin=8)
    layout.setGeometry(QRect(0, 0, 326, 200))
    assert {block.width() for block in blocks} == {150}
    assert blocks[0].geometry().topLeft().toTuple() == (8, 8)
    assert blocks[3].geometry().bottomRight().toTuple() == (326 - 8 - 1, 200 - 8 - 1)


def test_there_is_a_most(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    layout = ColumnsLayout(parent, gap=10, row_gap=4, most=2)
    blocks = [Block(parent) for _ in range(6)]
    for block in blocks:
        layout.addWidget(block)
    layout.setGeometry(QRect(0, 0, 900, 400))
    assert len({block.x() for block in blocks}) == 2


def test_it_can_be_empty(laid_out) -> None:
    layout, _blocks = laid_out(0)
    layout.setGeometry(QRect(0, 0, 100, 100))
    assert layout.heightForWidth(100) == 0
    assert layout.itemAt(0) is None
    assert layout.takeAt(0) is None
