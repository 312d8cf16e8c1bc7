"""The PDF as an archive wants it: what ISO 19005-2 asks at level b and can be looked up in the file, and its tags.

No validator runs here. Each test names the clause it looks at; what is not named is not proven.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from stdesk import resources
from stdesk.reports.comparison import FROZEN, Last
from stdesk.reports.pdf import render_pdf
from tests.reports.hostile import HOSTILE
from tests.reports.samples import KINDS, publications, record, sample, sessions, tasks
from tests.reports.srgb import profile

LAST = Last("2025", "năm 2025", FROZEN, "", sample(*publications(40), *tasks(60), *sessions(5)).figures)


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(data))


@pytest.fixture(scope="module")
def data() -> bytes:
    return render_pdf(sample(trial=True, last=LAST), KINDS)


@pytest.fixture(scope="module")
def pdf(data: bytes) -> pikepdf.Pdf:
    return opened(data)


def of_type(pdf: pikepdf.Pdf, name: str) -> list[Any]:
    return [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == name]


# -- the file (6.1) --------------------------------------------------------------------------


def test_header_identifier_and_end(data: bytes, pdf: pikepdf.Pdf) -> None:
    assert data.startswith(b"%PDF-1.7\n%")
    assert all(one > 127 for one in data[10:14]) and data[14:15] == b"\n"  # 6.1.2
    assert data.endswith(b"%%EOF\n") and data.count(b"%%EOF") == 1  # 6.1.3: nothing behind it
    first, second = pdf.trailer.ID
    assert bytes(first) == bytes(second) and len(bytes(first)) == 16
    assert "/Encrypt" not in pdf.trailer and not pdf.is_encrypted
    assert pdf.check_pdf_syntax() == []


def test_the_identifier_is_the_snapshots() -> None:
    def identifier(data: bytes) -> bytes:
        return bytes(opened(data).trailer.ID[0])

    one, other = sample(*tasks(2)), sample(*tasks(3))
    assert identifier(render_pdf(one, KINDS)) == identifier(render_pdf(one, KINDS))
    assert identifier(render_pdf(one, KINDS)) != identifier(render_pdf(other, KINDS))


def test_streams_are_as_long_as_they_say_and_end_on_a_line_of_their_own(data: bytes) -> None:
    """6.1.7.1: the library that draws ends them otherwise."""
    found = list(re.finditer(rb"\nstream\n", data))
    assert len(found) > 40
    for one in found:
        start = data.rfind(b" obj\n", 0, one.start())
        length = int(re.findall(rb"/Length (\d+)", data[start : one.start()])[-1])
        assert data[one.end() + length :].startswith(b"\nendstream\n"), data[start : one.start()]


def test_objects_are_written_as_the_standard_wants(data: bytes) -> None:
    """6.1.9: number, generation and "obj" one blank apart, line ends around "obj" and "endobj"."""
    plain = re.sub(rb"\nstream\n.*?\nendstream\n", b"\n", data, flags=re.DOTALL)
    assert len(re.findall(rb"\n\d+ 0 obj\n", plain)) == len(re.findall(rb"\nendobj\n", plain)) > 100


def test_nothing_that_acts_hides_or_depends_on_others(pdf: pikepdf.Pdf) -> None:
    """6.1.7.2, 6.4 to 6.6: no scripts, actions, forms, files, layers, transparency, outside streams."""
    forbidden = {
        "/AA", "/OpenAction", "/JS", "/JavaScript", "/AcroForm", "/EmbeddedFiles", "/OCProperties", "/SMask",
        "/Annots", "/F", "/FFilter", "/TR", "/HTP", "/Requirements", "/XFA", "/Alternates", "/OPI",
    }  # fmt: skip
    for one in pdf.objects:
        holder = one if isinstance(one, pikepdf.Dictionary | pikepdf.Stream) else None
        assert holder is None or not forbidden & set(holder.keys()), holder
        if isinstance(one, pikepdf.Stream):
            assert "LZW" not in str(one.get("/Filter", ""))
    for page in pdf.pages:
        used = {str(operator) for _, operator in pikepdf.parse_content_stream(page)}
        assert not used & {"k", "K", "sh", "Do", "BI", "gs", "ri"}  # colours are grey or RGB, no pictures
        assert "/ExtGState" not in page.Resources


# -- colour and fonts (6.2) ------------------------------------------------------------------


def test_one_output_intent_with_a_profile_of_srgb(pdf: pikepdf.Pdf) -> None:
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1" and str(intent.OutputConditionIdentifier) == "sRGB IEC61966-2.1"
    assert intent.DestOutputProfile.N == 3
    held = intent.DestOutputProfile.read_bytes()
    assert held == profile() == resources.path("icc", "sRGB-v2.icc").read_bytes()
    assert held[8:10] == b"\x02\x10" and held[12:24] == b"mntrRGB XYZ " and held[36:40] == b"acsp"


def test_the_profile_is_srgb() -> None:
    from PIL import Image, ImageCms

    shades = Image.new("RGB", (64, 64))
    shades.putdata([(n % 256, n * 7 % 256, n * 29 % 256) for n in range(4096)])
    own = ImageCms.ImageCmsProfile(BytesIO(profile()))
    turned = ImageCms.profileToProfile(shades, own, ImageCms.createProfile("sRGB"))
    assert turned is not None
    pairs = zip(shades.tobytes(), turned.tobytes(), strict=True)
    assert max(abs(one - other) for one, other in pairs) <= 1


def test_fonts_are_embedded_subsets_that_can_be_read_back(pdf: pikepdf.Pdf) -> None:
    fonts = of_type(pdf, "/Font")
    assert len(fonts) >= 3
    for font in fonts:
        assert font.Subtype == "/TrueType" and re.match(r"/[A-Z]{6}\+LiberationSerif", str(font.BaseFont))
        assert font.FontDescriptor.FontName == font.BaseFont
        assert len(font.FontDescriptor.FontFile2.read_bytes()) > 1000  # 6.2.11.4
        assert font.FontDescriptor.Flags & 4 and "/Encoding" not in font  # 6.2.11.6: symbolic, no encoding
        assert len(font.Widths) == font.LastChar - font.FirstChar + 1
        assert len(re.findall(rb"<[0-9A-F]{4}>", font.ToUnicode.read_bytes().upper())) >= len(font.Widths)
        sizes = {tag[:4] for tag in _tables(font.FontDescriptor.FontFile2.read_bytes())}
        assert {b"glyf", b"head", b"hhea", b"hmtx", b"maxp", b"cmap", b"loca"} <= sizes


def _tables(font: bytes) -> list[bytes]:
    count = int.from_bytes(font[4:6], "big")
    return [font[12 + 16 * place :][:16] for place in range(count)]


# -- metadata (6.6) --------------------------------------------------------------------------


def test_metadata_say_what_the_file_is(pdf: pikepdf.Pdf) -> None:
    stream = pdf.Root.Metadata
    assert "/Filter" not in stream and stream.Subtype == "/XML"
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
        assert told.pdfa_status == "2B"
        assert (
            told["dc:title"]
            == str(pdf.docinfo.Title)
            == "Báo cáo công tác thông tin khoa học và công nghệ năm 2026"
        )
        assert told["dc:creator"] == [str(pdf.docinfo.Author)] == ["Công an tỉnh Cà Mau"]
        assert told["dc:description"] == str(pdf.docinfo.Subject)
        assert set(told["dc:language"]) == {"vi-VN"}
        assert told["xmp:CreateDate"] == told["xmp:ModifyDate"] == "2026-11-10T20:30:00+00:00"
        assert str(pdf.docinfo.CreationDate) == str(pdf.docinfo.ModDate) == "D:20261110203000+00'00'"
        assert told["pdf:Producer"] == str(pdf.docinfo.Producer)
        assert told["xmp:CreatorTool"] == str(pdf.docinfo.Creator) == "STDesk"
    assert str(pdf.Root.Lang) == "vi-VN" and pdf.Root.ViewerPreferences.DisplayDocTitle


@pytest.mark.parametrize("name", [*HOSTILE[:6], "<&>\"']]>", "\x00\x01\x0b\ufffe\ud800x", "𠀀 emoji 😀"])
def test_hostile_names_leave_the_metadata_whole(name: str) -> None:
    from datetime import UTC, datetime

    from stdesk.reports.pdf_archive import About, _metadata

    about = About(name, name, name, datetime(2026, 1, 2, tzinfo=UTC), name)
    import xml.etree.ElementTree as Tree

    root = Tree.fromstring(_metadata(about))
    (title,) = [one for one in root.iter() if one.tag.endswith("}title")]
    assert len("".join(title.itertext()).strip()) >= len(name.strip().strip("\x00\x01\x0b\ufffe\ud800"))


# -- tags ------------------------------------------------------------------------------------


def marks(page: pikepdf.Page) -> Iterator[tuple[str, int | None, bool]]:
    """What is drawn on a page: sort of mark, its number, whether it is text; fails on what stands outside."""
    open_: list[tuple[str, int | None]] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        sort = str(operator)
        if sort in ("BDC", "BMC"):
            number = operands[1].get("/MCID") if sort == "BDC" else None
            open_.append((str(operands[0]), None if number is None else int(number)))
            assert len(open_) == 1, "marks do not nest"
        elif sort == "EMC":
            open_.pop()
        elif sort in ("Tj", "TJ", "'", '"', "S", "f", "B", "s", "f*", "b"):
            assert open_, f"{sort} outside of every mark"
            yield (*open_[-1], sort in ("Tj", "TJ", "'", '"'))
    assert not open_


def elements(one: Any) -> Iterator[Any]:
    yield one
    for kid in kids(one):
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/S") is not None:
            yield from elements(kid)


def kids(one: Any) -> list[Any]:
    held = one.get("/K")
    return [] if held is None else list(held) if isinstance(held, pikepdf.Array) else [held]


def test_everything_drawn_is_tagged_or_marked_as_decoration(pdf: pikepdf.Pdf) -> None:
    assert pdf.Root.MarkInfo.Marked is True
    for page in pdf.pages:
        numbers = [number for sort, number, _ in marks(page) if sort != "/Artifact"]
        assert numbers and None not in numbers
        assert list(dict.fromkeys(numbers)) == sorted(set(numbers))  # in the order of drawing, none twice
        assert page.obj.Tabs == "/S"


def test_the_tree_and_the_pages_agree(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root.StructTreeRoot
    assert root.K.S == "/Document" and root.K.P.objgen == root.objgen
    owners = list(root.ParentTree.Nums)
    assert owners[::2] == list(range(len(pdf.pages))) and root.ParentTreeNextKey == len(pdf.pages)
    told: dict[tuple[tuple[int, int], int], tuple[int, int]] = {}
    for one in elements(root.K):
        for kid in kids(one):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/S") is not None:
                assert kid.P.objgen == one.objgen
            elif isinstance(kid, pikepdf.Dictionary):
                told[kid.Pg.objgen, int(kid.MCID)] = one.objgen
            else:
                told[one.Pg.objgen, int(kid)] = one.objgen
    for place, page in enumerate(pdf.pages):
        assert page.obj.StructParents == place
        listed = {number for sort, number, _ in marks(page) if sort != "/Artifact"}
        assert len(owners[2 * place + 1]) == len(listed) == max(listed) + 1
        for number, owner in enumerate(owners[2 * place + 1]):
            assert told.pop((page.obj.objgen, number)) == owner.objgen
    assert not told


def test_what_it_is_made_of(pdf: pikepdf.Pdf) -> None:
    found = list(elements(pdf.Root.StructTreeRoot.K))
    count = Counter(str(one.S) for one in found)
    assert count["/H1"] >= 1 and count["/H2"] >= 3 and count["/P"] > 20 and count["/Table"] >= 10
    assert set(count) <= {
        "/Document", "/H1", "/H2", "/H3", "/H4", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure", "/Caption",
        "/Span", "/Div", "/Sect", "/Part", "/L", "/LI", "/Lbl", "/LBody", "/THead", "/TBody",
    }  # fmt: skip
    for one in found:
        inside = [str(kid.S) for kid in kids(one) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
        if one.S == "/Table":
            rows = [kid for kid in kids(one) if kid.S == "/TR"]
            assert rows and len({len(kids(row)) for row in rows}) == 1
            assert {str(cell.S) for cell in kids(rows[0])} == {"/TH"}
        elif one.S == "/TR":
            assert set(inside) in ({"/TH"}, {"/TD"})
        elif one.S == "/TH":
            assert one.A.Scope == "/Column"
        elif one.S == "/Figure":
            assert "(Năm 2025)" in str(one.Alt) or "Đã nộp" in str(one.Alt)
            left, bottom, right, top = (float(at) for at in one.A.BBox)
            assert 0 < left < right < 842 and 0 < bottom < top < 842
    assert count["/Figure"] == 4


def test_bookmarks_lead_to_pages(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        titles = [one.title for one in outline.root]
        assert any("Phụ lục II" in title for title in titles) and len(titles) >= 5
        pages = {page.obj.objgen for page in pdf.pages}
        assert all(one.destination[0].objgen in pages for one in outline.root)


def test_a_paragraph_over_two_pages_is_one_paragraph() -> None:
    long = "Ứng dụng trí tuệ nhân tạo trong công tác hồ sơ. " * 500
    listed = [record("publication", 1, {"title": long, "issued": "2026"})]
    pdf = opened(render_pdf(sample(*listed), KINDS))
    assert pdf.check_pdf_syntax() == []
    for page in pdf.pages:
        list(marks(page))


def test_an_empty_report_is_tagged_too() -> None:
    pdf = opened(render_pdf(sample(empty=True, unit={}), KINDS))
    for page in pdf.pages:
        assert any(sort != "/Artifact" for sort, _, _ in marks(page))
