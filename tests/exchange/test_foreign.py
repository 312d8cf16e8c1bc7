"""The process that takes foreign files apart: what it is given, what it may not do, what becomes of its troubles."""

from __future__ import annotations

import ctypes
import io
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from stdesk.errors import Exit, UserError
from stdesk.exchange import foreign, windows_job
from stdesk.exchange.first_page import read_first_page
from stdesk.exchange.foreign import Foreign
from stdesk.exchange.pdf_pages import draw_page, look
from stdesk.exchange.pictures import read_picture
from tests.helpers.first_pages import READ, write

ROOT = Path(__file__).resolve().parents[2]


class Unseekable(io.RawIOBase):
    """A stream as a locked library gives it: no file behind it, and it may find out that it was touched."""

    def __init__(self, content: bytes, problem: Exception | None = None) -> None:
        super().__init__()
        self._source, self._problem = io.BytesIO(content), problem

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._source.read(min(len(buffer), 4_096))
        if not block and self._problem is not None:
            raise self._problem
        buffer[: len(block)] = block
        return len(block)


def held(content: bytes, problem: Exception | None = None, name: str = "mật.pdf") -> Foreign:
    return Foreign(name, lambda: io.BufferedReader(Unseekable(content, problem)))


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_pdf_is_read_the_same_from_a_stream_as_from_a_file(tmp_path: Path) -> None:
    path = write(READ[0], tmp_path / "a.pdf")
    stream = held(path.read_bytes())
    assert read_first_page(stream) == read_first_page(path)
    assert look(stream) == look(path)
    assert draw_page(stream, 0, 120) == draw_page(path, 0, 120)


def test_no_name_and_no_path_stand_in_the_list_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    popen = subprocess.Popen

    def noted(command: list[str], **more: Any) -> Any:
        started.extend(command)
        return popen(command, **more)

    monkeypatch.setattr(subprocess, "Popen", noted)
    look(write(READ[0], tmp_path / "chuyen-an-X.pdf"))
    assert started
    assert not any("chuyen-an" in one or str(tmp_path) in one for one in started)


def test_too_much_is_refused_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "MOST_CONTENT", 3 << 20)
    with pytest.raises(UserError) as refused:
        look(held(bytes((3 << 20) + 1)))
    assert refused.value.code == "foreign_too_big"
    assert "mật.pdf" in str(refused.value) and "3 MB" in str(refused.value)


@pytest.mark.parametrize(
    ("problem", "code", "exit_code"),
    [
        (UserError("attachment_missing", name="x"), "attachment_missing", Exit.NO),
        (OSError(5, "Input/output error"), "device_failed", Exit.ENVIRONMENT),
    ],
)
def test_what_goes_wrong_while_it_is_read_is_said(problem: Exception, code: str, exit_code: Exit) -> None:
    with pytest.raises(UserError) as refused:
        look(held(b"%PDF-1.7\n" + bytes(100_000), problem))
    assert (refused.value.code, refused.value.exit_code) == (code, exit_code)


def test_a_child_that_leaves_early_is_not_waited_for() -> None:
    with pytest.raises(UserError) as refused:
        foreign.ask("nothing of the kind", held(bytes(30 << 20)))
    assert refused.value.code == "pdf_unreadable"


@pytest.mark.parametrize("answer", [b"", b"[]\n", b"[" * 100_000, b'{"a":', b"\xff\xfe\n"])
def test_an_answer_that_is_none_is_no_crash(answer: bytes) -> None:
    with pytest.raises(UserError):
        foreign._parsed("a.pdf", 0, answer)


# -- pictures


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "LA", "RGBA", "I;16"])
def test_a_picture_comes_as_plain_colours_no_larger_than_asked(mode: str) -> None:
    left = Image.new("L", (300, 100), 255)
    left.paste(0, (0, 0, 150, 100))
    image = (
        left.point(lambda value: value * 256, "I").convert("I;16") if mode == "I;16" else left.convert(mode)
    )
    found = read_picture(held(png(image)), 150)
    assert (found.width, found.height, found.stride, found.whole) == (150, 50, 450, (300, 100))
    rows = [found.pixels[at : at + 450] for at in range(0, len(found.pixels), 450)]
    assert all(row[:3] == bytes(3) for row in rows), "black on the left"
    assert all(min(row[-3:]) > 250 for row in rows), "white on the right"


