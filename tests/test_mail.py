"""Mails over a real server: what arrives, what is refused, and where nothing goes out at all."""

import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.errors import MailError, MailHalted, SettingsError
from dankheo_sheets.mail.mailer import Mailer
from dankheo_sheets.mail.signing_in import PASSWORD
from dankheo_sheets.notices.message import Attachment, Message
from dankheo_sheets.notices.mime import compose
from tests.mail_server import Fault, MailServer, mail_server, trust

__all__ = ["mail_server"]  # a fixture

DATE = datetime.fromisoformat("2022-04-06T08:00:00+07:00")
SENDER = "tong-hop@so-khcn.example"
A, B, C = (f"{name}@so-khcn.example" for name in ("a", "b", "c"))
LATER = "chạy lại lệnh này sau ít phút; nếu vẫn vậy, hỏi người quản trị máy chủ thư"
SETTINGS = "xem lại host, port và security ở mục [mail] trong campaign.toml"
PORTS = 'cổng 465 thì security = "tls", cổng 587 thì "starttls"'
ROSTER = "xem lại cột Email trong danh sách đơn vị"

BY_HAND = (
    "không dùng máy chủ nào thì bỏ mục [mail]: dankheo remind --draft lập thư nháp để gửi bằng "
    "Outlook"
)
OAUTH = ', hoặc đăng nhập bằng OAuth (auth = "xoauth2", docs/nhac-han.md)'
SWITCHED_OFF = {
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
    "Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.": "",
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
    "Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.": "",
    "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.": OAUTH,
    "550 5.7.30 Basic authentication is not supported for Client Submission.": OAUTH,
}
"""What Microsoft 365 says where a password is of no use, and whether a token would be."""

Mailers = Callable[..., Mailer]


def mail(*to: str, number: int = 1, **changes: Any) -> Message:
    known = {
        "to": to or (A,),
        "subject": f"Nhắc gửi biểu, lần {number}",
        "text": "Kính gửi: Thanh tra Sở\n",
        "html": "<p>Kính gửi: Thanh tra Sở</p>\n",
        "message_id": f"nhac.{number}.TTra",
    }
    return Message(**(known | changes))


@pytest.fixture
def mailer(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailers]:
    """Return a function from a server, a password and changes of [mail] to a mailer."""
    with ExitStack() as opened:

        def make(
            server: MailServer, password: str | None = None, timeout: float = 10.0, **changes: Any
        ) -> Mailer:
            trust(server, monkeypatch)
            with_mail = campaign.model_copy(update={"mail": server.settings(**changes)})
            known = server.environ[PASSWORD] if password is None else password
            return opened.enter_context(Mailer(with_mail, {PASSWORD: known}, timeout=timeout))

        yield make


def words(server: MailServer, rest: str) -> str:
    return f"Máy chủ thư 127.0.0.1:{server.port}{rest}"


def subjects(server: MailServer) -> list[str]:
    return [received.message["Subject"] for received in server.received]


