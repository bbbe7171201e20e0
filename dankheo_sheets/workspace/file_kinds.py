"""What a file in the folder of workbooks is, by its name alone."""

import re
from enum import StrEnum
from pathlib import PurePath

from dankheo_sheets import vietnamese


class FileKind(StrEnum):
    """What may lie beside the units' workbooks."""

    SYSTEM = "system"
    """Of the operating system or of a sync program: passed over in silence."""
    LOCK = "lock"
    """Says that a workbook is open in Excel, LibreOffice or WPS."""
    WORKBOOK = "workbook"
    """Is read."""
    SPREADSHEET = "spreadsheet"
    """A spreadsheet of another format: kept, not read."""
    PAPER = "paper"
    """The form as a text document, a scan or a photograph."""
    POINTER = "pointer"
    """Names a place elsewhere and holds nothing itself."""
    OTHER = "other"


_SYSTEM_NAMES = {"desktop.ini", "thumbs.db", "ehthumbs.db", "icon\r"}
_SUFFIXES = {
    FileKind.SYSTEM: ("tmp", "crdownload", "part", "partial"),
    FileKind.WORKBOOK: ("xlsx", "xlsm"),
    FileKind.SPREADSHEET: ("xls", "xlsb", "xltx", "xlt", "ods", "fods", "et", "csv", "numbers"),
    FileKind.PAPER: (
        "docx", "doc", "docm", "odt", "rtf", "wps", "pdf", "jpg", "jpeg", "png", "heic", "tif",
        "tiff",
    ),
    FileKind.POINTER: (
        "gsheet", "gdoc", "gslides", "gdrive", "glink", "url", "lnk", "webloc", "desktop",
    ),
}  # fmt: skip
_KIND_OF = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes}


def kind_of(name: str) -> FileKind:
    """Return what a file of that name is."""
    name = vietnamese.nfc(name)
    if name.startswith(("~$", ".~")):
        return FileKind.LOCK
    if name.startswith((".", "~")) or name.casefold() in _SYSTEM_NAMES:
        return FileKind.SYSTEM
    return _KIND_OF.get(PurePath(name).suffix[1:].casefold(), FileKind.OTHER)


_COPY = re.compile(
    r"\(\d+\)$|- copy\b|- ban sao\b|^copy of |^ban sao cua ",
)
"""What Windows, browsers and sync programs call a second file of one name."""


def is_called_a_copy(name: str) -> bool:
    """Tell whether a file's name says that it is a copy of another: "HCTH (1).xlsx"."""
    return bool(_COPY.search(vietnamese.unaccented(PurePath(name).stem).casefold()))
