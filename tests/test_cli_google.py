"""The commands on Google, as processes of their own, against the emulator over HTTP."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dankheo_sheets.campaign import load
from tests import processes
from tests.google_campaign import GoogleCampaign
from tests.google_emulator import Fault
from tests.steps.conftest import COVER, ENTRY, at
from tests.test_cli import NEXT_STEP

SECRETS = ("BEGIN PRIVATE KEY", "ya29.")


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[GoogleCampaign]:
    """Return the example campaign, due in 2099: commands go by the real clock."""
    with GoogleCampaign(tmp_path) as campaign:
        path = tmp_path / "campaign.toml"
        text = path.read_text("utf-8").replace("before = 2022-04-12", "before = 2099-04-12")
        path.write_text(text, encoding="utf-8")
        yield campaign
        assert campaign.google.violations == []


def dankheo(
    campaign: GoogleCampaign, *arguments: str, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command on the campaign; no secret is ever printed."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("DANKHEO_", "GOOGLE_"))}
    environ = {**inherited, "NO_PROXY": "127.0.0.1", **environment}
    done = processes.dankheo([*arguments, "-C", campaign.directory], environ)
    assert not [secret for secret in SECRETS if secret in done.stdout + done.stderr]
    return done


def test_every_command_of_the_main_job_runs_unchanged(campaign: GoogleCampaign) -> None:
    provisioned = dankheo(campaign, "provision")
    unit = next(u for u in load(campaign.directory)[1] if u.code == "HCTH")
    campaign.fill(unit, [ENTRY], COVER, at("07 09:00"))
    synced = dankheo(campaign, "sync")
    again = dankheo(campaign, "sync")
    status = dankheo(campaign, "status")
    text = (campaign.directory / "campaign.toml").read_text("utf-8")
    (campaign.directory / "campaign.toml").write_text(text.replace("2099-", "2022-"), "utf-8")
    closed = dankheo(campaign, "close")
    reopened = dankheo(campaign, "reopen", "KHTC", "--until", "1/1/2100")
    reported = dankheo(campaign, "report")

    assert [p.returncode for p in (provisioned, synced, again, status)] == [0, 0, 0, 0]
    assert [p.returncode for p in (closed, reopened, reported)] == [0, 0, 0]
    assert provisioned.stdout == "Đã tạo 8 biểu trong Google Drive; tổng số 8.\n"
    assert "Đã đọc 8 biểu, phản hồi 1." in synced.stdout
    assert "Bảng tổng hợp trên Google Drive: https://docs.google.com/" in synced.stdout
    assert "Không có gì thay đổi từ lần trước." in again.stdout
    assert NEXT_STEP.sub("", again.stderr) == "Google: 2 yêu cầu (liệt kê 1, đăng nhập 1).\n"
    assert "Đã gửi" in status.stdout
    assert "Đã khoá 8 biểu; 0 đơn vị chưa đến hạn." in closed.stdout
    assert "Đã đọc 8 biểu, phản hồi 8." in closed.stdout
    figures = json.loads((campaign.directory / "out" / "bao-cao.json").read_bytes())
    assert {unit["unit"]: unit["closed"] for unit in figures["units"]} == {
        **dict.fromkeys(("HCTH", "TTra", "QLKH", "QLCN", "TDC", "TTUD", "TTTT"), True),
        "KHTC": False,
    }


def test_links_are_those_of_google(campaign: GoogleCampaign) -> None:
    dankheo(campaign, "provision")

    lines = dankheo(campaign, "status", "--links").stdout.splitlines()

    sheet = campaign.sheet_of("HCTH")
    assert len(lines) == 8
    assert lines[0] == (
        "HCTH\tPhòng Hành chính - Tổng hợp\thcth@so-khcn.example\t"
        f"https://docs.google.com/spreadsheets/d/{sheet}/edit?usp=drivesdk"
    )


def test_a_dry_run_changes_nothing_on_drive(campaign: GoogleCampaign) -> None:
    result = dankheo(campaign, "provision", "--dry-run")

    assert result.stdout.splitlines()[0] == "Sẽ tạo 8 biểu trong Google Drive; tổng số 8."
    assert campaign.google.store.files == {}


def test_a_key_google_does_not_accept_is_4_and_said(campaign: GoogleCampaign) -> None:
    campaign.google.identities.revoke("may@du-an.iam.gserviceaccount.com")

    result = dankheo(campaign, "provision")

    assert (result.returncode, result.stdout) == (4, "")
    assert result.stderr.splitlines() == [
        "Lỗi: Google: khoá hoặc phiên đăng nhập đã hết hạn hay bị thu hồi (invalid_grant)",
        "Cách xử lý: kiểm tra đồng hồ của máy; tài khoản người dùng thì chạy lại dankheo login, "
        "tài khoản dịch vụ thì tải tệp khoá mới.",
    ]


def test_no_file_to_sign_in_with_is_4_and_check_needs_none(campaign: GoogleCampaign) -> None:
    (campaign.directory / "khoa.json").unlink()

    result = dankheo(campaign, "status")
    check = dankheo(campaign, "check", str(campaign.directory / "units.csv"))

    assert (result.returncode, result.stdout) == (4, "")
    assert result.stderr.startswith(f"Lỗi: {campaign.directory / 'khoa.json'}: không có tệp")
    assert check.returncode == 5


def test_the_environment_may_carry_the_key_itself(campaign: GoogleCampaign) -> None:
    key = campaign.directory / "khoa.json"
    text = key.read_text(encoding="utf-8")
    key.unlink()

    result = dankheo(campaign, "provision", DANKHEO_GOOGLE_CREDENTIALS=text)

    assert result.returncode == 0


def test_a_unit_that_google_refuses_is_named_and_the_others_are_served(
    campaign: GoogleCampaign,
) -> None:
    campaign.google.identities.without_google.add("khtc@so-khcn.example")

    result = dankheo(campaign, "provision")

    assert result.returncode == 4
    assert result.stdout == "Đã tạo 8 biểu trong Google Drive; tổng số 8.\n"
    assert (
        "KHTC: khtc@so-khcn.example: địa chỉ này không có tài khoản Google (ghi “liên kết” ở cột "
        "“Cách mở biểu” của đơn vị trong danh sách, hoặc đặt notify = true để Google gửi thư mời)"
    ) in result.stderr
    shared = [file for file in campaign.google.store.files.values() if file.permissions]
    assert len(shared) == 7


def test_a_sharing_limit_is_4_and_the_next_run_goes_on(campaign: GoogleCampaign) -> None:
    campaign.google.limits.shares_per_day = 3

    first = dankheo(campaign, "provision")
    campaign.google.clock.advance(86_400)
    second = dankheo(campaign, "provision")
    campaign.google.clock.advance(86_400)
    third = dankheo(campaign, "provision")

    assert [p.returncode for p in (first, second, third)] == [4, 4, 0]
    assert "Lỗi: Google tạm ngừng cho chia sẻ thêm (403 sharingRateLimitExceeded)" in first.stderr
    posts = [r for r in campaign.google.log if r.call == "drive.permissions.create"]
    assert sum(r.status == 200 for r in posts) == 8


def test_an_outage_is_4_and_takes_no_hours(campaign: GoogleCampaign) -> None:
    """The very first request is refused at once: no waiting is needed to see it."""
    campaign.google.faults.add(Fault(path="/drive/v3/files", status=403, reason="domainPolicy"))

    result = dankheo(campaign, "sync")

    assert (result.returncode, result.stdout) == (4, "")
    assert "Cách xử lý: hỏi người quản trị Google Workspace." in result.stderr


def test_doctor_live_leaves_nothing_behind(campaign: GoogleCampaign) -> None:
    result = dankheo(campaign, "doctor", "--live")

    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Thư mục để thử: https://drive.google.com/drive/folders/")
    assert "✓ Bản sao giữ nguyên tên vùng? giữ nguyên." in lines
    assert lines[-1] == "Đã xoá mọi thứ của lần thử."
    assert campaign.google.store.files == {}


def test_doctor_live_is_for_google_only(campaign: GoogleCampaign) -> None:
    path = campaign.directory / "campaign.toml"
    text = path.read_text("utf-8").replace('workspace = "google"', 'workspace = "folder"')
    path.write_text(text, encoding="utf-8")

    result = dankheo(campaign, "doctor", "--live")

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[1] == "Cách xử lý: sửa campaign.toml."
