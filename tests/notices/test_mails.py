"""What the mails say, by occasion and status; and that the right ones go out, once."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.errors import SheetBusy
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.opening import MAX_BYTES
from dankheo_sheets.notices import mails
from dankheo_sheets.notices.message import Attachment, Message
from dankheo_sheets.notices.mime import draft
from dankheo_sheets.notices.schedule import Moment, Occasion
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.registration import (
    EMPTY_COVER,
    EVERYBODY,
    CellRef,
    Cover,
    Finding,
    Registration,
    Scope,
    Severity,
    Snapshot,
    Standing,
    Status,
    Terms,
)
from dankheo_sheets.roster import Unit
from dankheo_sheets.steps.demo import fill
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import Run, run
from dankheo_sheets.workspace.base import LATER, Sheet
from dankheo_sheets.workspace.folder import FolderWorkspace
from tests.conftest import EXAMPLE
from tests.form_2022 import entry
from tests.steps.conftest import COVER, ENTRY, at

DEADLINE = at("12 00:00")
UNIT = Unit("TDC", "Chi cục Tiêu chuẩn", emails=("tdc@so-khcn.example",))
LINK = "https://docs.google.com/spreadsheets/d/abc"
TAIL = (
    "Văn bản giấy có ký gửi về Phòng Hành chính - Tổng hợp; hỏi đáp: "
    "tong-hop@so-khcn.example.\n\nTrân trọng./.\n\nPhòng Hành chính - Tổng hợp\n"
    "Sở Khoa học và Công nghệ\n\n-- \n"
    "Thư do chương trình gửi tự động; thư trả lời đến tong-hop@so-khcn.example.\n"
)
TITLE = " – Đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2022"
NO_PLACE = Finding(
    "place-missing", Severity.BLOCK, Scope.ENTRY, "Thiếu địa chỉ.", CellRef("Đăng ký", 10, "E")
)
SHORT = Finding(
    "content-short", Severity.WARN, Scope.ENTRY, "Nội dung quá ngắn.", CellRef("Đăng ký", 10, "F")
)
UNCONFIRMED = Finding("confirmation", Severity.BLOCK, Scope.UNIT, "Chưa ghi x.")
SNAPSHOT = Snapshot("TDC", "ab" * 32, "1", at("06 09:00"), at("06 10:00"), 9, 1)
RETURNED = Terms(returned_at=at("06 11:00"), return_reason="địa chỉ chưa cụ thể")


def stand(
    status: Status,
    *findings: Finding,
    entries: int = 1,
    closed: bool = False,
    deadline: datetime = DEADLINE,
    terms: Terms = EVERYBODY,
    cover: Cover = EMPTY_COVER,
    late: bool = False,
) -> Standing:
    rows = tuple(entry(10 + n, name=f"Mô hình {n + 1}") for n in range(entries))
    return Standing(
        "TDC", status, deadline, Registration("TDC", rows, cover), findings, SNAPSHOT, late,
        closed, terms,
    )  # fmt: skip


def mail(
    campaign: Campaign,
    occasion: Occasion,
    standing: Standing,
    when: str | datetime = "08 08:10",
    unit: Unit = UNIT,
    files: Sequence[Attachment] = (),
) -> Message:
    now = at(when) if isinstance(when, str) else when
    moment = Moment(at("08 08:00"), occasion)
    return mails.mail(campaign, unit, standing, moment, now, files=files)


def middle(message: Message, small: str = "") -> str:
    """Return what stands between the greeting and what every mail ends with."""
    greeting, _, rest = message.text.partition("\n\n")
    assert greeting.startswith("Kính gửi: ")
    assert rest.endswith(TAIL + small)
    return rest.removesuffix(TAIL + small).strip()


# --- by status ------------------------------------------------------------------------------

HEAD = "Hạn gửi biểu của đơn vị: trước ngày 12/4/2022 (chậm nhất hết ngày 11/4/2022); còn 03 ngày."
CONFIRM = "ghi x vào ô “Đã hoàn thành đăng ký”"


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (
            stand(Status.UNTOUCHED, NO_PLACE, entries=0),
            "Biểu của đơn vị chưa ghi nội dung nào.\n\nĐề nghị đơn vị mở biểu, ghi ít nhất 01 mô "
            f"hình, điển hình rồi {CONFIRM}. Không đăng ký thì ghi lý do vào ô “Lý do nếu không "
            "đăng ký”.",
        ),
        (
            stand(Status.DRAFTING, NO_PLACE, UNCONFIRMED),
            "Biểu của đơn vị đang ghi, chưa xong.\n\nĐề nghị đơn vị ghi tiếp, xử lý các nội dung "
            f"dưới đây rồi {CONFIRM}.\n\n1. E10: Thiếu địa chỉ.",
        ),
        (
            stand(Status.NEEDS_FIXING, SHORT, NO_PLACE),
            "Biểu của đơn vị còn 01 nội dung phải sửa nên chưa được tính là đã gửi.\n\nĐề nghị "
            "đơn vị xử lý các nội dung dưới đây.\n\n1. E10: Thiếu địa chỉ.\n2. F10: Nội dung quá "
            "ngắn. (nên xem, không bắt buộc)",
        ),
        (
            stand(Status.READY, UNCONFIRMED),
            "Biểu của đơn vị đã đủ nội dung, chỉ còn chờ xác nhận.\n\n"
            f"Đề nghị đơn vị {CONFIRM}.",
        ),
        (
            stand(Status.READY, UNCONFIRMED, SHORT),
            "Biểu của đơn vị đã đủ nội dung, chỉ còn chờ xác nhận.\n\n"
            f"Đề nghị đơn vị {CONFIRM}.\n\nNội dung thấy thêm khi kiểm tra:\n\n"
            "1. F10: Nội dung quá ngắn. (nên xem, không bắt buộc)",
        ),
        (
            stand(Status.RETURNED, NO_PLACE, terms=RETURNED),
            "Biểu đăng ký của đơn vị được trả lại để sửa: địa chỉ chưa cụ thể.\n\nĐề nghị đơn vị "
            f"sửa ngay trong biểu rồi {CONFIRM}.\n\nNội dung thấy thêm khi kiểm tra:\n\n"
            "1. E10: Thiếu địa chỉ.",
        ),
    ],
    ids=["untouched", "drafting", "needs-fixing", "ready", "ready-warned", "returned"],
)  # fmt: skip
def test_a_reminder_says_how_far_the_unit_got_and_what_to_do(
    campaign: Campaign, standing: Standing, said: str
) -> None:
    message = mail(campaign, Occasion.BEFORE, standing)

    assert message.subject == (
        f"Nhắc gửi biểu đăng ký: còn 03 ngày, hạn trước ngày 12/4/2022{TITLE}"
    )
    assert middle(message) == f"{HEAD}\n\n{said}"


def test_a_finding_about_the_whole_file_says_so(campaign: Campaign) -> None:
    broken = Finding("not-a-workbook", Severity.BLOCK, Scope.FILE, "Tệp bị hỏng.")
    message = mail(campaign, Occasion.BEFORE, stand(Status.NEEDS_FIXING, broken, entries=0))

    assert "\n\n1. cả tệp: Tệp bị hỏng.\n\n" in message.text


def test_beyond_twenty_findings_the_rest_is_counted(campaign: Campaign) -> None:
    many = [replace(NO_PLACE, cell=CellRef("Đăng ký", 10 + n, "E")) for n in range(31)]
    message = mail(campaign, Occasion.BEFORE, stand(Status.NEEDS_FIXING, *many))

    assert "còn 31 nội dung phải sửa" in message.text
    assert (
        "\n20. E29: Thiếu địa chỉ.\n\n"
        "Còn 11 nội dung nữa, xem trang “Phản hồi” của biểu.\n\n" in message.text
    )
    assert "E30" not in message.text


@pytest.mark.parametrize("code", ["emptied", "final-lost", "not-read"])
def test_what_only_the_coordinator_can_mend_is_not_told_to_the_unit(
    campaign: Campaign, code: str
) -> None:
    ours = Finding(code, Severity.WARN, Scope.UNIT, "bản trước còn trong archive")
    message = mail(campaign, Occasion.BEFORE, stand(Status.NEEDS_FIXING, ours, NO_PLACE))

    assert "archive" not in message.text
    assert "1. E10: Thiếu địa chỉ." in message.text


# --- the days left --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "deadline", "left"),
    [
        ("08 08:10", DEADLINE, "còn 03 ngày"),
        ("10 23:59", DEADLINE, "còn 01 ngày"),
        ("11 00:00", DEADLINE, "hôm nay là ngày cuối cùng"),
        ("11 23:59", DEADLINE, "hôm nay là ngày cuối cùng"),
        ("14 23:59", at("15 17:00"), "còn 01 ngày"),
        ("15 08:00", at("15 17:00"), "hôm nay là ngày cuối cùng"),
        # 17:30 UTC is past midnight in Vietnam.
        (datetime.fromisoformat("2022-04-10T17:30+00:00"), DEADLINE, "hôm nay là ngày cuối cùng"),
        (datetime.fromisoformat("2022-04-10T16:30+00:00"), DEADLINE, "còn 01 ngày"),
    ],
)
def test_days_are_counted_to_the_last_one_in_the_campaigns_zone(
    campaign: Campaign, now: str | datetime, deadline: datetime, left: str
) -> None:
    message = mail(campaign, Occasion.BEFORE, stand(Status.UNTOUCHED, deadline=deadline), now)

    assert message.subject.startswith(f"Nhắc gửi biểu đăng ký: {left}, hạn ")


def test_a_deadline_with_an_hour_is_said_with_it(campaign: Campaign) -> None:
    extended = stand(Status.UNTOUCHED, deadline=at("15 17:00"), terms=Terms(extended=True))
    message = mail(campaign, Occasion.MOVED, extended)

    assert message.subject == (
        f"Hạn gửi biểu đăng ký nay là trước 17 giờ 00, ngày 15/4/2022{TITLE}"
    )
    assert middle(message).startswith(
        "Hạn gửi biểu của đơn vị đã thay đổi, nay là trước 17 giờ 00, ngày 15/4/2022; còn 07 ngày."
    )


# --- other occasions ------------------------------------------------------------------------


def test_the_opening_names_the_plan_and_the_deadline(campaign: Campaign) -> None:
    message = mail(campaign, Occasion.OPENING, stand(Status.UNTOUCHED, entries=0), "05 08:10")

    assert message.subject == (
        f"Biểu đăng ký của Chi cục Tiêu chuẩn, hạn gửi trước ngày 12/4/2022{TITLE}"
    )
    assert middle(message) == (
        "Thực hiện Kế hoạch số 348/KH-SKHCN ngày 05/4/2022 của Sở Khoa học và Công nghệ về việc "
        "Thực hiện Quy chế dân chủ tại cơ sở và công tác dân vận chính quyền năm 2022, Sở Khoa "
        "học và Công nghệ gửi đơn vị biểu đăng ký thực hiện mô hình, điển hình.\n\n"
        f"Đề nghị đơn vị ghi ít nhất 01 mô hình, điển hình vào biểu rồi {CONFIRM}, trước ngày "
        "12/4/2022 (chậm nhất hết ngày 11/4/2022); còn 06 ngày. Cột “Kiểm tra” trong biểu cho "
        "biết ngay còn thiếu gì."
    )


def test_a_return_says_why_and_until_when(campaign: Campaign) -> None:
    message = mail(campaign, Occasion.RETURN, stand(Status.RETURNED, terms=RETURNED))

    assert message.subject == f"Trả lại biểu đăng ký để sửa, hạn trước ngày 12/4/2022{TITLE}"
    assert middle(message) == (
        "Biểu đăng ký của đơn vị được trả lại để sửa: địa chỉ chưa cụ thể.\n\n"
        f"Đề nghị đơn vị sửa ngay trong biểu rồi {CONFIRM}, trước ngày 12/4/2022 (chậm nhất hết "
        "ngày 11/4/2022)."
    )


def test_a_return_that_is_told_after_the_closing_asks_nobody_to_write_into_a_locked_sheet(
    campaign: Campaign,
) -> None:
    """Returned at eleven at night on the last day, written to at eight in the morning."""
    late = stand(Status.RETURNED, terms=RETURNED, closed=True)
    message = mail(campaign, Occasion.RETURN, late, "12 08:10")

    assert message.subject == f"Trả lại biểu đăng ký để sửa{TITLE}"
    assert middle(message) == (
        "Biểu đăng ký của đơn vị được trả lại để sửa: địa chỉ chưa cụ thể.\n\n"
        "Đã hết hạn gửi biểu: trước ngày 12/4/2022. Biểu đã khoá. Đề nghị đơn vị liên hệ Phòng "
        "Hành chính - Tổng hợp (tong-hop@so-khcn.example) để được mở lại."
    )
    assert message.attachments == ()


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (
            stand(Status.UNTOUCHED, entries=0, closed=True),
            "Biểu đã khoá. Đề nghị đơn vị liên hệ Phòng Hành chính - Tổng hợp "
            "(tong-hop@so-khcn.example) để được mở lại, hoặc nêu lý do không đăng ký.\n\n"
            "Biểu của đơn vị chưa ghi nội dung nào.",
        ),
        (
            stand(Status.NEEDS_FIXING, NO_PLACE, closed=True),
            "Biểu đã khoá. Đề nghị đơn vị liên hệ Phòng Hành chính - Tổng hợp "
            "(tong-hop@so-khcn.example) để được mở lại.\n\n"
            "Biểu của đơn vị còn 01 nội dung phải sửa nên chưa được tính là đã gửi.\n\n"
            "Nội dung còn phải xử lý:\n\n1. E10: Thiếu địa chỉ.",
        ),
        (
            stand(Status.READY, UNCONFIRMED),
            "Đề nghị đơn vị hoàn thành ngay; biểu sẽ được khoá.\n\n"
            "Biểu của đơn vị đã đủ nội dung, chỉ còn chờ xác nhận.",
        ),
    ],
    ids=["untouched", "needs-fixing", "open"],
)
def test_after_the_deadline_a_unit_is_told_whom_to_ask(
    campaign: Campaign, standing: Standing, said: str
) -> None:
    message = mail(campaign, Occasion.AFTER, standing, "12 08:10")

    assert message.subject == f"Đã hết hạn gửi biểu đăng ký: trước ngày 12/4/2022{TITLE}"
    assert middle(message) == (
        "Đã hết hạn gửi biểu: trước ngày 12/4/2022. Đơn vị chưa hoàn thành đăng ký. " + said
    )


# --- receipts -------------------------------------------------------------------------------

TAKEN = "ghi lần cuối lúc 09 giờ 00, ngày 06/4/2022"
RECEIVED = "Sở Khoa học và Công nghệ đã nhận và chốt biểu đăng ký của đơn vị, "
SETTLED = "Biểu đã chốt, đơn vị sửa thêm thì không được tính nữa."
CHECKSUM = f"Mã kiểm tra (SHA-256) của tệp đã nhận: {'ab' * 32}\n"


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (
            stand(Status.SUBMITTED, entries=2, closed=True),
            f"{TAKEN}, đúng hạn.\n\nĐơn vị đăng ký 02 mô hình, điển hình, đều được tính:\n\n"
            "1. Mô hình 1\n2. Mô hình 2",
        ),
        (
            stand(Status.SUBMITTED_LATE, entries=1, closed=True, late=True),
            f"{TAKEN}, sau hạn.\n\nĐơn vị đăng ký 01 mô hình, điển hình và được tính:\n\n"
            "1. Mô hình 1",
        ),
        (
            stand(Status.SUBMITTED, NO_PLACE, entries=2, closed=True),
            f"{TAKEN}, đúng hạn.\n\nĐơn vị đăng ký 02 mô hình, điển hình, trong đó 01 được "
            "tính:\n\n1. Mô hình 2",
        ),
        (
            stand(Status.SUBMITTED, NO_PLACE, entries=1, closed=True),
            f"{TAKEN}, đúng hạn.\n\nĐơn vị đăng ký 01 mô hình, điển hình, trong đó 00 được tính.",
        ),
        (
            stand(
                Status.NONE_REGISTERED, entries=0, closed=True,
                cover=Cover(nil_reason="Đơn vị mới thành lập\nchưa có mô hình"),
            ),
            f"{TAKEN}, đúng hạn.\n\n"
            "Đơn vị không đăng ký, lý do: Đơn vị mới thành lập chưa có mô hình.",
        ),
        (
            stand(Status.SUBMITTED, entries=0, closed=True),
            f"{TAKEN}, đúng hạn.\n\nĐơn vị không ghi mô hình, điển hình nào.",
        ),
    ],
    ids=["two", "late", "one of two", "none of one", "none", "nothing asked"],
)  # fmt: skip
def test_a_receipt_says_what_was_taken_and_when_and_the_checksum_in_small_print(
    campaign: Campaign, standing: Standing, said: str
) -> None:
    message = mail(campaign, Occasion.RECEIPT, standing, "12 08:10")

    assert message.subject == f"Đã nhận biểu đăng ký của Chi cục Tiêu chuẩn{TITLE}"
    assert middle(message, CHECKSUM) == f"{RECEIVED}{said}\n\n{SETTLED}"
    assert f"<br>{CHECKSUM.strip()}</p>" in message.html


def test_a_receipt_says_what_the_files_are_that_come_with_it(campaign: Campaign) -> None:
    files = [Attachment("TDC.xlsx", "x/x", b"1"), Attachment("TDC.docx", "x/x", b"2")]
    message = mail(
        campaign, Occasion.RECEIPT, stand(Status.SUBMITTED, closed=True), "12 08:10", files=files
    )

    assert (
        "\n\nGửi kèm: tệp TDC.xlsx là đúng bản đã nhận; tệp TDC.docx là biểu ấy theo mẫu giấy, để "
        f"in, ký.\n\n{SETTLED}\n\n" in message.text
    )
    assert list(message.attachments) == files


def test_the_largest_file_that_is_taken_fits_a_mail(campaign: Campaign) -> None:
    """Gmail takes 25 MB, with what base64 adds."""
    book = Attachment("TDC.xlsx", "x/x", bytes(MAX_BYTES))
    message = mail(
        campaign, Occasion.RECEIPT, stand(Status.SUBMITTED, closed=True), "12 08:10", files=[book]
    )

    assert len(draft(campaign, message)) < 15_000_000


def test_a_receipt_counts_the_entries_it_does_not_list(campaign: Campaign) -> None:
    message = mail(campaign, Occasion.RECEIPT, stand(Status.SUBMITTED, entries=25, closed=True))

    assert "\n20. Mô hình 20\n\n… và 05 mô hình, điển hình khác.\n\n" in message.text


# --- where the sheet is ---------------------------------------------------------------------


def test_an_address_on_the_web_is_a_link_and_a_file_is_named(campaign: Campaign) -> None:
    on_web = stand(Status.READY, UNCONFIRMED, terms=Terms(url=LINK))
    in_folder = stand(Status.READY, UNCONFIRMED, terms=Terms(url="TDC.xlsx"))

    web = mail(campaign, Occasion.BEFORE, on_web)
    folder = mail(campaign, Occasion.BEFORE, in_folder)

    assert f"\n\nBiểu của đơn vị: {LINK}\n\n" in web.text
    assert re.findall('href="([^"]*)"', web.html) == [LINK]
    again = "mà đơn vị đã nhận; không tìm thấy tệp thì trả lời thư này để được gửi lại."
    assert f"\n\nBiểu của đơn vị là tệp TDC.xlsx {again} {SEND_BACK}\n\n" in folder.text
    assert "href" not in folder.html


SEND_BACK = (
    "Ghi xong, đề nghị đơn vị lưu tệp, giữ nguyên tên tệp, rồi gửi lại: trả lời thư này, kèm tệp "
    "ấy (thư đến tong-hop@so-khcn.example)."
)


def test_the_opening_brings_the_workbook_and_says_how_to_send_it_back(campaign: Campaign) -> None:
    book = Attachment("TDC.xlsx", "x/x", b"1")
    untouched = stand(Status.UNTOUCHED, entries=0, terms=Terms(url="TDC.xlsx"))

    message = mail(campaign, Occasion.OPENING, untouched, "05 08:10", files=[book])

    assert f"\n\nBiểu của đơn vị là tệp TDC.xlsx gửi kèm thư này. {SEND_BACK}\n\n" in message.text
    assert [each.name for each in message.attachments] == ["TDC.xlsx", "han-gui.ics"]


def test_of_a_sheet_that_is_closed_nobody_is_told_to_send_it_back(campaign: Campaign) -> None:
    closed = stand(Status.UNTOUCHED, entries=0, terms=Terms(url="TDC.xlsx"), closed=True)

    assert "TDC.xlsx" not in mail(campaign, Occasion.AFTER, closed, "12 08:10").text


@pytest.mark.parametrize("occasion", Occasion)
def test_no_subject_has_a_bracket_of_ours(campaign: Campaign, occasion: Occasion) -> None:
    message = mail(campaign, occasion, stand(Status.RETURNED, terms=RETURNED), "12 08:10")

    assert not {*"()[]"} & {*message.subject}
    assert message.subject.endswith(TITLE)


def test_the_page_says_the_same_words_and_what_was_typed_stands_there_as_text(
    campaign: Campaign,
) -> None:
    typed = replace(RETURNED, return_reason="<script>alert(1)</script> & =1+1 😀")
    message = mail(campaign, Occasion.RETURN, stand(Status.RETURNED, NO_PLACE, terms=typed))

    assert "<script" not in message.html
    assert "trả lại để sửa: &lt;script&gt;alert(1)&lt;/script&gt; &amp; =1+1 😀." in message.html
    assert "trả lại để sửa: <script>alert(1)</script> & =1+1 😀." in message.text
    assert "E10: Thiếu địa chỉ." in message.html


def test_a_name_of_two_hundred_letters_is_said_in_full(campaign: Campaign) -> None:
    name = "Trung tâm " + "x" * 190
    message = mail(
        campaign, Occasion.OPENING, stand(Status.UNTOUCHED), unit=replace(UNIT, name=name)
    )

    assert message.text.startswith(f"Kính gửi: {name}\n\n")
    assert message.subject.startswith(f"Biểu đăng ký của {name}, hạn gửi ")


@pytest.mark.parametrize(
    ("occasion", "now", "names"),
    [
        (Occasion.OPENING, "05 08:10", ["han-gui.ics"]),
        (Occasion.MOVED, "08 08:10", ["han-gui.ics"]),
        (Occasion.RETURN, "08 08:10", ["han-gui.ics"]),
        (Occasion.AFTER, "12 08:10", []),
        (Occasion.RECEIPT, "12 08:10", []),
    ],
)
def test_the_deadline_comes_as_an_event_while_it_is_ahead(
    campaign: Campaign, occasion: Occasion, now: str, names: list[str]
) -> None:
    message = mail(campaign, occasion, stand(Status.RETURNED, terms=RETURNED), now)

    assert [each.name for each in message.attachments] == names


# --- its own name ---------------------------------------------------------------------------


def test_the_same_mail_has_the_same_name_and_another_deadline_makes_it_another(
    campaign: Campaign,
) -> None:
    first = mail(campaign, Occasion.BEFORE, stand(Status.READY))
    again = mail(campaign, Occasion.BEFORE, stand(Status.READY), "08 09:00")
    moved = mail(campaign, Occasion.BEFORE, stand(Status.READY, deadline=at("15 00:00")))

    assert first.message_id == again.message_id
    assert first.message_id != moved.message_id


# --- the right ones go out ------------------------------------------------------------------


class Box:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.mails: list[Message] = []

    def __enter__(self) -> "Box":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def send(self, message: Message, date: datetime) -> Mapping[str, str]:
        self.mails.append(message)
        return {}


COORDINATOR = "dieu-phoi@so-khcn.example"


class Office:
    """A campaign in a folder that writes mails; its campaign.toml can be changed."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.box = directory, Box()
        shutil.copy(EXAMPLE / "units.csv", directory)
        shutil.copy(EXAMPLE / "campaign.toml", directory)
        self.change("[authority]", f'coordinator = ["{COORDINATOR}"]\n\n[authority]')
        settings = directory / "campaign.toml"
        settings.write_text(f'{settings.read_text("utf-8")}\n[mail]\nhost = "x.example"\n', "utf-8")
        provision(load_context(directory), now=at("05 00:10"))

    def change(self, old: str, new: str) -> None:
        path = self.directory / "campaign.toml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def go(self, when: str, job: Context | None = None) -> Run:
        self.box.mails.clear()
        return run(job or load_context(self.directory), at(when), lambda: self.box)

    def fill(self, unit: str, when: str, entries: Sequence[Mapping[str, str]] = (ENTRY,)) -> None:
        fill(self.directory / "workbooks" / f"{unit}.xlsx", entries, COVER, at(when))

    def to(self, address: str) -> list[str]:
        return [
            message.subject.removesuffix(TITLE)
            for message in self.box.mails
            if message.to == (address,)
        ]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_each_time_the_deadline_moves_the_units_are_told_also_back_to_one_they_knew(
    office: Office,
) -> None:
    office.go("05 08:10")
    told: list[Any] = []
    before = "2022-04-12"
    for when, day in (
        ("05 09:00", "16"), ("05 10:00", "20"), ("05 11:00", "16"), ("05 11:30", "16"),
        ("05 12:00", "12"), ("05 13:00", "16"),
    ):  # fmt: skip
        office.change(f"before = {before}", f"before = 2022-04-{day}")
        before = f"2022-04-{day}"
        office.go(when)
        told.append(office.to("tdc@so-khcn.example"))

    new = "Hạn gửi biểu đăng ký nay là trước ngày "
    assert told == [
        [f"{new}16/4/2022"], [f"{new}20/4/2022"], [f"{new}16/4/2022"], [],
        [f"{new}12/4/2022"], [f"{new}16/4/2022"],
    ]  # fmt: skip


