"""The one line that answers "am I safe?", worked out from what the cards know."""

from __future__ import annotations

from dataclasses import dataclass

from stdesk.i18n import ntr, tr
from stdesk.services.health import Health
from stdesk.ui.backups.reading import Kept
from stdesk.ui.backups.words import age_words, when_words

RED, AMBER, GREEN = "red", "amber", "green"
_PICTURES = {RED: "shield-warning", AMBER: "warning", GREEN: "shield-check"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence or a few, and what they mean: :data:`RED`, :data:`AMBER`, :data:`GREEN`."""

    tone: str
    text: str

    @property
    def picture(self) -> str:
        """The icon that says the same as the colour."""
        return _PICTURES[self.tone]


def judge(kept: Kept, health: Health | None, failed: str = "") -> Verdict:
    """What is to be said.

    Args:
        kept: the backups. health: what the doctor found last. failed: why the backup that was due could not
            be made, "" when it could.
    """
    tones, said = [GREEN], []
    hurt = sum(one.state == "hurt" for one in health.checks) if health is not None else 0
    if hurt:
        tones.append(RED)
        said.append(
            ntr("{n} thing in the library is damaged.", "{n} things in the library are damaged.", hurt)
        )
    if failed:
        tones.append(RED)
        said.append(tr("The backup that was due could not be made: {why}", why=failed))
    for tone, text in (_last(kept), _second(kept)):
        tones.append(tone)
        said.append(text)
    if kept.untouched and tones.count(RED) == 1:  # only that there is no backup of nothing
        return Verdict(
            GREEN, tr("Nothing was typed yet: the first backup is made with the first hour of work.")
        )
    worst = min(tones, key=[RED, AMBER, GREEN].index)
    head = {
        RED: tr("Something has to be done now."),
        AMBER: tr("Almost safe."),
        GREEN: tr("Safe."),
    }[worst]
    return Verdict(worst, " ".join([head, *said]))


def _last(kept: Kept) -> tuple[str, str]:
    if kept.last is None:
        return RED, tr("There is no backup yet.")
    when = when_words(kept.last.made_at, kept.today)
    if not kept.backups[0].ok:
        return RED, tr("The newest backup cannot be read; the last good one is of {when}.", when=when)
    return GREEN, tr("Last backup: {when}, opened and counted.", when=when)


def _second(kept: Kept) -> tuple[str, str]:
    place = kept.place
    if place.folder is None:
        return AMBER, tr("There is none in a second place.")
    if not place.last:
        return AMBER, tr("Nothing was backed up to the second place yet.")
    text = tr("In the second place: {age}.", age=age_words(place.age))
    return (AMBER if place.remind else GREEN), text
