"""Made-up first pages in the layouts met in Vietnamese and English journals, theses, reports and books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from stdesk import resources

WIDE, HIGH = A4
BODY_VI = (
    "Trong những năm qua, công tác phòng ngừa và đấu tranh với loại tội phạm này đã thu được nhiều kết",
    "quả quan trọng, góp phần giữ vững an ninh trật tự trên địa bàn. Tuy nhiên, thực tiễn công tác cũng",
    "đặt ra nhiều vấn đề về lý luận và thực tiễn cần được tiếp tục nghiên cứu, làm rõ và bổ sung thêm.",
)
BODY_EN = (
    "In recent years the number of reported cases has grown, and the methods used by the offenders have",
    "become more refined. This paper looks at the data of four provinces and at the work of the units in",
    "charge, and it asks which of the measures that were taken have had an effect that can be measured.",
)


@dataclass(frozen=True, slots=True)
class FirstPage:
    """One made-up document and what a person would read off its first page."""

    name: str
    draw: Callable[[Canvas], None]
    title: str
    people: tuple[str, ...]
    date: str = ""
    more: tuple[tuple[str, str], ...] = ()
    info: str = ""  # title in the PDF's own notes


def fonts() -> None:
    """Make the bundled faces known to reportlab."""
    for name, file in (("Serif", "Regular"), ("SerifB", "Bold"), ("SerifI", "Italic")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(resources.path("fonts", f"LiberationSerif-{file}.ttf"))))


def write(page: FirstPage, path: Path) -> Path:
    """Write the PDF of ``page``."""
    fonts()
    canvas = Canvas(str(path), pagesize=A4)
    if page.info:
        canvas.setTitle(page.info)
    page.draw(canvas)
    canvas.save()
    return path


def lines(
    canvas: Canvas, y: float, *texts: str, font: str = "Serif", size: float = 11, centre: bool = False
) -> float:
    """Write ``texts`` under one another from ``y`` points below the top; returns where the next goes."""
    for text in texts:
        canvas.setFont(font, size)
        if centre:
            canvas.drawCentredString(WIDE / 2, HIGH - y, text)
        else:
            canvas.drawString(70, HIGH - y, text)
        y += size * 1.35
    return y


def _body(canvas: Canvas, y: float, texts: tuple[str, ...], times: int = 7, size: float = 11) -> None:
    for _ in range(times):
        y = lines(canvas, y, *texts, size=size)


def _vi_article(canvas: Canvas) -> None:
    y = lines(canvas, 40, "TẠP CHÍ KHOA HỌC VÀ GIÁO DỤC AN NINH - Số 3 (2025)", size=9)
    y = lines(
        canvas,
        y + 25,
        "NÂNG CAO HIỆU QUẢ CÔNG TÁC PHÒNG NGỪA TỘI PHẠM",
        "SỬ DỤNG CÔNG NGHỆ CAO TRONG TÌNH HÌNH MỚI",
        font="SerifB",
        size=15,
        centre=True,
    )
    y = lines(
        canvas,
        y + 8,
        "Đại tá, PGS.TS Nguyễn Văn Bình*, Thượng tá, TS Lê Thị Hòa**",
        font="SerifI",
        size=11,
        centre=True,
    )
    y = lines(canvas, y, "*Học viện Cảnh sát nhân dân; **Công an tỉnh Minh Hải", size=9, centre=True)
    y = lines(canvas, y + 6, "Tóm tắt: Bài viết phân tích thực trạng và đề xuất giải pháp.", font="SerifI")
    y = lines(canvas, y, "Từ khóa: tội phạm; công nghệ cao; phòng ngừa")
    _body(canvas, y + 10, BODY_VI)
    lines(canvas, 800, "45", size=9, centre=True)


def _vi_two_columns(canvas: Canvas) -> None:
    lines(canvas, 36, "Tạp chí Cảnh sát nhân dân, số 5/2024", size=9)
    y = lines(
        canvas,
        80,
        "Ứng dụng trí tuệ nhân tạo trong nhận dạng",
        "dấu vết đường vân tại hiện trường",
        font="SerifB",
        size=17,
    )
    y = lines(canvas, y + 4, "Trung tá, ThS Phạm Quốc Đạt", font="SerifB", size=11)
    y = lines(canvas, y, "Phòng Kỹ thuật hình sự, Công an tỉnh Minh Hải", font="SerifI", size=10)
    for x in (60, 310):
        at = y + 20
        for _ in range(20):
            canvas.setFont("Serif", 10)
            canvas.drawString(x, HIGH - at, "công tác khám nghiệm hiện trường là biện pháp")
            at += 14


def _vi_plain_word(canvas: Canvas) -> None:
    """Typed in Word: one size of type, the title only bold and in capitals."""
    y = lines(
        canvas,
        75,
        "MỘT SỐ KINH NGHIỆM TRONG ĐIỀU TRA VỤ ÁN MUA BÁN NGƯỜI",
        "QUA BIÊN GIỚI",
        font="SerifB",
        size=13,
        centre=True,
    )
    y = lines(canvas, y + 4, "Thiếu tá Trần Đức Long", size=13, centre=True)
    y = lines(canvas, y, "Phòng Cảnh sát hình sự", size=13, centre=True)
    _body(canvas, y + 12, BODY_VI, size=13 - 1.5)


def _vi_people_above(canvas: Canvas) -> None:
    lines(canvas, 40, "ISSN 1859-4794", size=9)
    y = lines(canvas, 70, "KỸ THUẬT HÌNH SỰ", font="SerifB", size=9)
    y = lines(canvas, y + 10, "Phân tích hạt vết súng bằng kính hiển vi điện tử quét", font="SerifB", size=18)
    y = lines(canvas, y + 4, "Vũ Minh Khôi1, Đỗ Thị Thanh Hà1,2, Hoàng Nam3", size=12)
    y = lines(
        canvas,
        y,
        "1 Viện Khoa học hình sự, Bộ Công an",
        "2 Trường Đại học Minh Hải",
        "3 Công an tỉnh Minh Hải",
        size=9,
    )
    y = lines(canvas, y + 3, "Ngày nhận bài: 12/01/2025; ngày đăng: 20/3/2025", size=9)
    lines(canvas, y, "DOI: 10.59266/houjs.2025.0123", size=9)
    _body(canvas, y + 30, BODY_VI)


def _vi_thesis(canvas: Canvas) -> None:
    y = lines(canvas, 70, "BỘ CÔNG AN", "HỌC VIỆN CẢNH SÁT NHÂN DÂN", font="SerifB", size=14, centre=True)
    y = lines(canvas, y + 70, "NGUYỄN THỊ MINH CHÂU", font="SerifB", size=15, centre=True)
    y = lines(
        canvas,
        y + 60,
        "HOẠT ĐỘNG ĐIỀU TRA TỘI PHẠM VỀ MÔI TRƯỜNG",
        "CỦA LỰC LƯỢNG CẢNH SÁT NHÂN DÂN",
        font="SerifB",
        size=18,
        centre=True,
    )
    y = lines(canvas, y + 60, "LUẬN ÁN TIẾN SĨ LUẬT HỌC", font="SerifB", size=15, centre=True)
    lines(canvas, 780, "HÀ NỘI - 2023", font="SerifB", size=13, centre=True)


def _vi_thesis_inner(canvas: Canvas) -> None:
    y = lines(
        canvas,
        60,
        "BỘ GIÁO DỤC VÀ ĐÀO TẠO          BỘ CÔNG AN",
        "TRƯỜNG ĐẠI HỌC PHÒNG CHÁY CHỮA CHÁY",
        size=13,
        centre=True,
    )
    y = lines(canvas, y + 60, "LÊ HOÀNG SƠN", font="SerifB", size=14, centre=True)
    y = lines(
        canvas,
        y + 50,
        "NGHIÊN CỨU GIẢI PHÁP NÂNG CAO HIỆU QUẢ CỨU NẠN, CỨU HỘ",
        "TẠI CÁC CHUNG CƯ CAO TẦNG",
        font="SerifB",
        size=16,
        centre=True,
    )
    y = lines(canvas, y + 30, "Chuyên ngành: Kỹ thuật an toàn", "Mã số: 8520320", size=13, centre=True)
    y = lines(canvas, y + 20, "LUẬN VĂN THẠC SĨ", font="SerifB", size=14, centre=True)
    y = lines(canvas, y + 30, "Người hướng dẫn khoa học: PGS.TS Trịnh Văn Quang", size=13, centre=True)
    lines(canvas, 785, "Hà Nội, năm 2022", size=13, centre=True)


def _vi_task_report(canvas: Canvas) -> None:
    y = lines(canvas, 60, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", font="SerifB", size=13, centre=True)
    y = lines(canvas, y, "Độc lập - Tự do - Hạnh phúc", font="SerifB", size=13, centre=True)
    y = lines(
        canvas,
        y + 60,
        "BÁO CÁO TỔNG HỢP",
        "KẾT QUẢ NGHIÊN CỨU ĐỀ TÀI KHOA HỌC CẤP CƠ SỞ",
        font="SerifB",
        size=15,
        centre=True,
    )
    y = lines(
        canvas,
        y + 25,
        "Tên đề tài: Xây dựng hệ thống cảnh báo sớm cháy rừng",
        "trên địa bàn tỉnh Minh Hải",
        font="SerifB",
        size=16,
        centre=True,
    )
    y = lines(canvas, y + 25, "Chủ nhiệm đề tài: Thượng tá, ThS Bùi Thanh Tùng", size=13, centre=True)
    y = lines(canvas, y, "Cơ quan chủ trì: Công an tỉnh Minh Hải", size=13, centre=True)
    lines(canvas, 780, "Minh Hải, tháng 10 năm 2025", size=13, centre=True)


def _vi_book(canvas: Canvas) -> None:
    y = lines(canvas, 60, "PGS.TS ĐẶNG QUỐC HÙNG (Chủ biên)", font="SerifB", size=13, centre=True)
    y = lines(canvas, y + 120, "TÂM LÝ HỌC TỘI PHẠM", font="SerifB", size=30, centre=True)
    y = lines(canvas, y + 10, "(Giáo trình dành cho đào tạo đại học)", size=13, centre=True)
    lines(canvas, 770, "NHÀ XUẤT BẢN CÔNG AN NHÂN DÂN", font="SerifB", size=12, centre=True)
    lines(canvas, 790, "HÀ NỘI - 2021", font="SerifB", size=12, centre=True)
    canvas.showPage()
    lines(canvas, 700, "ISBN: 978-604-72-1234-7", "In 500 bản, khổ 16 x 24 cm", size=10)


def _en_article(canvas: Canvas) -> None:
    lines(canvas, 36, "Journal of Forensic Sciences, Vol. 68, No. 2 (2024), pp. 112-125", size=9)
    y = lines(
        canvas,
        90,
        "Deep learning for latent fingerprint",
        "enhancement in humid climates",
        font="SerifB",
        size=20,
    )
    y = lines(canvas, y + 4, "Minh Q. Tran1, John A. Smith2 and Mary Jones1,*", size=12)
    y = lines(
        canvas,
        y,
        "1 Institute of Forensic Science, Hanoi, Vietnam",
        "2 Department of Computing, University of Leeds, UK",
        size=9,
    )
    y = lines(canvas, y, "* Corresponding author: m.jones@example.org", size=9)
    y = lines(canvas, y + 8, "Abstract", font="SerifB", size=11)
    _body(canvas, y, BODY_EN)
    lines(canvas, 805, "https://doi.org/10.1111/1556-4029.15432", size=8)


def _en_elsevier(canvas: Canvas) -> None:
    lines(canvas, 34, "Forensic Chemistry Letters 12 (2023) 100-110", size=8, centre=True)
    y = lines(canvas, 60, "Contents lists available online", size=8, centre=True)
    y = lines(canvas, y + 2, "Forensic Chemistry Letters", font="Serif", size=18, centre=True)
    y = lines(
        canvas,
        y + 40,
        "Rapid screening of synthetic cannabinoids by paper",
        "spray mass spectrometry",
        size=15,
    )
    y = lines(canvas, y + 4, "Wei Zhang, Ana de Souza, Peter Novak", size=11)
    y = lines(canvas, y, "School of Chemistry, Example University, Prague", font="SerifI", size=8)
    y = lines(canvas, y + 8, "A R T I C L E  I N F O", size=8)
    _body(canvas, y, BODY_EN, size=9)
    canvas.showPage()
    lines(canvas, 34, "Forensic Chemistry Letters", size=8)
    _body(canvas, 70, BODY_EN, size=9)


def _vi_proceedings(canvas: Canvas) -> None:
    lines(canvas, 36, "Kỷ yếu Hội thảo khoa học An ninh mạng quốc gia, tháng 11/2024", font="SerifI", size=9)
    y = lines(
        canvas, 80, "GIẢI PHÁP BẢO VỆ DỮ LIỆU CÁ NHÂN TRONG CƠ SỞ DỮ LIỆU DÂN CƯ", font="SerifB", size=14
    )
    y = lines(canvas, y + 2, "Đại úy Ngô Bá Khánh", "Thiếu tá, TS Dương Thị Ngọc Mai", size=12)
    y = lines(canvas, y, "Phòng Cảnh sát quản lý hành chính về trật tự xã hội", size=10)
    y = lines(canvas, y + 10, "1. Đặt vấn đề", font="SerifB", size=12)
    _body(canvas, y, BODY_VI, size=12)


def _vi_metadata(canvas: Canvas) -> None:
    y = lines(canvas, 70, "QUẢN LÝ NHÀ NƯỚC VỀ AN NINH MẠNG", "Ở CẤP CƠ SỞ HIỆN NAY", font="SerifB", size=15)
    y = lines(canvas, y + 2, "ThS Cao Thị Lan Anh", size=12)
    _body(canvas, y + 15, BODY_VI)
    lines(canvas, 810, "Tạp chí Khoa học quản lý, Tập 7, Số 2, 2026", size=8)


def _vi_abstract_people_label(canvas: Canvas) -> None:
    y = lines(canvas, 70, "CHUYÊN ĐỀ", font="SerifB", size=12, centre=True)
    y = lines(
        canvas,
        y + 6,
        "Công tác vận động quần chúng tham gia bảo vệ an ninh Tổ quốc",
        "ở vùng đồng bào dân tộc thiểu số",
        font="SerifB",
        size=16,
        centre=True,
    )
    y = lines(canvas, y + 6, "Người thực hiện: Trung tá Y Blếch Niê", size=13, centre=True)
    lines(canvas, 780, "Minh Hải, năm 2024", size=13, centre=True)


def _vi_long_title(canvas: Canvas) -> None:
    lines(canvas, 36, "Tạp chí Luật học số 8/2022", size=9)
    y = lines(
        canvas,
        76,
        "Hoàn thiện quy định của pháp luật về trách nhiệm hình sự",
        "của pháp nhân thương mại đối với các tội phạm về môi trường",
        "theo Bộ luật Hình sự năm 2015, sửa đổi, bổ sung năm 2017",
        font="SerifB",
        size=14,
    )
    y = lines(canvas, y + 2, "TRẦN VĂN ĐỘ; LÝ THỊ KIM OANH", size=11)
    _body(canvas, y + 14, BODY_VI)


def _en_preprint(canvas: Canvas) -> None:
    y = lines(
        canvas,
        80,
        "A Survey of Graph Methods for Money Laundering Detection",
        font="SerifB",
        size=17,
        centre=True,
    )
    y = lines(canvas, y + 6, "Thi Lan Nguyen", size=12, centre=True)
    y = lines(canvas, y, "Faculty of Information Technology, Example University", size=10, centre=True)
    y = lines(canvas, y, "Published: 12 March 2024", size=10, centre=True)
    y = lines(canvas, y + 8, "Abstract", font="SerifB", size=11, centre=True)
    _body(canvas, y, BODY_EN)


def _vi_cover_picture(canvas: Canvas) -> None:
    canvas.rect(50, 50, WIDE - 100, HIGH - 100, fill=0)
    canvas.showPage()
    _vi_book(canvas)


def _vi_masthead(canvas: Canvas) -> None:
    lines(canvas, 45, "TẠP CHÍ", font="SerifB", size=14)
    lines(canvas, 75, "KHOA HỌC CÔNG AN", font="SerifB", size=26)
    lines(canvas, 92, "Số 12, tháng 6/2023", size=9)
    y = lines(
        canvas,
        140,
        "Phòng, chống tội phạm lừa đảo chiếm đoạt tài sản trên",
        "không gian mạng: thực trạng và kiến nghị",
        font="SerifB",
        size=16,
    )
    y = lines(canvas, y + 2, "TS. TRỊNH HỮU TÀI - ThS. LA THỊ MỸ", font="SerifB", size=10)
    y = lines(canvas, y + 10, "TÓM TẮT", font="SerifB", size=10)
    _body(canvas, y, BODY_VI, size=10)
    canvas.showPage()
    lines(canvas, 40, "KHOA HỌC CÔNG AN", size=9)
    _body(canvas, 80, BODY_VI, size=10)


def _vi_people_each_line(canvas: Canvas) -> None:
    lines(canvas, 34, "Tạp chí Khoa học Cảnh sát, 18(4), 77-86", font="SerifI", size=9)
    y = lines(
        canvas, 74, "Đặc điểm hình sự của tội phạm trộm cắp tài sản ở khu công nghiệp", font="SerifB", size=14
    )
    for name in ("Thượng úy, ThS. Huỳnh Tấn Phát", "Đại tá, TS. Mai Thị Kim Ngân"):
        y = lines(canvas, y, name, size=11)
        y = lines(canvas, y, "Trường Đại học Cảnh sát Minh Hải", font="SerifI", size=9)
    y = lines(canvas, y + 4, "Ngày nhận: 3/1/2024 | Ngày đăng: 15/4/2024", size=9)
    _body(canvas, y + 10, BODY_VI)


def _vi_english_too(canvas: Canvas) -> None:
    y = lines(
        canvas,
        60,
        "VẬN DỤNG TƯ TƯỞNG HỒ CHÍ MINH VỀ ĐOÀN KẾT TRONG XÂY DỰNG",
        "LỰC LƯỢNG CÔNG AN NHÂN DÂN",
        font="SerifB",
        size=13,
        centre=True,
    )
    y = lines(
        canvas,
        y + 2,
        "APPLYING HO CHI MINH THOUGHT ON SOLIDARITY IN BUILDING THE FORCE",
        font="SerifI",
        size=11,
        centre=True,
    )
    y = lines(canvas, y + 4, "Quách Văn Thái, Phùng Thị Hạnh", size=11, centre=True)
    y = lines(canvas, y + 8, "Tóm tắt", font="SerifB", size=11)
    y = lines(canvas, y, *BODY_VI, size=11)
    y = lines(canvas, y + 8, "Abstract", font="SerifB", size=11)
    _body(canvas, y, BODY_EN, times=3)


def _en_two_columns(canvas: Canvas) -> None:
    lines(
        canvas,
        30,
        "International Journal of Police Science, Volume 9, Issue 1, January 2022",
        size=8,
        centre=True,
    )
    y = lines(
        canvas,
        80,
        "Community Policing and Trust:",
        "Evidence from Four Provinces",
        font="Serif",
        size=24,
        centre=True,
    )
    y = lines(canvas, y + 4, "Laura K. Stone and Duc Anh Pham", size=11, centre=True)
    for x in (50, 310):
        at = y + 20
        for _ in range(25):
            canvas.setFont("Serif", 9)
            canvas.drawString(x, HIGH - at, "the officers who were asked said that they knew the")
            at += 12


def _vi_proposal(canvas: Canvas) -> None:
    y = lines(canvas, 60, "CÔNG AN TỈNH MINH HẢI", "PHÒNG THAM MƯU", font="SerifB", size=13)
    y = lines(
        canvas, y + 80, "THUYẾT MINH NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ", font="SerifB", size=15, centre=True
    )
    y = lines(
        canvas,
        y + 30,
        "Ứng dụng công nghệ bay không người lái trong giám sát giao thông",
        "đường thủy nội địa",
        font="SerifB",
        size=17,
        centre=True,
    )
    y = lines(canvas, y + 30, "Chủ nhiệm: Thượng tá Đoàn Văn Sáu", size=13, centre=True)
    lines(canvas, 785, "Minh Hải, 2026", size=13, centre=True)


def _vi_newsletter(canvas: Canvas) -> None:
    lines(canvas, 40, "BẢN TIN KHOA HỌC - CÔNG NGHỆ SỐ 2 NĂM 2026", font="SerifB", size=12)
    y = lines(canvas, 90, "Hiệu quả từ mô hình camera an ninh ở xã biên giới", font="SerifB", size=20)
    y = lines(canvas, y, "Thanh Bình", font="SerifI", size=11)
    _body(canvas, y + 10, BODY_VI, size=12)


UNSEEN = (
    FirstPage(
        "vi-masthead",
        _vi_masthead,
        "Phòng, chống tội phạm lừa đảo chiếm đoạt tài sản trên không gian mạng: thực trạng và kiến nghị",
        ("Trịnh Hữu Tài", "La Thị Mỹ"),
        "2023-06",
    ),
    FirstPage(
        "vi-each-line",
        _vi_people_each_line,
        "Đặc điểm hình sự của tội phạm trộm cắp tài sản ở khu công nghiệp",
        ("Huỳnh Tấn Phát", "Mai Thị Kim Ngân"),
        "2024-04-15",
        (("volume", "18"), ("issue", "4"), ("pages", "77-86")),
    ),
    FirstPage(
        "vi-english-too",
        _vi_english_too,
        "Vận dụng tư tưởng hồ chí minh về đoàn kết trong xây dựng lực lượng công an nhân dân",
        ("Quách Văn Thái", "Phùng Thị Hạnh"),
    ),
    FirstPage(
        "en-two-columns",
        _en_two_columns,
        "Community Policing and Trust: Evidence from Four Provinces",
        ("Laura K. Stone", "Duc Anh Pham"),
        "2022-01",
        (("volume", "9"), ("issue", "1")),
    ),
    FirstPage(
        "vi-proposal",
        _vi_proposal,
        "Ứng dụng công nghệ bay không người lái trong giám sát giao thông đường thủy nội địa",
        ("Đoàn Văn Sáu",),
        "2026",
        (("document_type", "task_proposal"),),
    ),
    FirstPage(
        "vi-newsletter",
        _vi_newsletter,
        "Hiệu quả từ mô hình camera an ninh ở xã biên giới",
        ("Thanh Bình",),
        "2026",
    ),
)

READ = (
    FirstPage(
        "vi-article",
        _vi_article,
        "Nâng cao hiệu quả công tác phòng ngừa tội phạm sử dụng công nghệ cao trong tình hình mới",
        ("Nguyễn Văn Bình", "Lê Thị Hòa"),
        "2025",
        (("container", "Tạp chí khoa học và giáo dục an ninh"), ("issue", "3"), ("language", "vi")),
    ),
    FirstPage(
        "vi-two-columns",
        _vi_two_columns,
        "Ứng dụng trí tuệ nhân tạo trong nhận dạng dấu vết đường vân tại hiện trường",
        ("Phạm Quốc Đạt",),
        "2024",
        (("container", "Tạp chí Cảnh sát nhân dân"),),
    ),
    FirstPage(
        "vi-word",
        _vi_plain_word,
        "Một số kinh nghiệm trong điều tra vụ án mua bán người qua biên giới",
        ("Trần Đức Long",),
    ),
    FirstPage(
        "vi-marks",
        _vi_people_above,
        "Phân tích hạt vết súng bằng kính hiển vi điện tử quét",
        ("Vũ Minh Khôi", "Đỗ Thị Thanh Hà", "Hoàng Nam"),
        "2025-03-20",
        (("issn", "1859-4794"), ("doi", "10.59266/houjs.2025.0123")),
    ),
    FirstPage(
        "vi-thesis",
        _vi_thesis,
        "Hoạt động điều tra tội phạm về môi trường của lực lượng cảnh sát nhân dân",
        ("Nguyễn Thị Minh Châu",),
        "2023",
        (
            ("document_type", "doctoral_thesis"),
            ("thesis_level", "doctor"),
            ("thesis_institution", "Học viện cảnh sát nhân dân"),
        ),
    ),
    FirstPage(
        "vi-thesis-inner",
        _vi_thesis_inner,
        "Nghiên cứu giải pháp nâng cao hiệu quả cứu nạn, cứu hộ tại các chung cư cao tầng",
        ("Lê Hoàng Sơn",),
        "2022",
        (("document_type", "masters_thesis"),),
    ),
    FirstPage(
        "vi-task-report",
        _vi_task_report,
        "Xây dựng hệ thống cảnh báo sớm cháy rừng trên địa bàn tỉnh Minh Hải",
        ("Bùi Thanh Tùng",),
        "2025-10",
        (("document_type", "task_report"),),
    ),
    FirstPage(
        "vi-book", _vi_book, "Tâm lý học tội phạm", ("Đặng Quốc Hùng",), "2021", (("isbn", "9786047212347"),)
    ),
    FirstPage(
        "en-article",
        _en_article,
        "Deep learning for latent fingerprint enhancement in humid climates",
        ("Minh Q. Tran", "John A. Smith", "Mary Jones"),
        "2024",
        (
            ("volume", "68"),
            ("issue", "2"),
            ("pages", "112-125"),
            ("doi", "10.1111/1556-4029.15432"),
            ("container", "Journal of Forensic Sciences"),
            ("language", "en"),
        ),
    ),
    FirstPage(
        "en-elsevier",
        _en_elsevier,
        "Rapid screening of synthetic cannabinoids by paper spray mass spectrometry",
        ("Wei Zhang", "Ana de Souza", "Peter Novak"),
        "2023",
        (("volume", "12"), ("pages", "100-110")),
    ),
    FirstPage(
        "vi-proceedings",
        _vi_proceedings,
        "Giải pháp bảo vệ dữ liệu cá nhân trong cơ sở dữ liệu dân cư",
        ("Ngô Bá Khánh", "Dương Thị Ngọc Mai"),
        "2024-11",
    ),
    FirstPage(
        "vi-metadata",
        _vi_metadata,
        "Quản lý nhà nước về an ninh mạng ở cấp cơ sở hiện nay",
        ("Cao Thị Lan Anh",),
        "2026",
        (("volume", "7"), ("issue", "2")),
        "Quản lý nhà nước về an ninh mạng ở cấp cơ sở hiện nay",
    ),
    FirstPage(
        "vi-study",
        _vi_abstract_people_label,
        "Công tác vận động quần chúng tham gia bảo vệ an ninh Tổ quốc ở vùng đồng bào dân tộc thiểu số",
        ("Y Blếch Niê",),
        "2024",
    ),
    FirstPage(
        "vi-long-title",
        _vi_long_title,
        "Hoàn thiện quy định của pháp luật về trách nhiệm hình sự của pháp nhân thương "
        "mại đối với các tội phạm về môi trường theo Bộ luật Hình sự năm 2015, sửa đổi, bổ sung năm 2017",
        ("Trần Văn Độ", "Lý Thị Kim Oanh"),
        "2022",
    ),
    FirstPage(
        "en-preprint",
        _en_preprint,
        "A Survey of Graph Methods for Money Laundering Detection",
        ("Thi Lan Nguyen",),
        "2024-03-12",
        (("language", "en"),),
    ),
    FirstPage(
        "vi-picture-cover",
        _vi_cover_picture,
        "Tâm lý học tội phạm",
        ("Đặng Quốc Hùng",),
        "2021",
        (("isbn", "9786047212347"),),
    ),
)

PAGES = (*READ, *UNSEEN)
