"""Records as citations: names, types, and text that must not break out of its field."""

from __future__ import annotations

import pytest

from stdesk.domain.kinds import all_kinds
from stdesk.domain.records import Record, State
from stdesk.exchange.bibliography import bibtex_entries, is_bibliographic, person_name, ris_entries

KINDS = all_kinds()


def record(kind: str, number: int = 12, **values: object) -> Record:
    return Record(f"{kind}-{number}", kind, number, 1, State.COMPLETE, "thuong", values)


def bib(kind: str, **values: object) -> str:
    return "".join(bibtex_entries(KINDS[kind], [record(kind, **values)]))


def ris(kind: str, **values: object) -> list[str]:
    return "".join(ris_entries(KINDS[kind], [record(kind, **values)])).split("\r\n")


ARTICLE = {
    "document_type": "journal_article",
    "title": "Phòng ngừa tội phạm ở Việt Nam",
    "contributors": ({"name": "Nguyễn Văn A"}, {"name": "Trần Thị Bích Hà"}),
    "container": "Tạp chí Cảnh sát nhân dân",
    "issued": "2026-03-04",
    "issue": "5",
    "pages": "46-51",
    "issn": "1859-4794",
    "language": "vi",
    "keywords": ("ma túy", "phòng ngừa"),
}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Nguyễn Văn A", ("Nguyễn", "Văn A")),
        ("Le Van Hai", ("Le", "Van Hai")),  # without accents it is still a Vietnamese name
        ("John R. Smith", ("Smith", "John R.")),
        ("Smith, John", ("Smith", "John")),
        ("K'Brế", ("K'Brế", "")),
        ("Phòng Tham mưu", ("Phòng Tham mưu", "")),
        ("  ", ("", "")),
    ],
)
def test_names(written: str, expected: tuple[str, str]) -> None:
    assert person_name(written) == expected


def test_article_in_bibtex() -> None:
    entry = bib("publication", **ARTICLE)
    assert entry.startswith("@article{nguyen2026_12,\n")
    for line in (
        "title = {{Phòng ngừa tội phạm ở Việt Nam}},", "author = {Nguyễn, Văn A and Trần, Thị Bích Hà},",
        "journal = {Tạp chí Cảnh sát nhân dân},", "year = {2026},", "month = {3},", "pages = {46--51},",
        "issn = {1859-4794},", "keywords = {ma túy, phòng ngừa},",
    ):  # fmt: skip
        assert f"  {line}\n" in entry
    assert "publisher" not in entry  # empty fields are left out


def test_article_in_ris() -> None:
    lines = ris("publication", **ARTICLE)
    assert lines[0] == "TY  - JOUR"
    for line in ("TI  - Phòng ngừa tội phạm ở Việt Nam", "AU  - Nguyễn, Văn A", "AU  - Trần, Thị Bích Hà",
                 "T2  - Tạp chí Cảnh sát nhân dân", "PY  - 2026", "DA  - 2026/03/04/", "SP  - 46", "EP  - 51",
                 "SN  - 1859-4794", "KW  - ma túy"):  # fmt: skip
        assert line in lines
    assert lines[-3:] == ["ER  - ", "", ""]


@pytest.mark.parametrize(
    ("document_type", "bibtex", "ris_type"),
    [
        ("monograph", "@book{", "BOOK"), ("book_chapter", "@incollection{", "CHAP"),
        ("conference_paper", "@inproceedings{", "CPAPER"), ("masters_thesis", "@mastersthesis{", "THES"),
        ("doctoral_thesis", "@phdthesis{", "THES"), ("task_report", "@techreport{", "RPRT"),
        ("patent", "@misc{", "PAT"), ("standard", "@misc{", "STAND"), ("software", "@misc{", "COMP"),
        ("database", "@misc{", "DATA"), ("newspaper_article", "@article{", "NEWS"),
        ("other", "@misc{", "GEN"),
    ],
)  # fmt: skip
def test_types(document_type: str, bibtex: str, ris_type: str) -> None:
    assert bib("publication", document_type=document_type, title="Tên").startswith(bibtex)
    assert ris("publication", document_type=document_type, title="Tên")[0] == f"TY  - {ris_type}"


def test_a_thesis_names_school_and_supervisor() -> None:
    thesis = {
        "document_type": "doctoral_thesis",
        "title": "Tên luận án",
        "contributors": ({"name": "Lê Hà"},),
        "thesis_institution": "Học viện CSND",
        "supervisors": ({"name": "Phạm Minh Đức"},),
        "defended": "2026",
    }
    entry = bib("publication", **thesis)
    assert (
        "school = {Học viện CSND}" in entry
        and "type = {Luận án tiến sĩ}" in entry
        and "year = {2026}" in entry
    )
    assert {"PB  - Học viện CSND", "A3  - Phạm, Minh Đức", "M3  - Luận án tiến sĩ"} <= set(
        ris("publication", **thesis)
    )


def test_a_task_is_a_report_numbered_by_its_code() -> None:
    task = {"title": "Đề tài", "code": "BCA.2024.MH_29", "leader": ({"name": "Lê Hà"},), "host": "PV01",
            "members": ({"name": "Đỗ Nam"},), "accepted": "2026-04-27"}  # fmt: skip
    entry = bib("research_task", **task)
    assert entry.startswith("@techreport{le2026_12,")
    assert r"number = {BCA.2024.MH\_29}" in entry and "institution = {PV01}" in entry
    assert "author = {Lê, Hà and Đỗ, Nam}" in entry
    assert "AN  - BCA.2024.MH_29" in ris("research_task", **task)


def test_hostile_text_stays_in_its_field() -> None:
    title = "50% & {x} \\input{/etc/passwd} $#_~^\nER  - \r\nTY  - BOOK }} @book{evil,"
    entry = bib("publication", title=title, contributors=({"name": "A and B, C"}, {"name": "Hà"}))
    depth = 0
    for char in entry:  # BibTeX counts braces, escaped or not
        depth += {"{": 1, "}": -1}.get(char, 0)
        assert depth >= 0
    assert depth == 0
    assert entry.count("\n@") == 0 and r"\textbackslash{}input" in entry
    assert "author = {{C A and B} and {Hà}}" in entry
    assert [line for line in ris("publication", title=title) if line.startswith(("ER", "TY"))] == [
        "TY  - GEN",
        "ER  - ",
    ]


def test_keys_never_meet() -> None:
    many = [
        record("publication", n, title="Tên", contributors=({"name": "Đỗ Đạt"},), issued="2026")
        for n in (1, 2)
    ]
    keys = [entry.split("{")[1].split(",")[0] for entry in bibtex_entries(KINDS["publication"], many)]
    assert keys == ["do2026_1", "do2026_2"]


def test_what_can_be_cited() -> None:
    assert [kind.name for kind in KINDS if is_bibliographic(kind)] == ["publication", "research_task"]
