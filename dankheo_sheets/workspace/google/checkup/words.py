"""What an audit found, in words: what it is, and what mends it. Pure."""

from dankheo_sheets.workspace.access_findings import AccessFinding
from dankheo_sheets.workspace.base import ANYONE
from dankheo_sheets.workspace.google.checkup.access import (
    LOWERED,
    MENDABLE,
    Discrepancy,
    Expected,
    Wrong,
)
from dankheo_sheets.workspace.google.drive_file import DriveFile

_MAY = {
    "reader": "xem", "commenter": "nhận xét", "writer": "sửa", "fileOrganizer": "quản lý nội dung",
    "organizer": "quản lý",
}  # fmt: skip
_WHAT = {
    Wrong.STRANGER: "{who} được {may}, không có trong danh sách",
    Wrong.OTHER_UNIT: "{who} được {may}, là địa chỉ của đơn vị {unit}",
    Wrong.GONE: "{who} được {may}, đơn vị không còn trong danh sách",
    Wrong.PUBLIC: "ai có liên kết cũng được {may}",
    Wrong.DOMAIN: "mọi người của tên miền {who} được {may}",
    Wrong.GROUP: "nhóm {who} được {may}, không rõ nhóm gồm những ai",
    Wrong.LOCKED_WRITER: "{who} còn được {may} dù biểu đã khoá",
    Wrong.UNLOCKED: "biểu đã chốt nhưng khoá đã bị mở",
    Wrong.TOO_HIGH: "{who} được {may}, cao hơn quyền {right}",
    Wrong.TOO_LOW: "{who} chỉ được {may}, lẽ ra được {right}",
    Wrong.MISSING: "{who} chưa có quyền, lẽ ra được {right}",
    Wrong.RESHARING: "người sửa được biểu có thể chia sẻ tiếp cho người khác",
    Wrong.INHERITED: "{whom} được {may} mọi tệp của đợt",
    Wrong.OWNER: "{who} là chủ tệp, không phải tài khoản chạy chương trình",
    Wrong.PENDING_OWNER: "{who} đang được mời làm chủ tệp",
    Wrong.COPY: "bản sao nằm ngoài thư mục của đợt{owned}",
    Wrong.MOVED: "nằm ngoài thư mục của đợt, chương trình không đọc tới",
    Wrong.SHORTCUT: "lối tắt tới tệp của đợt, ai có liên kết cũng thấy",
}
_LINK = {
    Wrong.MISSING: "chưa mở cho người có liên kết, lẽ ra được {right}",
    Wrong.TOO_LOW: "người có liên kết chỉ được {may}, lẽ ra được {right}",
    Wrong.TOO_HIGH: "người có liên kết được {may}, cao hơn quyền {right}",
    Wrong.LOCKED_WRITER: "người có liên kết còn được {may} dù biểu đã khoá",
}
"""The same of whoever has the link, where that is somebody who should."""
_REMEDY = {
    Wrong.TOO_LOW: "đặt lại quyền trong hộp Chia sẻ của tệp (--fix không nâng quyền của ai)",
    Wrong.RESHARING: "tắt quyền chia sẻ tiếp",
    Wrong.PUBLIC: "tắt liên kết công khai",
    Wrong.UNLOCKED: "chạy dankheo close để khoá lại",
    Wrong.INHERITED: "người quản lý bỏ địa chỉ này khỏi thành viên của bộ nhớ dùng chung, hoặc "
    "khỏi thư mục cấp trên: quyền đi từ trên xuống, chương trình không bỏ được ở từng tệp",
    Wrong.OWNER: "chủ tệp chuyển quyền sở hữu lại; đúng là người của đợt thì ghi địa chỉ vào "
    "[agency] của campaign.toml",
    Wrong.PENDING_OWNER: "rút lời mời làm chủ tệp",
    Wrong.COPY: "xem ai mở được bản sao; không cần thì xoá",
    Wrong.MOVED: "chuyển tệp trở lại thư mục của đợt",
    Wrong.SHORTCUT: "xoá lối tắt, hoặc tắt liên kết công khai của thư mục chứa nó",
}
_NOBODY = "(tài khoản không rõ tên)"
_NOBODY_MEANT = frozenset((Wrong.COPY, Wrong.MOVED, Wrong.SHORTCUT))
"""Where an owner may be known, but it is the file that matters."""


def in_words(file: DriveFile, expected: Expected, discrepancy: Discrepancy) -> AccessFinding:
    """Return it in words."""
    wrong, grant, who = discrepancy.wrong, discrepancy.grant, discrepancy.who
    by_link = who == ANYONE
    what = (_LINK if by_link and wrong in _LINK else _WHAT)[wrong].format(
        who=who or _NOBODY,
        whom=_whom(discrepancy),
        owned=f", chủ tệp là {who}" if who else "",
        may=_MAY.get(grant.role, grant.role) if grant else "",
        right=_MAY.get(discrepancy.right_role, ""),
        unit=discrepancy.unit,
    )
    everywhere = wrong is Wrong.INHERITED
    return AccessFinding(
        code=wrong.value,
        unit="" if everywhere else expected.unit,
        file="Cả đợt" if everywhere else file.name,
        url="" if everywhere else file.url,
        who="" if by_link or wrong in _NOBODY_MEANT else who,
        what=what,
        remedy=_remedy(discrepancy, expected),
        mendable=wrong in MENDABLE,
    )


def _whom(discrepancy: Discrepancy) -> str:
    who, grant = discrepancy.who or _NOBODY, discrepancy.grant
    by_type = {
        "anyone": "ai có liên kết cũng",
        "domain": f"mọi người của tên miền {who}",
        "group": f"nhóm {who}",
    }
    if discrepancy.unit:
        return f"{who} (đơn vị {discrepancy.unit})"
    return by_type.get(grant.type, who) if grant else who


def _remedy(discrepancy: Discrepancy, expected: Expected) -> str:
    wrong = discrepancy.wrong
    if wrong is Wrong.MISSING:
        return expected.missing_remedy
    if wrong in LOWERED:
        return f"hạ xuống quyền {_MAY[discrepancy.right_role]}"
    remedy = _REMEDY.get(wrong, "bỏ quyền này")
    if wrong is Wrong.INHERITED and not discrepancy.unit:
        remedy += "; đúng là người của đợt thì ghi địa chỉ vào [agency] của campaign.toml"
    return remedy
