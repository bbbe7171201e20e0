"""`make demo-google`: the campaign of the letter on the emulator, as it is shown to people."""

import io
import json
from pathlib import Path

from rich.console import Console

from dankheo_sheets.steps.demo import play
from tests.conftest import EXAMPLE
from tests.google_demo import main


def shown(directory: Path) -> tuple[int, str]:
    """Return the exit code and what is printed."""
    out = io.StringIO()
    return main(directory, Console(file=out, width=110)), out.getvalue()


def test_the_demonstration_shows_the_board_and_the_requests(tmp_path: Path) -> None:
    code, text = shown(tmp_path / "demo")

    assert code == 0
    assert "08 giờ 00, ngày 12/4/2022: đọc 8 biểu, phản hồi 8 đơn vị, hết hạn, khoá 8 biểu." in text
    assert "Phải gửi 08, đã nhận 05, đúng hạn 04, muộn hạn 01, còn thiếu 03" in text
    assert "Số yêu cầu gửi tới Google" in text
    assert text.rstrip().endswith("Yêu cầu trái với đặc tả Google công bố: 0.")


def test_it_ends_where_the_demonstration_in_a_folder_ends(tmp_path: Path) -> None:
    """But for a formula that Google calculates and a file of openpyxl's leaves without a value."""
    shown(tmp_path / "google")
    play(tmp_path / "folder", EXAMPLE)
    google, folder = (
        json.loads((tmp_path / place / "out" / "bao-cao.json").read_bytes())
        for place in ("google", "folder")
    )

    for theirs, ours in zip(google["units"], folder["units"], strict=True):
        for key in ("unit", "status", "changed_at", "deadline", "late", "closed"):
            assert theirs.get(key) == ours.get(key), (theirs["unit"], key)
        if ours["unit"] != "TDC":
            assert theirs["findings"] == ours["findings"]
    assert google["completeness"] == folder["completeness"]
    (tdc,) = [unit for unit in google["units"] if unit["unit"] == "TDC"]
    assert [f["code"] for f in tdc["findings"] if f["cell"] == "B17"] == ["formula"]


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "của tôi.txt").touch()

    code, text = shown(tmp_path)

    assert code == 2
    assert "thư mục đã có nội dung" in text
    assert [path.name for path in tmp_path.iterdir()] == ["của tôi.txt"]


def test_it_can_be_shown_again_in_its_own_folder(tmp_path: Path) -> None:
    assert [shown(tmp_path / "demo")[0] for _ in range(2)] == [0, 0]