def test_what_is_clear_is_white() -> None:
    assert set(read_picture(held(png(Image.new("RGBA", (8, 8), (0, 0, 0, 0))))).pixels) == {255}


def test_a_large_picture_is_made_smaller_evenly() -> None:
    grey = Image.linear_gradient("L").resize((2_500, 2_500))
    found = read_picture(held(png(grey)), 250)
    column = found.pixels[:: found.stride]
    assert (found.width, found.height) == (250, 250)
    assert list(column) == sorted(column) and column[0] < 5 and column[-1] > 250


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        png(Image.new("RGB", (40, 40), "teal"))[:-30],
        b"8BPS\0\1" + bytes(40),
        b"\0\0\0\x18ftypheic" + bytes(40),
        b"",
    ],
)
def test_other_formats_and_cut_ones_are_not_shown(content: bytes) -> None:
    with pytest.raises(UserError) as refused:
        read_picture(held(content, name="ảnh.svg"))
    assert refused.value.code == "picture_unreadable"
    assert "ảnh.svg" in str(refused.value)


def test_an_extended_webp_is_measured_before_it_is_opened() -> None:
    size = (16_000 - 1).to_bytes(3, "little") * 2
    content = b"RIFF" + (100).to_bytes(4, "little") + b"WEBPVP8X\x0a\0\0\0\0\0\0\0" + size + bytes(70)
    with pytest.raises(UserError) as refused:
        read_picture(held(content))
    assert refused.value.code == "picture_too_big"
    assert "16.000 × 16.000" in str(refused.value)


def test_the_window_decodes_no_foreign_picture() -> None:
    """Qt's own decoders see nothing but the program's own icons; pictures of others come as rows of colours."""
    decoders = re.compile(
        r"QImageReader|QMovie|QPdfDocument|QSvgRenderer|loadFromData|fromData\(|QPixmap\(str|QImage\(str"
    )
    allowed = {"icons.py"}
    for path in (ROOT / "stdesk" / "ui").rglob("*.py"):
        found = decoders.findall(path.read_text(encoding="utf-8"))
        assert not found or path.name in allowed, (path, found)


# -- limits


def test_memory_is_bounded(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("a limit of Linux")
    code = "from stdesk.exchange import foreign_child; foreign_child.bind_hands(); bytearray(600 << 20)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=ROOT)
    assert b"MemoryError" in done.stderr


def test_windows_puts_itself_into_a_job_of_one_process() -> None:
    """By a stand-in for kernel32: Windows itself was not there."""
    calls: list[tuple[Any, ...]] = []

    class Kernel:
        fails = ""

        def __getattr__(self, name: str) -> Any:
            def act(*arguments: Any) -> int:
                calls.append((name, *arguments))
                return 0 if name == self.fails else 7

            return act

    windows_job.bind(480 << 20, 10, Kernel())
    assert [one[0] for one in calls] == [
        "CreateJobObjectW",
        "SetInformationJobObject",
        "SetInformationJobObject",
        "GetCurrentProcess",
        "AssignProcessToJobObject",
    ]
    made = windows_job.limits(480 << 20, 10)
    assert made.basic.flags == 0x2 | 0x8 | 0x100 | 0x400
    assert (made.basic.active, made.basic.process_time, made.process_memory) == (1, 100_000_000, 480 << 20)
    if ctypes.sizeof(ctypes.c_void_p) == 8:
        assert ctypes.sizeof(windows_job.Limits) == 144  # of winnt.h, 64-bit
    for name in ("CreateJobObjectW", "AssignProcessToJobObject"):
        failing = Kernel()
        failing.fails = name
        with pytest.raises(OSError, match=r"\w"):
            windows_job.bind(1, 1, failing)


def test_a_comment_in_a_picture_that_unpacks_to_much_costs_nothing() -> None:
    plain = png(Image.new("RGB", (8, 8), "teal"))
    bomb = b"zTXtComment\0\0" + zlib.compress(bytes(50 << 20), 9)
    chunk = (len(bomb) - 4).to_bytes(4, "big") + bomb + zlib.crc32(bomb).to_bytes(4, "big")
    with pytest.raises(UserError) as refused:
        read_picture(held(plain[:33] + chunk + plain[33:]))
    assert refused.value.code == "picture_unreadable"
