"""Files that say a workbook is open: whose, since when, and when they are believed no longer."""

import os
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dankheo_sheets.errors import SheetBusy
from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import Form
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.base import Sheet
from dankheo_sheets.workspace.file_kinds import FileKind, kind_of
from dankheo_sheets.workspace.folder import FolderWorkspace
from dankheo_sheets.workspace.health import Verdict
from dankheo_sheets.workspace.office_locks import LEFT_BEHIND, lock_of, read_lock
from tests.workspace.contract import FEEDBACK

SINCE = datetime(2022, 4, 8, 2, tzinfo=UTC)
PHONG = Unit("PHÒNG1", "Phòng mẫu")
NAMES = ["~${}", ".~lock.{}#", ".~{}"]


def at(now: datetime, directory: Path, form: Form) -> FolderWorkspace:
    """Return the workspace on a machine whose clock shows `now`."""
    return FolderWorkspace(directory, form, [PHONG], clock=lambda: now)


@pytest.fixture
def sheet(tmp_path: Path, form: Form) -> Sheet:
    workspace = at(SINCE, tmp_path, form)
    workspace.create(PHONG)
    (sheet,) = workspace.sheets()
    return sheet


def lay(path: Path, data: bytes = b"") -> Path:
    """Lay a lock file there that is as old as :data:`SINCE`."""
    path.write_bytes(data)
    os.utime(path, (SINCE.timestamp(), SINCE.timestamp()))
    return path


