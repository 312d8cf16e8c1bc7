"""The quick grid without its window: cells read, blocks pasted, rows saved in one act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stdesk import i18n
from stdesk.clock import fixed_clock
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.services.catalogue import ListQuery
from stdesk.services.desk import Desk
from stdesk.services.grid import LEAVE_OUT, STATE, Pasted, RowChange, Spot
from stdesk.store.work import Work
from tests.helpers.toy import TOY

KIND = "publication"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    i18n.use("vi")
    clock = fixed_clock(datetime(2026, 11, 2, 3, 0, tzinfo=UTC))
    kinds = Kinds(*all_kinds(), TOY)
    opened = Desk.create(
        tmp_path / "kho", unit_code="CAT-MH", unit_name="CA Minh Hải", clock=clock, kinds=kinds
    )
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("name", "text", "value", "understood"),
    [
        ("given", "3/2025", "2025-03", "03/2025"),
        ("given", "tháng 3 2025", "2025-03", "03/2025"),
        ("given", "04/03/2026", "2026-03-04", ""),
        ("given", "2025", "2025", ""),
        ("prize", "1,2 tỷ", 1_200_000_000, "1.200.000.000 đồng"),
        ("prize", "50 triệu", 50_000_000, "50.000.000 đồng"),
        ("shared", "45", 45, ""),
        ("weight", "12,5", 12.5, ""),
        ("scope", "trong nuoc", "domestic", "Trong nước"),
        ("words", "số hóa, AI;  dữ   liệu", ("số hóa", "AI", "dữ liệu"), ""),
        ("title", "  Đề   án \u200b1", "Đề án 1", ""),
        ("notes", "một\r\n hai ", "một\nhai", ""),
        ("winners", "  ", None, ""),
        (STATE, "hoan chinh", "complete", "Hoàn chỉnh"),
        (STATE, "nhap", "draft", "Nháp"),
        (STATE, "nháp", "draft", ""),
    ],
)
def test_cells_are_typed_freely(desk: Desk, name: str, text: str, value: object, understood: str) -> None:
    read = desk.grid.read(TOY.name, name, text)
    assert (read.value, read.problem, read.understood) == (value, "", understood)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("given", "31/02/2026"),
        ("given", "hôm nọ"),
        ("prize", "nhiều"),
        ("weight", "inf"),
        ("weight", "1e400"),
        ("shared", "9" * 400),
        ("scope", "đâu đó"),
        ("classes", "không có ngành này"),
        ("money", "100"),
        ("title", "x" * 200_000),
        (STATE, "gì"),
    ],
)
def test_what_is_not_understood_stays_as_typed(desk: Desk, name: str, text: str) -> None:
    read = desk.grid.read(TOY.name, name, text)
    assert read.value is None
    assert read.problem
    assert read.text == text


def test_people_keep_what_their_line_does_not_say(desk: Desk) -> None:
    before = (
        {"name": "Nguyễn Văn A", "rank": "colonel", "unit": "PV01", "gender": "male", "role": "editor"},
    )
    text = desk.grid.text(KIND, "contributors", before)
    read = desk.grid.read(KIND, "contributors", f"{text}; TS Trần Thị B", before)
    first, second = read.value
    assert (first["unit"], first["gender"]) == ("PV01", "male")
    assert (second["name"], second["degree"]) == ("Trần Thị B", "doctor")
    assert desk.grid.read(KIND, "contributors", text, before).value == before


def test_every_stored_value_reads_back_from_its_own_text(desk: Desk) -> None:
    values = {
        "title": 'Kỹ thuật "số"; hai, ba',
        "given": "2025-03",
        "shared": 2026,
        "weight": 1234.5,
        "prize": 1_234_567,
        "scope": "domestic",
        "scopes": ("domestic", "foreign"),
        "classes": ("QD12/2008:50502", "CŨ:7.1"),
        "words": ("một, hai", "ba"),
        "notes": "một\n\nhai",
    }
    for name, value in values.items():
        text = desk.grid.text(TOY.name, name, value)
        assert desk.grid.read(TOY.name, name, text, value).value == value, name


def test_rows_are_saved_in_one_act_and_taken_back_by_one_undo(desk: Desk) -> None:
    old = desk.catalogue.save(KIND, {"title": "Cũ", "notes": "có sẵn"}).record
    saved = desk.grid.save(
        KIND,
        [
            RowChange(0, old.id, old.version, {"title": "Mới"}, {"issued": "31/02/2026"}),
            RowChange(1, values={"title": "Hai", "document_type": "book"}),
            RowChange(2, values={"title": "Ba"}, state=State.COMPLETE),
        ],
    )
    assert not saved.refused
    assert i18n.message(f"did_{saved.changes.label}", **saved.changes.params) == (
        "Đã lưu bảng: 2 mục mới, 1 mục sửa"
    )
    changed = desk.catalogue.record(old.id)
    assert changed.state is State.DRAFT
    assert changed.get("notes") == "có sẵn\nNgày công bố: 31/02/2026".replace(
        "Ngày công bố", str(desk.kinds[KIND].field("issued").label)
    )
    rows = desk.grid.rows(KIND, [saved.keys[1], saved.keys[2]])
    assert [row.state for row in rows.values()] == [State.DRAFT, State.COMPLETE]
    desk.catalogue.undo()
    assert desk.catalogue.record(old.id).get("title") == "Cũ"
    assert len(desk.catalogue.ids(ListQuery(KIND))) == 1


def test_a_row_changed_meanwhile_is_reported_and_the_others_are_saved(desk: Desk) -> None:
    one = desk.catalogue.save(KIND, {"title": "Một"}).record
    gone = desk.catalogue.save(KIND, {"title": "Bỏ"}).record
    desk.catalogue.save(KIND, {"title": "Một, người khác sửa"}, record_id=one.id)
    desk.catalogue.trash([gone.id])
    saved = desk.grid.save(
        KIND,
        [
            RowChange(4, one.id, one.version, {"title": "Của tôi"}),
            RowChange(5, values={"title": "Mới"}),
            RowChange(6, gone.id, gone.version, {"title": "Của tôi"}),
        ],
    )
    assert set(saved.refused) == {4, 6}
    assert set(saved.keys) == {5}
    assert desk.catalogue.record(one.id).get("title") == "Một, người khác sửa"


def test_a_fault_in_the_middle_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    really = Work.create

    def failing(self: Work, kind: str, values: object, **more: object) -> object:
        if dict(values)["title"] == "Ba":  # type: ignore[call-overload]
            raise UserError("disk_full")
        return really(self, kind, values, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Work, "create", failing)
    rows = [RowChange(at, values={"title": title}) for at, title in enumerate(("Một", "Hai", "Ba", "Bốn"))]
    with pytest.raises(UserError):
        desk.grid.save(KIND, rows)
    assert desk.catalogue.count(KIND) == 0
    assert desk.catalogue.undoable() is None


def test_stopping_leaves_nothing(desk: Desk) -> None:
    progress = Progress()
    progress.step = lambda count=1: progress.cancel() or progress.check()  # type: ignore[method-assign,func-returns-value]
    with pytest.raises(Cancelled):
        desk.grid.save(KIND, [RowChange(0, values={"title": "Một"})], progress)
    assert desk.catalogue.count(KIND) == 0


def test_a_block_is_read_against_what_is_stored(desk: Desk) -> None:
    old = desk.catalogue.save(TOY.name, {"title": "Cũ", "given": "2025-03"}).record
    key = desk.catalogue.key_of(old.id) or 0
    placed = desk.grid.read_many(
        TOY.name,
        [
            Spot(0, key, "title", "Cũ"),
            Spot(0, key, "given", "tháng 3/2025"),
            Spot(1, 0, "given", "30/02/2025"),
        ],
    )
    assert [one.read for one in placed[:2]] == [None, None]
    assert placed[2].read is not None
    assert placed[2].read.problem


PASTE = Pasted(
    (
        ("TT", "Tên hình thức", "Ngày khen", "Tiền thưởng (triệu đồng)", "Số quyết định"),
        ("1", "Bằng khen", "3/2025", "1,5", "12/QĐ"),
        ("2", "Giấy khen", "31/02/2025", "không rõ", ""),
    )
)


def test_columns_of_a_paste_find_their_fields(desk: Desk) -> None:
    assert desk.grid.has_header(desk.grid.pasted("Hình thức\tNgày khen\nBằng khen\t2025").rows)
    assert not desk.grid.has_header(PASTE.rows[1:])
    targets = desk.grid.propose(TOY.name, PASTE, header=True)
    assert targets == [LEAVE_OUT, "title", "given", "prize", ""]
    rows = desk.grid.read_rows(TOY.name, PASTE, targets, header=True)
    assert rows[0]["title"].value == "Bằng khen"
    assert rows[0]["given"].value == "2025-03"
    assert rows[0]["prize"].value == 1_500_000
    assert rows[0]["notes"].value == "Số quyết định: 12/QĐ"
    assert rows[1]["given"].problem
    assert rows[1]["given"].text == "31/02/2025"
    assert "không rõ" in rows[1]["notes"].value


def test_without_a_header_columns_follow_the_grid(desk: Desk) -> None:
    proposed = desk.grid.propose(
        TOY.name, Pasted((("a", "b", "c"),)), header=False, columns=("title", STATE, "given")
    )
    assert proposed == ["title", "given", ""]


def test_ten_thousand_cells_of_people_are_read_in_time(desk: Desk) -> None:
    spots = [Spot(at, 0, "contributors", f"TS Nguyễn Văn A{at}; Trần B") for at in range(2_000)]
    progress = Progress()
    assert len(desk.grid.read_many(KIND, spots, progress)) == progress.done == 2_000
