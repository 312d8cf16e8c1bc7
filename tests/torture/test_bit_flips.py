"""Four hundred flipped bits of the sample library, and a thousand changes of a history by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from stdesk import cli
from tests.helpers.damage import flip_bits, unused
from tests.store.test_chain import check_mutations, filled

__all__ = ["filled"]
pytestmark = pytest.mark.torture


def test_four_hundred_flipped_bits(tmp_path: Path) -> None:
    assert cli.run(["demo", "--out", str(tmp_path / "demo")]) == 0
    folder = tmp_path / "demo" / "library"
    content = (folder / "library.db").read_bytes()
    rates = flip_bits(folder, 400, 400)
    harmless = sum(unused(content, place) for place in rates.missed)
    said = {
        "flips": rates.tried, "sqlite alone": rates.plain, "doctor without sums": rates.without,
        "not found, in unused space": harmless, "not found, elsewhere": len(rates.missed) - harmless,
        "doctor with sums": rates.with_sums,
    }  # fmt: skip
    print(json.dumps(said))
    assert rates.with_sums == 400
    assert rates.plain < rates.without
    assert len(rates.missed) - harmless <= 90  # words' places in search, facts that are written down once
    shutil.rmtree(tmp_path / "demo")


def test_a_thousand_mutations_of_the_history(filled: object) -> None:
    assert check_mutations(filled, 1_000, 1000) == (1_000, [])
