"""campaign.toml: what is accepted, the deadline's exact instant, every mistake at once."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dankheo_sheets.campaign import (
    Authority,
    Campaign,
    FieldOfWork,
    Google,
    load,
    load_campaign,
)
from dankheo_sheets.campaign.document_settings import Letter, Report, Signer
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.roster import Unit
from dankheo_sheets.written_dates import Bound, Written, parse
from tests.conftest import EXAMPLE
from tests.test_vietnamese import nfd, windows

TOML = (EXAMPLE / "campaign.toml").read_text(encoding="utf-8")
MINIMAL = """
id = "dvk"
title = "Đăng ký"
year = 2022
fields = [{ name = "Kinh tế" }]
deadline = { before = 2022-04-12, timezone = "Asia/Ho_Chi_Minh" }
plan = { number = "1/KH", date = 2022-04-05, issuer = "Sở", subject = "Thực hiện" }
letter = { symbol = "SKHCN-HCTH", date = 2022-04-05, issuer = "Sở" }
agency = { parent = "UBND", name = "Sở", place = "Q", receiving_unit = "P", receiving_email = "a@s.vn" }
authority = { name = "Ban" }
"""  # noqa: E501
DRIVE_ID = "cần mã hoặc địa chỉ (https://drive.google.com/drive/folders/…)"
DAY = "cần ngày, ghi như 12/4/2022"
MOMENT = "cần ngày, ghi như 12/4/2022, hết ngày 12/4/2022 hoặc 17:00 12/4/2022"
NO_YEAR = "thiếu năm; năm ghi đủ 4 chữ số, như 12/4/2022"
NO_SUCH_DAY = "không có ngày này trong lịch; ghi ngày, tháng, năm như 12/4/2022"
QUOTED = "cần chữ trong dấu ngoặc kép"
SYNTAX = "sai cú pháp TOML; xem lại dấu =, dấu ngoặc kép thẳng và mục ghi hai lần"


def read(directory: Path, content: str | bytes) -> Campaign:
    path = directory / "campaign.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_campaign(path)


def mistakes(directory: Path, content: str | bytes) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(directory, content)
    return list(caught.value.mistakes)


def changed(*changes: tuple[str, str], toml: str = TOML) -> str:
    """Return the example with texts replaced, each of which stands in it once."""
    for old, new in changes:
        assert toml.count(old) == 1, old
        toml = toml.replace(old, new)
    return toml


# --- what is accepted --------------------------------------------------------------------


def test_the_example_says_what_the_letter_says(campaign: Campaign) -> None:
    assert campaign.id == "dan-van-kheo-2022"
    assert campaign.title == "Đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2022"
    assert (campaign.year, campaign.minimum_entries, campaign.workspace) == (2022, 1, "folder")
    assert campaign.deadline.before == date(2022, 4, 12)
    assert not campaign.deadline.inclusive
    assert campaign.plan.number == "348/KH-SKHCN"
    assert campaign.plan.date == date(2022, 4, 5)
    assert campaign.letter.reference == (
        "số:      /SKHCN-HCTH ngày 05/4/2022 của Sở Khoa học và Công nghệ"
    )
    assert campaign.agency.receiving_unit == "Phòng Hành chính - Tổng hợp"
    assert campaign.authority == Authority(name="Ban Dân vận Tỉnh ủy")
    assert [field.name for field in campaign.fields] == [
        "Kinh tế", "Văn hoá - xã hội", "Quốc phòng - an ninh", "Xây dựng hệ thống chính trị",
    ]  # fmt: skip
    assert campaign.fields[0] == FieldOfWork(name="Kinh tế", aliases=("Phát triển kinh tế",))


def test_what_may_be_left_out_has_a_value(tmp_path: Path) -> None:
    campaign = read(tmp_path, MINIMAL)

    assert (campaign.minimum_entries, campaign.form_rows, campaign.workspace) == (1, 30, "folder")
    assert campaign.deadline.inclusive is False
    assert campaign.fields == (FieldOfWork(name="Kinh tế"),)
    assert campaign.letter.number == ""
    assert (campaign.signer, campaign.report) == (Signer(), Report())
    assert campaign.report.kind == "báo cáo"


def test_the_letter_is_cited_with_its_number_once_it_has_one() -> None:
    letter = Letter(number="512", symbol="SKHCN-HCTH", date=date(2022, 4, 5), issuer="Sở")

    assert letter.reference == "số: 512/SKHCN-HCTH ngày 05/4/2022 của Sở"


@pytest.mark.parametrize(
    "data",
    [
        TOML.encode("utf-8-sig"),
        TOML.replace("\n", "\r\n").encode("utf-8-sig"),
        TOML.encode("utf-16"),
        nfd(TOML).encode(),
        windows(TOML).encode("cp1258"),
    ],
    ids=["bom", "crlf", "utf-16", "nfd", "cp1258"],
)
def test_a_file_saved_by_notepad_is_the_same_campaign(
    tmp_path: Path, campaign: Campaign, data: bytes
) -> None:
    assert read(tmp_path, data) == campaign


def test_spaces_around_a_value_are_not_part_of_it(tmp_path: Path) -> None:
    toml = changed(('name = "Ban Dân vận Tỉnh ủy"', 'name = "  Ban Dân vận \\n"'))

    assert read(tmp_path, toml).authority.name == "Ban Dân vận"


def test_a_campaign_cannot_be_changed(campaign: Campaign) -> None:
    with pytest.raises(ValidationError):
        campaign.year = 2023


# --- the deadline ------------------------------------------------------------------------


def test_before_a_day_excludes_the_day_in_vietnam(campaign: Campaign) -> None:
    """17:00 in UTC the day before; the last working day was the 8th (reference/form.md §6)."""
    moment = campaign.deadline.moment

    assert moment == datetime(2022, 4, 11, 17, tzinfo=UTC)
    assert moment.isoformat() == "2022-04-12T00:00:00+07:00"
    assert moment.tzinfo is campaign.zone
    assert datetime.fromisoformat("2022-04-11T23:59:59.999999+07:00") < moment
    assert datetime.fromisoformat("2022-04-12T00:00:00+07:00") >= moment


@pytest.mark.parametrize(
    ("deadline", "instant"),
    [
        ("2022-04-12\ninclusive = true #", "2022-04-13T00:00:00+07:00"),
        ("2022-04-30\ninclusive = true #", "2022-05-01T00:00:00+07:00"),
        ("2022-12-31\ninclusive = true #", "2023-01-01T00:00:00+07:00"),
        ("2022-04-12T17:00:00", "2022-04-12T17:00:00+07:00"),
        ("2022-04-12 17:00:00", "2022-04-12T17:00:00+07:00"),
        ("2022-04-12T17:00:00+07:00", "2022-04-12T17:00:00+07:00"),
        ("2022-04-12T00:00:00Z", "2022-04-12T07:00:00+07:00"),
        ("2022-04-11T12:30:00-04:30", "2022-04-12T00:00:00+07:00"),
    ],
)
def test_a_deadline_is_one_instant_however_it_is_written(
    tmp_path: Path, deadline: str, instant: str
) -> None:
    toml = changed(("inclusive = false ", ""), ("before = 2022-04-12 ", f"before = {deadline} "))

    assert read(tmp_path, toml).deadline.moment.isoformat() == instant


def test_a_local_deadline_is_meant_in_the_campaigns_zone(tmp_path: Path) -> None:
    campaign = read(tmp_path, changed(("Asia/Ho_Chi_Minh", "Asia/Tokyo")))

    assert campaign.deadline.moment.isoformat() == "2022-04-12T00:00:00+09:00"


def test_the_latest_of_deadline_and_extensions_holds(campaign: Campaign) -> None:
    moment = campaign.deadline.moment
    day = timedelta(days=1)
    plain, extended = Unit("A", "a"), Unit("B", "b", extended_until=moment + day)
    shortened = Unit("C", "c", extended_until=moment - day)

    assert campaign.deadline_of(plain) == moment
    assert campaign.deadline_of(extended) == moment + day
    assert campaign.deadline_of(shortened) == moment
    assert campaign.deadline_of(plain, moment + 2 * day) == moment + 2 * day
    assert campaign.deadline_of(extended, moment) == moment + day


# --- days as people write them -------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("12/4/2022", "2022-04-12T00:00:00+07:00"),
        ("12/04/2022", "2022-04-12T00:00:00+07:00"),
        ("12.4.2022", "2022-04-12T00:00:00+07:00"),
        ("2022-4-12", "2022-04-12T00:00:00+07:00"),
        ("trước ngày 12/4/2022", "2022-04-12T00:00:00+07:00"),
        ("ngày 12 tháng 4 năm 2022", "2022-04-12T00:00:00+07:00"),
        ("hết ngày 12/4/2022", "2022-04-13T00:00:00+07:00"),
        ("Đến hết ngày 31/12/2022", "2023-01-01T00:00:00+07:00"),
        ("chậm nhất là thứ Ba, ngày 12/4/2022", "2022-04-13T00:00:00+07:00"),
        ("24 giờ 00 ngày 12/4/2022", "2022-04-13T00:00:00+07:00"),
        ("17:00 12/4/2022", "2022-04-12T17:00:00+07:00"),
        ("12/4/2022 17:00", "2022-04-12T17:00:00+07:00"),
        ("trước 17 giờ 00, ngày 12/4/2022", "2022-04-12T17:00:00+07:00"),
        ("17h30 ngày 12/4/2022", "2022-04-12T17:30:00+07:00"),
        ("hết 17h ngày 12/4/2022", "2022-04-12T17:00:00+07:00"),
        (nfd("hết ngày\u200b 12/4/2022"), "2022-04-13T00:00:00+07:00"),
    ],
)
@pytest.mark.parametrize("quote", ['"', "", "“”"])
def test_a_deadline_may_be_written_as_in_a_letter_with_quotes_or_without(
    tmp_path: Path, written: str, instant: str, quote: str
) -> None:
    """`inclusive = false` stands in the example still: “hết ngày” says it plainly."""
    toml = changed(("before = 2022-04-12 ", f"before = {quote[:1]}{written}{quote[-1:]} "))

    assert read(tmp_path, toml).deadline.moment.isoformat() == instant


def test_every_day_of_the_file_may_be_written_so(tmp_path: Path) -> None:
    toml = TOML.replace("date = 2022-04-05", "date = 05/4/2022")
    toml = changed(
        ("opens = 2022-04-05 ", "opens = 8:00 5/4/2022 "),
        (
            "holidays = [2022-04-11] ",
            'holidays = [ 11/4/2022, "30/4/2022", 2022-05-02,\n3/5/2022 ] ',
        ),
        ("# date = 2022-04-13", 'date = "13/4/2022"'),
        toml=toml,
    )

    campaign = read(tmp_path, toml)

    assert campaign.opening.isoformat() == "2022-04-05T08:00:00+07:00"
    assert campaign.letter.date == campaign.plan.date == date(2022, 4, 5)
    assert campaign.report.date == date(2022, 4, 13)
    assert campaign.holidays == (
        date(2022, 4, 11), date(2022, 4, 30), date(2022, 5, 2), date(2022, 5, 3),
    )  # fmt: skip


@given(st.dates(date(2000, 1, 1), date(2099, 12, 30)))
def test_a_day_is_the_same_day_however_it_is_written(day: date) -> None:
    d, m, y = day.day, day.month, day.year
    for text in (f"{d}/{m}/{y}", f"{d:02}/{m:02}/{y}", f"{d}-{m}-{y}", f"{d}.{m}.{y}",
                 day.isoformat(), f"ngày {d} tháng {m} năm {y}"):  # fmt: skip
        assert parse(text) == Written(day)
        assert parse(f"hết ngày {text.removeprefix('ngày ')}") == Written(day, None, Bound.THROUGH)


def test_before_a_day_and_through_it_cannot_both_hold(tmp_path: Path) -> None:
    toml = changed(
        ("before = 2022-04-12 ", 'before = "trước ngày 12/4/2022" '),
        ("inclusive = false", "inclusive = true"),
    )

    assert mistakes(tmp_path, toml) == [
        "campaign.toml: deadline: before ghi “trước ngày 12/4/2022” nên ngày đó đã muộn, "
        "inclusive = true thì ngày đó còn kịp; ghi before là “hết ngày …”, hoặc bỏ inclusive"
    ]


# --- mistakes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("year = 2022\n", 'year = "2022"\n', "year: ghi “2022”; cần số nguyên"),
        ("year = 2022\n", "year = true\n", "year: ghi “true”; cần số nguyên"),
        ("year = 2022\n", "year = 2022.0\n", "year: ghi “2022.0”; cần số nguyên"),
        ("year = 2022\n", "year = nan\n", "year: ghi “nan”; cần số nguyên"),
        ("year = 2022\n", "year = [2022]\n", "year: cần số nguyên"),
        ("year = 2022\n", "year = 22\n", "year: ghi “22”; cần số từ 2000 trở lên"),
        ("year = 2022\n", f"year = 1{'0' * 30}\n",
         f"year: ghi “1{'0' * 30}”; cần số không quá 2100"),
        ("year = 2022\n", "", "year: thiếu mục này"),
        ("year = 2022\n", "year = 2022\nyaer = 1\n",
         "yaer: ghi “1”; không có mục này; xem lại chính tả"),
        ("minimum_entries = 1 ", "minimum_entries = -1 ",
         "minimum_entries: ghi “-1”; cần số từ 0 trở lên"),
        ("minimum_entries = 1 ", "minimum_entries = 101 ",
         "minimum_entries: ghi “101”; cần số không quá 100"),
        ("form_rows = 30 ", "form_rows = 4 ", "form_rows: ghi “4”; cần số từ 5 trở lên"),
        ("form_rows = 30 ", "form_rows = 501 ", "form_rows: ghi “501”; cần số không quá 500"),
        ('id = "dan-van-kheo-2022"', 'id = "Dân vận"',
         "id: ghi “Dân vận”; cần 2 đến 63 ký tự gồm chữ thường không dấu, chữ số, dấu -"),
        ('id = "dan-van-kheo-2022"', 'id = "a"',
         "id: ghi “a”; cần 2 đến 63 ký tự gồm chữ thường không dấu, chữ số, dấu -"),
        ('id = "dan-van-kheo-2022"', 'id = "../x"',
         "id: ghi “../x”; cần 2 đến 63 ký tự gồm chữ thường không dấu, chữ số, dấu -"),
        ('id = "dan-van-kheo-2022"', "id = 2022", f"id: ghi “2022”; {QUOTED}"),
        ('workspace = "folder"', 'workspace = "gdrive"',
         "workspace: ghi “gdrive”; cần một trong: 'folder' hoặc 'google'"),
        ('workspace = "folder"', "workspace = 1",
         "workspace: ghi “1”; cần một trong: 'folder' hoặc 'google'"),
        *[
            ('workspace = "folder"', f'workspace = "google"\ngoogle = {{{written}}}',
             f"google.{expected}")
            for written, expected in (
                ('folder = "thư mục"', f"folder: ghi “thư mục”; {DRIVE_ID}"),
                ('shared_drive = "ngắn"', f"shared_drive: ghi “ngắn”; {DRIVE_ID}"),
                ('access = "mail"', "access: ghi “mail”; cần một trong: 'email' hoặc 'link'"),
                ('sign_in = "key"', "sign_in: ghi “key”; cần một trong: 'service-account', "
                 "'user', 'federation' hoặc 'default'"),
                ("workers = 9", "workers: ghi “9”; cần số không quá 8"),
                ("settle_minutes = -1", "settle_minutes: ghi “-1”; cần số từ 0 trở lên"),
                ("notify = 1", "notify: ghi “1”; cần true hoặc false"),
                ('token = "x"', "token: không có mục này; xem lại chính tả"),
            )
        ],
        ('name = "Sở Khoa học và Công nghệ"\nplace', 'name = "S"\nleader = ["ai đó"]\nplace',
         "agency.leader: “ai đó” không phải một địa chỉ thư điện tử"),
        ("before = 2022-04-12 ", 'before = "12/4" ',
         f"deadline.before: ghi “12/4”; “12/4” {NO_YEAR}"),
        ("before = 2022-04-12 ", "before = 12/4/22 ",
         f"deadline.before: ghi “12/4/22”; “12/4/22” {NO_YEAR}"),
        ("before = 2022-04-12 ", "before = 2022-13-12 ",
         f"deadline.before: ghi “2022-13-12”; {NO_SUCH_DAY}"),
        ("before = 2022-04-12 ", "before = 4/15/2022 ",
         f"deadline.before: ghi “4/15/2022”; {NO_SUCH_DAY}"),
        ("before = 2022-04-12 ", 'before = "17:60 12/4/2022" ',
         "deadline.before: ghi “17:60 12/4/2022”; không có giờ này; ghi giờ như 17:00 12/4/2022"),
        ("before = 2022-04-12 ", 'before = "đến ngày 12/4/2022" ',
         "deadline.before: ghi “đến ngày 12/4/2022”; không rõ ngày đó còn kịp hay đã muộn; "
         "ghi “trước ngày …” hoặc “hết ngày …”"),
        ("before = 2022-04-12 ", 'before = "tuần sau" ',
         f"deadline.before: ghi “tuần sau”; {MOMENT}"),
        ("before = 2022-04-12 ", "before = 20220412 ",
         f"deadline.before: ghi “20220412”; {MOMENT}"),
        ("before = 2022-04-12 ", "before = 17:00:00 ",
         f"deadline.before: ghi “17:00:00”; {MOMENT}"),
        ("opens = 2022-04-05 ", 'opens = "trước ngày 5/4/2022" ',
         "opens: ghi “trước ngày 5/4/2022”; cần ngày mở đợt, ghi như 12/4/2022 hoặc "
         "8:00 12/4/2022"),
        ("holidays = [2022-04-11]", "holidays = [11/4/2022, 2022-04-31]",
         f"holidays.1: ghi “2022-04-31”; {NO_SUCH_DAY}"),
        ("before = 2022-04-12 ", "", "deadline.before: thiếu mục này"),
        ("inclusive = false", 'inclusive = "có"',
         "deadline.inclusive: ghi “có”; cần true hoặc false"),
        ("inclusive = false", "inclusive = 1", "deadline.inclusive: ghi “1”; cần true hoặc false"),
        ('timezone = "Asia/Ho_Chi_Minh"', "", "deadline.timezone: thiếu mục này"),
        ('timezone = "Asia/Ho_Chi_Minh"', 'timezone = " "',
         "deadline.timezone: ghi “ ”; không được để trống"),
        *[
            ("Asia/Ho_Chi_Minh", zone,
             f"deadline.timezone: ghi “{zone}”; cần tên múi giờ IANA, ví dụ Asia/Ho_Chi_Minh")
            for zone in ("Asia/Hanoi", "Asia", "../x", "/etc/passwd", "+07:00", "Việt Nam")
        ],
        ('number = "348/KH-SKHCN"\ndate = 2022-04-05', 'number = "348"\ndate = "hết ngày 5/4/2022"',
         f"plan.date: ghi “hết ngày 5/4/2022”; {DAY}, không kèm giờ hay chữ khác"),
        ('number = "348/KH-SKHCN"\ndate = 2022-04-05', 'number = "348"\ndate = "đầu tháng 4"',
         f"plan.date: ghi “đầu tháng 4”; {DAY}"),
        ('number = "348/KH-SKHCN"\ndate = 2022-04-05', 'number = "348"',
         "plan.date: thiếu mục này"),
        ('symbol = "SKHCN-HCTH"\ndate = 2022-04-05', 'symbol = "S"\ndate = 2022-04-05T10:00:00',
         f"letter.date: ghi “2022-04-05 10:00:00”; {DAY}"),
        (
            "[report]\n", "[report]\nlast_year = { total = -1 }\n",
            "report.last_year.total: ghi “-1”; cần số từ 0 trở lên",
        ),
        ('number = ""  ', "number = 512  ", f"letter.number: ghi “512”; {QUOTED}"),
        ("tong-hop@so-khcn.example", "tổng-hợp@so",
         "agency.receiving_email: ghi “tổng-hợp@so”; cần một địa chỉ thư điện tử"),
        ('place = "Quảng Ngãi"\n', 'place = ""\n', "agency.place: ghi “”; không được để trống"),
        ('kind = "báo cáo"', 'kind = "thông báo"',
         "report.kind: ghi “thông báo”; cần một trong: 'báo cáo' hoặc 'tờ trình'"),
        ('authority = "KT."', 'authority = "KG"',
         "signer.authority: ghi “KG.”; cần một trong: '', 'KT.', 'Q.', 'TM.', 'TM. KT.', "
         "'TM. Q.', 'TL.', 'TL. KT.', 'TUQ.' hoặc 'TUQ. KT.'"),
        ('head = "Giám đốc"', 'head = ""', "signer.head: ghi “”; không được để trống"),
        ('recipients = ["Như trên", ', "recipients = [1, ",
         f"letter.recipients.0: ghi “1”; {QUOTED}"),
        ('[authority]\nname = "Ban Dân vận Tỉnh ủy"\n', "[authority]\n",
         "authority.name: thiếu mục này"),
        ('name = "Kinh tế"', 'name = "vh xh"',
         "fields: tên lĩnh vực bị lặp giữa các mục: vh xh"),
        ('aliases = ["Phát triển kinh tế"]', 'alias = "KT"',
         "fields.0.alias: ghi “KT”; không có mục này; xem lại chính tả"),
        ('aliases = ["Phát triển kinh tế"]', 'aliases = "KT"',
         "fields.0.aliases: ghi “KT”; cần một danh sách"),
        ('aliases = ["Phát triển kinh tế"]', 'aliases = ["KT", 1]',
         f"fields.0.aliases.1: ghi “1”; {QUOTED}"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_key_found_and_expected(
    tmp_path: Path, old: str, new: str, found: str
) -> None:
    assert mistakes(tmp_path, changed((old, new))) == [f"campaign.toml: {found}"]


def test_an_hour_cannot_be_inclusive(tmp_path: Path) -> None:
    toml = changed(
        ("before = 2022-04-12 ", "before = 2022-04-12T17:00:00 "),
        ("inclusive = false", "inclusive = true"),
    )

    assert mistakes(tmp_path, toml) == [
        "campaign.toml: deadline: inclusive chỉ dùng khi before là một ngày, không phải một giờ"
    ]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("", "fields: thiếu mục này"),
        ("fields = []", "fields: cần ít nhất 1 mục"),
        ('fields = "Kinh tế"', "fields: ghi “Kinh tế”; cần một danh sách"),
        ('fields = ["Kinh tế"]', "fields.0: ghi “Kinh tế”; cần một mục [tên] riêng"),
        ('fields = { name = "Kinh tế" }', "fields: cần một danh sách"),
        ('fields = [{ name = "" }]', "fields.0.name: ghi “”; không được để trống"),
    ],
)
def test_fields_are_a_list_of_their_own_sections(tmp_path: Path, fields: str, found: str) -> None:
    toml = changed(('fields = [{ name = "Kinh tế" }]', fields), toml=MINIMAL)

    assert mistakes(tmp_path, toml) == [f"campaign.toml: {found}"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("khac", "không có biểu này; có: btctw-10, dan-van-kheo, dx-khcn, ttcp-01-tcd; biểu riêng "
                 "thì đặt tệp form.toml"),
        ("btctw-10", "tổng hợp, báo cáo mới làm được với biểu dan-van-kheo"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_go_the_whole_way_is_refused(
    tmp_path: Path, form: str, told: str
) -> None:
    toml = changed(("year = 2022", f'year = 2022\nform = "{form}"'))

    assert mistakes(tmp_path, toml) == [f"campaign.toml: form: ghi “{form}”; {told}"]


def test_an_alias_of_the_same_field_may_repeat_its_name(tmp_path: Path) -> None:
    toml = changed(('aliases = ["Phát triển kinh tế"]', 'aliases = ["kinh tế", "KINH TẾ"]'))

    assert read(tmp_path, toml).fields[0].aliases == ("kinh tế", "KINH TẾ")


def test_an_empty_file_lacks_every_section(tmp_path: Path) -> None:
    keys = ("id", "title", "year", "deadline", "plan", "letter", "agency", "authority", "fields")

    assert mistakes(tmp_path, b"") == [f"campaign.toml: {key}: thiếu mục này" for key in keys]


def test_every_mistake_is_listed_at_once_in_the_order_of_the_form(tmp_path: Path) -> None:
    toml = changed(
        ('id = "dan-van-kheo-2022"', ""),
        ("year = 2022\n", "year = 1\n"),
        ("before = 2022-04-12 ", 'before = "12/4" '),
        ("Asia/Ho_Chi_Minh", "Hà Nội"),
        ('number = "348/KH-SKHCN"\ndate = 2022-04-05', 'number = ""\ndate = "5/4"'),
        ('symbol = "SKHCN-HCTH"\ndate = 2022-04-05', 'sybmol = "S"\ndate = 2022-04-05'),
        ("[authority]\n", "[autority]\n"),
        ('name = "Kinh tế"', 'name = " "'),
    )

    assert mistakes(tmp_path, toml) == [
        f"campaign.toml: {line}"
        for line in (
            "id: thiếu mục này",
            "year: ghi “1”; cần số từ 2000 trở lên",
            f"deadline.before: ghi “12/4”; “12/4” {NO_YEAR}",
            "deadline.timezone: ghi “Hà Nội”; cần tên múi giờ IANA, ví dụ Asia/Ho_Chi_Minh",
            "plan.number: ghi “”; không được để trống",
            f"plan.date: ghi “5/4”; “5/4” {NO_YEAR}",
            "letter.symbol: thiếu mục này",
            "letter.sybmol: ghi “S”; không có mục này; xem lại chính tả",
            "authority: thiếu mục này",
            "fields.0.name: ghi “ ”; không được để trống",
            "autority: không có mục này; xem lại chính tả",
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("year = 2022\n", "year =\n", "dòng 4, cột 7"),
        ("year = 2022\n", "year = “2022”\n", "dòng 4, cột 8"),
        ("year = 2022\n", "year 2022\n", "dòng 4, cột 6"),
        ("year = 2022\n", "year = 2022\nyear = 2023\n", "dòng 5, cột 12"),
        ("year = 2022\n", 'year = "2022\n', "dòng 4, cột 13"),
        ('"XDHTCT", "Hệ thống chính trị"]', '"XDHTCT"', "cuối tệp"),
    ],
)
def test_wrong_syntax_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    assert mistakes(tmp_path, changed((old, new))) == [f"campaign.toml, {place}: {SYNTAX}"]


def test_a_file_that_is_no_text_is_wrong_syntax(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, b"PK\x03\x04\x14\x00\x08\x00\xff\xfe")

    assert mistake == f"campaign.toml, dòng 1, cột 3: {SYNTAX}"


@pytest.mark.parametrize("where", [".", "khong-co", "units.csv"])
def test_a_folder_without_the_file_is_refused(tmp_path: Path, where: str) -> None:
    (tmp_path / "units.csv").write_text("Mã,Tên\nA,a\n")
    path = tmp_path / where / "campaign.toml"

    with pytest.raises(SettingsError) as caught:
        load_campaign(path)

    assert caught.value.mistakes == (
        f"{path}: không có tệp này; -C chỉ đến thư mục của đợt đăng ký",
    )


@pytest.mark.parametrize("name", ["campaign.toml.txt", "campaign.toml.toml", "Campaign.TXT"])
def test_a_name_whose_end_windows_hides_is_recognised(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TOML, encoding="utf-8")
    path = tmp_path / "campaign.toml"

    with pytest.raises(SettingsError) as caught:
        load_campaign(path)

    assert caught.value.mistakes == (
        f"{path}: không có tệp này, chỉ có {name}; Windows giấu đuôi tên tệp: trong File Explorer "
        "chọn View, đánh dấu File name extensions, rồi đổi tên thành campaign.toml",
    )


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_campaign(tmp_path)

    assert caught.value.mistakes == (f"{tmp_path}: không đọc được; xem lại quyền mở tệp",)


# --- both files --------------------------------------------------------------------------


def test_the_mistakes_of_both_files_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "campaign.toml").write_text(
        changed(("year = 2022\n", ""), ("inclusive = false", "inclusive = 1")), encoding="utf-8"
    )
    (tmp_path / "units.csv").write_text("Mã,Tên\n../x,a\nA,a\n", encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        load(tmp_path)

    code = "cần mã 1 đến 32 ký tự gồm chữ, số, dấu - hoặc _, vì mã cũng là tên tệp"
    assert caught.value.mistakes == (
        "campaign.toml: year: thiếu mục này",
        "campaign.toml: deadline.inclusive: ghi “1”; cần true hoặc false",
        f"units.csv, dòng 2, cột Mã: ghi “../x”; {code}",
        "units.csv, dòng 3: tên “a” đã dùng ở dòng 2",
    )
    assert str(caught.value) == "\n".join(caught.value.mistakes)


def test_extensions_are_meant_in_the_campaigns_zone(tmp_path: Path) -> None:
    (tmp_path / "campaign.toml").write_text(
        changed(("Asia/Ho_Chi_Minh", "Asia/Tokyo")), encoding="utf-8"
    )
    (tmp_path / "units.csv").write_text("Mã,Tên,Gia hạn đến\nA,a,15/4/2022\n", encoding="utf-8")

    campaign, (unit,) = load(tmp_path)

    assert campaign.deadline_of(unit).isoformat() == "2022-04-16T00:00:00+09:00"


def test_the_units_of_the_example_come_in_protocol_order(units: tuple[Unit, ...]) -> None:
    assert [unit.code for unit in units] == [
        "HCTH", "TTra", "QLKH", "QLCN", "KHTC", "TDC", "TTUD", "TTTT",
    ]  # fmt: skip


# --- Google ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "1AbCdEfGhIjKlMnOpQrSt",
        " 1AbCdEfGhIjKlMnOpQrSt ",
        "https://drive.google.com/drive/folders/1AbCdEfGhIjKlMnOpQrSt",
        "https://drive.google.com/drive/u/0/folders/1AbCdEfGhIjKlMnOpQrSt?usp=sharing",
    ],
)
def test_a_drive_folder_may_be_given_as_the_browser_shows_it(written: str) -> None:
    assert Google(folder=written).folder == "1AbCdEfGhIjKlMnOpQrSt"


def test_google_needs_no_key_but_its_name(tmp_path: Path) -> None:
    text = (EXAMPLE / "campaign.toml").read_text("utf-8")
    path = tmp_path / "campaign.toml"
    path.write_text(text.replace('workspace = "folder"', 'workspace = "google"'), "utf-8")

    campaign = load_campaign(path)

    assert (campaign.workspace, campaign.google) == ("google", Google())
    assert (Google().access, Google().notify, Google().workers) == ("email", False, 5)
