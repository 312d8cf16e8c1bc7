"""Whatever is done in whatever order, with restarts between: the library equals a plain dictionary."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from stdesk.domain.kinds import all_kinds
from stdesk.domain.records import State
from stdesk.store.library import Library, ListQuery
from tests.store.conftest import TickingClock

Model = dict[str, tuple[str, int, State, dict[str, Any]]]  # id -> kind, number, state, values

WORDS = st.sampled_from(["Đề án", "đề", "An", "ân", "kỹ thuật", "06/ĐA-BCA", '"', "x\x00y", "a" * 300])
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.lists(WORDS, max_size=3).map(" ".join),
        "notes": st.none() | WORDS,
        "keywords": st.lists(WORDS, max_size=3),
    },
)


class LibraryMachine(RuleBasedStateMachine):
    records = Bundle("records")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="stdesk-machine-"))
        self.clock = TickingClock()
        self.library = Library.create(
            self.folder, kinds=all_kinds(), clock=self.clock, unit_code="X", unit_name="Y"
        )
        self.model: Model = {}
        self.done: list[tuple[Model, Model]] = []
        self.undone: list[tuple[Model, Model]] = []
        self.numbers = {"publication": 0, "research_task": 0}

    def act(self, after: Model) -> None:
        if after != self.model:
            self.done.append((self.model, after))
            self.undone.clear()
            self.model = after

    @initialize(target=records, values=VALUES)
    def begin(self, values: dict[str, Any]) -> Any:
        return self.create("publication", values)

    @rule(target=records, kind=st.sampled_from(["publication", "research_task"]), values=VALUES)
    def create(self, kind: str, values: dict[str, Any]) -> str:
        with self.library.work("created") as work:
            made = work.create(kind, values)
        self.numbers[kind] += 1
        self.act({**self.model, made.id: (kind, self.numbers[kind], State.COMPLETE, dict(made.values))})
        return made.id

    @rule(record=records, values=VALUES, state=st.none() | st.sampled_from([State.DRAFT, State.COMPLETE]))
    def update(self, record: str, values: dict[str, Any], state: State | None) -> None:
        if record not in self.model:
            return
        with self.library.work("saved") as work:
            made = work.update(record, values, state=state)
        kind, number, old, kept = self.model[record]
        merged = {name: value for name, value in kept.items() if name not in values}
        merged |= {name: made.values[name] for name in values if name in made.values}
        self.act({**self.model, record: (kind, number, state or old, merged)})

    @rule(first=records, second=records)
    def trash(self, first: str, second: str) -> None:
        present = [one for one in (first, second) if one in self.model]
        with self.library.work("trashed") as work:
            for one in present:
                work.trash(one)
        after = dict(self.model)
        for one in present:
            kind, number, _, values = after[one]
            after[one] = (kind, number, State.TRASHED, values)
        self.act(after)

    @rule(record=records)
    def untrash(self, record: str) -> None:
        if record not in self.model or self.model[record][2] is not State.TRASHED:
            return
        with self.library.work("untrashed") as work:
            work.untrash(record)
        found = self.library.get(record)
        assert found is not None and found.state is not State.TRASHED
        kind, number, _, values = self.model[record]
        self.act({**self.model, record: (kind, number, found.state, values)})

    @rule(record=consumes(records))
    def fail(self, record: str) -> None:
        try:
            with self.library.work("saved") as work:
                work.create("publication", {"title": "không bao giờ"})
                if record in self.model:
                    work.trash(record)
                raise KeyError
        except KeyError:
            self.numbers["publication"] += 0  # the number was never given out

    @rule()
    def undo(self) -> None:
        if self.done:
            self.library.undo()
            before, after = self.done.pop()
            self.undone.append((before, after))
            self.model = before
        assert (self.library.undoable() is None) == (not self.done)

    @rule()
    def redo(self) -> None:
        if self.undone:
            self.library.redo()
            before, after = self.undone.pop()
            self.done.append((before, after))
            self.model = after
        assert (self.library.redoable() is None) == (not self.undone)

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.library = Library.open(self.folder, kinds=all_kinds(), clock=self.clock)

    @invariant()
    def equals_the_model(self) -> None:
        held = self.library.records(states=tuple(State))
        assert {r.id: (r.kind, r.number, r.state, dict(r.values)) for r in held} == self.model
        for kind in self.numbers:
            live = [one for one in self.model.values() if one[0] == kind and one[2] is not State.TRASHED]
            assert len(self.library.ids(ListQuery(kind, sort=(("title", False),)))) == len(live)
            found = {hit.number for hit in self.library.search("de", kind)}
            assert found == {n for _, n, _, values in live if "đề" in str(values).lower()}

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.folder)


LibraryMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestLibraryMachine = LibraryMachine.TestCase
