"""The read-only data that comes with the program: codes, forms, fonts, icons, texts."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def folder() -> Path:
    """Where ``resources`` lies: inside the installed package, else beside it (checkout)."""
    package = Path(__file__).resolve().parent
    for place in (package / "resources", package.parent / "resources"):
        if place.is_dir():
            return place
    raise FileNotFoundError("resources")  # a broken installation: a bug, not the person's fault


def path(*parts: str) -> Path:
    """A file of the resources."""
    return folder().joinpath(*parts)


def read_text(*parts: str) -> str:
    """A text file of the resources, UTF-8."""
    return path(*parts).read_text(encoding="utf-8")


def read_toml(*parts: str) -> dict[str, Any]:
    """A TOML file of the resources."""
    return tomllib.loads(read_text(*parts))
