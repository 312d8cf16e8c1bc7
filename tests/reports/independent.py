"""The figures of a report counted a second time: plain SQL over the library's file, nothing of the reports.

Written from the definitions, not from the program: what a period's record is, where a task stands,
which source is central money. Only ``sqlite3`` and the code lists' files are used.
"""

from __future__ import annotations

import csv
import sqlite3
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CODES = Path(__file__).parents[2] / "resources" / "codes"
UNKNOWN = "unknown"
TASK_COLUMNS = (
    ("Tổng số", "course <> 'past'"),
    ("Mới trong kỳ", "course = 'new'"),
    ("Chuyển tiếp", "course = 'carried_over'"),
    ("Được nghiệm thu", "course = 'accepted'"),
    ("Dừng thực hiện", "course = 'stopped'"),
    ("Đã ứng dụng", "used"),
    ("Chủ nhiệm là nữ", "course <> 'past' AND gender = 'female'"),
    ("Kinh phí được duyệt (đồng)", "(course <> 'past') * planned"),
)
FORM_04 = [TASK_COLUMNS[place] for place in (0, 6, 1, 2, 3, 5)]
TYPES_04 = {
    "Đề tài, đề án khoa học và công nghệ": ("research_project", "scientific_scheme", "potential"),
    "Dự án khoa học và công nghệ": ("trial_production", "st_project"),
}
FORM_03 = (
    ("NSNN trung ương", ("central_budget", "ministry")),
    ("NSNN địa phương", ("local_budget",)),
    ("Ngoài NSNN", ("self_raised", "non_state", "enterprise", "university")),
    ("Nước ngoài", ("foreign",)),
)


@dataclass
class Counted:
    """A table as it must stand: rows of label and numbers."""

    title: str
    columns: list[str]
    rows: list[tuple[str, list[int]]]


