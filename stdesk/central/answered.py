"""Every answer that was given to a package, each as it can be handed out again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from stdesk.central import answers
from stdesk.central.agency import Agency
from stdesk.central.answers import Given
from stdesk.errors import UserError
from stdesk.package.answer import answer_name


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given.

    Attributes:
        code: read over the telephone; "" when the key of the package is registered no more.
        by: who decided; "" = it was given by itself.
    """

    given: Given
    code: str
    by: str


def answered(agency: Agency, fingerprint: str) -> tuple[Answered, ...]:
    """The answers to a package, newest first."""
    found = []
    for stored in reversed(agency.answers(fingerprint)):
        answer, code = answers.read(stored), ""
        with suppress(UserError):
            code = answers.code_of(agency, answer)
        found.append(Answered(Given(answer, stored.raw, answer_name(answer), again=True), code, stored.by))
    return tuple(found)
