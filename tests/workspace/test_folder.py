"""The folder workspace: the contract, and what only a folder can do."""

import os
import shutil
import stat
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from dankheo_sheets.errors import SheetBusy, WorkspaceError
from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import Form
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.base import Sheet, Workspace
from dankheo_sheets.workspace.folder import FolderWorkspace
from tests.workspace.contract import FEEDBACK, WorkspaceContract

CONFORMS: type[Workspace] = FolderWorkspace  # mypy is the test


@pytest.fixture
def workspace(tmp_path: Path, form: Form, units: Sequence[Unit]) -> FolderWorkspace:
    return FolderWorkspace(tmp_path, form, units)


def by_unit(workspace: Workspace) -> dict[str, Sheet]:
    return {sheet.unit: sheet for sheet in workspace.sheets()}


def made(workspace: FolderWorkspace, unit: Unit) -> Sheet:
    """Make a unit's workbook, and return it as it is listed."""
    workspace.create(unit)
    return by_unit(workspace)[unit.code]


class TestFolderKeepsTheContract(WorkspaceContract):
    """See :class:`WorkspaceContract`."""

    @pytest.fixture
    def workspace(self, tmp_path: Path, form: Form, units: Sequence[Unit]) -> FolderWorkspace:
        return FolderWorkspace(tmp_path, form, units)

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path, form: Form) -> None:
        self._directory, self._form = tmp_path, form

    def with_units(self, workspace: Workspace, units: Sequence[Unit]) -> Workspace:
        return FolderWorkspace(self._directory, self._form, units)

    def throw_away(self, workspace: Workspace, sheet: Sheet) -> None:
        Path(sheet.url).unlink()

    def type_into(self, workspace: Workspace, sheet: Sheet, cell: str, value: str) -> None:
        workbook = openpyxl.load_workbook(sheet.url)
        tab = workbook[layout.TAB_ENTRIES]
        tab[cell] = value
        tab[cell].data_type = "s"
        workbook.save(sheet.url)
        later = sheet.modified_at.timestamp() + 60
        os.utime(sheet.url, (later, later))


def test_the_workbook_is_named_by_the_units_code(
    workspace: FolderWorkspace, units: Sequence[Unit], tmp_path: Path
) -> None:
    workspace.create(units[0])

    names = sorted(path.name for path in (tmp_path / "workbooks").iterdir())
    assert names == [".dankheo", "HCTH.xlsx"]


@pytest.mark.parametrize("lock_file", ["~$HCTH.xlsx", ".~lock.HCTH.xlsx#"])
def test_an_open_workbook_is_left_alone(
    workspace: FolderWorkspace, units: Sequence[Unit], tmp_path: Path, lock_file: str
) -> None:
    """Excel's and LibreOffice's lock files are both respected, and are no sheets."""
    sheet = made(workspace, units[0])
    before = Path(sheet.url).read_bytes()
    (tmp_path / "workbooks" / lock_file).touch()

    with pytest.raises(SheetBusy, match="đang mở"):
        workspace.give_feedback(sheet, FEEDBACK)

    assert Path(sheet.url).read_bytes() == before
    assert workspace.sheets() == [sheet]


def test_a_locked_workbook_is_read_only(workspace: FolderWorkspace, units: Sequence[Unit]) -> None:
    sheet = made(workspace, units[0])

    workspace.lock(sheet, "hết hạn")

    assert stat.S_IMODE(Path(sheet.url).stat().st_mode) == 0o444


def test_a_copy_beside_the_workbook_is_a_duplicate(
    workspace: FolderWorkspace, units: Sequence[Unit]
) -> None:
    """Known by what is in it, whatever its name."""
    sheet = made(workspace, units[0])
    path = Path(sheet.url)
    path.with_name("bản nộp.xlsx").write_bytes(path.read_bytes())

    assert by_unit(workspace)["HCTH"].id == "HCTH.xlsx"
    assert [file.name for file in by_unit(workspace)["HCTH"].beside] == ["bản nộp.xlsx"]


