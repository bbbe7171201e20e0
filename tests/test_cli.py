"""The command line: exit codes, what goes to stdout and what to stderr, what --dry-run writes.

The commands go by the real clock, so the deadline here is in 2099, or in 2022.
"""

import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, get_type_hints

import pytest

from dankheo_sheets import __version__
from dankheo_sheets.cli import app, main
from dankheo_sheets.form.layout import Form
from tests.conftest import EXAMPLE
from tests.form.workbooks import DONE, good, workbook

ROOT = EXAMPLE.parent.parent
SCRIPTS = sorted(path for path in (ROOT / "scripts").glob("*.py") if path.stem != "__init__")
COMMANDS = {
    info.name or info.callback.__name__: info.callback
    for info in app.registered_commands
    if info.callback
}
ARGUMENTS: dict[str, list[object]] = {
    "reopen": ["HCTH", "--until", "1/1/2100"],
    "return": ["HCTH", "--reason", "thiếu địa chỉ", "--until", "1/1/2100"],
    "exclude": ["HCTH", "--reason", "đã giải thể"],
    "include": ["HCTH"],
    "receive": ["HCTH", "--at", "10:00 6/4/2022", "--reason", "gửi qua thư"],
    "accept": ["HCTH"],
}
"""What a command needs beside its options."""
UNITS = "Mã,Tên đơn vị\nHCTH,Phòng Hành chính\nTTra,Thanh tra Sở\n"
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")

NEXT_STEP = re.compile("^(Phải|Có thể) làm tiếp: .*\n", re.MULTILINE)


class Result(NamedTuple):
    """What a command did, as the shell sees it."""

    code: int
    out: str
    err: str


Dankheo = Callable[..., Result]


@pytest.fixture
def dankheo(capsys: pytest.CaptureFixture[str]) -> Dankheo:
    """Run one command in this process; its next step is left to test_cli_next_step.py."""

    def run(*arguments: object) -> Result:
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        assert isinstance(caught.value.code, int)
        out, err = capsys.readouterr()
        return Result(caught.value.code, out, NEXT_STEP.sub("", err))

    return run


def campaign_in(directory: Path, before: str = "2099-04-12") -> Path:
    """Make the folder of a campaign of two units, due `before`."""
    directory.mkdir(exist_ok=True)
    toml = (EXAMPLE / "campaign.toml").read_text(encoding="utf-8")
    toml = toml.replace("before = 2022-04-12", f"before = {before}")
    toml += "\n[reminders]\nhour = 0\n"  # by night too
    (directory / "campaign.toml").write_text(toml, encoding="utf-8")
    (directory / "units.csv").write_text(UNITS, encoding="utf-8")
    return directory


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a campaign that is open until 2099; nothing is provisioned."""
    return campaign_in(tmp_path / "đợt 2099")


def hand_in(folder: Path, form: Form, unit: str, **changed: str) -> Path:
    """Put the unit's workbook there with one good entry, changed as told."""
    path = folder / "workbooks" / f"{unit}.xlsx"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(workbook(form, good(10, **changed), cover=DONE, unit=unit))
    return path


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file and folder below, with its time and its bytes."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [folder, *folder.rglob("*")]
    }


