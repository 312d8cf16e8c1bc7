"""The sentences of a report: drafted from its figures, worded by the unit, their numbers kept tied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stdesk.domain.periods import Period
from stdesk.domain.records import Changes
from stdesk.domain.rules import elsewhere
from stdesk.domain.rules.core import Finding
from stdesk.errors import Exit, UserError
from stdesk.reports.forms import Form, form_for, names_in
from stdesk.reports.prepared import OwnText, Prepared
from stdesk.services.preparation import Preparation
from stdesk.text import clean_lines

if TYPE_CHECKING:
    from stdesk.progress import Progress
    from stdesk.reports.narrative import Drafted, Wording
    from stdesk.reports.snapshot import Snapshot
    from stdesk.services.reporting import Reporting

__all__ = ["Narrative", "Sentence", "Tied", "narrative_findings"]

DIRECTIVE = "Chỉ thị 05/CT-BCA-V04"
REQUIRED = {"difficulties": "narrative_difficulties", "proposals": "narrative_proposals"}
"""Sentences a report may not leave unwritten (Directive 05, 8b) and the rules that say so."""
LONGEST = 20_000  # characters of one sentence's own wording: ten pages
_OPEN_END = "…"


@dataclass(frozen=True, slots=True)
class Tied:
    """A figure a sentence rests on.

    Attributes:
        name: of the figure; "target:…" is the number aimed at or expected of it.
        label: what it counts.
        value: now. unit: "dong" is money.
        seen: when a person last looked at the sentence; ``None``: nobody did.
    """

    name: str
    label: str
    value: int
    unit: str
    seen: int | None

    @property
    def changed(self) -> bool:
        """Whether it moved since a person looked."""
        return self.seen is not None and self.seen != self.value

    @property
    def figure(self) -> str:
        """The figure itself, whether it is counted or aimed at."""
        return self.name.removeprefix("target:")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a report.

    Attributes:
        section, heading: where it stands, as on paper; both empty for the opening and the closing.
        text: as it would be printed now; "" when it is left out because its figure is 0.
        template: the same with its placeholders. drafted: what the form says without the unit's wording.
        own: whether the unit worded it.
        last_text: as it was printed in the report this one is compared with; "" without one.
        last_template: that text with its numbers tied to this report's figures; last_now: so filled.
        figures: what it rests on. changed: whether one of them moved since a person looked.
        required: it may not be left empty. blank: something in it is still to be written.
        article: the point of the Directive it answers.
    """

    id: str
    section: str
    heading: str
    text: str
    template: str
    drafted: str
    own: bool
    last_text: str
    last_template: str
    last_now: str
    figures: tuple[Tied, ...]
    changed: bool
    required: bool
    blank: bool
    article: str


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the sentences of one report are made from, without the unit's wording."""

    code: str
    wording: Wording
    drafted: Mapping[str, Drafted]
    units: Mapping[str, str]
    last: Mapping[str, str]
    last_wording: Wording | None
    last_drafted: Mapping[str, Drafted]


class Narrative:
    """The sentences of the reports of an open library. Every change is one act that can be undone."""

    def __init__(self, preparation: Preparation, reporting: Callable[[], Reporting]) -> None:
        self._preparation = preparation
        self._reporting = reporting
        self._facts: _Facts | None = None

    def sentences(self, period: Period, progress: Progress | None = None) -> tuple[Sentence, ...]:
        """The sentences of the report on ``period`` in order, its figures counted now."""
        self._facts = self._count(period, progress)
        return self.again(period)

    def again(self, period: Period) -> tuple[Sentence, ...]:
        """The same without counting anew: what changed is the wording only."""
        facts = self._known(period)
        prepared = self._preparation.read(period)
        return tuple(_sentence(facts, one, prepared) for one in facts.drafted.values())

    def put(self, period: Period, sentence: str, text: str, template: str | None = None) -> Changes:
        """Keep ``text``, which a person made of the sentence as it is shown, numbers tied where they can be.

        Words like the draft's go back to it, and so does an empty text.

        Args:
            template: what was shown instead, with its placeholders (last year's words taken over).

        Raises:
            UserError: ``sentence_unknown``; ``sentence_too_long``.
        """
        from stdesk.reports.tying import tie

        facts = self._known(period)
        drafted = self._drafted(facts, period, sentence)
        text = clean_lines(text)
        if len(text) > LONGEST:
            raise UserError("sentence_too_long", n=len(text), most=LONGEST)
        wording = facts.wording
        if not text.strip() or text == wording.filled(drafted.template):
            return self.reset(period, sentence)
        own = self._preparation.read(period).texts.get(sentence)
        base = template if template is not None else own.text if own and own.text else drafted.template
        shown = wording.pieces(base, own=base != drafted.template)
        others = wording.pieces(drafted.template)
        made = tie(text, shown, others, lambda one: wording.filled(one, own=True))
        return self._keep(period, facts, drafted, made)

    def accept(self, period: Period, sentence: str) -> Changes:
        """The person has looked at the sentence's numbers as they are now."""
        facts = self._known(period)
        own = self._preparation.read(period).texts.get(sentence)
        return self._keep(period, facts, self._drafted(facts, period, sentence), own.text if own else "")

    def reset(self, period: Period, sentence: str) -> Changes:
        """Back to the drafted words; nothing when they were never left.

        Raises:
            UserError: ``sentence_unknown``.
        """
        self._drafted(self._known(period), period, sentence)
        if sentence not in self._preparation.read(period).texts:
            return Changes()
        return self._preparation.put_text(period, sentence, None)

    def _keep(self, period: Period, facts: _Facts, drafted: Drafted, template: str) -> Changes:
        seen = {name: facts.wording.value(name) for name in _watched(facts, drafted, template)}
        return self._preparation.put_text(period, drafted.id, OwnText(template, seen))

    @staticmethod
    def _drafted(facts: _Facts, period: Period, sentence: str) -> Drafted:
        if sentence not in facts.drafted:
            raise UserError("sentence_unknown", Exit.USAGE, sentence=sentence[:60], period=str(period.name))
        return facts.drafted[sentence]

    def _known(self, period: Period) -> _Facts:
        facts = self._facts
        if facts is None or facts.code != period.code:
            facts = self._facts = self._count(period, None)
        return facts

    def _count(self, period: Period, progress: Progress | None) -> _Facts:
        reporting = self._reporting()
        snapshot = reporting.draft(period, progress)
        last = reporting.base(period)
        wording, before = _wording(snapshot), _wording(last) if last else None
        values = snapshot.figures["values"]
        return _Facts(
            code=period.code,
            wording=wording,
            drafted={one.id: one for one in wording.sentences()},
            units={name: str(one.get("unit", "")) for name, one in values.items()},
            last={str(one["id"]): str(one["text"]) for one in last.narrative if one["id"]} if last else {},
            last_wording=before,
            last_drafted={one.id: one for one in before.sentences()} if before else {},
        )


