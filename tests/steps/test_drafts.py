"""An office without a mail server: drafts for Outlook, sent by hand, and the plan goes on."""

import email
import email.policy
import hashlib
import json
import shutil
from email.message import EmailMessage
from pathlib import Path

import pytest

from dankheo_sheets.errors import UsageError
from dankheo_sheets.journal import What
from dankheo_sheets.mail.mailer import Mailer
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.operations.drafts import Laid, sent_by_hand
from dankheo_sheets.operations.rehearsal import rehearsed
from dankheo_sheets.steps.run import draft, run
from dankheo_sheets.steps.unit_decisions import give_back, reopen
from tests.mail_server import MailServer, trust
from tests.steps.conftest import Fill, at, unit_of

UNITS = ("HCTH", "TTra", "QLKH", "QLCN", "KHTC", "TDC", "TTUD", "TTTT")
TITLE = " – Đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2022"


def laid(job: Context, when: str) -> Laid:
    """Lay drafts as a new process would."""
    return draft(load_context(job.directory), at(when))[0]


def recorded(job: Context, when: str, *codes: str) -> Laid:
    return sent_by_hand(load_context(job.directory), codes, at(when))


def occasions(drafts: Laid) -> dict[str, str]:
    return {one.unit: one.detail.partition(",")[0] for one in drafts.drafts}


def folder(job: Context) -> list[str]:
    return sorted(path.name for path in (job.out / "thu").glob("*.eml"))


def opened(job: Context, name: str) -> EmailMessage:
    """Return a draft as a mail program opens it."""
    data = (job.out / "thu" / name).read_bytes()
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk() if part.defects] == []
    return message


def text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


# --- what lies there --------------------------------------------------------------------------


def test_a_draft_opens_as_a_mail_to_be_sent_with_the_units_workbook(job: Context) -> None:
    laid(job, "05 08:10")

    assert folder(job) == sorted(f"{code} - thư mở đợt.eml" for code in UNITS)
    message = opened(job, "HCTH - thư mở đợt.eml")
    assert [(key, str(value)) for key, value in message.items()][:-1] == [
        ("X-Unsent", "1"),
        ("To", "hcth@so-khcn.example"),
        ("Reply-To", "tong-hop@so-khcn.example"),
        ("Subject", "Biểu đăng ký của Phòng Hành chính - Tổng hợp, hạn gửi trước ngày 12/4/2022"
         + TITLE),
        ("MIME-Version", "1.0"),
    ]  # fmt: skip
    book, calendar = message.iter_attachments()
    assert (book.get_filename(), calendar.get_filename()) == ("HCTH.xlsx", "han-gui.ics")
    assert book.get_content() == (job.directory / "workbooks" / "HCTH.xlsx").read_bytes()
    assert "tệp HCTH.xlsx gửi kèm thư này. Ghi xong, đề nghị đơn vị lưu tệp" in text(message)
    assert "tự động" not in text(message)
    assert text(message).endswith("\n-- \nThư trả lời xin gửi đến tong-hop@so-khcn.example.\n")
    html = message.get_body(("html",))
    assert html is not None
    assert "tự động" not in html.get_content()


def test_what_is_tried_first_is_what_is_laid(job: Context) -> None:
    planned = draft(rehearsed(job), at("05 08:10"))[1].sent.mails

    laid(job, "05 08:10")

    assert [text(opened(job, f"{one.unit.code} - thư mở đợt.eml")) for one, _ in planned] == [
        message.text for _, message in planned
    ]


def test_a_name_with_accents_is_whole_in_the_file(job: Context) -> None:
    roster = job.directory / "units.csv"
    roster.write_text(roster.read_text("utf-8").replace("TDC,", "Đội-Ứng-phó,"), "utf-8")
    shutil.rmtree(job.directory / "workbooks")
    run(load_context(job.directory), at("05 08:05"))

    laid(job, "05 08:10")

    book, _ = opened(job, "Đội-Ứng-phó - thư mở đợt.eml").iter_attachments()
    assert book.get_filename() == "Đội-Ứng-phó.xlsx"


