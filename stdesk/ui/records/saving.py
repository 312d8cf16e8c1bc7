"""From what stands in a form to what is saved."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stdesk.domain.fields import FieldType, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State
from stdesk.errors import Exit, UserError
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue, Save, Saved
from stdesk.services.desk import Desk
from stdesk.ui.forms.form import Typed

NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A save to be carried out.

    Attributes:
        kind, record_id: what; "" = a new record.
        values: the fields to write.
        state: draft or complete; ``None`` = as it is stored.
        version: the version the person saw; ``None`` = whatever is there.
        moved_to_notes: texts not understood that go into the notes.
    """

    kind: str
    record_id: str
    values: Mapping[str, Value]
    state: State | None
    level: str
    version: int | None = None
    moved_to_notes: tuple[str, ...] = ()

    def run(self, catalogue: Catalogue) -> Saved:
        """Save; for the errors see :meth:`Catalogue.save`."""
        one = self.planned(catalogue)
        return catalogue.save(
            one.kind,
            one.values,
            record_id=one.record_id,
            version=one.version,
            state=one.state,
            secrecy=one.secrecy,
        )

    def planned(self, catalogue: Catalogue) -> Save:
        """What is to be saved, seen beside what is stored; of a record that is gone a new one."""
        values, state = dict(self.values), self.state
        found = catalogue.records([self.record_id]) if self.record_id else []
        stored = found[0] if found else None
        if self.moved_to_notes:
            before = values.get(NOTES, stored.get(NOTES) if stored else None)
            values[NOTES] = "\n".join(part for part in (before, *self.moved_to_notes) if part)
        title = catalogue.kinds[self.kind].title
        if stored is not None and stored.get(title):
            values.setdefault(title, stored.get(title))  # so that the act can be called by its name
        if state is None:
            state = stored.state if stored else State.DRAFT
        return Save(
            self.kind,
            values,
            record_id=stored.id if stored else None,
            version=self.version if stored else None,
            state=state,
            secrecy=self.level,
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be saved although the disk is there, and why."""

    wanted: Wanted
    error: UserError


def save_each(desk: Desk, wanted: Sequence[Wanted], progress: Progress) -> Refused | None:
    """Save all of it or, when one is refused, nothing: what is tried again must not be there twice.

    Raises:
        UserError: what the disk refused.
    """
    try:
        if len(wanted) == 1:
            wanted[0].run(desk.catalogue)
        else:
            desk.catalogue.save_many([one.planned(desk.catalogue) for one in wanted], progress)
    except UserError as error:
        if error.exit_code is Exit.ENVIRONMENT:
            raise
        return Refused(wanted[min(progress.done, len(wanted) - 1)], error)
    for one in wanted:
        with contextlib.suppress(UserError, OSError):  # it is saved; a draft left over only asks once more
            desk.drafts.drop(one.kind, one.record_id)
    return None


def wanted_save(
    kind: Kind,
    record_id: str,
    typed: Typed,
    level: str,
    record: Record | None = None,
    state: State | None = None,
) -> Wanted:
    """The save of what was typed; what was not understood is kept as text in the notes."""
    texts: tuple[str, ...] = ()
    notes = kind.by_name.get(NOTES)
    if notes is not None and notes.type is FieldType.LONG_TEXT:
        texts = tuple(f"{kind.field(name).label}: {text}" for name, text in typed.texts.items())
    return Wanted(
        kind=kind.name,
        record_id=record_id,
        values=dict(typed.values),
        state=state,
        level=level,
        version=record.version if record else None,
        moved_to_notes=texts,
    )
