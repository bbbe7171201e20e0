"""Each command ends with what to do next: what has to be done apart from what can be."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dankheo_sheets.cli import main
from dankheo_sheets.cli.next_step import FOR_PROGRAMS, NEXT, next_step
from dankheo_sheets.form.layout import Form
from tests.test_cli import COMMANDS, campaign_in, hand_in

Err = Callable[..., list[str]]


@pytest.fixture
def err(capsys: pytest.CaptureFixture[str]) -> Err:
    """Run one command; return its lines on stderr."""

    def run(*arguments: object) -> list[str]:
        capsys.readouterr()
        with pytest.raises(SystemExit):
            main([str(argument) for argument in arguments])
        return capsys.readouterr().err.splitlines()

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a campaign that is open until 2099."""
    return campaign_in(tmp_path / "dot")


def test_giving_out_leads_to_telling_the_units(err: Err, folder: Path) -> None:
    assert err("provision", "-C", folder)[-2:] == [
        f"Phải làm tiếp: báo cho các đơn vị: chạy dankheo remind -C {folder} (chưa có [mail] thì "
        f"dankheo remind -C {folder} --draft).",
        f"Có thể làm tiếp: chạy dankheo status -C {folder} --links để lấy nơi mở biểu của từng "
        "đơn vị.",
    ]


def test_closing_leads_to_the_report_and_that_to_paper(
    err: Err, tmp_path: Path, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = campaign_in(tmp_path / "2022", "2022-04-12")
    monkeypatch.chdir(folder)
    hand_in(folder, form, "HCTH")

    assert err("close")[-1] == "Phải làm tiếp: chạy dankheo report để lập báo cáo."
    assert err("report")[-1] == (
        "Phải làm tiếp: xem lại, in, trình ký out/bao-cao.docx rồi lưu hồ sơ."
    )


def test_a_check_leads_to_mending_or_to_handing_in(err: Err, folder: Path, form: Form) -> None:
    bad, good = hand_in(folder, form, "HCTH", place=""), hand_in(folder, form, "TTra")

    assert err("check", bad) == ["Phải làm tiếp: sửa các chỗ ấy, lưu tệp, rồi chạy lại lệnh này."]
    assert err("check", good) == [
        "Có thể làm tiếp: biểu ở trong thư mục workbooks thì chạy dankheo sync; nhận qua thư thì "
        "chạy dankheo receive MÃ --at LÚC --from TỆP."
    ]


def test_a_decision_leads_to_the_commands_that_write_it(err: Err, folder: Path) -> None:
    err("provision", "-C", folder)

    assert err("exclude", "HCTH", "--reason", "đã giải thể", "-C", folder) == [
        f"Phải làm tiếp: chạy dankheo run -C {folder} (hoặc sync, close, report) để biểu của đơn "
        "vị và kết quả ghi rõ."
    ]


@pytest.mark.parametrize("option", FOR_PROGRAMS)
def test_nothing_is_added_to_what_a_program_reads(option: str) -> None:
    assert all(next_step([command, f"{option}=x"], code) == [] for command, code in NEXT)


def test_nothing_is_added_to_an_error(err: Err, folder: Path) -> None:
    assert err("include", "XYZ", "-C", folder)[-1] == "Cách xử lý: các mã: HCTH, TTra."


def test_a_folder_with_blanks_is_quoted() -> None:
    assert next_step(["close", "-C", "đợt 1"], 0) == [
        'Phải làm tiếp: chạy dankheo report -C "đợt 1" để lập báo cáo.'
    ]


def test_every_command_leads_somewhere_and_only_to_commands_there_are() -> None:
    """Roster says itself how to go on; audit has nothing to do where all is well."""
    named = {
        command
        for after in NEXT.values()
        for command in re.findall(r"dankheo (\w+)", f"{after.must} {after.may}")
    }

    assert COMMANDS.keys() - {command for command, _ in NEXT} == {"roster"}
    assert named <= COMMANDS.keys()
