"""A library of the invented unit, with the sample workbook taken in, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stdesk.services.sample import open_sample, sample_workbook


@pytest.fixture(scope="session")
def _sample_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "Kho dữ liệu"
    with open_sample(folder, user="can-bo") as desk:
        desk.intake.take(desk.intake.preview(sample_workbook()))
    return folder


@pytest.fixture
def library(_sample_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a library holding the sample, on a computer that knows no other copy of it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    return Path(shutil.copytree(_sample_library, tmp_path / "Kho dữ liệu"))
