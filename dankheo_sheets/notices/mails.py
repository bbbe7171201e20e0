"""The mails to units, in official Vietnamese: what each says by its occasion and their status.

Plain text and HTML carry the same words. What a unit typed stands in them as it typed it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import jinja2

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form import layout
from dankheo_sheets.notices import calendar
from dankheo_sheets.notices.feedback import FOR_COORDINATOR, LEVELS, finding_lines, sentence
from dankheo_sheets.notices.message import Attachment, Message
from dankheo_sheets.notices.schedule import Moment, Occasion, time_left
from dankheo_sheets.registration import Severity, Standing, Status
from dankheo_sheets.roster import Unit
from dankheo_sheets.vietnamese import count, deadline_text, due_text

MAX_FINDINGS = 20
"""Findings a mail lists, or entries; the rest stands in the unit's sheet."""
FOOTER = "-- \n"
"""What mail programs know the end of the text by (RFC 3676 §4.3)."""

_COVER = {field.key: field.label for field in layout.COVER}
_CONFIRM = f"ghi x vào ô “{_COVER['confirmed'].split(' (')[0]}”"


@dataclass(frozen=True)
class Letter:
    """What a mail says, before it is text or HTML."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()
    """A numbered list after the paragraphs."""
    rest: tuple[str, ...] = ()
    """Paragraphs after the list."""
    link: str = ""
    """Where the unit's sheet is, where that is an address on the web."""
    signature: tuple[str, ...] = ()
    footer: str = ""


def mail(
    campaign: Campaign,
    unit: Unit,
    standing: Standing,
    moment: Moment,
    now: datetime,
    *,
    to: Sequence[str] = (),
    files: Sequence[Attachment] = (),
) -> Message:
    """Return the mail for one unit on an occasion; `to` some of its addresses, or all of them.

    `files` are what a receipt comes with: the file that was taken, the form to be signed.
    """
    words = _WORDS[moment.occasion](_Case(campaign, unit, standing, now.astimezone(campaign.zone)))
    attachments = list(files)
    if moment.occasion in _BEFORE_THE_DEADLINE and now < standing.deadline:
        url = standing.terms.url
        event = calendar.deadline_event(campaign, unit, standing.deadline, url, stamp=now)
        attachments.append(Attachment(calendar.FILE, calendar.CONTENT_TYPE, event))
    to = tuple(to) or unit.emails
    name = message_id(campaign, unit.code, moment, standing, to)
    return message(words, to, name, attachments)


def message(
    words: Letter, to: Sequence[str], name: str, attachments: Sequence[Attachment] = ()
) -> Message:
    """Return the mail that says these words; `name` is its :attr:`Message.message_id`."""
    html = _html().render(letter=words)
    return Message(tuple(to), words.subject, _text(words), html, name, tuple(attachments))


def signature(campaign: Campaign) -> tuple[str, ...]:
    """Return who a mail is from, at its end."""
    return campaign.agency.receiving_unit, campaign.agency.name


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


