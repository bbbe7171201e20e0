"""One unit on one occasion, and the phrases that the mails to it are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import Form
from dankheo_sheets.notices.feedback import FOR_COORDINATOR, LEVELS, finding_lines, sentence
from dankheo_sheets.notices.message import MailText
from dankheo_sheets.notices.schedule import time_left
from dankheo_sheets.registration import Severity, Standing, Status
from dankheo_sheets.roster import Unit
from dankheo_sheets.vietnamese import count, deadline_text, due_text

MAX_LISTED = 20
"""Findings a mail lists, or entries; the rest stands in the unit's sheet."""


@dataclass(frozen=True)
class Situation:
    """Who is written to, how far they got, at what time, with which files."""

    campaign: Campaign
    unit: Unit
    standing: Standing
    now: datetime
    files: tuple[str, ...] = ()
    """Names of what goes with the mail."""
    by_hand: bool = False
    """A person sends it."""

    @cached_property
    def form(self) -> Form:
        """What the unit fills in."""
        return Form(self.campaign)

    @property
    def confirm(self) -> str:
        """Return "ghi x vào ô “Đã hoàn thành đăng ký”"."""
        return f"ghi x vào ô “Đã hoàn thành {self.campaign.form.phrases.action}”"

    @property
    def nil_label(self) -> str:
        """Return what the cell is called that takes why a unit has nothing."""
        return next(field.label for field in self.form.cover if field.key == "nil_reason")

    @property
    def deadline(self) -> str:
        """See :func:`~dankheo_sheets.vietnamese.deadline_text`."""
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
    def over(self) -> str:
        """Return "Đã hết hạn gửi biểu: trước ngày 12/4/2022."."""
        return f"Đã hết hạn gửi biểu: {due_text(self.standing.deadline)}."

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
        """Return how much is asked for."""
        least = self.campaign.minimum_entries
        return f"ít nhất {count(least)} mô hình, điển hình" if least else "các mô hình, điển hình"

    @property
    def ask(self) -> str:
        """Return where paper and questions go."""
        agency = self.campaign.agency
        return (
            f"Văn bản giấy có ký gửi về {agency.receiving_unit}; hỏi đáp: {agency.receiving_email}."
        )

    @property
    def place(self) -> tuple[str, ...]:
        """Return which file the sheet is, where it is one, and how it comes back to us."""
        file, address = self.standing.terms.file, self.campaign.agency.receiving_email
        if not file or self.standing.closed:
            return ()
        attached = file in self.files
        again = "không tìm thấy tệp thì trả lời thư này để được gửi lại"
        where = "gửi kèm thư này" if attached else f"mà đơn vị đã nhận; {again}"
        return (
            f"Biểu của đơn vị là tệp {file} {where}. Ghi xong, đề nghị đơn vị lưu tệp, giữ nguyên "
            f"tên tệp, rồi gửi lại: trả lời thư này, kèm tệp ấy (thư đến {address}).",
        )

    def mail(
        self,
        about: str,
        paragraphs: Sequence[str],
        items: Sequence[str] = (),
        rest: Sequence[str] = (),
        small: Sequence[str] = (),
    ) -> MailText:
        """Return the mail about something, with what every mail has."""
        automatic = "Thư do chương trình gửi tự động; thư trả lời đến"
        how = "Thư trả lời xin gửi đến" if self.by_hand else automatic
        return MailText(
            self.campaign,
            about,
            greeting=f"Kính gửi: {self.unit.name}",
            paragraphs=tuple(paragraphs),
            items=tuple(items),
            rest=(*rest, *self.place, self.ask),
            link=self.standing.terms.link,
            footer=(f"{how} {self.campaign.agency.receiving_email}.", *small),
        )

    def with_findings(
        self, about: str, paragraphs: Sequence[str], introduction: str | None = None
    ) -> MailText:
        """Return the mail that lists the findings in words, of more than it lists how many.

        `introduction` leads to the list, in place of what does by the unit's status.
        """
        untouched = self.standing.status is Status.UNTOUCHED
        lines = [
            line
            for line in finding_lines(
                self.standing, self.form, without={"confirmation", *FOR_COORDINATOR}
            )
            if line.level != LEVELS[Severity.NOTE] and not untouched
        ]
        aside = {LEVELS[Severity.WARN]: " (nên xem, không bắt buộc)"}
        items = [
            f"{line.cell}: {line.message}{aside.get(line.level, '')}" for line in lines[:MAX_LISTED]
        ]
        if introduction is None:
            introduction = _LISTS.get(self.standing.status, "")
        more = len(lines) - len(items)
        rest = f"Còn {count(more)} nội dung nữa, xem trang “{layout.TAB_FEEDBACK}” của biểu."
        paragraphs = [*paragraphs, introduction] if items else paragraphs
        return self.mail(about, paragraphs, items, [rest] if more else [])


_LISTS = dict.fromkeys((Status.READY, Status.RETURNED), "Nội dung thấy thêm khi kiểm tra:")
"""What leads to the list of findings, where nothing before it does."""
