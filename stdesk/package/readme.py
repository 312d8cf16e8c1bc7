"""``DOC-TRUOC.html``: what a person without STDesk reads first. No script, nothing fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from string import Template
from typing import Any

from stdesk import resources
from stdesk.domain.periods import REVIEW, YEARLY, parse_period
from stdesk.package import layout, tags
from stdesk.package.content import PackageInfo

_SECRECY = {"thuong": "Thường", "mat": "Mật", "toi_mat": "Tối mật", "tuyet_mat": "Tuyệt mật"}
_WHAT = {
    "bao-cao.pdf": "Báo cáo, bản để đọc và in",
    "bao-cao.docx": "Báo cáo, bản sửa được (Word)",
    "phu-luc.xlsx": "Phụ lục: danh mục và số liệu (Excel)",
    "snapshot.json": "Báo cáo đã chốt: số liệu, lời văn, kết quả kiểm tra (cho máy đọc)",
    "files.jsonl": "Bảng kê tệp kèm theo: tên gốc, mã hồ sơ (cho máy đọc)",
}
_MOST_FILES = 5_000  # a page a browser still opens; the rest stands in files.jsonl


def render(
    info: PackageInfo,
    name: str,
    titles: Mapping[str, str],
    payload: Sequence[tuple[str, int]],
    table: Sequence[Mapping[str, Any]],
) -> bytes:
    """The page.

    Args:
        titles: kind -> Vietnamese label.
        payload: path in the bag and size of everything but this page and the descriptor.
        table: rows of ``files.jsonl``.
    """
    page = Template(resources.read_text("schema", "doc-truoc.html"))
    fields = {
        "name": name,
        "unit_name": info.unit_name,
        "unit_code": info.unit_code,
        "period": _period(info.period),
        "submission": f"Lần {info.submission}",
        "kind": f"Bổ sung cho giấy tiếp nhận {info.base_receipt}" if info.delta else "Đầy đủ",
        "created": f"{info.created[8:10]}/{info.created[5:7]}/{info.created[:4]}",
        "program": info.program,
        "secrecy": _SECRECY.get(info.secrecy, info.secrecy),
        "rule_set": info.rule_set,
    }
    made = {key: escape(value) for key, value in fields.items()}
    made["trial"] = resources.read_text("schema", "doc-truoc-thu.html") if info.trial else ""
    made["title_mark"] = "THỬ · " if info.trial else ""
    made["counts"] = "\n".join(
        _count_row(titles.get(kind, kind), n) for kind, n in sorted(info.counts.items())
    )
    made["left_out"] = (
        f"{info.left_out} hồ sơ trên mức mật của thư viện, không đưa vào gói" if info.left_out else "Không"
    )
    made["parts"] = _parts(titles, payload)
    made["files"] = _files(table)
    return page.substitute(made).encode()


def _count_row(title: str, count: int) -> str:
    shown = f"{count:,}".replace(",", ".")
    return f'<tr><td>{escape(title)}</td><td class="n">{shown}</td></tr>'


def _parts(titles: Mapping[str, str], payload: Sequence[tuple[str, int]]) -> str:
    rows = []
    for path, size in payload:
        short = path.removeprefix(layout.DATA)
        if path.startswith(layout.FILES):
            continue
        kind = short.removeprefix("records/").removesuffix(".jsonl")
        what = (
            f"Hồ sơ: {titles.get(kind, kind)} (cho máy đọc)"
            if path.startswith(layout.RECORDS)
            else _WHAT.get(short, "Tài liệu")
        )
        rows.append(_row(short, what, size))
    rows.append(_row("datapackage.json", "Mô tả các bảng và từng cột (cho máy đọc)", None))
    return "\n".join(rows)


def _files(table: Sequence[Mapping[str, Any]]) -> str:
    if not table:
        return "<p>Gói này không có tệp kèm theo.</p>"
    rows = [_row(row["path"], row["name"], row["bytes"]) for row in table[:_MOST_FILES]]
    rest = len(table) - len(rows)
    more = f"<p>Còn {rest} tệp nữa, xem <code>files.jsonl</code>.</p>" if rest else ""
    head = '<thead><tr><th>Tên gốc</th><th>Trong gói</th><th class="n">Cỡ</th></tr></thead>'
    return f"<table>{head}<tbody>\n" + "\n".join(rows) + f"\n</tbody></table>{more}"


def _row(path: str, what: str, size: int | None) -> str:
    shown = "" if size is None else tags.human_size(size).replace(" ", "\u00a0")
    link = f'<a href="{escape(path)}">{escape(path)}</a>'
    return f'<tr><td>{escape(what)}</td><td class="f">{link}</td><td class="n">{shown}</td></tr>'


def _period(code: str) -> str:
    period = parse_period(code)
    named = period.label.vi if period.document in (YEARLY, REVIEW) else period.name.vi
    return named[:1].upper() + named[1:]
