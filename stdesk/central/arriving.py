"""From a file on a stick to a package known to be whole, genuine and the registered unit's; or its refusal.

Nothing here touches what is merged. What is checked is always the centre's own copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from stdesk.central import keeping, tables
from stdesk.central.context import Context
from stdesk.central.model import RegisteredKey
from stdesk.central.registry import Registry, to_key
from stdesk.domain.secrecy import is_above
from stdesk.errors import Exit, UserError
from stdesk.package import seal
from stdesk.package.content import PackageInfo
from stdesk.package.keys import PublicKey
from stdesk.package.layout import shown
from stdesk.package.reader import package_info
from stdesk.package.verifier import Verification, verify_package
from stdesk.progress import Progress

SEALED_END = ".zip.age"
HARMLESS = frozenset({"package_renamed"})  # "KHCN-… (1).zip": people copy files


class RefusedError(Exception):
    """A package that is not taken, with the code of the sentence that says why.

    Attributes:
        unit: code of the sender where it is known beyond doubt, "" otherwise.
        params: values of the sentence.
    """

    def __init__(self, code: str, *, unit: str = "", **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.unit = unit
        self.params = {"unit": unit, **params}


@dataclass(frozen=True, slots=True)
class Bag:
    """One ZIP that is whole and signed by its unit.

    Attributes:
        copied: the centre's own copy, not yet under its name.
        name: what it is called inside. fingerprint: of it.
    """

    info: PackageInfo
    name: str
    fingerprint: str
    copied: keeping.Copied
    sealed: bool


def receive(context: Context, path: Path, folder: Path, progress: Progress) -> Bag:
    """Copy the file at ``path`` to ``folder`` (private) and look at all of it.

    Raises:
        RefusedError: with the reason.
        UserError: it cannot be looked at at all (exit 3).
    """
    keys = _keys(context)
    sealed = path.name.endswith(SEALED_END)
    if sealed:
        header = _header(path, keys, context)
        opened = _open(context, path, folder, keys, progress)
        copied = keeping.measured(opened, progress)
    else:
        copied = keeping.copy_in(path, folder / path.name, progress)
    public = {key.id: PublicKey.parse(key.public) for key in keys.values()}
    verified = verify_package(copied.path, progress, keys=public)
    info = _judged(verified, keys, context)
    inside = (info.line, info.sequence, verified.fingerprint)
    if sealed and (header.line, header.sequence, header.fingerprint) != inside:
        raise RefusedError("central_header_differs", unit=info.unit_code)
    name = str((verified.info or {})["name"])
    return Bag(info, name, verified.fingerprint, copied, sealed)


# -- the judgement, from the gravest doubt to the least


def _judged(verified: Verification, keys: Mapping[str, RegisteredKey], context: Context) -> PackageInfo:
    defects = [one for one in verified.defects if one.code not in HARMLESS]
    if newer := next((one for one in defects if one.code == "format_newer"), None):
        raise RefusedError("central_newer_format", found=newer.found, known=newer.expected)
    signature = verified.signature
    if signature.state == "wrong":
        raise RefusedError(
            "central_signature_wrong", key=signature.key_id, first=defects[0].message if defects else ""
        )
    if defects:
        first = f"{defects[0].file}: {defects[0].message}"
        raise RefusedError("central_not_whole", count=len(defects), first=first)
    info = package_info(verified.info or {})
    if signature.state in ("none", "missing"):
        raise RefusedError("central_unsigned", unit_code=shown(info.unit_code))
    key = keys.get(signature.key_id)
    if key is None or signature.state != "good":
        raise RefusedError("central_unknown_key", key=signature.key_id, unit_code=shown(info.unit_code))
    check_key(key, info.unit_code, context.now())
    if info.trial or not info.sequence or not info.line:
        raise RefusedError("central_trial", unit=info.unit_code)
    return info


def check_key(key: RegisteredKey, unit: str, now: str) -> None:
    """Refuse what a key may not sign: for another unit, unchecked, revoked, run out."""
    if key.unit != unit:
        raise RefusedError("central_wrong_unit", unit=key.unit, said=shown(unit))
    if key.revoked:
        raise RefusedError("central_key_revoked", unit=unit, key=key.id, day=_day(key.revoked), why=key.why)
    if not key.checked:
        raise RefusedError("central_key_unchecked", unit=unit, key=key.id)
    if not key.good_at(now):
        raise RefusedError("central_key_expired", unit=unit, key=key.id, day=_day(key.until))


def registered_key(connection: Connection, key_id: str) -> RegisteredKey | None:
    """A unit's key, inside an open transaction."""
    return _read_keys(connection, key_id).get(key_id)


def _day(moment: str) -> str:
    return f"{moment[8:10]}/{moment[5:7]}/{moment[:4]}"


def _keys(context: Context) -> dict[str, RegisteredKey]:
    with context.database.reading() as connection:
        return _read_keys(connection)


def _read_keys(connection: Connection, key_id: str | None = None) -> dict[str, RegisteredKey]:
    table = tables.unit_key
    wanted = select(table, tables.unit.c.code).join_from(table, tables.unit, table.c.unit == tables.unit.c.id)
    if key_id is not None:
        wanted = wanted.where(table.c.id == key_id)
    return {row.id: to_key(row, row.code) for row in connection.execute(wanted)}


# -- sealed packages


def _header(path: Path, keys: Mapping[str, RegisteredKey], context: Context) -> seal.Header:
    """The outer header; whatever can be refused by it is refused before anything is opened."""
    try:
        envelope = seal.read_header(path)
        key = keys.get(envelope.key_id)
        if key is None:
            said = shown(str(envelope.body.get("unit", "")))
            raise RefusedError("central_unknown_key", key=envelope.key_id, unit_code=said)
        envelope.verify([PublicKey.parse(key.public)])
        header = seal.header_in(envelope)
    except UserError as error:
        raise _refused(error) from error
    check_key(key, header.unit, context.now())
    if header.trial:
        raise RefusedError("central_trial", unit=header.unit)
    with context.database.reading() as connection:
        ceiling = connection.execute(
            select(tables.unit.c.secrecy).where(tables.unit.c.code == header.unit)
        ).scalar()
    if is_above(header.secrecy, str(ceiling)):
        raise RefusedError("central_secrecy", unit=header.unit, found=header.secrecy, most=str(ceiling))
    return header


def _open(
    context: Context, path: Path, folder: Path, keys: Mapping[str, RegisteredKey], progress: Progress
) -> Path:
    try:
        return seal.open_sealed(
            path, Registry(context).identities(), folder, progress,
            keys=[PublicKey.parse(key.public) for key in keys.values()],
        )  # fmt: skip
    except UserError as error:
        raise _refused(error) from error


def _refused(error: UserError) -> Exception:
    """What is wrong with the package is a refusal; what is wrong with the machine stays an error."""
    if error.exit_code == Exit.ENVIRONMENT:
        return error
    return RefusedError(error.code, **error.params)
