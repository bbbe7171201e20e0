"""The form of 2022 as its workbook has it, word for word and cell for cell."""

from collections.abc import Mapping

from dankheo_sheets.form.ooxml import column_letters
from dankheo_sheets.registration import Entry

TITLE = "BIỂU MÔ HÌNH, ĐIỂN HÌNH “DÂN VẬN KHÉO” ĐĂNG KÝ XÂY DỰNG, NHÂN RỘNG"
COLUMNS = ("field", "name", "collective", "individual", "place", "content", "new", "replicated")
FIRST_ROW = 10
CHECK_COLUMN, LAST_COLUMN = 8, 17
"""0-based: of Kiểm tra, of the last hidden helper."""
COVER_CELLS: Mapping[str, str] = {
    "preparer": "B5", "phone": "E5", "nil_reason": "G5",
    "number": "B6", "date": "E6", "confirmed": "G6",
}  # fmt: skip
letter = column_letters


def entry(row: int, *typed: str, **more: str) -> Entry:
    """Return a row: texts in the order of the columns, or by their keys."""
    texts = dict(zip(COLUMNS, typed, strict=False)) | more
    assert texts.keys() <= set(COLUMNS)
    return Entry(row, {key: texts.get(key, "") for key in COLUMNS})


def changed(before: Entry, row: int | None = None, **texts: str) -> Entry:
    """Return a row with some of its texts changed."""
    return entry(before.row if row is None else row, **{**before.texts, **texts})
