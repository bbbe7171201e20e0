"""The live check: on the emulator always, on the real Google with ``pytest -m live``.

For the latter DANKHEO_LIVE names a campaign's folder whose campaign.toml says how to sign in.
"""

import os
from pathlib import Path

import pytest

from dankheo_sheets.cli.live import live
from dankheo_sheets.errors import WorkspaceError
from tests.google_campaign import GoogleCampaign
from tests.google_emulator import Fault

LIVE = "DANKHEO_LIVE"


@pytest.fixture
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign in as campaign.toml says, whatever the machine's environment holds."""
    for name in [name for name in os.environ if name.startswith(("DANKHEO_", "GOOGLE_"))]:
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("no_environment")
def test_a_scratch_campaign_goes_through_the_cycle_and_leaves_nothing(tmp_path: Path) -> None:
    with GoogleCampaign(tmp_path) as campaign:
        before = dict(campaign.google.store.files)
        said: list[str] = []

        learned = live(tmp_path, said.append, campaign.google.clock.advance)

        assert campaign.google.store.files == before
        assert campaign.google.world.mails == []
        assert campaign.google.violations == []
        answers = {each.question: each.answer for each in learned}
        # What the emulator cannot calculate, and answers 501 for, is not passed over.
        formulas = answers.pop("Công thức vi_VN tính như Python?")
        assert formulas.startswith("không đọc được: Google: không làm theo yêu cầu (501 ")
        assert answers == {
            "Vùng khoá của bản sao: ai được sửa?": "5 vùng; chỉ tài khoản này",
            "Bản sao giữ nguyên mã các trang (sheetId)?": "giữ nguyên",
            "Bản sao giữ nguyên tên vùng?": "giữ nguyên",
            "Bản sao giữ nguyên ô được ghi (unprotectedRanges)?": "giữ nguyên",
            "Bản sao giữ nguyên định dạng có điều kiện?": "giữ nguyên",
            "Thuộc tính (properties) của mẫu có theo sang bản sao không?": "có theo",
            "Danh sách theo thư mục thấy ngay bản sao mới?": "thấy ngay",
            "Hai máy cùng nhận lượt chạy: chỉ một máy được?": "người thứ hai bị từ chối (400)",
            "Lượt bị từ chối có để lại gì không?": "không",
            "Ghi thuộc tính có làm đổi modifiedTime không?": "không đổi",
            "Ghi qua Sheets API có thấy ngay ở modifiedTime không?": "thấy ngay",
            "Khoá nội dung bao lâu thì có hiệu lực với Sheets API?": (
                "sau 0 giây, Google trả lời 403 PERMISSION_DENIED"
            ),
        } | {key: text for key, text in answers.items() if key.startswith("Biểu đã khoá")}
        assert "Đã phát 2 biểu." in said
        assert "Đã khoá 2 biểu." in said


@pytest.mark.usefixtures("no_environment")
def test_what_was_made_is_deleted_also_where_the_cycle_fails(tmp_path: Path) -> None:
    with GoogleCampaign(tmp_path) as campaign:
        before = dict(campaign.google.store.files)
        campaign.google.faults.add(Fault(path="/copy", status=403, reason="forbidden", times=None))

        with pytest.raises(WorkspaceError):
            live(tmp_path, sleep=campaign.google.clock.advance)

        assert campaign.google.store.files == before


@pytest.mark.usefixtures("no_environment")
def test_a_lock_that_takes_minutes_is_measured(tmp_path: Path) -> None:
    with GoogleCampaign(tmp_path) as campaign:
        campaign.google.store.delays.lock = 45
        clock = campaign.google.clock

        learned = live(tmp_path, sleep=clock.advance, now=clock.now)

        (lock,) = [each for each in learned if each.question.startswith("Khoá nội dung")]
        assert lock.answer.startswith("sau 45 giây, Google trả lời 403")


@pytest.mark.live
def test_on_the_real_google(capsys: pytest.CaptureFixture[str]) -> None:
    """Prints what was learned; fails where the cycle does."""
    if LIVE not in os.environ:
        pytest.skip(f"{LIVE} cần chỉ đến thư mục của một đợt đăng ký dùng Google")
    with capsys.disabled():
        learned = live(Path(os.environ[LIVE]), print)
    assert learned