def test_a_renamed_workbook_is_still_its_units(
    workspace: FolderWorkspace, units: Sequence[Unit]
) -> None:
    path = Path(made(workspace, units[0]).url)
    path.rename(path.with_name("Phòng HC nộp lần cuối.xlsx"))

    (sheet,) = workspace.sheets()

    assert (sheet.unit, sheet.id) == ("HCTH", "Phòng HC nộp lần cuối.xlsx")
    assert sheet.beside == ()


@pytest.mark.parametrize(
    "name", ["HCTH (1).xlsx", "HCTH - Copy.xlsx", "hcth_nộp.xlsx", "Hcth.xlsx"]
)
def test_a_remade_workbook_is_known_by_its_name(
    workspace: FolderWorkspace, tmp_path: Path, name: str
) -> None:
    """A file without the template's hidden tab is matched by the code its name begins with."""
    (tmp_path / "workbooks").mkdir()
    openpyxl.Workbook().save(tmp_path / "workbooks" / name)

    assert [sheet.unit for sheet in workspace.sheets()] == ["HCTH"]


@pytest.mark.parametrize("name", ["HCTHX.xlsx", "ghi chú.txt", "lạ.xlsx"])
def test_a_file_of_no_unit_is_listed_as_a_stranger(
    workspace: FolderWorkspace, tmp_path: Path, name: str
) -> None:
    (tmp_path / "workbooks").mkdir()
    (tmp_path / "workbooks" / name).write_bytes(b"not a workbook")

    assert [(sheet.unit, sheet.id) for sheet in workspace.sheets()] == [("", name)]


def test_another_campaigns_workbook_is_a_stranger(
    tmp_path: Path, form: Form, units: Sequence[Unit]
) -> None:
    other = form.campaign.model_copy(update={"id": "dan-van-kheo-2021"})
    path = Path(made(FolderWorkspace(tmp_path, Form(other), units), units[0]).url)
    path.rename(tmp_path / "năm ngoái.xlsx")
    shutil.rmtree(tmp_path / "workbooks")
    (tmp_path / "workbooks").mkdir()
    (tmp_path / "năm ngoái.xlsx").rename(tmp_path / "workbooks" / "năm ngoái.xlsx")

    assert [sheet.unit for sheet in FolderWorkspace(tmp_path, form, units).sheets()] == [""]


@pytest.mark.parametrize("damage", ["{hỏng", "[]", '{"a": 1}'])
def test_a_damaged_mark_is_that_units_problem(
    workspace: FolderWorkspace, units: Sequence[Unit], tmp_path: Path, damage: str
) -> None:
    workspace.mark(made(workspace, units[0]), a="1")
    workspace.create(units[1])
    mark = tmp_path / "workbooks" / ".dankheo" / "HCTH.json"
    mark.write_text(damage, encoding="utf-8")

    assert {unit: sheet.problem for unit, sheet in by_unit(workspace).items()} == {
        "HCTH": "HCTH.json: tệp ghi trạng thái của đơn vị bị hỏng: "
        "khôi phục .dankheo/HCTH.json từ bản sao lưu",
        "TTra": "",
    }
    with pytest.raises(WorkspaceError, match="bị hỏng"):
        workspace.mark(by_unit(workspace)["HCTH"], b="2")


@pytest.mark.parametrize("name", ["QLKH.docx", "QLKH.xlsm", "QLKH (1).ods", "qlkh.xls"])
def test_a_return_in_another_format_is_the_units_sheet_while_there_is_no_other(
    workspace: FolderWorkspace, units: Sequence[Unit], tmp_path: Path, name: str
) -> None:
    """Beside the workbook it is another file of the unit: left alone, and listed with it."""
    (tmp_path / "workbooks").mkdir()
    (tmp_path / "workbooks" / name).write_bytes(b"")
    alone = [(sheet.unit, sheet.id) for sheet in workspace.sheets()]

    workspace.create(next(unit for unit in units if unit.code == "QLKH"))

    assert alone == [("QLKH", name)]
    (sheet,) = workspace.sheets()
    assert (sheet.unit, sheet.id) == ("QLKH", "QLKH.xlsx")
    assert [(file.unit, file.id) for file in sheet.beside] == [("QLKH", name)]


