"""What goes along with what was typed: the journal's ISSN, the publisher's place."""

from __future__ import annotations

from stdesk.domain.fields import Value
from stdesk.store.library import Library, ListQuery

_LOOKED_AT = 3  # newest records with the same text: the first may have been entered in haste


class Followers:
    """Proposals for fields that go along with another, from the newest records that say the same there."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def of(self, kind: str, field: str, value: Value) -> dict[str, Value]:
        """Field -> value for the fields of ``kind`` that follow ``field``, when it holds the text ``value``.

        Only text is followed; fields about which the library says nothing are missing.
        """
        about = self._library.kinds[kind]
        wanted = {one.name for one in about.followers(field)}
        if not wanted or not isinstance(value, str) or not value:
            return {}
        query = ListQuery(kind, filters={field: (value,)}, sort=(("changed_at", True),))
        found: dict[str, Value] = {}
        for key in self._library.ids(query)[:_LOOKED_AT]:
            row = self._library.rows(kind, [key], sorted(wanted)).get(key)
            for name in wanted - set(found) if row is not None else ():
                if row is not None and row.values.get(name) is not None:
                    found[name] = row.values[name]
        return found
