"""The form, declared once: columns, cover block, positions, lists.

From this come the unit's workbook, its in-sheet checks, the reader, the guide text and the
tables of the master and the report. The paper form is reference/form.md §3; the sheet differs from
it only in that column 1 is split into *Lĩnh vực* and *Tên mô hình, điển hình*.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form.sheet_text import DIGITS, NO_WORDS, sheet_key
from dankheo_sheets.roster import Unit, code_key
from dankheo_sheets.vietnamese import nfc, spellings

VERSION = "2"
"""Version of the template; a workbook carrying another one is reported, not guessed at."""

TAB_ENTRIES = "Đăng ký"
TAB_GUIDE = "Hướng dẫn"
TAB_FEEDBACK = "Phản hồi"
TAB_IDENTITY = "_dankheo"
"""Hidden: campaign, unit and version."""
TAB_LISTS = "_danh_sach"
"""Hidden: what the drop-downs offer and the checks accept."""

TITLE = "BIỂU MÔ HÌNH, ĐIỂN HÌNH “DÂN VẬN KHÉO” ĐĂNG KÝ XÂY DỰNG, NHÂN RỘNG"


class Kind(Enum):
    """What a unit puts into a cell."""

    CHOICE = auto()
    TEXT = auto()
    MARK = auto()


@dataclass(frozen=True)
class Column:
    """One input column of the table."""

    key: str
    """Attribute of :class:`~dankheo_sheets.registration.Entry`."""
    number: str
    """Its number on the paper form."""
    group: str
    """Header row 1; columns that share it stand under one merged cell."""
    title: str
    """Header row 2; "" where the group's cell spans both rows."""
    names: tuple[str, ...]
    """Beginnings by which the reader knows the header, also when it was reworded."""
    kind: Kind
    width: float
    """In characters of the default font."""
    help: str
    """Input message and guide text."""
    example: str

    @property
    def header(self) -> str:
        """The words that stand directly above the column."""
        return self.title or self.group


COLUMNS: tuple[Column, ...] = (
    Column(
        "field", "1", "LĨNH VỰC/TÊN MÔ HÌNH, ĐIỂN HÌNH", "Lĩnh vực", ("Lĩnh vực",),
        Kind.CHOICE, 14, "Chọn một lĩnh vực trong danh sách.", "Kinh tế",
    ),
    Column(
        "name", "1", "LĨNH VỰC/TÊN MÔ HÌNH, ĐIỂN HÌNH", "Tên mô hình, điển hình",
        ("Tên mô hình", "Tên điển hình"),
        Kind.TEXT, 23, "Ghi tên mô hình hoặc điển hình, mỗi dòng một tên.",
        "Đồng hành cùng doanh nghiệp xác lập quyền sở hữu trí tuệ",
    ),
    Column(
        "collective", "2", "HÌNH THỨC", "Mô hình tập thể", ("Mô hình tập thể", "Tập thể"),
        Kind.MARK, 7.5, "Ghi x nếu là mô hình của tập thể. Chỉ một trong hai ô 2 và 3.", "x",
    ),
    Column(
        "individual", "3", "HÌNH THỨC", "Mô hình cá nhân", ("Mô hình cá nhân", "Cá nhân"),
        Kind.MARK, 7.5, "Ghi x nếu là mô hình của cá nhân. Chỉ một trong hai ô 2 và 3.", "",
    ),
    Column(
        "place", "4", "Địa chỉ", "", ("Địa chỉ",),
        Kind.TEXT, 15, "Ghi nơi thực hiện: tên phòng, đơn vị, hoặc xã, phường cụ thể.",
        "Phòng Quản lý Công nghệ",
    ),
    Column(
        "content", "5",
        "NỘI DUNG CỤ THỂ MÔ HÌNH, ĐIỂN HÌNH\n(Nêu tóm tắt mô hình giải quyết vấn đề gì; "
        "tổ chức, cá nhân thực hiện; dự kiến kết quả mô hình đem lại)",
        "", ("Nội dung",),
        Kind.TEXT, 40,
        "Nêu đủ ba ý: mô hình giải quyết vấn đề gì; tổ chức, cá nhân nào thực hiện; "
        "dự kiến kết quả đem lại.",
        "Doanh nghiệp còn lúng túng khi đăng ký nhãn hiệu; tập thể phòng hướng dẫn từng hồ sơ; "
        "dự kiến 20 nhãn hiệu được nộp đơn trong năm.",
    ),
    Column(
        "new", "6", "TRONG ĐÓ", "Xây dựng mới", ("Xây dựng mới",),
        Kind.MARK, 7.5, "Ghi x nếu mô hình xây dựng mới. Chỉ một trong hai ô 6 và 7.", "x",
    ),
    Column(
        "replicated", "7", "TRONG ĐÓ", "Nhân rộng", ("Nhân rộng",),
        Kind.MARK, 7.5, "Ghi x nếu nhân rộng mô hình đã có. Chỉ một trong hai ô 6 và 7.", "",
    ),
)  # fmt: skip
COLUMN: Mapping[str, Column] = {column.key: column for column in COLUMNS}

