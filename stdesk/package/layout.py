"""Names in a package: what its parts are called and what a name may look like.

Names must survive FAT32, exFAT, NTFS and every unzip program, so those the writer makes are
ASCII; a reader also takes other NFC names (version 1 of the format allows them).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from stdesk.text import fold, nfc

FORMAT = "1"
DATA = "data/"
BAGIT_TXT = "bagit.txt"
BAG_INFO = "bag-info.txt"
MANIFEST = "manifest-sha512.txt"
TAG_MANIFEST = "tagmanifest-sha512.txt"
SIGNATURE = "tagmanifest-sha512.txt.minisig"  # listed nowhere: it vouches for the tag manifest
LISTED_TAG_FILES = (BAG_INFO, BAGIT_TXT, MANIFEST)
TAG_FILES = (BAGIT_TXT, BAG_INFO, MANIFEST, TAG_MANIFEST)
README = "data/DOC-TRUOC.html"
SNAPSHOT = "data/snapshot.json"
DATAPACKAGE = "data/datapackage.json"
FILES_TABLE = "data/files.jsonl"
WITHDRAWN = "data/withdrawn.jsonl"  # in a package that withdraws something
ANSWERS = "data/answers.jsonl"  # in a package that follows an answer
RECORDS = "data/records/"
FILES = "data/files/"
OWN = frozenset({README, SNAPSHOT, DATAPACKAGE, FILES_TABLE})
BAGIT_BYTES = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

# No executable, no macro, no archive in the archive. Extension -> media type.
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "csv": "text/csv",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "mp4": "video/mp4",
}
PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"#!", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
OFFICE_97 = frozenset({"doc", "xls", "ppt"})
OFFICE_97_MACROS = "_VBA_PROJECT".encode("utf-16-le")  # the storage that holds them (MS-OVBA 2.2)

_MAX_UNIT = 24
_MAX_SHORT = 36
_MAX_SEGMENT = 100
_MAX_PATH = 200
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*%]')
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")


def package_name(
    unit_code: str, period: str, submission: int, *, trial: bool = False, delta: bool = False, part: int = 0
) -> str:
    """The package's one name, ``KHCN-<unit>-<period>-L<nn>``, safe on FAT32 and Windows.

    A delta has ``-BS`` (bổ sung) behind it, one bag of several ``-P<n>``, a trial ``-THU``.

    Accents, đ and odd characters of the unit's code are folded ("CAT Đắk Lắk/PC09" gives
    ``CAT-DAK-LAK-PC09``); the code as it is stands in ``bag-info.txt``, and that is what counts.
    """
    unit = _plain(unit_code).upper() or "DON-VI"
    if len(unit) > _MAX_UNIT:  # two long codes must not become one
        mark = hashlib.sha512(unit_code.encode()).hexdigest()[:4].upper()
        unit = f"{unit[: _MAX_UNIT - 5].rstrip('-')}-{mark}"
    name = f"KHCN-{unit}-{_plain(period).upper()}-L{submission:02d}"
    return name + "-BS" * delta + f"-P{part}" * bool(part) + "-THU" * trial


def group_name(name: str) -> str:
    """The name that all bags of one package share: theirs without ``-P<n>``."""
    return re.sub(r"-P\d+(?=-THU$|$)", "", name)


def part_of(bag_count: str) -> tuple[int, int]:
    """Number of the bag and how many there are, from ``Bag-Count`` ("2 of 3"); 1 of 1 of ""."""
    part, _, parts = (bag_count or "1 of 1").partition(" of ")
    return int(part), int(parts)


def short_name(original: str, sha512: str) -> str:
    """The neutral name, at most 60 characters, of an attachment: hash, hint, extension."""
    stem, _, _ = original.rpartition(".")
    hint = _plain(stem or original).lower()[:_MAX_SHORT].strip("-")
    kind = extension(original)
    return f"{sha512[:16]}-{hint}.{kind}" if hint else f"{sha512[:16]}.{kind}"


def extension(name: str) -> str:
    """The extension, small letters, without its dot; empty when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def path_problem(path: str) -> str | None:
    """What is wrong with a name inside a package: the code of a defect, or ``None``."""
    if _CONTROL.search(path):
        return "name_control"
    segments = path.split("/")
    if "\\" in path or path.startswith("~") or re.match("[A-Za-z]:", path) or not all(segments):
        return "name_escapes"
    if any(one in (".", "..") for one in segments):
        return "name_escapes"
    if _FORBIDDEN.search(path):
        return "name_forbidden"
    if any(one[-1] in ". " or one[0] == " " for one in segments):
        return "name_trailing"
    if any(_RESERVED.fullmatch(one.split(".")[0].rstrip()) for one in segments):
        return "name_reserved"
    if len(path) > _MAX_PATH or any(len(one) > _MAX_SEGMENT for one in segments):
        return "name_too_long"
    return None if unicodedata.is_normalized("NFC", path) else "name_decomposed"


def collision_key(path: str) -> str:
    """Equal for names that some file system would take for one."""
    return nfc(nfc(path).casefold())


def shown(name: str) -> str:
    """A name that may be hostile, fit for a screen or a log: one line, nothing invisible."""
    plain = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", name)
    return plain if len(plain) <= _MAX_PATH else plain[: _MAX_PATH - 1] + "…"


def spelt(name: str) -> str:
    """Like :func:`shown`, combining marks made visible, so that two spellings look different."""
    return "".join(f"\\u{ord(c):04x}" if unicodedata.combining(c) else c for c in shown(name))


def _plain(text: str) -> str:
    return _NOT_PLAIN.sub("-", fold(text)).strip("-")
