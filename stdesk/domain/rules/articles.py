"""What the rules rest on: short summaries in our own words, of ``resources/articles.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from stdesk import i18n, resources
from stdesk.i18n import Text

_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Article:
    """One article, form or standard.

    Attributes:
        id: stable.
        title: what it is and what it is about.
        text: the summary; paragraphs apart by an empty line.
        checked: whether the summary was compared with the official text.
    """

    id: str
    title: Text
    text: Text
    checked: bool


def articles_of(named: str) -> tuple[Article, ...]:
    """The articles that a rule names, as in "ISO 2108; ISO 3297"; those without a text are left out."""
    found: dict[str, Article] = {}
    for name in names_in(named):
        found.update({one.id: one for one in _by_name().get(name, ())})
    return tuple(found.values())


def names_in(named: str) -> tuple[str, ...]:
    """The single names in what a rule rests on, without remarks in brackets."""
    parts = (_IN_BRACKETS.sub("", part).strip() for part in named.split(";"))
    return tuple(part for part in parts if part)


def known_names() -> frozenset[str]:
    """Every name that has a text."""
    return frozenset(_by_name())


@cache
def _by_name() -> dict[str, tuple[Article, ...]]:
    found: dict[str, tuple[Article, ...]] = {}
    for key, one in resources.read_toml("articles.toml").items():
        title, text = (Text(one[part]["vi"], one[part]["en"]) for part in ("title", "text"))
        article = Article(key, title, text, bool(one["checked"]))
        for name in one["names"]:
            found[name] = (*found.get(name, ()), article)
    return found


def unchecked_mark() -> str:
    """What stands behind a summary that nobody compared with the official text."""
    return "(chưa đối chiếu)" if i18n.language() == "vi" else "(not compared with the official text)"
