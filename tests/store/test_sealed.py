"""Encrypted files: what went in comes out; a changed, cut, swapped or foreign one gives nothing out."""

from __future__ import annotations

import hashlib
import io
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.store.sealed import CHUNK, MAGIC, content_size, is_sealed, open_sealed, seal, unseal

KEY = bytes(range(32))
HEAD, MORE = 16 + 24, 17  # bytes before the chunks; bytes that a chunk grows by


def sealed(content: bytes, key: bytes = KEY) -> bytes:
    out = io.BytesIO()
    assert seal(io.BytesIO(content), out, key) == (hashlib.sha512(content).hexdigest(), len(content))
    return out.getvalue()


def unsealed(raw: bytes, key: bytes = KEY) -> bytes:
    return b"".join(unseal(io.BytesIO(raw), key))


def refused(raw: bytes, key: bytes = KEY) -> bool:
    """Whether it is found to be changed, and nothing but the true beginning was given out."""
    with pytest.raises(UserError) as told:
        unsealed(raw, key)
    return told.value.code == "attachment_changed"


def patterned(size: int) -> bytes:
    return (b"0123456789abcdefg" * (size // 17 + 1))[:size]


@given(st.binary(max_size=2_000))
def test_what_goes_in_comes_out(content: bytes) -> None:
    raw = sealed(content)
    assert unsealed(raw) == content
    assert content_size(len(raw)) == len(content)
    assert len(content) < 12 or content not in raw


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
def test_sizes_around_the_chunk(size: int) -> None:
    content = patterned(size)
    raw = sealed(content)
    chunks = max(1, -(-size // CHUNK))
    assert len(raw) == HEAD + size + chunks * MORE and raw.startswith(MAGIC)
    assert unsealed(raw) == content
    assert content_size(len(raw)) == size


def test_the_same_content_twice_does_not_look_the_same() -> None:
    first, second = sealed(b"x" * 1_000), sealed(b"x" * 1_000)
    assert first[16:] != second[16:]


def test_every_flipped_bit_is_found() -> None:
    raw = sealed("Đề tài mật mã".encode())
    for place in range(len(raw)):
        for bit in range(8):
            spoilt = bytearray(raw)
            spoilt[place] ^= 1 << bit
            assert refused(bytes(spoilt)), (place, bit)


def test_every_cut_is_found() -> None:
    raw = sealed(b"A small file")
    assert all(refused(raw[:end]) for end in range(len(raw)))


def test_a_cut_at_a_border_of_chunks_is_found() -> None:
    raw = sealed(patterned(3 * CHUNK + 100))
    borders = [HEAD + at * (CHUNK + MORE) for at in range(4)]
    for border in borders:
        for end in {border - 1, border, border + 1}:
            assert refused(raw[:end]), end


def test_chunks_moved_left_out_added_or_of_another_file_are_found() -> None:
    raw, other = sealed(patterned(3 * CHUNK)), sealed(patterned(3 * CHUNK))
    step = CHUNK + MORE
    head, one, two, three = raw[:HEAD], *(raw[HEAD + at * step : HEAD + (at + 1) * step] for at in range(3))
    assert unsealed(head + one + two + three) == patterned(3 * CHUNK)
    for spoilt in (
        head + two + one + three,
        head + one + three,
        head + one + two,
        head + one + one + two + three,
        raw + b"\0",
        raw + three,
        raw + raw,
        other[:HEAD] + one + two + three,
        head + one + two + other[HEAD + 2 * step :],
    ):
        assert refused(spoilt)


def test_another_key_opens_nothing() -> None:
    assert refused(sealed(b"mine"), bytes(32))


@pytest.mark.parametrize("raw", [b"", MAGIC, b"%PDF-1.4", MAGIC + bytes(24), MAGIC + bytes(500)])
def test_what_was_never_sealed_is_refused(raw: bytes, tmp_path: Path) -> None:
    assert refused(raw)
    (tmp_path / "f").write_bytes(raw)
    with open_sealed(tmp_path / "f", KEY) as stream, pytest.raises(UserError):
        stream.read()


@given(
    st.lists(
        st.tuples(st.sampled_from(["read", "set", "cur", "end"]), st.integers(-CHUNK, 4 * CHUNK)), max_size=12
    )
)
def test_the_stream_reads_and_seeks_like_a_plain_file(steps: list[tuple[str, int]]) -> None:
    content, path = _held()
    plain = io.BytesIO(content)
    with open_sealed(path, KEY) as stream:
        for what, n in steps:
            if what == "read":
                assert stream.read(n if n > 0 else 7) == plain.read(n if n > 0 else 7)
                continue
            whence = {"set": os.SEEK_SET, "cur": os.SEEK_CUR, "end": os.SEEK_END}[what]
            to = max(0, n + {"set": 0, "cur": plain.tell(), "end": len(content)}[what])
            base = {"set": 0, "cur": plain.tell(), "end": len(content)}[what]
            assert stream.seek(to - base, whence) == plain.seek(to)
        assert stream.tell() == plain.tell()


_kept: dict[str, tuple[bytes, Path]] = {}


@pytest.fixture(scope="module", autouse=True)
def held_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    content = patterned(3 * CHUNK + 1_234)
    path = tmp_path_factory.mktemp("sealed") / "f"
    path.write_bytes(sealed(content))
    _kept["f"] = (content, path)


def _held() -> tuple[bytes, Path]:
    return _kept["f"]


def test_a_stream_stops_at_the_spoilt_chunk_with_the_name_it_was_given(tmp_path: Path) -> None:
    content, path = _held()
    raw = bytearray(path.read_bytes())
    raw[HEAD + CHUNK + MORE + 50] ^= 1  # in the second chunk
    (tmp_path / "f").write_bytes(raw)
    with open_sealed(tmp_path / "f", KEY, "Biên bản.pdf") as stream:
        assert stream.read(CHUNK) == content[:CHUNK]
        with pytest.raises(UserError) as told:
            stream.read(1)
    assert told.value.code == "attachment_changed" and "Biên bản.pdf" in str(told.value)


def test_a_large_file_is_held_a_chunk_at_a_time(tmp_path: Path) -> None:
    content = os.urandom(8 << 20)
    path = tmp_path / "f"
    with path.open("wb") as out:
        seal(io.BytesIO(content), out, KEY)
    digest = hashlib.sha512()
    tracemalloc.start()
    try:
        with open_sealed(path, KEY) as stream:
            while block := stream.read(CHUNK):
                digest.update(block)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert digest.hexdigest() == hashlib.sha512(content).hexdigest()
    assert most < 1 << 20, most


def test_sealing_is_counted_and_can_be_stopped() -> None:
    progress = Progress()
    seal(io.BytesIO(patterned(CHUNK + 5)), io.BytesIO(), KEY, progress)
    assert progress.done == CHUNK + 5
    progress.cancel()
    with pytest.raises(Cancelled):
        seal(io.BytesIO(patterned(CHUNK + 5)), io.BytesIO(), KEY, progress)


def test_a_sealed_file_is_known_by_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(sealed(b"x"))
    (tmp_path / "b").write_bytes(b"%PDF-1.4")
    assert is_sealed(tmp_path / "a") and not is_sealed(tmp_path / "b")
