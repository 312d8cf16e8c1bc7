"""Charts on the screen."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from stdesk.services.charts import Chart, Label, Series
from stdesk.ui import theme
from stdesk.ui.reporting.chart_view import ChartView

CHART = Chart(
    "Ấn phẩm, tài liệu theo loại",
    ("Giáo trình", "Báo cáo kết quả nhiệm vụ, đề tài nghiên cứu khoa học cấp cơ sở của các đơn vị"),
    (Series("Năm 2026", (10, 6)), Series("Năm 2025", (0, 4))),
    "ấn phẩm",
)


def colours(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name().upper()
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    }


def test_it_is_drawn_in_the_colours_of_either_look(qtbot: QtBot, qapp: QApplication) -> None:
    try:
        for dark in (False, True):
            theme.apply(qapp, dark=dark)
            view = ChartView()
            qtbot.addWidget(view)
            view.show_chart(CHART)
            view.resize(600, view.heightForWidth(600))
            view.show()
            found = colours(view.grab().toImage())
            assert QColor(theme.tokens().accent).name().upper() in found
    finally:
        theme.apply(qapp, dark=False)


def test_readers_hear_the_numbers(qtbot: QtBot) -> None:
    view = ChartView()
    qtbot.addWidget(view)
    assert view.isHidden()
    view.show_chart(CHART)
    assert view.accessibleName() == CHART.title
    assert "Giáo trình: 10 (Năm 2026), 0 (Năm 2025)" in view.accessibleDescription()
    view.show_chart(None)
    assert view.isHidden() and view.heightForWidth(400) == 0


def test_it_grows_higher_when_it_gets_narrower_and_nothing_is_cut(qtbot: QtBot) -> None:
    view = ChartView()
    qtbot.addWidget(view)
    view.show_chart(CHART)
    assert view.heightForWidth(320) >= view.heightForWidth(700)
    for width in (260, 400, 700, 2000):
        drawing = view.drawing(width)
        assert drawing is not None
        for one in drawing.items:
            if isinstance(one, Label):
                assert one.left >= -0.5 and one.left + one.width <= drawing.width + 0.5