@dataclass(frozen=True)
class _Case:
    campaign: Campaign
    unit: Unit
    standing: Standing
    now: datetime

    @property
    def deadline(self) -> str:
        return deadline_text(self.standing.deadline)

    @property
    def left(self) -> str:
        """See :func:`schedule.time_left`."""
        return time_left(self.standing.deadline, self.now)

    @property
    def is_over(self) -> bool:
        """Whether the unit can change nothing any more."""
        return self.standing.closed or self.now >= self.standing.deadline

    @property
    def returned(self) -> str:
        """Return "Biểu đăng ký của đơn vị được trả lại để sửa: thiếu địa chỉ."."""
        reason = sentence(self.standing.terms.return_reason)
        return f"Biểu đăng ký của đơn vị được trả lại để sửa: {reason}"

    @property
    def contact(self) -> str:
        """Return whom to ask for a sheet that is locked."""
        agency = self.campaign.agency
        return (
            f"Biểu đã khoá. Đề nghị đơn vị liên hệ {agency.receiving_unit} "
            f"({agency.receiving_email}) để được mở lại"
        )

    @property
    def minimum(self) -> str:
        least = self.campaign.minimum_entries
        return f"ít nhất {count(least)} mô hình, điển hình" if least else "các mô hình, điển hình"

    @property
    def ask(self) -> str:
        agency = self.campaign.agency
        return (
            f"Văn bản giấy có ký gửi về {agency.receiving_unit}; hỏi đáp: {agency.receiving_email}."
        )

    @property
    def place(self) -> tuple[str, ...]:
        """Where the sheet is, where it has no address on the web."""
        url = self.standing.terms.url
        if self.link or not url:
            return ()
        return (f"Biểu của đơn vị: tệp {url.replace(chr(92), '/').rsplit('/', 1)[-1]}.",)

    @property
    def link(self) -> str:
        url = self.standing.terms.url
        return url if url.startswith("https://") else ""

    def letter(
        self,
        subject: str,
        paragraphs: Sequence[str],
        items: Sequence[str] = (),
        rest: Sequence[str] = (),
    ) -> Letter:
        return Letter(
            subject=f"{subject} ({self.campaign.title})",
            greeting=f"Kính gửi: {self.unit.name}",
            paragraphs=tuple(paragraphs),
            items=tuple(items),
            rest=(*rest, *self.place, self.ask),
            link=self.link,
            signature=signature(self.campaign),
            footer="Thư do chương trình gửi tự động; thư trả lời đến "
            f"{self.campaign.agency.receiving_email}.",
        )

    def findings(self) -> tuple[list[str], list[str]]:
        """Return the findings in words, and a sentence where there are more than are listed."""
        if self.standing.status is Status.UNTOUCHED:
            return [], []
        lines = [
            line
            for line in finding_lines(self.standing, without={"confirmation", *FOR_COORDINATOR})
            if line.level != LEVELS[Severity.NOTE]
        ]
        aside = {LEVELS[Severity.WARN]: " (nên xem, không bắt buộc)"}
        items = [
            f"{line.cell}: {line.message}{aside.get(line.level, '')}"
            for line in lines[:MAX_FINDINGS]
        ]
        more = len(lines) - len(items)
        rest = f"Còn {count(more)} nội dung nữa, xem trang “{layout.TAB_FEEDBACK}” của biểu."
        return items, [rest] if more else []


def _opening(case: _Case) -> Letter:
    plan, agency = case.campaign.plan, case.campaign.agency
    return case.letter(
        f"Biểu đăng ký của {case.unit.name}, hạn gửi {due_text(case.standing.deadline)}",
        (
            f"Thực hiện Kế hoạch số {plan.number} ngày {vietnamese.short_date(plan.date)} của "
            f"{plan.issuer} về việc {plan.subject}, {agency.name} gửi đơn vị biểu đăng ký thực "
            "hiện mô hình, điển hình.",
            f"Đề nghị đơn vị ghi {case.minimum} vào biểu rồi {_CONFIRM}, {case.deadline}; "
            f"{case.left}. Cột “{layout.CHECK_HEADER}” trong biểu cho biết ngay còn thiếu gì.",
        ),
    )


def _reminder(case: _Case) -> Letter:
    items, more = case.findings()
    return case.letter(
        f"Nhắc gửi biểu đăng ký: {case.left}, hạn {due_text(case.standing.deadline)}",
        (
            f"Hạn gửi biểu của đơn vị: {case.deadline}; {case.left}.",
            *_state(case),
            _introduction(case, items),
        ),
        items,
        more,
    )


def _moved(case: _Case) -> Letter:
    items, more = case.findings()
    return case.letter(
        f"Hạn gửi biểu đăng ký nay là {due_text(case.standing.deadline)}",
        (
            f"Hạn gửi biểu của đơn vị đã thay đổi, nay là {case.deadline}; {case.left}.",
            *_state(case),
            _introduction(case, items),
        ),
        items,
        more,
    )


def _after(case: _Case) -> Letter:
    items, more = case.findings()
    entries = case.standing.registration.entries
    opened = f"{case.contact}{'' if entries else ', hoặc nêu lý do không đăng ký'}."
    still = "Đề nghị đơn vị hoàn thành ngay; biểu sẽ được khoá."
    return case.letter(
        f"Quá hạn gửi biểu đăng ký ({due_text(case.standing.deadline)})",
        (
            f"Đã hết hạn {due_text(case.standing.deadline)} mà đơn vị chưa hoàn thành đăng ký. "
            + (opened if case.standing.closed else still),
            *_state(case)[:1],
            _LIST if items else "",
        ),
        items,
        more,
    )


def _return(case: _Case) -> Letter:
    items, more = case.findings()
    due = due_text(case.standing.deadline)
    if case.is_over:  # returned late in the evening, written to in the morning
        done = case.contact if case.standing.closed else "Biểu sẽ được khoá"
        subject, ask = "Trả lại biểu đăng ký để sửa", f"Đã hết hạn {due}. {done}."
    else:
        subject = f"Trả lại biểu đăng ký để sửa, hạn {due}"
        ask = f"Đề nghị đơn vị sửa ngay trong biểu rồi {_CONFIRM}, {case.deadline}."
    return case.letter(
        subject,
        (case.returned, ask, _introduction(case, items)),
        items,
        more,
    )


