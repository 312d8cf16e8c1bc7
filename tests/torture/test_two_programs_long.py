"""Two hundred races for one library; ``make test`` has twenty."""

from __future__ import annotations

from pathlib import Path

import pytest

from stdesk.services.desk import Desk
from tests.helpers.racing import races

pytestmark = pytest.mark.torture


@pytest.mark.parametrize("racers", [2, 3])
def test_no_two_writers_in_two_hundred_races(tmp_path: Path, racers: int) -> None:
    Desk.create(tmp_path / "kho", unit_code="C", unit_name="N").close()
    met = races(tmp_path / "kho", tmp_path / "mark", 200, racers)
    assert all(one.count("writes") == 1 and "TWO WRITERS" not in one for one in met)
    with Desk.open(tmp_path / "kho") as desk:
        assert desk.catalogue.count("publication") == 200
