"""A kind described in one file has its list and its form in the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from stdesk.clock import Clock
from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.services.desk import Desk
from stdesk.ui.records.page import RecordsPage
from stdesk.ui.session import Session
from stdesk.ui.tasks import TaskRunner
from tests.helpers.toy import TOY


def test_its_records_are_listed_and_opened_in_a_form(qtbot: QtBot, tmp_path: Path, clock: Clock) -> None:
    with Desk.create(
        tmp_path / "kho", unit_code="A", unit_name="A", clock=clock, kinds=Kinds(*all_kinds(), TOY)
    ) as desk:
        saved = desk.catalogue.save("toy_award", {"title": "Bằng khen của Bộ trưởng", "given": "2026-03-04"})
        runner = TaskRunner()
        session = Session(desk, runner)
        page = RecordsPage(session, TOY)
        page.show()
        qtbot.waitUntil(lambda: page.list.model.rowCount() == 1)
        page.open_with((saved.record.id, "given"))

        def shown() -> bool:
            detail = page.detail
            return detail is not None and detail.form.typed().values.get("given") == "2026-03-04"

        qtbot.waitUntil(shown)
        assert page.detail is not None
        boxes = page.detail.form.boxes
        assert set(boxes) == {field.name for field in TOY.fields}, "an editor for every field"
        assert {TOY.field(name).type for name in boxes} == set(FieldType), "and for every type there is"
        page.close()
        page.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        runner.shutdown()
