"""The mails to units, in official Vietnamese: what each says by its occasion and their status.

Plain text and HTML carry the same words. What a unit typed stands in them as it typed it.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form import layout
from dankheo_sheets.notices import calendar
from dankheo_sheets.notices.feedback import sentence
from dankheo_sheets.notices.message import Attachment, MailText, Message, message
from dankheo_sheets.notices.schedule import Moment, Occasion
from dankheo_sheets.notices.situation import MAX_LISTED, Situation
from dankheo_sheets.registration import Standing, Status
from dankheo_sheets.roster import Unit
from dankheo_sheets.vietnamese import count, due_text


def mail(
    campaign: Campaign,
    unit: Unit,
    standing: Standing,
    moment: Moment,
    now: datetime,
    *,
    to: Sequence[str] = (),
    files: Sequence[Attachment] = (),
    by_hand: bool = False,
) -> Message:
    """Return the mail for one unit on an occasion; `to` some of its addresses, or all of them.

    `files` go with it, and its words tell of them: with the opening the unit's workbook, with a
    receipt what was taken and the form to be signed. What is taken of a unit has ten megabytes at
    most (:mod:`dankheo_sheets.form.opening`), in a mail fifteen; few servers take less than twenty.
    `by_hand`: a person sends it, so it does not say that the program did.
    """
    attachments, names = list(files), tuple(file.name for file in files)
    case = Situation(
        campaign, unit, standing, now.astimezone(campaign.zone), names, by_hand
    )  # fmt: skip
    words = _WORDS[moment.occasion](case)
    if moment.occasion in _BEFORE_THE_DEADLINE and now < standing.deadline:
        url = standing.terms.url
        event = calendar.deadline_event(campaign, unit, standing.deadline, url, stamp=now)
        attachments.append(Attachment(calendar.FILE, calendar.CONTENT_TYPE, event))
    to = tuple(to) or unit.emails
    name = message_id(campaign, unit.code, moment, standing, to)
    return message(words, to, name, attachments)


def message_id(
    campaign: Campaign, unit: str, moment: Moment, standing: Standing, to: Sequence[str]
) -> str:
    """Return the same for the same mail, should it be sent again (RFC 5322 §3.6.4).

    With another deadline, or another sheet, it is another mail: what was sent before did not
    tell that one.
    """
    told = (moment.at.isoformat(), standing.deadline.isoformat(), standing.terms.url)
    parts = (campaign.id, unit, moment.occasion.value, *told, *sorted(to))
    return f"{campaign.id}.{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:24]}"


_BEFORE_THE_DEADLINE = frozenset(Occasion) - {Occasion.AFTER, Occasion.RECEIPT}


# --- what each occasion says ----------------------------------------------------------------


def _opening(case: Situation) -> MailText:
    plan, agency = case.campaign.plan, case.campaign.agency
    return case.mail(
        f"Biểu đăng ký của {case.unit.name}, hạn gửi {due_text(case.standing.deadline)}",
        (
            f"Thực hiện Kế hoạch số {plan.number} ngày {vietnamese.short_date(plan.date)} của "
            f"{plan.issuer} về việc {plan.subject}, {agency.name} gửi đơn vị biểu đăng ký thực "
            "hiện mô hình, điển hình.",
            f"Đề nghị đơn vị ghi {case.minimum} vào biểu rồi {case.confirm}, {case.deadline}; "
            f"{case.left}. Cột “{layout.CHECK_HEADER}” trong biểu cho biết ngay còn thiếu gì.",
        ),
    )


def _reminder(case: Situation) -> MailText:
    return case.with_findings(
        f"Nhắc gửi biểu đăng ký: {case.left}, hạn {due_text(case.standing.deadline)}",
        (f"Hạn gửi biểu của đơn vị: {case.deadline}; {case.left}.", *_state(case)),
    )


def _moved(case: Situation) -> MailText:
    return case.with_findings(
        f"Hạn gửi biểu đăng ký nay là {due_text(case.standing.deadline)}",
        (
            f"Hạn gửi biểu của đơn vị đã thay đổi, nay là {case.deadline}; {case.left}.",
            *_state(case),
        ),
    )


def _after(case: Situation) -> MailText:
    entries = case.standing.registration.entries
    opened = f"{case.contact}{'' if entries else ', hoặc nêu lý do không đăng ký'}."
    still = "Đề nghị đơn vị hoàn thành ngay; biểu sẽ được khoá."
    return case.with_findings(
        f"Đã hết hạn gửi biểu đăng ký: {due_text(case.standing.deadline)}",
        (
            f"{case.over} Đơn vị chưa hoàn thành đăng ký. "
            + (opened if case.standing.closed else still),
            *_state(case)[:1],
        ),
        introduction="Nội dung còn phải xử lý:",
    )


def _return(case: Situation) -> MailText:
    if case.is_over:  # returned late in the evening, written to in the morning
        done = case.contact if case.standing.closed else "Biểu sẽ được khoá"
        about, ask = "Trả lại biểu đăng ký để sửa", f"{case.over} {done}."
    else:
        about = f"Trả lại biểu đăng ký để sửa, hạn {due_text(case.standing.deadline)}"
        ask = f"Đề nghị đơn vị sửa ngay trong biểu rồi {case.confirm}, {case.deadline}."
    return case.with_findings(about, (case.returned, ask))


def _receipt(case: Situation) -> MailText:
    """Return what a unit is told once what counts was taken; the checksum in small print."""
    standing, zone = case.standing, case.campaign.zone
    snapshot = standing.snapshot
    assert snapshot is not None  # nothing else is received
    changed = vietnamese.moment(snapshot.modified_at.astimezone(zone))
    in_time = "sau hạn" if standing.late else "đúng hạn"
    names = [_one_line(entry[case.form.names_a_row]) for entry in standing.counted]
    more = len(names) - MAX_LISTED
    return case.mail(
        f"Đã nhận biểu đăng ký của {case.unit.name}",
        (
            f"{case.campaign.agency.name} đã nhận và chốt biểu đăng ký của đơn vị, ghi lần cuối "
            f"lúc {changed}, {in_time}.",
            _taken(standing),
        ),
        names[:MAX_LISTED],
        [
            *([f"… và {count(more)} mô hình, điển hình khác."] if more > 0 else []),
            *([f"Gửi kèm: {_copies(case)}."] if case.files else []),
            "Biểu đã chốt, đơn vị sửa thêm thì không được tính nữa.",
        ],
        [f"Mã kiểm tra (SHA-256) của tệp đã nhận: {snapshot.sha256}"],
    )


def _taken(standing: Standing) -> str:
    """Return what a unit handed in, as one tells it to people."""
    if standing.status is Status.NONE_REGISTERED:
        reason = sentence(_one_line(standing.registration.cover.nil_reason))
        return f"Đơn vị không đăng ký, lý do: {reason}"
    entries, counted = len(standing.registration.entries), len(standing.counted)
    if not entries:
        return "Đơn vị không ghi mô hình, điển hình nào."
    of_them = f", trong đó {count(counted)} được tính"
    if counted == entries:
        of_them = ", đều được tính" if counted > 1 else " và được tính"
    return f"Đơn vị đăng ký {count(entries)} mô hình, điển hình{of_them}{':' if counted else '.'}"


_COPIES = {"xlsx": "đúng bản đã nhận", "docx": "biểu ấy theo mẫu giấy, để in, ký"}
"""What the files are that come with a receipt."""


def _copies(case: Situation) -> str:
    return "; ".join(f"tệp {name} là {_COPIES[name.rpartition('.')[2]]}" for name in case.files)


def _one_line(text: str) -> str:
    return vietnamese.nfc(" ".join(text.split()))


_WORDS = {
    Occasion.OPENING: _opening,
    Occasion.MIDWAY: _reminder,
    Occasion.BEFORE: _reminder,
    Occasion.LAST_DAY: _reminder,
    Occasion.MOVED: _moved,
    Occasion.AFTER: _after,
    Occasion.RECEIPT: _receipt,
    Occasion.RETURN: _return,
}


def _state(case: Situation) -> tuple[str, str]:
    """Return how far the unit got, and what it is asked to do."""
    standing = case.standing
    blocking = count(standing.blocking)
    begin = f"Đề nghị đơn vị mở biểu, ghi {case.minimum} rồi {case.confirm}"
    nil = f"Không đăng ký thì ghi lý do vào ô “{case.nil_label}”."
    return {
        Status.UNTOUCHED: ("Biểu của đơn vị chưa ghi nội dung nào.", f"{begin}. {nil}"),
        Status.DRAFTING: (
            "Biểu của đơn vị đang ghi, chưa xong.",
            f"Đề nghị đơn vị ghi tiếp, xử lý các nội dung dưới đây rồi {case.confirm}.",
        ),
        Status.NEEDS_FIXING: (
            f"Biểu của đơn vị còn {blocking} nội dung phải sửa nên chưa được tính là đã gửi.",
            "Đề nghị đơn vị xử lý các nội dung dưới đây.",
        ),
        Status.READY: (
            "Biểu của đơn vị đã đủ nội dung, chỉ còn chờ xác nhận.",
            f"Đề nghị đơn vị {case.confirm}.",
        ),
        Status.RETURNED: (
            case.returned,
            f"Đề nghị đơn vị sửa ngay trong biểu rồi {case.confirm}.",
        ),
    }.get(standing.status, ("", ""))
