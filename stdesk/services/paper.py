"""Which frozen report a printed page is: by its code typed, or by the QR codes of a scan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stdesk.errors import UserError
from stdesk.exchange.scans import MOST_PAGES, SUFFIXES, read_codes
from stdesk.progress import Progress
from stdesk.reports import paper_code
from stdesk.store.library import FrozenReport, Library

__all__ = ["MOST_PAGES", "SUFFIXES", "FrozenReport", "Identified", "Paper", "Scanned", "ScannedPart"]

_MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Identified:
    """What a typed code is.

    Attributes:
        report: the frozen report the paper was printed from; ``None``: none of this library's.
        code: as it is printed; "" when what was typed cannot be a code.
        page, pages: where they were given (a QR code read by a hand scanner); else 0.
        near: reports whose code differs by one slip of the fingers or eyes.
        damage: why the report's own figures cannot be trusted any more (changed, missing); "" when whole.
    """

    report: FrozenReport | None
    code: str
    page: int = 0
    pages: int = 0
    near: tuple[FrozenReport, ...] = ()
    damage: str = ""


@dataclass(frozen=True, slots=True)
class ScannedPart:
    """The pages of one document in a scan (the report, its covering letter, somebody else's ...).

    Attributes:
        code: as printed. report: whose it is; ``None``: of no report of this library. damage: as above.
        pages: how many the document has; 0 when its codes do not say.
        found: its pages that are there, once each. missing: that are not. doubled: there more than once.
        at: pages of the scan (from 1) on which they stand.
    """

    code: str
    report: FrozenReport | None
    damage: str
    pages: int
    found: tuple[int, ...]
    missing: tuple[int, ...]
    doubled: tuple[int, ...]
    at: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan holds.

    Attributes:
        path: of the scan. pages: how many it has. seen: how many were looked at.
        parts: the documents in it, in the order of their first page.
        blank: pages of the scan (from 1) without a readable code.
    """

    path: Path
    pages: int
    seen: int
    parts: tuple[ScannedPart, ...]
    blank: tuple[int, ...]


class Paper:
    """Printed pages and the frozen reports of an open library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def identify(self, text: str) -> Identified:
        """Which frozen report, trial or real, the code ``text`` belongs to. What a QR code holds will do too."""
        said = text.strip().upper()
        marked = paper_code.read_mark(said)
        code, page, pages = marked or (paper_code.normalise(text), 0, 0)
        known = self._known()
        if code in known:
            report = known[code]
            return Identified(report, code, page, pages, damage=self._damage(report))
        typed = said.partition(" ")[0] if marked else text
        near = [report for own, report in known.items() if paper_code.near(typed, own)]
        return Identified(None, code, page, pages, tuple(near[:_MOST_NEAR]))

    def code_of(self, report: FrozenReport) -> str:
        """The code that the pages of ``report`` carry."""
        return paper_code.code_of(report.sha512)

    def read_scan(self, path: Path, progress: Progress | None = None) -> Scanned:
        """Which documents' pages the scan at ``path`` holds: a PDF, or a PNG, JPEG, TIFF or BMP picture.

        Raises:
            UserError: ``scan_unreadable``, ``scan_too_large``, ``scan_missing``, ``pdf_locked``, ``pdf_too_slow``.
            Cancelled: asked to stop.
        """
        read = read_codes(path, progress)
        marks: dict[tuple[str, int], list[tuple[int, int]]] = {}
        blank: list[int] = []
        for at, texts in enumerate(read.codes, 1):
            here = [one for one in map(_mark, texts) if one]
            for code, page, pages in here:
                marks.setdefault((code, pages), []).append((page, at))
            if not here:
                blank.append(at)
        known = self._known()
        damage = {code: self._damage(known[code]) for code in {code for code, _ in marks} & set(known)}
        parts = tuple(
            _part(code, known.get(code), damage.get(code, ""), pages, places)
            for (code, pages), places in marks.items()
        )
        return Scanned(path, read.pages, len(read.codes), parts, tuple(blank))

    def _known(self) -> dict[str, FrozenReport]:
        return {self.code_of(report): report for report in self._library.frozen()}

    def _damage(self, report: FrozenReport) -> str:
        try:
            self._library.read_frozen(report)
        except UserError as error:
            return str(error)
        return ""


def _mark(text: str) -> tuple[str, int, int] | None:
    """Code, page, pages of a QR code; a Word document's says no page."""
    marked = paper_code.read_mark(text)
    if marked:
        return marked
    code = paper_code.normalise(text)
    return (code, 0, 0) if code else None


def _part(
    code: str, report: FrozenReport | None, damage: str, pages: int, places: Iterable[tuple[int, int]]
) -> ScannedPart:
    listed = list(places)
    count = Counter(page for page, _ in listed if page)
    return ScannedPart(
        code=code,
        report=report,
        damage=damage,
        pages=pages,
        found=tuple(sorted(count)),
        missing=tuple(page for page in range(1, min(pages, MOST_PAGES) + 1) if page not in count),
        doubled=tuple(sorted(page for page, times in count.items() if times > 1)),
        at=tuple(dict.fromkeys(at for _, at in listed)),
    )
