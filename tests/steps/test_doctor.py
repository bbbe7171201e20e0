"""The doctor where there is no Google: the campaign's files, the deadline, the roster, the disk."""

import json
import re
import shutil
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dankheo_sheets.campaign import Campaign, Deadline, Mail, Reminders
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.operations.settings_remarks import EXTENSION, FAR, SAMPLE, STATE, sample, year
from dankheo_sheets.roster import Unit
from dankheo_sheets.steps.doctor import (
    ADDRESSES,
    DEADLINE,
    FOLDER,
    MAIL,
    ROSTER,
    SETTINGS,
    addresses,
    deadline,
    examine,
    exit_code,
    meant_domain,
    told,
)
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, sync
from dankheo_sheets.workspace.health import Check, Verdict, fault, fine, look, settings_fault
from tests.conftest import EXAMPLE
from tests.mail_server import MailServer, mail_server
from tests.steps.conftest import Fill, at, everything

__all__ = ["mail_server"]  # a fixture

FINE, LOOK, FAULT = Verdict.FINE, Verdict.LOOK, Verdict.FAULT
OPEN = at("06 08:00")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of the example campaign."""
    for name in ("campaign.toml", "units.csv"):
        shutil.copy(EXAMPLE / name, tmp_path / name)
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def verdicts(checks: Sequence[Check]) -> list[tuple[str, Verdict]]:
    return [(check.about, check.verdict) for check in checks]


# --- a folder -----------------------------------------------------------------------------


def test_a_folder_that_is_as_it_should_be_but_for_its_samples(folder: Path) -> None:
    before = everything(folder)

    found = list(examine(folder, OPEN))

    assert [(c.about, c.verdict, c.found) for c in found] == [
        (SETTINGS, FINE, "Đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2022"),
        (ROSTER, FINE, "08 đơn vị"),
        (FOLDER, FINE, f"{folder} ghi được"),
        (DEADLINE, FINE, "trước ngày 12/4/2022 (chậm nhất hết ngày 11/4/2022)"),
        (ADDRESSES, FINE, "08 địa chỉ"),
        (
            SAMPLE,
            LOOK,
            "signer.name còn là tên mẫu “Nguyễn Văn Mẫu”; agency.receiving_email còn "
            "là địa chỉ mẫu tong-hop@so-khcn.example; danh sách còn địa chỉ mẫu: HCTH, TTra, QLKH, "
            "QLCN, KHTC, TDC, TTUD, TTTT",
        ),
        ("Thư mục các biểu", FINE, f"{folder / 'workbooks'} (sẽ được tạo)"),
        ("Thư mục kết quả", FINE, f"{folder / 'out'} (sẽ được tạo)"),
    ]
    assert exit_code(found) == 0
    assert everything(folder) == before


def test_a_folder_that_is_there_is_written_into_and_left_as_it_was(folder: Path) -> None:
    (folder / "workbooks").mkdir()
    (folder / "out").mkdir()

    found = list(examine(folder, OPEN))

    assert found[-2].found == str(folder / "workbooks")
    assert list((folder / "workbooks").iterdir()) == list((folder / "out").iterdir()) == []


@pytest.mark.parametrize("name", ["workbooks", "out"])
def test_a_file_where_a_folder_is_needed(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")

    found = list(examine(folder, OPEN))

    (check,) = (check for check in found if check.verdict is FAULT)
    assert check.found == f"{folder / name}: một tệp nằm ở chỗ cần thư mục"
    assert check.fix == "dời tệp đó rồi chạy lại"
    assert exit_code(found) == 4


# --- campaign.toml and the roster ----------------------------------------------------------


def test_no_campaign_at_all(tmp_path: Path) -> None:
    found = list(examine(tmp_path / "không có", OPEN))

    assert verdicts(found)[:2] == [(SETTINGS, FAULT), (ROSTER, FAULT)]
    assert "không có tệp này" in found[0].found
    assert exit_code(found) == 3


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("year = 2022", "year = ", "campaign.toml, dòng 4, cột 8: sai cú pháp TOML"),
        ("year = 2022", 'year = "2022"', "campaign.toml: year: ghi “2022”; cần số nguyên"),
        ('workspace = "folder"', 'workspace = "drive"', "campaign.toml: workspace: ghi “drive”"),
    ],
)
def test_a_campaign_that_cannot_be_read(folder: Path, old: str, new: str, says: str) -> None:
    change(folder, "campaign.toml", old, new)

    found = list(examine(folder, OPEN))

    assert verdicts(found) == [(SETTINGS, FAULT), (ROSTER, FINE), (FOLDER, FINE)]
    assert found[0].found.startswith(says)
    assert exit_code(found) == 3


def test_every_mistake_is_a_check_of_its_own_and_the_rest_is_looked_at(folder: Path) -> None:
    change(folder, "units.csv", "TTra,Thanh tra Sở", "HCTH,Thanh tra Sở")
    change(folder, "units.csv", "qlkh@so-khcn.example", "qlkh")

    found = list(examine(folder, OPEN))

    assert verdicts(found) == [
        (SETTINGS, FINE), (ROSTER, FAULT), (ROSTER, FAULT), (FOLDER, FINE), (DEADLINE, FINE),
        (SAMPLE, LOOK), ("Thư mục các biểu", FINE), ("Thư mục kết quả", FINE),
    ]  # fmt: skip
    assert "“qlkh” không phải địa chỉ thư điện tử" in found[1].found
    assert "mã “HCTH” đã dùng ở dòng 2" in found[2].found


def test_the_same_address_for_two_units_is_told(folder: Path) -> None:
    change(folder, "units.csv", "qlkh@so-khcn.example", "hcth@so-khcn.example")

    found = list(examine(folder, OPEN))

    (check,) = (check for check in found if check.verdict is FAULT)
    assert check.about == ROSTER
    assert "địa chỉ thư “hcth@so-khcn.example” đã dùng ở dòng 2" in check.found


# --- signing in that fails before there is a workspace --------------------------------------


@pytest.fixture
def on_google(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a campaign on Google whose key is khoa.json, wherever that is."""
    for name in ("DANKHEO_GOOGLE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    change(folder, "campaign.toml", 'workspace = "folder"', 'workspace = "google"')
    with (folder / "campaign.toml").open("a", encoding="utf-8") as file:
        file.write('\n[google]\ncredentials = "khoa.json"\n')
    return folder


@pytest.mark.parametrize(
    ("content", "says", "fix"),
    [
        (None, "không có tệp đăng nhập này", "xem lại đường dẫn"),
        (b"", "không phải tệp JSON", "dùng nguyên tệp JSON"),
        (b"\xff\xfe{", "không phải tệp JSON", "dùng nguyên tệp JSON"),
        (b"[]", "không phải tệp JSON", "dùng nguyên tệp JSON"),
        (b'{"type": "service_account"}', "tệp đăng nhập hỏng hoặc thiếu mục", "tải lại tệp"),
        (b'{"type": "service_account", "private_key": "BEGIN", "client_email": "a@b.c"}',
         "tệp đăng nhập hỏng hoặc thiếu mục", "tải lại tệp"),
        (b'{"installed": {}}', "không phải tệp đăng nhập", "chạy dankheo login với tệp này trước"),
    ],
)  # fmt: skip
def test_a_sign_in_file_that_is_missing_or_damaged(
    on_google: Path, content: bytes | None, says: str, fix: str
) -> None:
    if content is not None:
        (on_google / "khoa.json").write_bytes(content)

    found = list(examine(on_google, OPEN))

    check = found[-1]
    assert (check.about, check.verdict, check.exit_code) == ("Đăng nhập", FAULT, 4)
    assert says in check.found
    assert fix in check.fix
    assert exit_code(found) == 4


def test_an_address_of_google_that_is_none(
    on_google: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = '{"type": "authorized_user", "client_id": "a", "client_secret": "b", '
    (on_google / "khoa.json").write_text(f'{key}"refresh_token": "c"}}')
    monkeypatch.setenv("DANKHEO_GOOGLE_ENDPOINT", "http://example.com")

    found = list(examine(on_google, OPEN))

    assert (found[-1].verdict, found[-1].exit_code) == (FAULT, 3)
    assert found[-1].found.startswith("DANKHEO_GOOGLE_ENDPOINT: cần địa chỉ https://")


# --- the deadline -------------------------------------------------------------------------


def due(campaign: Campaign, before: date, zone: str = "Asia/Ho_Chi_Minh") -> Campaign:
    changed = Deadline(before=before, timezone=zone)
    return campaign.model_copy(update={"deadline": changed})


def dated(campaign: Campaign, **changes: Any) -> list[Check]:
    units = changes.pop("units", ())
    now = changes.pop("now", OPEN)
    return list(deadline(due(campaign, **changes) if changes else campaign, units, now))


def test_a_deadline_that_has_passed(campaign: Campaign) -> None:
    (check,) = dated(campaign, now=at("12 00:00"))

    assert (check.verdict, check.found) == (
        LOOK, "trước ngày 12/4/2022 (chậm nhất hết ngày 11/4/2022): đã qua",
    )  # fmt: skip
    assert "dankheo close" in check.fix


def test_the_last_second_before_the_deadline_is_fine(campaign: Campaign) -> None:
    (check,) = dated(campaign, now=datetime.fromisoformat("2022-04-11T23:59:59+07:00"))

    assert check.verdict is FINE


def test_a_deadline_before_the_letter(campaign: Campaign) -> None:
    (check,) = dated(campaign, before=date(2022, 4, 5))

    assert (check.verdict, check.exit_code) == (FAULT, 3)
    assert check.found.endswith("không sau ngày của công văn (05/4/2022)")


@pytest.mark.parametrize(
    ("before", "says"),
    [
        (date(2022, 4, 10), "thứ Bảy, 09/4/2022; ngày làm việc cuối cùng trước đó là thứ Sáu, "
         "08/4/2022"),
        (date(2022, 4, 11), "Chủ nhật, 10/4/2022; ngày làm việc cuối cùng trước đó là thứ Sáu, "
         "08/4/2022"),
        (date(2022, 4, 9), ""),
        (date(2022, 4, 12), ""),
        (datetime.fromisoformat("2022-04-09T17:00"),
         "thứ Bảy, 09/4/2022; ngày làm việc cuối cùng trước đó là thứ Sáu, 08/4/2022"),
        (datetime.fromisoformat("2022-04-09T00:00"), ""),
    ],
)  # fmt: skip
def test_a_deadline_on_a_weekend_names_the_last_working_day(
    campaign: Campaign, before: date, says: str
) -> None:
    (check,) = dated(campaign, before=before)

    assert check.verdict is (LOOK if says else FINE)
    assert check.found.endswith(says)


def test_a_deadline_by_another_clock(campaign: Campaign) -> None:
    (check,) = dated(campaign, before=date(2022, 4, 12), zone="UTC")

    assert check.verdict is LOOK
    assert check.found == (
        "trước ngày 12/4/2022 (chậm nhất hết ngày 11/4/2022) theo giờ UTC, tức là trước "
        "07 giờ 00, ngày 12/4/2022 giờ Việt Nam"
    )


def test_a_zone_with_the_same_time_is_fine(campaign: Campaign) -> None:
    assert [c.verdict for c in dated(campaign, before=date(2022, 4, 12), zone="Asia/Bangkok")] == [
        FINE
    ]


def test_an_extension_that_ends_before_the_deadline(campaign: Campaign) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    units = [
        Unit("A", "A", extended_until=datetime(2022, 4, 12, tzinfo=zone)),
        Unit("B", "B", extended_until=datetime(2022, 4, 13, tzinfo=zone)),
    ]

    fine_one, early = dated(campaign, units=units)

    assert (fine_one.verdict, early.verdict) == (FINE, LOOK)
    assert early.found.startswith("A: ")


def extended(campaign: Campaign, before: date, *days: str) -> list[Check]:
    """Return what is said of a deadline and of units that have more time, "A" the first."""
    units = [
        Unit(chr(ord("A") + n), "", extended_until=datetime.fromisoformat(f"{day}T00:00+07:00"))
        for n, day in enumerate(days)
    ]
    return [
        check for check in dated(campaign, before=before, units=units) if check.about != DEADLINE
    ]


def test_an_extension_far_after_the_deadline_is_shown_with_its_year(campaign: Campaign) -> None:
    """1/12/2027 is what Excel makes of 12 January under American settings."""
    (check,) = extended(campaign, date(2026, 12, 8), "2026-12-20", "2027-12-02", "2027-01-06")

    assert (check.about, check.verdict) == (EXTENSION, LOOK)
    assert check.found == (
        "B trước ngày 02/12/2027 (chậm nhất hết ngày 01/12/2027); "
        "C trước ngày 06/01/2027 (chậm nhất hết ngày 05/01/2027): "
        "hơn 60 ngày sau hạn chung, hoặc sang năm khác"
    )
    assert "ghi ngày trước, tháng sau" in check.fix


def test_an_extension_of_some_weeks_is_no_slip(campaign: Campaign) -> None:
    due = date(2022, 4, 12)

    assert extended(campaign, due, str(due + FAR)) == []
    assert len(extended(campaign, due, str(due + FAR + timedelta(days=1)))) == 1


# --- what is seldom meant -----------------------------------------------------------------


def about(campaign: Campaign, **changes: object) -> list[str]:
    return [check.found for check in year(campaign.model_copy(update=changes))]


def test_a_year_that_is_not_the_deadlines_or_not_the_titles(campaign: Campaign) -> None:
    assert about(campaign) == []
    assert about(campaign, year=2021) == [
        "year là 2021, hạn gửi ở năm 2022",
        "year là 2021, tên đợt ghi năm 2022",
    ]
    assert about(campaign, title="Đăng ký năm 2021") == ["year là 2022, tên đợt ghi năm 2021"]
    assert about(campaign, title="Đăng ký giai đoạn 2022 - 2026") == []
    assert about(campaign, title="Kế hoạch 120221") == []


def test_a_deadline_that_begins_the_next_year_is_of_the_old_one(campaign: Campaign) -> None:
    midnight = Deadline(before=date(2023, 1, 1), timezone="Asia/Ho_Chi_Minh")

    assert about(campaign, deadline=midnight) == []


def test_a_campaign_whose_samples_were_replaced_is_not_remarked_on(campaign: Campaign) -> None:
    signer = campaign.signer.model_copy(update={"name": "Trần Thị Mẫu"})
    agency = campaign.agency.model_copy(update={"receiving_email": "a@so.gov.vn"})
    real = campaign.model_copy(update={"signer": signer, "agency": agency})

    assert list(sample(real, [Unit("A", "A", emails=("a@so.gov.vn",))])) == []
    (check,) = sample(real, [Unit("A", "A", emails=("a@so.gov.vn", "b@so.example"))])
    assert check.found == "danh sách còn địa chỉ mẫu: A"


# --- what is kept of another campaign -------------------------------------------------------


@pytest.fixture
def copied(job: Context, fill_in: Fill, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of a closed campaign's folder, whose id is that of the next one."""
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 08:00"))
    close(job, at("12 08:00"))
    copy = tmp_path_factory.mktemp("ban-sao") / "2023"
    shutil.copytree(job.directory, copy)
    change(copy, "campaign.toml", 'id = "dan-van-kheo-2022"', 'id = "dan-van-kheo-2023"')
    return copy


def refused(directory: Path) -> str:
    before = everything(directory)
    with pytest.raises(SettingsError) as caught:
        load_context(directory)
    assert everything(directory) == before
    (mistake,) = caught.value.mistakes
    return mistake


def test_a_folder_copied_with_its_state_is_refused_before_anything_is_read(copied: Path) -> None:
    says = (
        f"{copied}: thư mục này còn dữ liệu của đợt “dan-van-kheo-2022” (archive/, workbooks/, "
        "out/), trong khi campaign.toml ghi id = “dan-van-kheo-2023”. Nếu thư mục được chép từ đợt "
        "cũ: xoá các thư mục archive/, workbooks/, out/ trong bản chép này (không xoá ở thư mục "
        "gốc) rồi chạy lại. Nếu đây vẫn là đợt “dan-van-kheo-2022”: ghi lại id = "
        '"dan-van-kheo-2022"'
    )

    assert refused(copied) == says
    found = list(examine(copied, OPEN))
    assert (found[-1].about, found[-1].verdict, found[-1].found) == (STATE, FAULT, says)
    assert exit_code(found) == 3


@pytest.mark.parametrize("tells", ["dot.json", "bao-cao.json", "a receipt", "workbooks"])
def test_any_part_of_the_state_tells_whose_it_is(copied: Path, tells: str) -> None:
    """What was kept before dot.json was written has no such file."""
    for path in copied.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    if tells != "dot.json":
        (copied / "archive" / "dot.json").unlink()
    if tells in {"a receipt", "workbooks"}:
        shutil.rmtree(copied / "out")
    if tells == "workbooks":
        shutil.rmtree(copied / "archive")

    assert "còn dữ liệu của đợt “dan-van-kheo-2022”" in refused(copied)


def test_a_copy_whose_state_was_deleted_is_a_new_campaign(copied: Path) -> None:
    for path in copied.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    for name in ("archive", "workbooks", "out"):
        shutil.rmtree(copied / name)

    job = load_context(copied)
    provision(job, now=at("05 08:00"))

    said = json.loads((copied / "archive" / "dot.json").read_bytes())
    assert said == {"campaign": "dan-van-kheo-2023", "year": 2022}
    assert load_context(copied).campaign.id == "dan-van-kheo-2023"


def test_one_file_of_last_year_in_the_folder_is_no_copied_campaign(copied: Path) -> None:
    for path in copied.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    for name in ("archive", "out", "workbooks/.dankheo"):
        shutil.rmtree(copied / name)
    for path in copied.glob("workbooks/*.xlsx"):
        if path.stem != "TDC":
            path.unlink()

    assert load_context(copied).campaign.id == "dan-van-kheo-2023"


def test_a_campaign_goes_on_under_its_own_id_whatever_else_changes(job: Context) -> None:
    change(job.directory, "campaign.toml", "before = 2022-04-12", "before = 2022-04-20")

    assert load_context(job.directory).campaign.id == job.campaign.id


def test_a_damaged_mark_is_no_other_campaigns(job: Context) -> None:
    for text in ("", "{", "[1]", '{"campaign": 5}', "[" * 100_000):
        (job.directory / "archive" / "dot.json").write_text(text)

        assert load_context(job.directory).campaign.id == job.campaign.id


def test_a_copy_that_kept_its_id_too_is_remarked_on_by_its_year_and_first_read(
    copied: Path,
) -> None:
    text = (copied / "campaign.toml").read_text("utf-8").replace("2023", "2022")
    text = re.sub("year = 2022", "year = 2023", text)
    text = text.replace("2022-04", "2023-04").replace("năm 2022”", "năm 2023”")
    (copied / "campaign.toml").write_text(text, "utf-8")

    found = [c for c in examine(copied, OPEN.replace(year=2023)) if c.about == STATE]

    assert [(check.verdict, check.found) for check in found] == [
        (LOOK, "dữ liệu ở đây bắt đầu với year là 2022, nay campaign.toml ghi 2023"),
        (LOOK, "bản đọc đầu tiên trong archive ngày 08/4/2022, trước ngày mở đợt 05/4/2023"),
    ]
    assert exit_code(found) == 0


# --- addresses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmail.con", "gmail.com"), ("gmial.com", "gmail.com"), ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"), ("gnail.com", "gmail.com"), ("GMAIL.CO", "gmail.com"),
        ("gmail.comm", "gmail.com"), ("gmail.com.vn", "gmail.com"), ("gmail.vn", "gmail.com"),
        ("yaho.com", "yahoo.com"), ("yahoo.con", "yahoo.com"), ("yahoo.com.vm", "yahoo.com.vn"),
        ("hotmial.com", "hotmail.com"), ("outlok.com", "outlook.com"),
    ],
)  # fmt: skip
def test_a_slip_in_a_big_mail_domain(typed: str, meant: str) -> None:
    assert meant_domain(f"hcth@{typed}") == meant


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "Gmail.com", "yahoo.com.vn", "yahoo.com", "ymail.com", "mail.com", "gmx.com",
     "quangngai.gov.vn", "so-khcn.example", "outlook.com.vn", "hotmail.co.uk", "mail.vn"],
)  # fmt: skip
def test_a_domain_that_is_no_slip(domain: str) -> None:
    assert meant_domain(f"hcth@{domain}") == ""


