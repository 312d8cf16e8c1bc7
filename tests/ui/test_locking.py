"""The password asked for, the library locked while nobody is there, and found again as it was left."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from stdesk import app as program
from stdesk.errors import UserError
from stdesk.services import locking, tries
from stdesk.services.desk import Desk
from stdesk.services.tries import Tries
from stdesk.ui import clipboard
from stdesk.ui.forms.form import Typed
from stdesk.ui.locking import screen as screens
from stdesk.ui.locking import watch as watches
from stdesk.ui.locking.away import AwayWindow
from stdesk.ui.locking.custody import LockWindow
from stdesk.ui.locking.minutes import keep_minutes, minutes
from stdesk.ui.locking.password_line import caps_in
from stdesk.ui.locking.watch import ASLEEP, IDLE, SCREEN, Watch, means_away
from stdesk.ui.session import ClosedWork
from stdesk.ui.shell import MainWindow
from tests.helpers.locked import PASSWORD, make_locked, make_plain, stretch_little
from tests.ui.officer import TODAY, Officer

TITLE = "Sổ tay giám định hiện trường"


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    stretch_little(monkeypatch)
    monkeypatch.setattr(tries, "_here", {})


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    with pytest.MonkeyPatch.context() as patch:
        stretch_little(patch)
        return make_locked(tmp_path_factory.mktemp("locked") / "kho")


@pytest.fixture
def locked(_made: tuple[Path, str], tmp_path: Path) -> tuple[Path, str]:
    """Folder and recovery code of a library with a password."""
    return Path(shutil.copytree(_made[0], tmp_path / "kho")), _made[1]


@pytest.fixture
def asked(officer: Officer, locked: tuple[Path, str]) -> Officer:
    """The program just started on it."""
    program.begin(officer.desktop, locked[0])
    return officer


@pytest.fixture
def inside(asked: Officer) -> Officer:
    """The same, with the password typed."""
    unlock(asked)
    return asked


def cover(officer: Officer) -> LockWindow:
    """The window that asks for the password."""
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, LockWindow) and one.isVisible()]
    assert len(found) == 1
    return found[0]


def unlock(officer: Officer, secret: str = PASSWORD) -> None:
    """Type the password and press Enter."""
    asker = cover(officer).asker
    asker.line.line.setText(secret)
    officer.qtbot.keyClick(asker.line.line, Qt.Key.Key_Return)
    officer.wait(lambda: isinstance(officer.desktop.window, MainWindow) and officer.main.isVisible())


def record_id(desk: Desk) -> str:
    """The one record there is."""
    return desk.catalogue.find("giam dinh", limit=1)[0].id


# -- asking ------------------------------------------------------------------------------------


def test_the_window_asks_first_and_shows_nothing_of_the_library(
    asked: Officer, locked: tuple[Path, str]
) -> None:
    window = cover(asked)
    assert asked.desktop.session is None
    assert window.windowTitle() == "STDesk"
    assert window.asker.place.text() == str(locked[0])
    asked.wait(window.asker.line.line.hasFocus)
    assert window.asker.line.line.echoMode() is QLineEdit.EchoMode.Password


def test_a_wrong_password_is_one_sentence_and_the_next_replaces_it(asked: Officer) -> None:
    asker = cover(asked).asker
    asker.line.line.setText("sai roi")
    asked.qtbot.keyClick(asker.line.line, Qt.Key.Key_Return)
    asked.wait(asker.problem.isVisible)
    assert asker.problem.text() == "Mật khẩu không đúng."
    assert not asker.hint.isVisible()
    assert asker.line.line.selectedText() == "sai roi"
    assert asker.line.line.hasFocus()
    unlock(asked)


def test_vietnamese_letters_in_a_wrong_one_point_to_the_keyboard(asked: Officer) -> None:
    asker = cover(asked).asker
    asker.line.line.setText("mưa rơi hiên nhà cũ")
    asked.qtbot.keyClick(asker.line.line, Qt.Key.Key_Return)
    asked.wait(asker.problem.isVisible)
    assert asker.hint.isVisible()
    assert "Unikey" in asker.hint.text()


def test_the_recovery_code_opens_it(asked: Officer, locked: tuple[Path, str]) -> None:
    asker = cover(asked).asker
    asker.code_button.click()
    assert asker.line.line.hasFocus()
    assert asker.line.line.echoMode() is QLineEdit.EchoMode.Normal  # read from paper, compared by eye
    unlock(asked, locked[1].lower())


def test_after_many_wrong_ones_the_wait_is_counted_down(
    officer: Officer, locked: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(12):
        Tries(locked[0]).begin()
    program.begin(officer.desktop, locked[0])
    asker = cover(officer).asker
    assert asker.problem.isVisible()
    assert "2 phút" in asker.problem.text()
    assert asker.line.line.isReadOnly()
    assert not asker.open_button.isEnabled()
    monkeypatch.setattr(screens, "waiting", lambda _folder: 0)
    officer.wait(asker.open_button.isEnabled)
    assert not asker.line.line.isReadOnly()
    assert not asker.problem.isVisible()


def test_caps_lock_is_told() -> None:
    def pressed(text: str, shift: bool = False) -> bool | None:
        held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        return caps_in(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, held, text))

    assert pressed("A") is True
    assert pressed("a", shift=True) is True
    assert pressed("A", shift=True) is False
    assert pressed("đ") is False
    assert pressed("Đ") is True
    assert pressed("1") is None
    assert pressed("") is None


def test_another_library_can_be_opened_instead(asked: Officer) -> None:
    cover(asked).asker.other_button.click()
    assert not isinstance(asked.window, LockWindow)
    asked.wait(lambda: not any(isinstance(one, LockWindow) for one in QApplication.topLevelWidgets()))


# -- locking -----------------------------------------------------------------------------------


def closed(officer: Officer) -> bool:
    """Whether the library is closed and its window gone."""
    return officer.desktop.session is None and isinstance(officer.desktop.window, LockWindow)


def test_locked_by_key_and_found_again_where_one_was(inside: Officer, locked: tuple[Path, str]) -> None:
    main, session = inside.main, inside.desktop.session
    assert session is not None
    wanted = record_id(session.desk)
    session.record_wanted.emit("publication", wanted, "")
    inside.wait(lambda: main.where() == ("records:publication", (wanted, "")))
    del session
    inside.look_at_window()
    inside.qtbot.keyClick(
        main, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert not main.isVisible()  # at once, whatever is still to be done
    inside.wait(lambda: closed(inside))
    inside.wait(lambda: not shiboken6.isValid(main))
    assert inside.desktop.custody._vault is None
    with Desk.open(locked[0], vault=locking.unlock(locked[0], PASSWORD)):
        pass  # nobody holds it any more
    unlock(inside)
    inside.wait(lambda: inside.main.where() == ("records:publication", (wanted, "")))


def test_what_was_typed_is_there_after_unlocking(inside: Officer) -> None:
    session = inside.desktop.session
    assert session is not None
    wanted = record_id(session.desk)
    session.record_wanted.emit("publication", wanted, "")
    page: Any = inside.main.page("records:publication")
    inside.wait(lambda: page.detail is not None and page.detail.form.ready and page.detail.record is not None)
    page.detail.form.put(Typed({"title": "Sổ tay giám định, bản sửa"}))
    inside.wait(lambda: page.detail.dirty)
    session.lock_wanted.emit()
    inside.wait(lambda: closed(inside))
    unlock(inside)
    again = inside.desktop.session
    assert again is not None
    assert again.desk.catalogue.record(wanted).get("title") == "Sổ tay giám định, bản sửa"
    again.desk.catalogue.undo()
    assert again.desk.catalogue.record(wanted).get("title") == TITLE


def test_work_under_way_is_finished_behind_the_cover(inside: Officer) -> None:
    main, session = inside.main, inside.desktop.session
    assert session is not None
    go, results = threading.Event(), []
    session.run(main, lambda _progress: go.wait(30), results.append)
    session.lock_wanted.emit()
    assert not main.isVisible()
    window = cover(inside)
    assert not window.asker.other_button.isVisible()
    inside.qtbot.wait(200)
    assert inside.desktop.session is session
    go.set()
    inside.wait(lambda: closed(inside))
    assert results == [True]
    assert window.asker.other_button.isVisible()


def test_unlocking_before_it_is_closed_brings_the_same_window_back(inside: Officer) -> None:
    main, session = inside.main, inside.desktop.session
    assert session is not None
    go = threading.Event()
    session.run(main, lambda _progress: go.wait(30))
    session.lock_wanted.emit()
    unlock(inside)
    assert inside.main is main
    assert main.isVisible()
    assert inside.desktop.custody.watch.watching
    go.set()


def test_a_library_without_a_password_stays_and_says_why(
    officer: Officer, tmp_path: Path, qtbot: QtBot
) -> None:
    Desk.create(tmp_path / "ngo", unit_code="X", unit_name="Y").close()
    program.begin(officer.desktop, tmp_path / "ngo")
    heard: list[Any] = []
    assert officer.desktop.session is not None
    officer.desktop.session.said.connect(heard.append)
    officer.desktop.session.lock_wanted.emit()
    assert officer.main.isVisible()
    assert "chưa có mật khẩu" in heard[-1].text
    assert not officer.desktop.custody.watch.watching


def test_nobody_there_locks_it_and_says_so(inside: Officer) -> None:
    inside.desktop.custody.watch.gone.emit(IDLE)
    assert cover(inside).asker.why.text() == "Đã khóa vì 10 phút không ai thao tác."
    inside.wait(lambda: closed(inside))


def test_closing_the_cover_leaves_the_program(inside: Officer) -> None:
    assert inside.desktop.session is not None
    inside.desktop.session.lock_wanted.emit()
    inside.wait(lambda: closed(inside))
    cover(inside).close()
    inside.wait(lambda: not any(one.isVisible() for one in QApplication.topLevelWidgets()))


def test_windows_of_an_earlier_day_go_too(inside: Officer) -> None:
    session = inside.desktop.session
    assert session is not None
    inside.main.go("as_of")
    page: Any = inside.main.page("as_of")
    page._begin(TODAY.date())

    def mains() -> list[MainWindow]:
        return [
            one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow) and one.isVisible()
        ]

    inside.wait(lambda: len(mains()) == 2)
    session.lock_wanted.emit()
    assert mains() == []
    inside.wait(lambda: closed(inside))


# -- nobody there ------------------------------------------------------------------------------


class Clock:
    """What the watch is told of time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.asleep = 1000.0
        monkeypatch.setattr(watches.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(watches, "slept", lambda: self.asleep)

    def tick(self, watch: Watch, seconds: float = 5.0) -> None:
        """Time passes, and the watch looks."""
        self.now += seconds
        watch.look()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time by hand."""
    return Clock(monkeypatch)


def told(watch: Watch) -> list[str]:
    """What the watch tells."""
    heard: list[str] = []
    watch.gone.connect(heard.append)
    return heard


def test_idle_is_told_once_and_a_mouse_puts_it_off(qtbot: QtBot, clock: Clock) -> None:
    watch = Watch()
    heard = told(watch)
    watch.start(1)
    for _ in range(11):
        clock.tick(watch)
    moved = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(1, 1), QPointF(1, 1), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    watch.eventFilter(watch, moved)
    for _ in range(11):
        clock.tick(watch)
    assert heard == []
    clock.tick(watch)
    clock.tick(watch)
    assert heard == [IDLE]


def test_never_means_never(qtbot: QtBot, clock: Clock) -> None:
    watch = Watch()
    heard = told(watch)
    watch.start(0)
    for _ in range(1000):
        clock.tick(watch)
    assert heard == []


@pytest.mark.parametrize("how", ["late", "slept"])
def test_a_computer_that_slept_locks_it(qtbot: QtBot, clock: Clock, how: str) -> None:
    watch = Watch()
    heard = told(watch)
    watch.start(0)
    clock.tick(watch)
    if how == "late":
        clock.tick(watch, 3600)
    else:
        clock.asleep += 3600
        clock.tick(watch)
    assert heard == [ASLEEP]


def test_real_input_reaches_the_watch(qtbot: QtBot, clock: Clock) -> None:
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    qtbot.waitExposed(line)
    watch = Watch()
    heard = told(watch)
    watch.start(1)
    watch._listen(line.windowHandle())
    clock.tick(watch, 55)
    qtbot.keyClick(line.windowHandle(), Qt.Key.Key_A)
    clock.tick(watch, 10)
    qtbot.mouseMove(line.windowHandle(), QPoint(3, 3))
    assert heard == []


@pytest.mark.parametrize(
    ("number", "what", "means"),
    [
        (0x02B1, 7, SCREEN),
        (0x02B1, 8, ""),
        (0x02B1, 4, SCREEN),
        (0x0218, 4, ASLEEP),
        (0x0218, 7, ""),
        (15, 7, ""),
    ],
)
def test_what_windows_says(number: int, what: int, means: str) -> None:
    assert means_away(number, what) == means


def test_the_minutes_are_kept_on_this_computer() -> None:
    assert minutes() == 10
    keep_minutes(0)
    assert minutes() == 0
    from stdesk.ui.widgets import remembered

    remembered.opened().put(**{"lock:minutes": "99999"})
    assert minutes() == 10


# -- the clipboard -----------------------------------------------------------------------------


@pytest.fixture
def board(qtbot: QtBot) -> Callable[[], str]:
    """What lies on the clipboard."""
    QApplication.clipboard().clear()
    return lambda: QApplication.clipboard().text()


def test_copies_ask_to_be_left_out_of_histories(board: Callable[[], str]) -> None:
    clipboard.guard(True)
    clipboard.put_text("Sổ tay\t2026", "<table></table>")
    data = QApplication.clipboard().mimeData()
    assert (board(), data.html()) == ("Sổ tay\t2026", "<table></table>")
    for name, value in clipboard.LEFT_OUT.items():
        assert bytes(data.data(name).data()) == value
    clipboard.take_away()
    assert board() == ""
    clipboard.guard(False)


def test_a_line_copied_by_qt_is_marked_too(
    board: Callable[[], str], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "_is_own", lambda _board: True)  # the test's screen does not know
    clipboard.guard(True)
    line = QLineEdit(TITLE)
    qtbot.addWidget(line)
    line.selectAll()
    line.copy()
    assert board() == TITLE
    assert QApplication.clipboard().mimeData().hasFormat("x-kde-passwordManagerHint")
    clipboard.take_away()
    assert board() == ""
    clipboard.guard(False)


def test_what_others_put_there_stays(board: Callable[[], str]) -> None:
    clipboard.guard(True)
    clipboard.put_text("của thư viện")
    QApplication.clipboard().setText("của chương trình khác")
    clipboard.take_away()
    assert board() == "của chương trình khác"
    clipboard.guard(False)


def test_without_a_password_nothing_is_marked(board: Callable[[], str]) -> None:
    clipboard.guard(False)
    clipboard.put_text("ai cũng đọc được")
    assert QApplication.clipboard().mimeData().formats() == ["text/plain"]
    clipboard.take_away()
    assert board() == "ai cũng đọc được"


def test_locking_empties_it(inside: Officer, board: Callable[[], str]) -> None:
    clipboard.put_text(TITLE)
    assert inside.desktop.session is not None
    inside.desktop.session.lock_wanted.emit()
    assert board() == ""
    inside.wait(lambda: closed(inside))


# -- closed for a while ------------------------------------------------------------------------


def do(officer: Officer, work: Callable[[Any], Any], **more: Any) -> list[Any]:
    """Ask for work on the closed library; returns what the message bar says after."""
    session = officer.desktop.session
    assert session is not None
    session.closed_wanted.emit(ClosedWork("Đang làm", work, lambda result: f"xong {result}", **more))
    officer.wait(lambda: officer.desktop.session not in (session, None))
    return [officer.main.bar]


def test_work_on_the_closed_folder_and_back_where_one_was(inside: Officer, locked: tuple[Path, str]) -> None:
    inside.main.go("history")
    opened = []

    def work(_progress: Any) -> int:
        with Desk.open(locked[0], vault=locking.unlock(locked[0], PASSWORD)) as desk:
            opened.append(desk.catalogue.count("publication"))
        return 7

    do(inside, work)
    assert opened == [1]
    assert inside.main.where()[0] == "history"
    assert "xong 7" in inside.main.bar.accessibleName() or inside.main.bar.isVisible()


def test_work_that_fails_leaves_everything_and_says_why(inside: Officer) -> None:
    def work(_progress: Any) -> None:
        raise UserError("password_wrong")

    do(inside, work)
    assert inside.main.isVisible()
    assert inside.desktop.session is not None
    assert inside.desktop.session.desk.vault is not None


# -- what this computer remembers --------------------------------------------------------------


def test_nothing_of_a_record_is_remembered(inside: Officer, tmp_path: Path) -> None:
    session = inside.desktop.session
    assert session is not None
    session.record_wanted.emit("publication", record_id(session.desk), "")
    page: Any = inside.main.page("records:publication")
    inside.wait(lambda: page.detail is not None and page.detail.record is not None)
    session.lock_wanted.emit()
    inside.wait(lambda: closed(inside))
    kept = b"".join(path.read_bytes() for path in (tmp_path / "settings").rglob("*") if path.is_file())
    assert "giám định".encode() not in kept
    assert b"gi\\u00e1m" not in kept
    assert PASSWORD.encode() not in kept


def test_a_password_set_in_the_window_opens_it_anew(officer: Officer, tmp_path: Path, qtbot: QtBot) -> None:
    folder = make_plain(tmp_path / "ngo")
    program.begin(officer.desktop, folder)
    session = officer.desktop.session
    assert session is not None
    code = locking.new_recovery_code()
    work = ClosedWork(
        "Đang khóa",
        lambda progress: locking.set_password(folder, PASSWORD, code, progress=progress),
        lambda _key: "xong",
        lambda key: key,
        "history",
    )
    session.closed_wanted.emit(work)
    officer.wait(lambda: officer.desktop.session not in (session, None))
    assert officer.desk.vault is not None
    assert officer.main.where()[0] == "history"
    assert officer.desktop.custody.watch.watching
    officer.desktop.session.lock_wanted.emit()  # type: ignore[union-attr]
    officer.wait(lambda: closed(officer))
    unlock(officer, code)


def test_stopping_it_leaves_the_library_open_as_it_was(officer: Officer, tmp_path: Path) -> None:
    folder = make_plain(tmp_path / "ngo")
    program.begin(officer.desktop, folder)
    session = officer.desktop.session
    assert session is not None
    begun = threading.Event()

    def work(progress: Any) -> None:
        begun.set()
        while True:
            progress.check()
            threading.Event().wait(0.01)

    session.closed_wanted.emit(ClosedWork("Đang khóa", work, lambda _key: "xong", lambda key: key))
    officer.wait(begun.is_set)
    away = officer.window
    assert isinstance(away, AwayWindow)
    away.close()  # asks to stop; the window goes by itself
    officer.wait(lambda: officer.desktop.session not in (session, None))
    assert officer.desk.vault is None
    assert officer.main.isVisible()
