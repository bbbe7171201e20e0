"""What doctor remarks on in campaign.toml and roster: it works, and is seldom what was meant."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.notices.schedule import last_day_of
from dankheo_sheets.operations import ownership
from dankheo_sheets.roster import Unit
from dankheo_sheets.vietnamese import count, deadline_text, short_date
from dankheo_sheets.workspace.health import Check, look

YEAR, EXTENSION, SAMPLE, STATE = "Năm", "Gia hạn", "Dữ liệu mẫu", "Dữ liệu đã có"
SHOWN = 10
"""Units that are listed before the rest is left out."""
FAR = timedelta(days=60)
"""An extension this much later than the deadline is more often a day and a month that changed
places than two months granted: 1/12/2027 for the 12th of January."""
SAMPLE_SIGNER = "Nguyễn Văn Mẫu"
"""Of the example campaign."""
_SAMPLE_DOMAIN = ".example"
"""No mail ever arrives there (RFC 2606); the example's addresses are such."""


def year(campaign: Campaign) -> Iterator[Check]:
    """Yield where `year` is not the deadline's, or not the title's. Pure."""
    due = last_day_of(campaign.deadline.moment).year
    if campaign.year != due:
        yield look(
            YEAR,
            f"year là {campaign.year}, hạn gửi ở năm {due}",
            "xem lại year và before trong campaign.toml",
        )
    said = {int(number) for number in re.findall(r"(?<!\d)20\d\d(?!\d)", campaign.title)}
    if said and campaign.year not in said:
        shown = ", ".join(str(number) for number in sorted(said))
        yield look(
            YEAR,
            f"year là {campaign.year}, tên đợt ghi năm {shown}",
            "xem lại year và title trong campaign.toml",
        )


def signer(campaign: Campaign) -> Iterator[Check]:
    """Yield where a title of learning stands before the name (Phụ lục I, II.7.c). Pure."""
    if titled := campaign.signer.titled:
        yield look(
            "Người ký",
            f"signer.name ghi “{titled}” trước họ tên; Nghị định 30/2020/NĐ-CP, Phụ lục I, II.7.c "
            "không ghi học hàm, học vị, danh hiệu",
            "chỉ ghi họ tên; đơn vị vũ trang, giáo dục, y tế, khoa học được ngành cho phép thì bỏ "
            "qua nhắc này",
        )


def extensions(campaign: Campaign, units: Sequence[Unit]) -> Iterator[Check]:
    """Yield extensions of the roster that end before the deadline, or far after it. Pure."""
    due = campaign.deadline.moment
    early = [unit.code for unit in units if unit.extended_until and unit.extended_until <= due]
    if early:
        yield look(
            EXTENSION,
            f"{listed(early)}: ngày ở cột “Gia hạn đến” không sau hạn chung nên không có tác dụng",
            "xem lại cột “Gia hạn đến” trong danh sách",
        )
    far = [
        f"{unit.code} {deadline_text(unit.extended_until)}"
        for unit in units
        if unit.extended_until
        and unit.extended_until > due
        and (
            unit.extended_until > due + FAR
            or last_day_of(unit.extended_until).year != last_day_of(due).year
        )
    ]
    if far:
        yield look(
            EXTENSION,
            f"{listed(far, '; ')}: hơn {FAR.days} ngày sau hạn chung, hoặc sang năm khác",
            "xem lại cột “Gia hạn đến”: ghi ngày trước, tháng sau, như 15/4/2022",
        )


def addresses(campaign: Campaign, units: Sequence[Unit]) -> Iterator[Check]:
    """Yield how many units no mail can remind, where mails are expected. Pure."""
    expected = campaign.mail is not None or "reminders" in campaign.model_fields_set
    without = [unit.code for unit in units if not unit.emails]
    if expected and without:
        yield look(
            "Địa chỉ thư",
            f"{count(len(without))} đơn vị chưa có địa chỉ thư nên không nhận thư nhắc: "
            f"{listed(without)}",
            "điền cột Email; hoặc nhắc bằng dankheo notices",
        )


def sample(campaign: Campaign, units: Sequence[Unit]) -> Iterator[Check]:
    """Yield what of the example campaign was left in place. Pure."""
    left = []
    if campaign.signer.name == SAMPLE_SIGNER:
        left.append(f"signer.name còn là tên mẫu “{SAMPLE_SIGNER}”")
    if campaign.agency.receiving_email.endswith(_SAMPLE_DOMAIN):
        left.append(f"agency.receiving_email còn là địa chỉ mẫu {campaign.agency.receiving_email}")
    of_units = [
        unit.code for unit in units if any(one.endswith(_SAMPLE_DOMAIN) for one in unit.emails)
    ]
    if of_units:
        left.append(f"danh sách còn địa chỉ mẫu: {listed(of_units)}")
    if left:
        yield look(
            SAMPLE, "; ".join(left), "ghi tên người ký, địa chỉ thật trước khi phát biểu, gửi thư"
        )


def state(directory: Path, campaign: Campaign) -> Iterator[Check]:
    """Yield signs that what is kept here is of an earlier campaign with the same id."""
    fix = (
        "nếu thư mục được chép từ đợt trước: đổi id trong campaign.toml, xoá archive, workbooks, "
        "out của bản chép này (không xoá ở thư mục gốc)"
    )
    began = ownership.signed_year(directory)
    if began is not None and began != campaign.year:
        yield look(
            STATE,
            f"dữ liệu ở đây bắt đầu với year là {began}, nay campaign.toml ghi {campaign.year}",
            fix,
        )
    first = ownership.first_read(directory)
    if first is not None and first < campaign.opening.date():
        yield look(
            STATE,
            f"bản đọc đầu tiên trong archive ngày {short_date(first)}, trước ngày mở đợt "
            f"{short_date(campaign.opening.date())}",
            f"{fix}; nếu không thì xem lại opens",
        )


def listed(texts: Sequence[str], between: str = ", ") -> str:
    """Return the first of them, and a sign that there are more."""
    return between.join(texts[:SHOWN]) + (f"{between}…" if len(texts) > SHOWN else "")