def code_list(name: str) -> dict[str, str]:
    """Code -> Vietnamese label, in the file's order."""
    with (CODES / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: row["vi"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        }


def plain(text: str | None) -> str | None:
    """Without case, accents and đ: how two spellings of one name are the same."""
    if not text:
        return None
    bare = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    return "".join(one for one in bare if not unicodedata.combining(one))


def _first(value: str) -> str:
    return f"(CASE length({value}) WHEN 4 THEN {value} || '-01-01' WHEN 7 THEN {value} || '-01' ELSE {value} END)"


def _last(value: str) -> str:
    month = f"date({value} || '-01', '+1 month', '-1 day')"
    return f"(CASE length({value}) WHEN 4 THEN {value} || '-12-31' WHEN 7 THEN {month} ELSE {value} END)"


_START, _END = "(SELECT start FROM p)", "(SELECT finish FROM p)"


def _in_period(value: str) -> str:
    return f"coalesce({_first(value)} <= {_END} AND {_last(value)} >= {_START}, 0)"


def _classes(sources: tuple[str, ...]) -> str:
    return ", ".join(f"'{one}'" for one in sources)


def _paid(part: str, sources: tuple[str, ...] | None = None, field: str = "funding") -> str:
    where = f" WHERE json_extract(value, '$.source') IN ({_classes(sources)})" if sources else ""
    return f"(SELECT coalesce(sum(json_extract(value, '$.{part}')), 0) FROM json_each({field}){where})"


_LEVEL_1 = """(SELECT substr(value, instr(value, ':') + 1, 1) FROM json_each(field_codes)
  WHERE substr(value, instr(value, ':') + 1, 1) BETWEEN '1' AND '6' ORDER BY key LIMIT 1)"""
_MAIN_SOURCE = """(SELECT coalesce(json_extract(value, '$.source'), 'unknown') FROM json_each(funding)
  GROUP BY 1 ORDER BY sum(coalesce(json_extract(value, '$.approved'), 0)) DESC, min(key) LIMIT 1)"""
_VIEWS = f"""
CREATE TEMP VIEW all_tasks AS
SELECT *, {_first("coalesce(b, e)")} AS began,
       CASE WHEN e IS NULL THEN '9999-12-31' ELSE max({_last("e")}, {_first("coalesce(b, e)")}) END AS ended
FROM (SELECT r.id, t.*, coalesce(t.start, t.contract, t.approved, t.proposed, t.accepted) AS b,
             coalesce(t.accepted, t.stopped) AS e,
             coalesce(t.approved, t.contract, t.start, t.proposed) AS entered
      FROM research_task t JOIN record r ON r.pk = t.pk
      WHERE t.state = 'complete' AND t.secrecy = 'thuong')
WHERE coalesce(b, e) IS NOT NULL OR applied IS NOT NULL;
CREATE TEMP TABLE task AS
SELECT *, coalesce(funding_total, {_paid("approved")}) AS planned, {_paid("approved")} AS sourced,
       {_paid("spent")} AS spent, json_extract(leader, '$[0].gender') AS gender,
       {_LEVEL_1} AS area, {_MAIN_SOURCE} AS source,
       CASE WHEN applied IS NULL THEN coalesce(status = 'applied', 0) ELSE {_in_period("applied")} END AS used,
       CASE WHEN {_in_period("accepted")} THEN 'accepted'
            WHEN {_in_period("stopped")} THEN 'stopped'
            WHEN ended < {_START} THEN 'past'
            WHEN accepted IS NULL AND status IN ('accepted', 'finalised', 'deposited', 'applied') THEN 'accepted'
            WHEN stopped IS NULL AND status = 'stopped' THEN 'stopped'
            WHEN {_in_period("entered")} THEN 'new' ELSE 'carried_over' END AS course,
       began <= {_END} AND ended >= {_START} AS here, {_in_period("entered")} AS fresh
FROM all_tasks
WHERE (began <= {_END} AND ended >= {_START}) OR {_in_period("applied")};
CREATE TEMP VIEW current AS SELECT * FROM task WHERE course <> 'past';
CREATE TEMP TABLE print AS
SELECT r.id, t.*, {_LEVEL_1} AS area, plain(department) AS place_key
FROM publication t JOIN record r ON r.pk = t.pk
WHERE t.state = 'complete' AND t.secrecy = 'thuong' AND {_in_period("coalesce(issued, defended)")};
CREATE TEMP TABLE class AS
SELECT r.id, t.*, coalesce(cost_total, {_paid("amount", None, "cost")}) AS price
FROM training_session t JOIN record r ON r.pk = t.pk
WHERE t.state = 'complete' AND t.secrecy = 'thuong'
  AND {_first('coalesce(start, "end")')} <= {_END}
  AND max({_last('coalesce("end", start)')}, {_first('coalesce(start, "end")')}) >= {_START};
CREATE TEMP TABLE owing AS
SELECT id, kind, here, coalesce(done, 0) AS done,
       NOT coalesce(done, 0) AND since <> '' AND julianday(as_of) - julianday({_last("since")}) > days AS late
FROM (SELECT r.id, 'task' AS kind, t.deposit_state IN ('deposited', 'sent') OR t.deposited IS NOT NULL AS done,
             t.deposit_state, t.id IN (SELECT id FROM task WHERE here) AS here,
             CASE WHEN coalesce(grade, '') = 'khong_dat' THEN NULL
                  WHEN accepted IS NOT NULL THEN accepted
                  WHEN status IN ('accepted', 'finalised', 'deposited', 'applied') THEN '' END AS since
      FROM (SELECT r.id, t.* FROM research_task t JOIN record r ON r.pk = t.pk) t JOIN record r ON r.id = t.id
      WHERE t.state = 'complete' AND t.secrecy = 'thuong'
      UNION ALL
      SELECT r.id, 'thesis', t.deposit_state IN ('deposited', 'sent') OR t.deposited IS NOT NULL,
             t.deposit_state, r.id IN (SELECT id FROM print),
             CASE WHEN coalesce(ownership, '') = 'collected' THEN NULL
                  WHEN document_type IN ('masters_thesis', 'doctoral_thesis') THEN coalesce(defended, issued)
                  WHEN document_type = 'task_report' THEN issued END
      FROM publication t JOIN record r ON r.pk = t.pk
      WHERE t.state = 'complete' AND t.secrecy = 'thuong'), p
WHERE coalesce(deposit_state, '') <> 'not_required'
  AND (since = '' OR ({_first("since")} <= as_of AND {_last("since")} >= '2023-10-07'))
  AND (here OR NOT coalesce(done, 0));
"""


class Count:
    """A library's figures from ``start`` to ``finish``, as things stand on ``as_of``."""

    def __init__(self, database: Path, start: str, finish: str, as_of: str, days: int = 30) -> None:
        self._sql = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
        self._sql.create_function("plain", 1, plain, deterministic=True)
        self._sql.execute("CREATE TEMP TABLE p (start TEXT, finish TEXT, as_of TEXT, days INTEGER)")
        self._sql.execute("INSERT INTO p VALUES (?, ?, ?, ?)", (start, finish, as_of, days))
        self._sql.executescript(_VIEWS)

    def close(self) -> None:
        """Let go of the file."""
        self._sql.close()

    def ask(self, question: str) -> list[Any]:
        """The rows of a question."""
        return self._sql.execute(question).fetchall()

    def one(self, question: str) -> int:
        """A single number."""
        return int(self.ask(question)[0][0] or 0)

    def tables(self) -> list[Counted]:
        """Every table of figures."""
        made = [self._summary(), *self._tasks(), *self._form_04(), *self._funding(), *self._publications()]
        return [*made, self._deposits(), self._training(), *self._people()]

    def _summary(self) -> Counted:
        asked = {
            "Ấn phẩm, tài liệu khoa học và công nghệ": "count(*) FROM print",
            "Ấn phẩm, tài liệu của đơn vị": "count(*) FROM print WHERE ownership = 'own'",
            "Luận văn, luận án, khóa luận": "count(*) FROM print WHERE document_type LIKE '%\\_thesis' ESCAPE '\\'",
            "Nhiệm vụ khoa học và công nghệ": "count(*) FROM current",
            "Nhiệm vụ mới trong kỳ": "count(*) FROM task WHERE course = 'new'",
            "Nhiệm vụ chuyển tiếp, đang thực hiện": "count(*) FROM task WHERE course = 'carried_over'",
            "Nhiệm vụ được nghiệm thu": "count(*) FROM task WHERE course = 'accepted'",
            "Nhiệm vụ đã đưa vào ứng dụng": "count(*) FROM task WHERE used",
            "Nhiệm vụ dừng thực hiện": "count(*) FROM task WHERE course = 'stopped'",
            "Nhiệm vụ do nữ làm chủ nhiệm": "count(*) FROM current WHERE gender = 'female'",
            "Kinh phí nhiệm vụ được duyệt (đồng)": "sum(planned) FROM current",
            "Kinh phí nhiệm vụ đã chi (đồng)": "sum(spent) FROM current",
            "Công trình phải nộp lưu cho V04": "count(*) FROM owing",
            "Công trình đã nộp lưu": "count(*) FROM owing WHERE done",
            "Lớp đào tạo, tập huấn, bồi dưỡng": "count(*) FROM class",
            "Lượt người học": "sum(participants) FROM class",
            "Lượt người học là nữ": "sum(women) FROM class",
            "Kinh phí đào tạo, tập huấn, bồi dưỡng (đồng)": "sum(price) FROM class",
            "Tác giả": "count(DISTINCT n) FROM (SELECT plain(json_extract(value, '$.name')) AS n "
            "FROM print, json_each(contributors))",
            "Người tham gia nghiên cứu": "count(DISTINCT n) FROM (SELECT plain(json_extract(value, '$.name')) "
            "AS n FROM current, json_each(leader) UNION SELECT plain(json_extract(value, '$.name')) "
            "FROM current, json_each(members))",
        }
        return Counted(
            "Số liệu chính",
            ["Trong kỳ"],
            [(label, [self.one(f"SELECT {question}")]) for label, question in asked.items()],
        )

    def _split(
        self,
        source: str,
        row: str,
        columns: Any,
        labels: dict[str, str],
        *,
        all_rows: bool,
        unknown: str = "Chưa ghi",
    ) -> list[tuple[str, list[int]]]:
        picks = ", ".join(f"coalesce(sum({pick}), 0)" for _, pick in columns)
        found = {
            key: list(sums) for key, *sums in self.ask(f"SELECT {row}, {picks} FROM {source} GROUP BY 1")
        }
        keys = [key for key in labels if all_rows or key in found]
        rows = [(labels[key], found.pop(key, [0] * len(columns))) for key in keys]
        rest = [found.pop(key) for key in (None, UNKNOWN) if key in found]
        rows += [(unknown, [sum(each) for each in zip(*rest, strict=True)])] if rest else []
        assert not found, f"codes of no list: {found}"
        return rows

    def _with_total(self, rows: list[tuple[str, list[int]]], source: str, columns: Any) -> Any:
        picks = ", ".join(f"coalesce(sum({pick}), 0)" for _, pick in columns)
        return [*rows, ("Tổng số", list(self.ask(f"SELECT {picks} FROM {source}")[0]))]

    def _tasks(self) -> list[Counted]:
        made = []
        for title, row, labels, all_rows, unknown in (
            ("theo cấp quản lý", "level", code_list("task_level"), True, "Chưa ghi"),
            ("theo loại hình", "type", code_list("task_type"), False, "Chưa ghi"),
            ("theo lĩnh vực nghiên cứu", "area", self.areas(), True, "Chưa phân loại"),
            ("theo giới tính chủ nhiệm", "gender", code_list("gender"), True, "Chưa ghi"),
            ("theo tình trạng ghi trong hồ sơ", "status", code_list("task_status"), False, "Chưa ghi"),
            (
                "theo nguồn kinh phí chính (nguồn được duyệt nhiều nhất)",
                "source",
                code_list("funding_source"),
                False,
                "Chưa ghi",
            ),
        ):
            rows = self._split("task", row, TASK_COLUMNS, labels, all_rows=all_rows, unknown=unknown)
            rows = self._with_total(rows, "task", TASK_COLUMNS)
            made.append(Counted(f"Nhiệm vụ KH&CN {title}", [one for one, _ in TASK_COLUMNS], rows))
        return made

    @staticmethod
    def areas() -> dict[str, str]:
        """The six fields of research."""
        return {code: text for code, text in code_list("field_of_research").items() if len(code) == 1}

    def _form_04(self) -> list[Counted]:
        made = []
        known = _classes(tuple(one for types in TYPES_04.values() for one in types))
        wanted = {title: f"type IN ({_classes(types)})" for title, types in TYPES_04.items()}
        wanted["Nhiệm vụ khoa học và công nghệ khác"] = f"coalesce(type, '') NOT IN ({known})"
        money = "CASE " + " ".join(f"WHEN source IN ({_classes(s)}) THEN '{n}'" for n, s in FORM_03)
        money += " ELSE 'Chưa phân loại' END"
        classes = {name: name for name in (*(name for name, _ in FORM_03), "Chưa phân loại")}
        for title, where in wanted.items():
            source = f"(SELECT * FROM task WHERE {where})"
            total = self._with_total([], source, FORM_04)[0][1]
            rows: list[tuple[str, list[int]]] = [("Tổng số", total)]
            for head, row, labels, unknown in (
                ("1. Theo cấp quản lý", "level", code_list("task_level"), "Chưa ghi"),
                ("2. Theo lĩnh vực nghiên cứu", "area", self.areas(), "Chưa phân loại"),
                ("3. Theo nguồn kinh phí chính", money, classes, ""),
            ):
                rows.append((head, total))
                split = self._split(source, row, FORM_04, labels, all_rows=True, unknown=unknown)
                rows += [(f"- {label}", sums) for label, sums in split]
            made.append(Counted(f"{title} (theo biểu 04/CS-KHCN)", [one for one, _ in FORM_04], rows))
        return made

    def _funding(self) -> list[Counted]:
        sources = (
            "(SELECT coalesce(json_extract(value, '$.source'), 'unknown') AS s, value AS v "
            "FROM current, json_each(funding))"
        )
        columns = (("Được duyệt", "json_extract(v, '$.approved')"), ("Đã chi", "json_extract(v, '$.spent')"))
        rows = self._split(sources, "s", columns, code_list("funding_source"), all_rows=False)
        if self.one("SELECT count(*) FROM current WHERE planned <> sourced"):
            rows.append(("Chưa phân theo nguồn", [self.one("SELECT sum(planned - sourced) FROM current"), 0]))
        if rows:
            totals = [self.one(f"SELECT sum({one}) FROM current") for one in ("planned", "spent")]
            rows.append(("Tổng số", totals))
        made = [Counted("Kinh phí nhiệm vụ KH&CN theo nguồn (đồng)", ["Được duyệt", "Đã chi"], rows)]
        labels = code_list("task_level")
        heads = ["Tổng số", *(name for name, _ in FORM_03), "Chưa phân loại"]
        planned = self._form_03("planned", "approved", "funding")
        rows = self._split("current", "level", planned, labels, all_rows=True)
        made.append(
            Counted(
                "Kinh phí được duyệt của nhiệm vụ KH&CN (theo cột của biểu 03/CS-KHCN, đồng)",
                heads,
                self._with_total(rows, "current", planned),
            )
        )
        spent, cost = self._form_03("spent", "spent", "funding"), self._form_03("price", "amount", "cost")
        tasks = self._with_total([], "current", spent)[0][1]
        classes = self._with_total([], "class", cost)[0][1]
        levels = self._split("current", "level", spent, labels, all_rows=True)
        rows = [("Thực hiện nhiệm vụ KH&CN", tasks), *((f"- {label}", sums) for label, sums in levels)]
        rows.append(("Đào tạo, tập huấn, bồi dưỡng", classes))
        rows.append(("Tổng số", [one + other for one, other in zip(tasks, classes, strict=True)]))
        title = "Chi cho nhiệm vụ KH&CN và đào tạo, tập huấn (theo cột của biểu 03/CS-KHCN, đồng)"
        return [*made, Counted(title, heads, rows)]

    @staticmethod
    def _form_03(whole: str, part: str, field: str) -> list[tuple[str, str]]:
        columns = [(name, _paid(part, sources, field)) for name, sources in FORM_03]
        rest = f"{whole} - {' - '.join(pick for _, pick in columns)}"
        return [("Tổng số", whole), *columns, ("Chưa phân loại", rest)]

    def _publications(self) -> list[Counted]:
        columns = [("Tổng số", "1"), ("Của đơn vị", "ownership = 'own'")]
        columns.append(("Thu thập, bổ sung", "ownership = 'collected'"))
        if self.one("SELECT count(*) FROM print WHERE ownership IS NULL"):
            columns.append(("Chưa ghi nguồn", "ownership IS NULL"))
        types = code_list("document_type")
        ranks = " ".join(f"WHEN '{code}' THEN {place}" for place, code in enumerate(types))
        by_type = self.ask(
            "SELECT coalesce(document_type, 'unknown'), count(*) FROM print GROUP BY 1 "
            f"ORDER BY 2 DESC, CASE document_type {ranks} ELSE 999 END"
        )
        shown = [code for code, _ in by_type][: len(by_type) if len(by_type) <= 9 else 8]
        across = [("Tổng số", "1")]
        across += [(text, f"document_type = '{code}'") for code, text in types.items() if code in shown]
        if UNKNOWN in shown:
            across.append(("Chưa ghi", "document_type IS NULL"))
        if len(shown) < len(by_type):
            across.append(
                ("Loại khác", f"coalesce(document_type, 'unknown') NOT IN ({_classes(tuple(shown))})")
            )
        areas = [("Tổng số", "1"), *((text, f"area = '{code}'") for code, text in self.areas().items())]
        areas.append(("Chưa phân loại", "area IS NULL"))
        places = dict(
            self.ask(
                "SELECT place_key, department FROM print WHERE place_key IS NOT NULL "
                "GROUP BY 1 HAVING number = min(number)"
            )
        )
        order = "(SELECT * FROM print ORDER BY number)"
        index = code_list("indexing")
        ranked = " ".join(f"WHEN '{code}' THEN {place}" for place, code in enumerate(index))
        highest = f"(SELECT value FROM json_each(indexing) ORDER BY CASE value {ranked} END LIMIT 1)"
        theses = "(SELECT * FROM print WHERE document_type LIKE '%\\_thesis' ESCAPE '\\')"
        start = "Ấn phẩm, tài liệu"
        made = []
        for title, source, row, cols, labels, all_rows, unknown in (
            (f"{start} theo loại", "print", "document_type", columns, types, False, "Chưa ghi"),
            (f"{start} theo đơn vị và loại", order, "place_key", across, places, True, "Chưa ghi"),
            ("Luận văn, luận án, khóa luận", theses, "document_type", columns, types, False, ""),
            (f"{start} theo lĩnh vực nghiên cứu", "print", "area", columns, self.areas(), True, "Chưa phân loại"),
            (f"{start} theo loại và lĩnh vực", "print", "document_type", areas, types, False, "Chưa ghi"),
            (f"{start} theo đơn vị và lĩnh vực", "print", "place_key", areas, places, True, "Chưa ghi"),
            (f"{start} trong nước, ngoài nước", "print", "origin", columns, code_list("origin"), True, "Chưa ghi"),
            (f"{start} theo chỉ mục (tính theo chỉ mục cao nhất)", "print", highest, columns, index, False, "Chưa ghi"),
        ):  # fmt: skip
            rows = self._split(source, row, cols, labels, all_rows=all_rows, unknown=unknown)
            made.append(Counted(title, [one for one, _ in cols], self._with_total(rows, source, cols)))
        return made

    def _deposits(self) -> Counted:
        columns = [("Phải nộp", "1"), ("Đã nộp", "done"), ("Chưa nộp", "NOT done")]
        columns.append(("Trong đó quá hạn nhắc", "late"))
        labels = {"task": "Nhiệm vụ nghiệm thu trong kỳ", "thesis": "Luận văn, luận án trong kỳ"}
        labels["earlier"] = "Còn nợ từ kỳ trước"
        row = "CASE WHEN here THEN kind ELSE 'earlier' END"
        rows = self._split("owing", row, columns, labels, all_rows=True)
        return Counted(
            "Nộp lưu cho V04", [one for one, _ in columns], self._with_total(rows, "owing", columns)
        )

    def _training(self) -> Counted:
        columns = [("Số lớp", "1"), ("Lượt người", "participants"), ("Trong đó nữ", "women")]
        columns += [("Của đơn vị", "own_unit"), ("Kinh phí (đồng)", "price")]
        rows = self._split("class", "type", columns, code_list("training_type"), all_rows=True)
        heads = [one for one, _ in columns]
        return Counted("Đào tạo, tập huấn, bồi dưỡng", heads, self._with_total(rows, "class", columns))

    def _people(self) -> list[Counted]:
        roles = {
            "Tác giả": [("print", "contributors")],
            "Chủ nhiệm nhiệm vụ": [("current", "leader")],
            "Người nghiên cứu": [("current", "leader"), ("current", "members")],
        }
        self._sql.execute("CREATE TEMP TABLE who (role, n, gender, degree, academic_title, a, b, c)")
        for role, fields in roles.items():
            for place, (source, field) in enumerate(fields):
                self._sql.execute(
                    "INSERT INTO who SELECT ?, plain(json_extract(value, '$.name')), json_extract(value, '$.gender'), "
                    "json_extract(value, '$.degree'), json_extract(value, '$.academic_title'), number, ?, key "
                    f"FROM {source}, json_each({field})",
                    (role, place),
                )
        self._sql.execute("DELETE FROM who WHERE n IS NULL")
        self._sql.execute("CREATE INDEX who_n ON who (role, n)")
        made = []
        for title, part in (("giới tính", "gender"), ("học vị", "degree"), ("học hàm", "academic_title")):
            labels = code_list(part)
            ranked = " ".join(f"WHEN '{code}' THEN {place}" for place, code in enumerate(labels))
            order = "a, b, c" if part == "gender" else f"CASE {part} {ranked} END"
            best = (
                f"(SELECT {part} FROM who w WHERE w.role = x.role AND w.n = x.n AND {part} <> '' "
                f"ORDER BY {order} LIMIT 1)"
            )
            source = f"(SELECT role, n, {best} AS said FROM (SELECT DISTINCT role, n FROM who) x)"
            columns = [(role, f"role = '{role}'") for role in roles]
            rows = self._split(source, "said", columns, labels, all_rows=False)
            rows = self._with_total(rows, source, columns)
            made.append(Counted(f"Người làm nghiên cứu, tác giả theo {title}", list(roles), rows))
        self._sql.execute("DROP TABLE who")
        return made