def shell(
    *arguments: object, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a program as a person would."""
    return subprocess.run(
        [str(argument) for argument in arguments],
        cwd=cwd, env={**os.environ, **environment}, encoding="utf-8", capture_output=True,
        check=False, timeout=60,
    )  # fmt: skip


# --- exit codes --------------------------------------------------------------------------


def test_done_is_0_and_says_what_was_done_on_stdout(dankheo: Dankheo, folder: Path) -> None:
    result = dankheo("provision", "-C", folder)

    assert result.code == 0
    assert result.out == f"Đã tạo 2 biểu trong {folder / 'workbooks'}; tổng số 2.\n"
    assert "Phát biểu" in result.err
    assert sorted(path.name for path in folder.glob("workbooks/*.xlsx")) == [
        "HCTH.xlsx", "TTra.xlsx",
    ]  # fmt: skip


def test_sync_is_0_where_every_unit_is_done(dankheo: Dankheo, folder: Path, form: Form) -> None:
    for unit in ("HCTH", "TTra"):
        hand_in(folder, form, unit)

    result = dankheo("sync", "-C", folder)

    assert result.code == 0
    assert f"Kết quả: {folder / 'out'}" in result.out
    assert "Phải gửi 02, đã nhận 02, đúng hạn 02" in result.out
    assert "━ 100%" in result.err
    assert "━" not in result.out.replace("┃", "").split("Phải gửi")[1]
    assert (folder / "out" / "tong-hop.xlsx").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["reopen", "XYZ", "--until", "1/1/2100"],
         "Lỗi: Không có đơn vị mã “XYZ”\nCách xử lý: các mã: HCTH, TTra.\n"),
        (["reopen", "HCTH", "--until", "mai"],
         "Lỗi: --until: ghi “mai”\nCách xử lý: cần ngày dạng 15/4/2022.\n"),
        (["reopen", "HCTH", "--until", "31/12/9999"],
         "Lỗi: --until: ghi “31/12/9999”\nCách xử lý: cần ngày dạng 15/4/2022.\n"),
        (["reopen", "HCTH", "--until", "1/1/2100"],
         "Lỗi: HCTH: đơn vị chưa có biểu\nCách xử lý: chạy dankheo provision trước.\n"),
        (["check", "khong-co.xlsx"],
         "Lỗi: khong-co.xlsx: không có tệp này\n"
         "Cách xử lý: ghi đường dẫn đến một tệp .xlsx.\n"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_2_and_said_on_stderr(
    dankheo: Dankheo, folder: Path, arguments: Sequence[str], message: str
) -> None:
    assert dankheo(*arguments, "-C", folder) == (2, "", message)


def test_a_past_day_cannot_be_a_new_deadline(dankheo: Dankheo, folder: Path) -> None:
    dankheo("provision", "-C", folder)

    result = dankheo("reopen", "hcth", "--until", "17:00 15/4/2022", "-C", folder)

    assert result == (
        2, "",
        "Lỗi: Hạn mới trước 17 giờ 00, ngày 15/4/2022 đã qua\n"
        "Cách xử lý: --until cần một ngày chưa qua.\n",
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [["frobnicate"], ["sync", "--frob"], ["reopen"], ["check"]])
def test_an_unknown_command_or_option_is_2(dankheo: Dankheo, arguments: Sequence[str]) -> None:
    result = dankheo(*arguments)

    assert (result.code, result.out) == (2, "")
    assert result.err != ""


@pytest.mark.parametrize(
    "command", sorted(COMMANDS.keys() - {"demo", "check", "login", "doctor", "roster"})
)
def test_mistakes_in_both_files_are_3_and_all_listed(
    dankheo: Dankheo, folder: Path, command: str
) -> None:
    toml = (folder / "campaign.toml").read_text(encoding="utf-8").replace("year = 2022", "year = 1")
    (folder / "campaign.toml").write_text(toml, encoding="utf-8")
    (folder / "units.csv").write_text("Mã,Tên\nA,a\nA,b\n", encoding="utf-8")

    assert dankheo(command, *ARGUMENTS.get(command, ()), "-C", folder) == (
        3, "",
        "Lỗi: campaign.toml: year: ghi “1”; cần số từ 2000 trở lên\n"
        "Lỗi: units.csv, dòng 3: mã “A” đã dùng ở dòng 2\n",
    )  # fmt: skip


def test_a_folder_that_is_no_campaigns_is_3(dankheo: Dankheo, tmp_path: Path) -> None:
    assert dankheo("status", "-C", tmp_path) == (
        3, "",
        f"Lỗi: {tmp_path / 'campaign.toml'}: không có tệp này; "
        "-C chỉ đến thư mục của đợt đăng ký\n"
        f"Lỗi: {tmp_path / 'units.csv'}: không có tệp này (hoặc units.xlsx)\n",
    )  # fmt: skip


def test_a_damaged_archive_is_4(dankheo: Dankheo, folder: Path, form: Form) -> None:
    hand_in(folder, form, "HCTH")
    dankheo("sync", "-C", folder)
    (kept,) = (folder / "archive" / "HCTH").glob("*.xlsx")
    (receipt,) = (folder / "archive" / "HCTH").glob("*.json")
    for path in (kept, receipt):
        path.chmod(0o644)
    kept.write_bytes(b"forged")
    receipt.write_text(receipt.read_text("utf-8").replace('"reader": "', '"reader": "cũ '), "utf-8")
    (folder / "out" / "bao-cao.json").unlink()

    result = dankheo("sync", "-C", folder)

    assert result.code == 4
    assert result.err.endswith(
        f"Lỗi: {kept}: bản lưu đã bị sửa, không khớp mã kiểm tra\n"
        "Cách xử lý: khôi phục thư mục archive từ bản sao lưu.\n"
    )


@pytest.mark.parametrize("command", ["sync", "close", "report", "run"])
def test_findings_that_remain_are_5(
    dankheo: Dankheo, folder: Path, form: Form, command: str
) -> None:
    hand_in(folder, form, "HCTH")
    hand_in(folder, form, "TTra", place="")

    result = dankheo(command, "-C", folder)

    assert result.code == 5
    assert "Phải gửi 02, đã nhận 01" in result.out
    assert "Cần sửa" in result.out


def test_status_only_shows_and_is_0_whatever_it_shows(
    dankheo: Dankheo, folder: Path, form: Form
) -> None:
    hand_in(folder, form, "HCTH", place="")
    dankheo("sync", "-C", folder)

    result = dankheo("status", "-C", folder)

    assert (result.code, result.err) == (0, "")
    assert "Cần sửa" in result.out
    assert "Chưa phát biểu mẫu" in result.out


# --- letter ------------------------------------------------------------------------------


def test_the_letter_says_its_version_and_what_changed(dankheo: Dankheo, folder: Path) -> None:
    path = folder / "out" / "cong-van.docx"

    assert dankheo("letter", "-C", folder) == (0, f"Đã lập {path}, phiên bản 1.\n", "")
    assert dankheo("letter", "-C", folder) == (
        0, f"{path}: không có gì đổi, vẫn là phiên bản 1.\n", ""
    )  # fmt: skip
    toml = (folder / "campaign.toml").read_text("utf-8")
    (folder / "campaign.toml").write_text(
        toml.replace("Nguyễn Văn Mẫu", "Trần Thị Mẫu"), encoding="utf-8"
    )
    path.write_bytes(b"typed by hand")

    result = dankheo("letter", "-C", folder)

    assert (result.code, result.out) == (
        0,
        f"Đã lập {path}, phiên bản 2.\n  Sửa: “Nguyễn Văn Mẫu” thành “Trần Thị Mẫu”\n",
    )
    assert result.err.startswith(f"{path} đã được sửa bằng tay sau khi lập; bản đó được giữ ở ")


def test_a_letter_nobody_signs_is_3_and_not_written(dankheo: Dankheo, folder: Path) -> None:
    toml = (folder / "campaign.toml").read_text("utf-8")
    (folder / "campaign.toml").write_text(
        toml.replace('name = "Nguyễn Văn Mẫu"', 'name = ""'), encoding="utf-8"
    )

    assert dankheo("letter", "-C", folder) == (
        3, "", "Lỗi: campaign.toml: signer.name: thiếu họ tên người ký\n"
    )  # fmt: skip
    assert dankheo("sync", "-C", folder).code == 0  # nothing else minds
    assert not (folder / "out" / "cong-van.docx").exists()


# --- roster ------------------------------------------------------------------------------

KEPT = (
    "DANH SÁCH ĐƠN VỊ\n\nSTT;Tên phòng, đơn vị;Hộp thư;Ghi chú\n1;Phòng Hành chính - Tổng hợp;"
    "hcth@so.example;\n2;Thanh tra Sở;;\n;Tổng cộng: 2 đơn vị;;\n"
)


def test_a_list_is_shown_as_it_was_understood_and_nothing_is_written(
    dankheo: Dankheo, tmp_path: Path
) -> None:
    path = tmp_path / "ds.csv"
    path.write_text(KEPT, encoding="utf-8")
    before = contents(tmp_path)

    assert dankheo("roster", path) == (
        0,
        "ds.csv: tiêu đề ở dòng 3; 02 đơn vị.\n"
        "Các cột:\n"
        "  STT → chỉ đánh số, bỏ qua\n"
        "  Tên phòng, đơn vị → Tên đơn vị\n"
        "  Hộp thư → Email\n"
        "  Ghi chú → bỏ qua\n"
        "Các đơn vị (* là mã đề nghị):\n"
        "  HCTH*\tPhòng Hành chính - Tổng hợp\thcth@so.example\n"
        "  TTS*\tThanh tra Sở\n"
        "Nên xem:\n"
        "  bỏ qua dòng 6 (Tổng cộng: 2 đơn vị): là dòng cộng\n"
        "  01 đơn vị chưa có địa chỉ thư: TTS\n"
        "Đúng rồi thì ghi ra: thêm --out units.csv (hoặc units.xlsx).\n",
        "",
    )
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["units.csv", "units.xlsx"])
def test_a_clean_list_is_a_campaigns_roster(
    dankheo: Dankheo, folder: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "ds.csv"
    path.write_text(KEPT, encoding="utf-8")
    (folder / "units.csv").unlink()

    result = dankheo("roster", path, "--out", folder / name)

    assert (result.code, result.err) == (0, "")
    assert result.out.endswith(f"Đã ghi {folder / name}.\n")
    assert dankheo("provision", "-C", folder).code == 0
    assert sorted(p.stem for p in folder.glob("workbooks/*.xlsx")) == ["HCTH", "TTS"]


def test_a_file_that_is_there_is_replaced_only_when_told(
    dankheo: Dankheo, folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "ds.csv"
    path.write_text(KEPT, encoding="utf-8")
    there = folder / "units.csv"
    before = there.read_bytes()

    refused = dankheo("roster", path, "--out", there)

    assert (refused.code, refused.err) == (
        2, f"Lỗi: {there}: đã có tệp này\nCách xử lý: chọn tên khác, hoặc thêm --overwrite.\n"
    )  # fmt: skip
    assert there.read_bytes() == before
    assert dankheo("roster", path, "--out", there, "--overwrite").code == 0
    assert there.read_bytes().startswith("\ufeffMã,Tên đơn vị,".encode())
    other = dankheo("roster", path, "--out", folder / "units.xlsx")
    assert other.err == f"{there} cũng ở thư mục này: dời đi, một đợt chỉ có một danh sách.\n"


def test_a_list_with_mistakes_is_3_and_not_written(dankheo: Dankheo, tmp_path: Path) -> None:
    path, out = tmp_path / "ds.csv", tmp_path / "units.csv"
    path.write_text("Tên đơn vị,Email\nPhòng A,a@so.example\nPhòng B,sai\n", encoding="utf-8")

    result = dankheo("roster", path, "--out", out)

    assert result.code == 3
    assert result.out.startswith("ds.csv: tiêu đề ở dòng 1; 02 đơn vị, 01 có chỗ phải sửa.\n")
    assert result.err == (
        "Lỗi: ds.csv, dòng 3, cột Email: ghi “sai”; “sai” không phải địa chỉ thư điện tử\n"
    )
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("khong-co.csv", "không có tệp này"),
        ("ds.docx", "không đọc được loại tệp này"),
        ("ds.xls", "không đọc được loại tệp này"),
    ],
)
def test_a_list_that_cannot_be_opened_is_2(
    dankheo: Dankheo, tmp_path: Path, name: str, says: str
) -> None:
    result = dankheo("roster", tmp_path / name)

    assert (result.code, result.out) == (2, "")
    assert says in result.err


# --- check -------------------------------------------------------------------------------


def test_a_good_file_passes_the_check(dankheo: Dankheo, folder: Path, form: Form) -> None:
    path = hand_in(folder, form, "HCTH")
    before = contents(folder)

    assert dankheo("check", path, "-C", folder) == (0, "Biểu đạt.\n", "")
    assert contents(folder) == before


def test_a_faulty_file_is_shown_cell_by_cell(dankheo: Dankheo, folder: Path, form: Form) -> None:
    path = hand_in(folder, form, "HCTH", place="", new="")
    path.with_name("~$HCTH.xlsx").touch()
    before = contents(folder)

    result = dankheo("check", path, "-C", folder)

    must, may = result.out.split("Có thể để nguyên, nên xem lại: ")
    lines = [line.strip().split("\t") for line in must.splitlines()[1:]]
    assert (result.code, result.err) == (5, "")
    assert must.startswith("Phải sửa: 03\n")
    assert {cell for cell, message in lines} == {"-", "E10", "G10"}
    assert all(VIETNAMESE.search(message) for cell, message in lines)
    assert may == "01\n  -\tTệp có người đang mở: chỉ xem bản đã lưu gần nhất.\n"
    assert contents(folder) == before


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04 torn"])
def test_a_file_that_is_no_workbook_fails_the_check(
    dankheo: Dankheo, folder: Path, data: bytes
) -> None:
    path = folder / "bieu.xlsx"
    path.write_bytes(data)

    result = dankheo("check", path, "-C", folder)

    assert (result.code, result.err) == (5, "")
    assert [line.split("\t")[0] for line in result.out.splitlines()] == ["Phải sửa: 01", "  -"]


def test_a_file_leads_to_its_campaign(
    dankheo: Dankheo, folder: Path, tmp_path: Path, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also from the campaign's own folder to a file elsewhere; -C goes before both."""
    path = hand_in(folder, form, "HCTH")
    elsewhere = tmp_path / "tải về" / "HCTH.xlsx"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(path.read_bytes())
    passed = (0, "Biểu đạt.\n", "")

    assert dankheo("check", path) == passed
    assert dankheo("check", elsewhere, "-C", folder) == passed
    monkeypatch.chdir(folder)
    assert dankheo("check", elsewhere) == passed
    assert dankheo("check", path, "-C", tmp_path).code == 3


def test_a_file_of_no_campaign_says_where_it_was_looked_for(
    dankheo: Dankheo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "HCTH.xlsx"
    path.touch()
    monkeypatch.chdir(tmp_path)

    assert dankheo("check", path) == (
        2, "",
        f"Lỗi: {path}: không thấy campaign.toml ở thư mục của tệp này hay các thư mục bên trên\n"
        "Cách xử lý: thêm -C THƯ_MỤC, thư mục của đợt đăng ký.\n",
    )  # fmt: skip


def test_what_is_no_file_to_check_is_told_what_it_is(dankheo: Dankheo, folder: Path) -> None:
    lock = folder / "~$HCTH.xlsx"
    lock.touch()

    assert dankheo("check", folder).err.startswith(f"Lỗi: {folder}: là một thư mục\n")
    assert dankheo("check", lock).err == (
        f"Lỗi: {lock}: là tệp tạm do Excel hay LibreOffice đặt cạnh một biểu đang mở\n"
        "Cách xử lý: ghi đường dẫn đến chính biểu ấy.\n"
    )


def test_a_file_that_is_open_is_checked_as_it_was_saved(
    dankheo: Dankheo, folder: Path, form: Form
) -> None:
    path = hand_in(folder, form, "HCTH")
    path.with_name("~$HCTH.xlsx").touch()

    assert dankheo("check", path) == (
        0,
        "Có thể để nguyên, nên xem lại: 01\n"
        "  -\tTệp có người đang mở: chỉ xem bản đã lưu gần nhất.\nBiểu đạt.\n",
        "",
    )


def test_links_are_printed_to_be_sent_on(dankheo: Dankheo, folder: Path) -> None:
    dankheo("provision", "-C", folder)

    result = dankheo("status", "--links", "-C", folder)

    assert (result.code, result.err) == (0, "")
    assert [line.split("\t") for line in result.out.splitlines()] == [
        ["HCTH", "Phòng Hành chính", "", str(folder / "workbooks" / "HCTH.xlsx")],
        ["TTra", "Thanh tra Sở", "", str(folder / "workbooks" / "TTra.xlsx")],
    ]


# --- dry runs ----------------------------------------------------------------------------

DRY = sorted(
    name for name, function in COMMANDS.items()
    if "dry_run" in inspect.signature(function).parameters
)  # fmt: skip


def test_every_command_that_changes_a_campaign_can_be_tried_first() -> None:
    assert set(COMMANDS) - set(DRY) == {
        "status", "check", "demo", "doctor", "login", "notices", "roster",
    }  # fmt: skip


def dry(command: str, folder: Path) -> list[object]:
    return [command, *ARGUMENTS.get(command, ()), "-C", folder, "--dry-run"]


@pytest.mark.parametrize("command", [name for name in DRY if name not in ARGUMENTS])
def test_trying_writes_nothing_where_nothing_is_provisioned(
    dankheo: Dankheo, folder: Path, command: str
) -> None:
    before = contents(folder)

    assert dankheo(*dry(command, folder)).code == 0
    assert contents(folder) == before


PAST_DUE = (
    "1 biểu phát ra đã quá hạn: sửa hạn trong campaign.toml, ghi cột “Gia hạn đến”, "
    "hoặc dùng dankheo reopen.\n"
)


RESULTS = "Sẽ lập lại bảng tổng hợp, bảng tiến độ.\n"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("provision", "Sẽ tạo 1 biểu trong {workbooks}; tổng số 3.\n  MOI  Phòng Mới\n"),
        ("sync", "Sẽ đọc 1 biểu: HCTH\n" + RESULTS),
        ("close", "Sẽ đọc 2 biểu: HCTH, TTra\nSẽ chốt và khoá 2 biểu: HCTH, TTra\n" + RESULTS),
        ("reopen", "Sẽ mở lại biểu HCTH: "
         "trước ngày 02/01/2100 (chậm nhất hết ngày 01/01/2100).\n"),
        ("report", "Sẽ đọc 1 biểu: HCTH\nSẽ lập lại bảng tổng hợp, báo cáo, bảng tiến độ.\n"),
        ("letter", "Sẽ lập {out}/cong-van.docx, phiên bản 1.\n"),
    ],
)  # fmt: skip
def test_trying_says_what_would_be_done_and_writes_nothing(
    dankheo: Dankheo, tmp_path: Path, form: Form, command: str, says: str
) -> None:
    """The deadline has passed; one unit is new, another changed its workbook."""
    folder = campaign_in(tmp_path / "2022", "2022-04-12")
    dankheo("provision", "-C", folder)
    dankheo("sync", "-C", folder)
    hand_in(folder, form, "HCTH")
    (folder / "units.csv").write_text(UNITS + "MOI,Phòng Mới\n", encoding="utf-8")
    before = contents(folder)

    result = dankheo(*dry(command, folder))

    expected = says.format(workbooks=folder / "workbooks", out=folder / "out")
    assert (result.code, result.out) == (0, expected)
    assert result.err == (PAST_DUE if command == "provision" else "")
    assert contents(folder) == before


