"""Dated forms of reports: what stands in them is data under ``resources/forms``.

A form is chosen by the period's last day and its name is kept in the snapshot, so that a
report of an old year is always made again in the form of its own year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from stdesk import resources
from stdesk.errors import Exit, UserError

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class AnnexForm:
    """An annex a form asks for: ``figures``, ``records`` of a kind, ``deposits``, ``explanations``."""

    content: str
    title: str
    kind: str = ""

    @property
    def key(self) -> str:
        """How sentences refer to it: the kind of a list of records, else its content."""
        return self.kind or self.content


@dataclass(frozen=True, slots=True)
class Form:
    """A dated form.

    Attributes:
        name: file name without suffix, kept in the snapshot.
        data: what the TOML file says.
        annexes: the annexes it asks for, in order.
    """

    name: str
    data: Mapping[str, Any]
    annexes: tuple[AnnexForm, ...]

    def text(self, key: str) -> str:
        """A text of the form's head."""
        return str(self.data[key])

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts of the form's head."""
        return tuple(str(one) for one in self.data[key])

    def sentences(self) -> Iterator[Mapping[str, Any]]:
        """Its sentences in order as the file describes them: id, text, and when there is a condition ``if``."""
        for section in self.data["section"]:
            for part in section["part"]:
                yield from part["sentence"]

    def basis(self, on: date) -> tuple[str, ...]:
        """The legal bases in force on the day ``on``."""
        return tuple(
            str(one["text"])
            for one in self.data["basis"]
            if one.get("valid_from", date.min) <= on <= one.get("valid_to", date.max)
        )


def form_for(document: str, on: date) -> Form:
    """The form of ``document`` in force on ``on``; the oldest one for days before the first."""
    names = [file.stem for file in sorted(resources.path("forms").glob("*.toml"))]
    found = [form for name in names if (form := read_form(name)).data["document"] == document]
    if not found:
        raise UserError("report_form_missing", Exit.ENVIRONMENT, form=document)
    found.sort(key=lambda form: form.data["valid_from"])
    before = [form for form in found if form.data["valid_from"] <= on]
    return (before or found[:1])[-1]


@cache
def read_form(name: str) -> Form:
    """The form called ``name``.

    Raises:
        UserError: ``report_form_missing`` when this program does not have it.
    """
    if not _NAME.fullmatch(name) or not resources.path("forms", f"{name}.toml").is_file():
        raise UserError("report_form_missing", Exit.ENVIRONMENT, form=name[:60])
    data = resources.read_toml("forms", f"{name}.toml")
    annexes = tuple(AnnexForm(one["content"], one["title"], one.get("kind", "")) for one in data["annex"])
    return Form(name, data, annexes)


def filled(sentence: str, value_of: Callable[[str], str]) -> str:
    """``sentence`` with each ``{name}`` replaced by what ``value_of`` says of it."""
    return _PLACEHOLDER.sub(lambda found: value_of(found[1]), sentence)


def names_in(sentence: str) -> tuple[str, ...]:
    """The names of the placeholders in ``sentence``, in order."""
    return tuple(_PLACEHOLDER.findall(sentence))
