"""What campaign.toml and the roster mean on Google: risks, who sees the master, how long it takes.

Nothing is asked of Google for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.roster import Unit
from dankheo_sheets.vietnamese import count
from dankheo_sheets.workspace.check import Check, fine, look
from dankheo_sheets.workspace.google.checkup.durations import COPIES_A_DAY, durations
from dankheo_sheets.workspace.google.rate_limit import Limits

QUOTAS = Limits(60, 60, 325_000)
"""What Google allows one account in a minute (reference/google.md §1.1, §1.2)."""
LINK, MASTER, SPEED, TIME = (
    "Mở biểu bằng liên kết", "Bảng tổng hợp trên Drive", "Tốc độ hỏi Google", "Thời gian chạy",
)  # fmt: skip
_SHOWN = 10
"""Codes that are listed before the rest is left out."""


def plans(campaign: Campaign, units: Sequence[Unit]) -> Iterator[Check]:
    """Yield the checks that need no Google. Pure."""
    by_link = units_by_link(campaign, units)
    if by_link:
        codes = [unit.code for unit in by_link]
        listed = ", ".join(codes[:_SHOWN]) + (", …" if len(codes) > _SHOWN else "")
        yield look(
            LINK,
            f"{len(codes)} đơn vị ({listed}): ai có liên kết cũng ghi được, không biết là ai, và "
            "liên kết có thể bị chuyển tiếp",
            "đơn vị nào có tài khoản Google thì ghi địa chỉ, và “email” ở cột “Cách mở biểu”; còn "
            "lại chỉ gửi liên kết cho đúng người",
        )
    yield _who_sees_the_master(campaign)
    limits = Limits(
        campaign.google.sheets_reads_per_minute,
        campaign.google.sheets_writes_per_minute,
        campaign.google.drive_units_per_minute,
    )
    yield from _too_fast(limits)
    if units:
        yield _how_long(units, by_link, limits)


def units_by_link(campaign: Campaign, units: Sequence[Unit]) -> list[Unit]:
    """Return the units whose sheet whoever has its link may edit."""
    return [unit for unit in units if (unit.access or campaign.google.access) == "link"]


def _who_sees_the_master(campaign: Campaign) -> Check:
    agency = campaign.agency
    lacking = [key for key in ("coordinator", "leader") if not getattr(agency, key)]
    if not lacking:
        return fine(MASTER, f"chia sẻ cho {', '.join((*agency.coordinator, *agency.leader))}")
    whom = "chưa chia sẻ cho ai" if len(lacking) == 2 else "mới chia sẻ cho một bên"
    return look(
        MASTER,
        f"{whom}: mục [agency] không có {', '.join(lacking)}",
        'ghi coordinator = ["địa chỉ thư"] (được sửa), leader = ["địa chỉ thư"] (được đọc)',
    )


def _too_fast(limits: Limits) -> Iterator[Check]:
    both = [
        (field.name, getattr(limits, field.name), getattr(QUOTAS, field.name))
        for field in fields(Limits)
    ]
    over = [
        f"{name} = {ours} (Google cho {theirs})" for name, ours, theirs in both if ours > theirs
    ]
    if over:
        yield look(
            SPEED,
            f"cao hơn hạn mức Google công bố cho một tài khoản: {', '.join(over)}",
            "bỏ các khoá này khỏi campaign.toml, trừ khi dự án đã được Google nâng hạn mức",
        )


def _how_long(units: Sequence[Unit], by_link: Sequence[Unit], limits: Limits) -> Check:
    linked = {unit.code for unit in by_link}
    by_email = [unit for unit in units if unit.code not in linked]
    minutes = durations(by_email, by_link, limits)
    found = (
        f"{count(len(units))} đơn vị: phát biểu {_at_least(minutes.provision)}, đọc và phản hồi "
        f"tất cả {_at_least(minutes.sync)}, chốt tất cả {_at_least(minutes.close)}"
    )
    if len(units) <= COPIES_A_DAY:
        return fine(TIME, found)
    return look(
        TIME,
        found,
        f"Google từng ngừng cho chép sau khoảng {COPIES_A_DAY} tệp một ngày: phát biểu sớm; dừng "
        "giữa chừng thì hôm sau chạy lại dankheo provision, việc đã xong được giữ",
    )


def _at_least(minutes: int) -> str:
    return f"ít nhất {minutes} phút" if minutes else "dưới 1 phút"
