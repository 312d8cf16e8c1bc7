"""The head of the library's history in a package and in the answer to it: with or without, never malformed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stdesk.package import tags
from stdesk.package.defects import Findings
from tests.helpers import packages

HEAD = "2026 " + "0f" * 16


def test_a_package_with_it_is_valid_and_says_it(tmp_path: Path) -> None:
    content = packages.content(tmp_path, history=HEAD)
    info = content.info
    raw = tags.bag_info(info, "KHCN-PC09-2026-L01", 1, 1)
    assert f"STDesk-History: {HEAD}\n".encode() in raw
    assert tags.bag_info(replace(info, history=""), "KHCN-PC09-2026-L01", 1, 1) == raw.replace(
        f"STDesk-History: {HEAD}\n".encode(), b""
    )
    findings = Findings()
    assert tags.parse_bag_info(raw, findings)["history"] == HEAD
    assert not list(findings.defects)


@pytest.mark.parametrize("wrong", ["2026", "0 " + "0f" * 16, "2026 " + "0F" * 16, "2026 " + "0f" * 17, "x"])
def test_a_malformed_one_is_refused(wrong: str, tmp_path: Path) -> None:
    raw = tags.bag_info(packages.content(tmp_path, history=HEAD).info, "KHCN-PC09-2026-L01", 1, 1)
    findings = Findings()
    said = tags.parse_bag_info(raw.replace(HEAD.encode(), wrong.encode()), findings)
    assert [one.code for one in findings.defects] == ["info_line"]
    assert said["history"] == ""
