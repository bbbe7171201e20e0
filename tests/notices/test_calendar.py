"""The deadline in a unit's calendar: read back with icalendar, whatever a unit is called."""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Alarm, Calendar, Event

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.notices.calendar import CONTENT_TYPE, FILE, deadline_event
from dankheo_sheets.roster import Unit

STAMP = datetime.fromisoformat("2022-04-05T08:00:00+07:00")
DUE = datetime.fromisoformat("2022-04-12T00:00:00+07:00")
URL = "https://docs.google.com/spreadsheets/d/1a-B_c/edit#gid=0"
UNIT = Unit("TTra", "Thanh tra Sở")

NAME = st.one_of(
    st.text(st.characters(codec=None, exclude_categories=()), max_size=200),
    st.lists(
        st.sampled_from(["Sở", "Phòng A, B; C", "\r\n", "\n ", "\\n", "🏛️", "\u2028", "a" * 80,
                         unicodedata.normalize("NFD", "Quản lý"), "BEGIN:VALARM", '"', "\t"]),
        max_size=12,
    ).map("".join),
)  # fmt: skip


def event_of(data: bytes) -> tuple[Calendar, Event]:
    calendar = Calendar.from_ical(data)
    assert isinstance(calendar, Calendar)
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return calendar, event


def one_line(text: str) -> str:
    return " ".join(vietnamese.nfc(vietnamese.clean(text)).split())


def test_the_event_is_the_last_half_hour_before_the_deadline(campaign: Campaign) -> None:
    calendar, event = event_of(deadline_event(campaign, UNIT, DUE, URL, stamp=STAMP))

    assert {key: str(calendar[key]) for key in calendar} == {
        "PRODID": "-//dankheo-sheets//VI", "VERSION": "2.0", "METHOD": "PUBLISH",
    }  # fmt: skip
    assert event.start == datetime(2022, 4, 11, 16, 30, tzinfo=UTC)
    assert event.end == datetime(2022, 4, 11, 17, 0, tzinfo=UTC)
    assert event.stamp == datetime(2022, 4, 5, 1, 0, tzinfo=UTC)
    assert str(event["SUMMARY"]) == (
        "Hạn gửi: Đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2022"
    )
    assert str(event["DESCRIPTION"]) == (
        f"Thanh tra Sở\nGửi biểu trước ngày 12/4/2022 (chậm nhất hết ngày 11/4/2022).\n{URL}"
    )
    assert str(event["URL"]) == URL
    assert str(event["ORGANIZER"]) == "mailto:tong-hop@so-khcn.example"
    assert event["ORGANIZER"].params["CN"] == "Sở Khoa học và Công nghệ"
    assert str(event["TRANSP"]) == "TRANSPARENT"
    (alarm,) = event.walk("VALARM")
    assert isinstance(alarm, Alarm)
    assert (alarm.TRIGGER, str(alarm["ACTION"])) == (timedelta(days=-1), "DISPLAY")
    assert str(alarm["DESCRIPTION"]) == str(event["SUMMARY"])


def test_it_goes_with_a_mail_as_a_published_calendar() -> None:
    assert (FILE, CONTENT_TYPE) == ("han-gui.ics", "text/calendar; method=PUBLISH; charset=utf-8")


@pytest.mark.parametrize(
    "url",
    ["", "/srv/dân vận/workbooks/TTra.xlsx", r"\\may-chu\bieu\TTra.xlsx", "http://so.example/1",
     "https://so.example/a b", "https://so.example/\r\nATTENDEE:mailto:x@y.example",
     "javascript:alert(1)"],
)  # fmt: skip
def test_only_a_secure_address_is_a_link(campaign: Campaign, url: str) -> None:
    _, event = event_of(deadline_event(campaign, UNIT, DUE, url, stamp=STAMP))

    assert not {"URL", "ATTENDEE"} & event.keys()
    assert str(event["DESCRIPTION"]).split("\n")[2:] == ([one_line(url)] if url else [])


def test_an_extension_takes_the_place_of_the_deadline(campaign: Campaign) -> None:
    _, before = event_of(deadline_event(campaign, UNIT, DUE, URL, stamp=STAMP))
    later = DUE + timedelta(hours=17)
    _, after = event_of(deadline_event(campaign, UNIT, later, URL, stamp=STAMP))

    assert after["UID"] == before["UID"]
    assert after.sequence - before.sequence == 17 * 60
    assert "Gửi biểu trước 17 giờ 00, ngày 12/4/2022." in str(after["DESCRIPTION"])


def test_the_deadline_is_told_by_the_campaigns_clock(campaign: Campaign) -> None:
    in_utc = deadline_event(campaign, UNIT, DUE.astimezone(UTC), URL, stamp=STAMP)

    assert in_utc == deadline_event(campaign, UNIT, DUE, URL, stamp=STAMP)


@pytest.mark.parametrize(
    ("campaign_changes", "code", "is_same"),
    [
        ({}, "TTra", True),
        ({"title": "Tên khác"}, "TTRA", True),
        ({}, "HCTH", False),
        ({"id": "dan-van-kheo-2023"}, "TTra", False),
    ],
)
def test_an_event_is_one_units_in_one_campaign(
    campaign: Campaign, campaign_changes: dict[str, Any], code: str, is_same: bool
) -> None:
    _, known = event_of(deadline_event(campaign, UNIT, DUE, URL, stamp=STAMP))
    changed = campaign.model_copy(update=campaign_changes)
    _, other = event_of(deadline_event(changed, Unit(code, "Tên"), DUE, "", stamp=STAMP))

    assert (other["UID"] == known["UID"]) is is_same


def test_two_agencies_with_the_same_campaign_have_events_of_their_own(campaign: Campaign) -> None:
    agency = campaign.agency.model_copy(update={"receiving_email": "a@so-khac.example"})
    other = campaign.model_copy(update={"agency": agency})

    uids = {
        str(event_of(deadline_event(each, UNIT, DUE, "", stamp=STAMP))[1]["UID"])
        for each in (campaign, other)
    }

    assert len(uids) == 2


@given(name=NAME, title=NAME, agency=NAME, url=NAME)
def test_whatever_the_names_are_the_file_reads_back(
    campaign: Campaign, name: str, title: str, agency: str, url: str
) -> None:
    changed = campaign.model_copy(
        update={"title": title, "agency": campaign.agency.model_copy(update={"name": agency})}
    )
    unit = Unit("TTra", name)

    data = deadline_event(changed, unit, DUE, url, stamp=STAMP)

    assert data == deadline_event(changed, unit, DUE, url, stamp=STAMP)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    _, event = event_of(data)
    assert str(event["SUMMARY"]) == f"Hạn gửi: {one_line(title)}"
    due = "Gửi biểu trước ngày 12/4/2022 (chậm nhất hết ngày 11/4/2022)."
    lines = [line for line in (one_line(name), due, one_line(url)) if line]
    assert str(event["DESCRIPTION"]) == "\n".join(lines)
    assert len(event.subcomponents) == 1


MINUTES = st.integers(0, 100 * 366 * 24 * 60)


@given(st.sets(MINUTES, min_size=2, max_size=2))
def test_a_later_deadline_has_the_larger_number(campaign: Campaign, minutes: set[int]) -> None:
    since = datetime(2000, 1, 1, tzinfo=campaign.zone)

    first, last = (
        event_of(deadline_event(campaign, UNIT, due, "", stamp=STAMP))[1].sequence
        for due in (since + timedelta(minutes=each) for each in sorted(minutes))
    )

    assert 0 <= first < last < 2**31
