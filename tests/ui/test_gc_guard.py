"""Cycles are collected on the GUI thread, and mostly only young ones."""

from __future__ import annotations

import gc
import sys
import threading
import weakref

import pytest

from stdesk.ui.gc_guard import GcGuard


class _Ring:
    def __init__(self) -> None:
        self.me = self


def test_cycles_made_since_the_start_are_collected_and_only_seldom_all(
    qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stdesk.ui.gc_guard._MOST", 10**9)
    guard = GcGuard()
    try:
        assert not gc.isenabled()
        ring = weakref.ref(_Ring())
        assert ring() is not None
        guard.collect()
        assert ring() is None
        looked: list[int] = []
        monkeypatch.setattr(gc, "collect", looked.append)
        for _ in range(60):
            guard.collect()
        assert looked.count(2) == 1 and looked.count(1) >= 8 and looked.count(0) > 45
    finally:
        guard.deleteLater()


def test_what_would_take_long_to_look_at_is_set_aside(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stdesk.ui.gc_guard._MOST", 0)
    acts: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: acts.append("set aside"))
    monkeypatch.setattr(gc, "collect", lambda _generation: acts.append("looked at"))
    guard = GcGuard()
    try:
        kept = [[n] for n in range(10)]
        guard.collect()
        assert acts == ["set aside"] and len(kept) == 10
    finally:
        guard.deleteLater()


def test_work_in_another_thread_goes_on_undisturbed(qapp: object) -> None:
    failed: list[SystemError] = []
    over = threading.Event()

    def work() -> None:
        try:
            while not over.is_set():
                assert len(tuple(n for n in range(2_000))) == 2_000
        except SystemError as error:
            failed.append(error)

    guard, interval = GcGuard(), sys.getswitchinterval()
    worker = threading.Thread(target=work)
    sys.setswitchinterval(0.00001)
    try:
        worker.start()
        for _ in range(60):
            guard.collect()
    finally:
        over.set()
        worker.join()
        sys.setswitchinterval(interval)
        guard.deleteLater()
    assert failed == []