def test_a_deadline_with_part_of_a_second_is_told_once(office: Office) -> None:
    office.change("before = 2022-04-12 ", "before = 2022-04-12T17:00:00.5 ")

    assert [len(office.go(when).sent.mails) for when in ("05 08:10", "05 08:30")] == [8, 0]


def test_previews_of_different_days_have_names_of_their_own(office: Office) -> None:
    """On both days the same units are reminded, in the same words: lists that look alike."""
    office.change("opens = 2022-04-05", "opens = 2022-03-21")
    office.change("holidays = [2022-04-11]", "holidays = []")
    names, lists = [], []
    for when in ("05 08:10", "06 08:10", "08 08:10"):
        office.go(when)
        (preview,) = (m for m in office.box.mails if m.to == (COORDINATOR,))
        names.append(preview.message_id)
        lists.append(re.findall(r"^\d+\. .*", preview.text, re.MULTILINE))

    assert lists[1] == lists[2]
    assert len(set(names)) == 3


def test_in_the_preview_only_its_own_end_is_the_end(office: Office) -> None:
    """Mail programs fold away what follows the first "-- "."""
    office.go("05 08:10")

    (preview,) = (m for m in office.box.mails if m.to == (COORDINATOR,))
    assert preview.text.count("\n-- \n") == 1
    assert preview.text.count(f"\n{'─' * 40}\nTới: ") == 8


