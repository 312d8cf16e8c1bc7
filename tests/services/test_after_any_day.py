"""Whatever is done with a library in whatever order, the doctor calls it sound: no false alarms."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from stdesk import paths
from stdesk.domain.records import State
from stdesk.domain.secrecy import LEVELS
from stdesk.errors import UserError
from stdesk.services import doctor, locking
from stdesk.services.as_of import make_as_of, open_as_of
from stdesk.services.backups import Backups
from stdesk.services.desk import Desk
from tests.helpers import workbooks
from tests.helpers.locked import PASSWORD, stretch_little
from tests.store.conftest import TickingClock

GOLDEN = Path(__file__).parents[1] / "golden" / "db"
TASK = "research_task"


class Days:
    """A library and a person who does anything with it; a refusal is an answer like any other."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.draw = folder, random.Random(seed)
        self.clock = TickingClock()
        self.clock.moment += timedelta(days=300)  # after all that older libraries know
        self.done: list[str] = []
        self.scratch = folder.parent
        self.desk = self.opened()

    def opened(self) -> Desk:
        secret = PASSWORD if locking.is_locked(self.folder) else ""
        return Desk.open(self.folder, user="Lan", clock=self.clock, secret=secret)

    def some(self, many: int = 1, kind: str = "publication", state: State = State.COMPLETE) -> list[str]:
        found = [one.id for one in self.desk._library.records(kind, (state,))]
        if len(found) < many:
            raise UserError("nothing_to_undo")
        return self.draw.sample(found, many)

    def closed(self, act: Callable[[], object]) -> None:
        self.desk.close()
        try:
            act()
        finally:
            self.desk = self.opened()

    # -- what may be done

    def save(self) -> None:
        title = f"Giám định {self.draw.randrange(20)}"
        self.desk.catalogue.save(self.draw.choice(["publication", TASK]), {"title": title})

    def edit(self) -> None:
        values = {"title": f"Sửa {self.draw.random()}", "notes": self.draw.choice([None, "a\n\nb"])}
        self.desk.catalogue.save("publication", values, record_id=self.some()[0])

    def take_in(self) -> None:
        rows: list[list[Any]] = [
            ["STT", "Tên bài báo"],
            *([n, f"Bài {self.draw.randrange(30)}"] for n in range(9)),
        ]
        book = workbooks.save(self.scratch / "so.xlsx", rows)
        self.desk.intake.take(self.desk.intake.preview(book))

    def attach(self) -> None:
        paper = self.scratch / "biên bản.txt"
        paper.write_bytes(self.draw.randbytes(500))
        (item,) = self.desk.attachments.add([paper]).items
        if self.draw.random() < 0.7:  # else the form was left without saving
            self.desk.catalogue.save("publication", {"attachments": (item,)}, record_id=self.some()[0])

    def trash(self) -> None:
        self.desk.catalogue.trash(self.some())

    def take_out(self) -> None:
        self.desk.catalogue.restore(self.some(state=State.TRASHED))

    def undo(self) -> None:
        self.desk.catalogue.undo()

    def redo(self) -> None:
        self.desk.catalogue.redo()

    def classify(self) -> None:
        level = self.draw.choice(LEVELS)
        self.desk.catalogue.save("publication", {}, record_id=self.some()[0], secrecy=level)

    def ceiling(self) -> None:
        self.desk.set_unit(secrecy_ceiling=self.draw.choice(LEVELS))

    def merge(self) -> None:
        self.desk.merging.merge(self.some(2))

    def carry_over(self) -> None:
        self.desk.courses.carry_over(TASK, self.some(1, TASK), 2026, "2027-06-30")

    def name_place(self) -> None:
        self.desk.set_unit(place=self.draw.choice(["Huế", "Đà Nẵng", ""]))

    def back_up(self) -> None:
        self.desk.backups.run("manual")

    def restore(self) -> None:
        backup, other = self.draw.choice([*self.desk.backups.listed(), None]), self.draw.random() < 0.5
        if backup is not None:
            given: dict[str, Any] = {"user": "Lan", "clock": self.clock, "secret": PASSWORD, "other": other}
            self.closed(lambda: Backups.restore(self.folder, backup, **given))

    def restore_one(self) -> None:
        for backup in self.desk.backups.listed()[:1]:
            for hit in self.desk.backups.find_in(backup, "giam", secret=PASSWORD)[:1]:
                self.desk.backups.restore_record(backup, hit.id, PASSWORD)

    def lock(self) -> None:
        code = locking.new_recovery_code()
        self.closed(lambda: locking.set_password(self.folder, PASSWORD, code, user="Lan", clock=self.clock))

    def unlock(self) -> None:
        self.closed(lambda: locking.remove_password(self.folder, PASSWORD, user="Lan", clock=self.clock))

    def look_back(self) -> None:
        vault = self.desk.vault
        folder = make_as_of(self.folder, self.desk.today(), clock=self.clock, vault=vault)
        with open_as_of(folder, vault=vault) as then:
            then.catalogue.find("giam")

    def be_killed(self) -> None:
        """What lies on the disk at this moment is all that is left."""
        left = shutil.copytree(self.folder, self.scratch / "bị ngắt")

        def exchange() -> None:
            shutil.rmtree(self.folder)
            left.rename(self.folder)

        self.closed(exchange)

    ACTS = (
        save, save, edit, edit, take_in, attach, attach, trash, take_out, undo, undo, redo, classify, ceiling, merge,
        carry_over, name_place, back_up, back_up, restore, restore, restore_one, lock, unlock, look_back, be_killed,
    )  # fmt: skip

    def live(self, steps: int) -> None:
        for _ in range(steps):
            act = self.draw.choice(self.ACTS)
            try:
                act(self)
                self.done.append(act.__name__)
            except UserError as refused:
                self.done.append(f"{act.__name__}: {refused.code}")

    def alarms(self) -> list[object]:
        health = self.desk.doctor.look(doctor.FULL)
        return [
            *((one.name, one.said, one.found) for one in health.checks if one.state == "hurt"),
            *self.desk.doctor.went_back(),
        ]


def live(folder: Path, seed: int, steps: int) -> None:
    days = Days(folder, seed)
    days.live(steps)
    assert days.alarms() == [], days.done
    days.desk.close()
    secret = PASSWORD if locking.is_locked(folder) else ""
    health = doctor.examine(folder, doctor.FULL, secret=secret, clock=days.clock)
    assert health.sound, days.done


@pytest.mark.parametrize(
    ("version", "seed", "steps"),
    [("v1", 43, 12), ("v4", 118, 29), ("v5", 224, 24)],
)
def test_no_alarm_after_any_day(
    version: str, seed: int, steps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stretch_little(monkeypatch)
    monkeypatch.setattr(paths, "settings_folder", lambda: tmp_path / "settings")
    live(Path(shutil.copytree(GOLDEN / version, tmp_path / "Kho")), seed, steps)
