"""What verifying a package found, in words: whose it is, who signed it, what is wrong, as a list for a file."""

from __future__ import annotations

from stdesk.domain.codes import code_list
from stdesk.domain.periods import parse_period
from stdesk.errors import UserError
from stdesk.i18n import count, ntr, tr
from stdesk.services.package_checking import Depth, Fault, Looked
from stdesk.ui.forms.files_editor import show_size


def depths() -> tuple[tuple[Depth, str, str], ...]:
    """The depths with what each is called and what it looks at."""
    return (
        (Depth.QUICK, tr("Quick"), tr("names, sizes, signature: seconds")),
        (Depth.COMPLETE, tr("Thorough"), tr("also every record and document")),
        (Depth.FULL, tr("Everything"), tr("every byte of every file")),
    )


def title_of(answer: Looked) -> str:
    """The answer in a line."""
    if not answer.ok:
        n = len(answer.faults)
        return ntr("Not whole: {n} thing is wrong", "Not whole: {n} things are wrong", n)
    if answer.sealed:
        if answer.depth is Depth.QUICK:
            return tr("Sealed; the outer sheet is in order, the file itself was not read")
        return tr("Sealed and unchanged; only the centre can open it")
    if answer.depth is Depth.FULL:
        return tr("Whole and unchanged")
    if answer.depth is Depth.COMPLETE:
        return tr("Complete; the attachments were not read byte by byte")
    return tr("In order at a quick look; the contents were not read")


def about(answer: Looked) -> str:
    """Whose it is; what a package says of itself is shown only when nothing is wrong."""
    info = answer.info
    level = code_list("secrecy").get(str(info.get("secrecy", "")))
    unit, code = str(info.get("unit_name", "")), str(info.get("unit_code", ""))
    parts = [
        f"{unit} ({code})" if unit else code,
        _period(str(info.get("period", ""))),
        tr("Trial, marked THỬ")
        if info.get("trial")
        else tr("Submission {n}", n=str(info.get("submission", ""))),
        tr("Only what changed") if info.get("delta") else "",
        tr("no. {n} of the unit's packages", n=str(info["sequence"])) if info.get("sequence") else "",
        str(level.text) if level else "",
    ]
    return "  ·  ".join(part for part in parts if part)


def read_words(answer: Looked) -> str:
    """How much was looked at."""
    files = ntr("{n} file looked at", "{n} files looked at", answer.files)
    said = [f"{files}, {show_size(answer.size)}" if answer.size else files]
    if answer.parts:
        said.append(tr("{n} parts: {names}", n=count(len(answer.parts)), names=", ".join(answer.parts)))
    return "  ·  ".join(said)


def signature_look(answer: Looked) -> tuple[str, str, str]:
    """Icon, colour and words of the signature."""
    if answer.signature == "good":
        whose = answer.signer or str(answer.info.get("unit_name") or answer.info.get("unit_code", ""))
        words = tr("Right signature, by {whose} (key {key})", whose=whose, key=answer.key_id)
        return "seal-check", "green", words
    if answer.signature == "unknown_key":
        words = tr(
            "Signed with a key not known here ({key}). Compare its words over the telephone, or take in the "
            "centre's newest list of keys.",
            key=answer.key_id,
        )
        return "question", "amber", words
    if answer.signature == "none":
        return "warning", "amber", tr("Not signed: anybody could have made it.")
    return "x-circle", "red", tr("Wrong signature: do not trust this package.")


def as_text(path: str, answer: Looked) -> str:
    """The whole answer as text for a file or the clipboard."""
    lines = [path, title_of(answer), read_words(answer), signature_look(answer)[2], ""]
    for place, one in enumerate(answer.faults, 1):
        lines += [f"{place}. {one.file}", f"   {one.message}", *_details(one), ""]
    return "\n".join(lines)


def detail_of(one: Fault) -> str:
    """A fault in full."""
    return "\n".join(part for part in (one.message, one.cause, one.advice) if part)


def _details(one: Fault) -> list[str]:
    said = [
        (tr("Expected"), one.expected),
        (tr("Found"), one.found),
        (tr("Likely cause"), one.cause),
        (tr("What to do"), one.advice),
    ]
    return [f"   {name}: {text}" for name, text in said if text]


def _period(code: str) -> str:
    try:
        label_of = str(parse_period(code).label)
    except UserError:
        return code
    return label_of[:1].upper() + label_of[1:]
