"""From what stands in a form to what is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stdesk.domain.fields import FieldType, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State
from stdesk.services.catalogue import Catalogue, Saved
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
        values, state, version = dict(self.values), self.state, self.version
        stored = catalogue.record(self.record_id) if self.record_id else None
        if self.moved_to_notes:
            before = values.get(NOTES, stored.get(NOTES) if stored else None)
            values[NOTES] = "\n".join(part for part in (before, *self.moved_to_notes) if part)
        title = catalogue.kinds[self.kind].title
        if stored is not None and stored.get(title):
            values.setdefault(title, stored.get(title))  # so that the act can be called by its name
        if state is None:
            state = stored.state if stored else State.DRAFT
        return catalogue.save(
            self.kind,
            values,
            record_id=self.record_id or None,
            version=version,
            state=state,
            secrecy=self.level,
        )


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
