"""A record that another act changed while its form is open: who, what, and what both have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject

from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State
from stdesk.domain.values import show
from stdesk.i18n import message, tr
from stdesk.services.catalogue import Catalogue, HistoryEntry
from stdesk.ui.session import Tone

if TYPE_CHECKING:
    from stdesk.ui.records.form_page import FormPage

_NAMED = 4  # fields named in the sentence
_LONGEST = 60  # characters of a value shown
_TAKEN = 3  # fields of which the other's value is offered


@dataclass(frozen=True, slots=True)
class Outside:
    """The record as it stands in the library now, and the last act that touched it."""

    record: Record
    act: HistoryEntry | None


def read_outside(catalogue: Catalogue, seen: Record, _progress: Any) -> Outside | None:
    """What changed since ``seen`` was read; ``None`` when nothing did; version 0 when the record is gone."""
    found = catalogue.records([seen.id])
    if not found:
        return Outside(replace(seen, version=0, number=0, state=State.DRAFT, values={}), None)
    record = found[0]
    if record.version == seen.version and record.state == seen.state:
        return None
    acts = catalogue.history(seen.id, 1)
    return Outside(record, acts[0] if acts else None)


def changed_fields(kind: Kind, before: Mapping[str, Value], after: Mapping[str, Value]) -> list[str]:
    """The fields that differ, in the order of the form."""
    return [one.name for one in kind.shown if before.get(one.name) != after.get(one.name)]


def sentence(kind: Kind, outside: Outside, fields: list[str], both: list[str]) -> str:
    """What happened to the record, in one or two sentences."""
    act = outside.act
    what = message(f"did_{act.label}", **act.params) if act else ""
    if outside.record.state is State.TRASHED:
        text = tr("This record was just put into the trash.")
    elif act is not None and act.by:
        text = tr("This record was just changed by {by}: {what}.", by=act.by, what=what)
    else:
        text = tr("This record was just changed: {what}.", what=what)
    if fields:
        named = ", ".join(str(kind.field(name).label) for name in fields[:_NAMED])
        text += " " + tr("Changed: {fields}.", fields=named + (" …" if len(fields) > _NAMED else ""))
    if both:
        named = ", ".join(str(kind.field(name).label) for name in both[:_NAMED])
        text += " " + tr("You have typed there too: {fields}.", fields=named)
    return text


def gone_sentence() -> str:
    """What to say of a record that is not in the library any more."""
    return tr(
        "This record is no longer in the library: what had made it was taken back. "
        "What you typed is kept; saving makes a new one of it."
    )


def shown_value(kind: Kind, name: str, value: Value) -> str:
    """A value in few words."""
    text = show(kind.field(name), value) if value is not None else tr("(empty)")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class Watch(QObject):
    """Sees that the open record was changed by another act, and joins both without losing what was typed.

    Attributes:
        newer: the record as the other act left it, until it is taken over.
    """

    def __init__(self, page: FormPage) -> None:
        super().__init__(page)
        self.newer: Outside | None = None

    @property
    def _page(self) -> FormPage:
        return cast("FormPage", self.parent())  # not kept: page and watch would hold each other

    def look(self) -> None:
        """Read whether the open record is another one now."""
        detail = self._page.detail
        record = detail.record if detail is not None else None
        if record is not None:
            session = self._page.session
            work = partial(read_outside, session.desk.catalogue, record)
            session.runner.run(self, work, beside=True).finished.connect(partial(self._seen, record))

    def _seen(self, seen: Record, outside: Outside | None) -> None:
        page, detail = self._page, self._page.detail
        if outside is None or detail is None or detail.record is not seen:
            return
        if not outside.record.version:
            if seen.version:
                self._gone(outside.record)
            return
        if not detail.dirty:
            page.show_newer(outside.record)
            return
        self.newer = outside
        fields = changed_fields(page.kind, seen.values, outside.record.values)
        text = sentence(page.kind, outside, fields, self._both(seen, outside.record))
        act = (tr("Take the new one, keep what I typed"), self.join)
        detail.outside_note.tell(text, [act], picture="arrows-left-right", tone="amber")

    def _gone(self, empty: Record) -> None:
        """What had made the record was taken back: what was typed stays, over nothing."""
        page, detail = self._page, self._page.detail
        if detail is None:
            return
        self.newer = None
        if not detail.dirty:
            page.forget_open()
            return
        typed, level, place = detail.form.typed(), detail.level, detail.form.verticalScrollBar().value()
        detail.show_record(empty)
        detail.form.put(typed)
        detail.set_level(level, loaded=False)
        detail.show_state()
        detail.form.verticalScrollBar().setValue(place)
        detail.outside_note.tell(gone_sentence(), picture="arrows-left-right", tone="amber")

    def _both(self, seen: Record, now: Record) -> list[str]:
        """The fields that the other act changed and one has typed into."""
        detail = self._page.detail
        if detail is None:
            return []
        mine = {*detail.form.changes(), *detail.form.problems()}
        return [name for name in changed_fields(self._page.kind, seen.values, now.values) if name in mine]

    def joined(self) -> bool:
        """Before a save: the newer record is taken under what was typed; False when both changed a field."""
        detail = self._page.detail
        if self.newer is None or detail is None or detail.record is None:
            return True
        both = self._both(detail.record, self.newer.record)
        self.join()
        if both:
            text = tr("Please look at the line above the form first, then save again.")
            self._page.session.say(text, Tone.WARN)
        return not both

    def join(self) -> bool:
        """The newer record with what was typed over it; where both changed, the other's value is offered."""
        newer, detail = self.newer, self._page.detail
        if newer is None or detail is None or detail.record is None:
            return False
        both = self._both(detail.record, newer.record)
        kept, place = detail.unsaved(), detail.form.verticalScrollBar().value()
        self.newer = None
        detail.show_record(newer.record)
        detail.form.put(kept.typed)
        detail.set_level(kept.level, loaded=kept.level == newer.record.secrecy)
        detail.show_state()
        detail.form.verticalScrollBar().setValue(place)
        if both:
            self._offer(newer.record, both)
        return True

    def _offer(self, record: Record, both: list[str]) -> None:
        detail, kind = self._page.detail, self._page.kind
        if detail is None:
            return
        parts, acts = [], []
        for name in both[:_TAKEN]:
            label, value = kind.field(name).label, record.get(name)
            shown = shown_value(kind, name, value)
            parts.append(tr("{field}: the new one has “{value}”", field=label, value=shown))
            acts.append((tr("Take it: {field}", field=label), partial(detail.form.propose, name, value)))
        detail.outside_note.tell("; ".join(parts) + ".", acts, picture="arrows-left-right", tone="amber")
