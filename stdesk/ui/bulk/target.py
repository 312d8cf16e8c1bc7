"""Which records a page about many of them speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stdesk.domain.kinds import Kinds
from stdesk.services.catalogue import Catalogue

_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Target:
    """Records of one kind; without any, only the kind is wanted.

    Attributes:
        kind: name of their kind.
        keys: their row keys, as lists know them.
        ids: their ids, as forms know them.
    """

    kind: str
    keys: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()


def target_of(arguments: Any, kinds: Kinds) -> Target | None:
    """What a page was asked for with: a :class:`Target`, or a mapping of its attributes."""
    if isinstance(arguments, Mapping):
        keys, ids = arguments.get("keys", ()), arguments.get("ids", ())
        arguments = Target(str(arguments.get("kind", "")), tuple(keys), tuple(ids))
    return arguments if isinstance(arguments, Target) and arguments.kind in kinds else None


def ids_of(catalogue: Catalogue, target: Target) -> tuple[str, ...]:
    """The ids of the records, those gone meanwhile left out; reads the library."""
    found = list(target.ids)
    for start in range(0, len(target.keys), _CHUNK):
        part = target.keys[start : start + _CHUNK]
        rows = catalogue.rows(target.kind, part)
        found += [rows[key].id for key in part if key in rows]
    return tuple(found)