def test_a_slip_in_the_roster_is_to_be_mended(campaign: Campaign) -> None:
    units = [Unit("A", "A", emails=("a.b@gmial.com", "c@so.gov.vn"))]

    (check,) = addresses(campaign, units)

    assert (check.verdict, check.exit_code) == (FAULT, 3)
    assert check.found == "A: a.b@gmial.com"
    assert check.fix == "có phải a.b@gmail.com? Sửa cột Email"


@pytest.mark.parametrize(
    ("workspace", "access", "of_unit", "verdict"),
    [
        ("folder", "email", "", FINE),
        ("google", "email", "", FAULT),
        ("google", "link", "", FINE),
        ("google", "email", "link", FINE),
        ("google", "link", "email", FAULT),
    ],
)
def test_a_unit_without_an_address(
    campaign: Campaign, workspace: str, access: str, of_unit: str, verdict: Verdict
) -> None:
    google = campaign.google.model_copy(update={"access": access})
    campaign = campaign.model_copy(update={"workspace": workspace, "google": google})

    (check,) = addresses(campaign, [Unit("A", "A", access=of_unit)])

    assert check.verdict is verdict
    if verdict is FAULT:
        assert check.found == "1 đơn vị chưa có địa chỉ, chưa ai mở được biểu: A"


