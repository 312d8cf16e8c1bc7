"""The guard: says when something looks like a secret or a person's number. It warns; a person decides.

What it says names the place and the sign, a number only masked, and it is said on the screen alone: nothing of
it goes into a log or the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from stdesk.domain.fields import FieldType
from stdesk.domain.guard import Sign, page_signs, signs
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.exchange.first_page import read_first_page
from stdesk.exchange.foreign import Foreign
from stdesk.i18n import message
from stdesk.progress import Progress
from stdesk.store.library import Library

__all__ = ["Guard", "Warned", "looks_secret"]

_TEXTS = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.TAGS)


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning.

    Attributes:
        field: name of the field; of a file the file's name.
        code: what was seen, see :mod:`stdesk.domain.guard`. said: the sentence, a number masked.
    """

    field: str
    code: str
    said: str


class Guard:
    """The guard of an open library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def look(self, kind: str, values: Mapping[str, Any], *, secrecy: str = ORDINARY) -> list[Warned]:
        """What looks like a secret in the texts of ``values``, each sort of sign once a field.

        Args:
            secrecy: the record's level: one that is marked needs no warning about its mark.
        """
        fields = self._library.kinds[kind].by_name
        found: dict[tuple[str, str], Warned] = {}
        for name, value in values.items():
            if name not in fields or fields[name].type not in _TEXTS:
                continue
            text = "\n".join(map(str, value)) if isinstance(value, tuple | list) else str(value or "")
            for one in signs(text):
                if one.code != "mark" or not is_above(secrecy, ORDINARY):
                    found.setdefault((name, one.code), _warned(name, one))
        return list(found.values())

    def look_file(self, source: Path | Mapping[str, Any], progress: Progress | None = None) -> list[Warned]:
        """What looks like a secret on the first page of a PDF; nothing of a file that cannot be read.

        Args:
            source: a file, or the item of an attachment of this library.

        Raises:
            Cancelled: asked to stop.
        """
        name = source.name if isinstance(source, Path) else str(source.get("name", ""))
        if Path(name).suffix.lower() != ".pdf":
            return []
        file: Path | Foreign = source if isinstance(source, Path) else self._foreign(source)
        page = read_first_page(file, progress)
        if not page.lines:
            return []
        first = min(line.page for line in page.lines)
        text = "\n".join(line.text for line in page.lines if line.page == first)
        found: dict[str, Warned] = {}
        for one in page_signs(text):
            found.setdefault(one.code, _warned(name, one))
        return list(found.values())

    def look_files(
        self, items: Sequence[Mapping[str, Any]], progress: Progress | None = None
    ) -> list[Warned]:
        """The same of several attachments."""
        told = progress or Progress()
        return [one for item in told.each(items) for one in self.look_file(item, told)]

    def _foreign(self, item: Mapping[str, Any]) -> Foreign:
        opened = partial(self._library.open_file, str(item.get("file", "")))
        return Foreign(str(item.get("name", "")), opened)


def looks_secret(values: Iterable[Any]) -> bool:
    """Whether any text among ``values`` carries a sign: for rows that are not records yet."""
    return any(signs(value) for value in values if isinstance(value, str))


def _warned(place: str, sign: Sign) -> Warned:
    return Warned(place, sign.code, message(f"guard_{sign.code}", shown=sign.shown))
