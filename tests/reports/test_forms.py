"""Each document has its form: plan, yearly report, review, summary; what is printed in them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from stdesk import resources
from stdesk.domain.periods import parse_period
from stdesk.reports import forms
from stdesk.reports.document import build_document
from stdesk.reports.figure_labels import label_of
from stdesk.reports.narrative import Wording
from stdesk.reports.prepared import OwnText, Prepared
from stdesk.reports.snapshot import Snapshot
from tests.reports.samples import KINDS, publications, record, sample, sessions, tasks

PERIODS = ("2026", "2026-H1", "2026-H2", "2027-KH", "2021-2026", "20260101-20260930")
PLAIN = {"unit", "period", "next", "NEXT", "start", "end", "cut_off", "deposit_days", "…"}
REPORTS = ("yearly-report", "half-year-review", "summary")


def made(code: str, **more: Any) -> Snapshot:
    """A report of every kind of record."""
    records = [*tasks(12), *publications(20), *sessions(5)]
    return sample(*records, period=parse_period(code), **more)


def texts(snapshot: Snapshot) -> dict[str, str]:
    """Sentence id -> how it reads."""
    return {one["id"]: one["text"] for one in snapshot.narrative if one["id"]}


@pytest.mark.parametrize("code", PERIODS)
def test_every_document_can_be_made(code: str) -> None:
    snapshot = made(code)
    assert snapshot.form.startswith(parse_period(code).document)
    document = build_document(snapshot, KINDS)
    assert document.body[-1].text.endswith("./.")
    assert not any("{" in one["text"] for one in snapshot.narrative)
    kept = Snapshot.from_bytes(snapshot.to_bytes())
    assert kept.sha512 == snapshot.sha512


@pytest.mark.parametrize("code", PERIODS)
def test_every_name_in_a_form_means_something(code: str) -> None:
    snapshot = made(code)
    form = forms.read_form(snapshot.form)
    tables = {table["id"]: [one["key"] for one in table["columns"]] for table in snapshot.figures["tables"]}
    annexes = {annex.key for annex in form.annexes}
    for sentence in form.sentences():
        names = [*forms.names_in(sentence["text"]), *forms.names_in(sentence.get("zero", ""))]
        for name in [*names, *([sentence["if"]] if "if" in sentence else [])]:
            kind, colon, rest = name.partition(":")
            if not colon:
                assert name in PLAIN or name in snapshot.figures["values"], name
            elif kind == "list" and rest != "estimates":
                table, _, column = rest.partition("/")
                assert table in tables and (not column or column in tables[table]), name
            elif kind == "annex":
                assert rest in annexes, name
            elif kind == "target":
                assert rest in snapshot.figures["values"], name
            else:
                assert name == "list:estimates"


def test_forms_are_whole() -> None:
    for file in resources.path("forms").glob("*.toml"):
        form = forms.read_form(file.stem)
        ids = [one["id"] for one in form.sentences()]
        assert len(ids) == len(set(ids)), file.name
        assert file.stem == f"{form.data['document']}-{form.data['valid_from']}"
        assert {
            "figures",
            "publication",
            "research_task",
            "training_session",
            "deposits",
            "explanations",
        } == {annex.key for annex in form.annexes}
        assert ("difficulties" in ids) == ("proposals" in ids) == (form.data["document"] in REPORTS)
        assert form.data["closing"]["text"].endswith("./.")
        assert (form.text("type_name"), form.text("type_code")) in {("BÁO CÁO", "BC"), ("KẾ HOẠCH", "KH")}


def test_a_plan_rests_on_the_law_in_force_when_it_is_made() -> None:
    """The plan for 2025 was made in autumn 2024, before the law of 27/6/2025."""
    old = build_document(made("2025-KH"), KINDS)
    assert any("29/2013/QH13" in one for one in old.basis) and not any("93/2025" in one for one in old.basis)
    new = build_document(made("2027-KH"), KINDS)
    assert any("93/2025/QH15" in one for one in new.basis)
    assert (new.head.type_name, new.head.address_to) == ("KẾ HOẠCH", ())
    assert "/KH-" in new.head.number
    assert new.head.subject.endswith("trong Công an nhân dân năm 2027")


def test_a_plan_says_targets_tasks_and_deposits() -> None:
    plain = texts(made("2027-KH"))
    assert plain["target_tasks"].count("……") == 3 and plain["target_training"].count("……") == 2
    aimed = Prepared(estimates={"tasks.new": 4, "tasks.accepted": 1_250, "training.sessions": 0})
    set_ = texts(made("2027-KH", prepared=aimed))
    assert set_["target_tasks"].startswith(
        "Nhiệm vụ khoa học và công nghệ mở mới: 4; được nghiệm thu: 1.250; đưa"
    )
    assert "bồi dưỡng: 0, với ……" in set_["target_training"]
    # by the records: open in 2027 are those not accepted; all of them end in December 2027
    going_on = sum(not one.get("accepted") for one in tasks(12))
    assert f"Tiếp tục thực hiện {going_on} nhiệm vụ" in plain["carried_over"]
    assert f"nghiệm thu {going_on} nhiệm vụ có thời hạn" in plain["to_accept"]
    assert "chưa nộp cho V04" in plain["to_deposit"] and "late" not in plain


def test_a_half_year_looks_at_the_next_half() -> None:
    headings = {
        code: [one["text"] for one in made(code).narrative if one["style"] == "heading1"] for code in PERIODS
    }
    assert "V. NHIỆM VỤ TRỌNG TÂM 6 THÁNG CUỐI NĂM 2026" in headings["2026-H1"]
    assert "V. NHIỆM VỤ TRỌNG TÂM 6 THÁNG ĐẦU NĂM 2027" in headings["2026-H2"]
    assert "V. NHIỆM VỤ TRỌNG TÂM THỜI GIAN TỚI" in headings["20260101-20260930"]


def test_a_half_year_is_shorter_than_a_year() -> None:
    assert len(made("2026-H1").narrative) < 0.75 * len(made("2026").narrative)


def test_a_summary_goes_year_by_year() -> None:
    papers = [
        record(
            "publication",
            n,
            {"document_type": "monograph", "title": f"Sách {n}", "issued": year, "ownership": "own"},
        )
        for n, year in enumerate(("2022", "2022-05", "2024-01-02"), 1)
    ]
    said = texts(sample(*papers, period=parse_period("2021-2025")))
    assert said["publications_by_year"] == "Số ấn phẩm, tài liệu từng năm: năm 2022: 2; năm 2024: 1."
    assert "tasks_by_year" not in said  # no task was accepted in any of the years


@pytest.mark.parametrize("code", ["2026", "2026-H1"])
def test_what_is_expected_till_the_end_is_said_only_when_it_is_set(code: str) -> None:
    assert "estimated" not in texts(made(code))
    assert not any("Ước thực hiện" in one["text"] for one in made(code).narrative)
    expected = Prepared(estimates={"tasks.accepted": 6, "funding.spent": 1_500_000})
    said = texts(made(code, prepared=expected))["estimated"]
    day = "31/12/2026" if code == "2026" else "30/06/2026"
    assert said == (
        f"Ước thực hiện đến hết ngày {day}: kinh phí nhiệm vụ đã chi (đồng): 1.500.000 đồng; "
        "nhiệm vụ được nghiệm thu: 6."
    )


def test_own_words_keep_their_numbers_and_their_braces() -> None:
    own = OwnText("Cả năm có {tasks.total} nhiệm vụ.\nMẫu {abc}, {0}: {deposits.nothing}, {list:nowhere}.")
    said = texts(made("2026", prepared=Prepared(texts={"tasks": own})))["tasks"]
    assert said == "Cả năm có 12 nhiệm vụ.\nMẫu {abc}, {0}: {deposits.nothing}, {list:nowhere}."


def test_a_sentence_looked_at_but_not_worded_is_drafted_as_before() -> None:
    looked = Prepared(texts={"tasks": OwnText("", {"tasks.total": 9}), "stopped": OwnText("", {})})
    assert texts(made("2026", prepared=looked)) == texts(made("2026"))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("tasks.total", "Nhiệm vụ khoa học và công nghệ"),
        ("tasks.ongoing", "Nhiệm vụ chưa kết thúc"),
        ("tasks_by_level.ministry.accepted", "Nhiệm vụ, cấp bộ – được nghiệm thu"),
        ("publications_by_type.journal_article.total", "Ấn phẩm, bài báo tạp chí"),
        ("deposits.owed", "Nộp lưu – chưa nộp"),
        ("nothing.of.that.name", "nothing.of.that.name"),
    ],
)
def test_what_a_figure_is_called(name: str, label: str) -> None:
    assert label_of(made("2026").figures, name) == label


def test_a_list_knows_the_figures_behind_it() -> None:
    snapshot = made("2026")
    wording = Wording(
        forms.read_form(snapshot.form), snapshot.period, snapshot.unit, snapshot.figures, {}, {}
    )
    names = wording.figures_of("{list:tasks_by_level}")
    assert sum(wording.value(name) for name in names) == snapshot.figure("tasks.total") == 12
    assert all(wording.value(name) for name in names)


def test_the_form_of_an_old_day_is_the_first_one() -> None:
    assert forms.form_for("plan", date(1995, 12, 31)).name == "plan-2023-10-07"
