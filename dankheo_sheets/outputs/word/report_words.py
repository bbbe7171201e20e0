"""The report's words: what it says of a register, in administrative prose.

Counts below ten have a leading zero (“39 tập thể, 08 cá nhân”); every figure is the register's.
"""

from collections.abc import Iterator, Sequence

from dankheo_sheets import unlisted_fields, vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.campaign.document_settings import LastYear
from dankheo_sheets.outputs.word.phrases import all_units, authorities, due, letter_subject, plan
from dankheo_sheets.register import FIGURES, Register, percentage, reception
from dankheo_sheets.registration import FINISHED, RECEIVED, Standing, Status
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.status_words import WORDS
from dankheo_sheets.vietnamese import (
    count,
    document_number,
    dotted,
    listed,
    lower_first,
    percent,
    short_date,
    until_text,
    upper_first,
)

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
            f"{agency} kính trình {listed(authorities(campaign))} kết quả {about} của "
            f"{all_units(campaign)}, cụ thể như sau:"
        )
    return f"Thực hiện {plan(campaign)}, {agency} báo cáo kết quả {about} như sau:"


def closing(campaign: Campaign) -> str:
    """Return the last paragraph, with the mark of the end."""
    agency, authority = campaign.agency.name, listed(authorities(campaign))
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
    numbers = register.completeness
    done, expected = numbers["received"], numbers["expected"]
    counts = {key: count(number) for key, number in numbers.items()}
    when = f"Tính {until_text(register.as_of)}" if register.as_of else "Đến nay"
    if not done:
        of = f" trong {counts['expected']} đơn vị" if expected > 1 else ""
        text = f"{when}, chưa có đơn vị nào{of} gửi đăng ký."
    else:
        missing = f"; còn {counts['missing']} đơn vị chưa hoàn thành" if numbers["missing"] else ""
        text = (
            f"{when}, có {counts['received']}/{counts['expected']} đơn vị đã gửi đăng ký (đạt "
            f"{percent(register.rate)}), {_in_time(register)}{missing}."
        )
    statuses = [standing.status for standing in register.standings.values()]
    if none := statuses.count(Status.NONE_REGISTERED):
        text += f" Trong số đã gửi, {count(none)} đơn vị không đăng ký, có nêu lý do."
    if numbers["excluded"]:
        text += f" Không tính {counts['excluded']} đơn vị không phải đăng ký."
    return text


def _in_time(register: Register) -> str:
    on_time, late = register.completeness["on_time"], register.completeness["late"]
    if on_time and late:
        return f"trong đó {count(on_time)} đơn vị đúng hạn, {count(late)} đơn vị muộn hạn"
    whole = "" if on_time + late == 1 else "đều "
    return f"{whole}{'muộn' if late else 'đúng'} hạn"


def totals(register: Register) -> str:
    """Return the five figures in a sentence; those of nothing are left out."""
    numbers = register.totals
    if not numbers["total"]:
        return "Đến nay chưa có mô hình, điển hình nào được đăng ký"
    halves = (
        ", ".join(f"{count(numbers[key])} {word}" for key, word in half if numbers[key])
        for half in (
            (("collective", "tập thể"), ("individual", "cá nhân")),
            (("new", "xây dựng mới"), ("replicated", "nhân rộng")),
        )
    )
    return f"Tổng số {count(numbers['total'])} mô hình, điển hình: {'; '.join(halves)}"


def others(register: Register) -> str:
    """Return which fields were written that are not in the list; "" where all are."""
    listing = unlisted_fields.listing(register)
    if not listing:
        return ""
    return (
        f"Các lĩnh vực đơn vị ghi ngoài danh sách được xếp vào “{register.fields.other}”: "
        f"{listing}."
    )


# --- last year ------------------------------------------------------------------------------


def compared(register: Register, before: LastYear) -> str:
    """Return how the total changed since last year."""
    now, then, year = register.totals["total"], before.total, register.campaign.year
    models = "mô hình, điển hình"
    if not then:
        if not now:
            return f"Năm {year - 1} cũng không có {models} nào."
        return f"Năm {year - 1} không có {models} nào; năm {year} tăng {count(now)} {models}."
    last = f"năm {year - 1} ({count(then)} {models})"
    if now == then:
        return f"Số đăng ký bằng {last}."
    share = percent(percentage(abs(now - then), then))
    word = "tăng" if now > then else "giảm"
    return f"So với {last}, {word} {count(abs(now - then))} {models} ({share})."


def comparison(register: Register) -> Iterator[Sequence[str]]:
    """Yield title, last year, now and the difference with its sign, of each figure known."""
    for key, title in FIGURES.items():
        then, now = getattr(register.campaign.report.last_year, key), register.totals[key]
        if then is not None:
            change = f"{now - then:+d}".replace("-", "−") if now != then else "0"
            yield title, dotted(then), dotted(now), change


# --- units to be told of --------------------------------------------------------------------

Line = tuple[str, ...]
"""A unit, where it stands unless that is plain, why."""


def unfinished(register: Register) -> list[Line]:
    """Return a line for each unit that is expected and not received, without where it stands."""
    return [
        (unit.name, _remark(standing))
        for unit, standing in _placed(register)
        if standing.status not in FINISHED
    ]


def noteworthy(register: Register) -> list[Line]:
    """Return a line for each other unit that is not simply done in time."""

    def special(standing: Standing) -> bool:
        terms = standing.terms
        plain = standing.status is Status.SUBMITTED and not (terms.extended or terms.received_at)
        return standing.status in FINISHED and not plain

    return [
        (unit.name, WORDS[standing.status].outside, _remark(standing))
        for unit, standing in _placed(register)
        if special(standing)
    ]


def _placed(register: Register) -> Iterator[tuple[Unit, Standing]]:
    return ((unit, register.standings[unit.code]) for unit in register.units)


def _remark(standing: Standing) -> str:
    """Return why a unit is not done, what counts of it all the same, whether it had more time."""
    terms, counted, status = standing.terms, len(standing.counted), standing.status
    changed = standing.snapshot and standing.snapshot.modified_at.astimezone(
        standing.deadline.tzinfo
    )
    parts = [
        terms.excluded,
        f"đề nghị bổ sung: {terms.return_reason}" if status is Status.RETURNED else "",
        standing.registration.cover.nil_reason if status is Status.NONE_REGISTERED else "",
        f"gửi lúc {_held(vietnamese.moment(changed))}"
        if standing.late and status in RECEIVED and changed else "",
        f"nhận lúc {_held(reception(standing))}"
        if terms.received_at and status in RECEIVED else "",
        WORDS[status].remark,
        f"đã tổng hợp {count(counted)} mô hình, điển hình"
        if counted and status not in FINISHED else "",
        f"được gia hạn {_held(until_text(standing.deadline))}" if terms.extended else "",
    ]  # fmt: skip
    text = "; ".join(part.strip() for part in parts if part.strip())
    return vietnamese.nfc(upper_first(text))


def _held(moment: str) -> str:
    """Return a moment whose date stays on the line of the word “ngày”."""
    return moment.replace("ngày ", "ngày\u00a0", 1)
