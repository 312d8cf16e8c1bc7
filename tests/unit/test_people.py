from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.domain.codes import code_list
from stdesk.domain.people import PersonName, show_person, split_people

P = PersonName

FAMILIES = ("Nguyễn", "Trần", "Lê", "Đỗ", "Huỳnh", "Ông", "Vàng", "Ma")
MIDDLES = ("Văn", "Thị", "Hoài", "Đức", "Tiến", "Trung", "Thượng")
GIVENS = ("An", "Ánh", "Ơn", "Tá", "Sĩ", "Tạ", "Úy", "Quân", "Thúy")
NAMES = st.builds(lambda *parts: " ".join(parts), *map(st.sampled_from, (FAMILIES, MIDDLES, GIVENS)))
NAMES = st.one_of(NAMES, st.sampled_from(("K'Brế", "Y Moan Niê", "H'Hen Niê", "John O'Neil")))
DEGREES = [code for code, entry in code_list("degree").codes.items() if entry.extra["short"]]
PEOPLE = st.builds(
    PersonName,
    name=NAMES,
    rank=st.sampled_from(("", *code_list("rank").codes)),
    academic_title=st.sampled_from(("", *code_list("academic_title").codes)),
    degree=st.sampled_from(("", *DEGREES)),
)


def people(text: str) -> tuple[PersonName, ...]:
    split = split_people(text)
    assert split.doubts == ()
    return split.people


def names(text: str) -> list[str]:
    return [one.name for one in split_people(text).people]


A, B, C = "Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường"