def test_trying_a_run_prints_the_plan_with_its_mails_word_for_word(
    dankheo: Dankheo, tmp_path: Path, form: Form
) -> None:
    folder = campaign_in(tmp_path / "2022", "2022-04-12")
    dankheo("provision", "-C", folder)
    dankheo("sync", "-C", folder)
    hand_in(folder, form, "HCTH")
    (folder / "units.csv").write_text(
        "Mã,Tên đơn vị,Email\nHCTH,Phòng Hành chính,a@x.example\nTTra,Thanh tra Sở,b@x.example\n"
        "MOI,Phòng Mới,c@x.example\n",
        encoding="utf-8",
    )
    before = contents(folder)

    result = dankheo("run", "-C", folder, "--dry-run")

    assert (result.code, result.err) == (0, "")
    plan, _, mails = result.out.partition("\n\n")
    assert plan.splitlines() == [
        "Sẽ tạo 1 biểu: MOI",
        "Sẽ đọc 3 biểu: HCTH, TTra, MOI",
        "Sẽ chốt và khoá 3 biểu: HCTH, TTra, MOI",
        "Sẽ lập lại bảng tổng hợp, báo cáo, bảng tiến độ.",
        "Chưa gửi thư được: campaign.toml chưa có mục [mail]; gửi tay thì dankheo remind --draft "
        "lập thư nháp.",
        "Sẽ gửi 3 thư.",
    ]
    assert (
        "Tới: b@x.example\nTiêu đề: Đã hết hạn gửi biểu đăng ký: trước ngày 12/4/2022 – " in mails
    )
    assert "\n\nKính gửi: Thanh tra Sở\n\nĐã hết hạn gửi biểu: trước ngày 12/4/2022. " in mails
    assert contents(folder) == before


