"""What a person does with an open library, one act after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stdesk.clock import Clock
from stdesk.domain.periods import parse_period
from stdesk.domain.records import State
from stdesk.domain.rules.core import Severity
from stdesk.errors import Exit, UserError
from stdesk.progress import Cancelled, Progress
from stdesk.services.desk import Desk
from stdesk.services.intake import Verdict
from stdesk.services.sample import open_sample, sample_workbook
from tests.helpers.prepared import write_narrative

PERIOD = parse_period("2026")
ARTICLE = {
    "document_type": "journal_article",
    "title": "Nâng cao hiệu quả giám định kỹ thuật hình sự",
    "contributors": [{"name": "Nguyễn Văn A", "rank": "major"}],
    "department": "PC09",
    "container": "Tạp chí Cảnh sát nhân dân",
    "issn": "1859-4212",
    "issued": "2026-03",
    "issue": "3",
    "pages": "1-9",
    "deposit_state": "deposited",
    "deposited": "2026-04-01",
    "deposit_reference": "12/CV",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_sample(tmp_path / "kho") as made:
        yield made


def _explain_everything(desk: Desk) -> None:
    write_narrative(desk, PERIOD)
    checked = desk.readiness.check(PERIOD)
    open_ones = [one for one in checked.open if one.severity is Severity.EXPLAIN]
    desk.readiness.explain(PERIOD, "Đang bổ sung", *open_ones)


def test_later_edits_never_touch_a_frozen_report(desk: Desk, tmp_path: Path) -> None:
    saved = desk.catalogue.save("publication", ARTICLE)
    _explain_everything(desk)
    frozen = desk.reporting.freeze(PERIOD)
    before = desk.reporting.documents(desk.reporting.read(frozen))
    desk.catalogue.save("publication", {"title": "Nhan đề mới"}, record_id=saved.record.id)
    desk.catalogue.trash([saved.record.id])
    desk.set_unit(unit_name="Công an tỉnh Khác")
    assert desk.reporting.documents(desk.reporting.read(frozen)) == before


def test_each_freeze_is_the_next_submission_and_trials_count_for_nothing(desk: Desk) -> None:
    desk.catalogue.save("publication", ARTICLE)
    assert desk.reporting.freeze(PERIOD, trial=True).submission == 1
    _explain_everything(desk)
    assert desk.reporting.freeze(PERIOD).submission == 1
    desk.reporting.reopen(PERIOD, "Bổ sung một bài")
    _explain_everything(desk)
    assert desk.reporting.freeze(PERIOD).submission == 2
    assert desk.reporting.latest(PERIOD).submission == 2


def test_a_trial_can_be_made_again_and_again(desk: Desk) -> None:
    desk.catalogue.save("publication", ARTICLE)
    first = desk.reporting.freeze(PERIOD, trial=True)
    desk.catalogue.save("publication", {**ARTICLE, "title": "Bài thứ hai về ma túy trên địa bàn"})
    second = desk.reporting.freeze(PERIOD, trial=True)
    latest = desk.reporting.read(desk.reporting.latest(PERIOD, trial=True))
    assert first.sha512 != second.sha512
    assert latest.sha512 == second.sha512


def test_an_empty_period_is_not_frozen(desk: Desk) -> None:
    with pytest.raises(UserError) as refused:
        desk.reporting.freeze(parse_period("1995"))
    assert refused.value.code == "period_empty"


def test_what_blocks_cannot_be_explained_away(desk: Desk) -> None:
    desk.catalogue.save("publication", {**ARTICLE, "title": None, "document_type": None})
    checked = desk.readiness.check(PERIOD)
    assert checked.blocked
    blocking = next(one for one in checked.findings if one.severity is Severity.BLOCK)
    with pytest.raises(UserError) as refused:
        desk.readiness.explain(PERIOD, "Vì sao không", blocking)
    assert refused.value.code == "reason_not_allowed"
    with pytest.raises(UserError) as refused:
        desk.reporting.freeze(PERIOD)
    assert refused.value.code == "freeze_blocked"


def test_a_reason_can_be_taken_back(desk: Desk) -> None:
    desk.catalogue.save("publication", {**ARTICLE, "issn": "1859-4213"})
    (finding,) = (f for f in desk.readiness.check(PERIOD).findings if f.rule == "issn_check_digit")
    desk.readiness.explain(PERIOD, "Tạp chí in sai", finding)
    assert finding not in desk.readiness.check(PERIOD).open
    desk.readiness.explain(PERIOD, "  ", finding)
    assert finding in desk.readiness.check(PERIOD).open


def test_the_form_is_told_what_the_readiness_page_says(desk: Desk) -> None:
    values = {**ARTICLE, "issn": "1859-4213"}
    in_form = {(f.rule, f.field, f.message) for f in desk.catalogue.form_findings("publication", values)}
    desk.catalogue.save("publication", values)
    on_page = {(f.rule, f.field, f.message) for f in desk.readiness.check(PERIOD).findings if f.record}
    assert in_form
    assert in_form <= on_page


def test_drafts_are_checked_but_not_reported(desk: Desk) -> None:
    desk.catalogue.save("publication", ARTICLE, state=State.DRAFT)
    checked = desk.readiness.check(PERIOD)
    assert (len(checked.reported), checked.drafts) == (0, 1)


def test_records_above_the_ceiling_leave_nowhere(desk: Desk, tmp_path: Path) -> None:
    desk.catalogue.save("publication", ARTICLE)
    desk.catalogue.save("publication", {"document_type": "book", "issued": "2026"}, secrecy="mat")
    checked = desk.readiness.check(PERIOD)
    assert (len(checked.reported), checked.left_out) == (1, 1)
    done = desk.catalogue.export("publication", tmp_path / "a.jsonl")
    assert (done.written, done.left_out) == (1, 1)
    snapshot = desk.reporting.draft(PERIOD)
    assert len(snapshot.records["publication"]) == 1
    assert snapshot.left_out == 1


def test_a_text_field_above_the_ceiling_is_refused(desk: Desk) -> None:
    with pytest.raises(UserError) as refused:
        desk.catalogue.save("publication", ARTICLE, secrecy="mat")
    assert refused.value.code == "above_ceiling"
    assert desk.catalogue.count("publication") == 0


def test_a_stale_form_does_not_save_over_somebody_elses_work(desk: Desk) -> None:
    saved = desk.catalogue.save("publication", ARTICLE).record
    desk.catalogue.save("publication", {"pages": "10-20"}, record_id=saved.id, version=saved.version)
    with pytest.raises(UserError) as refused:
        desk.catalogue.save("publication", {"pages": "1-2"}, record_id=saved.id, version=saved.version)
    assert refused.value.code == "changed_meanwhile"
    assert desk.catalogue.record(saved.id).get("pages") == "10-20"


def test_acts_are_named_after_what_they_touched(desk: Desk) -> None:
    saved = desk.catalogue.save("publication", ARTICLE).record
    changes = desk.catalogue.save("publication", {"pages": "2"}, record_id=saved.id).changes
    assert changes.params["title"] == ARTICLE["title"]


def test_an_import_cancelled_in_the_middle_leaves_nothing(desk: Desk) -> None:
    plan = desk.intake.preview(sample_workbook())

    class Impatient(Progress):
        def step(self, count: int = 1) -> None:
            super().step(count)
            if self.done > 50:
                self.cancel()

    with pytest.raises(Cancelled):
        desk.intake.take(plan, Impatient())
    assert [desk.catalogue.count(kind.name) for kind in desk.kinds] == [0, 0, 0]
    assert desk.catalogue.undoable() is None


def test_a_corrected_mapping_is_remembered(desk: Desk, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["STT", "Tên bài báo", "Tác giả", "Kho"])
    sheet.append([1, "Một bài báo về phòng cháy", "Nguyễn Văn A", "PC07"])
    path = tmp_path / "sổ.xlsx"
    book.save(path)
    plan = desk.intake.preview(path)
    assert plan.sheets[0].columns[3].target == ""
    plan = desk.intake.correct(plan, plan.sheets[0].sheet, columns={3: "department"})
    assert plan.sheets[0].rows[0].values["department"] == "PC07"
    desk.intake.take(plan)
    sheet.append([2, "Bài khác hẳn về giao thông", "Trần Thị B", "PC08"])
    book.save(path)
    again = desk.intake.preview(path)
    assert again.sheets[0].columns[3].target == "department"
    assert [row.verdict for row in again.sheets[0].rows] == [Verdict.MERGED, Verdict.TAKEN]


def test_a_backup_opens_as_a_library_of_its_own(desk: Desk, tmp_path: Path, clock: Clock) -> None:
    desk.catalogue.save("publication", ARTICLE)
    copy = desk.backup()
    assert copy.parent == desk.folder / "backups"
    other = tmp_path / "từ bản sao"
    other.mkdir()
    (other / "library.db").write_bytes(copy.read_bytes())
    with Desk.open(other, clock=clock) as restored:
        assert restored.catalogue.count("publication") == 1


def test_an_attachment_that_changed_stops_the_package(desk: Desk, tmp_path: Path) -> None:
    scan = tmp_path / "Biên bản nghiệm thu.pdf"
    scan.write_bytes(b"%PDF-1.4\n" + b"x" * 5000)
    item = desk.catalogue.attach(scan)
    desk.catalogue.save("publication", {**ARTICLE, "attachments": [item]})
    frozen = desk.reporting.freeze(PERIOD, trial=True)
    stored = desk.attachments.path_of(item)
    stored.chmod(0o644)
    stored.write_bytes(b"%PDF-1.4\n" + b"y" * 5000)
    with pytest.raises(UserError) as refused:
        desk.handover.pack_report(frozen, tmp_path / "gói")
    assert "Biên bản nghiệm thu.pdf" in str(refused.value)
    assert not list((tmp_path / "gói").iterdir())
    assert refused.value.exit_code in (Exit.NO, Exit.ENVIRONMENT)


def test_a_long_check_can_be_stopped(desk: Desk) -> None:
    desk.catalogue.save("publication", ARTICLE)
    progress = Progress()
    desk.readiness.check(PERIOD, progress)
    assert progress.done == progress.total == 3, "each record is read, looked at alone, and compared"
    progress.cancel()
    with pytest.raises(Cancelled):
        desk.readiness.check(PERIOD, progress)
