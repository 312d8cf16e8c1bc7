"""Words on the screen: English in the source, Vietnamese by default.

``tr("Save")`` looks its text up in ``resources/i18n/<language>/*.json`` (one file a layer, so
that a text is found near what uses it). Sentences of errors stand under a code, in both
languages side by side, in ``resources/messages/*.toml``. ``tests/arch/test_translations.py``
fails on a missing, unused or mismatched text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stdesk import resources

LANGUAGES = ("vi", "en")
_language = "vi"


@dataclass(frozen=True, slots=True)
class Text:
    """A short text in both languages, for data that lists things (kinds, fields, codes)."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.vi if _language == "vi" else self.en


def use(language: str) -> None:
    """Speak ``language`` from now on: ``vi`` or ``en``."""
    global _language  # noqa: PLW0603 - the one process-wide setting, made once at start
    if language not in LANGUAGES:
        raise ValueError(language)
    _language = language


def language() -> str:
    """The language in use."""
    return _language


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Source text -> text in ``lang``; English has none, its source is its text."""
    texts: dict[str, str] = {}
    for file in sorted(resources.path("i18n", lang).glob("*.json")):
        texts.update(json.loads(file.read_text(encoding="utf-8")))
    return texts


@cache
def messages() -> dict[str, dict[str, str]]:
    """Code -> {language: sentence} of everything in ``resources/messages``."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(resources.path("messages").glob("*.toml")):
        found.update(resources.read_toml("messages", file.name))
    return found


def tr(source: str, **params: Any) -> str:
    """``source`` in the language in use, its ``{placeholders}`` filled."""
    text = source if _language == "en" else catalogue(_language).get(source, source)
    return text.format_map(params) if params else text


def ntr(one: str, many: str, n: int, **params: Any) -> str:
    """``one`` or ``many`` by ``n``, which fills ``{n}``. Vietnamese has one form for both."""
    source = one if n == 1 and _language == "en" else many
    return tr(source, n=count(n), **params)


def message(code: str, **params: Any) -> str:
    """The sentence under ``code``; the code itself when there is none (a test forbids it)."""
    return fill(messages().get(code, {}).get(_language, code), params)


def fill(sentence: str, params: Mapping[str, Any]) -> str:
    """``sentence`` with its ``{placeholders}`` filled and whole numbers grouped."""
    return sentence.format_map(_Shown(params))


def count(n: int) -> str:
    """A whole number as read here: 1.234.567 in Vietnamese, 1,234,567 in English."""
    shown = f"{n:,}"
    return shown.replace(",", ".") if _language == "vi" else shown


class _Shown(dict[str, Any]):
    """Numbers grouped, a missing value shown as an ellipsis rather than a crash."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        super().__init__(
            {k: count(v) if isinstance(v, int) and not isinstance(v, bool) else v for k, v in params.items()}
        )
        if self.get("title") == "":  # of a record that has none yet
            self["title"] = "…"

    def __missing__(self, key: str) -> str:
        return "…"
