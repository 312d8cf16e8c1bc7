"""A package's content laid out as the entries of its bag, before any byte is written."""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from stdesk import resources
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.package import layout, readme, tags
from stdesk.package.content import PackageContent, PackageFile, PackageInfo
from stdesk.progress import Progress

CHUNK = 1 << 20


class Signer(Protocol):
    """What signs: :class:`stdesk.package.keys.SecretKey`, or something that asks a token for it."""

    @property
    def public(self) -> Any:
        """The public half, with its ``id``."""

    def sign(self, message: bytes, trusted_comment: str) -> str:
        """The text of a minisign signature."""


@dataclass(frozen=True, slots=True)
class Part:
    """One entry of the bag.

    Attributes:
        path: inside the bag.
        size: in bytes.
        sha512: hex.
        chunks: opens it and yields its bytes, as often as asked.
        source: the attachment it comes from; ``None`` for what is made here.
    """

    path: str
    size: int
    sha512: str
    chunks: Callable[[], Iterator[bytes]]
    source: PackageFile | None = None


def compose(
    content: PackageContent,
    name: str,
    progress: Progress,
    *,
    key: Signer | None = None,
    elsewhere: Sequence[tuple[PackageFile, int]] = (),
) -> list[Part]:
    """All entries in the order they are written: tag files first, then ``data/`` by path.

    The tag files can come first because every hash is known by then: attachments bring theirs
    from the library, and what is written is checked against it when it is read back.

    Args:
        key: signs the tag manifest; ``content.info.key`` must name it.
        elsewhere: attachments in other bags of the package, each with the number of its bag.

    Raises:
        UserError: an attachment is missing, unreadable or of a refused type; the figures
            handed over contradict each other.
    """
    _check_consistency(content, key)
    attachments, table = _attachments(content.files, progress)
    table += _elsewhere(elsewhere)
    made = [_bytes_part(layout.SNAPSHOT, content.snapshot)]
    made += [_bytes_part(_document_path(name), raw) for name, raw in content.documents.items()]
    for kind, records in content.records.items():
        progress.check()
        made.append(_lines_part(f"{layout.RECORDS}{kind}.jsonl", records, _order(content.schemas.get(kind))))
    made.append(_lines_part(layout.FILES_TABLE, table, _ROW))
    if content.withdrawn:
        order = _order(resources.read_toml("schema", "withdrawn.toml"))
        made.append(_lines_part(layout.WITHDRAWN, content.withdrawn, order))
    if content.answers:
        made.append(_lines_part(layout.ANSWERS, content.answers, ("answer",)))
    parts = sorted(made + attachments, key=lambda part: part.path)
    page = readme.render(
        content.info,
        name,
        content.titles,
        [(part.path, part.size) for part in parts],
        table,
        content.withdrawn,
    )
    parts.append(_bytes_part(layout.README, page))
    parts.append(_bytes_part(layout.DATAPACKAGE, _datapackage(content, name, parts)))
    parts.sort(key=lambda part: part.path)
    return _tag_parts(content.info, name, parts, key) + parts


def read_file(source: Path | PackageFile) -> Iterator[bytes]:
    """A file in chunks of :data:`CHUNK`."""
    with source.open("rb", buffering=0) if isinstance(source, Path) else source.open() as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def file_hash(source: Path | PackageFile, progress: Progress | None = None) -> str:
    """SHA-512, hex, of a file."""
    digest = hashlib.sha512()
    for chunk in read_file(source):
        digest.update(chunk)
        if progress:
            progress.check()
    return digest.hexdigest()


