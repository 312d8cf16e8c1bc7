"""What headings, sheet titles and free text speak of: the codes of a kind's fields."""

from __future__ import annotations

import re
from functools import lru_cache

from stdesk.domain.codes import CodeList, code_list
from stdesk.domain.fields import Field
from stdesk.domain.kinds import Kind
from stdesk.exchange.vocabulary import normal
from stdesk.text import clean, fold

_LOOSE_TYPES = ("de tai", "nhiem vu", "tai lieu", "an pham")  # titles call everything that
_LISTED = re.compile(r"\s*[,;/&+]\s*|\s+và\s+", re.IGNORECASE)
_LETTERHEAD = re.compile(r"cong hoa xa hoi chu nghia|doc lap\s*\W\s*tu do|^(?:kem theo|\(kem theo|so:)")
# What the title of a list begins with says nothing of the things listed: "Thống kê các bài viết".
_HEADING_OF_LIST = re.compile(
    r"\b(?:thống kê(?: số liệu)?|số liệu|tổng hợp|danh (?:mục|sách)|bảng kê|kế hoạch|phụ lục"
    r"|báo cáo(?:\s+(?:kết quả|tổng hợp|tổng kết|thống kê|tình hình|công tác|chuyên đề))*|biểu(?: mẫu)?)\b",
    re.IGNORECASE,
)
# In titles a level or a state counts only where it is plainly called one, not "các đơn vị", "nộp lưu".
_PLAINLY = {
    "task_level": ("cap ",),
    "task_status": ("da ", "dang ", "duoc ", "cho ", "moi ", "chuyen tiep", "cham ", "qua han", "chua "),
    "deposit_state": ("da ", "chua "),
    "certificate": ("co ", "khong "),
}
_OFFICE = re.compile(
    r"(?:phong|doi|to|ban|cuc|vu|vien|khoa|truong|trung tam|cong an|benh vien|hoc vien|trai|van phong)\b"
    r"|bo mon\b|[a-z]{1,2}\d{2}\b"
)


def is_office(text: str) -> bool:
    """Whether a heading names an office: "Phòng Tham mưu", "PV01"."""
    return bool(_OFFICE.match(fold(text)))


def titles_that_tell(lines: list[str]) -> list[str]:
    """Title lines without letterheads and without what every list begins with."""
    return [_HEADING_OF_LIST.sub(" ", line) for line in lines if not _LETTERHEAD.search(fold(line))]


def spoken_code(field_: Field, text: str, *, loose: bool = True) -> str:
    """The one code of ``field_`` that ``text`` speaks of; "" for none or several."""
    listed = code_list(field_.codes)
    several = len(_named(listed, text)) > 1 if len(text) < 60 else False
    found = listed.recognise(text) if loose and not several and len(text) < 60 else None
    if found and not (field_.codes == "task_level" and _OFFICE.match(fold(text)) and " " in text.strip()):
        return found.code
    codes = _spoken(field_.codes, text[:300], loose)
    if loose and len(text) < 60:  # "Sách, giáo trình": each of them, also in one word
        codes = codes | (_named(listed, text) if several else frozenset())
    broadest = [one for one in codes if all(one == other or _within(listed, other, one) for other in codes)]
    return broadest[0] if broadest else ""


def _named(listed: CodeList, text: str) -> frozenset[str]:
    """The codes that the parts of "Sách, giáo trình" are, each by itself."""
    parts = _LISTED.split(text)
    return frozenset(one.code for part in parts if len(parts) > 1 and (one := listed.recognise(part)))


def _within(listed: CodeList, code: str, broader: str) -> bool:
    return any(entry.code == broader for entry in listed.ancestors(code))


@lru_cache(maxsize=2048)
def _spoken(codes: str, text: str, loose: bool) -> frozenset[str]:
    """All codes whose wording of two words or more stands in ``text``; longer wordings win."""
    listed = code_list(codes)
    text = clean(text)
    places = [(word.start(), word.end()) for word in re.finditer(r"\w+", text)]
    words = [text[start:end] for start, end in places]
    found: set[str] = set()
    at = 0
    while at < len(words):
        for length in range(min(6, len(words) - at), 1, -1):
            wording = " ".join(words[at : at + length])
            one = listed.recognise(wording)
            negated = at > 0 and fold(words[at - 1]) in ("chua", "khong")
            plainly = _PLAINLY.get(codes, ("",)) if not loose or codes == "task_level" else ("",)
            if one and not fold(wording).startswith(plainly):
                one = None
            said = text[places[at][0] : places[at + length - 1][1]]
            if one and len(several := _named(listed, said)) > 1:
                found |= several
                at += length - 1
                break
            if one and not negated and (loose or not fold(wording).endswith(_LOOSE_TYPES)):
                found.add(one.code)
                at += length - 1
                break
        at += 1
    return frozenset(found)


@lru_cache(maxsize=4096)
def code_in(codes: str, notes: str) -> str:
    """The code of the list ``codes`` found inside ``notes``; "" for none."""
    found = code_list(codes).find_in(notes)
    return found.code if found else ""


def type_in_title(kind: Kind, field_: Field, title: str) -> str:
    """The type that "Tập huấn …", "Lớp bồi dưỡng …" begins with; "" for none."""
    words = re.findall(r"\w+", title[:60])
    for length in (4, 3, 2):
        wording = " ".join(words[:length])
        spoken = any(normal(word) == normal(wording) for word in kind.sheet_words)
        if spoken and len(words) > length and not words[length].isdigit():
            found = code_list(field_.codes).recognise(wording)
            return found.code if found and found.code != "other" else ""
    if len(words) > 2 and fold(words[0]) in ("lop", "khoa"):
        return type_in_title(kind, field_, " ".join(words[1:]))
    if len(words) > 3 and fold(" ".join(words[:2])) == "hoi nghi":
        return type_in_title(kind, field_, " ".join(words[2:]))
    return ""
