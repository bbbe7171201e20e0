"""The report's words: what it says of a register, in administrative prose.

Counts below ten have a leading zero (“39 tập thể, 08 cá nhân”); every figure is the register's.
"""

from collections.abc import Iterator

from dankheo_sheets import unlisted_fields, vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.documents import LastYear
from dankheo_sheets.outputs.word.words import all_units, due, letter_subject, lower_first, plan
from dankheo_sheets.register import FIGURES, STATUS_NAMES, Register, reception
from dankheo_sheets.registration import RECEIVED, Standing, Status
from dankheo_sheets.vietnamese import count, document_number, due_text, short_date

REPORT, PROPOSAL = "báo cáo", "tờ trình"
_ABBREVIATIONS = {REPORT: "BC", PROPOSAL: "TTr"}
"""Phụ lục III, I."""
_BLANK = "\u00a0" * 6
"""Where the clerk writes a number; a justified line does not stretch it."""


def subject(campaign: Campaign) -> str:
    """Return what the document is about, as it stands below its kind."""
    if campaign.report.subject:
        return campaign.report.subject
    lead = "Kết quả" if campaign.report.kind == REPORT else "Về việc"
    return f"{lead} {lower_first(campaign.title)}"


def symbol(campaign: Campaign) -> str:
    """Return the document's symbol: “BC-SKHCN”, by its kind and the letter's symbol."""
    agency = campaign.letter.symbol.partition("-")[0]
    return campaign.report.symbol or f"{_ABBREVIATIONS[campaign.report.kind]}-{agency}"


def grounds(campaign: Campaign) -> tuple[str, ...]:
    """Return what a proposal is based on (II.6.a)."""
    return (f"Căn cứ {plan(campaign)}", f"Căn cứ kết quả đăng ký của {all_units(campaign)}")


def opening(campaign: Campaign) -> str:
    """Return the first paragraph: basis, who tells whom, and what."""
    agency, about = campaign.agency.name, lower_first(campaign.title)
    if campaign.report.kind == PROPOSAL:
        return (
            f"{agency} kính trình {campaign.authority.name} kết quả {about} của "
            f"{all_units(campaign)}, cụ thể như sau:"
        )
    return f"Thực hiện {plan(campaign)}, {agency} báo cáo kết quả {about} như sau:"


def closing(campaign: Campaign) -> str:
    """Return the last paragraph, with the mark of the end."""
    agency, authority = campaign.agency.name, campaign.authority.name
    if campaign.report.kind == PROPOSAL:
        return f"{agency} kính trình {authority} xem xét, quyết định./."
    about = lower_first(campaign.title)
    return f"Trên đây là kết quả {about}, {agency} báo cáo {authority}./."


def asked(campaign: Campaign) -> str:
    """Return what was asked of the units, by which letter, before when."""
    letter, least = campaign.letter, campaign.minimum_entries
    number = document_number(letter.number) or _BLANK
    demand = (
        f"yêu cầu mỗi phòng, đơn vị đăng ký ít nhất {count(least)} mô hình, điển hình"
        if least
        else "đề nghị các phòng, đơn vị đăng ký theo điều kiện thực tế"
    )
    return (
        f"{letter.issuer} đã ban hành Công văn số {number}/{letter.symbol} ngày "
        f"{short_date(letter.date)} về việc {letter_subject(campaign)}; "
        f"{demand}, {''.join(due(campaign))}."
    )


def received(register: Register) -> str:
    """Return how many units handed in, in time, late, how many are missing."""
    counts = {key: count(number) for key, number in register.completeness.items()}
    when = f"Tính đến {vietnamese.moment(register.as_of)}," if register.as_of else "Đến nay,"
    text = (
        f"{when} có {counts['received']}/{counts['expected']} đơn vị đã gửi đăng ký (đạt "
        f"{vietnamese.percent(register.rate)}), trong đó {counts['on_time']} đơn vị đúng hạn, "
        f"{counts['late']} đơn vị muộn hạn; còn {counts['missing']} đơn vị chưa hoàn thành."
    )
    statuses = [standing.status for standing in register.standings.values()]
    if none := statuses.count(Status.NONE_REGISTERED):
        text += f" Trong số đã gửi, {count(none)} đơn vị không đăng ký, có nêu lý do."
    if register.completeness["excluded"]:
        text += f" Không tính {counts['excluded']} đơn vị được loại trừ."
    return text


