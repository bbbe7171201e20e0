"""Campaigns as different as offices are, made without any file: what is printed of each.

All people, units and models are samples.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from dankheo_sheets.campaign import Campaign, FieldOfWork
from dankheo_sheets.campaign.document_settings import LastYear
from dankheo_sheets.form.layout import Form
from dankheo_sheets.register import Register
from dankheo_sheets.registration import Cover, Entry, Registration, Snapshot, Terms
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.counting import Counting, check, standing
from tests import form_2022
from tests.form_2022 import entry
from tests.outputs.registers import CONFIRMED

ZONE = "+07:00"
SENTENCES = (
    "Nhiều hộ chưa phân loại rác tại nguồn, đường làng còn điểm tập kết tự phát",
    "chi hội phụ nữ cùng tổ tự quản hướng dẫn từng hộ, phát 120 thùng rác hai ngăn",
    "dự kiến 90% số hộ phân loại rác, xóa 04 điểm tập kết trước ngày 30/11",
    "hồ sơ thủ tục hành chính còn chậm, người dân phải đi lại nhiều lần",
    "công chức bộ phận một cửa hướng dẫn nộp hồ sơ trực tuyến vào sáng thứ Bảy hằng tuần",
    "tỷ lệ hồ sơ trực tuyến toàn trình đạt trên 70%, không có hồ sơ quá hạn",
    "cán bộ, đảng viên gương mẫu tháo dỡ hàng rào, hiến 1.250 m² đất mở rộng đường liên thôn",
)
NAMES = (
    "Tổ tự quản thu gom, phân loại rác thải tại nguồn",
    "Bộ phận một cửa thân thiện, vì nhân dân phục vụ",
    "Khéo vận động nhân dân hiến đất mở rộng đường liên thôn Nước Lang - Gò Re",
    "Thắp sáng đường quê",
    "Ông Nguyễn Văn Mẫu, hòa giải viên cơ sở",
)
PLACES = (
    "Thôn Nước Lang, xã Ba Dinh", "Phòng Hành chính - Tổng hợp",
    "Tổ dân phố số 5, phường Nghĩa Lộ", "Xã Bình Hải",
)  # fmt: skip


def entries(many: int, fields: Sequence[str], *, sentences: int = 5, at: int = 0) -> list[Entry]:
    """Return sample entries; each is another, none is empty."""
    made = []
    for number in range(at, at + many):
        said = [SENTENCES[(number + n) % len(SENTENCES)] for n in range(sentences)]
        text = f"{'; '.join(said)}."
        made.append(
            entry(
                10 + number, fields[number % len(fields)], NAMES[number % len(NAMES)],
                "x" if number % 3 else "", "" if number % 3 else "x",
                PLACES[number % len(PLACES)], text, "x" if number % 4 else "",
                "" if number % 4 else "x",
            )
        )  # fmt: skip
    return made


def changed(campaign: Campaign, **changes: Any) -> Campaign:
    """Return the campaign with other values, sections in part, all checked again."""
    data = campaign.model_dump(exclude_none=True)
    for key, value in changes.items():
        data[key] = {**data[key], **value} if isinstance(value, Mapping) else value
    return Campaign.model_validate(data)


@dataclass
class Case:
    """One campaign with what its units handed in."""

    name: str
    campaign: Campaign
    handed_in: Mapping[str, Sequence[Entry]]
    """By the unit's name; () is a unit that wrote nothing."""
    terms: Mapping[str, Terms] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why a unit registers none."""
    late: frozenset[str] = frozenset()

    @property
    def units(self) -> list[Unit]:
        """Its roster."""
        return [Unit(f"DV{at}", name) for at, name in enumerate(self.handed_in, 1)]

    def register(self) -> Register:
        """Return its register, all units closed."""
        form = Form(self.campaign)
        due = self.campaign.deadline.moment
        standings = {}
        for unit in self.units:
            rows = [replace(e, row=10 + at) for at, e in enumerate(self.handed_in[unit.name])]
            when = (
                due.replace(hour=3, minute=51) if unit.name in self.late else self.campaign.opening
            )
            reason = self.reasons.get(unit.name, "")
            cover = replace(CONFIRMED, nil_reason=reason) if rows or reason else Cover("", "")
            snapshot = Snapshot(unit.code, "ab" * 32, "1", when, due, 1, len(rows))
            content = Registration(unit.code, tuple(rows), cover, "Đăng ký")
            read = check(snapshot, content, form)
            terms = self.terms.get(unit.name, Terms())
            standings[unit.code] = standing(Counting(read, read), due, form, terms)
        return Register(self.campaign, self.units, standings)


def _names(many: int) -> list[str]:
    kinds = ("Phòng", "Chi cục", "Trung tâm", "Ban Quản lý")
    works = (
        "Tài chính", "Tiêu chuẩn Đo lường Chất lượng", "Ứng dụng Tiến bộ Khoa học và Công nghệ",
        "Nội chính", "Kiểm tra, giám sát và cải cách hành chính",
    )  # fmt: skip
    return [f"{kinds[n % 4]} {works[n % 5]} số {n + 1}" for n in range(many)]


def _spread(many: int, units: int, fields: Sequence[str], **keys: int) -> dict[str, list[Entry]]:
    each, more = divmod(many, units)
    sizes = [each + (n < more) for n in range(units)]
    return {
        name: entries(size, fields, at=sum(sizes[:n]), **keys)
        for n, (name, size) in enumerate(zip(_names(units), sizes, strict=True))
    }


def cases(sample: Campaign) -> list[Case]:
    """Return the campaigns, from the sample one."""
    four = [each.name for each in sample.fields]
    commune = changed(
        sample, year=2026, opens=date(2026, 1, 5), holidays=(),
        title="Đăng ký mô hình \"Dân vận khéo\" năm 2026",
        deadline={"before": date(2026, 2, 2)},
        plan={"number": "01/KH-UBND", "date": date(2026, 1, 2), "issuer": "UBND xã Ba Tơ"},
        letter={"number": "7", "symbol": "UBND-VP", "date": date(2026, 1, 5),
                "issuer": "UBND xã Ba Tơ", "addressees": ["Các phòng, ban thuộc UBND xã"]},
        signer={"authority": "TM.", "body": "Ủy ban nhân dân", "head": "Chủ tịch",
                "position": "Phó Chủ tịch", "name": "Lê A"},
        report={"kind": "tờ trình", "number": "5", "date": date(2026, 2, 9),
                "addressees": ["Ban Dân vận Huyện ủy"]},
        agency={"parent": "", "name": "UBND xã Ba Tơ", "place": "Ba Tơ", "short": "UBND xã"},
    )  # fmt: skip
    zone = changed(
        sample, year=2025, opens=date(2025, 11, 3), holidays=(),
        title="Đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2025",
        deadline={"before": datetime.fromisoformat(f"2025-12-01T17:30:00{ZONE}")},
        plan={"number": "1348/KH-BQL", "date": date(2025, 2, 28)},
        letter={
            "number": "12345", "symbol": "BQLKCXCN-VP", "date": date(2025, 11, 3),
            "issuer": "Ban Quản lý các Khu chế xuất và Công nghiệp Thành phố",
            "addressees": [
                "Các phòng chuyên môn, nghiệp vụ thuộc Ban Quản lý các Khu chế xuất và Công "
                "nghiệp Thành phố", "Văn phòng Ban", "Trung tâm Hỗ trợ Doanh nghiệp",
                "Trung tâm Đào tạo", "Công đoàn các Khu chế xuất và Công nghiệp",
            ],
            "recipients": [
                "Như trên", "Thường trực Thành ủy (để b/c)", "UBND Thành phố (để b/c)",
                "Ban Dân vận Thành ủy (để b/c)", "Trưởng ban, các Phó Trưởng ban",
                "Đảng ủy, Công đoàn, Đoàn Thanh niên, Hội Cựu chiến binh cơ quan",
                "Trang thông tin điện tử của Ban", "Lưu: VT, VP, TCCB",
            ],
            "extra": ["Đề nghị các đơn vị cử 01 đầu mối phối hợp, gửi danh sách về Văn phòng Ban."],
        },
        signer={"authority": "TM.", "head": "Trưởng ban", "body": "Ban Quản lý",
                "position": "Phó Trưởng ban Thường trực",
                "name": "Huỳnh Nguyễn Thị Phương Khánh Ngọc"},
        report={
            "number": "128", "date": date(2025, 12, 1), "chart": True,
            "last_year": LastYear(total=9, collective=6, individual=3, new=7, replicated=2),
            "addressees": ["Ban Dân vận Thành ủy", "Ủy ban nhân dân Thành phố",
                           "Ban Chỉ đạo Quy chế dân chủ ở cơ sở Thành phố"],
        },
        agency={"parent": "UBND thành phố Hồ Chí Minh", "place": "Thành phố Hồ Chí Minh",
                "name": "Ban Quản lý các Khu chế xuất và Công nghiệp Thành phố", "short": "Ban"},
    )  # fmt: skip
    long = changed(
        zone,
        signer={"authority": "TUQ.", "head": "Chủ tịch", "position": "Trưởng ban", "body": ""},
        agency={
            "parent": "Ủy ban nhân dân thành phố Hồ Chí Minh và các tỉnh Vùng kinh tế trọng điểm "
            "phía Nam",
            "name": "Ban Chỉ đạo Phát triển khoa học, công nghệ, đổi mới sáng tạo, chuyển đổi số "
            "và Đề án 06 thành phố Hồ Chí Minh", "short": "Ban Chỉ đạo",
        },
        letter={"addressees": [
            "Các phòng, ban, trung tâm, đơn vị sự nghiệp công lập và doanh nghiệp nhà nước trực "
            "thuộc Ủy ban nhân dân thành phố Hồ Chí Minh"], "recipients": []},
        report={"chart": False, "last_year": None, "addressees": [
            "Ban Chỉ đạo Trung ương về phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển "
            "đổi số"]},
    )  # fmt: skip
    fifteen = [f"{name} {n}" for n in range(1, 4) for name in (
        "VH-XH", "Kinh tế nông nghiệp, nông thôn", "Quốc phòng - an ninh",
        "Xây dựng hệ thống chính trị", "Cải cách hành chính, chuyển đổi số")]  # fmt: skip
    wide = changed(
        sample, year=2027, opens=date(2027, 3, 1), holidays=(), form_rows=100,
        title="Đăng ký mô hình “Dân vận khéo” năm 2027",
        deadline={"before": date(2027, 3, 26)},
        fields=[FieldOfWork(name=name) for name in fifteen],
        letter={"date": date(2027, 3, 1), "addressees": []},
        signer={"authority": "TL.", "head": "Chủ tịch", "position": "Phó Chánh Văn phòng",
                "unit_head": "Chánh Văn phòng"},
        report={"chart": True, "unit_column": False},
    )  # fmt: skip
    acting = changed(wide, signer={"authority": "Q.", "head": "Giám đốc", "position": "",
                                   "unit_head": ""}, report={"chart": False},
                     fields=[FieldOfWork(name="Kinh tế"), FieldOfWork(name="VH-XH")])  # fmt: skip
    head = changed(acting, signer={"authority": ""},
                   fields=[FieldOfWork(name="Dân vận chính quyền")])  # fmt: skip
    scripts = [
        form_2022.changed(e, name=name, content=f"{text} {e['content']}")
        for e, name, text in zip(
            entries(4, four),
            ("ភូមិគំរូ", "示范村：便民服务站", "Ea H’Leo: buôn Kđruh", "D" * 90),
            ("ភូមិស្អាត", "群众路线" * 30, "Buôn làng ƀă ƀơ̆", "x" * 300), strict=True,
        )
    ]  # fmt: skip
    standings = dict(zip(_names(8), (
        entries(3, four), entries(2, four), (), (), entries(1, four), entries(2, four), (), ()),
        strict=True))  # fmt: skip
    first, *_, last = standings
    third, fourth = list(standings)[2:4]
    return [
        Case("seed", sample, _spread(13, 8, four)),
        Case("commune-nothing", commune, dict.fromkeys(_names(3), ())),
        Case("zone-60", zone, _spread(60, 12, four)),
        Case("long-names", long, _spread(9, 3, four)),
        Case("fifteen-fields", wide, _spread(60, 20, fifteen)),
        Case("acting-one", acting, {"Phòng Tài chính": entries(1, ["Kinh tế"])}),
        Case("head-two", head, {"Phòng Tài chính": entries(2, ["Dân vận chính quyền"])}),
        Case("four-hundred", commune, _spread(400, 25, four, sentences=3)),
        Case("scripts", acting, {"Phòng Dân tộc": scripts}),
        Case("mixed", sample, standings, {
            first: Terms(extended=True), fourth: Terms(excluded="Mới thành lập"),
            last: Terms(return_reason="Chưa nêu rõ kết quả")},
            {third: "Đơn vị đang sắp xếp lại tổ chức"}, frozenset({list(standings)[1]})),
        Case("none-of-thirty", zone, dict.fromkeys(_names(30), ())),
        Case("few-words", commune, _spread(30, 6, four, sentences=1)),
        Case("long-contents", zone, _spread(12, 4, four, sentences=40)),
    ]  # fmt: skip
