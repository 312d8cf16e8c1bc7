"""A real library and a real centre: sent, valid by the same rules, answered; by file, QR code and telephone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from stdesk.central.agency import Agency
from stdesk.central.answers import code_of, connect, decide, last_given, slip_of
from stdesk.central.figures import unequal
from stdesk.central.report import figures_of
from stdesk.domain.periods import parse_period
from stdesk.package.words import fingerprint_words
from stdesk.services.desk import Desk
from stdesk.services.keys import Keys
from tests.central.conftest import fresh_place
from tests.central.packages import Time
from tests.helpers import handing

YEAR = parse_period("2026")


@pytest.fixture
def agency(request: pytest.FixtureRequest, tmp_path: Path, time: Time) -> Iterator[Agency]:
    place = fresh_place("sqlite", request, tmp_path)
    with Agency.create(place, "Cục V04", folder=tmp_path / "kept", clock=time) as made:
        yield connect(made)


@pytest.fixture
def desk(agency: Agency, tmp_path: Path, time: Time, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A unit that knows the centre, and is known there."""
    handing.plain_documents(monkeypatch)
    with handing.unit(tmp_path / "kho", time) as made:
        made.__dict__["keys"] = Keys(made._library, time)
        agency.registry.register(made.keys.key_card(), words=" ".join(made.keys.own().words))
        words = " ".join(fingerprint_words(agency.registry.public()))
        made.keys.take_roster(agency.registry.roster(), pinned_words=words)
        yield made


def test_the_whole_way_there_and_back(desk: Desk, agency: Agency, tmp_path: Path, time: Time) -> None:
    handed = handing.submit(desk, tmp_path / "usb")
    assert handed.sealed, "the roster says for whom"
    taken = agency.intake(handed.path)
    assert taken.package is not None, taken.sentence
    assert (taken.outcome, taken.package.state) == ("merged", "valid"), taken.package.findings
    assert taken.answer is not None
    desk.answers.take(taken.answer)
    assert desk.answers.standing(YEAR).state == "valid"

    counted = figures_of(agency, YEAR)
    own = desk.reporting.read(desk.reporting.latest(YEAR)).figures["values"]
    assert counted.value("publications.total") == own["publications.total"]["value"] == 2
    assert unequal(counted) == {}

    time.pass_days(2)
    given = decide(agency, taken.package, "accepted", by="Trần Thị Bích")
    desk.answers.take(given.raw)
    assert desk.answers.standing(YEAR).state == "accepted"
    open_ones = desk.answers.proposals()
    assert len(open_ones) == 2
    desk.answers.accept([one.row.proposal for one in open_ones])
    assert not desk.answers.proposals()

    handing.save(desk, 3)
    delta = handing.submit(desk, tmp_path / "usb")
    assert delta.delta
    second = agency.intake(delta.path)
    assert second.package is not None and second.package.state == "valid", second
    assert figures_of(agency, YEAR).value("publications.total") == 3
    accepted = decide(agency, second.package, "accepted")
    sent = {one.id for one in given.answer.proposals}
    assert {one.id for one in accepted.answer.proposals} > sent


def test_by_telephone_and_by_paper(desk: Desk, agency: Agency, tmp_path: Path) -> None:
    package = agency.intake(handing.submit(desk, tmp_path / "usb").path).package
    assert package is not None
    valid = last_given(agency, package)
    assert valid is not None
    told = desk.answers.take_code(code_of(agency, valid.answer).lower().replace("-", " "))
    assert (told.read.answer.status, told.new) == ("valid", True)
    returned = decide(agency, package, "returned", note="Thiếu biên bản nghiệm thu.")
    scan = tmp_path / "giay-tiep-nhan.png"
    pdf = pdfium.PdfDocument(slip_of(agency, returned.answer))
    pdf[0].render(scale=150 / 72).to_pil().save(scan)
    desk.answers.take(scan)
    assert desk.answers.standing(YEAR).state == "returned"