class _Busy(FolderWorkspace):
    """A folder in which one file is just being saved, whenever it is looked at."""

    def download(self, sheet: Sheet, *, sure: bool = True) -> bytes:
        if sheet.unit == "HCTH":
            raise SheetBusy(f"HCTH.xlsx: tệp vừa được sửa, sẽ được đọc {LATER}")
        return super().download(sheet, sure=sure)


def busy(office: Office) -> Context:
    job = load_context(office.directory)
    return replace(job, workspace=_Busy(office.directory, Form(job.campaign), job.units))


@pytest.mark.parametrize("first", [True, False])
def test_a_unit_whose_sheet_could_not_be_read_is_not_written_to_it_may_be_done(
    office: Office, first: bool
) -> None:
    if not first:
        office.go("05 08:10")
    office.fill("HCTH", "05 09:00")

    office.go("06 08:10", busy(office))
    unread, others = office.to("hcth@so-khcn.example"), office.to("tdc@so-khcn.example")
    office.go("06 08:30")

    assert unread == []
    assert len(others) == 1
    assert office.to("hcth@so-khcn.example") == []


def test_a_unit_whose_taken_file_was_lost_here_is_not_told_that_it_is_late(
    office: Office,
) -> None:
    office.fill("HCTH", "05 09:00")
    office.go("12 00:10")
    shutil.rmtree(office.directory / "archive" / "HCTH")

    office.go("12 08:10")

    assert office.to("hcth@so-khcn.example") == []
    assert office.to("tdc@so-khcn.example") == ["Đã hết hạn gửi biểu đăng ký: trước ngày 12/4/2022"]


