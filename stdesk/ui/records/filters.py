"""Filters of a list as chips; each opens a panel with the values there are and how often."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.periods import Period, parse_period
from stdesk.domain.records import Changes, State
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue, ListQuery
from stdesk.services.readiness import Readiness
from stdesk.ui.records.facet_panel import FINDINGS, STATE, Facet, FacetPanel, FilterField
from stdesk.ui.session import Session
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.chips import ChipRow
from stdesk.ui.widgets.labels import plain

__all__ = ["FINDINGS", "STATE", "Facet", "FacetPanel", "FilterBar", "FilterField", "filter_fields"]

_ITEMS = (FieldType.CHOICE, FieldType.CHOICES, FieldType.TAGS, FieldType.PEOPLE)


def filter_fields(kind: Kind) -> tuple[FilterField, ...]:
    """What the list of ``kind`` can be filtered by: state, what is missing, then by its fields.

    First come those that the list shows, then the tags.
    """
    found = []
    for field in kind.shown:
        date = field.type is FieldType.DATE and field.name in kind.begins[:1]
        listed = field.list_width and field.sortable and field.name != kind.title
        if field.type in _ITEMS or date or (field.type is FieldType.TEXT and listed):
            found.append(FilterField(field.name, str(field.label), field))
    found.sort(key=_seldom)
    return (FilterField(STATE, tr("State")), FilterField(FINDINGS, tr("To be completed")), *found)


def _seldom(one: FilterField) -> int:
    if one.field is None or one.field.list_width:
        return 0
    return 1 if one.field.type is FieldType.TAGS else 2


def records_to_mend(readiness: Readiness, period: Period, progress: Progress) -> frozenset[str]:
    """The ids of the records of which something is still to be mended or explained in ``period``."""
    return frozenset(one.record for one in readiness.check(period, progress).open if one.record)


def count_values(catalogue: Catalogue, query: ListQuery, name: str, _progress: Progress) -> list[Facet]:
    """The values of a field among what is listed, and how many records hold each."""
    if name == STATE:
        return [(state.value, catalogue.count(query.kind, state)) for state in State]
    return [*catalogue.values(query, name), ("", -1)]


class FilterBar(QWidget):
    """The chips of the filters set, and the button that adds one.

    Signals:
        changed: other filters than before.
    """

    changed = Signal()

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.session = session
        self.fields = {one.name: one for one in filter_fields(kind)}
        self.chosen: dict[str, tuple[str, ...]] = {}
        self.query: Callable[[], ListQuery] = lambda: ListQuery(kind.name)
        self.panel: FacetPanel | None = None
        self._to_mend: frozenset[str] | None = None
        self._asked = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.chips = ChipRow()
        self.button = icon_button("funnel", tr("Filter"), "text_soft")
        self.button.setProperty("quiet", True)
        self.button.setAccessibleName(tr("Add a filter"))
        self.menu = QMenu(self)
        for one in self.fields.values():
            self.menu.addAction(plain(one.label), partial(self.open_facet, one.name))
        self.button.setMenu(self.menu)
        self.chips.add_tail(self.button)
        row.addWidget(self.chips, 1)
        self.chips.opened.connect(self.open_facet)
        self.chips.removed.connect(lambda name: self.set_filter(name, ()))
        session.changed.connect(self._on_changed)

    def set_filter(self, name: str, values: Sequence[str]) -> None:
        """Filter by these values of a field; none takes the filter away."""
        chosen = {key: kept for key, kept in self.chosen.items() if key != name}
        if values:
            chosen[name] = tuple(values)
        self.set_all(chosen)

    def add_value(self, name: str, value: str) -> None:
        """One value more of a field."""
        self.set_filter(name, tuple(dict.fromkeys((*self.chosen.get(name, ()), value))))

    def set_all(self, chosen: Mapping[str, Sequence[str]]) -> None:
        """These filters instead of those there are; what the kind does not have is left out."""
        self.chosen = {
            name: tuple(values) for name, values in chosen.items() if values and self.field(name) is not None
        }
        self._show()
        if FINDINGS in self.chosen and self._to_mend is None:
            self._find_what_to_mend()
        else:
            self.changed.emit()

    def clear(self) -> None:
        """Take every filter away."""
        if self.chosen:
            self.set_all({})

    def field(self, name: str) -> FilterField | None:
        """How one filters by ``name``; ``None`` where the kind has no such field."""
        if name not in self.fields and name in self.kind.by_name:
            one = self.kind.field(name)
            self.fields[name] = FilterField(name, str(one.label), one)
        return self.fields.get(name)

    def filters(self) -> Mapping[str, tuple[str, ...]]:
        """The filters by field; the state and what is missing are asked for apart."""
        return {name: values for name, values in self.chosen.items() if name not in (STATE, FINDINGS)}

    def ids(self) -> frozenset[str] | None:
        """The records of which something is missing, where only these are wanted."""
        return self._to_mend if FINDINGS in self.chosen else None

    def states(self) -> tuple[State, ...]:
        """The states listed: all but the trash when none is chosen."""
        chosen = self.chosen.get(STATE, ())
        return tuple(State(value) for value in chosen) or (State.DRAFT, State.COMPLETE)

    # -- panels ------------------------------------------------------------------------------

    def open_facet(self, name: str) -> None:
        """Open the panel of a field as soon as its values are counted."""
        if name == FINDINGS:
            self.set_filter(name, ("1",))
            return
        query = self.query()
        others = {key: values for key, values in query.filters.items() if key != name}
        work = partial(count_values, self.session.desk.catalogue, replace(query, filters=others), name)
        self._asked += 1
        asked = self._asked
        task = self.session.runner.run(self, work, slow=True)
        task.finished.connect(lambda facets: self._open_panel(asked, name, facets))
        task.failed.connect(self.session.say_error)

    def _open_panel(self, asked: int, name: str, facets: list[Facet]) -> None:
        field = self.field(name)
        if asked != self._asked or field is None or not self.isVisible():
            return
        self.panel = FacetPanel(field, facets, self.chosen.get(name, ()), self)
        self.panel.chosen.connect(lambda values: self.set_filter(name, values))
        self.panel.open_below(self.chips.chip(name) or self.button)

    # -- what is missing ---------------------------------------------------------------------

    def _find_what_to_mend(self) -> None:
        desk = self.session.desk
        if self._to_mend is None:
            self.session.say(tr("Checking every record: those to be completed are listed when it is done."))
        work = partial(records_to_mend, desk.readiness, parse_period(str(desk.today().year)))
        task = self.session.runner.run(self, work, slow=True)
        task.finished.connect(self._found_what_to_mend)
        task.failed.connect(self.session.say_error)

    def _found_what_to_mend(self, ids: frozenset[str]) -> None:
        self._to_mend = ids
        if FINDINGS in self.chosen:
            self.changed.emit()

    def _on_changed(self, _changes: Changes) -> None:
        if FINDINGS in self.chosen:  # what was found before stays in force until it is found anew
            self._find_what_to_mend()
        else:
            self._to_mend = None

    # -- chips -------------------------------------------------------------------------------

    def _show(self) -> None:
        self.chips.set_chips([(name, self.text(name)) for name in self.chosen])

    def text(self, name: str) -> str:
        """A filter in words: "Năm: 2025, 2026 +1"."""
        field = self.fields[name]
        if name == FINDINGS:
            return field.label
        values = [field.value_text(value) for value in self.chosen[name]]
        more = f" +{len(values) - 2}" if len(values) > 2 else ""
        return f"{field.label}: {', '.join(values[:2])}{more}"

    def in_words(self) -> list[str]:
        """Every filter in words."""
        return [self.text(name) for name in self.chosen]
