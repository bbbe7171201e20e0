"""Short texts for those who read no mail: to paste into a chat, and whom to call."""

from collections.abc import Iterator
from datetime import datetime

from dankheo_sheets import vietnamese
from dankheo_sheets.notices.schedule import time_left
from dankheo_sheets.register import Register
from dankheo_sheets.registration import FINISHED, Standing, Status
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.status_words import WORDS
from dankheo_sheets.vietnamese import count, due_text


def missing(register: Register) -> list[tuple[Unit, Standing]]:
    """Return the units that are still to be reminded, in protocol order."""
    pairs = ((unit, register.standings[unit.code]) for unit in register.units)
    return [(unit, standing) for unit, standing in pairs if standing.status not in FINISHED]


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
        yield f"- {unit.name}: {_state(standing, register)}, {_when(standing, now)}"
    if all(_is_over(standing, now) for _, standing in units):
        yield f"Đề nghị các đơn vị liên hệ {_whom(register)}./."
    else:
        yield "Đề nghị các đơn vị hoàn thành đúng hạn./."
    for unit, standing in units:
        if standing.status in (Status.NOT_PROVISIONED, Status.LOST):
            continue  # there is nothing that it could do
        link = standing.terms.link
        where = f" Biểu: {link}" if link else ""
        over = _is_over(standing, now)
        ask = f"liên hệ {_whom(register)}" if over else "hoàn thành đúng hạn"
        yield ""
        yield (
            f"Kính gửi {unit.name}: biểu đăng ký “Dân vận khéo” của đơn vị "
            f"{_state(standing, register)}, "
            f"{_when(standing, now)}. Đề nghị đơn vị {ask}.{where}"
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
        state = WORDS[standing.status].name.lower()
        if standing.status is Status.NEEDS_FIXING:
            state = f"{state} ({count(standing.blocking)} lỗi)"
        yield "\t".join((
            unit.code, unit.name, written or unit.contact, number or unit.phone,
            state, due_text(standing.deadline),
        ))  # fmt: skip


def _state(standing: Standing, register: Register) -> str:
    """Return how far a unit got, as the rest of a sentence about its sheet."""
    action = register.campaign.form.phrases.action
    chat = WORDS[standing.status].chat.format(action=action)
    return chat or f"còn {count(standing.blocking)} nội dung phải sửa"


def _when(standing: Standing, now: datetime) -> str:
    deadline = standing.deadline
    if _is_over(standing, now):
        return f"đã hết hạn ({due_text(deadline)})"
    left = time_left(deadline, now)
    return f"hạn {due_text(deadline)}, {left}"


def _is_over(standing: Standing, now: datetime) -> bool:
    return standing.closed or now >= standing.deadline


def _whom(register: Register) -> str:
    agency = register.campaign.agency
    return f"{agency.receiving_unit} ({agency.receiving_email}) để được mở lại biểu"
