"""Text of old Vietnamese fonts: decoded by font, noticed without one, never seen where it is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viparse.normalize.tcvn3 import TCVN3 as TCVN3_MAP
from viparse.normalize.vni import VNI as VNI_MAP

from stdesk.domain.legacy_text import looks_legacy, tcvn3_table, vni_table
from stdesk.exchange.legacy import TCVN3, VISCII, VNI, VPS, decode, decode_cell, font_code, suspect


@pytest.mark.parametrize(
    ("font", "encoding", "capitals"),
    [
        (".VnTime", TCVN3, False),
        (".VnTimeH", TCVN3, True),
        (".vntime", TCVN3, False),
        (".vntimeh", TCVN3, True),
        (".VnArial NarrowH", TCVN3, True),
        ("VNI-Times", VNI, False),
        ("vni-helve", VNI, False),
        ("VPS Times", VPS, False),
        ("VI Times", VISCII, False),
    ],
)
def test_fonts_tell_their_code(font: str, encoding: str, capitals: bool) -> None:
    code = font_code(font)
    assert code is not None
    assert (code.encoding, code.capitals) == (encoding, capitals)


@pytest.mark.parametrize(
    "font", ["Times New Roman", "Arial", "", "Vineta BT", "UVN Ba Le", "Verdana", "Viner Hand"]
)
def test_other_fonts_tell_nothing(font: str) -> None:
    assert font_code(font) is None


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("N©ng cao hiÖu qu¶", "Nâng cao hiệu quả"),
        ("Hoµng Xu©n Ánh", "Hoàng Xuân Ánh"),  # Á is no code of TCVN3
        ("Lý C«ng C\xadêng", "Lý Công Cường"),  # the soft hyphen is ư
        ("§Æng ThÞ Mü", "Đặng Thị Mỹ"),
        ("chuyÓn ®æi sè 2021-2026", "chuyển đổi số 2021-2026"),
    ],
)
def test_tcvn3_cells(raw: str, meant: str) -> None:
    code = font_code(".VnTime")
    assert code is not None
    assert decode_cell(raw, code) == meant


def test_fonts_that_draw_capitals() -> None:
    code = font_code(".VnTimeH")
    assert code is not None
    assert decode_cell("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM", code) == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert decode_cell("B¸o c¸o", code) == "BÁO CÁO"


@pytest.mark.parametrize("text", ["Nguyễn Thị Huế", "Đà Nẵng", "Trường Sĩ quan", "Cà Mau", "Hà Lê"])
def test_unicode_in_an_old_font_stays(text: str) -> None:
    code = font_code(".VnTime")
    assert code is not None
    assert decode_cell(text, code) == text


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("Nghieân cöùu öùng duïng", "Nghiên cứu ứng dụng"),
        ("Coâng an tænh Minh Haûi", "Công an tỉnh Minh Hải"),
        ("ÑAÏI HOÏC", "ĐẠI HỌC"),
        ("Ñaø Naüng, saün saøng", "Đà Nẵng, sẵn sàng"),
        ("thaúng thaén, kyù luaät, kyû yeáu, tî", "thẳng thắn, ký luật, kỷ yếu, tỵ"),
        ("Voõ Thò Thu Haø", "Võ Thị Thu Hà"),
    ],
)
def test_vni(raw: str, meant: str) -> None:
    assert decode(raw, VNI) == meant


def test_rare_codes() -> None:
    assert decode("C\xb5ng", VISCII) != "C\xb5ng"
    assert decode("Vi\x86t Nam", VPS) == decode("Vi†t Nam", VPS)  # Office keeps the byte 86 as †
    with pytest.raises(ValueError, match="EBCDIC"):
        decode("x", "EBCDIC")


def test_tables_agree_with_an_independent_one() -> None:
    ours, theirs = tcvn3_table(), dict(TCVN3_MAP.pairs)
    assert {code: ours.get(code, code) for code in theirs} == theirs
    assert set(ours) <= set(theirs)
    ours, theirs = vni_table(), dict(VNI_MAP.pairs)
    assert {code: ours.get(code) for code in theirs} == theirs


LEGACY_TCVN3 = [
    "N©ng cao hiÖu qu¶ x©y dùng lùc l\xadîng C«ng an x· chÝnh quy",
    "Mét sè kinh nghiÖm phßng ngõa téi ph¹m vÒ ma tóy trªn ®Þa bµn tØnh",
    "TrÇn V¨n §«ng",
    "Hoµng Xu©n Ánh",
    "Céng hoµ x· héi chñ nghÜa ViÖt Nam",
]
LEGACY_VNI = ["Nghieân cöùu öùng duïng coâng ngheä", "Nguyeãn Vaên Höng", "Coâng an tænh Minh Haûi"]
PROPER = [
    "Nâng cao hiệu quả xây dựng lực lượng Công an xã chính quy",
    "Hà Tân, Bình Thuân; Lê Vân, hoà bình, khoá học, hoá chất, thuý",
    "Tô Khánh Xuân",
    "Lý Công Tân",
    "Cà Mau, Hà Tây, Sóc Trăng",
    "cường độ 5 N·m, 3 µm, 20 ± 1 °C, ½ kg ×2, x², §5, ©2024, Microsoft®",
    "L'été dernier, où êtes-vous allés? À l'hôpital, très tôt; naïve, Noël, maïs, Israël, haïr.",
    "«Où sont-ils?» «Non, n'est pas» «on»",
    "La recherche scientifique à l'université : méthodes, résultats, contrôle et qualité",
    "Die Größe der schönen Häuser in Köln; Übungen für Müller, böse Föhne, Straße, Maß",
    "Ver\xadsi\xadche\xadrungs\xadge\xadsell\xadschaft für Führungs\xadkräfte",
    "El niño compró piñas en el año pasado, también café; según el señor Peña ¿qué?",
    "São Paulo, coração, ações, não é possível, três irmãos",
    "Smørrebrød på Færøerne, København, Ålesund, tænk på læren",
    "Đề án 06 – «Chuyển đổi số» · giai đoạn 2",
    "Nghiên cứu¹ của tác giả²; xem chú thích ¹",
    "plain ASCII text, 1859-4794",
    "Исследование и разработка",
    "",
]  # fmt: skip


@pytest.mark.parametrize("text", LEGACY_TCVN3)
def test_tcvn3_is_noticed(text: str) -> None:
    assert suspect(text) == TCVN3


@pytest.mark.parametrize("text", LEGACY_VNI)
def test_vni_is_noticed(text: str) -> None:
    assert suspect(text) == VNI


@pytest.mark.parametrize("text", PROPER)
def test_proper_text_is_left_alone(text: str) -> None:
    assert looks_legacy(text) == ""


def test_decoded_text_is_no_longer_suspect() -> None:
    for text in LEGACY_TCVN3:
        assert looks_legacy(decode(text, TCVN3)) == ""
    for text in LEGACY_VNI:
        assert looks_legacy(decode(text, VNI)) == ""


_SYLLABLES = [
    "công", "nghiệp", "Lê", "tích", "hoà", "bình", "án", "lý", "Hà", "Tân", "tô", "khoá", "đề", "tài", "Vân",
    "thuý", "hôm", "quân",
]  # fmt: skip


@given(st.lists(st.sampled_from(_SYLLABLES), min_size=1, max_size=12))
def test_no_string_of_proper_words_is_suspect(words: list[str]) -> None:
    assert looks_legacy(" ".join(words)) == ""


@given(st.text(max_size=200))
def test_any_text_is_judged_without_error(text: str) -> None:
    assert looks_legacy(text) in ("", TCVN3, VNI)


def test_a_cell_as_long_as_excel_allows_is_judged_at_once() -> None:
    started = time.perf_counter()
    for text in ("Hà Tân khoá " * 2700, "Xu©n ngh÷ " * 3200, "a©" * 16_000, "aù" * 16_000):
        looks_legacy(text[:32_767])
    assert time.perf_counter() - started < 2
