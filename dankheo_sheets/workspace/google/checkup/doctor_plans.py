"""What campaign.toml and the roster mean on Google: risks, who sees the master, how long it takes.

Nothing is asked of Google for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.roster import Unit
from dankheo_sheets.vietnamese import count
from dankheo_sheets.workspace.google.rate_limit import Limits
from dankheo_sheets.workspace.health import Check, fine, look

QUOTAS = Limits(60, 60, 325_000)
"""What Google allows one account in a minute (reference/google.md §1.1, §1.2)."""
COPIES_A_DAY = 300
"""Copies after which Google was seen to refuse more until next day (reference/google.md §1.3)."""
LINK, MASTER, SPEED, TIME = (
    "Mở biểu bằng liên kết", "Bảng tổng hợp trên Drive", "Tốc độ hỏi Google", "Thời gian chạy",
)  # fmt: skip
_SHOWN = 10
"""Codes that are listed before the rest is left out."""


def plans(campaign: Campaign, units: Sequence[Unit]) -> Iterator[Check]:
    """Yield the checks that need no Google. Pure."""
    if codes := [unit.code for unit in units if campaign.google.opened_by(unit) == "link"]:
        listed = ", ".join(codes[:_SHOWN]) + (", …" if len(codes) > _SHOWN else "")
        yield look(
            LINK,
            f"{len(codes)} đơn vị ({listed}): ai có liên kết cũng ghi được, không biết là ai, và "
            "liên kết có thể bị chuyển tiếp",
            "đơn vị nào có tài khoản Google thì ghi địa chỉ, và “email” ở cột “Cách mở biểu”; còn "
            "lại chỉ gửi liên kết cho đúng người",
        )
    yield _who_sees_the_master(campaign)
    allowed = {field.name: getattr(QUOTAS, field.name) for field in fields(Limits)}
    over = [
        f"{name} = {ours} (Google cho {theirs})"
        for name, theirs in allowed.items()
        if (ours := getattr(campaign.google, name)) > theirs
    ]
    if over:
        yield look(
            SPEED,
            f"cao hơn hạn mức Google công bố cho một tài khoản: {', '.join(over)}",
            "bỏ các khoá này khỏi campaign.toml, trừ khi dự án đã được Google nâng hạn mức",
        )
    if units:
        yield _how_long(len(units), campaign.google.sheets_writes_per_minute)


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


def minutes(units: int, writes_per_minute: int) -> int:
    """Return how many whole minutes each command that writes into all sheets takes at least.

    One writing for each unit is what there is least of; the first lot has not to wait.
    """
    return max(0, units - 1) // writes_per_minute


def _how_long(units: int, writes_per_minute: int) -> Check:
    least = minutes(units, writes_per_minute)
    time = f"ít nhất {least} phút" if least else "dưới 1 phút"
    found = (
        f"{count(units)} đơn vị: phát biểu {time}, đọc và phản hồi tất cả {time}, "
        f"chốt tất cả {time}"
    )
    if units <= COPIES_A_DAY:
        return fine(TIME, found)
    return look(
        TIME,
        found,
        f"Google từng ngừng cho chép sau khoảng {COPIES_A_DAY} tệp một ngày: phát biểu sớm; dừng "
        "giữa chừng thì hôm sau chạy lại dankheo provision, việc đã xong được giữ",
    )