def test_a_receipt_by_hand_brings_what_was_taken_and_the_form(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")
    run(load_context(job.directory), at("12 00:10"))

    laid(job, "12 08:10")

    message = opened(job, "HCTH - biên nhận.eml")
    book, form = message.iter_attachments()
    assert (book.get_filename(), form.get_filename()) == ("HCTH.xlsx", "HCTH.docx")
    checksum = hashlib.sha256(book.get_content()).hexdigest()
    assert text(message).endswith(
        "-- \nThư trả lời xin gửi đến tong-hop@so-khcn.example.\n"
        f"Mã kiểm tra (SHA-256) của tệp đã nhận: {checksum}\n"
    )
    assert set(folder(job)) == {
        "HCTH - biên nhận.eml",
        *(f"{code} - nhắc sau hạn.eml" for code in UNITS if code != "HCTH"),
    }


def test_a_unit_without_an_address_gets_a_draft_without_a_receiver_and_this_is_said(
    job: Context,
) -> None:
    roster = job.directory / "units.csv"
    roster.write_text(roster.read_text("utf-8").replace("tdc@so-khcn.example", ""), "utf-8")

    done = laid(job, "05 08:10")

    name = "TDC - thư mở đợt.eml"
    assert done.notes == (f"TDC: chưa có địa chỉ thư, {name} để trống nơi nhận",)
    assert "To" not in opened(job, name)
    assert occasions(recorded(job, "05 09:00", "TDC")) == {"TDC": "thư mở đợt"}


def test_before_eight_there_is_nothing_to_send(job: Context) -> None:
    assert laid(job, "06 07:50").drafts == ()
    assert not (job.out / "thu").exists()


# --- sent, and recorded -----------------------------------------------------------------------


def test_the_plan_goes_on_from_what_was_sent_by_hand(job: Context, fill_in: Fill) -> None:
    """The whole way of an office with Outlook and no mail server."""
    went = []
    for when in ("05 08:10", "06 08:10", "07 08:10", "08 08:10", "11 08:10"):
        laid(job, when)
        went.append((when[:2], set(occasions(recorded(job, when.replace("10", "40"))).values())))
    fill_in("HCTH", "11 09:00")
    run(load_context(job.directory), at("12 00:10"))
    laid(job, "12 08:10")
    last = occasions(recorded(job, "12 08:40"))

    assert went == [
        ("05", {"thư mở đợt"}),
        ("06", {"nhắc trước hạn"}),
        ("07", set()),
        ("08", {"nhắc giữa đợt"}),
        ("11", {"nhắc ngày cuối"}),
    ]
    assert (last.pop("HCTH"), set(last.values())) == ("biên nhận", {"nhắc sau hạn"})
    assert laid(job, "12 09:10").drafts == ()


def test_it_leaves_what_a_mail_of_the_program_leaves(
    job: Context, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marks and journal, but for how it went out: another machine with [mail] sends none again."""
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(job.directory, other, dirs_exist_ok=True)
    laid(job, "05 08:10")
    recorded(job, "05 08:40")
    with MailServer() as server:
        trust(server, monkeypatch)
        for directory in (other, job.directory):
            with (directory / "campaign.toml").open("a", encoding="utf-8") as file:
                file.write(server.toml())

        def go(directory: Path, when: str) -> None:
            again = load_context(directory)
            run(again, at(when), lambda: Mailer(again.campaign, server.environ))

        go(other, "05 08:10")
        by_program = len(server.received)
        go(job.directory, "05 08:50")

    assert (by_program, len(server.received)) == (8, 8)
    assert said(job.directory) == [
        (unit, detail.replace("mở đợt: ", "mở đợt, gửi tay: "), ref)
        for unit, detail, ref in said(other)
    ]
    assert marks(job.directory) == marks(other)


def said(directory: Path) -> list[tuple[str, str, str]]:
    events = load_context(directory).journal.events()
    return [(e.unit, e.detail, e.ref) for e in events if e.what == What.MAIL]


def marks(directory: Path) -> dict[str, str]:
    sheets = load_context(directory).workspace.sheets()
    return {sheet.unit: sheet.properties["mail_reminder"] for sheet in sheets}


def test_some_were_sent_the_others_wait(job: Context) -> None:
    laid(job, "05 08:10")

    some = recorded(job, "05 08:40", "tdc", "HCTH")

    assert [one.unit for one in some.drafts] == ["HCTH", "TDC"]
    assert len(folder(job)) == 6
    assert set(occasions(laid(job, "05 09:10"))) == {*UNITS} - {"HCTH", "TDC"}
    assert set(occasions(recorded(job, "05 09:40"))) == {*UNITS} - {"HCTH", "TDC"}


def test_recording_twice_records_once(job: Context) -> None:
    laid(job, "05 08:10")

    recorded(job, "05 08:40")
    again = recorded(job, "05 08:50")

    assert again == Laid()
    assert len([e for e in job.journal.events() if e.what == What.MAIL]) == 8


def test_a_unit_for_which_nothing_lies_there_is_named_and_the_others_are_recorded(
    job: Context, fill_in: Fill
) -> None:
    laid(job, "05 08:10")
    recorded(job, "05 08:40")
    fill_in("HCTH", "06 09:00")
    laid(job, "07 08:10")

    done = recorded(job, "07 08:40", "HCTH", "TDC")

    assert done.notes == ("HCTH: không có thư nháp nào chờ ghi",)
    assert [one.unit for one in done.drafts] == ["TDC"]


def test_a_code_that_is_no_units_records_nothing(job: Context) -> None:
    laid(job, "05 08:10")

    with pytest.raises(UsageError) as caught:
        recorded(job, "05 08:40", "TDC", "XYZ")

    assert caught.value.message == "Không có đơn vị mã “XYZ”"
    assert len(folder(job)) == 8


def test_trying_records_nothing(job: Context) -> None:
    laid(job, "05 08:10")

    would = sent_by_hand(rehearsed(load_context(job.directory)), ["TDC"], at("05 08:40"))

    assert occasions(would) == {"TDC": "thư mở đợt"}
    assert (len(folder(job)), said(job.directory)) == (8, [])


# --- laid again ---------------------------------------------------------------------------------


def test_laid_again_it_is_the_same_mail_and_counts_from_its_first_day(job: Context) -> None:
    """She sent them on the first day, and records them only on the day of the next."""
    laid(job, "05 08:10")

    again = laid(job, "07 08:10")
    recorded(job, "07 08:40")

    assert [one.unit for one in again.again] == [*UNITS]
    assert set(occasions(again).values()) == {"thư mở đợt"}
    assert set(occasions(laid(job, "07 09:10")).values()) == {"nhắc trước hạn"}


def test_a_draft_that_is_not_due_any_more_goes_away_and_this_is_said(
    job: Context, fill_in: Fill
) -> None:
    laid(job, "05 08:10")
    fill_in("HCTH", "06 09:00")
    own = job.out / "thu" / "của tôi.eml"
    own.write_bytes(b"Subject: x\r\n\r\n")

    again = laid(job, "06 10:00")

    assert [one.unit for one in again.gone] == ["HCTH"]
    assert "HCTH - thư mở đợt.eml" not in folder(job)
    assert own.exists()


def test_a_deadline_that_moved_after_the_draft_is_told_by_the_next(job: Context) -> None:
    """What she sent told the old one: that is what is remembered."""
    laid(job, "05 08:10")
    reopen(load_context(job.directory), ["TDC"], at("16 00:00"), at("05 09:00"))
    recorded(job, "05 09:30")

    assert occasions(laid(job, "05 09:40")) == {"TDC": "báo hạn mới"}


def test_a_return_is_told_by_hand_once(job: Context, fill_in: Fill) -> None:
    laid(job, "05 08:10")
    recorded(job, "05 08:40")
    fill_in("HCTH", "06 09:00")
    run(load_context(job.directory), at("06 10:00"))
    give_back(load_context(job.directory), "HCTH", "địa chỉ chưa cụ thể", at("06 11:00"))

    first = occasions(laid(job, "06 11:10"))
    recorded(job, "06 11:30")

    assert first.pop("HCTH") == "trả lại để sửa"
    assert set(first.values()) == {"nhắc trước hạn"}
    assert laid(job, "06 11:40").drafts == ()


def test_what_the_program_sent_since_is_not_made_an_earlier_mail(
    job: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(job, "05 08:10")
    with MailServer() as server:
        trust(server, monkeypatch)
        with (job.directory / "campaign.toml").open("a", encoding="utf-8") as file:
            file.write(server.toml())
        for when in ("05 08:20", "07 08:10"):
            again = load_context(job.directory)
            run(again, at(when), lambda again=again: Mailer(again.campaign, server.environ))  # type: ignore[misc]
    before = marks(job.directory)

    recorded(job, "07 08:40")

    assert marks(job.directory) == before
    assert len(said(job.directory)) == 16


@pytest.mark.parametrize("damaged", [b"", b"{}", b"[1]", b'[{"unit": "TDC"}]', b"\xff"])
def test_a_list_that_was_damaged_has_no_drafts(job: Context, damaged: bytes) -> None:
    laid(job, "05 08:10")
    (job.out / "thu" / ".thu.json").write_bytes(damaged)

    assert recorded(job, "05 08:40") == Laid()
    assert len(laid(job, "05 08:50").drafts) == 8


def test_a_list_names_no_file_elsewhere(job: Context) -> None:
    laid(job, "05 08:10")
    path = job.out / "thu" / ".thu.json"
    known = json.loads(path.read_bytes())
    known[0]["file"] = "../../campaign.toml"
    path.write_text(json.dumps(known), "utf-8")

    recorded(job, "05 08:40")

    assert (job.directory / "campaign.toml").exists()


def test_a_draft_that_cannot_be_written_leaves_what_lay_there_and_the_others_are_laid(
    job: Context,
) -> None:
    laid(job, "05 08:10")
    name = job.out / "thu" / "TDC - thư mở đợt.eml"
    name.unlink()
    name.mkdir()  # as little to be replaced as a file that a program holds

    again = laid(job, "05 09:10")

    assert len(again.drafts) == 7
    assert again.gone == ()
    assert again.notes[0].startswith("TDC: ")
    assert set(occasions(recorded(job, "05 09:40"))) == {*UNITS}


def test_the_board_says_what_was_noted(job: Context) -> None:
    roster = job.directory / "units.csv"
    roster.write_text(roster.read_text("utf-8").replace("tdc@so-khcn.example", ""), "utf-8")

    outcome = draft(load_context(job.directory), at("05 08:10"))[1].outcome

    assert unit_of(outcome.board, "TDC")["status"] == "untouched"
    assert any("TDC - thư mở đợt.eml" in note for note in outcome.board.notes)
