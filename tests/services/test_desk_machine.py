"""Whatever a person does in whatever order, restarts between: the desk equals a plain dictionary.

``make torture`` runs the same machine for longer (``tests/torture/test_long_desk.py``).
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.clock import fixed_clock
from stdesk.domain.fields import FieldType
from stdesk.domain.joining import proposed
from stdesk.domain.kinds import all_kinds
from stdesk.domain.records import Changes, State
from stdesk.errors import UserError
from stdesk.services.desk import Desk
from stdesk.services.drafts import Draft
from tests.helpers import workbooks

KINDS = all_kinds()
NAMES = ("publication", "research_task", "training_session")
LINKS = {name: [field.name for field in KINDS[name].of_type(FieldType.LINKS)] for name in NAMES}
CLOCK = fixed_clock(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))

WORDS = st.sampled_from(
    ["Đề án", "giám định", "ma túy", "Kỹ thuật số", "06/ĐA-BCA", '"', "x\x00y", "😀\u202e"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["Lê Ước", "LÊ ƯỚC", "Đỗ Ân"])}, optional={"rank": st.just("major")}
    ),
    max_size=3,
)
VALUES = st.fixed_dictionaries(
    {"title": TEXTS},
    optional={
        "notes": st.none() | TEXTS,
        "keywords": st.lists(WORDS, max_size=3),
        "attachments": st.lists(
            st.sampled_from([{"name": "a.pdf", "file": "ab" * 20}, {"name": "b.pdf", "file": "cd" * 20}]),
            max_size=2,
        ),
    },
)
PICK = st.integers(0, 1_000)


@dataclass(frozen=True)
class Held:
    """A record as the model knows it."""

    kind: str
    number: int
    state: State
    values: Mapping[str, Any]


Model = dict[str, Held]


def plain(model: Mapping[str, Held]) -> str:
    """A model as text: equal to the byte, with the types of everything."""
    listed = {key: [one.kind, one.number, one.state, {**one.values}] for key, one in sorted(model.items())}
    return json.dumps(listed, ensure_ascii=True, sort_keys=True)


class DeskMachine(RuleBasedStateMachine):
    """A person at the desk, and a dictionary that does the same."""

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp(prefix="stdesk-desk-"))
        self.folder = self.base / "kho"
        self.desk = Desk.create(self.folder, unit_code="X", unit_name="Y", clock=CLOCK)
        self.model: Model = {}
        self.gone: frozenset[str] = frozenset()  # merged into another
        self.done: list[tuple[Model, frozenset[str]]] = []
        self.undone: list[tuple[Model, frozenset[str]]] = []
        self.numbers = dict.fromkeys(NAMES, 0)
        self.drafts: dict[tuple[str, str], dict[str, Any]] = {}
        self.acts = 0
        self.files = 0

    # -- the model

    def did(self, changes: Changes, after: Model, gone: frozenset[str] | None = None) -> None:
        """An act was done that should lead to ``after``."""
        changed = plain(after) != plain(self.model)
        assert bool(changes.action) == changed, changes
        if changed:
            assert {key for key, one in after.items() if one != self.model.get(key)} <= changes.ids
            self.done.append((self.model, self.gone))
            self.undone.clear()
            self.model = after
            self.gone = self.gone if gone is None else gone
            self.one_more_act()

    def one_more_act(self) -> None:
        newest = self.desk.catalogue.history(limit=1)[0].action
        assert newest == self.acts + 1
        self.acts = newest

    def observed(self) -> Model:
        records = (one for name in NAMES for one in self.desk._library.records(name, tuple(State)))
        return {r.id: Held(r.kind, r.number, r.state, dict(r.values)) for r in records}

    def live(self, kind: str | None = None) -> list[str]:
        held = self.model.items()
        return [key for key, one in held if one.state is not State.TRASHED and kind in (None, one.kind)]

    def some(self, picks: list[int], kind: str | None = None) -> list[str]:
        live = self.live(kind)
        return list(dict.fromkeys(live[pick % len(live)] for pick in picks)) if live else []

    def changed(self, key: str, values: Mapping[str, Any], state: State | None = None) -> Held:
        old = self.model[key]
        merged = {**old.values, **values}
        kept = {name: value for name, value in merged.items() if value not in (None, "", (), [])}
        return Held(old.kind, old.number, state or old.state, kept)

    # -- what a person does

    @initialize(values=VALUES)
    def begin(self, values: dict[str, Any]) -> None:
        self.create("publication", values, [], [], State.COMPLETE)

    @rule(
        kind=st.sampled_from(NAMES),
        values=VALUES,
        people=PEOPLE,
        links=st.lists(PICK, max_size=2),
        state=st.sampled_from([State.DRAFT, State.COMPLETE]),
    )
    def create(
        self, kind: str, values: dict[str, Any], people: list[dict[str, str]], links: list[int], state: State
    ) -> None:
        if KINDS[kind].people:
            values = {**values, KINDS[kind].people: people}
        if kind == "publication":
            values = {**values, "related_tasks": self.some(links, "research_task")}
        self.desk.drafts.put(Draft(kind, "", 0, values))
        saved = self.desk.catalogue.save(kind, values, state=state)
        self.desk.drafts.drop(kind, "")
        self.drafts.pop((kind, ""), None)
        self.numbers[kind] = max(self.numbers[kind] + 1, saved.record.number)
        made = Held(kind, saved.record.number, state, dict(saved.record.values))
        self.did(saved.changes, {**self.model, saved.record.id: made})

    @precondition(lambda self: self.live())
    @rule(pick=PICK, values=VALUES, links=st.none() | st.lists(PICK, max_size=3))
    def edit(self, pick: int, values: dict[str, Any], links: list[int] | None) -> None:
        (key,) = self.some([pick])
        kind = self.model[key].kind
        if links is not None and kind == "publication":
            values = {**values, "related_tasks": self.some(links, "research_task")}
        version = self.desk.catalogue.record(key).version
        state = self.model[key].state
        saved = self.desk.catalogue.save(kind, values, record_id=key, version=version, state=state)
        clean = {name: saved.record.values.get(name) for name in values}
        self.did(saved.changes, {**self.model, key: self.changed(key, clean)})

    @precondition(lambda self: self.live())
    @rule(pick=PICK, of=PICK)
    def restore_field(self, pick: int, of: int) -> None:
        (key,) = self.some([pick])
        entries = self.desk.catalogue.history(key)
        older = [c for e in entries for c in e.changes if c.field not in ("state", "secrecy", *LINKS[c.kind])]
        if older:
            change = older[of % len(older)]
            saved = self.desk.catalogue.restore_field(key, change.field, change.before)
            self.did(saved.changes, {**self.model, key: self.changed(key, {change.field: change.before})})

    @precondition(lambda self: self.live())
    @rule(picks=st.lists(PICK, min_size=1, max_size=2))
    def trash(self, picks: list[int]) -> None:
        keys = self.some(picks)
        changes = self.desk.catalogue.trash(keys)
        after = {key: self.changed(key, {}, State.TRASHED) for key in keys}
        self.did(changes, {**self.model, **after})

    @rule(pick=PICK)
    def untrash(self, pick: int) -> None:
        trashed = [key for key, one in self.model.items() if one.state is State.TRASHED]
        if trashed:
            key = trashed[pick % len(trashed)]
            changes = self.desk.catalogue.restore([key])
            state = self.desk.catalogue.record(key).state
            assert state is not State.TRASHED
            self.did(changes, {**self.model, key: self.changed(key, {}, state)}, self.gone - {key})

    @precondition(lambda self: len(self.live("research_task")) > 1 or len(self.live("publication")) > 1)
    @rule(kind=st.sampled_from(NAMES), picks=st.lists(PICK, min_size=2, max_size=4), many=st.booleans())
    def merge(self, kind: str, picks: list[int], many: bool) -> None:
        keys = self.some(picks, kind)
        if len(keys) < 2:
            try:
                self.desk.merging.merge(keys)
            except UserError as error:
                assert error.code == "merge_too_few"
            return
        merging = self.desk.merging
        changes = merging.merge_many([keys[:2], keys[1:]]) if many else merging.merge(keys)
        self.did(changes, *self.merged(keys))

    def merged(self, keys: list[str]) -> tuple[Model, frozenset[str]]:
        kept, *others = keys
        records = [self.model[key] for key in keys]
        values: dict[str, Any] = {}
        for field in KINDS[records[0].kind].fields:
            value = proposed(field, [one.values.get(field.name) for one in records])
            if field.type is FieldType.LINKS:
                value = tuple(one for one in value or () if one not in keys)
            values[field.name] = value
        complete = any(one.state is State.COMPLETE for one in records)
        after = {**self.model, kept: self.changed(kept, values, State.COMPLETE if complete else None)}
        for other in others:
            after[other] = self.changed(other, {}, State.TRASHED)
        for key, one in after.items():
            after[key] = Held(one.kind, one.number, one.state, self.turned(key, one, others, kept))
        return after, self.gone | set(others)

    @staticmethod
    def turned(key: str, one: Held, others: list[str], kept: str) -> dict[str, Any]:
        values = dict(one.values)
        for name in LINKS[one.kind]:
            if set(values.get(name, ())) & set(others):
                ids = dict.fromkeys(kept if link in others else link for link in values[name])
                values[name] = tuple(link for link in ids if link != key)
        return {name: value for name, value in values.items() if value != ()}

    @precondition(lambda self: len(self.live("publication")) > 1)
    @rule(picks=st.lists(PICK, min_size=2, max_size=3))
    def mark_distinct(self, picks: list[int]) -> None:
        keys = self.some(picks, "publication")
        if len(keys) < 2:
            return
        changes = self.desk.merging.mark_distinct(keys)
        after = dict(self.model)
        for key in keys:
            known = after[key].values.get("distinct_from", ())
            others = [other for other in keys if other != key]
            after[key] = self.changed(key, {"distinct_from": tuple(dict.fromkeys((*known, *others)))})
        self.did(changes, after)

    @rule(titles=st.lists(TEXTS, min_size=1, max_size=3), years=st.lists(st.integers(2024, 2026), min_size=3))
    def take_in(self, titles: list[str], years: list[int]) -> None:
        self.files += 1
        rows = [
            [place + 1, title.replace("\x00", ""), "Lê Ước", years[place]]
            for place, title in enumerate(titles)
        ]
        head = ["STT", "Tên bài báo", "Tác giả", "Năm xuất bản"]
        path = workbooks.save(self.base / f"bai-{self.files}.xlsx", [head, *rows], title="Bài báo")
        before = self.observed()
        taken = self.desk.intake.take(self.desk.intake.preview(path))
        after = self.observed()
        assert before.keys() <= after.keys()
        assert len(after) - len(before) <= len(titles)
        kept_links = {key: [one.values.get(name) for name in LINKS[one.kind]] for key, one in before.items()}
        assert kept_links == {
            key: [after[key].values.get(name) for name in LINKS[one.kind]] for key, one in before.items()
        }
        for key in after.keys() - before.keys():
            kind = after[key].kind
            self.numbers[kind] = max(self.numbers[kind], after[key].number)
        self.did(taken.changes, after)

    @rule(kind=st.sampled_from(NAMES), values=VALUES, pick=st.none() | PICK)
    def type_on(self, kind: str, values: dict[str, Any], pick: int | None) -> None:
        keys = self.some([pick], kind) if pick is not None else []
        key = keys[0] if keys else ""
        values = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        self.desk.drafts.put(Draft(kind, key, 0, values))
        self.drafts[kind, key] = values
        title = str(values.get("title"))
        for likely in self.desk.merging.while_typing(kind, values, record_id=key):
            assert likely.id in self.live(kind) and likely.id != key, title
            marks = self.model[key].values.get("distinct_from", ()) if key else ()
            assert likely.id not in marks

    @rule()
    def undo(self) -> None:
        if self.done:
            changes = self.desk.catalogue.undo()
            self.undone.append((self.model, self.gone))
            before = self.model
            self.model, self.gone = self.done.pop()
            assert {k for k in {*before, *self.model} if before.get(k) != self.model.get(k)} <= changes.ids
            self.one_more_act()
        assert (self.desk.catalogue.undoable() is None) == (not self.done)

    @rule()
    def redo(self) -> None:
        if self.undone:
            self.desk.catalogue.redo()
            self.done.append((self.model, self.gone))
            self.model, self.gone = self.undone.pop()
            self.one_more_act()
        assert (self.desk.catalogue.redoable() is None) == (not self.undone)

    @rule()
    def reopen(self) -> None:
        self.desk.close()
        with closing(sqlcipher.connect(str(self.folder / "library.db"))) as other:
            assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert other.execute("PRAGMA foreign_key_check").fetchall() == []
        self.desk = Desk.open(self.folder, clock=CLOCK)

    # -- what is always so

    @invariant()
    def equals_the_model(self) -> None:
        assert plain(self.observed()) == plain(self.model)
        assert {(d.kind, d.record_id): dict(d.values) for d in self.desk.drafts.all()} == self.drafts

    @invariant()
    def what_is_there_is_found(self) -> None:
        for name in NAMES:
            wanted = {
                one.number
                for one in self.model.values()
                if one.kind == name
                and one.state is not State.TRASHED
                and "ma túy" in one.values.get("title", "")
            }
            found = {hit.number for hit in self.desk.catalogue.find("ma tuy", name, limit=1000)}
            in_title = {n for n in found if "ma túy" in self.of_number(name, n).values.get("title", "")}
            assert in_title == wanted
            assert all(self.of_number(name, n).state is not State.TRASHED for n in found)

    def of_number(self, kind: str, number: int) -> Held:
        return next(one for one in self.model.values() if (one.kind, one.number) == (kind, number))

    @invariant()
    def links_follow_what_was_merged(self) -> None:
        for key, one in self.model.items():
            if key not in self.gone:
                for name in LINKS[one.kind]:
                    assert not self.gone & set(one.values.get(name, ())), (key, name)
                    assert key not in one.values.get(name, ())

    def teardown(self) -> None:
        self.desk.close()
        shutil.rmtree(self.base)


DeskMachine.TestCase.settings = settings(
    max_examples=10, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
)
TestDeskMachine = DeskMachine.TestCase
