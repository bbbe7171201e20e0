"""run --public: what anybody may read says nothing about any unit, whatever goes wrong.

Each run is a process of its own, as on GitHub, so its traceback is the real one.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import EXAMPLE
from tests.mail_server import Fault, MailServer
from tests.processes import dankheo

UNITS = (
    "Mã,Tên đơn vị,Email\nMATMOT,Phòng Bí Danh,bidanh@x.example\n"
    "MATHAI,Ban Ẩn Tích,antich@x.example\n"
)
SECRETS = re.compile("mat(mot|hai)|bí danh|ẩn tích|bidanh|antich|x[.]example|lộ ra", re.IGNORECASE)
COUNTS = (
    "Phải gửi 02, đã nhận 00, đúng hạn 00, muộn hạn 00, còn thiếu 02; tỷ lệ 0%; "
    "tổng số 00 mô hình, điển hình được tính."
)
BY_HAND = (
    "2 thư đến lúc gửi, nhưng campaign.toml chưa có mục [mail]: dankheo remind --draft lập "
    "thư nháp để gửi bằng Outlook, dankheo notices in tin ngắn.\n"
)


class Said(NamedTuple):
    """What a run left behind for everybody to read."""

    code: int
    out: str
    err: str


Public = Callable[..., Said]


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """Make a campaign of two units that is open until 2099."""
    text = (EXAMPLE / "campaign.toml").read_text("utf-8")
    text = text.replace("before = 2022-04-12", "before = 2099-04-12")
    text += "\n[reminders]\nhour = 0\n"  # it goes by the real clock, by night too
    (tmp_path / "campaign.toml").write_text(text, "utf-8")
    (tmp_path / "units.csv").write_text(UNITS, "utf-8")
    return tmp_path


@pytest.fixture
def public(campaign: Path) -> Public:
    """Run it for everybody to read; nothing of it may name a unit."""

    def public(*options: object, **environ: str) -> Said:
        command = ["run", "-C", campaign, "--public", *options]
        done = dankheo(command, {**os.environ, **environ})
        assert not SECRETS.search(done.stdout + done.stderr), done.stdout + done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    return public


def refused(kind: str, code: int, what: str) -> Said:
    return Said(code, "", f"Lỗi {kind} (mã {code}): {what}; chạy dankheo doctor để xem.\n")


def settings(campaign: Path, old: str, new: str) -> None:
    path = campaign / "campaign.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def marks(campaign: Path, text: str) -> None:
    folder = campaign / "workbooks" / ".dankheo"
    folder.mkdir(exist_ok=True)
    (folder / "MATMOT.json").write_text(text, "utf-8")


# --- what goes well -------------------------------------------------------------------------


def test_a_run_says_counts_and_no_progress(public: Public) -> None:
    first = public()

    assert first == Said(0, f"Đã tạo 2 biểu, đọc 2, chốt 0, gửi 0 thư.\n{BY_HAND}{COUNTS}\n", "")


def test_a_plan_says_counts_and_promises_no_mails_to_read(public: Public) -> None:
    planned = public("--dry-run")
    public()

    assert planned == Said(
        0,
        "Sẽ tạo 2 biểu\nSẽ đọc 2 biểu\nSẽ lập lại bảng tổng hợp, báo cáo, bảng tiến độ.\n"
        "Chưa gửi thư được: campaign.toml chưa có mục [mail].\nSẽ gửi 2 thư.\n",
        "",
    )
    assert public("--dry-run") == Said(
        0, "Chưa gửi thư được: campaign.toml chưa có mục [mail].\nSẽ gửi 2 thư.\n", ""
    )


def test_before_the_opening_it_says_when_that_is(campaign: Path, public: Public) -> None:
    settings(campaign, "opens = 2022-04-05", "opens = 2098-04-05")

    expected = "Đợt mở từ 00 giờ 00, ngày 05/4/2098; chưa có gì phải làm.\n"
    assert public() == public("--dry-run") == Said(0, expected, "")


def test_notes_about_units_are_counted(campaign: Path, public: Public) -> None:
    public()
    (campaign / "workbooks" / "Phòng Bí Danh.xlsx").write_bytes(b"x")
    (campaign / "workbooks" / "MATMOT.xlsx").write_bytes(b"l\xe1\xbb\x99 ra")

    said = public()

    assert said == Said(
        5,
        f"Đã tạo 0 biểu, đọc 1, chốt 0, gửi 0 thư.\n{BY_HAND}{COUNTS} "
        "2 điều cần xem trong bảng tiến độ.\n",
        "",
    )


def test_what_is_said_is_the_same_for_a_unit_that_is_excluded(
    campaign: Path, public: Public
) -> None:
    public()
    mark = {"decision": "excluded 2022-04-06T08:00:00+07:00", "reason": "lộ ra"}
    marks(campaign, json.dumps(mark))

    said = public()

    assert said.out.splitlines()[-1] == (
        "Phải gửi 01, đã nhận 00, đúng hạn 00, muộn hạn 00, còn thiếu 01, loại trừ 01; "
        "tỷ lệ 0%; tổng số 00 mô hình, điển hình được tính."
    )


# --- what goes wrong ------------------------------------------------------------------------

SETTINGS = "campaign.toml hoặc danh sách đơn vị có chỗ sai"
PLACE = "ổ đĩa, Google hoặc máy chủ thư từ chối"


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_wrong_roster_is_not_quoted(campaign: Path, public: Public, options: tuple[str]) -> None:
    (campaign / "units.csv").write_text(f"{UNITS}MATMOT,Phòng Bí Danh,lộ ra\n", "utf-8")

    assert public(*options) == refused("SettingsError", 3, SETTINGS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "dan-van-kheo-2022"', 'id = "LỘ RA"'),
        ("year = 2022", "year = lộ ra"),
        ("opens = 2022-04-05", 'opens = "lộ ra"'),
        ('receiving_email = "tong-hop@so-khcn.example"', 'receiving_email = "lộ ra"'),
    ],
)
def test_wrong_settings_are_not_quoted(campaign: Path, public: Public, old: str, new: str) -> None:
    settings(campaign, old, new)

    assert public() == refused("SettingsError", 3, SETTINGS)


def test_a_folder_that_is_no_campaign_is_not_named(campaign: Path, public: Public) -> None:
    (campaign / "campaign.toml").unlink()

    assert public() == refused("SettingsError", 3, SETTINGS)


def test_a_wrong_clock_is_told_without_what_was_done(campaign: Path, public: Public) -> None:
    public()
    journal = campaign / "archive" / "nhat-ky.jsonl"
    event = {"at": "2099-01-01T00:00:00+07:00", "who": "lộ ra", "what": "đọc", "unit": "MATMOT"}
    with journal.open("a", encoding="utf-8") as file:
        file.write(json.dumps(event) + "\n")

    assert public() == public("--dry-run") == refused("WorkspaceError", 4, PLACE)


def test_google_that_lets_nobody_in_is_told_without_who_we_are(
    campaign: Path, public: Public
) -> None:
    settings(campaign, 'workspace = "folder"', 'workspace = "google"')
    key = campaign / "khoa.json"
    key.write_text('{"type": "lộ ra"}', "utf-8")
    path = campaign / "campaign.toml"
    path.write_text(f'{path.read_text("utf-8")}\n[google]\ncredentials = "khoa.json"\n', "utf-8")

    assert public() == refused("SignInError", 4, PLACE)


def test_damaged_marks_are_an_error_of_nobody(campaign: Path, public: Public) -> None:
    public()
    marks(campaign, "{lộ ra")

    said = public()

    assert (said.code, said.err) == (5, "")
    assert COUNTS in said.out


@pytest.mark.parametrize("place", ["khong/co/bang.md", "."])
def test_where_the_summary_cannot_be_written_the_run_is_done_and_said_first(
    campaign: Path, public: Public, place: str
) -> None:
    said = public("--summary", campaign / place)

    assert said == Said(
        4,
        f"Đã tạo 2 biểu, đọc 2, chốt 0, gửi 0 thư.\n{BY_HAND}{COUNTS}\n",
        refused("WorkspaceError", 4, PLACE).err,
    )
    assert (campaign / "out" / "tien-do.html").exists()


def test_the_summary_is_for_whoever_asked_for_it_and_names_the_units(
    campaign: Path, public: Public
) -> None:
    public("--summary", campaign / "bang.md")

    assert "| MATMOT | Phòng Bí Danh |" in (campaign / "bang.md").read_text("utf-8")


def test_a_bug_says_where_it_is_and_not_what_it_met(tmp_path: Path) -> None:
    """A command of its own stands for the bug: it raises what it was given to read."""
    script = tmp_path / "hong.py"
    script.write_text(
        "import os\n"
        "from dankheo_sheets import cli, talk\n"
        "@cli.app.command()\n"
        "def bug():\n"
        "    talk.speak_publicly()\n"
        "    try:\n"
        "        int(os.environ['TYPED'])\n"
        "    except ValueError as error:\n"
        "        raise KeyError(os.environ['TYPED']) from error\n"
        "cli.main(['bug'])\n",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)], env={**os.environ, "TYPED": "lộ ra MATMOT"},
        capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "KeyError"
    assert f'File "{script}", line 9, in bug' in done.stderr
    assert not SECRETS.search(done.stderr)


# --- mails ----------------------------------------------------------------------------------


@pytest.fixture
def server(campaign: Path) -> Iterator[MailServer]:
    with MailServer(users={"may": "mat-khau"}) as running:
        path = campaign / "campaign.toml"
        path.write_text(path.read_text("utf-8") + running.toml(user="may"), "utf-8")
        yield running


def test_mails_that_went_out_are_counted(public: Public, server: MailServer) -> None:
    said = public(**server.environ)

    assert said.out.splitlines()[0] == "Đã tạo 2 biểu, đọc 2, chốt 0, gửi 2 thư."
    assert len(server.received) == 2


@pytest.mark.parametrize("reply", ["550 5.1.1 <bidanh@x.example>: lộ ra", ""])
def test_a_refused_address_is_one_more_thing_to_look_at(
    public: Public, server: MailServer, reply: str
) -> None:
    server.refused["bidanh@x.example"] = reply

    said = public(**server.environ)

    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[0] == "Đã tạo 2 biểu, đọc 2, chốt 0, gửi 1 thư."
    assert said.out.endswith(" 1 điều cần xem trong bảng tiến độ.\n")


def test_a_dropped_line_names_nobody(public: Public, server: MailServer) -> None:
    server.on_mail[1] = Fault.DROP

    said = public(**server.environ)

    assert (said.code, said.err) == (0, "")
    assert said.out.endswith(" 1 điều cần xem trong bảng tiến độ.\n")


def test_a_server_that_is_away_is_told_without_its_words(
    public: Public, server: MailServer
) -> None:
    server.greeting = "421 4.3.2 lộ ra"

    said = public(**server.environ)

    assert said.err == refused("MailHalted", 4, PLACE).err
    assert said.code == 4
    assert said.out.splitlines()[0] == "Đã tạo 2 biểu, đọc 2, chốt 0, gửi 0 thư."