def totals(register: Register) -> str:
    """Return the five figures in a sentence."""
    counts = {key: count(number) for key, number in register.totals.items()}
    return (
        f"Tổng số {counts['total']} mô hình, điển hình: {counts['collective']} tập thể, "
        f"{counts['individual']} cá nhân; {counts['new']} xây dựng mới, {counts['replicated']} "
        "nhân rộng"
    )


def others(register: Register) -> str:
    """Return which fields were written that are not in the list; "" where all are."""
    listing = unlisted_fields.listing(register)
    if not listing:
        return ""
    return (
        f"Các lĩnh vực đơn vị ghi ngoài danh sách được tính vào “{register.fields.other}”: "
        f"{listing}."
    )


# --- last year ------------------------------------------------------------------------------


def compared(register: Register, before: LastYear) -> str:
    """Return how the total changed since last year."""
    now, then = register.totals["total"], before.total
    last = f"năm {register.campaign.year - 1} ({count(then)} mô hình, điển hình)"
    if now == then:
        return f"Số đăng ký bằng {last}."
    share = f" ({_percent(abs(now - then), then)})" if then else ""
    word = "tăng" if now > then else "giảm"
    return f"So với {last}, số đăng ký {word} {count(abs(now - then))}{share}."


def comparison(register: Register, before: LastYear) -> Iterator[tuple[str, int, int, str]]:
    """Yield (title, last year, now, the difference with its sign) of each figure that is known."""
    for key, title in FIGURES.items():
        then, now = getattr(before, key), register.totals[key]
        if then is not None:
            yield title, then, now, f"{now - then:+d}".replace("-", "−") if now != then else "0"


def _percent(part: int, whole: int) -> str:
    """Return "37,5%"."""
    return f"{100 * part / whole:.1f}".removesuffix(".0").replace(".", ",") + "%"


# --- units to be told of --------------------------------------------------------------------


def noteworthy(register: Register) -> Iterator[tuple[str, str, str]]:
    """Yield (unit, where it stands, why) of each unit that is not simply done in time."""
    for unit in register.units:
        standing = register.standings[unit.code]
        special = standing.terms.extended or standing.terms.received_at
        if standing.status is not Status.SUBMITTED or special:
            yield unit.name, STATUS_NAMES[standing.status], _remark(standing)


_LACKS = {
    Status.NOT_PROVISIONED: "chưa được phát biểu",
    Status.UNTOUCHED: "chưa ghi nội dung nào",
    Status.DRAFTING: "chưa xác nhận đã hoàn thành",
    Status.READY: "nội dung đạt, chưa xác nhận đã hoàn thành",
    Status.LOST: "biểu đã phát, nay không còn",
}
_MENDING = {Status.DRAFTING, Status.NEEDS_FIXING}


def _remark(standing: Standing) -> str:
    """Return why a unit is not done, what counts of it all the same, whether it had more time."""
    terms, counted, status = standing.terms, len(standing.counted), standing.status
    changed = standing.snapshot and standing.snapshot.modified_at.astimezone(
        standing.deadline.tzinfo
    )
    late, faults = standing.late and status in RECEIVED, standing.blocking
    parts = [
        terms.excluded,
        f"trả lại: {terms.return_reason}" if status is Status.RETURNED else "",
        standing.registration.cover.nil_reason if status is Status.NONE_REGISTERED else "",
        f"gửi lúc {vietnamese.moment(changed)}" if late and changed else "",
        f"nhận lúc {reception(standing)}" if terms.received_at and status in RECEIVED else "",
        _LACKS.get(status, ""),
        f"còn {count(faults)} nội dung phải sửa" if faults and status in _MENDING else "",
        f"{count(counted)} mô hình được tính" if counted else "",
        f"được gia hạn {due_text(standing.deadline)}" if terms.extended else "",
    ]
    text = "; ".join(part.strip() for part in parts if part.strip())
    return vietnamese.nfc(text[:1].upper() + text[1:])
