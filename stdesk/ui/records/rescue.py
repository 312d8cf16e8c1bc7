"""A copy of what was typed, outside the library, for when the library's disk cannot be reached."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from stdesk import atomic
from stdesk.domain.kinds import Kinds
from stdesk.ui.records.saving import Wanted


def write_rescue(path: Path, wanted: Sequence[Wanted], kinds: Kinds) -> None:
    """Write everything unsaved as readable JSON.

    Raises:
        OSError: the place cannot be written either.
    """
    records = [
        {
            "kind": one.kind,
            "kind_name": str(kinds[one.kind].label),
            "record": one.record_id,
            "secrecy": one.level,
            "not_understood": list(one.moved_to_notes),
            "values": dict(one.values),
            "names": {name: str(kinds[one.kind].field(name).label) for name in one.values},
        }
        for one in wanted
    ]
    text = json.dumps({"stdesk_unsaved": 1, "records": records}, ensure_ascii=False, indent=1, default=list)
    atomic.write_bytes(path, text.encode())