@pytest.mark.parametrize(
    "typed",
    [
        f"{A}; {B}; {C}",
        f"{A}\n{B}\n{C}",
        f"{A}, {B}, {C}",
        f"{A} và {B} và {C}",
        f"{A}, {B} và {C}",
        f"{A} & {B} & {C}",
        f"{A} - {B} - {C}",
        f"{A} – {B} – {C}",
        f"1. {A} 2. {B} 3. {C}",
        f"1) {A}\n2) {B}\n3) {C}",
        f"- {A}\n- {B}\n- {C}",
        f"• {A}\n• {B};\n• {C}.",
        f"{A};;{B}, ,\n\n {C};",
        f"  {A}  ;\t{B};{C}",
        f"Đ/c {A}, đồng chí {B}, đ/c {C}",
        unicodedata.normalize("NFD", f"{A}; {B} và {C}"),
        f"{A.upper()} VÀ {B.upper()}, {C.upper()}",
    ],
)
def test_separators(typed: str) -> None:
    assert people(typed) == (P(A), P(B), P(C))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (
            "Đại tá, PGS.TS Nguyễn Văn A, Trần Thị B",
            (P("Nguyễn Văn A", "colonel", "associate_professor", "doctor"), P("Trần Thị B")),
        ),
        ("Thạc sĩ. Dương Đình Lan", (P("Dương Đình Lan", degree="master"),)),
        (
            "Nguyễn Thành Hà\nThượng tá, Thạc sĩ Đặng Bảo Hải",
            (P("Nguyễn Thành Hà"), P("Đặng Bảo Hải", "senior_lieutenant_colonel", degree="master")),
        ),
        (
            "Trung uý, PGS.TS Võ Quốc Đạt và Thượng úy Bùi Công Bình",
            (
                P("Võ Quốc Đạt", "lieutenant", "associate_professor", "doctor"),
                P("Bùi Công Bình", "senior_lieutenant"),
            ),
        ),
        ("PGS.TS. Phan Thị Cường", (P("Phan Thị Cường", "", "associate_professor", "doctor"),)),
        ("GS. TS Nguyễn Văn A", (P("Nguyễn Văn A", "", "professor", "doctor"),)),
        (
            "PGS, TS Nguyễn Văn A, ThS. Trần Văn C",
            (P("Nguyễn Văn A", "", "associate_professor", "doctor"), P("Trần Văn C", degree="master")),
        ),
        ("Đại tá, GS,TS Nguyễn Văn A", (P("Nguyễn Văn A", "colonel", "professor", "doctor"),)),
        ("TS.Nguyễn Văn A", (P("Nguyễn Văn A", degree="doctor"),)),
        ("ThS.KS. Trần Văn B", (P("Trần Văn B", degree="master"),)),
        (
            "ths Lê Văn A; ts Trần Văn B; Th.S Lê C; KS Lê D",
            (
                P("Lê Văn A", degree="master"),
                P("Trần Văn B", degree="doctor"),
                P("Lê C", degree="master"),
                P("Lê D", degree="engineer"),
            ),
        ),
        (
            "TSKH Nguyễn Văn A; BSCKII. Trần Văn B; BS Lê C",
            (
                P("Nguyễn Văn A", degree="doctor_of_science"),
                P("Trần Văn B", degree="specialist_2"),
                P("Lê C", degree="physician"),
            ),
        ),
        ("thượng tá thạc sỹ Lê Văn C", (P("Lê Văn C", "senior_lieutenant_colonel", degree="master"),)),
        ("Đ/tá Nguyễn Văn A", (P("Nguyễn Văn A", "colonel"),)),
        (
            "Dai ta, PGS.TS Nguyen Van A va Tran Thi B",
            (P("Nguyen Van A", "colonel", "associate_professor", "doctor"), P("Tran Thi B")),
        ),
        ("Đại tá,\nTS Nguyễn Văn A", (P("Nguyễn Văn A", "colonel", degree="doctor"),)),
        ("Nguyễn Văn A (TS)", (P("Nguyễn Văn A", degree="doctor"),)),
        (
            "Ông Nguyễn Văn A; bà Trần Thị B; Ông/bà Lê C",
            (P("Nguyễn Văn A", gender="male"), P("Trần Thị B", gender="female"), P("Lê C")),
        ),
        (
            "Nguyễn Văn A (chủ biên), Trần Văn B (PV01)",
            (P("Nguyễn Văn A", note="chủ biên"), P("Trần Văn B", unit="PV01")),
        ),
        (
            "Nguyễn Văn A (chủ biên, PV01); Trần Văn B",
            (P("Nguyễn Văn A", note="chủ biên, PV01"), P("Trần Văn B")),
        ),
        (
            "Chủ biên: Nguyễn Văn A, Trần Văn B\nThư ký: Lê Văn C",
            (
                P("Nguyễn Văn A", note="Chủ biên"),
                P("Trần Văn B", note="Chủ biên"),
                P("Lê Văn C", note="Thư ký"),
            ),
        ),
        (
            "Nguyễn Văn A, Phó Giám đốc; Trần Văn B - Phòng PV01",
            (P("Nguyễn Văn A", post="Phó Giám đốc"), P("Trần Văn B", unit="Phòng PV01")),
        ),
        (
            "Thượng tá, Phó Trưởng phòng PV01, Nguyễn Văn A",
            (P("Nguyễn Văn A", "senior_lieutenant_colonel", post="Phó Trưởng phòng", unit="PV01"),),
        ),
        ("", ()),
        (" ; , và\n", ()),
    ],
)
def test_titles_posts_and_notes(typed: str, found: tuple[PersonName, ...]) -> None:
    assert people(typed) == found


@pytest.mark.parametrize(
    "name",
    [
        "Tá",
        "Sĩ",
        "Nguyễn Trung Tá",
        "Trần Tiến Sĩ",
        "Tạ Thượng",
        "Ông Ích Khiêm",
        "Ông Tiến Sĩ",
        "Anh Đức",
        "Ma Văn Kháng",
        "K'Brế",
        "Y Moan Niê",
        "H'Hen Niê",
        "John O'Neil",
        "J.K. Rowling",
        "Nguyễn Thị Thúy Hằng",
        "Thượng Quan Tĩnh",
        "Lê Thị Và",
        "Jean-Pierre Dupont",
        "Đại Nghĩa",
        "Ban Văn Minh",
    ],
)
def test_names_are_not_eaten(name: str) -> None:
    assert people(name) == (P(name),)
    assert people(f"Thiếu tá {name}; {A}") == (P(name, "major"), P(A))


