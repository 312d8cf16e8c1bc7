"""Bar charts that a black-and-white printer shows as well as a screen.

Series differ by grey and hatching, never by colour alone, and every bar has its number beside it.
Bars stand when their labels are short and few; else they lie, with room for long Vietnamese names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from stdesk.domain.periods import PLAN
from stdesk.reports.drawing import Align, Box, Drawing, Label, Measure, Stroke, Tone
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.type_setting import face
from stdesk.text import clean

MOST_LABELS = 14
REST = "Còn lại ({n} mục)"
NOTHING = "Không có số liệu."
UNIT = "Đơn vị tính: {unit}"
_TITLE, _TEXT, _NUMBER = 11.0, 9.5, 9.0
_LEADING = 1.22
_BAR, _GAP, _PAD = 9.0, 1.0, 6.5
_STANDING = 108.0  # height of the highest standing bar
_WIDEST_BAR = 34.0
_WIDEST, _WIDEST_SLOT = 560.0, 130.0  # a longer bar says no more, and bars far apart are hard to compare
_MOST_LINES = 3
_SEEN = 0.8  # points: a bar that stands for something is never thinner
_KEY = 9.0  # side of the boxes of the legend
_HIGHEST = 400.0  # points of bars: what a landscape page has room for beneath a title

_MAIN = (
    ("Ấn phẩm, tài liệu", "publications.total"),
    ("Nhiệm vụ KH&CN", "tasks.total"),
    ("Nhiệm vụ được nghiệm thu", "tasks.accepted"),
    ("Lớp đào tạo, tập huấn", "training.sessions"),
    ("Kết quả đã nộp lưu", "deposits.done"),
)
_COURSE = (
    ("Mới trong kỳ", "tasks.new"),
    ("Chuyển tiếp", "tasks.carried_over"),
    ("Được nghiệm thu", "tasks.accepted"),
    ("Dừng thực hiện", "tasks.stopped"),
    ("Đã ứng dụng", "tasks.applied"),
)


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one sort ("năm 2026"), one for each label of the chart."""

    label: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is shown, not how; ``unit`` is what is counted ("nhiệm vụ")."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str


def number(value: int) -> str:
    """A number as it is written in Vietnam: ``1.234.567``."""
    return f"{value:,}".replace(",", ".")


def described(chart: Chart) -> str:
    """All that the chart shows, in words: for those who hear it, and for search."""
    chart = folded(chart)
    said = [
        f"{label}: " + ", ".join(_told(one, place) for one in chart.series)
        for place, label in enumerate(chart.labels)
    ]
    start = f"{chart.title}. {UNIT.format(unit=chart.unit)}." if chart.unit else f"{chart.title}."
    return f"{start} {'. '.join(said)}." if said else f"{start} {NOTHING}"


def _told(series: Series, place: int) -> str:
    told = number(series.values[place])
    return f"{told} ({series.label})" if series.label else told


def folded(chart: Chart) -> Chart:
    """``chart`` with no more labels than a page shows, the smallest ones summed up as one; order kept."""
    most = min(MOST_LABELS, max(3, int(_HIGHEST / (max(len(chart.series), 1) * (_BAR + _GAP) + _PAD))))
    if len(chart.labels) <= most:
        return chart
    sums = [sum(abs(one.values[place]) for one in chart.series) for place in range(len(chart.labels))]
    large = sorted(sorted(range(len(sums)), key=lambda at: (-sums[at], at))[: most - 1])
    small = sorted(set(range(len(sums))) - set(large))
    series = tuple(
        replace(one, values=(*(one.values[at] for at in large), sum(one.values[at] for at in small)))
        for one in chart.series
    )
    labels = (*(chart.labels[at] for at in large), REST.format(n=len(small)))
    return replace(chart, labels=labels, series=series)


def draw(chart: Chart, width: float, measure: Measure | None = None) -> Drawing:
    """The chart laid out ``width`` points wide, as high as it needs to be."""
    return _Layout(folded(chart), width, measure or on_paper).drawing()


def on_paper(text: str, size: float, bold: bool) -> float:
    """Widths of the report's typeface."""
    return face("bold" if bold else "regular").width(text, size)