def test_status_writes_nothing(dankheo: Dankheo, folder: Path, form: Form) -> None:
    hand_in(folder, form, "HCTH")
    before = contents(folder)

    assert dankheo("status", "-C", folder).code == 0
    assert contents(folder) == before


# --- demo --------------------------------------------------------------------------------


def test_the_demo_plays_a_campaign_into_a_folder_of_its_own(
    dankheo: Dankheo, tmp_path: Path
) -> None:
    """One that an earlier demonstration left is made anew; no campaign is begun in it."""
    (tmp_path / "thu").mkdir()
    (tmp_path / "thu" / ".dankheo-demo").touch()
    (tmp_path / "thu" / "lần trước.txt").touch()

    assert dankheo("demo", "--copy", tmp_path / "thu").code == 2
    result = dankheo("demo", tmp_path / "thu")

    assert result.code == 0
    assert "Phải gửi 08" in result.out
    assert "phát 8 biểu" in result.err
    assert not (tmp_path / "thu" / "lần trước.txt").exists()
    assert len(list((tmp_path / "thu" / "thu-mau").glob("*.eml"))) == 35
    assert sorted(path.name for path in (tmp_path / "thu" / "out").iterdir()) == [
        "bao-cao.docx", "bao-cao.json", "bieu", "cong-van.docx", "phien-ban", "tien-do.html",
        "tong-hop.xlsx", "van-ban.json",
    ]  # fmt: skip
    for said in ("cong-van.docx", "bao-cao.docx", "bieu"):
        assert f"{tmp_path / 'thu' / 'out' / said}\n" in result.out