@pytest.mark.parametrize(
    ("shouted", "name"),
    [
        ("NGUYỄN VĂN A", "Nguyễn Văn A"),
        ("K'BRẾ", "K'Brế"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("JOHN O'NEIL", "John O'Neil"),
        ("NGUYỄN Văn A", "NGUYỄN Văn A"),
        ("nguyễn văn a", "nguyễn văn a"),
    ],
)
def test_only_a_name_all_in_capitals_is_written_anew(shouted: str, name: str) -> None:
    assert people(shouted) == (P(name),)


@pytest.mark.parametrize(
    "behind",
    [
        " và cs",
        " và các cộng sự",
        ", và cộng sự",
        " & cs.",
        ", v.v.",
        " v.v...",
        " et al.",
        " cùng cộng sự",
        " và những người khác",
        "…",
        " (và các cộng sự)",
        " và nhóm nghiên cứu",
    ],
)
def test_and_others_is_dropped_but_told(behind: str) -> None:
    split = split_people(f"{A}; {B}{behind}")
    assert [one.name for one in split.people] == [A, B]
    assert split.doubts == ("others_dropped",)


@pytest.mark.parametrize(
    ("typed", "kept", "doubt"),
    [
        ("Phòng Pháp chế và Quản lý khoa học", ["Phòng Pháp chế và Quản lý khoa học"], "not_a_person"),
        ("CÔNG AN TỈNH MINH HẢI", ["CÔNG AN TỈNH MINH HẢI"], "not_a_person"),
        ("PV01", ["PV01"], "not_a_person"),
        ("Nhiều tác giả", ["Nhiều tác giả"], "not_a_person"),
        (f"Phòng Tham mưu và {A}", ["Phòng Tham mưu", A], "not_a_person"),
        (f"{A}, Đại tá", [A], "title_after_name"),
        ("Đại tá, PGS.TS", [], "title_without_name"),
        (f"Đại tá, Trung tá {A}", [A], "title_unclear"),
        ("Smith, John", ["Smith", "John"], "single_word"),
        ("Nguyễn Văn A 3", ["Nguyễn Văn A 3"], "strange_name"),
        ("một hai ba bốn năm sáu bảy tám", ["một hai ba bốn năm sáu bảy tám"], "strange_name"),
    ],
)
def test_what_is_uncertain_is_told(typed: str, kept: list[str], doubt: str) -> None:
    split = split_people(typed)
    assert [one.name for one in split.people] == kept
    assert split.doubts == (doubt,)


def test_a_rank_behind_the_name_goes_to_that_name() -> None:
    assert split_people(f"{A}, Đại tá\n{B}").people == (P(A, "colonel"), P(B))


def test_gender_is_never_guessed_from_a_name() -> None:
    assert people("Trần Thị Bình") == (P("Trần Thị Bình", gender=""),)


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        (P(A), A),
        (P(A, "colonel", "associate_professor", "doctor"), f"Đại tá, PGS.TS {A}"),
        (P(A, "senior_lieutenant"), f"Thượng úy {A}"),
        (P(A, degree="master"), f"ThS {A}"),
        (P(A, degree="intermediate"), A),  # nobody writes it before a name
        (P(A, "no_such_rank"), A),
    ],
)
def test_show_person(person: PersonName, shown: str) -> None:
    assert show_person(person) == shown


def test_show_person_takes_a_records_item() -> None:
    assert show_person({"name": A, "rank": "major", "role": "author"}) == f"Thiếu tá {A}"
    assert show_person({"rank": None}) == ""


@given(st.lists(PEOPLE, min_size=1, max_size=6), st.sampled_from(("; ", "\n", " và ", " & ", ", ", " - ")))
def test_people_joined_come_back_in_order(listed: list[PersonName], separator: str) -> None:
    typed = separator.join(show_person(one) for one in listed)
    for text in (typed, unicodedata.normalize("NFD", typed)):
        assert split_people(text).people == tuple(listed)


@given(
    st.text(max_size=80) | st.text(alphabet=st.sampled_from("Aaá ,;()[]-.\n1:&/…'và Đại tá TS"), max_size=80)
)
def test_any_text_is_read(typed: str) -> None:
    for one in split_people(typed).people:
        assert one.name


@pytest.mark.parametrize(
    "unit", ["(", "[a", "và ", "Đại tá, ", "1. ", "a:", "- ", "A, ", ".", "v.v. ", "Ông ", "Anh "]
)
def test_a_hostile_cell_takes_little_time(unit: str) -> None:
    start = time.perf_counter()
    split = split_people(unit * 100_000)
    assert time.perf_counter() - start < 5
    assert len(split.people) <= 500
    assert "too_many" in split.doubts
