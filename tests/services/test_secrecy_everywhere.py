"""A record is put above the ceiling: afterwards its words are nowhere, in no output and in no byte on the disk."""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite3

from stdesk.domain.periods import parse_period
from stdesk.domain.records import Changes
from stdesk.errors import UserError
from stdesk.i18n import message, ntr
from stdesk.progress import Progress
from stdesk.services.as_of import make_as_of, open_as_of
from stdesk.services.desk import Desk
from stdesk.services.preparation import OwnText
from stdesk.services.release import LEAVE_OUT
from stdesk.services.views import View
from stdesk.store.drafts import Draft
from stdesk.store.library import ListQuery
from stdesk.text import fold
from tests.helpers import handing

YEAR = parse_period("2026")
WORD = "Xoàikỳlân"  # in no other text
FOLDED = fold(WORD)
INSIDE = b"QUYENSACHKHONGDUOCBIET"


def holds(raw: bytes) -> bool:
    """Whether the canary is in these bytes, however it is written."""
    forms = {WORD, WORD.upper(), WORD.lower(), FOLDED, unicodedata.normalize("NFD", WORD)}
    found = any(form.encode(code) in raw for form in forms for code in ("utf-8", "utf-16-le"))
    if INSIDE in raw or found:
        return True
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            return any(holds(package.read(name)) for name in package.namelist())
    if raw[:4] == b"%PDF":
        return holds(pdf_text(raw).encode())
    return False