@pytest.mark.parametrize("option", [(), ("--copy",)])
def test_the_demo_leaves_a_folder_of_someone_else_alone(
    dankheo: Dankheo, tmp_path: Path, option: tuple[str, ...]
) -> None:
    (tmp_path / "campaign.toml").write_bytes(b"mine")
    before = contents(tmp_path)

    assert dankheo("demo", tmp_path, *option) == (
        2, "", f"Lỗi: {tmp_path}: thư mục đã có nội dung\nCách xử lý: chọn một thư mục mới.\n"
    )  # fmt: skip
    assert contents(tmp_path) == before


@pytest.mark.parametrize("option", [(), ("--copy",)])
def test_a_file_where_the_demo_should_go_stays(
    dankheo: Dankheo, tmp_path: Path, option: tuple[str, ...]
) -> None:
    path = tmp_path / "của tôi.docx"
    path.write_bytes(b"mine")

    result = dankheo("demo", path, *option)

    assert (result.code, result.out) == (4, "")
    assert result.err.startswith(f"Lỗi: {path}: một tệp nằm ở chỗ cần thư mục\n")
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("folder", ["đợt mới", "dot/2027"])
def test_the_sample_is_copied_to_begin_a_campaign_with(
    dankheo: Dankheo, tmp_path: Path, folder: str
) -> None:
    """Into a new folder, or one that is empty."""
    place = tmp_path / folder
    if "/" not in folder:
        place.mkdir()

    assert dankheo("demo", "--copy", place) == (
        0,
        f"Đã chép {place / 'campaign.toml'}.\nĐã chép {place / 'units.csv'}.\n"
        f"Sửa hai tệp ấy cho đợt của mình, rồi chạy dankheo doctor -C {place}.\n",
        "",
    )
    assert {path.name: path.read_bytes() for path in place.iterdir()} == {
        name: (EXAMPLE / name).read_bytes() for name in ("campaign.toml", "units.csv")
    }


