"""One good package for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers import mutations, packages


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small package as the writer makes it; not to be changed."""
    return packages.write_small(tmp_path_factory.mktemp("good"))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where a changed package of the same name goes."""
    return tmp_path / f"{packages.NAME}.zip"


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same package, signed and numbered; not to be changed."""
    return mutations.write_signed(tmp_path_factory.mktemp("signed"))
