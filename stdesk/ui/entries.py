"""The pages of the window: where each stands in the rail, and how it is made when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from stdesk.domain.kinds import Kind
from stdesk.i18n import tr
from stdesk.ui.page import Page
from stdesk.ui.records.page import RecordsPage
from stdesk.ui.session import Session
from stdesk.ui.widgets.rail import HIDDEN, Place

Maker = Callable[[Session], Page]


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the window: where it stands in the rail and how it is made."""

    place: Place
    make: Maker


def entries(kinds: Iterable[Kind]) -> list[Entry]:
    """Every page in the order of the rail; a page is made when first asked for."""
    return [
        Entry(Place("home", tr("Overview"), "house", 0), _late("stdesk.ui.home.page", "HomePage")),
        *(_kind_entry(kind) for kind in kinds),
        Entry(
            Place("import", tr("From Excel"), "upload-simple", 2),
            _late("stdesk.ui.importing.page", "ImportPage"),
        ),
        Entry(
            Place("checks", tr("Ready to submit"), "list-checks", 2),
            _late("stdesk.ui.checks.page", "ChecksPage"),
        ),
        Entry(Place("report", tr("Report"), "file-text", 2), _late("stdesk.ui.reporting.page", "ReportPage")),
        Entry(
            Place("package", tr("Data package"), "package", 2),
            _late("stdesk.ui.packaging.page", "PackagePage"),
        ),
        Entry(
            Place("history", tr("History"), "clock-counter-clockwise", 3),
            _late("stdesk.ui.history.page", "HistoryPage"),
        ),
        Entry(
            Place("safety", tr("Data safety"), "shield-check", 3),
            _late("stdesk.ui.safety.page", "SafetyPage"),
        ),
        Entry(Place("settings", tr("Settings"), "gear", 3), _late("stdesk.ui.settings.page", "SettingsPage")),
        *_hidden_entries(),
    ]


def _hidden_entries() -> list[Entry]:
    """Pages that others lead to; they have no place in the rail."""
    return [
        Entry(Place("grid", tr("Quick table"), "table", HIDDEN), _late("stdesk.ui.grid.page", "GridPage")),
        Entry(
            Place("bulk", tr("Change many"), "list-plus", HIDDEN), _late("stdesk.ui.bulk.page", "BulkPage")
        ),
        Entry(
            Place("doubles", tr("Doubles"), "copy", HIDDEN), _late("stdesk.ui.doubles.page", "DoublesPage")
        ),
        Entry(
            Place("calendar", tr("Calendar"), "calendar-check", HIDDEN),
            _late("stdesk.ui.calendar.page", "CalendarPage"),
        ),
        Entry(
            Place("acceptance", tr("Acceptance"), "seal-check", HIDDEN),
            _late("stdesk.ui.courses.filling", "AcceptancePage"),
        ),
        Entry(
            Place("deposit", tr("Deposit"), "tray", HIDDEN),
            _late("stdesk.ui.courses.filling", "DepositPage"),
        ),
        Entry(
            Place("carry", tr("Carry over into the new year"), "fast-forward", HIDDEN),
            _late("stdesk.ui.courses.carrying", "CarryPage"),
        ),
        Entry(
            Place("files", tr("Attachments"), "paperclip", HIDDEN),
            _late("stdesk.ui.attachments.page", "FilesPage"),
        ),
        Entry(
            Place("figures", tr("Figures"), "chart-bar", HIDDEN, "report"),
            _late("stdesk.ui.reporting.figures_page", "FiguresPage"),
        ),
        Entry(
            Place("narrative", tr("Narrative"), "note-pencil", HIDDEN, "report"),
            _late("stdesk.ui.narrative.page", "NarrativePage"),
        ),
        Entry(
            Place("paper_head", tr("On the paper"), "text-t", HIDDEN, "report"),
            _late("stdesk.ui.reporting.head_page", "HeadPage"),
        ),
        Entry(
            Place("paper", tr("Check a printed report"), "scan", HIDDEN, "report"),
            _late("stdesk.ui.reporting.paper_page", "PaperPage"),
        ),
        Entry(
            Place("keys", tr("Keys and the centre"), "key", HIDDEN, "package"),
            _late("stdesk.ui.keys.page", "KeysPage"),
        ),
        Entry(
            Place("backups", tr("Backups"), "archive", HIDDEN, "safety"),
            _late("stdesk.ui.backups.page", "BackupsPage"),
        ),
        Entry(
            Place("doctor", tr("Check the library"), "stethoscope", HIDDEN, "safety"),
            _late("stdesk.ui.doctor.page", "DoctorPage"),
        ),
        Entry(
            Place("as_of", tr("The library as it was"), "clock-counter-clockwise", HIDDEN),
            _late("stdesk.ui.as_of.page", "AsOfPage"),
        ),
    ]


def _late(module: str, name: str) -> Maker:
    def make(session: Session) -> Page:
        page: Page = getattr(import_module(module), name)(session)
        return page

    return make


def _kind_entry(kind: Kind) -> Entry:
    place = Place(f"records:{kind.name}", str(kind.plural), kind.icon, 1)
    return Entry(place, lambda session: RecordsPage(session, kind))
