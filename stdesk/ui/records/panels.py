"""The sides of a record: beside its form its history, what is linked to it, its files, its course."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from PySide6.QtWidgets import QWidget

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.i18n import tr
from stdesk.ui.forms.form import Form
from stdesk.ui.session import Session


class RecordPanel(QWidget):
    """One side of the record that is open; made when first asked for.

    Args:
        kind, session: whose.
        form: the form of the same record, to be read and typed into.
    """

    def __init__(self, kind: Kind, session: Session, form: Form, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.session = session
        self.form = form

    def show_record(self, record: Record | None) -> None:
        """Show ``record`` (``None``: a new one); called when the panel is seen and the record is another or changed."""
        raise AssertionError(record)

    def focus_place(self) -> QWidget:
        """Where the keyboard goes when the panel is opened."""
        return self

    def step_back(self) -> bool:
        """Esc: one step back inside the panel; False when there is none left."""
        return False


@dataclass(frozen=True, slots=True)
class PanelEntry:
    """A panel that a kind has.

    Attributes:
        name: stable.
        text, icon: on its tab.
        module, cls: where its class is.
        concerns: whether a kind has it.
    """

    name: str
    text: str
    icon: str
    module: str
    cls: str
    concerns: Callable[[Kind], bool] = lambda _kind: True

    def make(self, kind: Kind, session: Session, form: Form) -> RecordPanel:
        """Make the panel."""
        panel: RecordPanel = getattr(import_module(self.module), self.cls)(kind, session, form)
        return panel


def panels_of(kind: Kind) -> list[PanelEntry]:
    """The panels of ``kind`` in the order of the tabs; the form itself comes before them."""
    found = [
        PanelEntry(
            "course", tr("Course"), "path", "stdesk.ui.courses.panel", "CoursePanel", lambda kind: bool(kind.milestones)
        ),
        PanelEntry(
            "files", tr("Files"), "paperclip", "stdesk.ui.attachments.panel", "FilesPanel",
            lambda kind: any(kind.of_type(FieldType.FILES)),
        ),
        PanelEntry("links", tr("Linked"), "link", "stdesk.ui.links.panel", "LinksPanel"),
        PanelEntry("history", tr("History"), "clock-counter-clockwise", "stdesk.ui.history.panel", "HistoryPanel"),
    ]  # fmt: skip
    return [one for one in found if one.concerns(kind)]
