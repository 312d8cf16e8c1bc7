"""What is proposed while typing: from the library, accents optional, up to date, quick."""

from __future__ import annotations

import string
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.clock import fixed_clock
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.services.desk import Desk
from stdesk.services.suggestions import Pool, Suggestions, key_of
from tests.helpers.toy import TOY


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.create(
        tmp_path / "kho",
        unit_code="CAT-MH",
        unit_name="Công an tỉnh Minh Hải",
        clock=fixed_clock(datetime(2026, 11, 2, 3, 0, tzinfo=UTC)),
        kinds=Kinds(*all_kinds(), TOY),
    ) as opened:
        yield opened


def built(desk: Desk) -> Suggestions:
    desk.suggestions.build()
    return desk.suggestions


def test_accents_and_the_letter_d_are_optional_and_the_beginning_comes_first(desk: Desk) -> None:
    for container in ("Tạp chí Điều tra", "Kỷ yếu điều tra hình sự", "Điều tra và xử lý", "Tạp chí Luật"):
        desk.catalogue.save("publication", {"title": container, "container": container})
    found = built(desk).texts("publication", "container", "dieu tra")
    assert found[0] == "Điều tra và xử lý"
    assert set(found[1:]) == {"Tạp chí Điều tra", "Kỷ yếu điều tra hình sự"}


def test_the_commoner_comes_first_and_nothing_typed_shows_the_commonest(desk: Desk) -> None:
    for n, name in ((1, "Tạp chí A"), (3, "Tạp chí B"), (2, "Tạp chí C")):
        for at in range(n):
            desk.catalogue.save("publication", {"title": f"{name} {at}", "container": name})
    known = built(desk)
    assert known.texts("publication", "container", "tap chi") == ["Tạp chí B", "Tạp chí C", "Tạp chí A"]
    assert known.texts("publication", "container", "", limit=2) == ["Tạp chí B", "Tạp chí C"]


def test_words_in_any_place_and_after_a_bracket_are_found(desk: Desk) -> None:
    desk.catalogue.save("publication", {"title": "x", "container": "Hội thảo khoa học (Bộ Công an)"})
    known = built(desk)
    assert known.texts("publication", "container", "hoc hoi")  # both words begin so
    assert known.texts("publication", "container", "bo cong")
    assert not known.texts("publication", "container", "oi thao")  # the middle of a word is no beginning


def test_departments_are_shared_and_the_unit_itself_is_proposed(desk: Desk) -> None:
    desk.catalogue.save("publication", {"title": "x", "department": "PC09"})
    known = built(desk)
    assert known.texts("research_task", "host", "pc0") == ["PC09"]
    assert known.texts("training_session", "organiser", "cong an tinh minh") == ["Công an tỉnh Minh Hải"]


def test_titles_and_identifiers_are_never_proposed(desk: Desk) -> None:
    desk.catalogue.save("publication", {"title": "Nhan đề riêng", "doi": "10.1/abc"})
    known = built(desk)
    assert known.texts("publication", "title", "nhan de") == [] == known.texts("publication", "doi", "10")


def test_choices_are_proposed_by_their_labels(desk: Desk) -> None:
    assert desk.suggestions.texts("publication", "document_type", "bai bao tap")[0] == "Bài báo tạp chí"


def test_people_come_back_as_last_known(desk: Desk) -> None:
    young = {"name": "Nguyễn Văn An", "rank": "captain", "unit": "PC02"}
    now = {"name": "Nguyễn Văn An", "rank": "colonel", "degree": "doctor"}
    desk.catalogue.save("publication", {"title": "mới", "issued": "2025", "contributors": (now,)})
    desk.catalogue.save("publication", {"title": "cũ, nhập sau", "issued": "2012", "contributors": (young,)})
    found = built(desk).people("nguyen v")
    assert [dict(one) for one in found] == [
        {"name": "Nguyễn Văn An", "rank": "colonel", "degree": "doctor", "unit": "PC02"}
    ]
    assert "role" not in found[0]


def test_a_given_name_alone_finds_its_people(desk: Desk) -> None:
    people = tuple({"name": name} for name in ("An Thị Bé", "Trần Văn An", "Lê Anh Đào"))
    desk.catalogue.save("research_task", {"title": "x", "members": people})
    names = [one["name"] for one in built(desk).people("an")]
    assert names == ["An Thị Bé", "Trần Văn An", "Lê Anh Đào"]
    assert [one["name"] for one in desk.suggestions.people("dao")] == ["Lê Anh Đào"]


