"""Every rule speaks both languages, and no text is left without a rule."""

from __future__ import annotations

import re

import pytest

from stdesk import resources
from stdesk.domain.rules.catalogue import RULES
from stdesk.domain.rules.core import rule_texts

PLACEHOLDER = re.compile(r"\{(\w+)\}")
# What an officer does not say.
JARGON = re.compile(r"bản ghi|\bnull\b|database|trường dữ liệu|\brecord\b|\bid\b|regex|schema", re.IGNORECASE)


def test_rules_and_texts_are_the_same_set() -> None:
    assert set(rule_texts()) == {rule.id for rule in RULES}


def test_no_id_stands_in_two_files() -> None:
    names = [
        name
        for file in resources.path("rules").glob("*.toml")
        for name in resources.read_toml("rules", file.name)
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rule", sorted(rule_texts()))
def test_texts_are_whole(rule: str) -> None:
    texts = rule_texts()[rule]
    assert set(texts) == {"article", "message", "advice"}
    assert texts["article"].strip()
    for part in ("message", "advice"):
        assert set(texts[part]) == {"vi", "en"}
        vi, en = texts[part]["vi"], texts[part]["en"]
        assert set(PLACEHOLDER.findall(vi)) == set(PLACEHOLDER.findall(en))
        for text in (vi, en):
            assert text.endswith((".", "”.", "?")) and text == text.strip() and "  " not in text
        assert not JARGON.search(PLACEHOLDER.sub("", vi)), vi
        assert vi != en
