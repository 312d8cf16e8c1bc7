"""Research tasks (nhiệm vụ KH&CN) from proposal to application."""

from __future__ import annotations

from stdesk.domain.fields import Field, FieldType, Section, Spread, wordings
from stdesk.domain.kinds import DateSpan, Kind, Life
from stdesk.domain.kinds.common import (
    DEPOSIT,
    OTHER,
    classification_fields,
    closing_fields,
    deposit_fields,
)
from stdesk.i18n import Text

T = FieldType


def _moment(name: str, vi: str, en: str, *synonyms: str) -> Field:
    return Field(name, T.DATE, Text(vi, en), "course", sortable=True, synonyms=synonyms)


RESEARCH_TASK = Kind(
    name="research_task",
    label=Text("Nhiệm vụ KH&CN", "Research task"),
    plural=Text("Nhiệm vụ KH&CN", "Research tasks"),
    icon="flask",
    people="leader",
    begins=("start", "contract", "approved", "proposed", "accepted"),
    ends=("accepted", "stopped"),
    stays_open=True,
    milestones=(
        "proposed",
        "approved",
        "contract",
        "start",
        "end",
        "unit_accepted",
        "accepted",
        "finalised",
        "deposited",
        "registered",
        "applied",
    ),
    life=Life(
        goal="accepted",
        deadlines=("extended_until", "end"),
        plan="end",
        halt="stopped",
        halt_reason="stop_reason",
        status="status",
        halted="stopped",
        reached={
            "proposed": "proposed",
            "approved": "approved",
            "in_progress": "start",
            "delayed": "start",
            "extended": "start",
            "completed": "end",
            "unit_accepted": "unit_accepted",
            "accepted": "accepted",
            "finalised": "finalised",
            "deposited": "deposited",
            "applied": "applied",
        },
        closing=("unit_accepted", "accepted", "grade_written", "grade", "finalised"),
    ),
    moments=("applied",),
    identity=("code",),
    sheet_words=wordings(
        "nhiệm vụ | đề tài | đề án | dự án | sáng kiến | chủ nhiệm | nghiệm thu | xếp loại | cấp "
        "quản lý | kinh phí | tên nhiệm vụ | tên đề tài | chủ trì"
    ),
    spans=(
        DateSpan(
            "start",
            "end",
            Text("Thời gian thực hiện", "Duration"),
            wordings(
                "thời gian thực hiện | thời gian | thời hạn thực hiện | tiến độ thực hiện | năm thực hiện "
                "| năm | giai đoạn | duration | year | years | period | thời gian nghiên cứu | từ ... đến "
                "..."
            ),
        ),
    ),
    sections=(
        Section("identity", Text("Thông tin chung", "General")),
        Section("people", Text("Người và đơn vị thực hiện", "People and units")),
        Section("course", Text("Tiến trình", "Course")),
        Section("acceptance", Text("Nghiệm thu, ứng dụng", "Acceptance and use")),
        Section("funding", Text("Kinh phí", "Funding")),
        Section("content", Text("Mục tiêu, nội dung, sản phẩm", "Objectives, content, products")),
        Section("classification", Text("Phân loại", "Classification")),
        DEPOSIT,
        OTHER,
    ),
    fields=(
        Field(
            "code",
            T.TEXT,
            Text("Mã số", "Code"),
            "identity",
            sortable=True,
            searchable=True,
            list_width=16,
            annex_width=2.5,
            synonyms=wordings(
                "code | task code | project code | project no | mã số đề tài, dự án | mã số | mã | mã "
                "nhiệm vụ | mã đề tài | mã số đề tài | mã số nhiệm vụ | ký hiệu | số hiệu"
            ),
        ),
        Field(
            "title",
            T.TEXT,
            Text("Tên nhiệm vụ", "Title"),
            "identity",
            required=True,
            sortable=True,
            searchable=True,
            list_width=52,
            annex_width=8,
            synonyms=wordings(
                "title | project title | task title | project name | topic | tên đề tài nghiên cứu | tên "
                "đề tài khoa học | tên nhiệm vụ, đề tài | tên đề tài, sáng kiến | tên chuyên đề | tên | "
                "tên nhiệm vụ | tên đề tài | tên đề tài, dự án | tên đề án | tên dự án | tên sáng kiến | "
                "tên nhiệm vụ kh&cn | tên công trình | nội dung nhiệm vụ | đề tài | nhiệm vụ | tên đề "
                "tài/nhiệm vụ | tên đề tài nhiệm vụ"
            ),
        ),
        Field(
            "level",
            T.CHOICE,
            Text("Cấp", "Level"),
            "identity",
            codes="task_level",
            required=True,
            sortable=True,
            searchable=True,
            list_width=10,
            annex_width=2,
            synonyms=wordings(
                "cấp công nhận | cấp xét công nhận | level | management level | cấp | cấp quản lý | cấp "
                "đề tài | cấp nhiệm vụ"
            ),
        ),
        Field(
            "type",
            T.CHOICE,
            Text("Loại hình", "Type"),
            "identity",
            codes="task_type",
            required=True,
            sortable=True,
            searchable=True,
            list_width=12,
            annex_width=2,
            synonyms=wordings(
                "type | task type | project type | loại đề tài | loại hình | loại | loại nhiệm vụ | loại "
                "hình nhiệm vụ | hình thức"
            ),
        ),
        Field(
            "status",
            T.CHOICE,
            Text("Tình trạng", "Status"),
            "identity",
            codes="task_status",
            required=True,
            sortable=True,
            searchable=True,
            list_width=14,
            annex_width=2,
            synonyms=wordings(
                "status | progress | state | tình trạng | trạng thái | tiến độ | tình hình thực hiện | "
                "kết quả thực hiện | hiện trạng"
            ),
        ),
        Field(
            "programme",
            T.TEXT,
            Text("Thuộc chương trình", "Programme"),
            "identity",
            searchable=True,
            synonyms=("chương trình", "thuộc chương trình"),
        ),
        Field(
            "leader",
            T.PEOPLE,
            Text("Chủ nhiệm", "Leader"),
            "people",
            codes="team_role",
            single=True,
            required=True,
            sortable=True,
            searchable=True,
            list_width=24,
            annex_width=4,
            synonyms=wordings(
                "tác giả | nhóm tác giả | tác giả/nhóm tác giả | tác giả, nhóm tác giả | họ và tên tác "
                "giả | leader | principal investigator | project leader | pi | head | họ và tên chủ nhiệm "
                "| chủ nhiệm dự án | chủ nhiệm đề án | cá nhân thực hiện | người thực hiện | họ tên chủ "
                "nhiệm đề tài | chủ nhiệm | chủ nhiệm đề tài | chủ nhiệm nhiệm vụ | họ tên chủ nhiệm | "
                "người chủ trì | cá nhân chủ trì | chủ nhiệm đề tài, dự án | tác giả sáng kiến | người "
                "phụ trách"
            ),
        ),
        Field(
            "members",
            T.PEOPLE,
            Text("Thành viên", "Members"),
            "people",
            codes="team_role",
            searchable=True,
            help=Text("Vai trò theo TT 02/2023/TT-BKHCN, Điều 2.", "Roles of Circular 02/2023, article 2."),
            synonyms=wordings(
                "người phối hợp | cán bộ phối hợp | đồng tác giả | members | team | team members | cán bộ "
                "tham gia | thành viên thực hiện | thành viên | các thành viên | thành viên tham gia | "
                "người tham gia | ban chủ nhiệm | thư ký"
            ),
        ),
        Field(
            "host",
            T.TEXT,
            Text("Đơn vị chủ trì", "Host unit"),
            "people",
            required=True,
            sortable=True,
            searchable=True,
            list_width=18,
            annex_width=3,
            synonyms=wordings(
                "host | host unit | unit | department | institution | host institution | đơn vị chủ trì "
                "thực hiện | đơn vị chủ quản | đơn vị quản lý | đơn vị chủ trì | cơ quan chủ trì | tổ "
                "chức chủ trì | đơn vị | đơn vị thực hiện | chủ trì"
            ),
        ),
        Field(
            "partners",
            T.TEXT,
            Text("Đơn vị phối hợp", "Partners"),
            "people",
            searchable=True,
            synonyms=wordings(
                "partners | đơn vị phối hợp thực hiện | đơn vị phối hợp | cơ quan phối hợp | phối hợp | "
                "đối tác"
            ),
        ),
        Field(
            "start",
            T.DATE,
            Text("Bắt đầu", "Start"),
            "course",
            sortable=True,
            list_width=11,
            annex_width=2,
            synonyms=wordings(
                "start | start date | from | năm thực hiện từ | ngày bắt đầu thực hiện | bắt đầu | ngày "
                "bắt đầu | thời gian bắt đầu | từ | từ ngày | khởi công | năm bắt đầu"
            ),
        ),
        Field(
            "end",
            T.DATE,
            Text("Kết thúc", "End"),
            "course",
            sortable=True,
            list_width=11,
            annex_width=2,
            help=Text("Ngày kết thúc theo thuyết minh, hợp đồng.", "The planned end by contract."),
            synonyms=wordings(
                "end | end date | to | due | năm kết thúc | thời gian hoàn thành | ngày hoàn thành | kết "
                "thúc | ngày kết thúc | thời gian kết thúc | đến | đến ngày | hạn hoàn thành | hoàn thành"
            ),
        ),
        _moment("proposed", "Ngày đề xuất", "Proposed on", "ngày đề xuất", "đề xuất"),
        _moment("approved", "Ngày phê duyệt", "Approved on", "ngày phê duyệt", "phê duyệt", "năm phê duyệt"),
        Field(
            "decision",
            T.TEXT,
            Text("Quyết định phê duyệt", "Approval decision"),
            "course",
            searchable=True,
            synonyms=wordings("quyết định | quyết định phê duyệt | số quyết định | qđ phê duyệt"),
        ),
        _moment("contract", "Ngày hợp đồng", "Contract on", "ngày hợp đồng", "ngày ký hợp đồng"),
        Field(
            "contract_number",
            T.TEXT,
            Text("Số hợp đồng", "Contract number"),
            "course",
            synonyms=("hợp đồng", "số hợp đồng"),
        ),
        _moment(
            "extended_until", "Gia hạn đến", "Extended until", "gia hạn đến", "gia hạn", "thời gian gia hạn"
        ),
        _moment("stopped", "Ngày dừng", "Stopped on", "ngày dừng", "ngày chấm dứt", "ngày đình chỉ"),
        Field(
            "stop_reason",
            T.TEXT,
            Text("Lý do dừng", "Reason for stopping"),
            "course",
            synonyms=("lý do dừng", "lý do đình chỉ", "lý do"),
        ),
        Field(
            "unit_accepted",
            T.DATE,
            Text("Nghiệm thu cấp cơ sở", "Unit-level acceptance"),
            "acceptance",
            sortable=True,
            synonyms=("nghiệm thu cơ sở", "ngày nghiệm thu cơ sở", "nghiệm thu cấp cơ sở"),
        ),
        Field(
            "accepted",
            T.DATE,
            Text("Ngày nghiệm thu", "Accepted on"),
            "acceptance",
            sortable=True,
            list_width=11,
            annex_width=2,
            help=Text("Nghiệm thu chính thức.", "Official acceptance."),
            synonyms=wordings(
                "accepted | acceptance date | date of acceptance | acceptance year | ngày tháng nghiệm "
                "thu | thời điểm nghiệm thu | ngày nghiệm thu | năm nghiệm thu | nghiệm thu | thời gian "
                "nghiệm thu | ngày nghiệm thu chính thức | nghiệm thu chính thức"
            ),
        ),
        Field(
            "grade",
            T.CHOICE,
            Text("Xếp loại", "Grade"),
            "acceptance",
            codes="acceptance_grade",
            sortable=True,
            list_width=9,
            annex_width=1.5,
            synonyms=wordings(
                "grade | rating | result | kết quả xếp loại | xếp loại nghiệm thu | kết quả đánh giá | "
                "xếp loại | kết quả nghiệm thu | kết quả | đánh giá | loại | mức đạt | xếp hạng"
            ),
        ),
        Field(
            "grade_written",
            T.TEXT,
            Text("Xếp loại theo biên bản", "Grade as written"),
            "acceptance",
            synonyms=("xếp loại theo biên bản",),
        ),
        _moment("finalised", "Ngày hoàn thiện", "Finalised on", "ngày hoàn thiện"),
        _moment(
            "registered",
            "Ngày đăng ký kết quả",
            "Result registered on",
            "ngày đăng ký kết quả",
            "ngày cấp gcn",
        ),
        Field(
            "certificate_number",
            T.TEXT,
            Text("Số giấy chứng nhận đăng ký", "Registration certificate"),
            "acceptance",
            searchable=True,
            synonyms=("giấy chứng nhận", "số giấy chứng nhận", "số gcn đăng ký"),
        ),
        _moment("applied", "Ngày đưa vào ứng dụng", "Applied on", "ngày ứng dụng", "ngày đưa vào ứng dụng"),
        Field(
            "application_form",
            T.CHOICES,
            Text("Hình thức ứng dụng", "Form of application"),
            "acceptance",
            codes="application_form",
            synonyms=("hình thức ứng dụng", "ứng dụng"),
        ),
        Field(
            "application_place",
            T.TEXT,
            Text("Địa chỉ ứng dụng", "Where applied"),
            "acceptance",
            searchable=True,
            synonyms=wordings(
                "đơn vị áp dụng | nơi áp dụng | phạm vi áp dụng | địa chỉ ứng dụng | nơi ứng dụng | đơn "
                "vị ứng dụng"
            ),
        ),
        Field(
            "application_effect",
            T.LONG_TEXT,
            Text("Hiệu quả ứng dụng", "Effect"),
            "acceptance",
            searchable=True,
            synonyms=("hiệu quả", "hiệu quả ứng dụng", "kết quả ứng dụng"),
        ),
        Field(
            "funding_total",
            T.MONEY,
            Text("Tổng kinh phí (đồng)", "Total funding (đồng)"),
            "funding",
            sortable=True,
            list_width=14,
            annex_width=2.5,
            synonyms=wordings(
                "budget | total budget | funding | total funding | cost | kinh phí được duyệt | kinh phí "
                "được cấp | kinh phí phê duyệt | số tiền | tổng kinh phí | kinh phí | kinh phí thực hiện "
                "| tổng số kinh phí | tổng dự toán | dự toán"
            ),
        ),
        Field(
            "funding",
            T.ROWS,
            Text("Kinh phí theo nguồn", "Funding by source"),
            "funding",
            columns=(
                Field("source", T.CHOICE, Text("Nguồn", "Source"), "", codes="funding_source"),
                Field("year", T.INTEGER, Text("Năm", "Year"), "", names=True),
                Field("approved", T.MONEY, Text("Được duyệt (đồng)", "Approved (đồng)"), ""),
                Field("spent", T.MONEY, Text("Đã chi (đồng)", "Spent (đồng)"), ""),
            ),
            spreads=(
                Spread(
                    "state_budget",
                    Text("Kinh phí từ NSNN", "State budget"),
                    {"source": "state_budget"},
                    "approved",
                    wordings("nsnn | ngân sách nhà nước | từ nsnn | kinh phí nsnn | ngân sách | nguồn nsnn"),
                ),
                Spread(
                    "ministry",
                    Text("Kinh phí Bộ Công an cấp", "Ministry funding"),
                    {"source": "ministry"},
                    "approved",
                    wordings("bộ cấp | bca cấp | kinh phí bộ | nguồn bộ công an | bộ công an"),
                ),
                Spread(
                    "other_source",
                    Text("Kinh phí nguồn khác", "Other sources"),
                    {"source": "other"},
                    "approved",
                    wordings(
                        "nguồn khác | khác | kinh phí khác | ngoài nsnn | ngoài ngân sách | tự có | xã hội hóa"
                    ),
                ),
            ),
        ),
        Field(
            "objectives",
            T.LONG_TEXT,
            Text("Mục tiêu", "Objectives"),
            "content",
            searchable=True,
            synonyms=("mục tiêu", "mục tiêu nghiên cứu"),
        ),
        Field(
            "content",
            T.LONG_TEXT,
            Text("Nội dung chính", "Content"),
            "content",
            searchable=True,
            synonyms=wordings("nội dung | nội dung nghiên cứu | nội dung chính | tóm tắt"),
        ),
        Field(
            "products",
            T.ROWS,
            Text("Sản phẩm", "Products"),
            "content",
            searchable=True,
            columns=(
                Field("form", T.CHOICE, Text("Dạng", "Form"), "", codes="product_form"),
                Field("name", T.TEXT, Text("Tên sản phẩm", "Product"), ""),
                Field("expected", T.INTEGER, Text("Dự kiến", "Expected"), ""),
                Field("delivered", T.INTEGER, Text("Đã giao", "Delivered"), ""),
            ),
        ),
        *classification_fields(),
        Field(
            "activity_codes",
            T.CLASS,
            Text("Loại hình nghiên cứu", "Type of activity"),
            "classification",
            codes="activity",
            synonyms=("dạng hoạt động", "loại hình nghiên cứu"),
        ),
        *deposit_fields(),
        *closing_fields(),
    ),
)