def microsofts(name: str) -> bytes:
    """Return Excel's lock file of a person, as Excel 2016 is known to write it."""
    wide = name.encode("utf-16-le")
    narrow = name.encode("cp1258", errors="replace")[:54]
    head = bytes([len(narrow)]) + narrow.ljust(54)
    return (head + (len(wide) // 2).to_bytes(2, "little") + wide).ljust(165, b" ")


def libreoffices(name: str, account: str) -> bytes:
    values = (name, account, "may", "08.04.2022 09:00", "file:///x")
    escaped = [
        "".join(f"\\{each}" if each in "\\,;" else each for each in value) for value in values
    ]
    return (",".join(escaped) + ";").encode()


@pytest.mark.parametrize("form_of_name", ["NFC", "NFD"])
@pytest.mark.parametrize("name", NAMES)
def test_an_open_workbook_is_left_alone_and_who_has_it_open_is_said(
    tmp_path: Path, form: Form, sheet: Sheet, name: str, form_of_name: str
) -> None:
    data = libreoffices("Nguyễn Văn Mẫu", "") if "lock" in name else microsofts("Nguyễn Văn Mẫu")
    lock = name.format(unicodedata.normalize(form_of_name, "PHÒNG1.xlsx"))  # type: ignore[arg-type]
    lay(tmp_path / "workbooks" / lock, data)
    before = Path(sheet.url).read_bytes()

    with pytest.raises(SheetBusy) as caught:
        at(SINCE + timedelta(days=2, hours=23), tmp_path, form).give_feedback(sheet, FEEDBACK)

    assert caught.value.message == (
        "PHÒNG1.xlsx: Nguyễn Văn Mẫu đang mở tệp, từ 09 giờ 00, ngày 08/4/2022; "
        "phản hồi sẽ được ghi ở lần tới chạy dankheo run, sync, close hay report"
    )
    assert Path(sheet.url).read_bytes() == before
    assert kind_of(lock) is FileKind.LOCK


def test_a_lock_that_does_not_say_whose_it_is_is_the_units(
    tmp_path: Path, form: Form, sheet: Sheet
) -> None:
    lay(tmp_path / "workbooks" / "~$PHÒNG1.xlsx")

    with pytest.raises(SheetBusy, match=r"^PHÒNG1.xlsx: đơn vị đang mở tệp, từ 09 giờ 00,"):
        at(SINCE, tmp_path, form).give_feedback(sheet, FEEDBACK)


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_of_days_ago_withholds_no_feedback_and_is_said_since_when(
    tmp_path: Path, form: Form, sheet: Sheet, name: str
) -> None:
    lock = lay(tmp_path / "workbooks" / name.format("PHÒNG1.xlsx"))
    workspace = at(SINCE + LEFT_BEHIND, tmp_path, form)

    workspace.give_feedback(sheet, FEEDBACK)

    tab = openpyxl.load_workbook(sheet.url)[layout.TAB_FEEDBACK]
    assert tab["B3"].value == "Biểu cần sửa."
    said = [check for check in workspace.doctor() if check.verdict is Verdict.LOOK]
    assert [(check.about, check.found, check.fix) for check in said] == [(
        "Tệp khoá cũ",
        f"{lock.name} có từ 09 giờ 00, ngày 08/4/2022",
        "nếu không ai mở biểu thì xoá tệp này",
    )]  # fmt: skip


def test_the_newest_of_several_locks_is_believed(tmp_path: Path, form: Form, sheet: Sheet) -> None:
    """A crash left one behind; somebody else has the workbook open now."""
    lay(tmp_path / "workbooks" / "~$PHÒNG1.xlsx")
    (tmp_path / "workbooks" / ".~lock.PHÒNG1.xlsx#").touch()

    with pytest.raises(SheetBusy, match="đang mở"):
        at(datetime.now(UTC), tmp_path, form).give_feedback(sheet, FEEDBACK)


@pytest.mark.parametrize("other", ["~$PHÒNG10.xlsx", "~$ÒNG1.xlsx", ".~lock.PHÒNG1.ods#"])
def test_the_lock_of_another_file_is_none(
    tmp_path: Path, form: Form, sheet: Sheet, other: str
) -> None:
    """Excel keeps the whole name; only Word drops its first letters."""
    lay(tmp_path / "workbooks" / other)

    at(SINCE, tmp_path, form).give_feedback(sheet, FEEDBACK)

    assert openpyxl.load_workbook(sheet.url)[layout.TAB_FEEDBACK]["B3"].value == "Biểu cần sửa."


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_lock_beside_what_a_link_points_to_is_one(
    tmp_path: Path, form: Form, sheet: Sheet
) -> None:
    elsewhere = tmp_path / "máy đơn vị"
    elsewhere.mkdir()
    real = Path(sheet.url).rename(elsewhere / "biểu.xlsx")
    Path(sheet.url).symlink_to(real)
    lay(elsewhere / "~$biểu.xlsx")

    with pytest.raises(SheetBusy, match="đang mở"):
        at(SINCE, tmp_path, form).give_feedback(sheet, FEEDBACK)


PERSON = st.text(st.characters(codec="utf-16", categories=["L", "N", "P"]), min_size=1)


@settings(max_examples=50)
@given(PERSON.filter(lambda name: len(name.encode("utf-16-le")) <= 104))
def test_excels_lock_says_who(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    path = tmp_path_factory.mktemp("khoá") / "~$x.xlsx"
    path.write_bytes(microsofts(name))

    lock = read_lock(path)

    assert lock is not None
    assert lock.holder == unicodedata.normalize("NFC", name)


@settings(max_examples=50)
@given(PERSON, PERSON, st.booleans())
def test_libreoffices_lock_says_who(
    tmp_path_factory: pytest.TempPathFactory, name: str, account: str, named: bool
) -> None:
    """Where a person gave LibreOffice no name, it is the account's."""
    path = tmp_path_factory.mktemp("khoá") / ".~lock.x.xlsx#"
    path.write_bytes(libreoffices(name if named else " ", account))

    lock = read_lock(path)

    assert lock is not None
    assert lock.holder == unicodedata.normalize("NFC", name if named else account)


@settings(max_examples=50)
@given(st.binary(max_size=300), st.sampled_from(NAMES))
def test_a_lock_that_holds_anything_is_still_a_lock(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("khoá") / "x.xlsx"
    lay(path.with_name(name.format("x.xlsx")), data)

    lock = lock_of(path)

    assert lock is not None
    assert lock.since == SINCE
    assert "\n" not in lock.holder