class _Layout:
    def __init__(self, chart: Chart, width: float, measure: Measure) -> None:
        self._chart = chart
        self._width = min(max(width, 80.0), _WIDEST)
        self._measure = measure
        self._items: list[Box | Stroke | Label] = []
        self._y = 0.0
        self._largest = max((v for one in chart.series for v in one.values), default=0)
        self._many = max(len(chart.series), 1)

    def drawing(self) -> Drawing:
        self._head()
        if not self._chart.labels or not self._chart.series:
            self._y += _TEXT * _LEADING
            self._say(0, self._y, NOTHING, _TEXT, tone=Tone.SOFT)
        else:
            standing = self._standing_labels()
            if standing:
                self._stand(standing)
            else:
                self._lie()
        return Drawing(self._width, self._y + 4, tuple(self._items), described(self._chart))

    # -- what stands above the bars

    def _head(self) -> None:
        for line in self._wrapped(self._chart.title, _TITLE, self._width, 6, bold=True):
            self._y += _TITLE * _LEADING
            self._say(0, self._y, line, _TITLE, bold=True)
        x, self._y = 0.0, self._y + 3
        keys = [one for one in self._chart.series if one.label] if len(self._chart.series) > 1 else []
        unit = UNIT.format(unit=self._chart.unit) if self._chart.unit else ""
        if keys or unit:
            self._y += _NUMBER * _LEADING
        for place, one in enumerate(keys):
            text = self._cut(one.label, _NUMBER, self._width - _KEY - 4)
            wide = _KEY + 4 + self._measure(text, _NUMBER, False) + 14
            if x and x + wide - 14 > self._width:
                x, self._y = 0.0, self._y + _NUMBER * _LEADING + 2
            self._filled(x, self._y - _KEY + 1.5, _KEY, _KEY, place)
            self._say(x + _KEY + 4, self._y, text, _NUMBER)
            x += wide
        if unit:
            text = self._cut(unit, _NUMBER, self._width)
            if x and x + self._measure(text, _NUMBER, False) > self._width:
                self._y += _NUMBER * _LEADING
                x = 0.0
            self._say(
                x, self._y, text, _NUMBER, tone=Tone.SOFT
            )  # after the legend: bars may end before the edge
        self._y += 8

    # -- standing bars

    def _standing_labels(self) -> list[list[str]] | None:
        """The labels broken for standing bars; ``None`` when lying ones suit better."""
        count = len(self._chart.labels)
        slot = min(self._width / count, _WIDEST_SLOT)
        if count > 8 or slot < 30:
            return None
        room = min(_WIDEST_BAR, (slot - _PAD) / self._many)
        numbers = [number(value) for one in self._chart.series for value in one.values]
        if max(self._measure(text, _NUMBER, False) for text in numbers) > room:
            return None
        labels = [clean(one) for one in self._chart.labels]
        for word in (word for label in labels for word in label.split()):
            if self._measure(word, _TEXT, False) > slot - _PAD:
                return None
        lines = [self._lines(label, _TEXT, slot - _PAD) for label in labels]
        return lines if max(map(len, lines)) <= _MOST_LINES else None

    def _stand(self, labels: list[list[str]]) -> None:
        slot = min(self._width / len(labels), _WIDEST_SLOT)
        bar = min(_WIDEST_BAR, (slot - _PAD) / self._many)
        top = self._y + _NUMBER * _LEADING
        foot = top + _STANDING
        for place, lines in enumerate(labels):
            middle = slot * (place + 0.5)
            left = middle - bar * self._many / 2
            for order, one in enumerate(self._chart.series):
                value = one.values[place]
                high = self._length(value, _STANDING)
                x = left + order * bar
                if high:
                    self._filled(x + _GAP / 2, foot - high, bar - _GAP, high, order)
                self._say(x + bar / 2, foot - high - 3, number(value), _NUMBER, align=Align.CENTRE)
            for down, line in enumerate(lines, 1):
                self._say(middle, foot + 3 + down * _TEXT * _LEADING, line, _TEXT, align=Align.CENTRE)
        self._items.append(Stroke(0, foot, slot * len(labels), foot, 0.8))
        self._y = foot + 3 + max(map(len, labels)) * _TEXT * _LEADING

    # -- lying bars

    def _lie(self) -> None:
        labels = [clean(one) for one in self._chart.labels]
        widest = max(self._measure(one, _TEXT, False) for one in labels)
        side = min(widest, self._width * 0.42) + 6
        numbers = max(
            self._measure(number(v), _NUMBER, False) for one in self._chart.series for v in one.values
        )
        room = max(self._width - side - numbers - 6, 8.0)
        bars = self._many * (_BAR + _GAP)
        top = self._y
        for place, label in enumerate(labels):
            lines = self._wrapped(label, _TEXT, side - 6, _MOST_LINES)
            text = len(lines) * _TEXT * _LEADING
            high = max(text, bars) + _PAD
            y = self._y + (high - text) / 2
            for line in lines:
                y += _TEXT * _LEADING
                self._say(side - 6, y - _TEXT * 0.28, line, _TEXT, align=Align.RIGHT)
            y = self._y + (high - bars) / 2
            for order, one in enumerate(self._chart.series):
                value = one.values[place]
                long = self._length(value, room)
                if long:
                    self._filled(side, y, long, _BAR, order)
                self._say(side + long + 3, y + _BAR - 2, number(value), _NUMBER)
                y += _BAR + _GAP
            self._y += high
        self._items.append(Stroke(side, top, side, self._y, 0.8))

    # -- parts

    def _length(self, value: int, room: float) -> float:
        if value <= 0 or self._largest <= 0:
            return 0.0
        return max(_SEEN, room * (value / self._largest))

    def _filled(self, x: float, y: float, width: float, height: float, order: int) -> None:
        """A bar of the series ``order``: dark; white, hatched; pale; white, hatched the other way too."""
        order %= 4
        tone = (Tone.DARK, Tone.PAPER, Tone.PALE, Tone.PAPER)[order]
        self._items.append(Box(x, y, width, height, tone, outline=True))
        if tone is Tone.PAPER:
            self._items.extend(_hatching(x, y, width, height, crossed=order == 3))

    def _say(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        align: Align = Align.LEFT,
        bold: bool = False,
        tone: Tone = Tone.TEXT,
    ) -> None:
        wide = self._measure(text, size, bold)
        self._items.append(Label(x, y, text, size, wide, align, bold, tone))

    def _wrapped(self, text: str, size: float, width: float, most: int, *, bold: bool = False) -> list[str]:
        """``text`` in at most ``most`` lines; what does not fit ends in dots."""
        lines = self._lines(clean(text), size, width, bold=bold)
        if len(lines) > most:
            lines = [*lines[: most - 1], self._cut(" ".join(lines[most - 1 :]), size, width, bold=bold)]
        return [self._cut(line, size, width, bold=bold) for line in lines]

    def _lines(self, text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._measure(longer, size, bold) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines or [""]

    def _cut(self, text: str, size: float, width: float, *, bold: bool = False) -> str:
        if self._measure(text, size, bold) <= width:
            return text
        short, long = 0, min(len(text), 400)
        while short < long:
            middle = (short + long + 1) // 2
            if self._measure(text[:middle].rstrip() + "…", size, bold) <= width:
                short = middle
            else:
                long = middle - 1
        return text[:short].rstrip() + "…"


def _hatching(x: float, y: float, width: float, height: float, *, crossed: bool) -> Iterator[Stroke]:
    """Slanting lines inside a box, on a grid of their own so that neighbouring bars look alike."""
    step = 3.2
    at = step
    while at < width + height:
        start = (x + max(0.0, at - height), y + min(at, height))
        end = (x + min(at, width), y + max(0.0, at - width))
        yield Stroke(*start, *end, 0.45)
        if crossed:
            yield Stroke(
                x + (start[0] - x), y + height - (start[1] - y), end[0], y + height - (end[1] - y), 0.45
            )
        at += step


def charts_of(snapshot: Snapshot) -> tuple[Chart, ...]:
    """The few charts that say something of a report: the whole against last time, publications, tasks, deposits.

    What the report has no number for is left out, and so is a chart without any.
    """
    compared = snapshot.comparison.get("rows", ()) if snapshot.document != PLAN else ()
    last = {str(row["figure"]): int(row["last"]) for row in compared}
    now = clean(str(snapshot.period["label"]))
    then = clean(str(snapshot.comparison.get("label", ""))) if last else ""

    def chart(title: str, rows: Sequence[tuple[str, str]], unit: str) -> Chart:
        this = [snapshot.figure(name) for _, name in rows]
        before = [last.get(name, 0) for _, name in rows]
        kept = [at for at in range(len(rows)) if this[at] or before[at]]
        series = [Series(_capital(now), tuple(this[at] for at in kept))]
        if any(before):
            series.append(Series(_capital(then), tuple(before[at] for at in kept)))
        return Chart(title, tuple(rows[at][0] for at in kept), tuple(series), unit)

    made = [
        chart("Số liệu chính", [one for one in _MAIN if one[1] in snapshot.figures["values"]], ""),
        chart("Ấn phẩm, tài liệu theo loại", _rows(snapshot, "publications_by_type"), "tài liệu"),
        chart("Nhiệm vụ khoa học và công nghệ theo diễn biến trong kỳ", list(_COURSE), "nhiệm vụ"),
        _deposits(snapshot),
    ]
    if not last:
        made = made[1:]  # sums of different things side by side say something only when compared
    return tuple(one for one in made if any(any(series.values) for series in one.series))


def _rows(snapshot: Snapshot, table: str) -> list[tuple[str, str]]:
    """Label and first figure of each row of a table, less the sum of all."""
    for one in snapshot.figures["tables"]:
        if one["id"] == table:
            return [(str(row["label"]), str(row["cells"][0])) for row in one["rows"] if row["key"] != "total"]
    return []


def _deposits(snapshot: Snapshot) -> Chart:
    """What had to be deposited beside what was: the gap is what is owed."""
    tables = [one for one in snapshot.figures["tables"] if one["id"] == "deposits_by_kind"]
    rows = [row for one in tables for row in one["rows"] if row["key"] != "total" and len(row["cells"]) > 1]
    rows = [row for row in rows if snapshot.figure(row["cells"][0])]
    series = tuple(
        Series(label, tuple(snapshot.figure(row["cells"][place]) for row in rows))
        for place, label in enumerate(("Phải nộp", "Đã nộp"))
    )
    return Chart("Nộp lưu cho V04", tuple(str(row["label"]) for row in rows), series, "kết quả")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
