"""What must not be in a library of this ceiling. The program never decides a level: a person does."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdesk.domain.codes import code_list
from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import all_text, lighter, texts
from stdesk.domain.secrecy import ORDINARY, forbidden_in_stub, is_above
from stdesk.text import nfc

# A level as a mark: in brackets or after "độ mật" in any case, or standing alone in capitals. Not
# the words of which "mật" is a part: bí mật, bảo mật, cơ mật, mật mã, mật khẩu ...
_BRACKETED = re.compile(r"[(\[{]\s*(?:tuyệt\s+mật|tối\s+mật|mật)\s*[)\]}]", re.IGNORECASE)
_LABELLED = re.compile(r"độ\s+mật\s*[:=-]\s*(?:tuyệt\s+mật|tối\s+mật|mật)\b", re.IGNORECASE)
_HIGH = re.compile(r"\b(?:TUYỆT\s+MẬT|TỐI\s+MẬT)\b")
_ALONE = re.compile(
    r"(?<!\w)(?<!BÍ )(?<!BẢO )(?<!CƠ )(?<!ĐỘ )MẬT(?!\w)(?!\s+(?:MÃ|KHẨU|VỤ|THÁM|ĐỘ|ONG|THIẾT|DANH))"
)

_NEAR = r"(?:cccd|cmnd|cmtnd|cmt|căn\s+cước|chứng\s+minh|định\s+danh|giấy\s+tờ\s+tùy\s+thân)"
_WORDED = re.compile(
    rf"{_NEAR}\D{{0,30}}(?<!\d)(\d{{3}}[ .]?\d{{3}}[ .]?\d{{3}}(?:[ .]?\d{{3}})?)(?!\d)", re.IGNORECASE
)
_PERSONAL = re.compile(r"(?<![\d./-])(0\d{2}[0-3]\d{8})(?![\d/])")
_DIGITS = re.compile("[0-9](?:[ .]?[0-9]){8}")
_PROVINCES = range(1, 97)  # the first three digits of a citizen number (Circular 59/2021/TT-BCA)
_NUMBERS = frozenset(
    {"isbn", "issn", "doi", "code", "certificate_number", "deposit_reference", "contract_number"}
)


def stub_filled(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """A record above the ceiling that holds more than a stub may (the store refuses it as well)."""
    if not is_above(record.secrecy, context.ceiling):
        return
    if filled := forbidden_in_stub(record.values):
        names = ", ".join(
            str(kind.by_name[name].label) if name in kind.by_name else name for name in filled[:6]
        )
        yield Problem(filled[0], {"fields": names, "level": code_list("secrecy").label(record.secrecy),
                                  "ceiling": code_list("secrecy").label(context.ceiling)},
                      lighter(record, Severity.BLOCK))  # fmt: skip


def not_sent(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A record above ordinary: neither report, package nor export holds it."""
    if is_above(record.secrecy, ORDINARY):
        name = "document_type" if "document_type" in kind.by_name else "type"
        yield Problem(name, {"level": code_list("secrecy").label(record.secrecy)})


def secrecy_mark(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """Text that carries a secrecy mark, in a record that is not marked so."""
    if is_above(record.secrecy, context.ceiling) or not _may_mark(all_text(record, kind)):
        return
    for field, text in texts(record, kind):
        if (found := marked(text)) and not is_above(record.secrecy, ORDINARY):
            yield Problem(field.name, {"field": str(field.label), "mark": found})
            return


def marked(text: str) -> str:
    """The secrecy mark in ``text``, "" when there is none."""
    if not _may_mark(text):
        return ""
    whole = nfc(text)
    found = _BRACKETED.search(whole) or _LABELLED.search(whole) or _HIGH.search(whole)
    if not found and any(
        char.islower() for char in whole
    ):  # in a title in capitals MẬT is a word like others
        found = _ALONE.search(whole)
    return found.group().strip() if found else ""


def _may_mark(text: str) -> bool:
    """Whether the word that every mark holds occurs at all."""
    whole = nfc(text)
    return ("\u1ead" in whole or "\u1eac" in whole) and "m\u1eadt" in whole.lower()


def identity_number(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """A person's identity number in a text."""
    if is_above(record.secrecy, context.ceiling) or not _DIGITS.search(all_text(record, kind)):
        return
    for field, text in texts(record, kind):
        if (
            field.type is not FieldType.FILES
            and field.name not in _NUMBERS
            and (number := personal_number(text))
        ):
            masked = f"{number[:3]}…{number[-2:]}"
            yield Problem(field.name, {"field": str(field.label), "number": masked, "count": len(number)})
            return


def personal_number(text: str) -> str:
    """The digits of an identity number in ``text``: 12, or 9 beside a word that says so; "" for none."""
    if not _DIGITS.search(text):
        return ""
    if found := _WORDED.search(nfc(text)):
        return re.sub(r"\D", "", found[1])
    plain = _PERSONAL.search(text)
    return plain[1] if plain and int(plain[1][:3]) in _PROVINCES else ""


RULES = (
    Rule("secrecy_stub_filled", Severity.BLOCK, fields=("title",), check=stub_filled, beyond_period=True),
    Rule("secrecy_not_sent", Severity.HINT, fields=("document_type", "type"), check=not_sent),
    Rule("secrecy_mark", Severity.EXPLAIN, fields=("title",), check=secrecy_mark),
    Rule("identity_number", Severity.EXPLAIN, fields=("notes",), check=identity_number),
)
