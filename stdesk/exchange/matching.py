"""The best one-to-one assignment of columns to targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_NONE = ""
_MOST_COLUMNS = 160  # that are weighed against each other; honest lists have some thirty


def best_assignment(wanted: Sequence[Mapping[str, float]]) -> list[str]:
    """For every column the target it gets, "" for none, so that the sum of the scores is highest.

    The Hungarian method with shortest augmenting paths (Kuhn 1955; Jonker and Volgenant 1987),
    O(columns² x targets). Columns that want nothing cost nothing.

    Args:
        wanted: per column: target -> score above 0; what is absent cannot be.
    """
    active = _weighed(wanted)
    targets = sorted({target for column in active for target in wanted[column]})
    place = {target: at for at, target in enumerate(targets)}
    width = len(targets) + len(active)  # behind the targets one "none" for every column
    costs = []
    for column in active:
        row = [0.0] * width
        for at in range(len(targets)):
            row[at] = 1e-6  # a target it does not want is a little worse than none
        for target, score in wanted[column].items():
            row[place[target]] = -score
        costs.append(row)
    chosen = [_NONE] * len(wanted)
    for at, row_index in enumerate(_assign(costs, width)):
        if row_index >= 0 and at < len(targets) and targets[at] in wanted[active[row_index]]:
            chosen[active[row_index]] = targets[at]
    return chosen


def _weighed(wanted: Sequence[Mapping[str, float]]) -> list[int]:
    """The columns that can get something.

    Of many columns that want one target only the best count, as many as there are targets: the others of them
    get it in no best assignment. A file with thousands is none a person made; of it the first are weighed.
    """
    active = [column for column, scores in enumerate(wanted) if scores]
    if len(active) <= _MOST_COLUMNS:
        return active
    by_target: dict[str, list[int]] = {}
    for column in active:
        for target in wanted[column]:
            by_target.setdefault(target, []).append(column)
    kept: set[int] = set()
    for target, columns in by_target.items():
        kept.update(sorted(columns, key=lambda one: -wanted[one][target])[: len(by_target)])
    return sorted(kept)[:_MOST_COLUMNS]


def _assign(costs: Sequence[Sequence[float]], width: int) -> list[int]:
    """For every place the row that got it, -1 for none; the sum of costs is least."""
    rows = len(costs)
    row_price = [0.0] * (rows + 1)
    price = [0.0] * (width + 1)
    owner = [0] * (width + 1)  # 1-based rows; 0 = free
    for row in range(1, rows + 1):
        owner[0] = row
        way = _augment(costs, row_price, price, owner)
        at = way[-1][0]
        came = dict(way)
        while at:
            owner[at] = owner[came[at]]
            at = came[at]
    return [one - 1 for one in owner[1:]]


def _augment(
    costs: Sequence[Sequence[float]], row_price: list[float], price: list[float], owner: list[int]
) -> list[tuple[int, int]]:
    """The cheapest way to a free place: (place, the place before it), the free one last."""
    width = len(price) - 1
    least = [float("inf")] * (width + 1)
    before = [0] * (width + 1)
    done = [False] * (width + 1)
    here = 0
    while True:
        done[here] = True
        row = owner[here]
        step, following = float("inf"), 0
        for at in range(1, width + 1):
            if done[at]:
                continue
            cost = costs[row - 1][at - 1] - row_price[row] - price[at]
            if cost < least[at]:
                least[at], before[at] = cost, here
            if least[at] < step:
                step, following = least[at], at
        for at in range(width + 1):
            if done[at]:
                row_price[owner[at]] += step
                price[at] -= step
            else:
                least[at] -= step
        here = following
        if owner[here] == 0:
            break
    way = [(at, before[at]) for at in range(1, width + 1) if done[at]]
    way.append((here, before[here]))
    return way