def test_someone_is_known_by_the_very_name_only(desk: Desk) -> None:
    desk.catalogue.save("publication", {"title": "x", "contributors": ({"name": "Lê Hà", "unit": "PA05"},)})
    known = built(desk)
    assert (known.known("lê hà") or {}).get("unit") == "PA05"
    assert known.known("Lê Hạ") is None and known.known("Lê") is None


def test_cells_of_people_and_tables_have_their_own_proposals(desk: Desk) -> None:
    person = {"name": "Lê Hà", "unit": "Phòng Tham mưu", "post": "Trưởng phòng"}
    task = {"title": "x", "members": (person,), "products": ({"name": "Phần mềm giám định"},)}
    desk.catalogue.save("research_task", task)
    known = built(desk)
    assert known.texts("publication", "people.post", "truong") == ["Trưởng phòng"]
    assert known.texts("publication", "people.unit", "phong")[0] == "Phòng Tham mưu"
    assert known.texts("research_task", "products.name", "phan mem") == ["Phần mềm giám định"]


def test_codes_used_last_come_first(desk: Desk) -> None:
    for code in ("QD12/2008:101", "QD12/2008:505", "QD12/2008:101"):
        desk.catalogue.save("publication", {"title": code, "field_codes": (code,)})
    assert built(desk).codes("publication", "field_codes") == ["QD12/2008:101", "QD12/2008:505"]


def test_what_was_saved_is_known_at_once_and_what_was_undone_is_forgotten(desk: Desk) -> None:
    known = built(desk)
    saved = desk.catalogue.save("publication", {"title": "x", "container": "Tạp chí Mới"})
    assert known.texts("publication", "container", "tap chi moi") == []
    known.invalidate(saved.changes)
    assert known.stale and known.build() and not known.build()
    assert known.texts("publication", "container", "tap chi moi") == ["Tạp chí Mới"]
    known.invalidate(desk.catalogue.undo())
    known._took = 0.0  # a library that is read at once is read whole again
    known.build()
    assert known.texts("publication", "container", "tap chi moi") == []


def test_a_large_library_is_not_read_again_after_every_save(desk: Desk) -> None:
    known = built(desk)
    known._took = 3600.0
    person = {"name": "Phạm Thị Hoa", "rank": "major"}
    saved = desk.catalogue.save(
        "publication", {"title": "x", "container": "Tạp chí Mới", "contributors": (person,)}
    )
    known.invalidate(saved.changes)
    assert known.build() and not known.stale
    assert known.texts("publication", "container", "moi") == ["Tạp chí Mới"]
    assert dict(known.people("hoa")[0]) == person


def test_any_kind_and_trashed_records(desk: Desk) -> None:
    saved = desk.catalogue.save("toy_award", {"title": "Bằng khen", "words": ("thành tích", "đột xuất")})
    assert built(desk).texts("toy_award", "words", "dot") == ["đột xuất"]
    desk.suggestions.invalidate(desk.catalogue.trash([saved.record.id]))
    desk.suggestions._took = 0.0
    desk.suggestions.build()
    assert desk.suggestions.texts("toy_award", "words", "dot") == []


@given(st.lists(st.text(min_size=1, max_size=12), max_size=12), st.text(max_size=6))
def test_a_pool_finds_what_a_slow_search_finds(texts: list[str], typed: str) -> None:
    pool = Pool(texts)
    needle = key_of(typed)
    if not needle:
        return
    beginning = [texts[at] for at in pool.beginning(needle)]
    assert beginning == [t for t in texts if key_of(t).startswith(needle)]
    for at in pool.inside(needle):
        assert all(word in key_of(texts[at]) for word in needle.split())


def test_twenty_thousand_names_answer_within_milliseconds() -> None:
    letters = string.ascii_lowercase
    texts = [f"Nguyễn {a}{b}{c} Đức" for a in letters for b in letters for c in letters]
    pool = Pool(texts)
    begun = time.perf_counter()
    assert not list(pool.inside("khong co")) and list(pool.beginning("nguyen zzz"))
    assert time.perf_counter() - begun < 0.1  # 5 ms on a quiet machine