def line(record: Mapping[str, Any], order: Sequence[str] = ()) -> bytes:
    """A record as one line of JSON: fields in the schema's order, text NFC, UTF-8."""
    names = [name for name in order if name in record]
    names += sorted(name for name in record if name not in set(names))
    plain = {name: _plain(record[name]) for name in names}
    return (json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _check_consistency(content: PackageContent, key: Signer | None) -> None:
    if content.info.key != (key.public.id if key else ""):
        raise ValueError(f"signed by {content.info.key}?")
    if content.info.withdrawn != len(content.withdrawn):
        found, expected = f"-{len(content.withdrawn)}", f"-{content.info.withdrawn}"
        raise UserError("package_inconsistent", found=found, expected=expected)
    counted = {kind: len(records) for kind, records in content.records.items()}
    if counted != dict(content.info.counts):
        raise UserError("package_inconsistent", found=str(counted), expected=str(dict(content.info.counts)))
    found = hashlib.sha512(content.snapshot).hexdigest()
    if found != content.info.snapshot_hash:
        raise UserError("package_inconsistent", found=found[:16], expected=content.info.snapshot_hash[:16])


def _document_path(name: str) -> str:
    path = layout.DATA + name
    taken = path in layout.OWN or "/" in name
    if taken or layout.path_problem(path) or layout.extension(name) not in layout.MEDIA_TYPES:
        raise UserError("package_file_type", name=name, record="")
    return path


def _bytes_part(path: str, raw: bytes) -> Part:
    return Part(path, len(raw), hashlib.sha512(raw).hexdigest(), lambda: iter((raw,)))


def _lines_part(path: str, records: Sequence[Mapping[str, Any]], order: Sequence[str]) -> Part:
    """Lines are made twice, for the hash and for the file, rather than kept in memory."""

    def chunks() -> Iterator[bytes]:
        batch = bytearray()
        for record in records:
            batch += line(record, order)
            if len(batch) >= CHUNK:
                yield bytes(batch)
                batch.clear()
        if batch:
            yield bytes(batch)

    digest, size = hashlib.sha512(), 0
    for chunk in chunks():
        digest.update(chunk)
        size += len(chunk)
    return Part(path, size, digest.hexdigest(), chunks)


def _order(schema: Mapping[str, Any] | None) -> list[str]:
    return [field["name"] for field in (schema or {}).get("fields", ())]


def _attachments(files: Sequence[PackageFile], progress: Progress) -> tuple[list[Part], list[dict[str, Any]]]:
    """One entry per content (the same file on two records lies there once), one row per use."""
    parts: dict[str, Part] = {}
    table: list[dict[str, Any]] = []
    for file, sha512 in zip(files, _hashes(files, progress), strict=True):
        if layout.extension(file.name) not in layout.MEDIA_TYPES:
            raise UserError("package_file_type", name=file.name, record=file.record)
        if sha512 not in parts:
            _check_present(file)
            path = layout.FILES + layout.short_name(file.name, sha512)
            parts[sha512] = Part(path, file.size, sha512, partial(read_file, file), file)
        table.append(_row(file, sha512) | {"path": parts[sha512].path.removeprefix(layout.DATA)})
    return list(parts.values()), table


def _elsewhere(files: Sequence[tuple[PackageFile, int]]) -> list[dict[str, Any]]:
    paths: dict[str, str] = {}
    rows = []
    for file, part in files:
        row = _row(file, file.sha512 or "")
        rows.append(row | {"path": paths.setdefault(row["sha512"], row["path"]), "part": part})
    return rows


_ROW = ("path", "name", "bytes", "sha512", "record", "part")


def _row(file: PackageFile, sha512: str) -> dict[str, Any]:
    """A use of an attachment, as ``files.jsonl`` tells it."""
    path = layout.FILES + layout.short_name(file.name, sha512)
    return {
        "path": path.removeprefix(layout.DATA),
        "name": unicodedata.normalize("NFC", file.name),
        "bytes": file.size,
        "sha512": sha512,
        "record": file.record,
    }


def _check_present(file: PackageFile) -> None:
    try:
        with file.open() as stream:
            size = stream.seek(0, os.SEEK_END)
    except OSError as error:
        raise missing(file, error) from error
    if size != file.size:
        raise changed(file)


def hashed(files: Sequence[PackageFile], progress: Progress) -> list[PackageFile]:
    """``files`` with the hash of each."""
    pairs = zip(files, _hashes(files, progress), strict=True)
    return [replace(file, sha512=sha512) for file, sha512 in pairs]


def _hashes(files: Sequence[PackageFile], progress: Progress) -> list[str]:
    """Hashes as recorded; those nobody knows are worked out, on all cores (hashlib frees the GIL)."""

    def known(file: PackageFile) -> str:
        if file.sha512:
            return file.sha512
        try:
            return file_hash(file, progress)
        except OSError as error:
            raise missing(file, error) from error

    if all(file.sha512 for file in files):
        return [known(file) for file in files]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(known, files))


