"""Ways of looking at a list that a person gave a name: words, filters, order, columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from stdesk.errors import UserError
from stdesk.store.library import Library
from stdesk.text import clean, fold

_KEY = "views:"
_MOST = 200  # views of a kind
_LONGEST = 80  # characters of a name

Sort = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class View:
    """One such way.

    Attributes:
        words: of the search line.
        filters: field -> values, the state among them.
        sort: (field, descending) from the first.
        columns: names of the columns shown, in their order; empty = those of the program.
    """

    name: str
    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = ()
    columns: tuple[str, ...] = ()


class Views:
    """The views of an open library, by kind; kept in its settings, so they travel with it."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def of(self, kind: str) -> tuple[View, ...]:
        """The views of ``kind`` in the order of their names.

        Raises:
            UserError: ``views_damaged`` when what is kept cannot be read.
        """
        written = self._library.settings.get(f"{_KEY}{kind}")
        if not written:
            return ()
        try:
            return tuple(_view(one) for one in json.loads(written))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise UserError("views_damaged", kind=str(self._library.kinds[kind].plural)) from error

    def save(self, kind: str, view: View) -> tuple[View, ...]:
        """Keep ``view``; one of the same name (letter case and accents apart) gives way. All views now.

        Raises:
            UserError: ``view_unnamed``, ``views_too_many``; what forbids writing.
        """
        name = clean(view.name)[:_LONGEST]
        if not name:
            raise UserError("view_unnamed")
        others = [one for one in self._readable(kind) if fold(one.name) != fold(name)]
        if len(others) >= _MOST:
            raise UserError("views_too_many", n=_MOST)
        return self._put(kind, [*others, replace(view, name=name)])

    def rename(self, kind: str, old: str, new: str) -> tuple[View, ...]:
        """Call the view ``old`` ``new``; raises as :meth:`save`. All views now."""
        views = self._readable(kind)
        found = next((one for one in views if one.name == old), None)
        if found is None:
            return views
        if not clean(new):
            raise UserError("view_unnamed")
        self._put(kind, [one for one in views if one.name != old])
        return self.save(kind, replace(found, name=new))

    def delete(self, kind: str, name: str) -> tuple[View, ...]:
        """Forget the view ``name``. All views now."""
        return self._put(kind, [one for one in self._readable(kind) if one.name != name])

    def _readable(self, kind: str) -> tuple[View, ...]:
        try:
            return self.of(kind)
        except UserError:  # it was said when they were read; what cannot be read gives way
            return ()

    def _put(self, kind: str, views: Sequence[View]) -> tuple[View, ...]:
        ordered = sorted(views, key=lambda one: fold(one.name))
        written = json.dumps([asdict(one) for one in ordered], ensure_ascii=False, sort_keys=True)
        self._library.settings.put(**{f"{_KEY}{kind}": written})
        return tuple(ordered)


def _view(one: Mapping[str, Any]) -> View:
    return View(
        name=_checked(one["name"]),
        words=_checked(one["words"]),
        filters={_checked(key): _texts(values) for key, values in one["filters"].items()},
        sort=tuple((_checked(name), bool(descending)) for name, descending in one["sort"]),
        columns=_texts(one["columns"]),
    )


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(values)
    return tuple(_checked(value) for value in values)


def _checked(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def known(view: View, filters: Callable[[str], bool], columns: Callable[[str], bool]) -> View:
    """``view`` without what this version of the program, or this kind, does not know."""
    return replace(
        view,
        filters={name: values for name, values in view.filters.items() if filters(name)},
        sort=tuple(one for one in view.sort if columns(one[0])),
        columns=tuple(name for name in view.columns if columns(name)),
    )