CHECK_HEADER = "Kiểm tra"
CHECK_WIDTH = 27.0


@dataclass(frozen=True)
class CoverField:
    """One cell of the cover block: a label, and to its right the cell the unit fills in."""

    key: str
    """Attribute of :class:`~dankheo_sheets.registration.Cover`."""
    label: str
    kind: Kind
    help: str
    row: int
    label_columns: tuple[int, int]
    """First and last 0-based column of the label, merged."""
    input_columns: tuple[int, int]


COVER: tuple[CoverField, ...] = (
    CoverField(
        "preparer", "Người lập biểu", Kind.TEXT, "Họ và tên người lập biểu.", 5, (0, 0), (1, 1)
    ),
    CoverField(
        "phone", "Điện thoại", Kind.TEXT, "Số điện thoại để cơ quan tổng hợp liên hệ.",
        5, (2, 3), (4, 4),
    ),
    CoverField(
        "nil_reason", "Lý do nếu không đăng ký", Kind.TEXT,
        "Chỉ ghi khi đơn vị không đăng ký mô hình nào.", 5, (5, 5), (6, 8),
    ),
    CoverField(
        "number", "Số văn bản", Kind.TEXT, "Số văn bản của đơn vị gửi kèm biểu, nếu đã có.",
        6, (0, 0), (1, 1),
    ),
    CoverField(
        "date", "Ngày văn bản", Kind.TEXT, "Ngày văn bản, ví dụ 08/4/2022.", 6, (2, 3), (4, 4)
    ),
    CoverField(
        "confirmed", "Đã hoàn thành đăng ký (ghi x)", Kind.MARK,
        "Ghi x khi biểu đã xong. Sau đó vẫn sửa được đến hết hạn.", 6, (5, 5), (6, 8),
    ),
)  # fmt: skip

# 1-based rows of the Đăng ký tab.
UNIT_ROW, TITLE_ROW, LETTER_ROW, STATUS_ROW = 1, 2, 3, 4
HEADER_ROW = 7
NUMBER_ROW = 9
FIRST_ROW = 10

CHECK_COLUMN = len(COLUMNS)
"""0-based columns to the right of the input: what is shown, and hidden helpers."""
FAULTS_COLUMN = CHECK_COLUMN + 1
SAME_COLUMN = CHECK_COLUMN + 2
ROW_COLUMN = CHECK_COLUMN + 3
WORDS_COLUMN = CHECK_COLUMN + 4
FOLDED_COLUMN = CHECK_COLUMN + 5
"""The first of the columns that hold the folded texts."""

# 1-based rows of the Phản hồi tab: label in A, value in B; then the table of findings.
FEEDBACK_ROWS: Mapping[str, int] = {
    "headline": 3, "notice": 4, "deadline": 5, "received": 6, "read_at": 7, "checksum": 8,
}  # fmt: skip
FEEDBACK_LABELS: Mapping[str, str] = {
    "headline": "Kết luận", "notice": "Thông báo", "deadline": "Hạn của đơn vị",
    "received": "Đã nhận", "read_at": "Đọc lúc", "checksum": "Mã kiểm tra (SHA-256)",
}  # fmt: skip
FEEDBACK_HEADER = ("Ô", "Đơn vị đã ghi", "Nội dung cần xử lý", "Mức")
FEEDBACK_HEADER_ROW = 10