def missing(file: PackageFile, error: OSError) -> UserError:
    """The sentence for an attachment that is not where the library says."""
    reason = str(from_os_error(error, file.name))
    return UserError("package_file_missing", Exit.NO, name=file.name, record=file.record, reason=reason)


def changed(file: PackageFile) -> UserError:
    """The sentence for an attachment whose bytes are not those that were recorded."""
    return UserError("package_file_changed", Exit.NO, name=file.name, record=file.record)


def _datapackage(content: PackageContent, name: str, parts: Sequence[Part]) -> bytes:
    """The descriptor (Frictionless Data Package 1): every file of ``data/`` but itself."""
    info = content.info
    listed = []
    for part in sorted(parts, key=lambda part: part.path):
        path = part.path.removeprefix(layout.DATA)
        entry: dict[str, Any] = {"name": _resource_name(path), "path": path}
        kind = path.removeprefix("records/").removesuffix(".jsonl")
        if part.path == layout.FILES_TABLE:
            entry |= {"title": "Tệp kèm theo", **_table(_files_schema(info))}
        elif part.path == layout.WITHDRAWN:
            entry |= {"title": "Hồ sơ rút lại", **_table(resources.read_toml("schema", "withdrawn.toml"))}
        elif part.path.startswith(layout.RECORDS):
            entry |= {
                "name": kind,
                "title": content.titles.get(kind, kind),
                **_table(content.schemas.get(kind, {})),
            }
        else:
            entry |= {
                "type": "file",
                "mediatype": _media_type(path),
            }  # frictionless would read an xlsx as a table
        if part.size == 0:  # frictionless stumbles over a table without a line
            entry |= {"profile": "data-resource", "type": "file"}
        listed.append(entry | {"bytes": part.size, "hash": f"sha512:{part.sha512}"})
    descriptor = {
        "profile": "data-package",
        "name": name.lower(),
        "title": f"{info.unit_name}: {info.period}, lần nộp {info.submission}",
        "created": info.created,
        "resources": listed,
    }
    text = json.dumps(_plain_top(descriptor), ensure_ascii=False, indent=1, allow_nan=False)
    return (text + "\n").encode()


def _files_schema(info: PackageInfo) -> Mapping[str, Any]:
    schema = resources.read_toml("schema", "files.toml")
    if info.parts == 1:
        return schema
    return {**schema, "fields": [*schema["fields"], resources.read_toml("schema", "files-part.toml")]}


def _table(schema: Mapping[str, Any]) -> dict[str, Any]:
    columns = _order(schema)
    return {
        "profile": "tabular-data-resource",
        "type": "table",
        "format": "jsonl",
        "mediatype": "application/jsonl",
        "encoding": "utf-8",
        # frictionless takes the first line's keys for the columns where nobody tells it
        "dialect": {"json": {"keyed": True, "keys": columns}},
        "schema": schema,
    }


def _plain_top(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """Order kept at the top and of each resource, nested schemas made plain."""
    resources_ = [{key: _plain(value) for key, value in one.items()} for one in descriptor["resources"]]
    return {key: _plain(value) for key, value in descriptor.items() if key != "resources"} | {
        "resources": resources_
    }


def _resource_name(path: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in path.lower())


def _media_type(path: str) -> str:
    own = {"json": "application/json", "jsonl": "application/jsonl", "html": "text/html"}
    kind = layout.extension(path)
    return own.get(kind) or layout.MEDIA_TYPES[kind]


def _tag_parts(info: PackageInfo, name: str, payload: Sequence[Part], key: Signer | None) -> list[Part]:
    size = sum(part.size for part in payload)
    manifest = tags.manifest({part.path: part.sha512 for part in payload})
    made = [
        _bytes_part(layout.BAGIT_TXT, layout.BAGIT_BYTES),
        _bytes_part(layout.BAG_INFO, tags.bag_info(info, name, size, len(payload))),
        _bytes_part(layout.MANIFEST, manifest),
    ]
    listed = tags.manifest({part.path: part.sha512 for part in made})
    made.append(_bytes_part(layout.TAG_MANIFEST, listed))
    if key:
        said = {
            "name": name,
            "unit_code": info.unit_code,
            "period": info.period,
            "submission": info.submission,
            "counts": info.counts,
        }
        made.append(_bytes_part(layout.SIGNATURE, key.sign(listed, tags.signed_comment(said)).encode()))
    return made
