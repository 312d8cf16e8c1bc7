"""What a package says about itself: its name, its place in the unit's row, its sums, all in agreement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stdesk.package import layout, tags
from stdesk.package.bag import Bag, Measured
from stdesk.package.defects import Findings

_CHANGES_SIZE = ("file_missing", "file_extra", "file_truncated", "file_longer", "unreadable")

# When a label needs others or excludes them: label, whether it speaks, labels that must speak then,
# and labels that must not.
_AGREE: tuple[tuple[str, Callable[[Mapping[str, Any]], object], tuple[str, ...], tuple[str, ...]], ...] = (
    ("STDesk-Delta: yes", lambda said: said.get("delta"), ("base", "base_receipt"), ()),
    ("STDesk-Delta: no", lambda said: said.get("delta") is False, (), ("base", "base_receipt")),
    ("STDesk-Sequence", lambda said: said["sequence"], ("line",), ()),
    ("STDesk-Line", lambda said: said["line"], ("sequence",), ()),
    ("STDesk-Previous", lambda said: said["previous"], ("sequence",), ()),
    ("STDesk-Trial: yes", lambda said: said.get("trial"), (), ("sequence", "line", "previous")),
    ("Bag-Count", lambda said: said["bag_count"], ("group",), ()),
    ("Bag-Group-Identifier", lambda said: said["group"], ("bag_count",), ()),
)


def check_info(bag: Bag, info: Mapping[str, Any], unit: str, findings: Findings) -> None:
    """Names, numbers and labels against each other; ``unit``: the only sender to be taken."""
    if info.get("format", layout.FORMAT) != layout.FORMAT:
        findings.add(layout.BAG_INFO, "format_newer", layout.FORMAT, info["format"])
    if unit and info.get("unit_code") != unit:
        findings.add(bag.file, "unit_other", unit, layout.shown(str(info.get("unit_code", ""))))
    for label, speaks, needed, excluded in _AGREE:
        if not speaks(info):
            continue
        for key in needed:
            if not info.get(key):
                findings.add(layout.BAG_INFO, "info_missing", f"{tags.label_of(key)} ({label})")
        for key in excluded:
            if info.get(key):
                shown = layout.shown(f"{tags.label_of(key)}: {info[key]}")
                findings.add(layout.BAG_INFO, "info_value", f"{tags.label_of(key)}: ∅ ({label})", shown)
    part, parts = layout.part_of(info["bag_count"])
    if info["bag_count"] and not (parts > 1 and part <= parts):
        findings.add(layout.BAG_INFO, "info_value", "Bag-Count: n of m, n <= m, m > 1", info["bag_count"])
    _check_names(bag, info, part if parts > 1 else 0, findings)


def _check_names(bag: Bag, info: Mapping[str, Any], part: int, findings: Findings) -> None:
    inside = info.get("name")
    if not isinstance(inside, str):
        return
    if inside != bag.name:
        findings.add(bag.file, "package_renamed", layout.shown(inside), layout.shown(bag.name))
    if info["group"] and info["group"] != layout.group_name(inside):
        expected = f"Bag-Group-Identifier: {layout.shown(layout.group_name(inside))}"
        findings.add(layout.BAG_INFO, "info_value", expected, layout.shown(info["group"]))
    made_of = ("unit_code", "period", "submission", "trial", "delta")
    if all(key in info for key in made_of):
        unit, period, submission, trial, delta = (info[key] for key in made_of)
        right = layout.package_name(unit, period, submission, trial=trial, delta=delta, part=part)
        if right != inside:
            findings.add(layout.BAG_INFO, "info_value", f"External-Identifier: {right}", layout.shown(inside))


def check_oxum(info: Mapping[str, Any], found: Mapping[str, Measured], findings: Findings) -> None:
    """Payload-Oxum and Bag-Size against what is there."""
    payload = [one for path, one in found.items() if path.startswith(layout.DATA)]
    size = sum(one.size for one in payload)
    follows = findings.has(*_CHANGES_SIZE)  # then it says nothing new
    if not follows and "oxum" in info and info["oxum"] != f"{size}.{len(payload)}":
        findings.add(layout.BAG_INFO, "oxum", info["oxum"], f"{size}.{len(payload)}")
    stated = int(str(info["oxum"]).partition(".")[0]) if "oxum" in info else size
    if info.get("bag_size", tags.human_size(stated)) != tags.human_size(stated):
        findings.add(layout.BAG_INFO, "info_value", f"Bag-Size: {tags.human_size(stated)}", info["bag_size"])
