"""Which bytes are a workbook that can be read, and how much of it is held at once.

What a person typed is small; what a spreadsheet program writes beside it need not be. A tab of
which most is formats is taken without them, piece by piece.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from dankheo_sheets.form.ooxml import BROKEN, replace_parts
from dankheo_sheets.registration import Finding, Scope, Severity

MAX_BYTES = 10 * 2**20
"""A filled form is about 30 KB; what is larger holds pictures or is no form."""
MAX_UNPACKED_BYTES = 100 * 2**20
WHOLE_BYTES = 2 * 2**20
"""Size up to which a part is taken as it is: 15 times the Đăng ký tab as it is issued."""
_PIECE = 2**18


class Unusable(Exception):
    """The file as a whole cannot be read; carries the finding's code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.finding = Finding(code, Severity.BLOCK, Scope.FILE, message)


def opened(data: bytes) -> zipfile.ZipFile:
    """Return the parts of a workbook. Raises :class:`Unusable`."""
    if not data:
        raise Unusable("empty-file", "Tệp rỗng (0 byte): chép lại tệp biểu vào thư mục.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unusable("encrypted", "Tệp có mật khẩu: bỏ mật khẩu rồi lưu lại.")
        if "WordDocument".encode("utf-16-le") in data:
            raise Unusable("unreadable", f"Đây là tệp Word (.doc): {_INTO_FORM}.")
        raise Unusable("old-format", "Tệp .xls kiểu cũ: lưu lại thành Excel Workbook (.xlsx).")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN as error:
        if len(data) > MAX_BYTES:
            raise Unusable("oversized", f"{too_large(data)}.") from error
        raise Unusable("unreadable", _not_a_zip(data)) from error
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise Unusable("encrypted", "Tệp có mật khẩu: bỏ mật khẩu rồi lưu lại.")
    if len(data) > MAX_BYTES:
        raise Unusable("oversized", f"{too_large(data)}.")
    if "xl/workbook.xml" not in archive.namelist():
        raise Unusable("not-xlsx", _another_zip(archive))
    if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_BYTES:
        raise Unusable("oversized", f"Tệp giải nén quá lớn: {_remedy(archive)}.")
    return archive


_INTO_FORM = "ghi nội dung vào tệp biểu đã phát"
_AS_XLSX = "mở bằng Excel, lưu lại thành Excel Workbook (.xlsx)"
_BEGINNINGS = {
    b"%PDF": f"Đây là tệp PDF, không phải bảng tính: {_INTO_FORM}.",
    b"{\\rtf": f"Đây là tệp văn bản (.rtf), không phải bảng tính: {_INTO_FORM}.",
    b"\x89PNG": f"Đây là tệp ảnh, không phải bảng tính: {_INTO_FORM}.",
    b"\xff\xd8\xff": f"Đây là tệp ảnh, không phải bảng tính: {_INTO_FORM}.",
    b"PK": "Tệp bị hỏng (chép hay tải về dở dang): chép lại tệp, hoặc xin đơn vị gửi lại.",
    b"Rar!": "Đây là tệp nén (.rar): giải nén, lấy tệp .xlsx bên trong.",
    b"7z\xbc\xaf": "Đây là tệp nén (.7z): giải nén, lấy tệp .xlsx bên trong.",
    b"<": f"Đây là trang web hay tệp XML đặt tên .xlsx, không phải bảng tính: {_AS_XLSX}.",
}
"""What a file that is no workbook says of itself in its first bytes, and what to do."""


def _not_a_zip(data: bytes) -> str:
    """Say what a file is that is no workbook, nor any other zip."""
    if not data.strip(b"\0"):
        return "Tệp chỉ có byte 0, không còn nội dung: chép lại tệp, hoặc xin đơn vị gửi lại."
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    for beginning, said in _BEGINNINGS.items():
        if start.startswith(beginning):
            return said
    return f"Không phải tệp Excel (.xlsx), dù mang tên ấy: {_AS_XLSX}, hoặc {_INTO_FORM}."


_ZIPS = {
    "word/document.xml": f"Đây là tệp Word (.docx), không phải bảng tính: {_INTO_FORM}.",
    "xl/workbook.bin": f"Tệp Excel nhị phân (.xlsb): {_AS_XLSX}.",
    "content.xml": f"Tệp OpenDocument (.ods) của LibreOffice: {_AS_XLSX}.",
}
"""A part by which another kind of zip is known, and what to do."""


def _another_zip(archive: zipfile.ZipFile) -> str:
    """Say what a zip is that is no workbook."""
    parts = set(archive.namelist())
    for part, said in _ZIPS.items():
        if part in parts:
            return said
    return "Đây là tệp nén (.zip), không phải bảng tính: giải nén, lấy tệp .xlsx bên trong."


def too_large(file: bytes | Path) -> str:
    """Say of a file above :data:`MAX_BYTES` how large it is, and what to do where it is a zip.

    Its parts are listed, not read. Raises :class:`OSError`.
    """
    size = len(file) if isinstance(file, bytes) else file.stat().st_size
    said = f"Tệp quá lớn ({size / 2**20:.0f} MB, tối đa {MAX_BYTES // 2**20} MB)"
    try:
        with zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file) as archive:
            return f"{said}: {_remedy(archive)}"
    except BROKEN:
        return said


def _remedy(archive: zipfile.ZipFile) -> str:
    """Return what to do about a file that is too large, by what its largest part is."""
    largest = max(archive.infolist(), key=lambda info: info.file_size)
    if largest.filename.startswith("xl/worksheets/"):
        return (
            "có rất nhiều dòng trống mang định dạng; chọn các dòng trống dưới bảng, xoá hẳn dòng "
            "(Delete, không phải xoá nội dung) rồi lưu lại, hoặc ghi vào tệp đã phát"
        )
    if largest.filename.startswith("xl/media/"):
        return "bỏ hình ảnh"
    return "bỏ hình ảnh và các trang không thuộc biểu"


def without_empty_rows(data: bytes, archive: zipfile.ZipFile) -> bytes:
    """Return a workbook with its large tabs without the rows that hold nothing but formats.

    `archive` is what :func:`opened` gave of `data`. The same bytes where no tab is large. Raises
    one of :data:`BROKEN` where a part is damaged.
    """
    large = [
        info.filename
        for info in archive.infolist()
        if info.filename.startswith("xl/worksheets/") and info.file_size > WHOLE_BYTES
    ]
    if not large:
        return data
    return replace_parts(data, {part: _with_content(archive, part) for part in large})


_ROW, _NAMED_ROW = b"<row", b'<row r="'


def _with_content(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield a part without whole pieces of rows in which no cell is closed: none has content.

    Only where each row says its number: what follows must not move up.
    """
    rest = b""
    with archive.open(part) as source:
        while piece := source.read(_PIECE):
            rest += piece
            start, end = rest.find(_NAMED_ROW), rest.rfind(_NAMED_ROW)
            if start == end:
                continue
            rows = rest[start:end]
            if b"</c>" in rows or b":c>" in rows or rows.count(_ROW) != rows.count(_NAMED_ROW):
                yield rest[:end]
            else:
                yield rest[:start]
            rest = rest[end:]
    yield rest
