"""BagIt bags of every kind for tests, made from a description."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from stdesk.package.anybag import algorithm_called


@dataclass
class Made:
    """A bag in the making: everything in it can be set otherwise before it is put on disk."""

    version: str = "1.0"
    encoding: str = "UTF-8"
    declared: str = ""  # what bagit.txt calls the encoding
    algorithms: tuple[str, ...] = ("sha512",)
    payload: dict[str, bytes] = field(
        default_factory=lambda: {"data/a.txt": b"mot\n", "data/thu-muc/b.txt": b"hai\n"}
    )
    info: list[str] = field(default_factory=lambda: ["Source-Organization: PC09"])
    tags: dict[str, bytes] = field(default_factory=dict)  # further tag files, or others instead of ours
    end: str = "\n"
    between: str = "  "
    tag_manifests: bool = True
    written: Callable[[str], str] = lambda path: path  # a path as the manifests write it
    after: Callable[[Path], None] = lambda folder: None  # done to the finished bag

    @property
    def info_name(self) -> str:
        """What bag-info.txt is called in this version."""
        return "package-info.txt" if self.version in ("0.93", "0.94", "0.95") else "bag-info.txt"

    def lines(self, *lines: str) -> bytes:
        """Lines as a tag file of this bag has them."""
        return "".join(line + self.end for line in lines).encode(self.encoding)

    def put(self, folder: Path) -> Path:
        """The bag, on disk."""
        (folder / "data").mkdir(parents=True)
        declaration = [
            f"BagIt-Version: {self.version}",
            f"Tag-File-Character-Encoding: {self.declared or self.encoding}",
        ]
        tags = {"bagit.txt": "".join(line + self.end for line in declaration).encode()}
        tags[self.info_name] = self.lines(*self.info)
        for algorithm in self.algorithms:
            tags[f"manifest-{algorithm}.txt"] = self.manifest(algorithm, self.payload)
        tags |= self.tags
        if self.tag_manifests:
            for algorithm in self.algorithms:
                listed = {path: raw for path, raw in tags.items() if not path.startswith("tagmanifest-")}
                tags.setdefault(f"tagmanifest-{algorithm}.txt", self.manifest(algorithm, listed))
        for path, raw in {**self.payload, **tags}.items():
            place = folder.joinpath(*path.split("/"))
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(raw)
        self.after(folder)
        return folder

    def manifest(self, algorithm: str, listed: dict[str, bytes]) -> bytes:
        """A manifest over ``listed``."""
        known = algorithm_called(algorithm) or "md5"
        sums = {path: hashlib.new(known, raw).hexdigest() for path, raw in listed.items()}
        return self.lines(*(f"{one}{self.between}{self.written(path)}" for path, one in sums.items()))


def having(**changes: object) -> Callable[[], Made]:
    """A bag with fields of :class:`Made` set otherwise."""
    return lambda: Made(**changes)  # type: ignore[arg-type]


def added(path: str, raw: bytes, **changes: object) -> Callable[[], Made]:
    """A bag with one more payload file."""

    def make() -> Made:
        made = Made(**changes)  # type: ignore[arg-type]
        made.payload[path] = raw
        return made

    return make


def line(line: str, file: str = "manifest-sha512.txt", **changes: object) -> Callable[[], Made]:
    """A bag with one more line in a tag file."""

    def make() -> Made:
        made = Made(**changes)  # type: ignore[arg-type]
        before = made.lines(*made.info) if file == made.info_name else b""
        if file.startswith("manifest-"):
            before = made.manifest(made.algorithms[0], made.payload)
        made.tags[file] = before + made.lines(line)
        return made

    return make


def fetch(*lines: str, there: bool, **changes: object) -> Callable[[], Made]:
    """A bag with a fetch list, its file ``data/xa.txt`` fetched already or not."""

    def make() -> Made:
        made = Made(**changes)  # type: ignore[arg-type]
        made.payload["data/xa.txt"] = b"xa\n"
        made.tags["fetch.txt"] = made.lines(*lines)
        made.after = lambda folder: None if there else (folder / "data/xa.txt").unlink()
        return made

    return make


def nested() -> Made:
    """A bag with a bag in its payload."""
    made = Made()
    inner = {"data/tui/bagit.txt": b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n"}
    made.payload |= inner | {"data/tui/data/c.txt": b"ba\n", "data/tui/manifest-md5.txt": b"sai\n"}
    return made


def in_one_manifest_only() -> Made:
    """Two manifests with one file each, as drafts before 1.0 allow."""
    made = Made(version="0.97", algorithms=("md5", "sha1"))
    first, second = ({path: raw} for path, raw in made.payload.items())
    made.tags = {
        "manifest-md5.txt": made.manifest("md5", first),
        "manifest-sha1.txt": made.manifest("sha1", second),
    }
    return made


def in_one_manifest_only_1_0() -> Made:
    """The same in version 1.0."""
    made = in_one_manifest_only()
    made.version = "1.0"
    return made


def decomposed() -> Made:
    """A bag whose disk took the accents of a name apart."""
    made = Made()
    made.payload["data/e\u0302.txt"] = b"e\n"
    made.written = lambda path: path.replace("e\u0302", "\u00ea")
    return made


def bagit_txt(raw: bytes) -> Callable[[], Made]:
    """A bag with another declaration."""
    return having(tags={"bagit.txt": raw})


def then(after: Callable[[Path], None]) -> Callable[[], Made]:
    """A good bag, then something is done to it."""
    return having(after=after)


def rewrite(place: Path, change: Callable[[str], str]) -> None:
    """Change a text file, line ends as they are."""
    place.write_bytes(change(place.read_bytes().decode()).encode())


def capitals(text: str) -> str:
    """A manifest with its checksums in capitals."""
    return "".join(f"{line[:128].upper()}{line[128:]}\n" for line in text.splitlines())


def link(place: Path, to: Path) -> None:
    """Put a link in the place of a file."""
    place.unlink()
    place.symlink_to(to)
