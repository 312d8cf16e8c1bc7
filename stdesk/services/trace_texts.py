"""Where else the title of a record stands that was put above the ceiling: what people wrote, what the centre sent.

Records, drafts, history and search are cleaned by the act itself. What is looked through here belongs to no
record: the program names it, a person decides, for his own sentence may be about something else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from stdesk.domain.periods import parse_period
from stdesk.errors import UserError
from stdesk.i18n import message, ntr
from stdesk.store.library import Library
from stdesk.text import fold

_SHORTEST = 8  # signs of a title that can be looked for without finding something everywhere


def places(library: Library, ids: Collection[str], titles: Collection[str]) -> tuple[str, ...]:
    """Where words of these records may still stand, in words; none is quoted.

    Args:
        ids: of the records. titles: all they ever had.
    """
    known = _Known(frozenset(ids), tuple(one for one in map(fold, titles) if len(one) >= _SHORTEST))
    return tuple([*_settings(library, known), *_past_settings(library, known), *_answers(library, known)])


@dataclass(frozen=True)
class _Known:
    ids: frozenset[str]
    titles: tuple[str, ...]

    def in_text(self, text: str) -> bool:
        """Whether a title stands in ``text``, however its letters are written."""
        if not self.titles or not text:
            return False
        folded = fold(text.replace('\\"', '"'))
        return any(one in folded for one in self.titles)

    def in_value(self, value: Any) -> bool:
        """The same of what was JSON."""
        return value is not None and self.in_text(
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        )

    def named_in(self, text: str) -> bool:
        """Whether one of the records is named by its id."""
        return any(one in text for one in self.ids)


def _settings(library: Library, known: _Known) -> Iterator[str]:
    for key, value in library.settings.all().items():
        area, _, rest = key.partition(":")
        if area == "reasons" and (known.named_in(value) or known.in_text(value)):
            yield message("traces_reasons", period=_period(rest))
        elif not known.in_text(value):
            continue
        elif area == "views" and rest in library.kinds:
            yield message("traces_views", kind=str(library.kinds[rest].plural))
        elif area == "report":
            yield message("traces_wording", period=_period(rest.partition(":")[0]))
        else:
            yield message("traces_setting")


def _past_settings(library: Library, known: _Known) -> Iterator[str]:
    count = sum(
        known.in_text(one.before or "") or known.in_text(one.after or "") for one in library.settings.past()
    )
    if count:
        yield ntr("{n} earlier wording in the history", "{n} earlier wordings in the history", count)


def _answers(library: Library, known: _Known) -> Iterator[str]:
    numbers = {one.answer: one.number for one in library.answers.listed()}
    found = {one.number for one in library.answers.listed() if _in_answer(one.raw, known)}
    for row in library.answers.proposals():
        here = {row.record, str(row.other.get("id", ""))} & known.ids
        if here or any(map(known.in_value, (row.value, row.old, dict(row.other), row.text))):
            found.add(numbers.get(row.answer, 0))
        if known.in_text(row.reason):
            yield message("traces_refusal", number=str(row.number))
    for number in sorted(found):
        yield message("traces_answer", number=str(number))


def _in_answer(raw: bytes, known: _Known) -> bool:
    """An answer lies as it came: a signed envelope, plain or base64 within; what it proposes is a row of its own."""
    return known.named_in(raw.decode("utf-8", "replace"))


def _period(code: str) -> str:
    try:
        return str(parse_period(code).label)
    except UserError:
        return code
