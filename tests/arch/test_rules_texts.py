"""Every rule speaks both languages, and no text is left without a rule."""

from __future__ import annotations

import re

import pytest

from stdesk import i18n, resources
from stdesk.domain.rules import catalogue, elsewhere
from stdesk.domain.rules.articles import articles_of, known_names, names_in
from stdesk.domain.rules.core import Finding, Severity, rule_texts, rule_title

RULES = (*catalogue.RULES, *elsewhere.RULES)

PLACEHOLDER = re.compile(r"\{(\w+)\}")
LONGEST_TITLE = 60  # one line of the narrow list of groups, or two
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
    assert set(texts) == {"article", "title", "message", "advice"}
    assert texts["article"].strip()
    for part in ("message", "advice"):
        assert set(texts[part]) == {"vi", "en"}
        vi, en = texts[part]["vi"], texts[part]["en"]
        assert set(PLACEHOLDER.findall(vi)) == set(PLACEHOLDER.findall(en))
        for text in (vi, en):
            assert text.endswith((".", "”.", "?")) and text == text.strip() and "  " not in text
        assert not JARGON.search(PLACEHOLDER.sub("", vi)), vi
        assert vi != en


@pytest.mark.parametrize("rule", sorted(rule_texts()))
def test_title_is_a_head(rule: str) -> None:
    titles = rule_texts()[rule]["title"]
    assert set(titles) == set(i18n.LANGUAGES)
    for text in titles.values():
        assert 0 < len(text) <= LONGEST_TITLE
        assert text[0].isupper() and text == text.strip() and "  " not in text
        assert not text.endswith((".", ":", ";", ",", "…")) and not set("{}…") & set(text)
    assert not JARGON.search(titles["vi"])


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_two_rules_share_a_title(language: str) -> None:
    titles = [texts["title"][language].casefold() for texts in rule_texts().values()]
    assert len(titles) == len(set(titles))


def test_title_follows_the_language_in_use() -> None:
    finding = Finding("issn_check_digit", Severity.EXPLAIN, "a", "publication", 1, "issn")
    before = i18n.language()
    try:
        i18n.use("vi")
        assert finding.title == rule_title("issn_check_digit") == "ISSN sai số kiểm tra"
        i18n.use("en")
        assert finding.title == "ISSN with a wrong check digit"
    finally:
        i18n.use(before)


@pytest.mark.parametrize("rule", sorted(rule_texts()))
def test_what_a_rule_rests_on_has_a_text(rule: str) -> None:
    named = rule_texts()[rule]["article"]
    assert set(names_in(named)) <= known_names()
    assert articles_of(named)


def test_no_article_is_kept_that_no_rule_names() -> None:
    named = {name for texts in rule_texts().values() for name in names_in(texts["article"])}
    assert known_names() == named


def test_articles_are_told_in_both_languages() -> None:
    for name in known_names():
        for one in articles_of(name):
            for text in (one.title, one.text):
                assert text.vi.strip() == text.vi and text.en.strip() == text.en and text.vi != text.en
            assert one.text.vi.endswith((".", "”."))
            assert not JARGON.search(one.text.vi), one.id


def test_a_rule_that_names_two_leads_to_both() -> None:
    assert [one.id for one in articles_of("Chỉ thị 05/CT-BCA-V04, điểm 4b và 8b")] == [
        "directive_05_4b",
        "directive_05_8b",
    ]
    assert [one.id for one in articles_of("ISO 3297; Biểu 04/CS-KHCN (được nghiệm thu)")] == [
        "issn",
        "form_04",
    ]
