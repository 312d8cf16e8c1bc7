"""Backups in words: why one was made, when, how large, what going back to it would mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from stdesk.i18n import count, ntr, tr
from stdesk.services.backups import Restored
from stdesk.ui.forms.files_editor import show_size
from stdesk.ui.times import shown_time

__all__ = [
    "age_words", "difference_words", "lost_words", "restored_words", "show_size", "when_words", "why_words",
]  # fmt: skip


def why_words(why: str) -> str:
    """Why a backup was made, as a person says it; an unknown reason as it stands."""
    return {
        "hourly": tr("Every hour of work"),
        "start": tr("At start"),
        "closing": tr("At closing"),
        "migration": tr("Before an upgrade"),
        "import": tr("Before an import"),
        "bulk": tr("Before a bulk change"),
        "restore": tr("Before going back"),
        "mend": tr("Before repairing"),
        "manual": tr("Made by hand"),
    }.get(why, why)


def when_words(stamp: str, today: date) -> str:
    """A moment near to now told as such: "10:15 today", else "10:15 on 12/10/2026"."""
    moment = datetime.fromisoformat(stamp.replace("Z", "+00:00")).astimezone()
    hour = f"{moment:%H:%M}"
    days = (today - moment.date()).days
    if days == 0:
        return tr("{hour} today", hour=hour)
    if days == 1:
        return tr("{hour} yesterday", hour=hour)
    return tr("{hour} on {day}", hour=hour, day=f"{moment:%d/%m/%Y}")


def age_words(days: int) -> str:
    """How long ago: "today", "yesterday", "12 days ago"."""
    if days <= 0:
        return tr("today")
    return tr("yesterday") if days == 1 else ntr("{n} day ago", "{n} days ago", days)


def difference_words(now: int, then: int) -> str:
    """What becomes of a number of records when the library goes back from ``now`` to ``then``."""
    if now == then:
        return tr("the same")
    if then < now:
        return tr("loses {n}", n=count(now - then))
    return tr("regains {n}", n=count(then - now))


def lost_words(rows: Sequence[tuple[str, int, int]]) -> str:
    """Kinds (in words, now, then) of which there will be fewer: "Publications: 8; …", "" for none."""
    return "; ".join(f"{name}: {count(now - then)}" for name, now, then in rows if then < now)


def restored_words(made: Restored, when: str) -> str:
    """What going back to the backup of ``when`` did, for the message after."""
    said = tr("The library is back at {when}.", when=shown_time(when))
    if made.missing:
        said += " " + ntr(
            "{n} attachment is in no backup any more.",
            "{n} attachments are in no backup any more.",
            len(made.missing),
        )
    if made.kept is not None:
        said += " " + tr("What it was before is kept in {kept}.", kept=str(made.kept))
    return said
