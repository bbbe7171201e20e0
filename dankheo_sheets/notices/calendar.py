"""The deadline as an event for a unit's calendar: an .ics file beside a mail (RFC 5545, 5546)."""

import re
import uuid
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.roster import Unit, code_key

FILE = "han-gui.ics"
CONTENT_TYPE = "text/calendar; method=PUBLISH; charset=utf-8"

LENGTH = timedelta(minutes=30)
"""How long the event is: it ends with the deadline."""
ALARM = timedelta(days=1)
"""How long before the event the calendar reminds."""

_WEB_ADDRESS = re.compile(r"https://[!-~]+")


def deadline_event(
    campaign: Campaign, unit: Unit, deadline: datetime, url: str, *, stamp: datetime
) -> bytes:
    """Return an .ics file with one event: the last half hour in which `unit` can hand in.

    `deadline` is the unit's own, and aware; `url` is where its sheet is: an address, a path or
    "". `stamp` is when the file was made: the same arguments give the same bytes.

    The UID is the same for the same unit of the same campaign, so a later file takes the place
    of an earlier one. A calendar does that only where SEQUENCE is not smaller (RFC 5546 §2.1.5):
    it is the deadline in minutes since 1970, so more time always wins, whichever file is opened
    last; a deadline brought forward does not show in calendars that have the later one.
    """
    name = f"dankheo-sheets:{campaign.id}/{code_key(unit.code)}"
    address = campaign.agency.receiving_email  # its domain parts campaigns copied from one example
    summary = f"Hạn gửi: {_one_line(campaign.title)}"
    due = vietnamese.deadline_text(deadline.astimezone(campaign.zone))
    lines = [_one_line(unit.name), f"Gửi biểu {due}.", _one_line(url)]
    organizer = vCalAddress(f"mailto:{address}")  # who asks: has to be said (RFC 5546 §3.2.1)
    organizer.params["CN"] = vText(_one_line(campaign.agency.name))

    calendar = Calendar()
    calendar.add("prodid", "-//dankheo-sheets//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"{uuid.uuid5(uuid.NAMESPACE_URL, name)}@{address.rpartition('@')[2]}")
    event.add("sequence", max(0, int(deadline.timestamp() // 60)))
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", (deadline - LENGTH).astimezone(UTC))
    event.add("dtend", deadline.astimezone(UTC))
    event.add("summary", summary)
    event.add("description", "\n".join(filter(None, lines)))
    event.add("organizer", organizer)
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    if _WEB_ADDRESS.fullmatch(url):
        event.add("url", url)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -ALARM)
    alarm.add("description", summary)
    event.add_component(alarm)
    calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data


def _one_line(text: str) -> str:
    return " ".join(vietnamese.nfc(vietnamese.clean(text)).split())