def test_the_demo_needs_sample_answers(dankheo: Dankheo, tmp_path: Path) -> None:
    assert dankheo("demo", tmp_path / "thu", "--example", tmp_path) == (
        2, "",
        f"Lỗi: {tmp_path}: không có tra-loi-mau.toml\n"
        "Cách xử lý: --example cần thư mục dữ liệu mẫu.\n",
    )  # fmt: skip
    assert not (tmp_path / "thu").exists()


# --- help --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_and_option_is_explained_in_vietnamese(
    dankheo: Dankheo, command: str
) -> None:
    function = COMMANDS[command]
    help_text = inspect.getdoc(function)
    result = dankheo(command, "--help")

    assert help_text
    assert VIETNAMESE.search(help_text)
    assert (result.code, result.err) == (0, "")
    assert help_text in result.out
    for name, hint in get_type_hints(function, include_extras=True).items():
        if name != "return":
            explained = hint.__metadata__[0].help
            assert explained, name
            assert VIETNAMESE.search(explained), name


def test_help_lists_every_command(dankheo: Dankheo) -> None:
    result = dankheo("--help")

    assert (result.code, result.err) == (0, "")
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", result.out, re.MULTILINE), command


def test_the_version_is_told(dankheo: Dankheo) -> None:
    assert dankheo("--version") == (0, f"dankheo {__version__}\n", "")


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from dankheo_sheets.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(*sorted({m.split('.')[0] for m in sys.modules}), file=sys.stderr)"
    )

    result = shell(sys.executable, "-W", "error", "-c", code)

    assert result.returncode == 0
    loaded = set(result.stderr.split())
    assert "typer" in loaded
    heavy = {"pandas", "numpy", "docx", "gspread", "google", "openpyxl", "xlsxwriter", "pydantic"}
    assert loaded & heavy == set()