@pytest.mark.parametrize("expected", ["mail", "reminders"])
def test_units_without_an_address_are_named_where_mails_are_expected(
    campaign: Campaign, expected: str
) -> None:
    section = Mail(host="smtp.so.example") if expected == "mail" else Reminders()
    campaign = campaign.model_copy(update={expected: section})
    units = [Unit("A", "A"), Unit("B", "B", emails=("b@so.gov.vn",)), Unit("C", "C")]

    (check,) = addresses(campaign, units)

    assert (check.about, check.verdict) == (ADDRESSES, LOOK)
    assert check.found == "02 đơn vị chưa có địa chỉ thư nên không nhận thư nhắc: A, C"
    assert check.fix == "điền cột Email; hoặc nhắc bằng dankheo notices"


# --- the mail server ----------------------------------------------------------------------


def with_mail(folder: Path, server: MailServer, **changes: Any) -> list[Check]:
    """Return the checks of a campaign that sends its mail over this server."""
    path = folder / "campaign.toml"
    path.write_text(path.read_text("utf-8") + server.toml(**changes), "utf-8")
    return list(examine(folder, OPEN))


def test_a_mail_server_that_takes_our_mail(folder: Path, mail_server: MailServer) -> None:
    found = with_mail(folder, mail_server)

    assert exit_code(found) == 0
    assert [check.found for check in found if check.about == MAIL] == [
        "127.0.0.1 (may), gửi từ tong-hop@so-khcn.example"
    ]
    assert (mail_server.signed_in, mail_server.received) == (["PLAIN"], [])


