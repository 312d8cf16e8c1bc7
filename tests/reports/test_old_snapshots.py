"""A report frozen by an older program: read as it is, its hash unchanged, printed whole. Kept for ever."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pypdfium2
import pytest

from stdesk.errors import UserError
from stdesk.reports.docx import render_docx
from stdesk.reports.paper_code import code_of
from stdesk.reports.pdf import render_pdf
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.xlsx import render_xlsx
from tests.reports.samples import KINDS

V1 = Path(__file__).parents[1] / "golden" / "snapshots" / "v1.json"


def test_version_1_comes_back_byte_for_byte_with_nothing_added() -> None:
    data = V1.read_bytes()
    old = Snapshot.from_bytes(data)
    assert json.loads(data)["version"] == old.version == 1
    assert old.to_bytes() == data
    assert old.sha512 == hashlib.sha512(data).hexdigest()
    assert (old.document, old.head, old.estimates, old.comparison) == ("yearly-report", {}, {}, {})


def test_version_1_is_printed_with_its_own_figures_and_a_code() -> None:
    old = Snapshot.from_bytes(V1.read_bytes())
    pdf = pypdfium2.PdfDocument(render_pdf(old, KINDS))
    text = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    assert code_of(old.sha512) in text
    assert "Công an tỉnh Cà Mau" in text and "Nguyễn Văn Ước" in text
    number = old.figure("publications.total")
    assert number == 6 and f"{number} ấn phẩm" in " ".join(text.split())
    assert render_docx(old, KINDS)[:2] == render_xlsx(old, KINDS)[:2] == b"PK"


@pytest.mark.parametrize("version", [0, 3, True, "1", None])
def test_another_version_is_refused(version: object) -> None:
    plain = json.loads(V1.read_bytes())
    plain["version"] = version
    with pytest.raises(UserError) as refused:
        Snapshot.from_bytes(json.dumps(plain).encode())
    assert refused.value.code == ("snapshot_newer" if version == 3 else "snapshot_damaged")