def parsed(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def content(part: Any) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


# --- what arrives ---------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_arrives_as_it_was_written(mailer: Mailers, security: Any) -> None:
    calendar = Attachment(
        "hạn gửi.ics", "text/calendar; method=PUBLISH; charset=utf-8", b"BEGIN:VCALENDAR\r\n"
    )
    with MailServer(security=security, users={"may": "mat-khau"}) as server:
        refused = mailer(server).send(mail(A, B, attachments=(calendar,)), DATE)

    (received,) = server.received
    message = received.message
    assert refused == {}
    assert (received.sender, received.to, received.user) == (SENDER, (A, B), "may")
    assert received.is_encrypted
    assert [(key, str(value)) for key, value in message.items()][:-1] == [
        ("From", f"Sở Khoa học và Công nghệ <{SENDER}>"),
        ("To", f"{A}, {B}"),
        ("Reply-To", SENDER),
        ("Subject", "Nhắc gửi biểu, lần 1"),
        ("Date", "Wed, 06 Apr 2022 08:00:00 +0700"),
        ("Message-ID", "<nhac.1.TTra@so-khcn.example>"),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ]
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    assert [body and content(body) for body in bodies] == [
        "Kính gửi: Thanh tra Sở\n", "<p>Kính gửi: Thanh tra Sở</p>\n",
    ]  # fmt: skip
    (part,) = message.iter_attachments()
    assert part.get_filename() == "hạn gửi.ics"
    assert part.get_content_disposition() == "attachment"
    assert part["Content-Type"].params == {"method": "PUBLISH", "charset": "utf-8"}
    assert part.get_payload(decode=True) == b"BEGIN:VCALENDAR\r\n"


def test_the_sender_may_be_another_than_the_one_to_answer(
    mail_server: MailServer, mailer: Mailers
) -> None:
    mailer(mail_server, sender="may@thu.example", sender_name="Dân vận khéo").send(mail(), DATE)

    (received,) = mail_server.received
    assert received.sender == "may@thu.example"
    assert received.message["From"] == "Dân vận khéo <may@thu.example>"
    assert received.message["Reply-To"] == SENDER
    assert received.message["Message-ID"] == "<nhac.1.TTra@thu.example>"


def test_a_mail_without_a_page_is_plain_text(mail_server: MailServer, mailer: Mailers) -> None:
    mailer(mail_server).send(mail(html=""), DATE)

    assert mail_server.received[0].message.get_content_type() == "text/plain"


def test_dots_at_the_beginning_of_lines_arrive(mail_server: MailServer, mailer: Mailers) -> None:
    text = ".\n..\n.hết\nQUIT\n.\n"

    mailer(mail_server).send(mail(text=text, html=""), DATE)

    assert content(mail_server.received[0].message) == text


def test_one_address_twice_gets_one_mail(mail_server: MailServer, mailer: Mailers) -> None:
    mailer(mail_server).send(mail(A, A), DATE)

    assert mail_server.received[0].to == (A,)
    assert mail_server.received[0].message["To"] == A


def test_a_server_that_needs_no_sign_in(mailer: Mailers) -> None:
    with MailServer() as server:
        mailer(server, "không dùng đến").send(mail(), DATE)

    assert [received.user for received in server.received] == [""]


# --- no text makes a mail that is another mail -------------------------------------------------

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=120)
SPACED = st.lists(
    st.sampled_from(["Sở", "Khoa học", "a" * 40, "KH&CN,", '"A"', "<b@c>", "\r\n", "ệ"])
)
TEXT = st.one_of(ANY, SPACED.map(" ".join))


def one_line(text: str) -> str:
    return " ".join(vietnamese.clean(text).split())