def _receipt(case: _Case) -> Letter:
    standing, zone = case.standing, case.campaign.zone
    snapshot = standing.snapshot
    assert snapshot is not None  # nothing else is received
    changed = vietnamese.moment(snapshot.modified_at.astimezone(zone))
    entries, counted = len(standing.registration.entries), len(standing.counted)
    late = ", sau hạn" if standing.late else ""
    taken = f"Đơn vị sửa lần cuối lúc {changed}{late}. Mã kiểm tra (SHA-256): {snapshot.sha256}."
    if standing.status is Status.NONE_REGISTERED:
        reason = sentence(_one_line(standing.registration.cover.nil_reason))
        said = f"Đơn vị không đăng ký, lý do: {reason}"
    else:
        said = f"Số mô hình, điển hình: {count(entries)}; được tính: {count(counted)}."
    names = [_one_line(entry.name) for entry in standing.counted]
    more = counted - MAX_FINDINGS
    return case.letter(
        f"Đã nhận biểu đăng ký của {case.unit.name}",
        (
            f"{case.campaign.agency.name} đã nhận và chốt biểu đăng ký của đơn vị.",
            said,
            taken,
            "Các mô hình, điển hình được tính:" if names else "",
        ),
        names[:MAX_FINDINGS],
        [
            *([f"… và {count(more)} mô hình, điển hình khác."] if more > 0 else []),
            "Tệp .xlsx gửi kèm là đúng bản đã nhận; tệp .docx là biểu ấy theo mẫu giấy, để in, ký. "
            "Biểu đã khoá, đơn vị vẫn xem được.",
        ],
    )


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


_LIST = "Nội dung còn phải xử lý:"
_LISTS = dict.fromkeys((Status.READY, Status.RETURNED), "Nội dung thấy thêm khi kiểm tra:")


def _introduction(case: _Case, items: Sequence[str]) -> str:
    """Return what leads to the list of findings, where nothing before it does."""
    return _LISTS.get(case.standing.status, "") if items else ""


def _state(case: _Case) -> tuple[str, str]:
    """Return how far the unit got, and what it is asked to do."""
    standing = case.standing
    blocking = count(standing.blocking)
    begin = f"Đề nghị đơn vị mở biểu, ghi {case.minimum} rồi {_CONFIRM}"
    nil = f"Không đăng ký thì ghi lý do vào ô “{_COVER['nil_reason']}”."
    return {
        Status.UNTOUCHED: ("Biểu của đơn vị chưa ghi nội dung nào.", f"{begin}. {nil}"),
        Status.DRAFTING: (
            "Biểu của đơn vị đang ghi, chưa xong.",
            f"Đề nghị đơn vị ghi tiếp, xử lý các nội dung dưới đây rồi {_CONFIRM}.",
        ),
        Status.NEEDS_FIXING: (
            f"Biểu của đơn vị còn {blocking} nội dung phải sửa nên chưa được tính là đã gửi.",
            "Đề nghị đơn vị xử lý các nội dung dưới đây.",
        ),
        Status.READY: (
            "Biểu của đơn vị đã đủ nội dung, chỉ còn chờ xác nhận.",
            f"Đề nghị đơn vị {_CONFIRM}.",
        ),
        Status.RETURNED: (
            case.returned,
            f"Đề nghị đơn vị sửa ngay trong biểu rồi {_CONFIRM}.",
        ),
    }.get(standing.status, ("", ""))


# --- text and HTML --------------------------------------------------------------------------


def _text(letter: Letter) -> str:
    parts = [letter.greeting, *filter(None, letter.paragraphs)]
    if letter.items:
        parts.append("\n".join(f"{n}. {item}" for n, item in enumerate(letter.items, 1)))
    if letter.link:
        parts.append(f"Biểu của đơn vị: {letter.link}")
    parts += [
        *letter.rest,
        "Trân trọng./.",
        "\n".join(letter.signature),
        f"{FOOTER}{letter.footer}",
    ]
    return vietnamese.clean("\n\n".join(parts)) + "\n"


@cache
def _html() -> jinja2.Template:
    loader = jinja2.PackageLoader("dankheo_sheets.notices", ".")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["clean"] = vietnamese.clean
    return environment.get_template("mail.html.j2")
