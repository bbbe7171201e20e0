"""Doctor: look at everything a campaign needs before it is needed, and say how to mend it.

What is broken is a check, never an error: settings that cannot be read, a sign-in that fails.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dankheo_sheets import files
from dankheo_sheets.archive import Archive
from dankheo_sheets.campaign import FILE, Campaign, load_campaign
from dankheo_sheets.errors import MailError, SettingsError, WorkspaceError
from dankheo_sheets.mail.mailer import Mailer
from dankheo_sheets.notices.mime import sender_of
from dankheo_sheets.notices.schedule import last_day_of
from dankheo_sheets.operations import ownership
from dankheo_sheets.operations import settings_remarks as remarks
from dankheo_sheets.operations.context import open_workspace
from dankheo_sheets.operations.settings_remarks import listed
from dankheo_sheets.operations.strays import asked_no_more
from dankheo_sheets.roster import Unit, load_units
from dankheo_sheets.vietnamese import count, deadline_text, moment, short_date
from dankheo_sheets.workspace.health import (
    Check,
    Verdict,
    fault,
    fine,
    look,
    of_error,
    settings_fault,
)

SETTINGS, ROSTER, DEADLINE, ADDRESSES, MAIL, FOLDER = (
    "campaign.toml", "Danh sách đơn vị", "Hạn gửi", "Địa chỉ thư", "Máy chủ thư",
    "Thư mục trên máy",
)  # fmt: skip
_MEND_FILE = "sửa tệp rồi chạy lại dankheo doctor"
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_SATURDAY = 5


def examine(directory: Path, now: datetime) -> Iterator[Check]:
    """Yield all checks of a campaign's folder, as far as one can get. Changes nothing."""
    campaign, units, broken = _settings(directory)
    yield from broken
    try:
        files.check_writable(directory)
    except WorkspaceError as error:
        yield of_error(FOLDER, error)
    else:
        yield fine(FOLDER, f"{directory} ghi được")
    if campaign is None:
        return
    try:
        ownership.refuse_a_copy(directory, campaign)
    except SettingsError as error:
        fix = "làm một trong hai việc ấy rồi chạy lại dankheo doctor"
        yield from (settings_fault(remarks.STATE, line, fix) for line in error.mistakes)
        return
    yield from remarks.state(directory, campaign)
    yield from remarks.year(campaign)
    yield from remarks.signer(campaign)
    if units:
        archive = Archive(directory / "archive", {unit.code: unit.formerly for unit in units})
        for stray in asked_no_more(archive, units):
            yield look(ROSTER, stray.found, stray.todo)
    yield from deadline(campaign, units, now)
    yield from addresses(campaign, units)
    yield from remarks.sample(campaign, units)
    yield from mail_server(campaign)
    try:
        workspace = open_workspace(directory, campaign, units)
    except SettingsError as error:
        yield from (settings_fault(SETTINGS, line, _MEND_FILE) for line in error.mistakes)
    except WorkspaceError as error:
        yield of_error("Đăng nhập", error)
    else:
        yield from workspace.doctor()


def exit_code(checks: Iterable[Check]) -> int:
    """Return the exit code of the gravest fault: 4 before 3; 0 where nothing has to be mended."""
    return max((check.exit_code for check in checks), default=0)


def _settings(directory: Path) -> tuple[Campaign | None, tuple[Unit, ...], list[Check]]:
    """Return what can be read of campaign.toml and the roster, and a check of each."""
    campaign: Campaign | None = None
    units: tuple[Unit, ...] = ()
    checks = []
    try:
        campaign = load_campaign(directory / FILE)
        checks.append(fine(SETTINGS, f"{campaign.title}"))
    except SettingsError as error:
        checks += [settings_fault(SETTINGS, line, _MEND_FILE) for line in error.mistakes]
    try:
        units = load_units(directory, campaign.zone if campaign else _VIETNAM)
        checks.append(fine(ROSTER, f"{count(len(units))} đơn vị"))
    except SettingsError as error:
        checks += [settings_fault(ROSTER, line, _MEND_FILE) for line in error.mistakes]
    return campaign, units, checks


# --- the deadline -------------------------------------------------------------------------


def deadline(campaign: Campaign, units: Sequence[Unit], now: datetime) -> Iterator[Check]:
    """Yield what is to be said of the deadline. Pure."""
    due = campaign.deadline.moment
    shown = deadline_text(due)
    odd = list(_odd(campaign, due, now))
    yield from odd or [fine(DEADLINE, shown)]
    yield from remarks.extensions(campaign, units)