def test_a_folder_among_the_workbooks_is_listed_as_a_stranger(
    workspace: FolderWorkspace, tmp_path: Path
) -> None:
    (tmp_path / "workbooks" / "đã nộp").mkdir(parents=True)

    assert [(sheet.unit, sheet.id) for sheet in workspace.sheets()] == [("", "đã nộp")]


def test_a_folder_in_the_place_of_a_workbook_is_refused(
    workspace: FolderWorkspace, units: Sequence[Unit], tmp_path: Path
) -> None:
    (tmp_path / "workbooks" / "HCTH.xlsx").mkdir(parents=True)

    with pytest.raises(WorkspaceError, match="một thư mục nằm ở chỗ cần tệp"):
        workspace.create(units[0])


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_feedback_goes_into_the_file_a_link_points_to(
    workspace: FolderWorkspace, units: Sequence[Unit], tmp_path: Path
) -> None:
    link = Path(made(workspace, units[0]).url)
    real = tmp_path / "ở máy đơn vị.xlsx"
    link.rename(real)
    link.symlink_to(real)

    workspace.give_feedback(by_unit(workspace)["HCTH"], FEEDBACK)

    assert link.is_symlink()
    tab = openpyxl.load_workbook(real)[layout.TAB_FEEDBACK]
    assert tab["B3"].value == "Biểu cần sửa."


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root gives files away")
def test_feedback_leaves_the_file_to_its_owner(
    workspace: FolderWorkspace, units: Sequence[Unit]
) -> None:
    sheet = made(workspace, units[0])
    os.chown(sheet.url, 65534, 65534)

    workspace.give_feedback(sheet, FEEDBACK)

    status = Path(sheet.url).stat()
    assert (status.st_uid, status.st_gid) == (65534, 65534)


def test_a_result_that_did_not_change_is_not_written_again(
    workspace: FolderWorkspace, tmp_path: Path
) -> None:
    workspace.results.publish({"bao-cao.json": b"{}"})
    before = (tmp_path / "out" / "bao-cao.json").stat()

    workspace.results.publish({"bao-cao.json": b"{}"})

    after = (tmp_path / "out" / "bao-cao.json").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_is_too_large_is_not_read_and_told_why(
    workspace: FolderWorkspace, units: Sequence[Unit]
) -> None:
    sheet = made(workspace, units[0])
    with zipfile.ZipFile(sheet.url, "a") as archive:
        archive.writestr("xl/worksheets/sheet9.xml", bytes(11 * 2**20))
    (sheet,) = workspace.sheets()

    with pytest.raises(WorkspaceError) as refusal:
        workspace.download(sheet)

    assert refusal.value.message.startswith(
        f"{units[0].code}.xlsx: Tệp quá lớn (11 MB, tối đa 10 MB): có rất nhiều dòng trống"
    )


@pytest.mark.parametrize("copy", ["HCTH (1).xlsx", "Bản sao của HCTH.xlsx", "HCTH - Copy.xlsx"])
def test_where_no_file_has_the_units_name_the_one_that_is_no_copy_is_its_sheet(
    workspace: FolderWorkspace, units: Sequence[Unit], tmp_path: Path, copy: str
) -> None:
    made(workspace, units[0])
    folder = tmp_path / "workbooks"
    shutil.copy(folder / "HCTH.xlsx", folder / copy)
    (folder / "HCTH.xlsx").rename(folder / "Nộp HCTH.xlsx")

    (sheet,) = workspace.sheets()

    assert (sheet.name, [file.name for file in sheet.beside]) == ("Nộp HCTH.xlsx", [copy])
