"""What can be wrong with a package: each kind with its sentence and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from stdesk import i18n

# kind of defect -> the sentence, the advice (both in resources/messages/package.toml)
KINDS = {
    "zip_empty": ("defect_zip_empty", "advice_copy_again"),
    "zip_not": ("defect_zip_not", "advice_pick_package"),
    "zip_sealed": ("defect_zip_sealed", "advice_sealed"),
    "zip_cut": ("defect_zip_cut", "advice_copy_again"),
    "zip_directory": ("defect_zip_directory", "advice_copy_again"),
    "zip_trailing": ("defect_zip_trailing", "advice_original"),
    "zip_gap": ("defect_zip_gap", "advice_original"),
    "zip_overlap": ("defect_zip_overlap", "advice_hostile"),
    "zip_too_many": ("defect_zip_too_many", "advice_hostile"),
    "zip_header": ("defect_zip_header", "advice_original"),
    "zip_local": ("defect_zip_local", "advice_original"),
    "zip_encrypted": ("defect_zip_encrypted", "advice_original"),
    "zip_packed": ("defect_zip_packed", "advice_repacked"),
    "zip_crc": ("defect_zip_crc", "advice_copy_again"),
    "not_regular": ("defect_not_regular", "advice_hostile"),
    "unreadable": ("defect_unreadable", "advice_copy_again"),
    "name_utf8": ("defect_name_utf8", "advice_original"),
    "name_control": ("defect_name_control", "advice_hostile"),
    "name_escapes": ("defect_name_escapes", "advice_hostile"),
    "name_forbidden": ("defect_name_forbidden", "advice_original"),
    "name_trailing": ("defect_name_trailing", "advice_original"),
    "name_reserved": ("defect_name_reserved", "advice_original"),
    "name_too_long": ("defect_name_too_long", "advice_original"),
    "name_decomposed": ("defect_name_decomposed", "advice_rename"),
    "name_twice": ("defect_name_twice", "advice_hostile"),
    "name_collision": ("defect_name_collision", "advice_original"),
    "name_outside": ("defect_name_outside", "advice_original"),
    "package_renamed": ("defect_package_renamed", "advice_rename"),
    "format_newer": ("defect_format_newer", "advice_update"),
    "bagit_bom": ("defect_bagit_bom", "advice_original"),
    "bagit_declaration": ("defect_bagit_declaration", "advice_original"),
    "file_missing": ("defect_file_missing", "advice_copy_again"),
    "file_extra": ("defect_file_extra", "advice_extra"),
    "file_truncated": ("defect_file_truncated", "advice_copy_again"),
    "file_longer": ("defect_file_longer", "advice_original"),
    "file_changed": ("defect_file_changed", "advice_original"),
    "file_renamed": ("defect_file_renamed", "advice_rename"),
    "manifest_line": ("defect_manifest_line", "advice_original"),
    "manifest_path": ("defect_manifest_path", "advice_hostile"),
    "manifest_twice": ("defect_manifest_twice", "advice_original"),
    "oxum": ("defect_oxum", "advice_original"),
    "info_line": ("defect_info_line", "advice_original"),
    "info_missing": ("defect_info_missing", "advice_write_again"),
    "info_value": ("defect_info_value", "advice_write_again"),
    "count": ("defect_count", "advice_write_again"),
    "snapshot_hash": ("defect_snapshot_hash", "advice_write_again"),
    "json": ("defect_json", "advice_write_again"),
    "json_limit": ("defect_json_limit", "advice_hostile"),
    "record": ("defect_record", "advice_write_again"),
    "description": ("defect_description", "advice_write_again"),
    "files_table": ("defect_files_table", "advice_write_again"),
    "type_refused": ("defect_type_refused", "advice_type"),
    "program": ("defect_program", "advice_type"),
    "macro": ("defect_macro", "advice_type"),
    "readme_active": ("defect_readme_active", "advice_hostile"),
    "signature_missing": ("defect_signature_missing", "advice_hostile"),
    "signature_form": ("defect_signature_form", "advice_original"),
    "signature_wrong": ("defect_signature_wrong", "advice_hostile"),
    "signature_other_key": ("defect_signature_other_key", "advice_hostile"),
    "signature_comment": ("defect_signature_comment", "advice_hostile"),
    "signature_none": ("defect_signature_none", "advice_sign"),
    "signature_unknown_key": ("defect_signature_unknown_key", "advice_key"),
    "unit_other": ("defect_unit_other", "advice_unit"),
    "schema": ("defect_schema", "advice_write_again"),
    "withdrawn": ("defect_withdrawn", "advice_write_again"),
    "part_missing": ("defect_part_missing", "advice_parts"),
    "part_other": ("defect_part_other", "advice_parts"),
    "part_file": ("defect_part_file", "advice_write_again"),
    "bag_version": ("defect_bag_version", "advice_bag"),
    "bag_encoding": ("defect_bag_encoding", "advice_bag"),
    "bag_line": ("defect_bag_line", "advice_bag"),
    "algorithm": ("defect_algorithm", "advice_bag"),
    "manifest_none": ("defect_manifest_none", "advice_bag"),
    "manifest_lacks": ("defect_manifest_lacks", "advice_bag"),
    "fetch_line": ("defect_fetch_line", "advice_bag"),
    "fetch_missing": ("defect_fetch_missing", "advice_fetch"),
    "checksum": ("defect_checksum", "advice_original"),
    "more": ("defect_more", "advice_copy_again"),
}

MOST = 5_000
"""Defects listed of one package; more are only counted."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing wrong with a package.

    Attributes:
        file: path inside the package, or the package's own file name; fit for showing.
        code: a key of :data:`KINDS`; kept once released.
        expected, found: as text, empty when there is nothing to compare.
    """

    file: str
    code: str
    expected: str = ""
    found: str = ""

    @property
    def message(self) -> str:
        """What is wrong, in the language in use."""
        return i18n.message(KINDS[self.code][0], file=self.file, expected=self.expected, found=self.found)

    @property
    def advice(self) -> str:
        """What to do about it, in the language in use."""
        return i18n.message(KINDS[self.code][1], file=self.file, expected=self.expected, found=self.found)

    def to_json(self) -> dict[str, str]:
        """As ``stdesk verify --json`` shows it (DESIGN §7)."""
        return {
            "file": self.file,
            "code": self.code,
            "expected": self.expected,
            "found": self.found,
            "message": self.message,
            "advice": self.advice,
        }


@dataclass(slots=True)
class Findings:
    """Defects gathered in the order of the checks, each once, never without bound."""

    defects: dict[Defect, None] = field(default_factory=dict)
    left: int = 0

    def add(self, file: str, code: str, expected: object = "", found: object = "") -> None:
        """Note a defect."""
        self.put(Defect(file, code, str(expected), str(found)))

    def put(self, defect: Defect) -> None:
        """Note a defect made elsewhere."""
        if len(self.defects) < MOST or defect in self.defects:
            self.defects[defect] = None
        else:
            self.left += 1

    def extend(self, defects: Iterable[Defect]) -> None:
        """Note several."""
        for one in defects:
            self.put(one)

    def has(self, *codes: str) -> bool:
        """Whether a defect of one of these kinds was noted."""
        return any(defect.code in codes for defect in self.defects)

    def listed(self, package: str) -> tuple[Defect, ...]:
        """All of them; a last one counts what did not fit."""
        more = (Defect(package, "more", found=str(self.left)),) if self.left else ()
        return (*self.defects, *more)
