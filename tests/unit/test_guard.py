"""Signs of secrets: what is one, what only looks like one, and that no number is told whole."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.domain.guard import CITIZEN, MARK, OLD_CARD, PASSPORT, mark_in, masked, page_signs, signs

TYPED = [
    # marks
    ("Kế hoạch số 12 (Mật)", [MARK]),
    ("Kế hoạch [TỐI MẬT] 2026", [MARK]),
    ("Báo cáo {tuyệt  mật}", [MARK]),
    ("Độ mật: Mật", [MARK]),
    ("độ mật - tối mật", [MARK]),
    ("ĐỘ MẬT = TUYỆT MẬT", [MARK]),
    ("TUYỆT MẬT", [MARK]),
    ("Phương án TỐI MẬT về bảo vệ", [MARK]),
    ("Công văn MẬT số 5", [MARK]),
    ("Đóng dấu MẬT.", [MARK]),
    ("MẬT: kế hoạch nghiệp vụ", [MARK]),
    (unicodedata.normalize("NFD", "Công văn (Tối mật)"), [MARK]),
    # words of which "mật" is a part, and lists of levels: no marks
    ("bí mật kinh doanh", []),
    ("Bảo vệ bí mật nhà nước", []),
    ("BẢO VỆ BÍ MẬT NHÀ NƯỚC TRONG CHUYỂN ĐỔI SỐ", []),
    ("Bảo vệ BÍ MẬT nhà nước", []),
    ("Phòng CSMT mật độ giao thông", []),
    ("MẬT ĐỘ giao thông trên quốc lộ", []),
    ("Quản lý MẬT KHẨU và MẬT MÃ", []),
    ("Ngành BẢO MẬT, ngành CƠ MẬT", []),
    ("nghề nuôi ong lấy mật", []),
    ("MẬT ONG rừng U Minh", []),
    ("quan hệ mật thiết với nhân dân", []),
    ("bữa cơm thân mật", []),
    ("tuyệt mật là phim truyền hình", []),
    ("tài liệu mật của bạn", []),
    ("Độ mật: Thường", []),
    ("Các độ mật: Tuyệt mật, Tối mật, Mật", []),
    ("Dấu TUYỆT MẬT, TỐI MẬT và MẬT theo quy định", []),
    ("Mức độ bảo mật: ☐Mật ☐Tối mật", []),
    ("mật nghị, mật ước, MẬT THƯ thời Nguyễn", []),
    ("ĐỔI MẬT MÃ", []),
    ("TÀI LIỆU MẬT VÀ CÁCH BẢO QUẢN", []),  # a title in capitals: a word like others
    ("mat khau", []),
    ("", []),
    # citizens' numbers
    ("001095012345", [CITIZEN]),
    ("CCCD: 079201000123", [CITIZEN]),
    ("Số căn cước 001 095 012 345", [CITIZEN]),
    ("Số định danh 036.199.004.321", [CITIZEN]),
    ("Nguyễn Văn A, 096301009999, Cà Mau", [CITIZEN]),
    ("(040088000001)", [CITIZEN]),
    ("001095012345 và 079201000123", [CITIZEN, CITIZEN]),
    # what only has as many digits
    ("003095012345", []),  # no such province
    ("001595012345", []),  # no such century
    ("001299012345", []),  # born in 2099
    ("001.095.012.345 đồng", []),
    ("0010950123456", []),
    ("00109501234", []),
    ("ISBN 978-604-72-0109-5", []),
    ("ISBN 9786047201095", []),
    ("https://doi.org/10.1000/001095012345", []),
    ("Mã nhiệm vụ BH-001095012345", []),
    ("A001095012345", []),
    ("tài khoản 101095012345", []),
    ("2026-001095012345", []),
    ("kinh phí 120000000000", []),
    # identity cards of old: only beside their word
    ("CMND 012345678", [OLD_CARD]),
    ("CMTND số: 012 345 678", [OLD_CARD]),
    ("giấy chứng minh nhân dân số 381234567", [OLD_CARD]),
    ("mã hồ sơ 012345678", []),
    ("chứng minh rằng 12 trên 30 mẫu", []),
    ("điện thoại 0912345678", []),
    ("kinh phí 123.456.789 đồng", []),
    # passports: only beside their word
    ("Hộ chiếu số B1234567", [PASSPORT]),
    ("passport: C7654321", [PASSPORT]),
    ("hộ chiếu P00123456", [PASSPORT]),
    ("B1234567", []),
    ("hộ chiếu công vụ, quyết định 1234567", []),
    ("Hộ chiếu điện tử: nghiên cứu AB1234567", []),
    # both
    ("(Mật) CCCD 001095012345", [MARK, CITIZEN]),
]


@pytest.mark.parametrize(("text", "found"), TYPED)
def test_what_is_typed(text: str, found: list[str]) -> None:
    assert [one.code for one in signs(text)] == found


PAGES = [
    ("BỘ CÔNG AN\nMẬT\nBÁO CÁO\nKết quả", [MARK]),
    ("CÔNG AN TỈNH\n  T Ố I   M Ậ T \nKẾ HOẠCH", [MARK]),
    ("TUYỆT MẬT", [MARK]),
    ("TUYET MAT\nBAO CAO", [MARK]),
    ("Độ mật: Tối mật\nBáo cáo", [MARK]),
    (unicodedata.normalize("NFD", "MẬT\nKế hoạch"), [MARK]),
    ("Danh sách\nNguyễn Văn A 001095012345\n", [CITIZEN]),
    ("Số: 12/KH-PC09   TỐI MẬT\nKẾ HOẠCH", [MARK]),
    ("Số: 12/KH-PC09 về bảo vệ BÍ MẬT nhà nước", []),
    ("MAT\nDISPLAY", []),
    ("Mật\nnhững trang đầu", []),
    ("BẢO VỆ BÍ\nMẬT NHÀ NƯỚC", []),
    ("Mức độ bảo mật: ☐Bình thường ☐Mật ☐Tối mật ☐Tuyệt mật", []),
    ("Độ mật: Mật, Tối mật, Tuyệt mật (gạch bỏ)", []),
    ("Điều 5. Dấu MẬT đóng bằng mực đỏ", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "found"), PAGES)
def test_what_stands_on_a_page(text: str, found: list[str]) -> None:
    assert [one.code for one in page_signs(text)] == found


def test_a_sign_says_where_it_stands_and_hides_the_number() -> None:
    text = "Chủ nhiệm: Nguyễn Văn A, CCCD 001 095 012 345."
    (one,) = signs(text)
    assert text[one.start : one.end] == "001 095 012 345"
    assert one.shown == "001…45" and "095" not in one.shown
    assert mark_in("Kế hoạch\n( Tối\u00a0mật )") == "( Tối mật )"
    stamp = page_signs("một\nMẬT\nhai")[0]
    assert "một\nMẬT\nhai"[stamp.start : stamp.end] == "MẬT"


@given(st.text(max_size=300))
def test_any_text_is_looked_at(text: str) -> None:
    whole = unicodedata.normalize("NFC", text)
    for one in (*signs(text), *page_signs(text)):
        assert 0 <= one.start < one.end <= len(whole)


@given(st.sampled_from(["001", "048", "096"]), st.integers(0, 1), st.integers(0, 99), st.integers(0, 999_999))
def test_every_proper_number_is_found_and_never_told(
    province: str, century: int, year: int, rest: int
) -> None:
    number = f"{province}{century}{year:02}{rest:06}"
    (one,) = signs(f"Họ tên: A; số {number}; nam")
    assert one.code == CITIZEN and one.shown == masked(number) and number[3:-2] not in one.shown


@given(st.integers(0, 10**9), st.sampled_from(["điện thoại {}", "kinh phí {} đồng", "{} mẫu", "số {}/QĐ"]))
def test_short_numbers_are_nobodys(number: int, around: str) -> None:
    assert signs(around.format(number)) == ()


def test_a_long_text_takes_no_time() -> None:
    assert signs("mật " * 100_000) == () and signs("1" * 400_000) == ()
    assert page_signs("M" * 200_000) == () and signs("(" * 200_000 + "mật") == ()
