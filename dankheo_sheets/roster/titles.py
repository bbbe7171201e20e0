"""What offices call the columns of their lists of units."""

import difflib
import re
from collections.abc import Mapping
from itertools import product

from dankheo_sheets import vietnamese

NUMBERING = "number"
"""The key of a column that only counts the rows: STT."""
_PEOPLE = ("người", "cán bộ", "công chức", "viên chức", "chuyên viên", "nhân viên")
_DUTIES = ("liên hệ", "đầu mối", "phụ trách", "theo dõi", "đầu mối liên hệ", "làm đầu mối")
_OF_A_PERSON = tuple(
    " ".join(filter(None, words))
    for words in product(("", "họ và tên", "họ tên", "tên"), _PEOPLE, _DUTIES)
)
_OF_A_PHONE = tuple(
    " ".join(filter(None, words))
    for words in product(
        ("", "số"),
        ("điện thoại", "đt"),
        ("", "liên hệ", "di động", "cơ quan", "đơn vị", "bàn", "cố định", "liên lạc", "đầu mối",
         "zalo"),
    )
)  # fmt: skip
TITLES: Mapping[str, tuple[str, ...]] = {
    "code": ("Mã", "Mã đơn vị", "Mã ĐV", "Mã số", "Mã số đơn vị", "Ký hiệu", "code"),
    "name": (
        "Tên đơn vị", "Đơn vị", "Tên", "Phòng, đơn vị", "Tên phòng, đơn vị", "Các phòng, đơn vị",
        "Phòng, ban", "Phòng ban, đơn vị", "Tên phòng", "Tên phòng, ban", "Phòng chuyên môn",
        "Cơ quan", "Tên cơ quan", "Cơ quan, đơn vị", "Tên cơ quan, đơn vị", "Cơ quan, tổ chức",
        "Tên cơ quan, tổ chức", "Tên tổ chức", "Tên đầy đủ", "Tên đơn vị trực thuộc",
        "Đơn vị trực thuộc", "Xã, phường", "Tên xã, phường", "Xã, phường, thị trấn",
        "Xã, phường, đặc khu", "Tên xã", "Tên phường", "Địa phương", "Tên địa phương",
        "Tên trường", "Đơn vị đăng ký", "name", "unit",
    ),
    "short_names": ("Tên gọi khác", "Tên viết tắt", "Viết tắt", "Tên tắt", "short names"),
    "kind": ("Loại", "Loại đơn vị", "Loại hình", "kind"),
    "order": ("Thứ tự", "order"),
    NUMBERING: ("STT", "TT", "Số TT", "Số thứ tự", "No"),
    "emails": (
        "Email", "E-mail", "Thư điện tử", "Địa chỉ email", "Địa chỉ e-mail",
        "Địa chỉ thư điện tử", "Địa chỉ thư", "Hộp thư", "Hộp thư điện tử", "Hộp thư công vụ",
        "Thư công vụ", "Email công vụ", "Thư điện tử công vụ", "Email đơn vị", "Email liên hệ",
        "Email đầu mối", "Mail", "Gmail", "Địa chỉ mail", "emails", "e-mails",
    ),
    "contact": (
        "Người liên hệ", "Đầu mối", "Đầu mối liên hệ", "Phụ trách", "Liên hệ", "Họ và tên",
        "Họ tên", "Họ và tên đầu mối", "Tên đầu mối", *_OF_A_PERSON, "contact",
    ),
    "phone": (
        "Điện thoại", "Số điện thoại", "SĐT", "ĐT", "Di động", "Số di động", "ĐTDĐ", "Số máy",
        "SĐT liên hệ", "Số liên hệ", "Số Zalo", *_OF_A_PHONE, "phone", "mobile", "tel",
    ),
    "extended_until": ("Gia hạn đến", "extended until"),
    "access": ("Cách mở biểu", "access"),
    "formerly": ("Mã cũ", "formerly"),
}  # fmt: skip
"""What each column is called, in the order of a clean list; the first is its own title."""
JOINED = frozenset({"short_names", "emails", "contact", "phone"})
"""Columns that may stand there more than once: their values are put side by side."""

_KEY_OF = {vietnamese.match_key(title): key for key, titles in TITLES.items() for title in titles}


def key_of(title: str) -> str | None:
    """Return the key of a title, with or without what stands in brackets."""
    return _KEY_OF.get(vietnamese.match_key(title)) or _KEY_OF.get(
        vietnamese.match_key(re.sub(r"\([^)]*\)", " ", title))
    )


def nearly(title: str) -> str | None:
    """Return what a title was meant to be that is misspelt: not one with more words, or fewer."""
    folded = vietnamese.match_key(title)
    words = set(folded.split())
    for near in difflib.get_close_matches(folded, _KEY_OF, n=3, cutoff=0.75):
        others = set(near.split())
        if not (words < others or others < words):
            return TITLES[_KEY_OF[near]][0]
    return None


def is_title(text: str) -> bool:
    """Tell whether `text` stands above a column."""
    return key_of(text) is not None
