"""Publications: the documents a unit must collect, keep and report (Directive 05, 4b)."""

from __future__ import annotations

from stdesk.domain.fields import Field, FieldType, Section, wordings
from stdesk.domain.kinds import Kind
from stdesk.domain.kinds.common import (
    DEPOSIT,
    OTHER,
    classification_fields,
    closing_fields,
    deposit_fields,
)
from stdesk.i18n import Text

T = FieldType
# What a form does not ask for need not be skipped: an article has no ISBN, a book no issue number.
_PERIODICAL = ("journal_article", "journal_issue", "bulletin", "newspaper_article", "proceedings", "other")
_IN_SOMETHING = (
    *_PERIODICAL, "book_chapter", "web_page", "multimedia", "statistics", "legislation", "thematic_study"
)  # fmt: skip
_PUBLISHED = (
    "book", "proceedings", "journal_issue", "catalogue", "leaflet", "standard", "statistics", "multimedia",
    "software", "database", "technical_document", "other",
)  # fmt: skip
_THESIS = ("masters_thesis", "doctoral_thesis", "bachelors_thesis", "other")

PUBLICATION = Kind(
    name="publication",
    label=Text("Ấn phẩm, tài liệu", "Publication"),
    plural=Text("Ấn phẩm, tài liệu", "Publications"),
    icon="books",
    people="contributors",
    sorted_by="document_type",
    begins=("issued", "defended"),
    ends=("issued", "defended"),
    identity=("isbn", "doi"),
    sheet_words=wordings(
        "ấn phẩm | tài liệu | bài báo | công bố | sách | tạp chí | kỷ yếu | luận văn | luận án | "
        "bài viết | công trình khoa học | tác giả | issn | isbn | nxb | nhà xuất bản"
    ),
    sections=(
        Section("identity", Text("Nhan đề và người viết", "Title and authors")),
        Section("container", Text("Nơi công bố", "Where published")),
        Section("classification", Text("Phân loại", "Classification")),
        Section("thesis", Text("Luận văn, luận án", "Thesis")),
        DEPOSIT,
        OTHER,
    ),
    fields=(
        Field(
            "document_type",
            T.CHOICE,
            Text("Loại tài liệu", "Document type"),
            "identity",
            codes="document_type",
            required=True,
            sortable=True,
            searchable=True,
            list_width=18,
            annex_width=3,
            help=Text(
                "Loại tài liệu theo Chỉ thị 05/CT-BCA-V04, điểm 4b.",
                "Document types of Directive 05/CT-BCA-V04, 4b.",
            ),
            synonyms=wordings(
                "type | document type | kind | loại bài | loại sản phẩm | loại công bố | loại | loại tài "
                "liệu | loại hình | loại ấn phẩm | thể loại | dạng tài liệu | hình thức công bố | loại "
                "công trình | loại hình ấn phẩm | phân loại"
            ),
        ),
        Field(
            "title",
            T.TEXT,
            Text("Tên tài liệu", "Title"),
            "identity",
            required=True,
            sortable=True,
            searchable=True,
            list_width=52,
            annex_width=9,
            synonyms=wordings(
                "title of publication | paper title | publication title | tên bài viết, công trình | tên "
                "bài báo khoa học | tên công trình khoa học | tên | tên tài liệu | tên ấn phẩm | nhan đề "
                "| tiêu đề | tên bài | tên bài báo | tên bài viết | tên công trình | tên sách | tên đề "
                "tài, công trình | tên sản phẩm | tên công bố | tên luận văn | tên luận án | nội dung | "
                "title | tên ấn phẩm tài liệu | tên tài liệu ấn phẩm"
            ),
        ),
        Field(
            "contributors",
            T.PEOPLE,
            Text("Tác giả", "Authors"),
            "identity",
            codes="contributor_role",
            required=True,
            sortable=True,
            searchable=True,
            list_width=26,
            annex_width=5,
            help=Text(
                "Theo thứ tự trên tài liệu; cấp bậc, học vị ghi như lúc công bố.",
                "In the order of the document; rank and degree as at that time.",
            ),
            synonyms=wordings(
                "họ tên học viên | họ và tên học viên | tên tác giả/đơn vị | họ và tên/đơn vị | author(s) "
                "| author name | authors' names | tác giả bài viết | họ tên | người công bố | tên tác giả "
                "| tác giả | các tác giả | người viết | họ tên tác giả | họ và tên tác giả | nhóm tác giả "
                "| tác giả, đồng tác giả | chủ biên | tác giả chủ biên | người thực hiện | họ và tên | "
                "học viên | nghiên cứu sinh | author | authors | biên soạn | người biên soạn"
            ),
        ),
        Field(
            "department",
            T.TEXT,
            Text("Đơn vị", "Department"),
            "identity",
            required=True,
            sortable=True,
            searchable=True,
            list_width=12,
            annex_width=2,
            synonyms=wordings(
                "department | unit | division | đơn vị chủ quản | tổ bộ môn | đơn vị | phòng | đơn vị "
                "công tác | phòng ban | đơn vị tác giả | khoa | đơn vị thực hiện | cơ quan | nơi công tác "
                "| đơn vị kê khai"
            ),
        ),
        Field(
            "ownership",
            T.CHOICE,
            Text("Nguồn tài liệu", "Own or collected"),
            "identity",
            codes="ownership",
            help=Text(
                "Tài liệu do đơn vị, cán bộ làm ra hay sưu tầm được.",
                "Made by the unit and its officers, or collected by it.",
            ),
            synonyms=("nguồn tài liệu", "tự có hay sưu tầm", "nguồn"),
        ),
        Field(
            "container",
            T.TEXT,
            Text("Tạp chí, kỷ yếu, hội thảo", "Journal or proceedings"),
            "container",
            asked_for=_IN_SOMETHING,
            sortable=True,
            searchable=True,
            list_width=24,
            annex_width=4,
            synonyms=wordings(
                "journal | journal name | source | published in | proceedings | conference | tạp chí, hội "
                "thảo | tên báo, tạp chí | nơi công bố, xuất bản | tạp chí công bố | nguồn công bố | tạp "
                "chí | tên tạp chí | tạp chí/nxb/hội thảo | nơi công bố | nơi đăng | nơi đăng tải | nơi "
                "xuất bản | hội thảo | kỷ yếu | tên hội thảo | tạp chí/kỷ yếu | tên tạp chí, kỷ yếu | tạp "
                "chí, nxb | nguồn đăng | báo, tạp chí | đăng trên | nơi phát hành"
            ),
        ),
        Field(
            "publisher",
            T.TEXT,
            Text("Nhà xuất bản", "Publisher"),
            "container",
            asked_for=_PUBLISHED,
            sortable=True,
            searchable=True,
            synonyms=wordings(
                "publisher | publishing house | nhà xuất bản | nxb | cơ quan xuất bản | nhà xb"
            ),
        ),
        Field(
            "place",
            T.TEXT,
            Text("Nơi xuất bản", "Place"),
            "container",
            asked_for=_PUBLISHED,
            follows="publisher",
            synonyms=("địa điểm xuất bản", "thành phố xuất bản"),
        ),
        Field(
            "issued",
            T.DATE,
            Text("Năm (ngày) công bố", "Date issued"),
            "container",
            required=True,
            sortable=True,
            list_width=11,
            annex_width=2,
            help=Text("Có thể chỉ ghi năm, hoặc tháng/năm.", "A year or a month is enough."),
            synonyms=wordings(
                "year | publication year | date | date of publication | published | year of publication | "
                "ngày tháng năm công bố | thời gian đăng | năm công bố, xuất bản | năm | năm xuất bản | "
                "năm công bố | ngày công bố | ngày đăng | năm đăng | thời gian | thời gian công bố | thời "
                "gian xuất bản | năm xb | ngày xuất bản | tháng năm | tháng/năm | ngày tháng | thời điểm "
                "công bố | năm phát hành | năm hoàn thành"
            ),
        ),
        Field(
            "volume",
            T.TEXT,
            Text("Tập", "Volume"),
            "container",
            asked_for=_PERIODICAL,
            synonyms=wordings("volume no | tập | volume | vol | quyển"),
        ),
        Field(
            "issue",
            T.TEXT,
            Text("Số", "Issue"),
            "container",
            asked_for=_PERIODICAL,
            annex_width=1.5,
            synonyms=wordings(
                "số/năm | số, năm | số xuất bản | số | số báo | số tạp chí | số phát hành | kỳ | số/kỳ | "
                "issue | tập/số | số, kỳ"
            ),
        ),
        Field(
            "pages",
            T.TEXT,
            Text("Trang", "Pages"),
            "container",
            annex_width=1.5,
            synonyms=wordings(
                "page | page numbers | pp | trang | số trang | từ trang đến trang | trang số | pages | tr"
            ),
        ),
        Field(
            "edition",
            T.TEXT,
            Text("Lần xuất bản", "Edition"),
            "container",
            asked_for=_PUBLISHED,
            synonyms=("lần xuất bản", "tái bản", "lần tái bản"),
        ),
        Field(
            "issn",
            T.TEXT,
            Text("ISSN", "ISSN"),
            "container",
            asked_for=_PERIODICAL,
            follows="container",
            searchable=True,
            annex_width=2,
            help=Text(
                "8 chữ số, số cuối là số kiểm tra (ISO 3297).",
                "8 digits, the last is a check digit (ISO 3297).",
            ),
            synonyms=wordings("issn | chỉ số issn | mã issn | issn/isbn | isbn/issn | chỉ số issn/isbn"),
        ),
        Field(
            "isbn",
            T.TEXT,
            Text("ISBN", "ISBN"),
            "container",
            asked_for=_PUBLISHED,
            searchable=True,
            help=Text("13 chữ số (ISO 2108).", "13 digits (ISO 2108)."),
            synonyms=("isbn", "chỉ số isbn", "mã isbn"),
        ),
        Field("doi", T.TEXT, Text("DOI", "DOI"), "container", searchable=True, synonyms=("doi", "mã doi")),
        Field(
            "language",
            T.CHOICE,
            Text("Ngôn ngữ", "Language"),
            "container",
            follows="container",
            codes="language",
            synonyms=("language", "ngôn ngữ", "tiếng"),
        ),
        Field(
            "origin",
            T.CHOICE,
            Text("Trong nước, ngoài nước", "Domestic or foreign"),
            "container",
            follows="container",
            codes="origin",
            synonyms=wordings("trong nước/ngoài nước | trong nước, quốc tế | phạm vi | phạm vi công bố"),
        ),
        Field(
            "indexing",
            T.CHOICES,
            Text("Danh mục chỉ mục", "Indexed in"),
            "container",
            follows="container",
            codes="indexing",
            synonyms=wordings(
                "indexing | indexed | danh mục | chỉ mục | scopus/isi | wos/scopus | xếp hạng tạp chí"
            ),
        ),
        *classification_fields(),
        Field(
            "circulation",
            T.CHOICE,
            Text("Phạm vi lưu hành", "Circulation"),
            "classification",
            codes="circulation",
            synonyms=("phạm vi lưu hành", "lưu hành", "chế độ lưu hành"),
        ),
        Field(
            "thesis_level",
            T.CHOICE,
            Text("Bậc", "Thesis level"),
            "thesis",
            asked_for=_THESIS,
            codes="thesis_level",
            synonyms=wordings("trình độ | học vị bảo vệ | bậc đào tạo | trình độ đào tạo"),
        ),
        Field(
            "thesis_institution",
            T.TEXT,
            Text("Cơ sở đào tạo", "Institution"),
            "thesis",
            asked_for=_THESIS,
            searchable=True,
            synonyms=wordings(
                "nơi đào tạo | trường, học viện | cơ sở đào tạo | nơi bảo vệ | trường | học viện"
            ),
        ),
        Field(
            "supervisors",
            T.PEOPLE,
            Text("Người hướng dẫn", "Supervisors"),
            "thesis",
            asked_for=_THESIS,
            codes="contributor_role",
            searchable=True,
            synonyms=wordings(
                "supervisor | supervisors | advisor | người hướng dẫn | giảng viên hướng dẫn | cán bộ "
                "hướng dẫn | hướng dẫn khoa học"
            ),
        ),
        Field(
            "defended",
            T.DATE,
            Text("Ngày bảo vệ", "Defended on"),
            "thesis",
            asked_for=_THESIS,
            sortable=True,
            synonyms=wordings("ngày bảo vệ | năm bảo vệ | thời gian bảo vệ | bảo vệ"),
        ),
        *deposit_fields(),
        Field(
            "related_tasks",
            T.LINKS,
            Text("Thuộc nhiệm vụ", "Related tasks"),
            "other",
        ),
        Field(
            "abstract",
            T.LONG_TEXT,
            Text("Tóm tắt", "Abstract"),
            "other",
            searchable=True,
            synonyms=("tóm tắt", "tóm tắt nội dung", "abstract"),
        ),
        *closing_fields(),
    ),
)
