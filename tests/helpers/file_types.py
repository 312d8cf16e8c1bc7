"""What ``docs/file-types.md`` says the program writes."""

from __future__ import annotations

import re
from pathlib import Path

_DOC = Path(__file__).resolve().parents[2] / "docs" / "file-types.md"
_ROW = re.compile(r"^\| `([^`]+)` \| (.+) \| (.+) \|$", re.MULTILINE)


def parts() -> dict[str, list[str]]:
    """Heading -> the names under it, as regular expressions of a whole path with forward slashes."""
    text = _DOC.read_text(encoding="utf-8")
    found = {}
    for part in text.split("\n## ")[1:]:
        head, _, body = part.partition("\n")
        found[head] = [_expression(row[0]) for row in _ROW.findall(body)]
    return found


def rows() -> list[tuple[str, str, str]]:
    """Every row: name, what it holds, whether it is sealed."""
    return _ROW.findall(_DOC.read_text(encoding="utf-8"))


def _expression(name: str) -> str:
    pieces = re.split(r"(\*\*/|<…>)", name)
    return "".join({"**/": "(?:[^/]+/)*", "<…>": "[^/]+"}.get(one, re.escape(one)) for one in pieces)


def unnamed(folder: Path, heading: str) -> list[str]:
    """Files below ``folder`` that the document does not name under ``heading``."""
    patterns = [re.compile(one) for one in parts()[heading]]
    below = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    return [one for one in below if not any(pattern.fullmatch(one) for pattern in patterns)]
