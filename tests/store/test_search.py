"""Finding in the Vietnamese way: accents and đ do not matter, exact accents come first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdesk.domain.kinds import all_kinds
from stdesk.store.library import Library, ListQuery
from stdesk.store.search import parse
from tests.store.conftest import TickingClock, add


@pytest.fixture
def stocked(library: Library) -> Library:
    with library.work("imported") as work:
        for title in (
            "Ứng dụng kỹ thuật hình sự trong điều tra",
            "Đề án 06 tại công an cấp xã",
            "Dé àn 06: một tên gần giống",
            "Kinh nghiệm xây dựng ma trận",
            "Phòng, chống ma túy ở biên giới",
        ):
            work.create("publication", {"title": title, "issued": "2025"})
        work.create("publication", {"title": "Số đăng ký", "issn": "1859-4794", "abstract": "Đề án 06/CP"})
        work.create("research_task", {"title": "Hoàn thiện Đề án 06", "code": "BCA.2024.MH.29"})
        work.create(
            "training_session", {"title": "Tập huấn kỹ thuật hình sự", "lecturers": [{"name": "Đỗ Thị Ước"}]}
        )
    return library


def titles(library: Library, words: str, **more: object) -> list[str]:
    return [hit.title for hit in library.search(words, **more)]  # type: ignore[arg-type]


def test_with_and_without_accents_the_same_records(stocked: Library) -> None:
    found = set(titles(stocked, "đề án 06"))
    assert found == set(titles(stocked, "de an 06")) == set(titles(stocked, "DE AN 06"))
    assert found == {
        "Đề án 06 tại công an cấp xã",
        "Dé àn 06: một tên gần giống",
        "Số đăng ký",
        "Hoàn thiện Đề án 06",
    }
    assert set(titles(stocked, "ky thuat hinh su")) == {
        "Ứng dụng kỹ thuật hình sự trong điều tra",
        "Tập huấn kỹ thuật hình sự",
    }


def test_exact_accents_come_first(stocked: Library) -> None:
    hits = stocked.search("đề án 06")
    assert [hit.exact for hit in hits] == [True, True, True, False]
    assert hits[-1].title == "Dé àn 06: một tên gần giống"
    assert titles(stocked, "dé àn")[0] == "Dé àn 06: một tên gần giống"
    assert titles(stocked, "ma túy")[0] == "Phòng, chống ma túy ở biên giới"
    assert stocked.search("ma trận")[0].exact


def test_words_in_the_title_before_words_elsewhere(stocked: Library) -> None:
    assert titles(stocked, "de an 06", kind="publication")[-1] == "Số đăng ký"


def test_decomposed_and_old_tone_marks_are_found(stocked: Library) -> None:
    assert titles(stocked, "đe\u0302\u0300 a\u0301n 06")[0] in titles(stocked, "đề án 06")[:3]
    assert titles(stocked, "ma tuý") == ["Phòng, chống ma túy ở biên giới"]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("1859-4794", "Số đăng ký"),
        ("18594794", "Số đăng ký"),
        ("1859 4794", "Số đăng ký"),
        ("BCA.2024.MH.29", "Hoàn thiện Đề án 06"),
        ("bca.2024.mh", "Hoàn thiện Đề án 06"),
        ("BCA2024MH29", "Hoàn thiện Đề án 06"),
        ("06/cp", "Số đăng ký"),
        ("do thi uoc", "Tập huấn kỹ thuật hình sự"),
        ("ước đỗ", "Tập huấn kỹ thuật hình sự"),
    ],
)
def test_numbers_codes_and_people(stocked: Library, words: str, title: str) -> None:
    assert title in titles(stocked, words)


def test_the_last_word_may_be_unfinished_the_others_not(stocked: Library) -> None:
    assert titles(stocked, "hinh s", kind="training_session") == ["Tập huấn kỹ thuật hình sự"]
    assert titles(stocked, "hin su") == []
    assert titles(stocked, "đề á")[0].startswith("Đề án 06") or "Đề án 06" in titles(stocked, "đề á")[0]


def test_quotes_keep_words_together(stocked: Library) -> None:
    assert titles(stocked, '"hình sự kỹ thuật"') == []
    assert len(titles(stocked, "hình sự kỹ thuật")) == 2
    assert len(titles(stocked, "“kỹ thuật hình sự”")) == 2
    assert titles(stocked, '"hình s"') == []  # closed quotes: whole words
    assert len(titles(stocked, '"thuật hình s')) == 2  # still being typed


def test_trash_and_undone_are_not_found_and_come_back(stocked: Library) -> None:
    (hit,) = stocked.search("BCA.2024.MH.29")
    with stocked.work("trashed") as work:
        work.trash(hit.id)
    assert stocked.search("BCA.2024.MH.29") == []
    stocked.undo()
    assert stocked.search("BCA.2024.MH.29") == [hit]


def test_kinds_take_turns_in_a_short_answer(library: Library) -> None:
    with library.work("imported") as work:
        for place in range(300):
            work.create("publication", {"title": f"Báo cáo {place}"})
        work.create("research_task", {"title": "Báo cáo nhiệm vụ"})
    assert {hit.kind for hit in library.search("bao cao", limit=4)} == {"publication", "research_task"}
    assert len(library.search("bao cao", limit=50)) == 50
    assert len(library.search("bao cao", kind="publication", limit=280)) == 280


def test_a_title_hit_is_found_among_many_newer_others(library: Library) -> None:
    with library.work("imported") as work:
        work.create("publication", {"title": "Nhận dạng khuôn mặt"})
        for place in range(400):
            work.create("publication", {"title": f"Bài {place}", "abstract": "nhận dạng khuôn mặt"})
    assert titles(library, "nhan dang khuon mat")[0] == "Nhận dạng khuôn mặt"
    assert titles(library, "nhận dạng khuôn mặt")[0] == "Nhận dạng khuôn mặt"


def test_lists_find_the_same(stocked: Library) -> None:
    keys = stocked.ids(ListQuery("publication", words="đề án 06"))
    shown = {row.values["title"] for row in stocked.rows("publication", keys).values()}
    assert shown == set(titles(stocked, "đề án 06", kind="publication"))


@pytest.mark.parametrize("words", ["", "   ", '"', '""', "***", "- + ( ) :", "\x00", "“”", "_", "\ud800"])
def test_no_word_finds_nothing_and_filters_nothing(stocked: Library, words: str) -> None:
    assert stocked.search(words) == []
    assert len(stocked.ids(ListQuery("publication", words=words))) == 6


HOSTILE = st.text(st.sampled_from(list("ađề06 \"'*():^-+{}.\\/;%_\x00\u0301\ud800ßİ中")), max_size=40)


@settings(max_examples=150, deadline=None)
@given(words=HOSTILE | st.text(max_size=30) | st.sampled_from(["AND", "OR NOT x", "NEAR(a b)", "title : a"]))
def test_nothing_typed_is_an_error(shared: Library, words: str) -> None:
    found = shared.search(words)
    assert len(found) <= 50
    listed = shared.ids(ListQuery("publication", words=words, sort=(("title", False),)))
    assert {h.id for h in found if h.kind == "publication"} <= {
        row.id for row in shared.rows("publication", listed).values()
    }


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library.create(
        tmp_path_factory.mktemp("search"),
        kinds=all_kinds(),
        clock=TickingClock(),
        unit_code="X",
        unit_name="Y",
    )
    add(library, title='a "đề" 06*', notes="(x) ß İ 中")
    return library


def test_a_very_long_query_is_cut() -> None:
    assert len(parse("a " * 100_000)) <= 24


def test_labels_of_codes_are_found_in_both_languages(library: Library) -> None:
    add(library, title="Không có chữ ấy", document_type="journal_article")
    assert titles(library, "bao") == titles(library, "article") == ["Không có chữ ấy"]
