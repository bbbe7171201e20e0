"""`dankheo remind` in an office without a mail server: what a clerk reads, from start to end."""

from pathlib import Path

import pytest

from tests.test_cli import Dankheo, campaign_in, dankheo

__all__ = ["dankheo"]  # a fixture

ROSTER = "Mã,Tên đơn vị,Email\nHCTH,Phòng Hành chính,a@x.example\nTTra,Thanh tra Sở,\n"
RECORD = (
    "Gửi xong thì ghi lại, để lần sau không nhắc trùng: dankheo remind --sent-by-hand (mới gửi "
    "vài đơn vị thì thêm mã).\n"
)


@pytest.fixture
def folder(tmp_path: Path, dankheo: Dankheo) -> Path:
    """Return the folder of a campaign of two units, one of them without an address."""
    folder = campaign_in(tmp_path / "đợt 2099")
    (folder / "units.csv").write_text(ROSTER, "utf-8")
    dankheo("provision", "-C", folder)
    return folder


def test_a_clerk_lays_drafts_sends_them_and_records_it(dankheo: Dankheo, folder: Path) -> None:
    reminded = dankheo("remind", "-C", folder)
    laid = dankheo("remind", "--draft", "-C", folder)
    first = dankheo("remind", "--sent-by-hand", "hcth", "-C", folder)
    rest = dankheo("remind", "--sent-by-hand", "-C", folder)
    over = dankheo("remind", "--sent-by-hand", "-C", folder)
    nothing = dankheo("remind", "--draft", "-C", folder)

    assert (
        "2 thư đến lúc gửi, nhưng campaign.toml chưa có mục [mail]: dankheo remind --draft lập thư "
        "nháp để gửi bằng Outlook, dankheo notices in tin ngắn.\n" in reminded.out
    )
    assert (laid.code, laid.out) == (
        reminded.code,
        f"Đã lập 2 thư nháp ở {folder / 'out' / 'thu'}: mở từng tệp .eml bằng Outlook hoặc "
        f"Thunderbird, xem lại, bấm Gửi.\n{RECORD}",
    )
    assert laid.err.endswith("TTra: chưa có địa chỉ thư, TTra - thư mở đợt.eml để trống nơi nhận\n")
    assert (first.code, first.out, first.err) == (
        0, "Đã ghi 1 thư đã gửi tay:\n  HCTH: thư mở đợt, gửi tay: a@x.example\n", "",
    )  # fmt: skip
    assert rest.out == ("Đã ghi 1 thư đã gửi tay:\n  TTra: thư mở đợt, gửi tay: không có địa chỉ\n")
    assert (over.code, over.out) == (
        0, "Không có thư nháp nào chờ ghi; lập thư nháp: dankheo remind --draft.\n",
    )  # fmt: skip
    assert (nothing.code, nothing.out) == (0, "Chưa có thư nào đến lúc gửi.\n")


def test_laying_again_names_what_may_have_been_sent(dankheo: Dankheo, folder: Path) -> None:
    dankheo("remind", "--draft", "-C", folder)

    again = dankheo("remind", "--draft", "-C", folder)

    assert "\n2 thư nháp (từ " in f"\n{again.err}"
    assert (
        ") đã lập trước đó mà chưa ghi là đã gửi: gửi rồi thì ghi lại, đừng gửi nữa: HCTH, TTra.\n"
        in again.err
    )


def test_trying_says_what_would_be_laid_and_what_recorded(dankheo: Dankheo, folder: Path) -> None:
    tried = dankheo("remind", "--draft", "--dry-run", "-C", folder)
    exists = (folder / "out" / "thu").exists()
    dankheo("remind", "--draft", "-C", folder)
    would = dankheo("remind", "--sent-by-hand", "TTra", "--dry-run", "-C", folder)

    assert tried.out.startswith("Sẽ lập 2 thư nháp.\n")
    assert "\nTới: (chưa có địa chỉ thư)\n" in tried.out
    assert "\nKèm: HCTH.xlsx\nKèm: han-gui.ics\n" in tried.out
    assert not exists
    assert would.out == (
        "Sẽ ghi 1 thư đã gửi tay:\n  TTra: thư mở đợt, gửi tay: không có địa chỉ\n"
    )
    assert len(list((folder / "out" / "thu").glob("*.eml"))) == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--draft", "--sent-by-hand"],
         "Lỗi: Có cả --draft và --sent-by-hand\nCách xử lý: gửi xong các thư nháp rồi mới ghi.\n"),
        (["HCTH", "--draft"],
         "Lỗi: Chưa rõ làm gì với HCTH\nCách xử lý: mã chỉ đi cùng --sent-by-hand.\n"),
        (["HCTH"],
         "Lỗi: Chưa rõ làm gì với HCTH\nCách xử lý: mã chỉ đi cùng --sent-by-hand.\n"),
        (["XYZ", "--sent-by-hand"],
         "Lỗi: Không có đơn vị mã “XYZ”\nCách xử lý: các mã: HCTH, TTra.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(
    dankheo: Dankheo, folder: Path, arguments: list[str], says: str
) -> None:
    result = dankheo("remind", *arguments, "-C", folder)

    assert (result.code, result.out, result.err) == (2, "", says)


def test_a_run_that_sends_nothing_says_why_and_until_when(dankheo: Dankheo, folder: Path) -> None:
    dankheo("remind", "--draft", "-C", folder)
    dankheo("remind", "--sent-by-hand", "-C", folder)

    told = [dankheo(command, "-C", folder).out.splitlines() for command in ("remind", "run", "run")]

    assert [lines[1] for lines in told] == 3 * [
        "Chưa gửi thư nào: các thư đến lúc đều đã gửi, thư sau chưa đến ngày. Thư tới từ 00 giờ "
        "00, ngày 07/10/2060 (chưa có mục [mail]: gửi bằng dankheo remind --draft)."
    ]


def test_where_the_plan_is_over_a_run_says_that_no_mail_is_left(
    dankheo: Dankheo, folder: Path
) -> None:
    path = folder / "campaign.toml"
    none = ("opening", "midway", "last_day", "after")
    plan = "".join(f"{mail} = false\n" for mail in none) + "working_days_before = []\n"
    text = path.read_text("utf-8").replace("[reminders]\n", f"[reminders]\n{plan}")
    path.write_text(text, "utf-8")

    assert (
        "Không gửi thư nào: lịch nhắc không còn thư nào cho đơn vị nào."
        in dankheo("run", "-C", folder).out.splitlines()
    )