RETURNED_NOTICE, EXCLUDED_NOTICE = "Trả lại để sửa:", "Không phải đăng ký:"
"""Beginnings of a notice that say the unit is not done, and that nothing is asked of it."""
LOCKED_NOTICE = "Biểu đã khoá"
"""The beginning of a notice that says the unit can write nothing any more."""


def feedback_cell(key: str) -> str:
    """Return where the Phản hồi tab has one of :data:`FEEDBACK_ROWS`, for a formula elsewhere.

    The Đăng ký tab shows the unit's deadline and notice from there: what a sync writes into
    that one tab is seen on both.
    """
    return f"'{TAB_FEEDBACK}'!$B${FEEDBACK_ROWS[key]}"


# What stands for "x" and for "not" (reference/form.md §4).
_TICKS = ("×", "✓", "✔", "☑", "√", "✗", "✘", "✕", "✖", "☒", "✅", "❌", "╳")
_MARKS = (
    "x", "х", "ｘ", "x.", "(x)", "[x]", "v", "*", "+", "1", "01", "có", "true",
    *_TICKS, *(f"{tick}\ufe0f" for tick in _TICKS),
    "\uf0fb", "\uf0fc", "\uf0fd", "\uf0fe",
)  # fmt: skip
"""The last are the cross, tick and ticked boxes of Wingdings: private characters."""
_NOT_MARKS = ("-", "0", "không", "ko", "false", "☐", "□", "\uf06f", "\uf0a8", "[]", "[ ]")

NO_WORDS_LIST, DIGITS_LIST = "ds_dau_cau", "ds_so"
"""Defined names of the lists of characters: see :func:`sheet_text.has_words`."""

CONTENT_MINIMUM = 60
"""Characters below which column 5 cannot say its three points (reference/form.md R23): 20 each."""


def letter(column: int) -> str:
    """Return the letter of a 0-based column below 26."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]


def _without_lead(name: str) -> str:
    """Return "kinh tế" for a field that the campaign calls "Lĩnh vực kinh tế"."""
    return re.sub(r"^lĩnh vực\s+", "", nfc(name), flags=re.IGNORECASE)


class Form:
    """The form of one campaign: the declaration above, with the campaign's own lists."""

    def __init__(self, campaign: Campaign, units: Iterable[Unit] = ()) -> None:
        """`units` are those that had other codes before, among others."""
        self.campaign = campaign
        self._codes = {code_key(old): unit.code for unit in units for old in unit.formerly}
        self.rows = campaign.form_rows
        self.last_row = FIRST_ROW + self.rows - 1
        self.minimum_entries = campaign.minimum_entries
        self.field_names = tuple(field.name for field in campaign.fields)
        judged_by = campaign.id, campaign.fields, campaign.minimum_entries
        self.settings = hashlib.sha256(repr(judged_by).encode()).hexdigest()[:16]
        """What of the campaign's settings a return is judged by, as a checksum."""

    def code_now(self, code: str) -> str:
        """Return what stands for the unit that a workbook calls `code`: the code it has now."""
        return code_key(self._codes.get(code_key(code), code))

    @cached_property
    def field_of(self) -> Mapping[str, str]:
        """Every accepted spelling of a field, as :func:`sheet_key` folds it → its name."""
        return {
            sheet_key(spelling): field.name
            for field in self.campaign.fields
            for name in (field.name, *field.aliases)
            for written in (name, f"Lĩnh vực {name}", _without_lead(name))
            for spelling in spellings(written)
        }

    @cached_property
    def marks(self) -> frozenset[str]:
        """What counts as an x."""
        return frozenset(sheet_key(s) for mark in _MARKS for s in spellings(mark))

    @cached_property
    def not_marks(self) -> frozenset[str]:
        """What counts as no mark, beside an empty cell."""
        return frozenset(sheet_key(s) for mark in _NOT_MARKS for s in spellings(mark))

    @cached_property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """The lists the workbook carries on a hidden tab, by defined name."""
        return {
            "ds_linh_vuc": self.field_names,
            "ds_cach_ghi": tuple(sorted(self.field_of)),
            "ds_dau": tuple(sorted(self.marks)),
            "ds_khong": tuple(sorted(self.not_marks)),
            NO_WORDS_LIST: NO_WORDS,
            DIGITS_LIST: DIGITS,
        }
