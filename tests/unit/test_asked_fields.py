"""What a form asks for depends on what sort of thing is entered."""

from __future__ import annotations

import dataclasses

import pytest

from stdesk.domain.codes import code_list
from stdesk.domain.kinds import Kind, all_kinds
from stdesk.domain.kinds.publication import PUBLICATION


def _asked(sort: str) -> set[str]:
    return {field.name for field in PUBLICATION.fields if PUBLICATION.asks(field, sort)}


def test_an_article_is_not_asked_for_what_only_books_and_theses_have() -> None:
    asked = _asked("journal_article")
    assert {"container", "issue", "issn", "pages"} <= asked
    assert not asked & {"isbn", "edition", "publisher", "thesis_level", "supervisors", "defended"}


def test_what_holds_for_books_holds_for_textbooks_too() -> None:
    assert {"isbn", "publisher"} <= _asked("textbook") and "container" not in _asked("textbook")
    assert {"isbn", "container"} <= _asked("book_chapter")


def test_a_thesis_is_asked_for_its_defence() -> None:
    assert {"defended", "supervisors"} <= _asked("doctoral_thesis")
    assert not _asked("doctoral_thesis") & {"issn", "isbn"}


def test_without_a_sort_everything_is_asked_for() -> None:
    assert _asked("") == {field.name for field in PUBLICATION.fields}


@pytest.mark.parametrize("kind", tuple(all_kinds()), ids=lambda kind: kind.name)
def test_what_is_required_is_always_asked_for_and_every_code_is_known(kind: Kind) -> None:
    for field in kind.fields:
        assert not (field.required and field.asked_for)
        for code in field.asked_for:
            assert code_list(kind.field(kind.sorted_by).codes).get(code), code


def test_a_field_asked_for_some_sorts_wants_a_field_that_sorts() -> None:
    with pytest.raises(ValueError, match="sorted_by"):
        dataclasses.replace(PUBLICATION, sorted_by="")
