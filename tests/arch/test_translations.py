"""Every text on the screen exists in both languages, and no text is kept that nobody shows."""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from stdesk import i18n, resources

SOURCES = sorted((Path(__file__).parents[2] / "stdesk").rglob("*.py"))
_TEXT_CALLS = {"tr": (0,), "ntr": (1,)}  # Vietnamese has one form: the plural source text


def _calls(names: set[str]) -> Iterator[tuple[Path, ast.Call, str]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
                if name in names:
                    yield path, node, name


def _texts() -> set[str]:
    found: set[str] = set()
    for path, call, name in _calls(set(_TEXT_CALLS)):
        if path.name == "i18n.py":
            continue
        for place in _TEXT_CALLS[name]:
            argument = call.args[place]
            assert isinstance(argument, ast.Constant), f"{path}:{call.lineno}: {name}() needs a literal text"
            found.add(argument.value)
    return found


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_is_translated_and_none_is_left_over() -> None:
    used, known = _texts(), set(i18n.catalogue("vi"))
    assert not used - known, "missing in resources/i18n/vi"
    assert not known - used, "no longer used, or differently worded"


def test_no_text_is_translated_twice_differently() -> None:
    seen: dict[str, str] = {}
    for file in resources.path("i18n", "vi").glob("*.json"):
        import json

        for source, text in json.loads(file.read_text(encoding="utf-8")).items():
            assert seen.setdefault(source, text) == text, f"{source!r} reads differently in {file.name}"


def test_translations_keep_their_placeholders() -> None:
    for source, text in i18n.catalogue("vi").items():
        assert _placeholders(source) == _placeholders(text), source


def test_translations_say_something() -> None:
    for source, text in i18n.catalogue("vi").items():
        assert text.strip(), source


def test_every_error_has_its_sentence_in_both_languages() -> None:
    known = i18n.messages()
    for path, call, _name in _calls({"UserError"}):
        code = call.args[0] if call.args else None
        if isinstance(code, ast.Constant):
            assert code.value in known, f"{path.name}:{call.lineno}: no sentence for {code.value!r}"


@pytest.mark.parametrize("code", sorted(i18n.messages()))
def test_sentences_stand_in_both_languages_with_the_same_values(code: str) -> None:
    sentence = i18n.messages()[code]
    assert set(sentence) >= {"vi", "en"}, code
    assert sentence["vi"].strip(), code
    assert sentence["en"].strip(), code
    assert _placeholders(sentence["vi"]) == _placeholders(sentence["en"]), code


def test_no_code_stands_in_two_files() -> None:
    codes = Counter(
        code
        for file in resources.path("messages").glob("*.toml")
        for code in resources.read_toml("messages", file.name)
    )
    assert not [code for code, n in codes.items() if n > 1]


def test_vietnamese_texts_are_vietnamese() -> None:
    """A text left in English by mistake has none of the letters Vietnamese cannot do without."""
    foreign = re.compile(r"\b(the|is|are|and|of|to|not|file|record|records)\b", re.IGNORECASE)
    for source, text in i18n.catalogue("vi").items():
        assert not foreign.search(re.sub(r"\{\w+\}|STDesk", "", text)), f"{source!r} → {text!r}"
