"""Submissions: what they are compared with, opened again, since then, signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from stdesk.clock import fixed_clock
from stdesk.domain.periods import Period, parse_period
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.reports.prepared import OwnText
from stdesk.reports.snapshot import Snapshot
from stdesk.services.desk import Desk
from stdesk.services.readiness import Checked, Readiness
from stdesk.services.reporting import Item, Last, Reporting
from stdesk.store import signed

THIS, LAST = parse_period("2026"), parse_period("2025")
CLOCK = fixed_clock(datetime(2026, 11, 14, 2, 0, tzinfo=UTC))


class NothingMissing(Readiness):
    """A readiness without findings: what is tested here is what comes after."""

    def check(self, period: Period, progress: Progress | None = None) -> Checked:
        return replace(super().check(period, progress), findings=())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.create(
        tmp_path / "kho", unit_code="C09", unit_name="Viện KHHS", user="Lan", clock=CLOCK
    ) as made:
        made.__dict__["reporting"] = Reporting(
            made._library, CLOCK, NothingMissing(made._library, made.today), made.preparation, "Lan"
        )
        yield made


def article(desk: Desk, year: int, title: str, **more: Any) -> str:
    values = {"document_type": "journal_article", "title": title, "issued": f"{year}-03", **more}
    return desk.catalogue.save("publication", values).record.id


def refused(act: Any) -> str:
    with pytest.raises(UserError) as error:
        act()
    return error.value.code


# -- opened again


def test_the_next_submission_wants_a_reason_first(desk: Desk) -> None:
    article(desk, 2026, "Một")
    assert desk.reporting.reopen(THIS, "Chưa nộp gì") is None
    first = desk.reporting.freeze(THIS)
    assert (first.submission, first.reason, first.previous) == (1, "", "")

    assert refused(lambda: desk.reporting.freeze(THIS)) == "reopen_first"
    assert refused(lambda: desk.reporting.reopen(THIS, " \n ")) == "reopen_reason_missing"
    assert desk.reporting.freeze(THIS, trial=True).submission == 2  # a trial may be made all the same
    changes = desk.reporting.reopen(THIS, "Bổ sung bài của Đỗ Thị Ân")
    assert changes is not None and changes.label == "reopened_report"
    second = desk.reporting.freeze(THIS)

    assert (second.submission, second.reason, second.previous) == (
        2, "Bổ sung bài của Đỗ Thị Ân", first.sha512,
    )  # fmt: skip
    snapshot = desk.reporting.read(second)
    assert (snapshot.previous, snapshot.reopened) == (first.sha512, "Bổ sung bài của Đỗ Thị Ân")
    assert refused(lambda: desk.reporting.freeze(THIS)) == "reopen_first"
    assert [one.submission for one in desk.reporting.frozen(THIS) if not one.trial] == [1, 2]


def test_opening_again_can_be_undone(desk: Desk) -> None:
    article(desk, 2026, "Một")
    desk.reporting.freeze(THIS)
    desk.reporting.reopen(THIS, "Nhầm")
    desk.catalogue.undo()
    assert refused(lambda: desk.reporting.freeze(THIS)) == "reopen_first"
    desk.catalogue.redo()
    assert desk.reporting.freeze(THIS).reason == "Nhầm"


# -- refused


@pytest.mark.parametrize("code", ["2027", "2027-H1", "20261201-20261231"])
def test_what_has_not_begun_is_not_reported(desk: Desk, code: str) -> None:
    period = parse_period(code)
    desk.catalogue.save("research_task", {"title": "Dài hạn", "start": "2026", "end": "2029"})
    assert refused(lambda: desk.reporting.freeze(period)) == "period_not_begun"
    assert desk.reporting.freeze(period, trial=True).trial
    with pytest.raises(UserError) as error:
        desk.reporting.freeze(period)
    assert f"{period.start:%d/%m/%Y}" in str(error.value)


def test_a_plan_looks_ahead_and_may_not_be_empty(desk: Desk) -> None:
    plan = parse_period("2027-KH")
    assert refused(lambda: desk.reporting.freeze(plan)) == "period_empty"
    desk.preparation.put_text(plan, "nhiem-vu", OwnText("Mở mới 3 nhiệm vụ cấp cơ sở."))
    assert desk.reporting.freeze(plan).submission == 1


def test_a_target_alone_makes_a_plan(desk: Desk) -> None:
    plan = parse_period("2027-KH")
    desk.preparation.put_estimate(plan, "publication.total", 12)
    assert desk.reporting.read(desk.reporting.freeze(plan)).estimates == {"publication.total": 12}


def test_a_year_without_anything_is_empty(desk: Desk) -> None:
    article(desk, 2026, "Một")
    assert refused(lambda: desk.reporting.freeze(LAST)) == "period_empty"
    assert desk.reporting.freeze(LAST, trial=True).trial


# -- last year


def test_last_year_is_what_was_handed_in(desk: Desk) -> None:
    gone = article(desk, 2025, "Năm ngoái")
    article(desk, 2025, "Năm ngoái nữa")
    desk.reporting.freeze(LAST, trial=True)
    handed_in = desk.reporting.freeze(LAST)
    desk.catalogue.trash([gone])  # edited since: what was handed in counts
    article(desk, 2026, "Năm nay")

    last = desk.reporting.last(THIS)
    assert last is not None
    assert (last.code, last.source, last.sha512) == ("2025", "frozen", handed_in.sha512)
    assert last.label == "năm 2025"
    base = desk.reporting.base(THIS)
    assert base is not None and base.sha512 == handed_in.sha512
    snapshot = desk.reporting.draft(THIS)
    assert (snapshot.comparison["period"], snapshot.comparison["source"]) == ("2025", "frozen")
    counted = [row for row in snapshot.comparison["rows"] if gone in row["gone"]]
    assert counted and all(row["last"] >= 1 for row in counted)


def test_else_last_year_is_counted_from_the_library(desk: Desk) -> None:
    assert desk.reporting.last(THIS) is None
    assert desk.reporting.base(THIS) is None
    assert desk.reporting.draft(THIS).comparison == {}
    article(desk, 2025, "Năm ngoái")
    desk.catalogue.save("publication", {"title": "Mật", "issued": "2025"} | {"title": None}, secrecy="mat")
    article(desk, 2026, "Năm nay")
    last = desk.reporting.last(THIS)
    assert last is not None
    assert (last.code, last.source, last.sha512) == ("2025", "library", "")
    assert _counted(last) == _figures_of_2025(desk)
    article(desk, 2025, "Thêm vào sau")
    again = desk.reporting.last(THIS)
    assert again is not None and _counted(again) == _figures_of_2025(desk)
    assert again.figures["values"] != last.figures["values"]
    assert desk.reporting.draft(THIS).comparison["source"] == "library"


def _figures_of_2025(desk: Desk) -> Any:
    """What a report of 2025 without findings would count today."""
    return _counted(desk.reporting.draft(LAST))


def _counted(source: Last | Snapshot) -> dict[str, Any]:
    return {name: one for name, one in source.figures["values"].items() if name != "left_out"}


def test_a_damaged_report_of_last_year_is_not_compared_with(desk: Desk) -> None:
    article(desk, 2025, "Năm ngoái")
    article(desk, 2026, "Năm nay")
    path = desk.reporting.freeze(LAST).path
    path.write_bytes(path.read_bytes().replace("Năm ngoái".encode(), "Năm ngoai".encode()))
    assert desk.reporting.base(THIS) is None
    last = desk.reporting.last(THIS)
    assert last is not None and last.source == "library"
    path.unlink()
    assert desk.reporting.freeze(THIS).submission == 1


def test_the_first_year_there_is_has_nothing_before(desk: Desk) -> None:
    assert desk.reporting.last(parse_period("1990")) is None
    assert desk.reporting.base(parse_period("1990")) is None


# -- since then


def test_since_the_submission(desk: Desk) -> None:
    assert desk.reporting.since(THIS) is None
    same, changed = article(desk, 2026, "Giữ nguyên"), article(desk, 2026, "Sẽ sửa")
    gone, moved = article(desk, 2026, "Sẽ bỏ"), article(desk, 2026, "Sang năm khác")
    secret = article(desk, 2026, "Sẽ đóng dấu mật")
    back = article(desk, 2026, "Sửa rồi sửa lại")
    frozen = desk.reporting.freeze(THIS)
    since = desk.reporting.since(THIS)
    assert since is not None and since.report == frozen and not since

    def save(record: str, values: dict[str, Any], **more: Any) -> None:
        desk.catalogue.save("publication", values, record_id=record, **more)

    save(same, {"tags": ["nhãn riêng"]})  # does not leave the unit
    save(changed, {"title": "Đã sửa"})
    save(moved, {"issued": "2025-12"})
    desk.catalogue.trash([gone])
    values = dict(desk.catalogue.record(secret).values)
    save(secret, {name: None for name in values if name not in ("issued", "document_type")}, secrecy="mat")
    save(back, {"title": "Khác"})
    save(back, {"title": "Sửa rồi sửa lại"})
    new = article(desk, 2026, "Mới")
    article(desk, 2024, "Của năm khác")

    since = desk.reporting.since(THIS)
    assert since is not None and since
    assert since.added == (Item("publication", new, 7, "Mới"),)
    assert since.changed == (Item("publication", changed, 2, "Đã sửa"),)
    assert since.gone == (
        Item("publication", gone, 3, "Sẽ bỏ"),
        Item("publication", moved, 4, "Sang năm khác"),
        Item("publication", secret, 5, ""),
    )
    desk.reporting.reopen(THIS, "Bổ sung")
    desk.reporting.freeze(THIS)
    again = desk.reporting.since(THIS)
    assert again is not None and not again and again.report.submission == 2
    desk.reporting.freeze(THIS, trial=True)
    assert desk.reporting.since(THIS) == again


def test_since_can_be_stopped(desk: Desk) -> None:
    article(desk, 2026, "Một")
    desk.reporting.freeze(THIS)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        desk.reporting.since(THIS, progress)


# -- signed


def scan(tmp_path: Path, content: bytes = b"%PDF-1.7 \x00\xff signed") -> Path:
    path = tmp_path / "Báo cáo đã ký (bản đóng dấu).pdf"
    path.write_bytes(content)
    return path


def test_a_signed_copy_is_kept_byte_for_byte(desk: Desk, tmp_path: Path) -> None:
    article(desk, 2026, "Một")
    frozen = desk.reporting.freeze(THIS)
    path = scan(tmp_path)
    content = path.read_bytes()
    kept = desk.reporting.keep_signed(frozen, path)
    path.unlink()

    (listed,) = desk.reporting.signed(frozen)
    assert listed == kept
    assert (kept.name, kept.size, kept.by, kept.sha512) == (
        "Báo cáo đã ký (bản đóng dấu).pdf", len(content), "Lan", hashlib.sha512(content).hexdigest(),
    )  # fmt: skip
    assert desk.reporting.check_signed(listed).read_bytes() == content
    assert kept.changes.label == "kept_signed"
    assert "2026" in str(kept.changes.params) and desk.catalogue.undoable() is not None
    report = desk.attachments.check()
    assert report.unused == ()


def test_taken_back_it_is_hidden_and_not_lost(desk: Desk, tmp_path: Path) -> None:
    article(desk, 2026, "Một")
    frozen = desk.reporting.freeze(THIS)
    kept = desk.reporting.keep_signed(frozen, scan(tmp_path))
    desk.catalogue.undo()
    assert desk.reporting.signed(frozen) == []
    assert kept.path.is_file()
    assert desk.attachments.check().unused == ()
    desk.catalogue.redo()
    assert desk.reporting.signed(frozen) == [kept]


def test_the_same_scan_twice_is_once(desk: Desk, tmp_path: Path) -> None:
    article(desk, 2026, "Một")
    frozen = desk.reporting.freeze(THIS)
    kept = desk.reporting.keep_signed(frozen, scan(tmp_path))
    lines = len(desk.catalogue.history())
    again = desk.reporting.keep_signed(frozen, scan(tmp_path))
    assert again == kept and again.changes.action == 0
    other = desk.reporting.keep_signed(frozen, scan(tmp_path, b"trang hai"))
    assert desk.reporting.signed(frozen) == [kept, other]
    assert len(desk.catalogue.history()) == lines + 1


def test_a_scan_that_was_spoilt_is_told(desk: Desk, tmp_path: Path) -> None:
    article(desk, 2026, "Một")
    frozen = desk.reporting.freeze(THIS)
    kept = desk.reporting.keep_signed(frozen, scan(tmp_path))
    kept.path.write_bytes(b"x" * kept.size)
    assert refused(lambda: desk.reporting.check_signed(kept)) == "signed_copy_changed"
    again = desk.reporting.keep_signed(frozen, scan(tmp_path))  # taken in once more, it is whole again
    assert desk.reporting.check_signed(again) == kept.path
    kept.path.unlink()
    assert refused(lambda: desk.reporting.check_signed(kept)) == "signed_copy_missing"


def test_what_cannot_be_a_signed_copy(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article(desk, 2026, "Một")
    trial = desk.reporting.freeze(THIS, trial=True)
    assert refused(lambda: desk.reporting.keep_signed(trial, scan(tmp_path))) == "signed_of_trial"
    frozen = desk.reporting.freeze(THIS)
    assert refused(lambda: desk.reporting.keep_signed(frozen, scan(tmp_path, b""))) == "attachment_empty"
    assert refused(lambda: desk.reporting.keep_signed(frozen, tmp_path)) == "not_a_file"
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        desk.reporting.keep_signed(frozen, scan(tmp_path), stopped)

    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(signed, "keep", full)
    with pytest.raises(OSError, match="space"):
        desk.reporting.keep_signed(frozen, scan(tmp_path))
    monkeypatch.undo()
    assert desk.reporting.signed(frozen) == []
    files = [one for one in (desk.folder / "files").rglob("*") if one.is_file()]
    assert files == []


# -- acts


def test_what_is_prepared_is_an_act_each(desk: Desk) -> None:
    days = (date(2026, 1, 1), date(2026, 12, 31), date(2026, 11, 10), date(2026, 11, 15))
    done = [
        desk.preparation.set_days(THIS, *days),
        desk.preparation.put_head(THIS, number="12/BC"),
        desk.preparation.put_text(THIS, "a", OwnText("Lời của đơn vị")),
        desk.preparation.put_estimate(THIS, "publication.total", 3),
        desk.preparation.put_off(THIS, ["x"]),
    ]
    assert [one.label for one in done] == [
        "set_report_days", "set_report_head", "worded_report", "estimated_figure", "put_off_findings",
    ]  # fmt: skip
    assert all(one.params == {"period": "năm 2026"} for one in done)
    assert desk.preparation.period("2026").cut_off == date(2026, 11, 10)
    assert desk.preparation.put_head(THIS, number="12/BC").action == 0
    for _ in done:
        desk.catalogue.undo()
    assert desk.preparation.period("2026") == THIS
    assert desk.preparation.read(THIS) == type(desk.preparation.read(THIS))()


@pytest.mark.parametrize("value", [-1, 10**15, 10**30])
def test_an_expected_figure_that_cannot_be_is_refused(desk: Desk, value: int) -> None:
    assert refused(lambda: desk.preparation.put_estimate(THIS, "publications.total", value)) == (
        "estimate_out_of_range"
    )
    assert desk.preparation.read(THIS).estimates == {}
    desk.preparation.put_estimate(THIS, "publications.total", 10**9)
    assert desk.preparation.read(THIS).estimates == {"publications.total": 10**9}


def test_no_document_named_is_no_report(desk: Desk, tmp_path: Path) -> None:
    article(desk, 2026, "Một")
    snapshot = desk.reporting.draft(THIS)
    for formats in ((), ("exe",)):
        with pytest.raises(UserError, match="note-pdf") as told:  # what there is, is named
            desk.reporting.write(snapshot, tmp_path / "ra", formats)
        assert told.value.code == "format_unknown"
    assert not (tmp_path / "ra").exists()