def pdf_text(raw: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(raw)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def holding(folder: Path, *but: str) -> list[str]:
    """The files below ``folder`` in which the canary is, without those below the folders ``but``."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in but and holds(path.read_bytes())
    ]


def content(pdf: Path, library: Desk) -> dict[str, object]:
    item = library.catalogue.attach(pdf)
    return {
        **handing.ARTICLE,
        "title": f"{WORD} và kết quả nghiên cứu",
        "abstract": f"Tóm tắt {WORD} " * 400,
        "contributors": [{"name": f"Nguyễn {WORD}"}],
        "container": f"Tạp chí {WORD}",
        "keywords": [WORD, "giám định"],
        "notes": f"Ghi chú {WORD}",
        "attachments": [item],
    }


def emptied(desk: Desk, record_id: str) -> dict[str, object]:
    """What is typed when a record becomes a stub: everything it may not hold is cleared."""
    record = desk.catalogue.record(record_id)
    return {name: None for name in record.values if name not in ("document_type", "issued", "deposit_state")}


def classify(desk: Desk, record_id: str, level: str = "mat") -> Changes:
    values = emptied(desk, record_id) | {"deposit_reference": "Tủ số 3"}
    return desk.catalogue.save("publication", values, record_id=record_id, secrecy=level).changes


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / f"{WORD}.pdf"
    path.write_bytes(b"%PDF-1.4\n% " + INSIDE + b"\n%%EOF\n")
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.create(tmp_path / "kho", unit_code="PC09", unit_name="Phòng PC09", user="Lan") as made:
        for number in range(1, 4):
            handing.save(made, number)
        yield made


@pytest.fixture
def secret(desk: Desk, pdf: Path) -> str:
    """A record full of the canary, changed often, with a draft; then put above the ceiling."""
    record_id = desk.catalogue.save("publication", content(pdf, desk)).record.id
    for n in range(6):
        more = {"title": f"{WORD} {n}", "abstract": f"{WORD} " * (60 * n)}
        desk.catalogue.save("publication", more, record_id=record_id)
    desk.drafts.put(Draft("publication", record_id, 7, {"title": f"Đang gõ {WORD}"}))
    found = desk.merging.while_typing("publication", {"title": f"{WORD} 5"})
    assert found and desk.catalogue.find(FOLDED) and holding(desk.folder)
    classify(desk, record_id)
    return record_id


def test_no_byte_is_left_in_the_library(desk: Desk, secret: str) -> None:
    assert holding(desk.folder) == []
    desk.close()
    assert holding(desk.folder) == []


def test_no_byte_is_left_after_a_whole_batch_and_a_lowered_ceiling(desk: Desk, pdf: Path) -> None:
    desk.set_unit(secrecy_ceiling="mat")
    full = desk.catalogue.save("publication", content(pdf, desk), secrecy="mat").record.id
    assert desk.catalogue.find(FOLDED)
    desk.catalogue.save("publication", emptied(desk, full), record_id=full, secrecy="mat")
    desk.set_unit(secrecy_ceiling="thuong")
    assert holding(desk.folder) == []


def test_no_list_search_or_proposal_knows_it(desk: Desk, secret: str) -> None:
    desk.suggestions.build()
    kind = desk.kinds["publication"]
    told = [
        desk.catalogue.find(FOLDED),
        desk.catalogue.find(secret[:8]),
        desk.catalogue.history(),
        desk.catalogue.history(secret),
        desk.catalogue.rows("publication", list(desk.catalogue.ids(ListQuery("publication")))),
        desk.drafts.all(),
        desk.merging.while_typing("publication", {"title": f"{WORD} 5"}),
        desk.merging.pairs("publication"),
        [desk.suggestions.texts("publication", field.name, WORD[:4]) for field in kind.fields],
        desk.suggestions.people("Nguyễn"),
        [desk.spellings.clusters("publication", one.name) for one in desk.spellings.fields("publication")],
        [desk._library.facet("publication", name) for name in ("title", "container", "contributors")],
        desk._library.titles("publication"),
        desk._library.file_uses(),
        desk.attachments.check(),
        desk.readiness.check(YEAR).findings,
        desk._library.settings.all(),
    ]
    for place, one in enumerate(told):
        assert not holds(repr(one).encode()), (place, one)
    assert desk._library.facet("publication", "secrecy") == [("thuong", 3), ("mat", 1)]


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "jsonl", "bib", "ris"])
def test_no_export_has_it_and_the_count_is_told(desk: Desk, secret: str, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / "ra" / f"a.{suffix}"
    target.parent.mkdir()
    done = desk.catalogue.export("publication", target)
    assert (done.written, done.left_out) == (3, 1)
    assert secret.encode() not in target.read_bytes() and not holds(target.read_bytes())


def test_no_list_on_paper_clipboard_or_file_has_it(desk: Desk, secret: str, tmp_path: Path) -> None:
    keys = list(desk.catalogue.ids(ListQuery("publication")))
    columns = ("number", "title", "contributors", "secrecy", "deposit_reference")
    copied = desk.lists.copy("publication", keys, columns)
    printed = desk.lists.print("publication", keys, columns, tmp_path / "a.pdf")
    written = desk.lists.export("publication", keys, columns, tmp_path / "a.xlsx")
    assert (copied.left_out, printed.left_out, written.left_out) == (1, 1, 1)
    assert not holds((copied.text + copied.table).encode())
    assert not holds((tmp_path / "a.pdf").read_bytes()) and not holds((tmp_path / "a.xlsx").read_bytes())
    assert "Tủ số 3" not in copied.text


def test_no_report_or_package_has_it(desk: Desk, secret: str, tmp_path: Path) -> None:
    report = handing.freeze(desk)
    snapshot = desk.reporting.read(report)
    assert secret not in snapshot.to_bytes().decode() and snapshot.left_out == 1
    desk.reporting.write(snapshot, tmp_path / "giấy")
    handed = desk.handover.pack_report(report, tmp_path / "usb")
    assert holding(tmp_path, "kho", f"{WORD}.pdf") == []
    assert secret.encode() not in handed.path.read_bytes()
    assert holding(desk.folder) == []


def test_what_was_frozen_before_is_neither_shown_nor_packed_again(
    desk: Desk, pdf: Path, tmp_path: Path
) -> None:
    record_id = desk.catalogue.save("publication", content(pdf, desk)).record.id
    report = handing.freeze(desk)
    snapshot = desk.reporting.read(report)
    desk.handover.pack_report(report, tmp_path / "usb")
    classify(desk, record_id)
    for act in (
        lambda: desk.reporting.documents(snapshot),
        lambda: desk.reporting.first_pages(snapshot),
        lambda: desk.reporting.write(snapshot, tmp_path / "giấy"),
        lambda: desk.handover.pack_report(report, tmp_path / "usb 2"),
    ):
        with pytest.raises(UserError) as refused:
            act()
        assert refused.value.code == "report_holds_secret"
        assert not holds(str(refused.value).encode())
    assert not (tmp_path / "giấy").exists() and not list((tmp_path / "usb 2").glob("*.zip"))
    assert not holds(repr(desk.reporting.since(YEAR)).encode())
    assert holding(desk.folder, "reports") == []
    desk.reporting.reopen(YEAR, "Có tài liệu mật")
    again = handing.freeze(desk)
    handed = desk.handover.pack_report(again, tmp_path / "usb 3")
    assert not holds(handed.path.read_bytes())
    assert not holds(repr(desk.handover.preview_report(again)).encode())


def test_undo_redo_and_going_up_and_down_bring_nothing_back(desk: Desk, pdf: Path, secret: str) -> None:
    assert not holds(repr([desk.catalogue.undo(), desk.catalogue.undo()]).encode())
    for _ in range(2):
        desk.catalogue.redo()
    assert holding(desk.folder) == []
    desk.catalogue.save("publication", content(pdf, desk), record_id=secret, secrecy="thuong")
    assert desk.catalogue.find(FOLDED)
    undone = desk.catalogue.undo()  # above the ceiling again
    assert not holds(repr(undone).encode())
    assert holding(desk.folder) == []
    desk.catalogue.redo()
    assert holding(desk.folder) == []


def test_a_merging_named_after_it_tells_nothing(desk: Desk) -> None:
    two = [
        desk.catalogue.save("publication", {**handing.ARTICLE, "title": f"{WORD} bản {n}"}).record.id
        for n in "ab"
    ]
    desk.merging.merge(two, {})
    assert holds(repr(desk.catalogue.history()).encode())
    for one in two:
        classify(desk, one)
    assert holding(desk.folder) == []


def test_the_library_as_it_was_shows_only_the_stub(desk: Desk, secret: str, tmp_path: Path) -> None:
    copy = make_as_of(desk.folder, desk.today(), tmp_path / "khi ấy", Progress())
    with open_as_of(copy) as past:
        record = past.catalogue.record(secret)
        assert not holds(repr(record).encode())
    assert holding(tmp_path / "khi ấy") == []


def test_a_power_cut_before_the_cleaning_is_made_good_at_the_next_opening(
    desk: Desk, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = desk.catalogue.save("publication", content(pdf, desk)).record.id
    monkeypatch.setattr("stdesk.store.context.scrub.settle", lambda _context: False)
    classify(desk, record_id)
    desk.close()
    assert holding(desk.folder)
    monkeypatch.undo()
    Desk.open(desk.folder).close()
    assert holding(desk.folder) == []


def test_a_reader_in_the_way_only_puts_the_cleaning_off(desk: Desk, pdf: Path) -> None:
    record_id = desk.catalogue.save("publication", content(pdf, desk)).record.id
    other = sqlite3.connect(str(desk.folder / "library.db"), isolation_level=None, timeout=0)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM publication").fetchone()
    classify(desk, record_id)
    assert desk.catalogue.record(record_id).secrecy == "mat"
    other.close()
    handing.save(desk, 9)
    desk.close()
    Desk.open(desk.folder).close()
    assert holding(desk.folder) == []


def test_a_file_that_another_record_has_too_stays(desk: Desk, pdf: Path) -> None:
    one = desk.catalogue.save("publication", content(pdf, desk)).record.id
    item = desk.catalogue.attach(pdf)
    handing.save(desk, 8, attachments=[{**item, "name": "bản chung.pdf"}])
    classify(desk, one)
    assert desk._library.file_path(str(item["file"])).is_file()


@pytest.mark.parametrize("kind", ["publication", "research_task", "training_session"])
@pytest.mark.parametrize("level", ["mat", "toi_mat", "tuyet_mat"])
def test_the_database_itself_refuses_every_field_of_every_kind(desk: Desk, kind: str, level: str) -> None:
    record_id = desk.catalogue.save(kind, {}, state="draft", secrecy=level).record.id  # type: ignore[arg-type]
    other = sqlite3.connect(str(desk.folder / "library.db"), isolation_level=None, timeout=5)
    allowed = {"document_type", "type", "issued", "start", "deposit_state", "deposit_reference"}
    sql = "UPDATE {} SET {} = 1 WHERE pk = (SELECT pk FROM record WHERE id = ?)"
    for field in desk.kinds[kind].fields:
        if field.name in allowed:
            continue
        with pytest.raises(sqlite3.DatabaseError, match="above_ceiling"):
            other.execute(sql.format(kind, field.name), (record_id,))
    other.close()


def test_leaving_out_is_no_way_round_the_number(desk: Desk, pdf: Path, tmp_path: Path) -> None:
    desk.set_unit(secrecy_ceiling="mat")
    desk.catalogue.save("publication", content(pdf, desk), secrecy="mat")
    done = desk.catalogue.export("publication", tmp_path / "a.jsonl", register=LEAVE_OUT)
    assert (done.written, done.left_out) == (3, 1) and not holds((tmp_path / "a.jsonl").read_bytes())


def test_backups_that_still_hold_it_are_named_and_can_be_taken_away(desk: Desk, pdf: Path) -> None:
    record_id = desk.catalogue.save("publication", content(pdf, desk)).record.id
    report = handing.freeze(desk)
    desk.backups.run("manual")
    plain = desk.catalogue.save("publication", {"title": "Khác"}).changes
    assert not desk.traces.left(plain)
    left = desk.traces.left(classify(desk, record_id))
    assert len(left.backups) == 1 and left.reports == (report,)
    assert "1 bản sao lưu" in left.said and "2026" in left.said and not holds(left.said.encode())
    again = desk.catalogue.save(
        "publication", {"deposit_reference": "Tủ 4"}, record_id=record_id, secrecy="mat"
    )
    assert not desk.traces.left(again.changes)  # it was a stub already
    assert holding(desk.folder, "reports")
    assert desk.traces.remove(left) == 1
    assert holding(desk.folder, "reports") == ["backups/" + one for one in _snapshots(desk)]
    assert len(desk.backups.listed()) == 1 and desk.backups.listed()[0].ok


def test_what_people_wrote_of_it_elsewhere_is_named_and_not_quoted(desk: Desk, pdf: Path) -> None:
    record_id = desk.catalogue.save("publication", content(pdf, desk)).record.id
    title = f"{WORD} và kết quả nghiên cứu"
    desk.views.save("publication", View("Của tôi", words=title.upper()))
    desk.views.save("research_task", View("Khác", words="giám định"))
    desk.preparation.put_text(YEAR, "p1", OwnText(f"Nổi bật là “{title}”.", {}))
    key = f"some_rule/{record_id}/title"
    desk._library.settings.put(**{f"reasons:{YEAR.code}": json.dumps({key: "Đã hỏi tác giả"})})
    left = desk.traces.left(classify(desk, record_id))
    assert sorted(left.texts) == sorted(
        [
            message("traces_views", kind=str(desk.kinds["publication"].plural)),
            message("traces_wording", period=str(YEAR.label)),
            message("traces_reasons", period=str(YEAR.label)),
            ntr("{n} earlier wording in the history", "{n} earlier wordings in the history", 1),
        ]
    )
    assert all(one in left.said for one in left.texts) and not holds(left.said.encode())
    assert not desk._library.take_forgotten()  # told once, kept nowhere


def _snapshots(desk: Desk) -> list[str]:
    """Copies of frozen snapshots in backups: they go along as proof of what was handed in."""
    folder = desk.folder / "backups"
    return [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file() and (
        b'"frozen_at"' in path.read_bytes() and holds(path.read_bytes())
    )]  # fmt: skip
