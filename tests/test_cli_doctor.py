"""doctor and audit as a person runs them: what is printed, and the exit codes."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests import processes
from tests.google_campaign import GoogleCampaign
from tests.test_cli import NEXT_STEP, Dankheo, campaign_in, contents, dankheo

__all__ = ["dankheo"]  # a fixture

ROBOT = "may@du-an.iam.gserviceaccount.com"
STRANGER = "la@noi-khac.example"


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[GoogleCampaign]:
    """Return the example campaign, due in 2099, on an emulator whose clock is right."""
    with GoogleCampaign(tmp_path) as campaign:
        campaign.google.clock.advance(time.time() - campaign.google.clock.now())
        path = tmp_path / "campaign.toml"
        text = path.read_text("utf-8").replace("before = 2022-04-12", "before = 2099-04-14")
        path.write_text(text, encoding="utf-8")
        yield campaign
        assert campaign.google.violations == []


def run(campaign: GoogleCampaign, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as a process of its own; no secret is printed, no traceback."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("DANKHEO_", "GOOGLE_"))}
    environ = {**inherited, "NO_PROXY": "127.0.0.1"}
    done = processes.dankheo([*arguments, "-C", campaign.directory], environ)
    for text in (done.stdout, done.stderr):
        assert not [each for each in ("PRIVATE KEY", "ya29.", "Traceback") if each in text]
    return done


def remarked(lines: Sequence[str]) -> list[str]:
    """Return what is remarked on: the example's year, its samples."""
    return [line[10:].split(":")[0] for line in lines if line.startswith("nên xem")]


# --- doctor -------------------------------------------------------------------------------


def test_the_doctor_finds_a_campaign_on_google_well(campaign: GoogleCampaign) -> None:
    result = run(campaign, "doctor")

    assert (result.returncode, NEXT_STEP.sub("", result.stderr)) == (0, "")
    lines = result.stdout.splitlines()
    assert f"đạt       Đăng nhập: {ROBOT}" in lines
    assert "đạt       Bộ nhớ dùng chung: “Dân vận khéo”, vai trò Người quản lý" in lines
    assert remarked(lines) == ["Năm", "Dữ liệu mẫu"]
    assert lines[-1] == "14 đạt, 2 nên xem."


def test_the_doctor_says_how_to_mend_what_it_finds(campaign: GoogleCampaign) -> None:
    campaign.google.identities.revoke(ROBOT)

    result = run(campaign, "doctor")

    assert result.returncode == 4
    lines = result.stdout.splitlines()
    at = lines.index(
        "cần sửa   Đăng nhập: Google: khoá hoặc phiên đăng nhập đã hết hạn hay bị thu hồi "
        "(invalid_grant)"
    )
    assert lines[at + 1].startswith("          → kiểm tra đồng hồ của máy; ")
    assert lines[-1] == "8 đạt, 2 nên xem, 1 cần sửa."


def test_a_key_that_is_missing_is_a_finding_of_the_doctor(campaign: GoogleCampaign) -> None:
    (campaign.directory / "khoa.json").unlink()

    result = run(campaign, "doctor")

    assert (result.returncode, result.stderr) == (4, "")
    assert f"{campaign.directory / 'khoa.json'}: không có tệp đăng nhập này" in result.stdout


def test_the_doctor_in_a_folder(dankheo: Dankheo, tmp_path: Path) -> None:
    folder = campaign_in(tmp_path / "đợt", "2099-04-15")
    before = contents(folder)

    result = dankheo("doctor", "-C", folder)

    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert remarked(lines) == ["Năm", "Địa chỉ thư", "Dữ liệu mẫu"]
    assert lines[-1] == "6 đạt, 3 nên xem."
    assert {path: data for path, (_, data) in contents(folder).items()} == {
        path: data for path, (_, data) in before.items()
    }


def test_broken_settings_are_3(dankheo: Dankheo, tmp_path: Path) -> None:
    folder = campaign_in(tmp_path / "đợt", "“mai”")

    result = dankheo("doctor", "-C", folder)

    assert (result.code, result.err) == (3, "")
    assert result.out.startswith("cần sửa   campaign.toml: campaign.toml, dòng ")


def test_no_campaign_is_3(dankheo: Dankheo, tmp_path: Path) -> None:
    result = dankheo("doctor", "-C", tmp_path)

    assert (result.code, result.err) == (3, "")


# --- audit --------------------------------------------------------------------------------


def test_an_audit_on_google(campaign: GoogleCampaign) -> None:
    run(campaign, "provision")
    clean = run(campaign, "audit")
    file = campaign.google.store.files[campaign.sheet_of("HCTH")]
    campaign.google.store.grant(file, "user", "writer", STRANGER)
    found = run(campaign, "audit")
    tried = run(campaign, "audit", "--fix", "--dry-run")
    mended = run(campaign, "audit", "--fix")
    after = run(campaign, "audit", "--fix")

    codes = [each.returncode for each in (clean, found, tried, mended, after)]
    assert codes == [0, 5, 5, 0, 0]
    assert clean.stdout == after.stdout == "Quyền của 10 tệp đúng như danh sách.\n"
    assert clean.stderr.splitlines()[-1] == (
        "Google: 14 yêu cầu (liệt kê 2, xem tệp 11, đăng nhập 1)."
    )
    assert (
        found.stdout
        == tried.stdout
        == (
            "HCTH - Phòng Hành chính - Tổng hợp: la@noi-khac.example được sửa, không có trong danh "
            "sách.\n  → --fix: bỏ quyền này.\n1 chỗ chưa đúng, trong 10 tệp.\n"
        )
    )
    assert mended.stdout == (
        "Đã sửa: HCTH - Phòng Hành chính - Tổng hợp: la@noi-khac.example được sửa, không có "
        "trong danh sách.\nQuyền của 10 tệp đúng như danh sách.\n"
    )
    assert "Trong bộ nhớ dùng chung, ai sửa được một biểu cũng chia sẻ tiếp được" in found.stderr


def test_an_audit_that_cannot_sign_in_is_4(campaign: GoogleCampaign) -> None:
    campaign.google.identities.revoke(ROBOT)

    result = run(campaign, "audit")

    assert (result.returncode, result.stdout) == (4, "")
    assert result.stderr.startswith("Lỗi: Google: khoá hoặc phiên đăng nhập")


@pytest.mark.parametrize("fix", [(), ("--fix",)])
def test_an_audit_of_a_folder_has_nothing_to_do(
    dankheo: Dankheo, tmp_path: Path, fix: tuple[str, ...]
) -> None:
    folder = campaign_in(tmp_path / "đợt")
    dankheo("provision", "-C", folder)
    before = contents(folder)

    result = dankheo("audit", *fix, "-C", folder)

    assert result == (
        0, "Các biểu ở thư mục trên máy: chương trình không quản lý quyền mở tệp.\n", "",
    )  # fmt: skip
    assert contents(folder) == before
