"""Tables from the clipboard: what Excel, Calc and Word put there, and what nobody should."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from stdesk.exchange import clipboard
from stdesk.exchange.clipboard import read_html, read_table, read_tsv, write_tsv

_LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")
_CELLS = st.text(st.one_of(st.sampled_from("\"\t\n ađẾ1;'=-"), _LETTERS), max_size=12)
_TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(_CELLS, min_size=width, max_size=width).map(tuple), min_size=1, max_size=6
    )
)


@given(_TABLES)
def test_what_is_copied_is_pasted_the_same(table: list[tuple[str, ...]]) -> None:
    assert read_tsv(write_tsv(table)).rows == tuple(table)


@given(st.text(max_size=200))
def test_any_text_is_some_table(text: str) -> None:
    found = read_tsv(text)
    assert len({len(row) for row in found.rows}) <= 1
    assert bool(found.rows) == bool(text.replace("\0", ""))


@given(st.text(st.sampled_from("<>/tabledrhcospn=\"' 0123p&;x!-"), max_size=300))
def test_any_html_is_survived(html: str) -> None:
    found = read_html("<table><tr>" + html)
    assert len({len(row) for row in found.rows}) <= 1


def test_a_cell_with_line_breaks_and_quotes_is_one_cell() -> None:
    text = 'Tên\tTác giả\r\n"Đề án ""Số hóa""\nphần 1"\tTrần B\r\n'
    assert read_tsv(text).rows == (("Tên", "Tác giả"), ('Đề án "Số hóa"\nphần 1', "Trần B"))


def test_quotes_of_the_person_stay() -> None:
    assert read_tsv('"An toàn"\tabc "d"\n"dở dang\tx').rows == (
        ('"An toàn"', 'abc "d"'),
        ('"dở dang', "x"),
    )


def test_short_rows_are_filled_up() -> None:
    assert read_tsv("a\tb\tc\nd").rows == (("a", "b", "c"), ("d", "", ""))


def test_the_last_empty_cell_counts() -> None:
    assert read_tsv("a\t").rows == (("a", ""),)
    assert read_tsv("a\n\nb\n").rows == (("a",), ("",), ("b",))
    assert read_tsv("").rows == ()


WORD = """<html xmlns:w="urn:schemas-microsoft-com:office:word"><head><style>td {color: red}</style></head>
<body><!--StartFragment--><table class=MsoTableGrid><tr><td rowspan=2><p>STT</p></td>
<td colspan=2><p class=MsoNormal>T&ecirc;n
b&agrave;i b&aacute;o</p></td></tr>
<tr><td><p>Kỹ thuật<o:p></o:p></p><p>hình sự</p></td><td>03/2025<br>(đã in)</td></tr>
<tr><td>2<td>Bài <b>hai</b>&nbsp;<td><table><tr><td>trong</td><td>ô</td></tr></table></table>"""


def test_a_table_of_word_keeps_its_cells() -> None:
    assert read_table("hỏng", WORD).rows == (
        ("STT", "Tên bài báo", ""),
        ("", "Kỹ thuật\nhình sự", "03/2025\n(đã in)"),
        ("2", "Bài hai", "trong ô"),
    )


def test_excel_is_read_from_what_it_shows() -> None:
    html = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>1<td>2</table>'
    assert read_table("1,00\t2,00\r\n", html).rows == (("1,00", "2,00"),)


def test_text_without_a_table_is_text() -> None:
    assert read_table("một\thai", "<p>một <i>hai</i></p>").rows == (("một", "hai"),)
    assert read_table("một", "<table><tr><td>một</td></tr></table>").rows == (("một",),)


def test_scripts_in_cells_are_not_their_text() -> None:
    found = read_html("<table><tr><td>a<script>alert(1)</script><td>b<style>p{}</style></table>")
    assert found.rows == (("a", "b"),)


def test_spans_of_a_million_cost_nothing() -> None:
    began = time.perf_counter()
    html = "<table>" + '<tr><td rowspan=999999 colspan="999999">x<td rowspan=9999999999>y</tr>' * 3_000
    found = read_html(html)
    assert sum(map(len, found.rows)) <= clipboard.MOST_CELLS
    assert time.perf_counter() - began < 3


def test_too_many_rows_are_cut_and_said() -> None:
    found = read_tsv("a\tb\n" * (clipboard.MOST_ROWS + 5))
    assert len(found.rows) == clipboard.MOST_ROWS
    assert found.cut
    assert read_html("<table>" + "<tr><td>a<td>b" * (clipboard.MOST_ROWS + 5)).cut


def test_one_endless_line_among_many_is_bounded() -> None:
    found = read_tsv("\t" * 100_000 + "\n" + "x\n" * 15_000)
    assert found.cut
    assert len(found.rows) * found.columns <= clipboard.MOST_CELLS


def test_a_file_of_quotes_is_read_in_a_straight_line() -> None:
    began = time.perf_counter()
    read_tsv('"' * 200_001)
    read_tsv('"a\t' * 20_000)
    read_html("<table>" * 50_000)
    read_html("<tr><td>" * 50_000)
    assert time.perf_counter() - began < 3


def test_no_spreadsheet_takes_what_is_copied_for_a_formula() -> None:
    signs = ["=1+1", "+84 91", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "'=1", "''-1"]
    cells = write_tsv([[one] for one in signs])
    assert all(
        line.lstrip('"').startswith("'") for line in cells.split("\r\n") if line.strip() and "1" in line[:3]
    )
    assert [row[0] for row in read_tsv(cells.replace("\r=1", "=1")).rows][:4] == signs[:4]
    assert read_tsv("'tên\t'90\t'=2\n").rows == (("'tên", "'90", "=2"),), "only before such a sign"


def test_html_without_end_takes_no_longer_than_its_length() -> None:
    for piece in ("<a ", "<!--", "<![", "</", "<td a='", "<td colspan=", '<td "', "&#", "<table><tr><td>"):
        found = read_html("<table><tr><td>một<td>hai" + piece * 100_000)
        assert not found.rows or found.rows[0][0] == "một"


def test_odd_html_says_what_it_shows() -> None:
    html = (
        "<!DOCTYPE html><head><title><table><tr><td>không</title><style>td{a:'<table>'}</style></head>"
        "<!--[if gte mso 9]><table><tr><td>không</td></tr></table><![endif]-->"
        "<TABLE><TR><TD WIDTH=9 data-colspan=7>a &lt;b&gt;<o:p></o:p></TD><td colspan='2'>c<br>d</TD></TR>"
        "<tr><td title='a > b'>e</td><td>&#7841;&#x1EA1;&#" + "9" * 5_000 + ";</td><td>< 5</td></tr></table>"
    )
    assert read_html(html).rows == (("a <b>", "c\nd", ""), ("e", "\u1ea1\u1ea1\ufffd", "< 5"))
