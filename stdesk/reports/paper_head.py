"""What stands above and below the text of every paper of the unit: names, number, date, marks, signature.

By Decree 30/2020, annex I. Made from the unit's settings and what was set for the one report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from stdesk.domain.secrecy import LEVELS, ORDINARY, highest
from stdesk.reports import words
from stdesk.reports.snapshot import Snapshot
from stdesk.text import clean

SUPERIOR = "Bộ Công an"
_SYMBOL = "{so}/{loai}-{coquan}-{donvi}"
_AUTHORITY = re.compile(r"(TM|KT|TL|TUQ|Q)(?:\s*\.\s*|\s+)(?=\S)")
_AUTHORITIES = ("TM.", "Q.", "KT.", "TL.", "TUQ.")
_DEPUTY = "PHÓ "
_SECRECY = {"mat": "MẬT", "toi_mat": "TỐI MẬT", "tuyet_mat": "TUYỆT MẬT"}
_URGENCY = {"khan": "KHẨN", "thuong_khan": "THƯỢNG KHẨN", "hoa_toc": "HỎA TỐC"}
_CIRCULATION = {"internal": "LƯU HÀNH NỘI BỘ", "return": "XEM XONG TRẢ LẠI"}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the text (Decree 30/2020, annex I, boxes 1 to 5).

    Every text is filled, with dots where nothing is known.

    Attributes:
        type_name: in capitals; "" for an official letter (công văn), whose ``subject`` then stands as
            "V/v …" below the number.
    """

    superior: str
    issuer: str
    number: str
    place_date: str
    type_name: str
    subject: str
    address_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Authority and post in capitals, one a line, room for signature and stamp, rank and name."""

    lines: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Marks:
    """The framed words of boxes 10a, 10b and 11, as they are stamped; "" for none."""

    secrecy: str = ""
    urgency: str = ""
    circulation: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        """Those there are, in the order of their boxes."""
        return tuple(one for one in (self.secrecy, self.urgency, self.circulation) if one)


def on_paper(snapshot: Snapshot) -> dict[str, str]:
    """The unit's settings with what was set for this one report laid over them.

    Its secrecy mark is never lower than the highest level of a record that it carries: nobody has to
    decide that, the paper follows what persons decided of its parts.

    Snapshots of version 1 kept number and date of the report among the settings.
    """
    unit = snapshot.unit
    older = {"number": unit.get("report_number", ""), "date": unit.get("report_date", "")}
    settings = {**unit, **older, **{name: text for name, text in snapshot.head.items() if text}}
    carried = (str(one.get("secrecy") or ORDINARY) for part in snapshot.records.values() for one in part)
    marks = [settings.get("secrecy_mark") or ORDINARY, *(level for level in carried if level in LEVELS)]
    if (mark := highest(marks)) != ORDINARY:
        settings["secrecy_mark"] = mark
    return settings


def head_of(
    snapshot: Snapshot,
    *,
    type_name: str,
    type_code: str,
    subject: str,
    address_to: Sequence[str],
    number: str | None = None,
) -> Head:
    """The head of a paper that goes with ``snapshot``.

    Args:
        type_code: "BC", "KH"; "" for an official letter.
        address_to: to whom, when nothing was set for this report.
        number: of another paper than the report itself; ``None`` takes the report's.
    """
    settings = on_paper(snapshot)
    if number is not None:
        settings["number"] = number
    issued = _day(settings["date"])
    own = lines_of(settings.get("address_to", ""))
    return Head(
        superior=(clean(settings.get("superior_name", "")) or SUPERIOR).upper(),
        issuer=clean(settings.get("unit_name", "")).upper() or words.BLANK,
        number=symbol(settings, type_code),
        place_date=words.place_and_date(
            clean(settings.get("place", "")), issued or snapshot.day, day_known=issued is not None
        ),
        type_name=type_name,
        subject=subject,
        address_to=tuple(one.rstrip(" ;.") for one in own) or tuple(address_to),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_TYPE_CODES = ("BC", "KH", "TTR", "TB", "QĐ")
"""Abbreviations (Decree 30/2020, annex III) a unit may have written at the head of its symbol."""


def symbol(settings: Mapping[str, str], type_code: str) -> str:
    """Number and symbol by the unit's pattern: ``……/BC-CAT-PV01``; without a type ``……/CAT-PV01``.

    The setting ``symbol`` is a pattern ("{so}/{loai}-{coquan}-{donvi}"), the part after the type
    ("CAT-PV01") or the whole of it ("BC-CAT-PV01", "123/BC-CAT-PV01"). Numbers below 10 get a
    leading zero (Decree 30/2020); what is not known is dotted, to be written by hand.
    """
    number = clean(settings.get("number", "") or settings.get("report_number", ""))
    number = number.zfill(2) if number.isdigit() else number or "……"
    said = clean(settings.get("symbol", ""))
    if said and "{" not in said:
        tail = said.lstrip("…./ ")
        if "/" in said and said[0].isdigit():
            return said if type_code else number
        kind, dash, rest = tail.partition("-")
        tail = (
            rest if dash and kind.upper() in _TYPE_CODES else tail
        )  # the setting was written for the report
        return f"{number}/{type_code}-{tail}" if type_code else f"{number}/{tail}"
    pattern = said or _SYMBOL
    if not type_code:
        pattern = pattern.replace("{loai}-", "").replace("-{loai}", "")
    values = {
        "so": number,
        "loai": type_code,
        "coquan": clean(settings.get("authority_code", "")) or "…",
        "donvi": clean(settings.get("department", "")) or "…",
    }
    for name, value in values.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    return pattern


def marks_of(settings: Mapping[str, str]) -> Marks:
    """The marks set for a report; a level that needs no stamp gives none."""
    return Marks(
        secrecy=_SECRECY.get(settings.get("secrecy_mark", ""), ""),
        urgency=_URGENCY.get(settings.get("urgency", ""), ""),
        circulation=_CIRCULATION.get(settings.get("circulation", ""), ""),
    )


def signature_of(settings: Mapping[str, str]) -> Signature:
    """Who signs: "KT. GIÁM ĐỐC" over "PHÓ GIÁM ĐỐC", then rank and name.

    An authority alone belongs before the post it stands for: "TL." and "GIÁM ĐỐC" are "TL. GIÁM ĐỐC"; a deputy
    who signs "KT." signs for the post without its "PHÓ". Several authorities are lines of the setting.
    """
    lines = [_dotted(line) for line in settings.get("signing_authority", "").upper().split("\n")]
    lines = [line for line in lines if line]
    post = clean(settings.get("signer_post", "")).upper()
    if post and lines and lines[-1] in _AUTHORITIES:
        last = lines.pop()
        if last == "KT." and post.startswith(_DEPUTY):
            lines += [f"KT. {post.removeprefix(_DEPUTY)}", post]
        else:
            lines.append(f"{last} {post}")
    elif post and (not lines or lines[-1] not in (post, f"Q. {post}")):
        lines.append(post)
    named = (clean(settings.get(one, "")) for one in ("signer_rank", "signer_name"))
    name = " ".join(one for one in named if one)
    return Signature(tuple(lines) or ("THỦ TRƯỞNG ĐƠN VỊ",), name or words.BLANK)


def _dotted(line: str) -> str:
    """An authority with its full stop and one blank: "KT GIÁM ĐỐC" is "KT. GIÁM ĐỐC"."""
    line = clean(line)
    bare = line.rstrip(".")
    if f"{bare}." in _AUTHORITIES:
        return f"{bare}."
    return _AUTHORITY.sub(r"\1. ", line, count=1) if _AUTHORITY.match(line) else line


def recipients_of(settings: Mapping[str, str], otherwise: Sequence[str]) -> tuple[str, ...]:
    """The lines under "Nơi nhận", each with its dash and closing mark.

    Args:
        otherwise: those of the form, ``{department}`` in them, when the unit named none.
    """
    own = lines_of(settings.get("recipients", "").replace(";", "\n"))
    department = clean(settings.get("department", ""))
    lines = own or tuple(
        line.replace("{department}", f", {department}" if department else "") for line in otherwise
    )
    return tuple(f"- {line}" for line in closed(lines, last="."))


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a setting, cleaned, without dashes before them."""
    cleaned = (clean(line).lstrip("-–+ ") for line in text.split("\n"))
    return tuple(line for line in cleaned if line)


def closed(lines: Sequence[str], *, last: str) -> tuple[str, ...]:
    """``lines`` with ";" at the end of each and ``last`` at the end of the last."""
    bare = [line.rstrip(" ;.") for line in lines]
    return tuple(f"{line}{';' if place < len(bare) else last}" for place, line in enumerate(bare, 1))


def copies_of(settings: Mapping[str, str]) -> str:
    """How many copies are issued, as it is written: "05", "15"."""
    number = clean(settings.get("copies", ""))
    return number.zfill(2) if number.isdigit() else number
