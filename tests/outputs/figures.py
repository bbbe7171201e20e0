"""Figures as bao-cao.json has them, made without any campaign: what the boards are drawn from."""

from collections.abc import Mapping, Sequence
from typing import Any

from dankheo_sheets.board.model import Board

Figures = dict[str, Any]


def board(figures: Figures) -> Board:
    """Return the board that bao-cao.json with these figures holds."""
    return Board.model_validate(figures)


DUE = "2022-04-12T00:00:00+07:00"
STATUSES = (
    "not-provisioned", "untouched", "drafting", "needs-fixing", "returned", "ready",
    "submitted", "submitted-late", "none-registered", "excluded",
)  # fmt: skip
RECEIVED = {"submitted", "submitted-late", "none-registered"}
ACTIONS = {
    "not-provisioned": "Phát biểu mẫu cho đơn vị", "untouched": "Nhắc đơn vị ghi biểu",
    "drafting": "Nhắc đơn vị ghi tiếp", "needs-fixing": "Đề nghị đơn vị sửa",
    "returned": "Chờ đơn vị sửa và gửi lại", "ready": "Nhắc đơn vị xác nhận đã hoàn thành",
}  # fmt: skip


def finding(
    message: str, cell: str = "", severity: str = "block", *, about_file: bool = False
) -> Figures:
    """Return one finding of a unit."""
    return {
        "code": "mau", "severity": severity, "cell": cell, "message": message,
        "about_file": about_file,
    }  # fmt: skip


def unit(code: str, name: str, status: str = "submitted", **changes: object) -> Figures:
    """Return one unit's figures; what is not said is as in a unit with nothing unusual."""
    return {
        "unit": code, "name": name, "status": status, "late": status == "submitted-late",
        "closed": False, "deadline": DUE, "extended": False,
        "changed_at": "2022-04-07T09:00:00+07:00", "sha256": "ab" * 32, "entries": 1,
        "counted": 1, "next_action": ACTIONS.get(status, ""), "returned": "", "excluded": "",
        "nil_reason": "", "received": "", "mail_problem": "", "url": "", "findings": [],
    } | changes  # fmt: skip


def figures_of(
    units: Sequence[Mapping[str, Any]], received: Sequence[int] = (0, 1, 2), **changes: object
) -> Figures:
    """Return the figures of a campaign of these units; `received` is by day from 05/4/2022."""
    statuses = [each["status"] for each in units]
    excluded = statuses.count("excluded")
    got = sum(status in RECEIVED for status in statuses)
    late = statuses.count("submitted-late")
    expected = len(units) - excluded
    return {
        "campaign": {
            "id": "mau", "title": "Đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2022",
            "year": 2022, "agency": "Sở Khoa học và Công nghệ",
            "opens": "2022-04-05T00:00:00+07:00", "deadline": DUE,
        },
        "as_of": "2022-04-08T17:00:00+07:00", "final": False,
        "completeness": {
            "expected": expected, "received": got, "on_time": got - late, "late": late,
            "missing": expected - got, "excluded": excluded,
        },
        "rate": round(100 * got / expected, 1) if expected else 0,
        "totals": {"total": 9, "collective": 6, "individual": 3, "new": 5, "replicated": 4},
        "by_field": [
            field("Kinh tế", 4, 1), field("Văn hoá - xã hội", 1, 2),
            field("Quốc phòng - an ninh", 0, 0), field("Xây dựng hệ thống chính trị", 1, 0),
        ],
        "by_unit": [],
        "progress": [
            {"date": f"2022-04-{5 + day:02d}", "received": count}
            for day, count in enumerate(received)
        ],
        "units": list(units), "notes": [], "fingerprint": "3f9a" * 16,
    } | changes  # fmt: skip


def field(name: str, collective: int, individual: int) -> Figures:
    """Return one field's figures."""
    total = collective + individual
    return {
        "field": name, "total": total, "collective": collective, "individual": individual,
        "new": total // 2, "replicated": total - total // 2,
    }  # fmt: skip