def test_a_mail_server_without_sign_in(folder: Path, mail_server: MailServer) -> None:
    mail_server.users = {}

    found = with_mail(folder, mail_server, sender="may@thu.example")

    assert [check.found for check in found if check.about == MAIL] == [
        "127.0.0.1 (không đăng nhập), gửi từ may@thu.example"
    ]


@pytest.mark.parametrize("password", ["", "sai"])
def test_a_password_that_is_missing_or_wrong(
    folder: Path, mail_server: MailServer, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANKHEO_MAIL_PASSWORD", password)

    found = with_mail(folder, mail_server)

    (check,) = (check for check in found if check.verdict is FAULT)
    assert (check.about, check.exit_code) == (MAIL, 4)
    assert check.found == f"Máy chủ thư 127.0.0.1:{mail_server.port}" + (
        " không nhận tên và mật khẩu của may: “535 5.7.8 Authentication credentials invalid”"
        if password
        else ": chưa có mật khẩu của may"
    )
    assert "biến môi trường DANKHEO_MAIL_PASSWORD" in check.fix
    assert found[-1].verdict is FINE


# --- in all -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ([], 0),
        ([fine("a", "b"), look("a", "b", "c")], 0),
        ([settings_fault("a", "b", "c"), look("a", "b", "c")], 3),
        ([fault("a", "b", "c"), settings_fault("a", "b", "c")], 4),
    ],
)
def test_the_exit_code_is_that_of_the_gravest_fault(checks: list[Check], code: int) -> None:
    assert exit_code(checks) == code


def test_the_checks_are_counted() -> None:
    checks = [fine("a", "b"), fine("a", "b"), fault("a", "b", "c")]

    assert told(checks) == "2 đạt, 1 cần sửa."
