"""The second half of the demo: the sample's report goes to a centre, is answered, and is amended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stdesk import i18n
from stdesk.atomic import write_bytes
from stdesk.central import answers, report
from stdesk.central.agency import Agency
from stdesk.central.model import ACCEPTED
from stdesk.domain.periods import Period, parse_period
from stdesk.i18n import tr
from stdesk.package.words import fingerprint_words
from stdesk.services.desk import Desk
from stdesk.services.handover import Handed
from stdesk.services.preparation import OwnText
from stdesk.services.sample import SAMPLE_PERIOD

_CENTRE = "Cơ quan trung ương (mẫu)"
_REASON = "Số liệu mẫu: đã đối chiếu hồ sơ giấy"
_WORDS = {
    "difficulties": "Cán bộ làm công tác thông tin kiêm nhiệm, chưa được tập huấn (câu mẫu).",
    "proposals": "Đề nghị mở lớp tập huấn nghiệp vụ thông tin khoa học và công nghệ (câu mẫu).",
}
_AMENDED = "Bổ sung sau khi nộp (mẫu)"


def run_circle(desk: Desk, folder: Path, say: Callable[[str], None]) -> None:
    """Send the report of the sample year to a centre in ``folder`` and take its answers in, twice."""
    period = parse_period(SAMPLE_PERIOD)
    with answers.connect(Agency.create(folder / "centre", _CENTRE)) as agency:
        _exchange_keys(desk, agency, say)
        first = _submit(desk, period, folder, say)
        _answered(desk, agency, period, first, folder, say)
        second = _amend(desk, period, folder, say)
        _answered(desk, agency, period, second, folder, say)
        found, _ = report.make(agency, period)
        (folder / "centre-report").mkdir(exist_ok=True)
        for name, raw in found.items():
            write_bytes(folder / "centre-report" / name, raw)
        say(tr("13. Report of all units: {path}", path=folder / "centre-report"))


def _exchange_keys(desk: Desk, agency: Agency, say: Callable[[str], None]) -> None:
    unit = agency.registry.register(desk.keys.key_card(), words_checked=True)
    words = " ".join(fingerprint_words(agency.registry.public()))
    desk.keys.take_roster(agency.registry.roster(), pinned_words=words)
    say(tr("8. Centre: {path}", path=agency.folder))
    say(tr("   The unit's key in words: {words}", words=" ".join(unit.keys[0].words)))


def _submit(desk: Desk, period: Period, folder: Path, say: Callable[[str], None]) -> Handed:
    """What still wants a reason gets one, as an officer would; then it is frozen and packed in earnest."""
    for sentence, words in _WORDS.items():
        desk.preparation.put_text(period, sentence, OwnText(words))
    found = desk.readiness.check(period).open
    desk.readiness.explain(period, _REASON, *found)
    say(tr("9. {n} findings explained, two sentences written: frozen in earnest", n=i18n.count(len(found))))
    desk.reporting.freeze(period)
    return _pack(desk, period, folder, say)


def _amend(desk: Desk, period: Period, folder: Path, say: Callable[[str], None]) -> Handed:
    """A year later somebody notices: a title was wrong, and a work was counted that was not the unit's."""
    kept, gone = desk.reporting.read(desk.reporting.latest(period)).records["publication"][:2]
    record = desk.catalogue.record(kept["id"])
    values = {**record.values, "title": f"{record.get('title')} (tái bản)"}
    desk.catalogue.save(record.kind, values, record_id=record.id)
    desk.catalogue.trash([gone["id"]])
    desk.reporting.reopen(period, _AMENDED)
    found = desk.readiness.check(period).open
    desk.readiness.explain(period, _REASON, *found)
    desk.reporting.freeze(period)
    say(tr("11. One record mended, one taken out: submission 2 carries only that"))
    return _pack(desk, period, folder, say)


def _pack(desk: Desk, period: Period, folder: Path, say: Callable[[str], None]) -> Handed:
    made = desk.handover.pack(period, folder / "stick")
    say(tr("   Signed, sealed for the centre: {path}", path=made.paths[0]))
    return made


def _answered(
    desk: Desk, agency: Agency, period: Period, made: Handed, folder: Path, say: Callable[[str], None]
) -> None:
    taken = agency.intake(made.paths[0])
    if taken.package is None:
        raise RuntimeError(taken.sentence)
    desk.answers.take(taken.answer or b"")  # what it said by itself: passed the checks
    given = answers.decide(agency, taken.package, ACCEPTED, by="mẫu")
    path = folder / "stick" / given.name
    write_bytes(path, given.raw)
    number = "12" if made.delta else "10"
    say(
        tr(
            "{number}. The centre took {name}, checked it and accepted it: {path}",
            number=number,
            name=made.name,
            path=path,
        )
    )
    desk.answers.take(path)
    desk.answers.accept([one.row.proposal for one in desk.answers.proposals() if not one.obstacle])
    standing = desk.answers.standing(period)
    say(f"    {standing.sentence}")
