"""A sheet that was given out and is not there: sync says so, however it went away."""

from collections.abc import Callable

import pytest

from dankheo_sheets.steps.run import sync
from tests.google_campaign import GoogleCampaign
from tests.google_emulator.files import FOLDER, File
from tests.steps.conftest import COVER, ENTRY, at, unit_of
from tests.steps.google.stage import roster, sheet
from tests.steps.google.test_provision import A, B, give_out


def into_the_bin(campaign: GoogleCampaign, file: File) -> None:
    file.trashed = True


def deleted_for_good(campaign: GoogleCampaign, file: File) -> None:
    campaign.google.store.remove(file)


def moved_out_of_the_folder(campaign: GoogleCampaign, file: File) -> None:
    store, now = campaign.google.store, campaign.google.clock.now()
    other = File(store.new_id(), "Cũ", FOLDER, (campaign.drive,), now, now, drive=campaign.drive)
    file.parents = (store.add(other).id,)


WAYS = (into_the_bin, deleted_for_good, moved_out_of_the_folder)
Away = Callable[[GoogleCampaign, File], None]


@pytest.mark.parametrize("go_away", WAYS)
@pytest.mark.parametrize("was_read", [True, False])
def test_a_blank_sheet_that_is_gone_is_lost_whether_it_was_read_or_not(
    on_google: GoogleCampaign, go_away: Away, was_read: bool
) -> None:
    roster(on_google, [A, B])
    give_out(on_google)
    if was_read:
        sync(on_google.job(), at("07 09:00"))
    go_away(on_google, sheet(on_google.google, "A"))

    unit = unit_of(sync(on_google.job(), at("07 10:00")).board, "A")

    assert (unit["status"], unit["next_action"]) == ("lost", "Phát lại biểu cho đơn vị")
    (finding,) = unit["findings"]
    assert finding["code"] == "sheet-missing"
    assert finding["message"] == (
        "Biểu đã phát, nay không thấy tệp, chưa đọc được đăng ký nào: bị chuyển khỏi thư mục của "
        "đợt thì chuyển lại (trên Google, dankheo audit tìm ra); bị xoá thì chạy dankheo provision."
    )


@pytest.mark.parametrize("go_away", WAYS)
def test_what_was_handed_in_counts_though_its_sheet_is_gone(
    on_google: GoogleCampaign, go_away: Away
) -> None:
    roster(on_google, [A, B])
    give_out(on_google)
    on_google.fill(on_google.job().units[0], [ENTRY], COVER, at("07 09:00"))
    sync(on_google.job(), at("07 10:00"))
    go_away(on_google, sheet(on_google.google, "A"))

    unit = unit_of(sync(on_google.job(), at("07 11:00")).board, "A")

    assert (unit["status"], unit["counted"]) == ("submitted", 1)
    (finding,) = unit["findings"]
    assert finding["code"] == "sheet-missing"
    assert "dankheo audit tìm ra" in finding["message"]


def test_a_unit_that_was_never_given_one_is_not_provisioned(on_google: GoogleCampaign) -> None:
    roster(on_google, [A])
    give_out(on_google)
    roster(on_google, [A, B])

    unit = unit_of(sync(on_google.job(), at("07 10:00")).board, "B")

    assert (unit["status"], unit["findings"]) == ("not-provisioned", [])