@given(subject=TEXT, name=TEXT, text=TEXT, html=TEXT, identity=TEXT, file=TEXT, kind=TEXT)
def test_whatever_the_texts_are_the_mail_is_sound(
    campaign: Campaign,
    subject: str,
    name: str,
    text: str,
    html: str,
    identity: str,
    file: str,
    kind: str,
) -> None:
    known = MailServer().settings(port=587).model_copy(update={"sender_name": name or "x"})
    attachment = Attachment(file, kind, b"\x00\xff\n.\n")
    message = mail(
        A, subject=subject, text=text, html=html, message_id=identity, attachments=(attachment,)
    )

    data = compose(campaign.model_copy(update={"mail": known}), message, DATE)

    assert data.isascii()
    assert data.endswith(b"\r\n")
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    read = message_from_bytes(data, policy=policy.compat32)
    assert read.keys() == [
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert str(make_header(decode_header(read["Subject"]))) == one_line(subject)
    shown = str(make_header(decode_header(read["From"].replace("\r\n", ""))))
    assert shown.removesuffix(f"<{SENDER}>").strip() == one_line(name or "x")
    assert re.fullmatch(r"<[A-Za-z0-9._-]{1,64}@so-khcn\.example>", read["Message-ID"])
    whole = parsed(data)
    assert [address.addr_spec for address in whole["From"].addresses] == [SENDER]
    plain = whole.get_body(("plain",))
    assert plain is not None
    assert content(plain).rstrip("\n") == vietnamese.clean(text).rstrip("\n")
    (part,) = whole.iter_attachments()
    assert part.get_payload(decode=True) == b"\x00\xff\n.\n"


@pytest.mark.parametrize("field", ["subject", "message_id", "text", "html"])
def test_a_newline_makes_no_header(mail_server: MailServer, mailer: Mailers, field: str) -> None:
    evil = "Thanh tra\r\nBcc: x@y.example\r\n\r\n.\r\nMAIL FROM:<x@y.example>"

    changes: dict[str, Any] = {field: evil}
    mailer(mail_server).send(mail(**changes), DATE)

    (received,) = mail_server.received
    assert received.to == (A,)
    assert "Bcc" not in received.message


def test_the_same_odd_identity_is_the_same_message_id(campaign: Campaign) -> None:
    with_mail = campaign.model_copy(update={"mail": MailServer().settings(port=587)})

    ids = [
        parsed(compose(with_mail, mail(message_id=text), DATE))["Message-ID"]
        for text in ("nhắc.Đội", "nhắc.Đội", "nhắc.Đôi")
    ]

    assert ids[0] == ids[1] != ids[2]


# --- one connection ---------------------------------------------------------------------------


def test_many_mails_go_over_one_connection(mail_server: MailServer, mailer: Mailers) -> None:
    sending = mailer(mail_server)

    for number in range(5):
        sending.send(mail(number=number), DATE)

    assert subjects(mail_server) == [f"Nhắc gửi biểu, lần {number}" for number in range(5)]
    assert (mail_server.connections, mail_server.signed_in) == (1, ["PLAIN"])


@pytest.mark.parametrize("says", ["", "421 4.4.2 mail.test Error: timeout exceeded"])
def test_a_line_that_was_dropped_between_two_mails_is_made_again(
    mail_server: MailServer, mailer: Mailers, says: str
) -> None:
    sending = mailer(mail_server)
    sending.send(mail(number=1), DATE)

    mail_server.hang_up(says)
    sending.send(mail(number=2), DATE)

    assert subjects(mail_server) == ["Nhắc gửi biểu, lần 1", "Nhắc gửi biểu, lần 2"]
    assert mail_server.connections == 2


def test_a_mailer_that_was_closed_connects_again(mail_server: MailServer, mailer: Mailers) -> None:
    sending = mailer(mail_server)
    sending.send(mail(number=1), DATE)
    sending.close()

    sending.send(mail(number=2), DATE)

    assert (len(mail_server.received), mail_server.connections) == (2, 2)


def test_a_mailer_that_sends_nothing_connects_to_nobody(
    mail_server: MailServer, mailer: Mailers
) -> None:
    mailer(mail_server).close()

    assert mail_server.connections == 0


@pytest.mark.parametrize(("per_minute", "waits"), [(60, [1, 1, 0, 0.5]), (6, [10, 10, 8, 9.5])])
def test_mails_go_out_no_faster_than_the_server_allows(
    mail_server: MailServer, campaign: Campaign, per_minute: int, waits: list[float]
) -> None:
    slept: list[float] = []
    clock = [100.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    settings = mail_server.settings(per_minute=per_minute)
    with_mail = campaign.model_copy(update={"mail": settings})
    environ = mail_server.environ
    with Mailer(with_mail, environ, sleep=sleep, now=lambda: clock[0]) as sending:
        for busy in (0, 0, 2, 0.5, 0):
            sending.send(mail(), DATE)
            clock[0] += busy

    assert slept == [wait for wait in waits if wait]


# --- what the server refuses ------------------------------------------------------------------


def test_an_address_that_is_refused_beside_others_is_told(
    mail_server: MailServer, mailer: Mailers
) -> None:
    mail_server.refused = {A: "550 5.1.1 No such user", C: "450 4.2.1 Mailbox busy"}

    refused = mailer(mail_server).send(mail(A, B, C), DATE)

    assert refused == {
        A: "bị từ chối hẳn: “550 5.1.1 No such user”",
        C: "tạm thời chưa được nhận: “450 4.2.1 Mailbox busy”",
    }
    assert [received.to for received in mail_server.received] == [(B,)]


@pytest.mark.parametrize(
    ("replies", "says", "hint"),
    [
        ({A: "550 No such user"}, f"{A} bị từ chối hẳn: “550 No such user”", ROSTER),
        ({A: "450 Greylisted"}, f"{A} tạm thời chưa được nhận: “450 Greylisted”", LATER),
    ],
)
def test_a_mail_all_of_whose_addresses_are_refused(
    mail_server: MailServer, mailer: Mailers, replies: dict[str, str], says: str, hint: str
) -> None:
    mail_server.refused = replies
    sending = mailer(mail_server)

    with pytest.raises(MailError) as caught:
        sending.send(mail(A, number=1), DATE)
    sending.send(mail(B, number=2), DATE)

    assert type(caught.value) is MailError
    assert caught.value.message == words(mail_server, f": không địa chỉ nào được nhận: {says}")
    assert caught.value.hint == hint
    assert subjects(mail_server) == ["Nhắc gửi biểu, lần 2"]
    assert mail_server.connections == 1


@pytest.mark.parametrize(
    "wrong", ["đơn-vị@so-khcn.example", "a b@c.example", "a", "", "a@b.example\r\nRCPT TO:<x@y.z>"]
)
def test_what_is_no_address_is_not_asked_for(
    mail_server: MailServer, mailer: Mailers, wrong: str
) -> None:
    sending = mailer(mail_server)

    assert sending.send(mail(wrong, B), DATE) == {wrong: "không phải một địa chỉ thư điện tử"}
    with pytest.raises(MailError) as caught:
        sending.send(mail(wrong), DATE)

    assert type(caught.value) is MailError
    assert caught.value.message == (
        f"Thư không có địa chỉ nào gửi được: {one_line(wrong)} không phải một địa chỉ thư điện tử"
    )
    assert [(r.to, r.message["To"]) for r in mail_server.received] == [((B,), B)]


@pytest.mark.parametrize(
    ("reply", "says", "hint"),
    [
        ("554 5.7.1 Spam", "thư này bị từ chối hẳn: “554 5.7.1 Spam”", "xem lời máy chủ nói"),
        ("452 4.3.1 Full", "thư này tạm thời chưa được nhận: “452 4.3.1 Full”", LATER),
        ("554 " + "Nội dung \x1b[31mxấu\u202e " * 20,
         f"thư này bị từ chối hẳn: “{('554 ' + 'Nội dung [31mxấu ' * 20)[:200]}…”",
         "xem lời máy chủ nói"),
    ],
)  # fmt: skip
def test_a_mail_that_is_refused_when_it_is_whole(
    mail_server: MailServer, mailer: Mailers, reply: str, says: str, hint: str
) -> None:
    mail_server.on_mail = {1: reply}
    sending = mailer(mail_server)

    with pytest.raises(MailError) as caught:
        sending.send(mail(A, B, number=1), DATE)
    sending.send(mail(number=2), DATE)

    assert type(caught.value) is MailError
    assert caught.value.message == words(mail_server, f": {says}")
    assert caught.value.hint.startswith(hint)
    assert subjects(mail_server) == ["Nhắc gửi biểu, lần 2"]
    assert mail_server.connections == 1


def test_a_mail_that_is_too_large_is_refused_before_it_is_sent(
    mail_server: MailServer, mailer: Mailers
) -> None:
    mail_server.refused = {SENDER: "552 5.3.4 Message too big"}

    with pytest.raises(MailError) as caught:
        mailer(mail_server).send(mail(), DATE)

    assert type(caught.value) is MailError
    assert caught.value.message == words(
        mail_server, ": thư này bị từ chối hẳn: “552 5.3.4 Message too big”"
    )


# --- a line that gives out ---------------------------------------------------------------------


@pytest.mark.parametrize("address", [SENDER, A])
def test_a_mail_whose_line_is_dropped_before_it_is_written_was_not_sent(
    mail_server: MailServer, mailer: Mailers, address: str
) -> None:
    mail_server.refused = {address: ""}
    sending = mailer(mail_server)

    with pytest.raises(MailError) as caught:
        sending.send(mail(B, A, number=1), DATE)
    mail_server.refused = {}
    sending.send(mail(number=2), DATE)

    assert type(caught.value) is MailError
    assert caught.value.message == words(
        mail_server, ": chưa gửi được thư này: máy chủ ngắt kết nối"
    )
    assert caught.value.hint == LATER
    assert subjects(mail_server) == ["Nhắc gửi biểu, lần 2"]
    assert mail_server.connections == 2


@pytest.mark.parametrize(
    ("fault", "how", "arrived"),
    [
        (Fault.DROP, "máy chủ ngắt kết nối", []),
        (Fault.KEEP_AND_DROP, "máy chủ ngắt kết nối", ["Nhắc gửi biểu, lần 1"]),
        ("ơ?", "máy chủ trả lời không hiểu được", []),
    ],
)
def test_a_mail_after_which_the_line_is_dropped_may_have_arrived_and_is_not_sent_again(
    mail_server: MailServer, mailer: Mailers, fault: Fault | str, how: str, arrived: list[str]
) -> None:
    mail_server.on_mail = {1: fault}
    sending = mailer(mail_server)

    with pytest.raises(MailError) as caught:
        sending.send(mail(number=1), DATE)
    sending.send(mail(number=2), DATE)

    assert type(caught.value) is MailError
    assert caught.value.message == words(
        mail_server, f": không biết thư đã đến hay chưa: {how} sau khi nhận hết thư"
    )
    assert caught.value.hint == "hỏi người nhận trước khi gửi lại"
    assert subjects(mail_server) == [*arrived, "Nhắc gửi biểu, lần 2"]
    assert mail_server.connections == 2


def test_a_mail_that_gets_no_answer_may_have_arrived(
    mail_server: MailServer, mailer: Mailers
) -> None:
    mail_server.on_mail = {1: Fault.SILENCE}
    sending = mailer(mail_server, timeout=1.0)

    with pytest.raises(MailError) as caught:
        sending.send(mail(number=1), DATE)
    sending.send(mail(number=2), DATE)

    assert type(caught.value) is MailError
    assert caught.value.message == words(
        mail_server,
        ": không biết thư đã đến hay chưa: máy chủ không trả lời kịp sau khi nhận hết thư",
    )
    assert subjects(mail_server) == ["Nhắc gửi biểu, lần 2"]


def test_after_three_such_mails_in_a_row_no_more_are_tried(
    mail_server: MailServer, mailer: Mailers
) -> None:
    mail_server.on_mail = dict.fromkeys((1, 2, 4, 5, 6), Fault.DROP)
    sending = mailer(mail_server)
    kinds = []

    for number in range(1, 9):
        try:
            sending.send(mail(number=number), DATE)
            kinds.append("")
        except MailError as error:
            kinds.append(type(error).__name__)
            last = error

    assert kinds == [*["MailError"] * 2, "", *["MailError"] * 3, *["MailHalted"] * 2]
    assert last.message == words(
        mail_server, ": 3 thư liền bị ngắt giữa chừng hoặc không có trả lời"
    )
    assert last.hint == LATER
    assert subjects(mail_server) == ["Nhắc gửi biểu, lần 3"]
    assert mail_server.connections == 5


# --- nothing goes out at all --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "says", "hint"),
    [
        (MailServer(security="none"),
         ": không cho mã hoá đường truyền (STARTTLS), nên không gửi gì",
         f"{SETTINGS}: {PORTS}; hoặc hỏi người quản trị máy chủ thư"),
        (MailServer(lasts=timedelta(days=-1)),
         ": không tin được chứng chỉ của máy chủ (certificate has expired)",
         "ghi ở host trong mục [mail] đúng tên trên chứng chỉ; chứng chỉ do cơ quan tự cấp thì để "
         "biến môi trường SSL_CERT_FILE chỉ đến tệp .pem của nơi cấp"),
        (MailServer(names=("thu.so-khcn.example",)),
         ": không tin được chứng chỉ của máy chủ (IP address mismatch, certificate is not valid "
         "for '127.0.0.1'.)",
         "ghi ở host trong mục [mail] đúng tên trên chứng chỉ; chứng chỉ do cơ quan tự cấp thì để "
         "biến môi trường SSL_CERT_FILE chỉ đến tệp .pem của nơi cấp"),
        (MailServer(greeting="421 4.3.2 Service shutting down"),
         ": chưa nhận kết nối: “421 4.3.2 Service shutting down”", LATER),
        (MailServer(greeting="554 5.7.1 Blocked"),
         ": chưa nhận kết nối: “554 5.7.1 Blocked”", LATER),
        (MailServer(sign_in="535 5.7.8 Wrong password"),
         " không nhận tên và mật khẩu của may: “535 5.7.8 Wrong password”",
         "xem lại user ở mục [mail] trong campaign.toml và biến môi trường DANKHEO_MAIL_PASSWORD; "
         "Gmail và Microsoft 365 cần mật khẩu ứng dụng, không phải mật khẩu thường"),
        (MailServer(sign_in="454 4.7.0 Try later"),
         " chưa cho đăng nhập: “454 4.7.0 Try later”", LATER),
        (MailServer(sign_in="535 You said mat-khau, AG1heQBtYXQta2hhdQ== and bWF0LWtoYXU="),
         " không nhận tên và mật khẩu của may: “535 You said ***, *** and ***”",
         "xem lại user ở mục [mail] trong campaign.toml và biến môi trường DANKHEO_MAIL_PASSWORD; "
         "Gmail và Microsoft 365 cần mật khẩu ứng dụng, không phải mật khẩu thường"),
        (MailServer(ways=()), " không cho đăng nhập bằng mật khẩu",
         "hỏi người quản trị máy chủ thư cách bật SMTP AUTH; máy chủ nhận thư của máy này mà "
         "không cần đăng nhập thì để trống user ở mục [mail] trong campaign.toml"),
        *((MailServer(sign_in=said),
           f" đã tắt đăng nhập bằng mật khẩu (SMTP AUTH): “{said}”",
           f"quản trị viên phải bật SMTP AUTH cho hộp thư này{oauth}, hoặc dùng máy chủ khác; đổi "
           f"mật khẩu không giúp gì; {BY_HAND}")
          for said, oauth in SWITCHED_OFF.items()),
        (MailServer(sign_in="535 5.7.139 Authentication unsuccessful, the user credentials were "
                    "incorrect."),
         " không nhận tên và mật khẩu của may: “535 5.7.139 Authentication unsuccessful, the user "
         "credentials were incorrect.”",
         "xem lại user ở mục [mail] trong campaign.toml và biến môi trường DANKHEO_MAIL_PASSWORD; "
         "Gmail và Microsoft 365 cần mật khẩu ứng dụng, không phải mật khẩu thường"),
        (MailServer(ways=("XOAUTH2",)),
         " không cho đăng nhập bằng mật khẩu, chỉ bằng OAuth (XOAUTH2)",
         'ghi auth = "xoauth2" ở mục [mail] trong campaign.toml, cách lấy mã truy cập: '
         f"docs/nhac-han.md; {BY_HAND}"),
        (MailServer(refused={SENDER: "553 5.7.1 Sender address rejected"}),
         f": thư gửi từ {SENDER} bị từ chối hẳn: “553 5.7.1 Sender address rejected”",
         "xem lại sender ở mục [mail] trong campaign.toml: phải là địa chỉ mà user được phép gửi"),
        (MailServer(refused={SENDER: "421 4.7.0 Too many mails"}),
         " thôi nhận thư: “421 4.7.0 Too many mails”", LATER),
        (MailServer(refused={A: "421 4.7.0 Too many mails"}),
         " thôi nhận thư: “421 4.7.0 Too many mails”", LATER),
        (MailServer(on_mail={1: "421 4.3.2 Shutting down"}),
         " thôi nhận thư: “421 4.3.2 Shutting down”", LATER),
    ],
    ids=["no-starttls", "expired", "another-name", "greeting-421", "greeting-554", "password",
         "sign-in-later", "echo", "no-way-to-sign-in", "off-for-the-tenant", "off-for-the-mailbox",
         "basic-off", "basic-gone", "wrong-at-microsoft", "oauth-only", "sender",
         "sender-421", "receiver-421", "mail-421"],
)  # fmt: skip
def test_what_every_mail_would_meet_halts(
    mailer: Mailers, server: MailServer, says: str, hint: str
) -> None:
    server.users = {"may": "mat-khau"}
    with server:
        sending = mailer(server)
        for _ in range(2):
            with pytest.raises(MailHalted) as caught:
                sending.send(mail(), DATE)

    assert caught.value.message == words(server, says)
    assert caught.value.hint == hint
    assert server.received == []
    assert server.connections == 1
    assert len(server.signed_in) <= 1


def test_a_server_nobody_vouches_for_gets_neither_password_nor_mail(
    mailer: Mailers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer(users={"may": "mat-khau"}) as server:
        sending = mailer(server)
        monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
        with pytest.raises(MailHalted) as caught:
            sending.send(mail(), DATE)

    assert caught.value.message == words(
        server,
        ": không tin được chứng chỉ của máy chủ (unable to get local issuer certificate)",
    )
    assert (server.received, server.signed_in) == ([], [])


def test_the_password_goes_only_over_an_encrypted_line(mailer: Mailers) -> None:
    with (
        MailServer(security="none", users={"may": "mat-khau"}) as server,
        pytest.raises(MailHalted),
    ):
        mailer(server).send(mail(), DATE)

    assert server.signed_in == []


@pytest.mark.parametrize("server", [MailServer(sign_in="535 mat-khau-khac?"), MailServer()])
def test_the_password_is_in_no_error(mailer: Mailers, server: MailServer) -> None:
    server.users = {"may": "mat-khau"}
    with server:
        sending = mailer(server, "mat-khau-khac")
        with pytest.raises(MailHalted) as caught:
            sending.send(mail(), DATE)

    told = "".join(traceback.format_exception(caught.value))
    assert "mat-khau" not in told + repr(sending) + repr(caught.value)
    assert server.signed_in == ["PLAIN"]


@pytest.mark.parametrize(
    ("user", "password", "says", "hint"),
    [
        ("may", "", ": chưa có mật khẩu của may", "đặt biến môi trường DANKHEO_MAIL_PASSWORD"),
        ("may", "mật khẩu",
         ": tên đăng nhập hoặc mật khẩu có chữ có dấu, không gửi đi được",
         "xem lại user ở mục [mail] trong campaign.toml và biến môi trường DANKHEO_MAIL_PASSWORD"),
        ("máy", "mat-khau",
         ": tên đăng nhập hoặc mật khẩu có chữ có dấu, không gửi đi được",
         "xem lại user ở mục [mail] trong campaign.toml và biến môi trường DANKHEO_MAIL_PASSWORD"),
        ("", "", " đòi đăng nhập: bị từ chối hẳn: “530 5.7.0 Authentication required”",
         "điền user ở mục [mail] trong campaign.toml và đặt biến môi trường "
         "DANKHEO_MAIL_PASSWORD"),
    ],
)  # fmt: skip
def test_a_sign_in_that_is_not_complete(
    mail_server: MailServer, mailer: Mailers, user: str, password: str, says: str, hint: str
) -> None:
    with pytest.raises(MailHalted) as caught:
        mailer(mail_server, password, user=user).send(mail(), DATE)

    assert (caught.value.message, caught.value.hint) == (words(mail_server, says), hint)
    assert mail_server.signed_in == []


def test_the_line_end_a_secret_is_kept_with_is_no_part_of_it(
    mail_server: MailServer, mailer: Mailers
) -> None:
    mailer(mail_server, mail_server.environ[PASSWORD] + "\r\n").send(mail(), DATE)

    assert len(mail_server.received) == 1


def test_a_server_that_knows_only_the_older_way_to_sign_in(mailer: Mailers) -> None:
    with MailServer(users={"may": "mat khau"}, ways=("LOGIN",)) as server:
        mailer(server).send(mail(), DATE)

    assert (server.signed_in, server.received[0].user) == (["LOGIN"], "may")


def test_a_port_where_nobody_listens(mailer: Mailers) -> None:
    server = MailServer()
    with server:
        sending = mailer(server)

    with pytest.raises(MailHalted) as caught:
        sending.send(mail(), DATE)

    assert caught.value.message == words(server, ": máy chủ không nhận kết nối ở cổng này")
    assert caught.value.hint == f"{SETTINGS}: {PORTS}; tường lửa cũng có thể chặn"


def test_a_host_that_can_be_none(mail_server: MailServer, mailer: Mailers) -> None:
    with pytest.raises(MailHalted) as caught:
        mailer(mail_server, host="may..chu").send(mail(), DATE)

    assert caught.value.message == (
        f"Máy chủ thư may..chu:{mail_server.port}: không tìm thấy máy chủ này"
    )
    assert caught.value.hint == f"{SETTINGS} và đường mạng"


def test_a_server_that_never_says_a_word(mailer: Mailers) -> None:
    with MailServer(is_silent=True) as server, pytest.raises(MailHalted) as caught:
        mailer(server, timeout=1.0).send(mail(), DATE)

    assert caught.value.message == words(server, ": máy chủ không trả lời kịp")
    assert caught.value.hint == f"{SETTINGS}: {PORTS}; tường lửa cũng có thể chặn"


def test_tls_where_the_server_begins_without(mail_server: MailServer, mailer: Mailers) -> None:
    with pytest.raises(MailHalted) as caught:
        mailer(mail_server, security="tls").send(mail(), DATE)

    assert caught.value.message == words(mail_server, ": không mã hoá được đường truyền")
    assert caught.value.hint == f"{SETTINGS}: {PORTS}"


def test_a_campaign_without_a_mail_server_has_no_mailer(campaign: Campaign) -> None:
    with pytest.raises(SettingsError) as caught:
        Mailer(campaign, {})

    assert caught.value.mistakes == ("campaign.toml: mail: thiếu mục này, nên không gửi được thư",)


# --- looking, before anything is sent ------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_check_signs_in_and_sends_nothing(mailer: Mailers, security: Any) -> None:
    with MailServer(security=security, users={"may": "mat-khau"}) as server:
        mailer(server).check()

    assert (server.connections, server.signed_in, server.received) == (1, ["PLAIN"], [])


@pytest.mark.parametrize(
    ("server", "says"),
    [
        (MailServer(sign_in="535 No"), " không nhận tên và mật khẩu của may: “535 No”"),
        (MailServer(refused={SENDER: "550 Not yours"}),
         f": thư gửi từ {SENDER} bị từ chối hẳn: “550 Not yours”"),
    ],
    ids=["password", "sender"],
)  # fmt: skip
def test_a_check_says_what_stands_in_the_way(
    mailer: Mailers, server: MailServer, says: str
) -> None:
    server.users = {"may": "mat-khau"}
    with server, pytest.raises(MailHalted) as caught:
        mailer(server).check()

    assert caught.value.message == words(server, says)
