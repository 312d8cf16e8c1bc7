"""An exception without what it says: kinds, codes of our own, and where in the code; never a value.

The message of an exception may quote a record ("cannot parse 'Nguyễn Văn …'"), SQLAlchemy's quotes
whole statements with their parameters, and a ``KeyError``'s is the value itself. Names of types and
functions, files and line numbers are the program's own.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from types import TracebackType

from stdesk.errors import UserError

_FRAMES = 60  # of one exception; a recursion without end has a thousand the same
_CAUSES = 8
_OWN_CODE = re.compile(r"[a-z][a-z0-9_]{1,60}")
_OWN_NAME = re.compile(r"[\w.<>]{1,120}")


def describe(error: BaseException) -> str:
    """``error`` and what caused it, in lines: kind, code, frames; the cause last."""
    return "\n".join(_lines(error))


def one_line(error: BaseException) -> str:
    """``error`` in one line: kind and where it was raised."""
    frames = list(_frames(error.__traceback__))
    return f"{kind_of(error)} at {frames[-1]}" if frames else kind_of(error)


def kind_of(error: BaseException) -> str:
    """What sort of exception it is, with the code that our own and the system's carry."""
    name = type(error).__qualname__
    module = type(error).__module__
    kind = name if module == "builtins" else f"{module}.{name}"
    kind = kind if _OWN_NAME.fullmatch(kind) else "?"
    if isinstance(error, UserError) and _OWN_CODE.fullmatch(error.code):
        return f"{kind} [{error.code}]"
    if isinstance(error, OSError) and isinstance(error.errno, int):
        windows = getattr(error, "winerror", None)
        also = f", {int(windows)}" if isinstance(windows, int) else ""
        return f"{kind} [{errno.errorcode.get(error.errno, error.errno)}{also}]"
    code = getattr(getattr(error, "orig", error), "sqlite_errorname", "")
    return (
        f"{kind} [{code}]" if isinstance(code, str) and re.fullmatch(r"SQLITE_[A-Z_]{1,40}", code) else kind
    )


def place_of(file: str) -> str:
    """A source file without the folders it lies in, which may name a person: "stdesk/ui/shell.py"."""
    parts = file.replace("\\", "/").split("/")
    for anchor in ("stdesk", "site-packages", "tests"):
        if anchor in parts[:-1]:
            at = len(parts) - 1 - parts[::-1].index(anchor)
            return "/".join(parts[at if anchor != "site-packages" else at + 1 :])
    return parts[-1]


def _lines(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    now: BaseException | None = error
    word = ""
    while now is not None and id(now) not in seen and len(seen) < _CAUSES:
        seen.add(id(now))
        yield f"{word}{kind_of(now)}"
        yield from (f"  {frame}" for frame in _shortened(list(_frames(now.__traceback__))))
        if isinstance(now, BaseExceptionGroup):
            yield from (f"  | {one_line(one)}" for one in now.exceptions[:_CAUSES])
        word = "caused by " if now.__cause__ is not None else "while handling "
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)


def _frames(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f"{place_of(code.co_filename)}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next


def _shortened(frames: list[str]) -> list[str]:
    if len(frames) <= _FRAMES:
        return frames
    half = _FRAMES // 2
    return [*frames[:half], f"… {len(frames) - 2 * half} …", *frames[-half:]]


def hide_folders(text: str) -> str:
    """What faulthandler wrote, its files without their folders."""
    return re.sub(r'File "([^"\n]*)"', lambda found: f'File "{place_of(found[1])}"', text)