def narrative_findings(form: Form, prepared: Prepared) -> tuple[Finding, ...]:
    """What is still to be written in a report of ``form``: sentences it may not leave out, and blanks.

    A blank is a sentence that ends in dots where only a person can go on.
    """
    ids = {str(one["id"]): one for one in form.sentences()}
    found = [
        elsewhere.found(rule, field=sentence)
        for sentence, rule in REQUIRED.items()
        if sentence in ids and not _is_written(prepared.texts.get(sentence))
    ]
    blanks = [
        name
        for name, one in ids.items()
        if name not in REQUIRED and "if" not in one and _is_open(prepared.texts.get(name), str(one["text"]))
    ]
    if blanks:
        found.append(elsewhere.found("narrative_blanks", params={"count": len(blanks), "first": blanks[0]}))
    return tuple(found)


def findings_of(period: Period, prepared: Prepared) -> tuple[Finding, ...]:
    """:func:`narrative_findings` of the report on ``period`` in the form of its time."""
    return narrative_findings(form_for(period.document, period.end), prepared)


def _is_written(own: OwnText | None) -> bool:
    """Whether there is a letter or a digit in it: dots and dashes say nothing."""
    return own is not None and any(char.isalnum() for char in own.text)


def _is_open(own: OwnText | None, drafted: str) -> bool:
    return _OPEN_END in names_in(own.text if own and own.text else drafted)


def _sentence(facts: _Facts, drafted: Drafted, prepared: Prepared) -> Sentence:
    wording = facts.wording
    own = prepared.texts.get(drafted.id)
    template = own.text if own and own.text else drafted.template
    said = bool(own and own.text)
    seen = own.figures if own else {}
    figures = tuple(
        Tied(
            name,
            wording.label(name),
            wording.value(name),
            facts.units.get(name.removeprefix("target:"), ""),
            seen.get(name),
        )
        for name in dict.fromkeys([*_watched(facts, drafted, template), *seen])
    )
    figures = tuple(one for one in figures if one.value or one.seen or one.name in names_in(template))
    required = drafted.id in REQUIRED
    last_text = facts.last.get(drafted.id, "")
    last_template = _last_template(facts, drafted.id, last_text)
    return Sentence(
        id=drafted.id,
        section=drafted.section,
        heading=drafted.heading,
        text=wording.filled(template, own=said),
        template=template,
        drafted=wording.filled(drafted.template),
        own=said,
        last_text=last_text,
        last_template=last_template,
        last_now=wording.filled(last_template, own=True),
        figures=figures,
        changed=any(one.changed for one in figures),
        required=required,
        blank=not _is_written(own) if required else wording.is_open(template),
        article=f"{DIRECTIVE}, điểm {drafted.clauses}" if drafted.clauses else "",
    )


def _watched(facts: _Facts, drafted: Drafted, template: str) -> tuple[str, ...]:
    """The figures in the words, then those the draft rests on."""
    return tuple(dict.fromkeys([*facts.wording.figures_of(template), *drafted.watched]))


def _last_template(facts: _Facts, sentence: str, text: str) -> str:
    """Last year's words with their numbers tied to the figures they were then."""
    from stdesk.reports.tying import tie

    before, drafted = facts.last_wording, facts.last_drafted.get(sentence)
    if not text or before is None or drafted is None:
        return text
    pieces = before.pieces(drafted.template)
    return tie(text, pieces, pieces, lambda one: before.filled(one, own=True))


def _wording(snapshot: Snapshot) -> Wording:
    from stdesk.reports.forms import read_form
    from stdesk.reports.narrative import Wording

    counts: dict[str, Any] = {kind: len(found) for kind, found in snapshot.records.items()}
    told = sum(one["key"] in snapshot.reasons for one in snapshot.findings)
    counts |= {"figures": 1, "deposits": len(snapshot.deposits), "explanations": told}
    return Wording(
        read_form(snapshot.form),
        snapshot.period,
        snapshot.unit,
        snapshot.figures,
        counts,
        snapshot.estimates,
    )
