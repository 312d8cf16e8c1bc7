"""Small packages for tests, good ones and bad ones."""

from __future__ import annotations

import hashlib
import json
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from stdesk.package import layout, tags, zipformat
from stdesk.package.content import PackageContent, PackageFile, PackageInfo
from stdesk.package.writer import write_package

GOLDEN = Path(__file__).parent.parent / "golden" / "packages"
NAME = "KHCN-PC09-2026-L01"

_SCHEMA = {
    "fields": [{"name": "id", "type": "string"}, {"name": "title", "type": "string"}],
    "primaryKey": "id",
}


def attachment(folder: Path, name: str, raw: bytes, record: str, *, known: bool = True) -> PackageFile:
    """A file as the library keeps it: named by its hash."""
    digest = hashlib.sha512(raw).hexdigest()
    path = folder / digest[:40]
    path.write_bytes(raw)
    return PackageFile(name, digest if known else None, len(raw), lambda: path.open("rb"), record)


def path_of(file: PackageFile) -> Path:
    """Where :func:`attachment` put it."""
    with file.open() as stream:
        return Path(stream.name)


def content(folder: Path, **changes: Any) -> PackageContent:
    """Two publications, a task, three uses of two attachments; Vietnamese throughout.

    Args:
        folder: where the attachments are put.
        changes: fields of :class:`PackageInfo` to set otherwise.
    """
    frozen = {"records": {"publication": [{}, {}], "research_task": [{}]}, "title": "Báo cáo năm 2026"}
    snapshot = json.dumps(frozen, ensure_ascii=False).encode()
    info = PackageInfo(
        unit_code="PC09",
        unit_name="Phòng Kỹ thuật hình sự, Công an tỉnh Đắk Lắk",
        period="2026",
        submission=1,
        counts={"publication": 2, "research_task": 1},
        secrecy="thuong",
        rule_set="2026.1",
        rule_hash="ab" * 64,
        created="2026-11-05T01:30:00Z",
        program="STDesk 0.1.0",
        snapshot_hash=hashlib.sha512(snapshot).hexdigest(),
    )
    decision = b"%PDF-1.4\n" + "Quyết định nghiệm thu".encode() * 20
    return PackageContent(
        info=replace(info, **changes),
        snapshot=snapshot,
        documents={"bao-cao.pdf": b"%PDF-1.4\nbao cao\n%%EOF\n", "phu-luc.xlsx": b"PK\x03\x04 bang\n" * 9},
        records={
            "publication": [
                {"id": "019a-1", "title": "Ứng dụng trí tuệ nhân tạo trong giám định dấu vết"},
                {"id": "019a-2", "title": "Đề án 06 và dữ liệu dân cư"},
            ],
            "research_task": [{"id": "019b-1", "title": "Nâng cao hiệu quả khám nghiệm hiện trường"}],
        },
        schemas={"publication": _SCHEMA, "research_task": _SCHEMA},
        titles={"publication": "Ấn phẩm, tài liệu", "research_task": "Nhiệm vụ KH&CN"},
        files=[
            attachment(folder, "Quyết định nghiệm thu số 12/QĐ.pdf", decision, "019b-1"),
            attachment(folder, "ảnh hiện trường.JPG", bytes(range(256)) * 4, "019a-1"),
            attachment(folder, "quyet dinh (ban sao).pdf", decision, "019a-2"),
        ],
    )


def write_small(folder: Path, **changes: Any) -> Path:
    """The package of :func:`content`, in ``folder``."""
    library = folder / "files"
    library.mkdir(exist_ok=True)
    return write_package(content(library, **changes), folder).path


def unzip(package: Path, folder: Path) -> Path:
    """The bag, unzipped; its folder."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    return folder / package.stem


def members(package: Path) -> dict[str, bytes]:
    """Name in the ZIP -> bytes."""
    with zipfile.ZipFile(package) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def pack(entries: Mapping[str, bytes] | list[tuple[str, bytes]], target: Path) -> Path:
    """A ZIP in the package's own way of writing, of any names: only their content may be wrong."""
    listed = list(entries.items()) if isinstance(entries, Mapping) else entries
    body, directory = bytearray(), bytearray()
    for name, raw in listed:
        path, crc = name.encode(), zlib.crc32(raw)
        directory += zipformat.central_header(path, crc, len(raw), len(body))
        body += zipformat.local_header(path, crc, len(raw)) + raw
    end = zipformat.end_records(len(listed), len(directory), len(body))
    target.write_bytes(bytes(body + directory) + end)
    return target


def resealed(package: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """``package`` with its bag changed and manifests made anew, as someone who knows BagIt would."""
    bag = {name.partition("/")[2]: raw for name, raw in members(package).items()}
    change(bag)
    remade(bag)
    return pack({f"{package.stem}/{path}": raw for path, raw in bag.items()}, target)


def remade(bag: dict[str, bytes]) -> None:
    """The manifests of ``bag`` (path -> bytes) made anew."""
    payload = {
        path: hashlib.sha512(raw).hexdigest() for path, raw in bag.items() if path.startswith(layout.DATA)
    }
    bag[layout.MANIFEST] = tags.manifest(payload)
    listed = {path: hashlib.sha512(bag[path]).hexdigest() for path in layout.LISTED_TAG_FILES}
    bag[layout.TAG_MANIFEST] = tags.manifest(listed)


def bad_ones(good: Path, folder: Path) -> dict[str, Path]:
    """A handful of bad packages by the defect each is made for, every one in a folder of its own."""
    whole = members(good)
    decision = next(name for name in whole if "quyet-dinh" in name)
    raw = good.read_bytes()

    def place(code: str) -> Path:
        (folder / code).mkdir(parents=True, exist_ok=True)
        return folder / code / good.name

    made: dict[str, Path] = {}
    made["file_changed"] = pack(
        whole | {decision: whole[decision].replace(b"1.4", b"1.5")}, place("file_changed")
    )
    made["file_truncated"] = pack(whole | {decision: whole[decision][:100]}, place("file_truncated"))
    made["file_missing"] = pack({k: v for k, v in whole.items() if k != decision}, place("file_missing"))
    made["file_extra"] = pack(whole | {f"{good.stem}/data/files/la.pdf": b"%PDF-"}, place("file_extra"))
    twisted = [(k if k != decision else f"{good.stem}/../../{decision}", v) for k, v in whole.items()]
    made["name_escapes"] = pack(twisted, place("name_escapes"))
    made["name_decomposed"] = _decomposed(place("name_decomposed"))
    made["zip_cut"] = place("zip_cut")
    made["zip_cut"].write_bytes(raw[: len(raw) * 2 // 3])
    made["zip_packed"] = place("zip_packed")
    with zipfile.ZipFile(made["zip_packed"], "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content_ in whole.items():
            archive.writestr(zipfile.ZipInfo(name), content_, zipfile.ZIP_DEFLATED)
    return made


def _decomposed(target: Path) -> Path:
    """A bag whose manifest names a file with accents, and whose ZIP has it in NFD."""
    with tempfile.TemporaryDirectory() as folder:
        made = content(Path(folder))
        made = replace(made, documents={**made.documents, "biên-bản.pdf": b"%PDF-1.4"})
        whole = members(write_package(made, Path(folder)).path)
    return pack({unicodedata.normalize("NFD", name): raw for name, raw in whole.items()}, target)
