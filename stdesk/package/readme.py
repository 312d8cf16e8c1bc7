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
    "withdrawn.jsonl": "Hồ sơ rút lại (cho máy đọc)",
    "answers.jsonl": "Trả lời của cơ quan trung ương mà đơn vị đã nhận (cho máy đọc)",
}
_FOR_MACHINES = "(cho máy đọc)"
_MOST_FILES = 5_000  # a page a browser still opens; the rest stands in files.jsonl


def render(
    info: PackageInfo,
    name: str,
    titles: Mapping[str, str],
    payload: Sequence[tuple[str, int]],
    table: Sequence[Mapping[str, Any]],
    withdrawn: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """The page.

    Args:
        titles: kind -> Vietnamese label.
        payload: path in the bag and size of everything but this page and the descriptor.
        table: rows of ``files.jsonl``.
        withdrawn: rows of ``withdrawn.jsonl``.
    """
    page = Template(resources.read_text("schema", "doc-truoc.html"))
    fields = {
        "name": name,
        "unit_name": info.unit_name,
        "unit_code": info.unit_code,
        "period": _period(info.period),
        "submission": f"Lần {info.submission}",
        "created": f"{info.created[8:10]}/{info.created[5:7]}/{info.created[:4]}",
        "program": info.program,
        "secrecy": _SECRECY.get(info.secrecy, info.secrecy),
        "rule_set": info.rule_set,
    }
    made = {key: escape(value) for key, value in fields.items()}
    made |= _what_it_is(info, name, {path.removeprefix(layout.DATA) for path, _ in payload})
    made["trial"] = resources.read_text("schema", "doc-truoc-thu.html") if info.trial else ""
    made["title_mark"] = "THỬ · " if info.trial else ""
    made["counts"] = _counts(info, titles)
    made["left_out"] = (
        f"{_grouped(info.left_out)} hồ sơ trên mức mật của kho, không đưa vào gói"
        if info.left_out
        else "Không"
    )
    made["withdrawn"] = _withdrawn(withdrawn, titles)
    made["parts"] = _parts(titles, payload)
    made["files"] = _files(table, info.part)
    return page.substitute(made).encode()


def _what_it_is(info: PackageInfo, name: str, carried: set[str]) -> dict[str, str]:
    """Full or delta, which part of how many, signed by whom: already escaped."""
    made = {"kind": "Đầy đủ: mọi hồ sơ của kỳ", "part": "", "check_signature": ""}
    start = "bao-cao.pdf" if "bao-cao.pdf" in carried else "snapshot.json"
    made["start"] = f'<a href="{start}">{start}</a>'
    made["lead"] = "Gói này chứa báo cáo đã chốt của đơn vị, các phụ lục, dữ liệu hồ sơ và tệp kèm theo."
    if info.delta:
        base = f'<br><span class="f">Mã kiểm gói trước: {escape(info.base[:32])}…</span>' if info.base else ""
        receipt = escape(info.base_receipt)
        made["kind"] = (
            f"Bổ sung: chỉ phần thay đổi so với gói đã được tiếp nhận (giấy tiếp nhận {receipt}){base}"
        )
    if info.parts > 1:
        group = layout.group_name(name)
        made["part"] = (
            f"<tr><th>Phần</th><td>Phần {info.part} trong {info.parts} của {escape(group)}. "
            f"Phải nộp đủ {info.parts} tệp, tên chỉ khác nhau ở -P1 … -P{info.parts}</td></tr>"
        )
        if info.part > 1:
            made["lead"] = "Phần này chứa tệp kèm theo hồ sơ. Báo cáo, phụ lục và dữ liệu hồ sơ nằm ở phần 1."
            made["start"] = "phần 1"
    made["signature"] = "Không ký"
    if info.key:
        made["signature"] = f'Đã ký, chìa khóa <span class="f">{escape(info.key)}</span>'
        made["check_signature"] = _CHECK_SIGNATURE
    return made


_CHECK_SIGNATURE = (
    "<li><strong>Chữ ký:</strong> chữ ký nằm trong tệp <code>tagmanifest-sha512.txt.minisig</code>. Có chương trình "
    "minisign và chìa khóa công khai của đơn vị (tệp <code>.pub</code>), chạy "
    '<div class="line"><code>minisign -Vm tagmanifest-sha512.txt -p donvi.pub</code></div>'
    "Chữ ký đúng, cộng với các mã SHA-512 ở trên khớp, nghĩa là gói do chính đơn vị lập và chưa bị sửa.</li>"
)


def _counts(info: PackageInfo, titles: Mapping[str, str]) -> str:
    if not info.counts:
        return "<p>Phần này không chứa hồ sơ; hồ sơ nằm ở phần 1.</p>"
    rows = [(titles.get(kind, kind), count, "") for kind, count in sorted(info.counts.items())]
    if len(rows) > 1:
        rows.append(("Cộng", sum(info.counts.values()), ' class="total"'))
    lines = [
        f'<tr{mark}><td>{escape(title)}</td><td class="n">{_grouped(count)}</td></tr>'
        for title, count, mark in rows
    ]
    return '<table class="counts"><tbody>\n' + "\n".join(lines) + "\n</tbody></table>"


def _withdrawn(rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> str:
    if not rows:
        return ""
    lines = []
    for row in rows[:_MOST_FILES]:
        cells = (
            titles.get(str(row["kind"]), str(row["kind"])),
            f"số {row.get('number', '')}",
            row.get("reason", ""),
        )
        lines.append("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>")
    head = "<thead><tr><th>Loại</th><th>Hồ sơ</th><th>Lý do</th></tr></thead>"
    table = f"<table>{head}<tbody>\n" + "\n".join(lines) + "\n</tbody></table>"
    said = f"<p>{_grouped(len(rows))} hồ sơ đã có trong gói trước, nay không báo cáo nữa.</p>"
    return f"<h2>Hồ sơ rút lại</h2>\n{said}\n{table}"


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _parts(titles: Mapping[str, str], payload: Sequence[tuple[str, int]]) -> str:
    """What people open first, what machines read after it; attachments have a table of their own."""
    rows: list[tuple[bool, str]] = []
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
        rows.append((_FOR_MACHINES in what, _row(short, what, size)))
    rows.append((True, _row("datapackage.json", "Mô tả các bảng và từng cột (cho máy đọc)", None)))
    return "\n".join(row for _, row in sorted(rows, key=lambda one: one[0]))


def _files(table: Sequence[Mapping[str, Any]], part: int) -> str:
    if not table:
        return "<p>Gói này không có tệp kèm theo.</p>"
    rows = [
        _row(
            row["path"],
            row["name"],
            row["bytes"],
            elsewhere=row["part"] if row.get("part", part) != part else 0,
        )
        for row in table[:_MOST_FILES]
    ]
    rest = len(table) - len(rows)
    more = f"<p>Còn {rest} tệp nữa, xem <code>files.jsonl</code>.</p>" if rest else ""
    head = '<thead><tr><th>Tên gốc</th><th>Trong gói</th><th class="n">Cỡ</th></tr></thead>'
    return f"<table>{head}<tbody>\n" + "\n".join(rows) + f"\n</tbody></table>{more}"


def _row(path: str, what: str, size: int | None, *, elsewhere: int = 0) -> str:
    """A line about a file; ``elsewhere``: number of the bag it is in, when not in this one."""
    shown = "" if size is None else tags.human_size(size).replace(" ", "\u00a0")
    link = f'<a href="{escape(path)}">{escape(path)}</a>'
    if elsewhere:
        link = f"{escape(path)} (phần {elsewhere})"
    return f'<tr><td>{escape(what)}</td><td class="f">{link}</td><td class="n">{shown}</td></tr>'


def _period(code: str) -> str:
    period = parse_period(code)
    named = period.label.vi if period.document in (YEARLY, REVIEW) else period.name.vi
    return named[:1].upper() + named[1:]
