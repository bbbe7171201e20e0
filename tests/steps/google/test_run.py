"""What a run on Google leaves for another machine, and for a unit whose sheet was made anew."""

import email
import email.policy
import shutil
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from dankheo_sheets.mail.mailer import Mailer
from dankheo_sheets.operations.drafts import sent_by_hand
from dankheo_sheets.steps.run import Run, draft, run
from dankheo_sheets.steps.unit_decisions import exclude, reopen
from tests.google_campaign import GoogleCampaign
from tests.mail_server import MailServer, trust
from tests.steps.conftest import at
from tests.steps.google.stage import settings, sheet


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer(users={"may": "mat-khau"}) as running:
        trust(running, monkeypatch)
        yield running


def go(campaign: GoogleCampaign, when: str, server: MailServer | None = None) -> Run:
    campaign.now_is(at(when))
    job = campaign.job()
    if server is None:
        return run(job, at(when))
    return run(job, at(when), lambda: Mailer(job.campaign, server.environ, timeout=5))


def test_a_decision_made_on_one_machine_is_in_the_journal_of_another(
    given_out: GoogleCampaign,
) -> None:
    go(given_out, "06 09:00")
    given_out.now_is(at("06 10:00"))
    exclude(given_out.job(), "TTTT", "đã sáp nhập", at("06 10:00"))
    reopen(given_out.job(), ["TDC"], at("16 00:00"), at("06 10:00"))

    shutil.rmtree(given_out.directory / "archive")
    shutil.rmtree(given_out.directory / "out")
    go(given_out, "06 11:00")

    said = [(e.what, e.unit, e.detail) for e in given_out.job().journal.events()]
    assert ("loại trừ", "TTTT", "đã sáp nhập") in said
    assert ("gia hạn", "TDC", "đến hết ngày 15/4/2022") in said


def test_a_unit_whose_sheet_was_made_anew_is_told_where_it_is(
    given_out: GoogleCampaign, server: MailServer
) -> None:
    settings(given_out, ("", server.toml(user="may")))
    go(given_out, "06 09:00", server)
    before = sheet(given_out.google, "TDC")
    before.trashed = True

    again = go(given_out, "06 10:00", server)

    assert [one.unit.code for one, _ in again.sent.mails] == ["TDC"]
    ((_, message),) = again.sent.mails
    assert sheet(given_out.google, "TDC").id in message.text
    assert before.id not in message.text
    assert [each.name for each in message.attachments] == ["han-gui.ics"]  # a link, no workbook


def test_drafts_bring_the_link_and_what_was_sent_by_hand_is_known_on_every_machine(
    given_out: GoogleCampaign, server: MailServer
) -> None:
    given_out.now_is(at("06 09:00"))
    laid, _ = draft(given_out.job(), at("06 09:00"))
    data = (given_out.directory / "out" / "thu" / "TDC - thư mở đợt.eml").read_bytes()
    message = email.message_from_bytes(data, policy=email.policy.default)
    sent_by_hand(given_out.job(), ["TDC"], at("06 09:10"))

    shutil.rmtree(given_out.directory / "archive")
    shutil.rmtree(given_out.directory / "out")
    settings(given_out, ("", server.toml(user="may")))
    by_program = go(given_out, "06 10:00", server)

    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    assert sheet(given_out.google, "TDC").id in body.get_content()
    assert [part.get_filename() for part in message.iter_attachments()] == ["han-gui.ics"]
    units = [one.unit for one in laid.drafts]
    assert [one.unit.code for one, _ in by_program.sent.mails] == [u for u in units if u != "TDC"]
