"""Short texts for those who read no mail: to paste into a chat, and whom to call."""

from collections.abc import Iterator
from datetime import datetime

from dankheo_sheets import vietnamese
from dankheo_sheets.notices.schedule import last_day_of
from dankheo_sheets.register import STATUS_NAMES, Register
from dankheo_sheets.registration import RECEIVED, Standing, Status
from dankheo_sheets.roster import Unit
from dankheo_sheets.vietnamese import count, due_text


def missing(register: Register) -> list[tuple[Unit, Standing]]:
    """Return the units that are still to be reminded, in protocol order."""
    done = RECEIVED | {Status.EXCLUDED}
    pairs = ((unit, register.standings[unit.code]) for unit in register.units)
    return [(unit, standing) for unit, standing in pairs if standing.status not in done]


def for_chat(register: Register, now: datetime) -> Iterator[str]:
    """Yield one text for the group of all units, then one for each that is missing."""
    units = missing(register)
    title, figures = register.campaign.title, register.completeness
    received = f"{count(figures['received'])}/{count(figures['expected'])}"
    if not units:
        yield f"{title}: đã nhận đủ {received} đơn vị. Trân trọng cảm ơn các đơn vị./."
        return
    yield f"{title}: đã nhận {received} đơn vị. Còn thiếu {count(len(units))} đơn vị:"
    for unit, standing in units:
        yield f"- {unit.name}: {_state(standing)}, {_when(standing, now)}"
    yield "Đề nghị các đơn vị hoàn thành đúng hạn./."
    for unit, standing in units:
        link = standing.terms.url
        where = f" Biểu: {link}" if link.startswith("https://") else ""
        yield ""
        yield (
            f"Kính gửi {unit.name}: biểu đăng ký “Dân vận khéo” {_state(standing)}, "
            f"{_when(standing, now)}. Đề nghị đơn vị hoàn thành.{where}"
        )


def for_phone(register: Register) -> Iterator[str]:
    """Yield a line for each unit that is missing: code, name, whom to ask for, number, status.

    Who filled the sheet in comes first, then the roster's contact; columns are set apart by tabs.
    """
    yield "\t".join(("Mã", "Đơn vị", "Người liên hệ", "Điện thoại", "Tình trạng", "Hạn"))
    for unit, standing in missing(register):
        cover = standing.registration.cover
        written = vietnamese.nfc(" ".join(cover.preparer.split()))
        number = " ".join(cover.phone.split())
        yield "\t".join((
            unit.code, unit.name, written or unit.contact, number or unit.phone,
            _state(standing), due_text(standing.deadline),
        ))  # fmt: skip


def _state(standing: Standing) -> str:
    blocking = f" ({count(standing.blocking)} lỗi)" if standing.blocking else ""
    shown = blocking if standing.status is Status.NEEDS_FIXING else ""
    return f"{STATUS_NAMES[standing.status].lower()}{shown}"


def _when(standing: Standing, now: datetime) -> str:
    deadline = standing.deadline
    if now >= deadline:
        return f"đã quá hạn {due_text(deadline)}"
    days = (last_day_of(deadline) - now.astimezone(deadline.tzinfo).date()).days
    left = f"còn {count(days)} ngày" if days else "hôm nay là ngày cuối"
    return f"hạn {due_text(deadline)}, {left}"