# --- as a program ------------------------------------------------------------------------


def test_the_installed_command_works_in_its_own_folder_on_any_console(folder: Path) -> None:
    command = shutil.which("dankheo", path=str(Path(sys.executable).parent))
    assert command, "make install"

    done = shell(command, "provision", cwd=folder, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    failed = shell(command, "status", "-C", "khong-co", cwd=folder, PYTHONIOENCODING="cp1252")

    assert (done.returncode, done.stdout) == (0, "Đã tạo 2 biểu trong workbooks; tổng số 2.\n")
    assert (failed.returncode, failed.stdout) == (3, "")
    assert failed.stderr.startswith(f"Lỗi: {Path('khong-co', 'campaign.toml')}: không có tệp này")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_each_script_does_what_the_command_of_its_name_does(
    dankheo: Dankheo, folder: Path, script: Path
) -> None:
    result = shell(sys.executable, script, "-C", folder, "--dry-run")

    expected = dankheo(script.stem, "-C", folder, "--dry-run")
    assert (result.returncode, result.stdout, result.stderr) == expected
    assert shell(sys.executable, script, "-C", folder / "khong-co").returncode == 3


def test_there_are_scripts() -> None:
    assert {path.stem for path in SCRIPTS} >= {"provision", "sync", "report", "run"}
    assert {path.stem for path in SCRIPTS} <= set(COMMANDS)


def test_a_filled_in_sheet_that_is_gone_is_named_and_not_replaced(
    dankheo: Dankheo, folder: Path, form: Form
) -> None:
    hand_in(folder, form, "HCTH")
    dankheo("sync", "-C", folder)
    (folder / "workbooks" / "HCTH.xlsx").unlink()

    result = dankheo("provision", "-C", folder)

    assert "HCTH: không thấy biểu, nhưng đơn vị đã từng ghi" in result.err
    assert not (folder / "workbooks" / "HCTH.xlsx").exists()


def test_another_units_workbook_is_found_by_check_as_by_sync(
    dankheo: Dankheo, folder: Path, form: Form
) -> None:
    hand_in(folder, form, "HCTH")
    (folder / "workbooks" / "HCTH.xlsx").rename(folder / "workbooks" / "TTra.xlsx")

    result = dankheo("check", folder / "workbooks" / "TTra.xlsx", "-C", folder)

    assert (result.code, result.out) == (
        5,
        "Phải sửa: 01\n"
        "  -\tBiểu của đơn vị khác (mã “HCTH”): ghi vào đúng tệp đã phát cho đơn vị.\n",
    )  # fmt: skip


def test_names_in_brackets_are_shown_as_they_are(dankheo: Dankheo, folder: Path) -> None:
    (folder / "units.csv").write_text(UNITS + "C,Phòng [/x] [red]C\n", encoding="utf-8")

    result = dankheo("status", "-C", folder)

    assert result.code == 0
    assert "[/x]" in result.out