def office() -> Figures:
    """Return the figures of the office of the letter in mid-campaign: a bit of everything."""
    sheet = "https://docs.google.com/spreadsheets/d/mau/edit"
    units = [
        unit("HCTH", "Phòng Hành chính - Tổng hợp", url=sheet, entries=3, counted=3),
        unit("TTra", "Thanh tra Sở", "untouched", changed_at="", entries=0, counted=0, url=sheet),
        unit(
            "QLKH", "Phòng Quản lý Khoa học", "submitted-late", url=sheet, entries=2, counted=2,
            changed_at="2022-04-12T08:15:00+07:00",
            findings=[finding("Nội dung quá ngắn, nên nêu đủ ba ý.", "F10", "warn")],
        ),
        unit(
            "QLCN", "Phòng Quản lý Công nghệ và Chuyên ngành", "returned", entries=2, counted=2,
            returned="Kế hoạch chưa có chữ ký của Trưởng phòng.", url=sheet,
        ),
        unit(
            "KHTC", "Phòng Kế hoạch - Tài chính", "ready", extended=True,
            deadline="2022-04-15T17:00:00+07:00", changed_at="2022-04-08T16:40:00+07:00",
        ),
        unit(
            "TDC", "Chi cục Tiêu chuẩn Đo lường Chất lượng", "needs-fixing", entries=5, counted=2,
            url=sheet,
            findings=[
                finding("Thiếu địa chỉ.", "E10"), finding("Thiếu địa chỉ.", "E12"),
                finding("Thiếu địa chỉ.", "E14"),
                finding("Ghi “x” vào một trong hai cột “Xây dựng mới”, “Nhân rộng”.", "G12"),
                finding("Nội dung quá ngắn, nên nêu đủ ba ý.", "F10", "warn"),
            ],
        ),
        unit(
            "TTUD", "Trung tâm Ứng dụng và Dịch vụ Khoa học và Công nghệ", "not-provisioned",
            changed_at="", entries=0, counted=0,
            mail_problem="hộp thư ttud@so-khcn.example không nhận được thư",
        ),
        unit("TTTT", "Trung tâm Thông tin và Thống kê", "none-registered", entries=0, counted=0,
             nil_reason="Đang sắp xếp lại tổ chức."),
        unit("BQL", "Ban Quản lý Khu công nghệ cao", "excluded", changed_at="", entries=0,
             counted=0, excluded="đã sáp nhập từ ngày 01/3/2022"),
        unit("VP", "Đảng uỷ", "drafting", entries=1, counted=0, closed=True),
    ]  # fmt: skip
    return figures_of(
        units, (0, 1, 1, 3), notes=["TDC: đơn vị đang mở tệp, phản hồi sẽ ghi ở lần chạy sau"]
    )


def country(count: int = 3321) -> Figures:
    """Return the figures of as many communes, of every status in turn."""
    sheet = f"https://docs.google.com/spreadsheets/d/1{'MauMauMauMau' * 3}"
    names = ("An Bình", "Đức Phổ", "Ân Hảo", "Ấn Nghĩa", "Ea Kao", "Ô Môn", "Ơ Đu", "Ứng Hoà")
    units = []
    for number in range(count):
        status = STATUSES[number % len(STATUSES)]
        wrong = status in ("needs-fixing", "drafting")
        units.append(
            unit(
                f"X{number:05d}", f"Uỷ ban nhân dân xã {names[number % len(names)]} {number}",
                status, entries=number % 13, counted=number % 7,
                url=f"{sheet}{number:05d}/edit",
                findings=[finding("Thiếu địa chỉ.", f"E{row}") for row in range(10, 16)] * wrong
                + [finding("Cần ít nhất 01 mô hình đạt.")] * wrong,
            )
        )  # fmt: skip
    return figures_of(units, range(0, 700, 100))
