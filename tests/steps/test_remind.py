"""Mails go to the units that are not done, each once, through a real mail server."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dankheo_sheets.journal import What
from dankheo_sheets.mail.mailer import Mailer
from dankheo_sheets.notices.schedule import Later, Wait
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.operations.rehearsal import nobody, rehearsed
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import Run, close, run
from dankheo_sheets.steps.unit_decisions import exclude, give_back, reopen
from tests.conftest import EXAMPLE
from tests.mail_server import Fault, MailServer, trust
from tests.steps.conftest import COVER, ENTRY, Fill, at, unit_of

RECEIPT = "Đã nhận biểu đăng ký của Phòng Hành chính - Tổng hợp"
COORDINATOR = "dieu-phoi@so-khcn.example"
Go = Callable[[str], Run]
Server = Callable[..., MailServer]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer(users={"may": "mat-khau"}) as running:
        trust(running, monkeypatch)
        yield running


@pytest.fixture
def job(tmp_path: Path, server: MailServer) -> Context:
    """Provision the example campaign, which writes mails."""
    shutil.copy(EXAMPLE / "units.csv", tmp_path)
    text = (EXAMPLE / "campaign.toml").read_text("utf-8")
    text = text.replace("[authority]", f'coordinator = ["{COORDINATOR}"]\n\n[authority]')
    (tmp_path / "campaign.toml").write_text(text + server.toml(user="may"), "utf-8")
    job = load_context(tmp_path)
    provision(job, now=at("05 00:10"))
    return job


@pytest.fixture
def go(job: Context, server: MailServer) -> Go:
    """Run at a moment, as a new process would."""

    def go(when: str) -> Run:
        again = load_context(job.directory)
        return run(again, at(when), lambda: Mailer(again.campaign, server.environ, timeout=5))

    return go


def got(server: MailServer, since: int = 0) -> list[tuple[str, str]]:
    """Return to whom mails went, and the beginning of their subject; previews left out."""
    return [
        (received.to[0], str(received.message["Subject"]).partition(" – ")[0])
        for received in server.received[since:]
        if COORDINATOR not in received.to
    ]


def body(server: MailServer, number: int = -1) -> str:
    part = server.received[number].message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def everybody(units: int = 8) -> list[str]:
    return [
        f"{name}@so-khcn.example"
        for name in ("hcth", "thanhtra", "qlkh", "qlcn", "khtc", "tdc", "ttud", "tttt")
    ][:units]


# --- the opening ----------------------------------------------------------------------------


def test_the_opening_goes_to_every_unit_in_the_morning_and_once(
    job: Context, go: Go, server: MailServer
) -> None:
    assert [len(go(when).sent.mails) for when in ("05 07:50", "05 08:10", "05 08:30")] == [0, 8, 0]

    assert [to for to, _ in got(server)] == everybody()
    assert got(server)[0][1] == (
        "Biểu đăng ký của Phòng Hành chính - Tổng hợp, hạn gửi trước ngày 12/4/2022"
    )
    assert "Thực hiện Kế hoạch số 348/KH-SKHCN ngày 05/4/2022 của Sở" in body(server, 0)
    assert "còn 06 ngày" in body(server, 0)
    book, calendar = server.received[0].message.iter_attachments()
    assert (book.get_filename(), calendar.get_filename()) == ("HCTH.xlsx", "han-gui.ics")
    assert book.get_content() == (job.directory / "workbooks" / "HCTH.xlsx").read_bytes()


def test_the_coordinator_gets_one_preview_of_what_went_out(go: Go, server: MailServer) -> None:
    go("05 08:10")
    go("05 08:30")

    (preview,) = [r for r in server.received if r.to == (COORDINATOR,)]
    assert str(preview.message["Subject"]).startswith("Xem lại: đã gửi 08 thư – ")
    text = body(server)
    assert "1. HCTH, thư mở đợt: hcth@so-khcn.example" in text
    assert "Kính gửi: Trung tâm Thông tin và Thống kê Khoa học và Công nghệ" in text


def test_before_the_opening_day_nothing_is_done(job: Context, go: Go, server: MailServer) -> None:
    shutil.rmtree(job.directory / "workbooks")

    result = go("04 23:50")

    assert result.waits == at("05 00:00")
    assert not (job.directory / "workbooks").exists()
    assert server.received == []
    assert not (job.directory / "workbooks").exists()


@pytest.mark.parametrize(
    ("runs", "later"),
    [
        (["05 07:50"], Later(at("05 08:00"), Wait.HOUR)),
        (["05 08:10"], Later(at("06 08:00"), Wait.PLAN)),
        (["05 20:00", "06 09:00"], Later(at("06 16:00"), Wait.GAP)),
        (["05 08:10", "12 08:10"], None),
    ],
)
def test_a_run_tells_what_the_next_mail_waits_for_and_until_when(
    go: Go, runs: list[str], later: Later | None
) -> None:
    assert [go(when).upcoming for when in runs][-1] == later


# --- reminders ------------------------------------------------------------------------------


def test_only_units_that_are_not_done_are_reminded_each_with_its_own_findings(
    go: Go, fill_in: Fill, server: MailServer
) -> None:
    go("05 08:10")
    fill_in("HCTH", "06 09:00")
    fill_in("TDC", "06 09:00", [{**ENTRY, "place": ""}])
    fill_in("QLKH", "06 09:00", cover={**COVER, "confirmed": ""})
    before = len(server.received)

    go("07 08:10")

    assert got(server, before) == [
        (to, "Nhắc gửi biểu đăng ký: còn 04 ngày, hạn trước ngày 12/4/2022")
        for to in everybody()
        if to != "hcth@so-khcn.example"
    ]
    texts = {r.to[0]: body(server, before + n) for n, r in enumerate(server.received[before:])}
    untouched, faulty = texts["thanhtra@so-khcn.example"], texts["tdc@so-khcn.example"]
    assert "Biểu của đơn vị chưa ghi nội dung nào." in untouched
    assert "E10" not in untouched
    assert "Biểu của đơn vị còn 02 nội dung phải sửa" in faulty
    assert "\n1. cả biểu: Cần ít nhất 01 mô hình đạt.\n2. E10 · Địa chỉ: Thiếu địa chỉ.\n" in faulty
    assert "chỉ còn chờ xác nhận" in texts["qlkh@so-khcn.example"]


def test_the_text_counts_the_days_to_the_last(go: Go, server: MailServer) -> None:
    go("05 08:10")
    go("11 08:10")

    assert got(server)[-1][1] == (
        "Nhắc gửi biểu đăng ký: hôm nay là ngày cuối cùng, hạn trước ngày 12/4/2022"
    )


def test_after_the_deadline_the_missing_are_told_and_the_received_get_a_receipt(
    job: Context, go: Go, fill_in: Fill, server: MailServer
) -> None:
    fill_in("HCTH", "07 09:00", [ENTRY, {**ENTRY, "name": "Mô hình thứ hai"}])
    go("11 08:10")
    assert go("12 00:10").sent.mails == ()  # nobody is woken
    before = len(server.received)

    go("12 08:10")
    go("12 08:30")

    sent = dict(got(server, before))
    assert sorted(sent) == sorted(everybody())
    assert (
        sent.pop("hcth@so-khcn.example") == "Đã nhận biểu đăng ký của Phòng Hành chính - Tổng hợp"
    )
    assert set(sent.values()) == {"Đã hết hạn gửi biểu đăng ký: trước ngày 12/4/2022"}
    receipt = server.received[before].message
    text = body(server, before)
    figures = unit_of(plan_figures(job), "HCTH")
    assert "Đơn vị đăng ký 02 mô hình, điển hình, đều được tính:" in text
    assert "1. Mô hình mẫu\n2. Mô hình thứ hai" in text
    assert figures["sha256"] in text
    taken, form = receipt.iter_attachments()
    assert (taken.get_filename(), form.get_filename()) == ("HCTH.xlsx", "HCTH.docx")
    assert hashlib.sha256(taken.get_content()).hexdigest() == figures["sha256"]
    assert form.get_content() == (job.out / "bieu" / "HCTH.docx").read_bytes()
    assert "Biểu đã khoá. Đề nghị đơn vị liên hệ" in body(server, before + 1)


def plan_figures(job: Context) -> dict[str, object]:
    figures: dict[str, object] = json.loads((job.out / "bao-cao.json").read_bytes())
    return figures


# --- decisions ------------------------------------------------------------------------------


def test_a_unit_given_more_time_is_told_its_new_deadline_once(
    job: Context, go: Go, server: MailServer
) -> None:
    for when in ("05 08:10", "12 00:10", "12 08:10"):
        go(when)
    before = len(server.received)
    reopen(load_context(job.directory), ["TDC"], at("16 00:00"), at("12 09:00"))

    for when in ("12 09:10", "12 09:30"):
        go(when)

    assert got(server, before) == [
        ("tdc@so-khcn.example", "Hạn gửi biểu đăng ký nay là trước ngày 16/4/2022")
    ]


def test_a_returned_unit_is_told_why_then_reminded_until_it_mends(
    job: Context, go: Go, fill_in: Fill, server: MailServer
) -> None:
    go("05 08:10")
    fill_in("HCTH", "06 09:00")
    go("06 10:00")
    before = len(server.received)
    give_back(load_context(job.directory), "HCTH", "địa chỉ chưa cụ thể", at("06 11:00"))

    go("06 11:10")
    returned = unit_of(plan_figures(job), "HCTH")
    go("06 11:30")
    go("08 08:10")
    reminded = [m for m in got(server, before) if m[0] == "hcth@so-khcn.example"]
    fill_in("HCTH", "08 09:00", [{**ENTRY, "place": "Xã mẫu A"}])
    go("11 08:10")

    assert reminded == [
        ("hcth@so-khcn.example", "Trả lại biểu đăng ký để sửa, hạn trước ngày 12/4/2022"),
        ("hcth@so-khcn.example", "Nhắc gửi biểu đăng ký: còn 03 ngày, hạn trước ngày 12/4/2022"),
    ]
    assert (returned["status"], returned["returned"]) == ("returned", "địa chỉ chưa cụ thể")
    assert [m for m in got(server, before) if m[0] == "hcth@so-khcn.example"] == reminded
    mended = unit_of(plan_figures(job), "HCTH")
    assert (mended["status"], mended["next_action"]) == (
        "submitted", "Xem lại biểu đơn vị vừa sửa",
    )  # fmt: skip


def test_an_excluded_unit_gets_no_mail(job: Context, go: Go, server: MailServer) -> None:
    exclude(load_context(job.directory), "TTTT", "đã sáp nhập", at("05 07:00"))

    go("05 08:10")
    go("12 08:10")

    assert {to for to, _ in got(server)} == set(everybody(7))


# --- what mail servers do ---------------------------------------------------------------------


def test_a_refused_address_is_on_the_board_and_tried_again_the_others_got_theirs(
    job: Context, go: Go, server: MailServer
) -> None:
    server.refused["tdc@so-khcn.example"] = "550 5.1.1 No such user"

    first = go("05 08:10")
    board = unit_of(plan_figures(job), "TDC")
    refused = len(got(server))
    del server.refused["tdc@so-khcn.example"]
    second = go("05 08:30")

    assert (len(first.sent.mails), refused, len(second.sent.mails)) == (7, 7, 1)
    assert "No such user" in board["mail_problem"]
    assert board["next_action"] == "Nhắc đơn vị ghi biểu; Xem lại địa chỉ thư"
    assert unit_of(plan_figures(job), "TDC")["mail_problem"] == ""
    assert sorted(to for to, _ in got(server)) == sorted(everybody())


def test_of_two_addresses_only_the_refused_one_is_tried_again(
    job: Context, go: Go, server: MailServer
) -> None:
    roster = job.directory / "units.csv"
    both = "tdc@so-khcn.example;phu@so-khcn.example"
    roster.write_text(roster.read_text("utf-8").replace("tdc@so-khcn.example", both), "utf-8")
    server.refused["phu@so-khcn.example"] = "451 4.2.1 Try later"

    go("05 08:10")
    del server.refused["phu@so-khcn.example"]
    before = len(server.received)
    go("05 08:30")
    go("05 08:50")

    assert [to for received in server.received[before:] for to in received.to] == [
        "phu@so-khcn.example", COORDINATOR,
    ]  # fmt: skip


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.KEEP_AND_DROP])
def test_a_dropped_line_costs_one_mail_until_the_next_run(
    go: Go, server: MailServer, fault: Fault
) -> None:
    """Where nobody knows whether the server has it, it is sent again under the same Message-ID."""
    server.on_mail[3] = fault

    first, second = go("05 08:10"), go("05 08:30")

    assert (len(first.sent.mails), len(second.sent.mails)) == (7, 1)
    names = [str(r.message["Message-ID"]) for r in server.received if COORDINATOR not in r.to]
    assert len(set(names)) == 8
    assert len(names) == (8 if fault is Fault.DROP else 9)


def test_a_server_that_is_away_costs_nothing_but_time(
    job: Context, go: Go, fill_in: Fill, server: MailServer
) -> None:
    fill_in("HCTH", "05 08:00")
    server.greeting = "421 4.3.2 Down for maintenance"

    first = go("05 08:10")
    server.greeting = ""
    second = go("05 08:30")

    assert first.sent.halted
    assert unit_of(first.outcome.board, "HCTH")["status"] == "submitted"
    assert (first.sent.left, len(second.sent.mails)) == (7, 7)


def test_a_mail_whose_mark_could_not_be_written_is_not_sent_again(
    job: Context, go: Go, server: MailServer
) -> None:
    """A kill between sending and marking: the journal knows."""
    go("05 08:10")
    for marks in (job.directory / "workbooks" / ".dankheo").iterdir():
        marks.unlink()

    again = go("05 08:30")

    assert again.sent.mails == ()
    assert len(got(server)) == 8
    assert all(
        "mail_reminder" in s.properties for s in load_context(job.directory).workspace.sheets()
    )


# --- what is written down ---------------------------------------------------------------------


def test_the_journal_says_who_was_written_to(job: Context, go: Go) -> None:
    go("05 08:10")

    mails = [e for e in job.journal.events() if e.what == What.MAIL]
    assert [(e.at, e.unit, e.detail) for e in mails[:1]] == [
        ("2022-04-05T08:10:00+07:00", "HCTH", "thư mở đợt: hcth@so-khcn.example")
    ]
    assert mails[-1].detail == "bản xem lại 8 thư"


def test_a_plan_says_what_a_run_will_send_and_sends_nothing(
    job: Context, go: Go, server: MailServer
) -> None:
    planned = run(rehearsed(job), at("05 08:10"), nobody)

    assert server.received == []
    sent = go("05 08:10").sent.mails
    assert [message for _, message in planned.sent.mails] == [message for _, message in sent]


def test_without_a_mail_server_nothing_is_sent_and_the_count_is_told(job: Context) -> None:
    result = run(load_context(job.directory), at("05 08:10"), None)

    assert (result.sent.mails, result.sent.left) == ((), 8)


def test_closing_alone_marks_what_a_later_run_will_write_about(
    job: Context, go: Go, fill_in: Fill, server: MailServer
) -> None:
    fill_in("HCTH", "07 09:00")
    close(load_context(job.directory), at("12 00:10"))

    go("12 08:10")

    assert ("hcth@so-khcn.example", RECEIPT) in got(server)
