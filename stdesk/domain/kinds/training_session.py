"""Training sessions (đào tạo, tập huấn, bồi dưỡng, quán triệt; Directive 05, 5b)."""

from __future__ import annotations

from stdesk.domain.fields import Field, FieldType, Section, Spread, wordings
from stdesk.domain.kinds import DateSpan, Kind
from stdesk.domain.kinds.common import OTHER, closing_fields
from stdesk.i18n import Text

T = FieldType

TRAINING_SESSION = Kind(
    name="training_session",
    label=Text("Lớp đào tạo, tập huấn, bồi dưỡng", "Training session"),
    plural=Text("Đào tạo, tập huấn", "Training sessions"),
    icon="chalkboard-teacher",
    people="lecturers",
    begins=("start",),
    ends=("end", "start"),
    identity=("start", "place"),
    sheet_words=wordings(
        "tập huấn | bồi dưỡng | đào tạo | lớp học | tên lớp | học viên | số học viên | chứng chỉ "
        "| giảng viên | quán triệt | phổ biến | tuyên truyền | khóa học"
    ),
    spans=(
        DateSpan(
            "start",
            "end",
            Text("Thời gian", "Dates"),
            wordings(
                "thời gian | date | dates | time | thời gian đào tạo | thời gian tập huấn | thời gian, "
                "địa điểm | thời gian tổ chức | ngày tổ chức | thời gian học | thời gian mở lớp | ngày "
                "tháng | ngày"
            ),
        ),
    ),
    sections=(
        Section("identity", Text("Lớp học", "Session")),
        Section("time", Text("Thời gian, địa điểm", "Time and place")),
        Section("people", Text("Người học", "Participants")),
        Section("result", Text("Kết quả, kinh phí", "Result and cost")),
        OTHER,
    ),
    fields=(
        Field(
            "title",
            T.TEXT,
            Text("Tên lớp", "Title"),
            "identity",
            required=True,
            sortable=True,
            searchable=True,
            list_width=48,
            annex_width=8,
            synonyms=wordings(
                "title | course | course title | course name | session | name of course | tên lớp học | "
                "nội dung lớp học | tên khóa bồi dưỡng | tên lớp bồi dưỡng | tên chương trình | tên khóa "
                "đào tạo | tên | tên lớp | tên lớp tập huấn | tên khóa học | tên khoá học | lớp | nội "
                "dung | nội dung tập huấn | tên lớp đào tạo | khóa đào tạo | tên hội nghị tập huấn | tên "
                "khóa | lớp tập huấn"
            ),
        ),
        Field(
            "type",
            T.CHOICE,
            Text("Hình thức", "Type"),
            "identity",
            codes="training_type",
            required=True,
            sortable=True,
            searchable=True,
            list_width=12,
            annex_width=2,
            synonyms=wordings("type | loại | loại lớp | hình thức đào tạo | loại hình | loại hình đào tạo"),
        ),
        Field(
            "topic",
            T.TEXT,
            Text("Chuyên đề", "Topic"),
            "identity",
            searchable=True,
            synonyms=wordings("topic | chuyên đề | chủ đề | lĩnh vực"),
        ),
        Field(
            "organiser",
            T.TEXT,
            Text("Đơn vị tổ chức", "Organiser"),
            "identity",
            required=True,
            sortable=True,
            searchable=True,
            list_width=16,
            annex_width=3,
            synonyms=wordings(
                "organiser | organizer | host | unit | department | đơn vị chủ trì tổ chức | cơ sở đào "
                "tạo | đơn vị thực hiện | đơn vị tổ chức | đơn vị | cơ quan tổ chức | tổ chức | đơn vị "
                "chủ trì | đơn vị mở lớp"
            ),
        ),
        Field(
            "legal_basis",
            T.TEXT,
            Text("Căn cứ, kế hoạch", "Legal basis"),
            "identity",
            searchable=True,
            synonyms=wordings("căn cứ | kế hoạch | quyết định mở lớp | số kế hoạch"),
        ),
        Field(
            "lecturers",
            T.PEOPLE,
            Text("Giảng viên, báo cáo viên", "Lecturers"),
            "identity",
            codes="contributor_role",
            searchable=True,
            synonyms=wordings(
                "lecturer | lecturers | trainer | trainers | instructor | giảng viên | báo cáo viên | "
                "người giảng | giáo viên"
            ),
        ),
        Field(
            "start",
            T.DATE,
            Text("Từ ngày", "From"),
            "time",
            required=True,
            sortable=True,
            list_width=11,
            annex_width=2,
            synonyms=wordings(
                "start | start date | from | ngày mở lớp | từ ngày | bắt đầu | ngày bắt đầu | ngày khai "
                "giảng | khai giảng | từ"
            ),
        ),
        Field(
            "end",
            T.DATE,
            Text("Đến ngày", "To"),
            "time",
            sortable=True,
            list_width=11,
            annex_width=2,
            synonyms=wordings(
                "end | end date | to | đến ngày | kết thúc | ngày kết thúc | bế giảng | ngày bế giảng | đến"
            ),
        ),
        Field(
            "hours",
            T.NUMBER,
            Text("Số giờ (tiết)", "Hours"),
            "time",
            synonyms=wordings("hours | duration | số giờ | số tiết | thời lượng | số buổi"),
        ),
        Field(
            "place",
            T.TEXT,
            Text("Địa điểm", "Place"),
            "time",
            sortable=True,
            searchable=True,
            list_width=20,
            annex_width=3,
            synonyms=wordings(
                "place | venue | location | địa điểm học | địa điểm mở lớp | địa điểm | nơi tổ chức | địa "
                "điểm tổ chức | nơi học"
            ),
        ),
        Field(
            "mode",
            T.CHOICE,
            Text("Cách tổ chức", "Mode"),
            "time",
            codes="training_mode",
            synonyms=wordings("cách tổ chức | hình thức | hình thức tổ chức | trực tiếp/trực tuyến"),
        ),
        Field(
            "participants",
            T.INTEGER,
            Text("Số học viên", "Participants"),
            "people",
            required=True,
            sortable=True,
            list_width=9,
            annex_width=1.5,
            synonyms=wordings(
                "người dự | số người dự | số người tham dự | số đại biểu | số lượng người tham dự | số "
                "lượng tham dự | participants | number of participants | trainees | attendees | số học "
                "viên tham dự | số lượt người | số cán bộ tham gia | tổng số | số học viên | học viên | "
                "số người | số lượng | tổng số học viên | số lượt | sĩ số | số người tham gia | số lượng "
                "học viên | quân số | số cbcs | số lượng tham gia"
            ),
        ),
        Field(
            "women",
            T.INTEGER,
            Text("Trong đó nữ", "Women"),
            "people",
            list_width=6,
            annex_width=1,
            synonyms=wordings(
                "women | female | số học viên nữ | nữ giới | nữ | trong đó nữ | số nữ | học viên nữ"
            ),
        ),
        Field(
            "own_unit",
            T.INTEGER,
            Text("Của đơn vị", "From the unit"),
            "people",
            synonyms=("của đơn vị", "cán bộ đơn vị", "số cán bộ của đơn vị"),
        ),
        Field(
            "participant_list",
            T.PEOPLE,
            Text("Danh sách học viên", "Named participants"),
            "people",
            packaged=False,
            help=Text(
                "Danh sách cán bộ được cử đi học có thể là thông tin cần bảo vệ: chỉ ghi khi cần, không đưa vào gói.",
                "Lists of officers sent for training may need protection: keep only if needed; not packaged.",
            ),
        ),
        Field(
            "certificate",
            T.CHOICE,
            Text("Chứng chỉ", "Certificate"),
            "result",
            codes="certificate",
            annex_width=1,
            synonyms=wordings(
                "certificate | certificates | chứng chỉ | giấy chứng nhận | cấp chứng chỉ | chứng nhận | "
                "chứng chỉ/chứng nhận"
            ),
        ),
        Field(
            "cost_total",
            T.MONEY,
            Text("Tổng kinh phí (đồng)", "Total cost (đồng)"),
            "result",
            sortable=True,
            synonyms=wordings(
                "cost | budget | kinh phí tổ chức | kinh phí thực hiện | kinh phí | tổng kinh phí | chi phí"
            ),
        ),
        Field(
            "cost",
            T.ROWS,
            Text("Kinh phí theo nguồn", "Cost by source"),
            "result",
            columns=(
                Field("source", T.CHOICE, Text("Nguồn", "Source"), "", codes="funding_source"),
                Field("amount", T.MONEY, Text("Số tiền (đồng)", "Amount (đồng)"), ""),
            ),
            spreads=(
                Spread(
                    "state_budget",
                    Text("Kinh phí từ NSNN", "State budget"),
                    {"source": "state_budget"},
                    "amount",
                    ("nsnn", "ngân sách nhà nước", "kinh phí nsnn"),
                ),
            ),
        ),
        Field(
            "evaluation",
            T.LONG_TEXT,
            Text("Đánh giá kết quả", "Evaluation"),
            "result",
            searchable=True,
            synonyms=wordings("đánh giá | kết quả | kết quả học tập | xếp loại"),
        ),
        *closing_fields(),
    ),
)
