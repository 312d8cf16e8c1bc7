"""Making a package: which report, what of it, for whom, where to; then one button, and what came of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.periods import parse_period
from stdesk.errors import UserError, from_os_error
from stdesk.i18n import message, tr
from stdesk.services.media import Volume
from stdesk.services.reporting import FrozenReport
from stdesk.services.sealing import Centre
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.icons import icon
from stdesk.ui.packaging import making
from stdesk.ui.packaging.content_choice import ContentChoice
from stdesk.ui.packaging.done_view import DoneView, FailedView
from stdesk.ui.packaging.fitting_area import FittingArea
from stdesk.ui.packaging.making import Made, Wish
from stdesk.ui.packaging.place_choice import PlaceChoice
from stdesk.ui.packaging.plan import Plan
from stdesk.ui.packaging.seal_choice import SealChoice
from stdesk.ui.packaging.words import volume_name
from stdesk.ui.packaging.work_view import WorkView
from stdesk.ui.roles.register import RegisterStrip
from stdesk.ui.session import Session, Tone
from stdesk.ui.tasks import Task
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine


class MakePanel(QWidget):
    """The choice, the work, the result: one of the three is seen.

    Signals:
        verify_wanted: path of a package to be verified.
        report_wanted: there is nothing frozen; the report page is wanted.
        keys_wanted: the page of the keys is wanted.
        tried: a package was written, or not (period of its report): the log has a line more.
    """

    verify_wanted = Signal(object)
    report_wanted = Signal()
    keys_wanted = Signal()
    tried = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._reports: list[FrozenReport] = []
        self._plan: Plan | None = None
        self._task: Task | None = None
        self._volume: Volume | None = None  # the package is being written to
        self._trying = ""  # period of the report that is being written
        self._sealing = False  # it is sealed: there is nothing to go on with when it is stopped
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.tokens().m, 0, 0)
        self.stack = QStackedWidget()
        column.addWidget(self.stack)
        self.form = self._form()
        self.work = WorkView()
        self.work.stop_wanted.connect(self.stop)
        self.result = DoneView(session)
        self.result.verify_wanted.connect(self.verify_wanted)
        self.result.again_wanted.connect(self.to_form)
        self.failed = FailedView()
        self.failed.again_wanted.connect(self.make)
        self.failed.back_wanted.connect(self.to_form)
        self.stack.addWidget(_over(self.form, self.bar))
        for one in (self.work, self.result, self.failed):
            self.stack.addWidget(_over(one))
        self._show_buttons()

    @property
    def folder(self) -> QWidget:
        """The line for the folder."""
        return self.place.folder

    @property
    def verify_again_button(self) -> QPushButton:
        """Verifies what was just written."""
        return self.result.verify_button

    def _form(self) -> QFrame:
        t = theme.tokens()
        card = QFrame()
        card.setProperty("place", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(t.l, t.m, t.l, t.m)
        grid.setHorizontalSpacing(t.m)
        grid.setVerticalSpacing(t.s)
        self.report = QuietCombo()
        self.report.setAccessibleName(tr("Frozen report"))
        self.report.setMinimumContentsLength(24)
        self.report.activated.connect(lambda _at: self._report_chosen())
        self.nothing = label(
            tr("Nothing is frozen yet. Freeze the figures on the report page first."), "soft", wrap=True
        )
        self.nothing.setMinimumHeight(t.row)
        self.report_button = icon_button("file-text", tr("To the report"))
        self.report_button.clicked.connect(self.report_wanted)
        self.trial_note = label(
            tr("A trial: marked THỬ, without a number; the centre does not take it as the report."),
            "small",
            wrap=True,
        )
        self.content = ContentChoice()
        self.content.changed.connect(self._plan_changed)
        self.seal = SealChoice()
        self.seal.keys_wanted.connect(self.keys_wanted)
        self.place = PlaceChoice(self.session)
        self.place.changed.connect(self._show_buttons)
        self.place.entered.connect(self.make)
        self.make_button = icon_button("usb", tr("Write the package"), "on_accent")
        self.make_button.setProperty("primary", True)
        self.make_button.clicked.connect(self.make)
        self.bar = QWidget()  # below what scrolls: always in sight
        below = QVBoxLayout(self.bar)
        below.setContentsMargins(0, 0, 0, t.xs)
        self.register = RegisterStrip(may_leave_out=False)
        below.addWidget(self.register)
        bar = QHBoxLayout()
        bar.addWidget(self.make_button)
        bar.addStretch(1)
        below.addLayout(bar)
        top = Qt.AlignmentFlag.AlignTop
        report = QVBoxLayout()
        report.setSpacing(t.xs)
        self.first = NoteLine()
        for widget in (self.report, self.nothing, self.trial_note, self.first):
            report.addWidget(widget)
        grid.addWidget(_caption(tr("Report"), self.report), 0, 0, top)
        line = QHBoxLayout()
        line.addLayout(report, 1)
        line.addWidget(self.report_button, 0, top)
        grid.addLayout(line, 0, 1)
        self._captions = [_caption(tr("Contents")), _caption(tr("Protection"))]
        grid.addWidget(self._captions[0], 1, 0, top)
        grid.addWidget(self.content, 1, 1)
        grid.addWidget(self._captions[1], 2, 0, top)
        grid.addWidget(self.seal, 2, 1)
        grid.addWidget(_caption(tr("Write to"), self.place.folder), 3, 0, top)
        grid.addWidget(self.place, 3, 1)
        grid.setColumnStretch(1, 1)
        for one in (self.report, self.nothing, self.report_button, self.trial_note):
            one.hide()  # until it is known what there is
        return card

    def focus_place(self) -> QWidget:
        """What can be done first of what is seen."""
        seen = self.stack.currentIndex()
        if seen == 1:
            return self.work.stop
        if seen == 2:
            return (
                self.result.eject_button
                if self.result.eject_button.isVisible()
                else self.result.verify_button
            )
        if seen == 3:
            return self.failed.again_button
        return self.report if self._reports else self.place.folder

    # -- what there is -----------------------------------------------------------------------

    def show_reports(self, reports: list[FrozenReport], wanted: str = "") -> None:
        """Offer these, newest and real ones first; of period ``wanted`` if there is one."""
        held = self.report.currentData()
        self._reports = [one for one in reports if not one.trial] + [one for one in reports if one.trial]
        self.report.clear()
        for one in self._reports:
            self.report.addItem(
                icon("flask", "amber") if one.trial else icon("seal-check", "green"), named(one), one
            )
        places = [at for at, one in enumerate(self._reports) if wanted and one.period == wanted]
        places += [at for at, one in enumerate(self._reports) if one == held]
        self.report.setCurrentIndex(places[0] if places else (0 if self._reports else -1))
        if wanted and self._task is None and self.report.currentData() != held:
            self.to_form()
        self._report_chosen()

    def _report_chosen(self) -> None:
        report = self.current
        self.nothing.setVisible(not self._reports)
        self.report_button.setVisible(not self._reports)
        self.report.setVisible(bool(self._reports))
        self.trial_note.setVisible(report is not None and report.trial)
        self.first.clear()
        for widget in (self.content, self.seal, *self._captions):
            widget.setVisible(report is not None)
        if report is not None:
            work = partial(making.read_plan, self.session.desk, report)
            task = self.session.runner.run(self, work, slow=True)
            task.finished.connect(self._show_plan)
            task.failed.connect(self.session.say_error)
        self._show_buttons()

    @property
    def current(self) -> FrozenReport | None:
        """The frozen report chosen."""
        report = self.report.currentData()
        return report if isinstance(report, FrozenReport) else None

    def _show_plan(self, plan: Plan) -> None:
        if plan.report != self.current:
            return  # another was chosen meanwhile
        self._plan = plan
        self.content.show_plan(plan)
        self.seal.show_centre(plan.centre)
        if plan.first:
            self.first.tell(plan.first, picture="warning", tone="amber")
        else:
            self.first.clear()
        self._plan_changed()

    def _plan_changed(self) -> None:
        carried, plan = self.content.carried, self._plan
        name = plan.names[self.content.wants_delta] if plan is not None else ""
        self.place.need(carried.size if carried is not None else 0, name)
        self._show_buttons()

    def _show_buttons(self) -> None:
        ready = self.current is not None and self.place.place is not None and self._task is None
        self.make_button.setEnabled(ready and self.place.room.ok)
        self.make_button.setText(tr("Go on writing") if self.place.room.resume else tr("Write the package"))

    # -- making ------------------------------------------------------------------------------

    def make(self) -> None:
        """Write the package, push it down, read it back, compare."""
        self.register.close_strip()
        self._make(None)

    def _make(self, register: str | None) -> None:
        report, place = self.current, self.place.place
        if self._task is not None or report is None or place is None or not self.place.room.ok:
            return
        held = self._plan if self._plan is not None and self._plan.report == report else None
        centre = held.centre if held is not None else Centre()
        self._sealing = self.seal.wants_seal
        wish = Wish(
            delta=self.content.wants_delta if held is not None else None,
            seal=self.seal.wants_seal if held is not None else None,
            centre=centre.name,
            register=register,
        )
        self._volume = self.place.volume
        self._trying = report.period
        self.place.halt(True)
        work = partial(making.make, self.session.desk, report, place, wish)
        self._task = task = self.session.runner.run(self, work, slow=True)
        task.finished.connect(self._show_made)
        task.failed.connect(self._failed)
        task.cancelled.connect(self._stopped)
        task.ended.connect(self._ended)
        volume = self._volume
        where = volume_name(volume) if volume is not None and volume.removable else str(place)
        self.work.follow(task, named(report), tr("To {place}", place=where), sealed=bool(wish.seal))
        self._show(self.work)
        self._show_buttons()

    def stop(self) -> bool:
        """Stop what is under way; False when nothing is."""
        if self._task is None:
            return False
        self._task.cancel()
        self.work.stopping()
        return True

    def step_back(self) -> bool:
        """Esc: stop what is under way, else back to the choice."""
        if self.stop():
            return True
        if self.stack.currentIndex() == 0:
            return False
        self.to_form()
        return True

    def to_form(self) -> None:
        """Back to the choice."""
        if self._task is None and self.stack.currentIndex() != 0:
            self._show(self.form)
            self.place.look()

    def _show(self, view: QWidget) -> None:
        held = self.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        for at, one in enumerate((self.form, self.work, self.result, self.failed)):
            if one is view:
                self.stack.setCurrentIndex(at)
        if held or self.isVisible():
            self.focus_place().setFocus()

    def _stopped(self) -> None:
        self.failed.show_stopped(kept=not self._sealing)
        self._show(self.failed)
        self.session.say(tr("Stopped. Nothing in the library changed."))

    def _failed(self, error: BaseException) -> None:
        if self.register.takes(error, self._make):
            self._show(self.form)
            self.register.line.setFocus()
            return
        if isinstance(error, OSError):
            error = from_os_error(error, error.filename or self.place.folder.text())
        text = str(error) if isinstance(error, UserError) else message("internal_error")
        self.failed.show_failed(text)
        self._show(self.failed)
        self.session.say_error(error, self.make)

    def _ended(self) -> None:
        self._task = None
        self.place.halt(False)
        self._show_buttons()
        self.tried.emit(self._trying)

    def _show_made(self, made: Made) -> None:
        self.result.show_made(made, self._volume)
        self._show(self.result)
        self.session.say(tr("Package made: {path}", path=str(made.paths[0])), Tone.DONE)


def named(report: FrozenReport) -> str:
    """A frozen report in a line."""
    period = str(parse_period(report.period).label)
    which = tr("Trial, marked THỬ") if report.trial else tr("Submission {n}", n=str(report.submission))
    return f"{period[:1].upper()}{period[1:]} · {which} · {shown_time(report.at)}"


def _caption(text: str, of: QWidget | None = None) -> QLabel:
    """A caption as high as the line beside it, so that their texts stand level."""
    caption = label(text, "label")
    caption.setMinimumHeight(theme.tokens().row)
    if of is not None:
        caption.setBuddy(of)
    return caption


def _over(view: QWidget, bar: QWidget | None = None) -> QWidget:
    """A view at the top of the room it is given, scrolled where that is too little, over what does not scroll."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.tokens().s)
    column.addWidget(FittingArea(view))
    if bar is not None:
        column.addWidget(bar)
    column.addStretch(1)
    return holder
