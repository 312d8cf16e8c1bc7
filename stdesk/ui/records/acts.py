"""What can be done with records chosen in a list, beyond opening and trashing them.

One list for the context menu, the head's "More" menu and the keyboard; each act lives in its own module, imported
when it is first used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.i18n import tr
from stdesk.services.catalogue import ListQuery
from stdesk.ui.session import Session


@dataclass(frozen=True, slots=True)
class ActPlace:
    """Where an act is called from.

    Attributes:
        session, kind: the window's session and the list's kind.
        keys: row keys of the chosen records, in the list's order.
        query: what is listed.
        columns: names of the columns shown, in their order on the screen.
    """

    session: Session
    kind: Kind
    keys: tuple[int, ...]
    query: ListQuery
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordAct:
    """Something to do with records.

    Attributes:
        name: stable.
        text: in the menu.
        icon: picture beside it.
        module, function: ``function(place)`` in ``module`` does it.
        least: how many records must be chosen.
        shortcut: key in the list, "" = none.
        concerns: whether a kind has it.
    """

    name: str
    text: str
    icon: str
    module: str
    function: str
    least: int = 0
    shortcut: str = ""
    concerns: Callable[[Kind], bool] = lambda _kind: True

    def run(self, place: ActPlace) -> None:
        """Do it."""
        getattr(import_module(self.module), self.function)(place)


def acts_of(kind: Kind) -> list[RecordAct]:
    """The acts of ``kind`` in the order of the menu."""
    found = [
        RecordAct("grid", tr("Edit as a table"), "table", "stdesk.ui.grid.acts", "open_grid", shortcut="F4"),
        RecordAct(
            "bulk", tr("Change many…"), "list-plus", "stdesk.ui.bulk.acts", "open_bulk", 1, "Ctrl+B"
        ),
        RecordAct("doubles", tr("Find doubles…"), "copy", "stdesk.ui.doubles.acts", "find_doubles"),
        RecordAct("merge", tr("Merge…"), "arrows-merge", "stdesk.ui.doubles.acts", "merge_chosen", 2, "Ctrl+M"),
        RecordAct(
            "acceptance", tr("Acceptance…"), "seal-check", "stdesk.ui.courses.acts", "open_acceptance", 1,
            concerns=lambda kind: bool(kind.milestones),
        ),
        RecordAct(
            "deposit", tr("Deposit…"), "tray", "stdesk.ui.courses.acts", "open_deposit", 1,
            concerns=lambda kind: "deposit_state" in kind.by_name,
        ),
        RecordAct(
            "carry", tr("Carry over into the new year…"), "fast-forward", "stdesk.ui.courses.acts", "open_carry_over",
            concerns=lambda kind: kind.stays_open,
        ),
        RecordAct(
            "files", tr("Scan a folder of files…"), "folder-open", "stdesk.ui.attachments.acts", "open_files",
            concerns=lambda kind: any(kind.of_type(FieldType.FILES)),
        ),
        RecordAct("print", tr("Print the list…"), "printer", "stdesk.ui.records.printing", "print_list"),
        RecordAct("export", tr("Export the list…"), "export", "stdesk.ui.records.printing", "export_list"),
    ]  # fmt: skip
    return [act for act in found if act.concerns(kind)]