def _odd(campaign: Campaign, due: datetime, now: datetime) -> Iterator[Check]:
    shown = deadline_text(due)
    letter = datetime.combine(campaign.letter.date, time.min, campaign.zone)
    if due <= letter:
        yield settings_fault(
            DEADLINE,
            f"{shown}, không sau ngày của công văn ({short_date(campaign.letter.date)})",
            "xem lại before ở mục [deadline] và date ở mục [letter]",
        )
    elif now >= due:
        yield look(
            DEADLINE,
            f"{shown}: đã qua",
            "chạy dankheo close để chốt; còn nhận thêm thì dời before, ghi “Gia hạn đến” cho từng "
            "đơn vị, hoặc dùng dankheo reopen",
        )
    last = last_day_of(due)
    if last.weekday() >= _SATURDAY:
        working = last - timedelta(days=last.weekday() - _SATURDAY + 1)
        yield look(
            DEADLINE,
            f"{shown}: ngày cuối cùng được gửi là {_DAYS[last.weekday()]}, "
            f"{short_date(last)}; ngày làm việc cuối cùng trước đó là "
            f"{_DAYS[working.weekday()]}, {short_date(working)}",
            "nhắc đơn vị gửi trước ngày nghỉ, hoặc dời hạn",
        )
    if due.utcoffset() != due.astimezone(_VIETNAM).utcoffset():
        yield look(
            DEADLINE,
            f"{shown} theo giờ {campaign.deadline.timezone}, tức là trước "
            f"{moment(due.astimezone(_VIETNAM))} giờ Việt Nam",
            'ghi timezone = "Asia/Ho_Chi_Minh" ở mục [deadline]',
        )


# --- the roster's addresses ---------------------------------------------------------------

BIG_DOMAINS = (
    "gmail.com", "yahoo.com", "yahoo.com.vn", "outlook.com", "hotmail.com", "icloud.com",
)  # fmt: skip
"""Where most private addresses in Vietnam are."""
_ALSO_REAL = frozenset(
    ("mail.com", "email.com", "ymail.com", "gmx.com", "outlook.com.vn", "yahoo.co", "yahoo.cn",
     "hotmail.co")
)  # fmt: skip
"""Domains that exist and look like a slip in one of the big ones."""
_NEVER = re.compile(r"(gmail|hotmail|icloud)(\.com)?\.vn")
"""A Vietnamese ending put to a mail service that has none."""


def addresses(campaign: Campaign, units: Sequence[Unit]) -> Iterator[Check]:
    """Yield what is to be said of the roster's addresses. Pure."""
    slips = [
        (unit.code, address, meant)
        for unit in units
        for address in unit.emails
        if (meant := meant_domain(address))
    ]
    for code, address, meant in slips:
        name = address.rpartition("@")[0]
        yield settings_fault(
            ADDRESSES, f"{code}: {address}", f"có phải {name}@{meant}? Sửa cột Email"
        )
    without = [unit.code for unit in units if not unit.emails and campaign.needs_address(unit)]
    if without:
        yield settings_fault(
            ADDRESSES,
            f"{len(without)} đơn vị chưa có địa chỉ, chưa ai mở được biểu: {listed(without)}",
            "điền cột Email, hoặc ghi “liên kết” ở cột “Cách mở biểu”",
        )
    unreminded = [] if without else list(remarks.addresses(campaign, units))
    yield from unreminded
    if units and not (slips or without or unreminded):
        total = sum(len(unit.emails) for unit in units)
        yield fine(ADDRESSES, f"{count(total)} địa chỉ")


def meant_domain(address: str) -> str:
    """Return the big mail domain an address misses by one slip; "" where it misses none."""
    domain = address.rpartition("@")[2].casefold()
    if domain in BIG_DOMAINS or domain in _ALSO_REAL:
        return ""
    if wrong := _NEVER.fullmatch(domain):
        return f"{wrong[1]}.com"
    return next((big for big in BIG_DOMAINS if _is_one_slip(domain, big)), "")


def _is_one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is missing, too many, another one, or two neighbours changed places."""
    at = next((n for n, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), None)
    if at is None:
        return abs(len(typed) - len(meant)) == 1
    return (
        typed[at + 1 :] == meant[at:]
        or typed[at:] == meant[at + 1 :]
        or typed[at + 1 :] == meant[at + 1 :]
        or (typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :])
    )


# --- the mail server ----------------------------------------------------------------------


def mail_server(campaign: Campaign) -> Iterator[Check]:
    """Yield whether mail can be sent, where it is to be: connect, sign in, send nothing."""
    if campaign.mail is None:
        return
    with Mailer(campaign, os.environ) as mailer:
        try:
            mailer.check()
        except MailError as error:
            yield fault(MAIL, error.message, error.hint)
        else:
            as_whom = campaign.mail.user or "không đăng nhập"
            sender = sender_of(campaign)
            yield fine(MAIL, f"{campaign.mail.host} ({as_whom}), gửi từ {sender}")


def told(checks: Sequence[Check]) -> str:
    """Return how many checks came to what, in one line."""
    counts = {verdict: sum(c.verdict is verdict for c in checks) for verdict in Verdict}
    return ", ".join(f"{number} {verdict}" for verdict, number in counts.items() if number) + "."
