"""Names are safe wherever a stick is plugged in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.package.layout import collision_key, package_name, path_problem, short_name, shown


@pytest.mark.parametrize(
    ("unit", "period", "number", "expected"),
    [
        ("PC09", "2026", 1, "KHCN-PC09-2026-L01"),
        ("CAT Đắk Lắk/PC09", "2026-H1", 12, "KHCN-CAT-DAK-LAK-PC09-2026-H1-L12"),
        ("đơn vị", "2026", 100, "KHCN-DON-VI-2026-L100"),
        ("../..\\", "2026", 2, "KHCN-DON-VI-2026-L02"),
        ("CON", "2026", 1, "KHCN-CON-2026-L01"),
    ],
)
def test_a_package_is_named_by_unit_period_and_submission(
    unit: str, period: str, number: int, expected: str
) -> None:
    assert package_name(unit, period, number) == expected
    assert package_name(unit, period, number, trial=True) == f"{expected}-THU"


def test_long_codes_that_begin_alike_stay_apart() -> None:
    one, other = (package_name(f"{'phong ky thuat hinh su' * 3} {n}", "2026", 1) for n in (1, 2))
    assert one != other
    assert len(one) < 50


@given(st.text(max_size=80), st.text("0123456789abcdef", min_size=40, max_size=128))
def test_any_original_name_gets_a_short_ascii_one(original: str, digest: str) -> None:
    name = short_name(f"{original}.PDF", digest)
    assert re.fullmatch(r"[0-9a-f]{16}(-[a-z0-9-]+)?\.pdf", name)
    assert len(name) <= 60
    assert path_problem(name) is None


@given(st.text(max_size=40))
def test_any_unit_code_gives_a_safe_name(unit: str) -> None:
    name = package_name(unit, "2026", 1)
    assert re.fullmatch("KHCN-[A-Z0-9-]+-2026-L01", name)
    assert path_problem(name) is None


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/etc/passwd", "name_escapes"),
        ("data/../../x", "name_escapes"),
        ("data//x", "name_escapes"),
        ("data/./x", "name_escapes"),
        ("data\\x", "name_escapes"),
        ("C:x", "name_escapes"),
        ("~/x", "name_escapes"),
        ("", "name_escapes"),
        ("data/a:b", "name_forbidden"),
        ("data/100%.pdf", "name_forbidden"),
        ("data/a?", "name_forbidden"),
        ("data/a.", "name_trailing"),
        ("data/a /b", "name_trailing"),
        ("data/ a", "name_trailing"),
        ("data/CON", "name_reserved"),
        ("data/aux.pdf", "name_reserved"),
        ("data/Com1.tar.gz", "name_reserved"),
        ("data/LPT².txt", "name_reserved"),
        ("data/a\nb", "name_control"),
        ("data/\u202efdp.exe", "name_control"),
        ("data/" + "a" * 101, "name_too_long"),
        ("data/e\u0301.pdf", "name_decomposed"),
        ("data/é.pdf", None),
        ("data/console.pdf", None),
        ("data/báo cáo.pdf", None),
    ],
)
def test_a_dangerous_name_is_told_from_a_good_one(path: str, problem: str | None) -> None:
    assert path_problem(path) == problem


def test_names_one_file_system_would_merge_collide() -> None:
    assert collision_key("data/ĐỀ ÁN.pdf") == collision_key("data/đề án.pdf")
    assert collision_key("data/e\u0301") == collision_key("data/É")
    assert collision_key("data/de") != collision_key("data/đe")


def test_a_hostile_name_is_shown_without_its_effects() -> None:
    assert shown("a\u202eb\x1b[31m\n") == "a\\u202eb\\u001b[31m\\u000a"
    assert len(shown("x" * 1000)) == 200