def test_a_maximum_of_no_mails_sends_none_but_receipts(office: Office) -> None:
    path = office.directory / "campaign.toml"
    path.write_text(f"{path.read_text('utf-8')}\n[reminders]\nmaximum = 0\n", "utf-8")
    office.fill("HCTH", "05 09:00")

    sent = {when: len(office.go(when).sent.mails) for when in ("05 08:10", "08 08:10", "12 08:10")}

    assert sent == {"05 08:10": 0, "08 08:10": 0, "12 08:10": 1}
    assert office.to("hcth@so-khcn.example") == [
        "Đã nhận biểu đăng ký của Phòng Hành chính - Tổng hợp"
    ]


def test_a_hundred_thousand_mails_nobody_has_been_shown_are_previewed_at_once(
    office: Office,
) -> None:
    """A list grown by copying takes twelve seconds; what is shown is cut to five hundred lines."""
    line = (
        '{{"at": "2022-04-05T08:00:00+07:00", "who": "a", "what": "gửi thư", "unit": "HCTH", '
        '"detail": "x", "ref": "r{}"}}\n'
    )
    journal = office.directory / "archive" / "nhat-ky.jsonl"
    with journal.open("a", encoding="utf-8") as file:
        file.writelines(line.format(n) for n in range(100_000))

    office.go("05 08:10")

    (preview,) = (m for m in office.box.mails if m.to == (COORDINATOR,))
    assert "… và 99.508 thư khác." in preview.text
