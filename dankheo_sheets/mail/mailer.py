"""Mails go out: one connection for many, encrypted or not at all.

What a server refuses of one mail is told for that mail; what it would refuse of every mail
halts. A mail is handed over at most once: where nobody knows whether it was, it is told and not
repeated (RFC 5321 §4.2.5, §4.5.3.2.6).
"""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Self

from dankheo_sheets.campaign import Campaign, Mail
from dankheo_sheets.errors import MailError, MailHalted, SettingsError
from dankheo_sheets.mail.replies import (
    GARBLED,
    TRY_LATER,
    Lost,
    Reply,
    gave_out,
    on_line,
    server_name,
)
from dankheo_sheets.mail.signing_in import PASSWORD, secret_of, sign_in
from dankheo_sheets.notices.message import Message
from dankheo_sheets.notices.mime import compose, one_line, sender_of
from dankheo_sheets.roster import is_email

GIVEN_UP = 3
"""Mails in a row whose line gave out, after which the server is taken to be away."""
AFTER_TEXT = 4
"""How many times as long the server may think about a mail it has the whole of: giving up there
makes mails arrive twice. RFC 5321 §4.5.3.2.6 asks for ten minutes; thirty seconds give two."""

_HERE = "[127.0.0.1]"
"""How we greet: a computer's own name may have spaces or accents, which no server takes."""


class Mailer:
    """Sends mails over one connection at a time; a context manager, for one thread.

    `environ` has what to sign in with (:mod:`dankheo_sheets.mail.signing_in`).
    Raises :class:`SettingsError` where campaign.toml has no [mail].
    """

    def __init__(
        self,
        campaign: Campaign,
        environ: Mapping[str, str],
        *,
        timeout: float = 30.0,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._campaign = campaign
        self._mail = mail = _settings(campaign)
        self._environ = environ
        self._timeout = timeout
        self._sleep, self._now = sleep, now
        self._smtp: smtplib.SMTP | None = None
        self._server = server_name(mail)
        self._turn = now()
        self._in_vain = 0
        self._halted: MailHalted | None = None

    def send(self, message: Message, date: datetime) -> Mapping[str, str]:
        """Send one mail, dated `date`; return address → reason for those refused beside others.

        Raises :class:`MailHalted` where this mail was not sent and none can be, nor any later
        one by this mailer; else :class:`MailError` where nobody got it, or nobody knows.
        """
        if self._halted is not None:
            raise MailHalted(self._halted.message, self._halted.hint)
        wrong = {
            address: "không phải một địa chỉ thư điện tử"
            for address in message.to
            if not is_email(address)
        }
        to = [address for address in dict.fromkeys(message.to) if address not in wrong]
        if not to:
            raise MailError(f"Thư không có địa chỉ nào gửi được{_listed(wrong)}", _ADDRESS)
        data = compose(self._campaign, message, date)
        self._wait()
        try:
            refused = self._deliver(to, data)
        except MailHalted as error:
            self._halted = error
            self._drop()
            raise
        except MailError:
            self._in_vain = 0
            raise
        except Lost as lost:
            raise self._lost(lost) from lost
        except BaseException:
            self._drop()  # no farewell in the middle of a mail
            raise
        self._in_vain = 0
        return wrong | refused

    def check(self) -> None:
        """Connect, encrypt, sign in, and ask whether our sender is taken; send nothing.

        Raises :class:`MailHalted` that says what stands in the way.
        """
        try:
            self._begin(self._line(), 0)
        except Lost as lost:
            raise MailHalted(f"{self._server}: {lost.how}", TRY_LATER) from lost
        finally:
            self.close()

    def close(self) -> None:
        """Take leave of the server; sending again connects again."""
        if self._smtp is not None:
            with suppress(OSError):  # it may have gone already
                self._smtp.quit()
            self._drop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _wait(self) -> None:
        """Wait for this mail's turn: they go out evenly, `per_minute` in any minute."""
        now = self._now()
        if self._turn > now:
            self._sleep(self._turn - now)
        self._turn = max(self._turn, now) + 60 / self._mail.per_minute

    def _lost(self, lost: Lost) -> MailError:
        """Return what to say of a mail whose line gave out; after some, nothing more is sent."""
        self._drop()
        self._in_vain += 1
        if self._in_vain >= GIVEN_UP:
            self._halted = MailHalted(
                f"{self._server}: {self._in_vain} thư liền bị ngắt giữa chừng hoặc không có trả "
                "lời",
                TRY_LATER,
            )
        if lost.is_unknown:
            return MailError(
                f"{self._server}: không biết thư đã đến hay chưa: {lost.how} sau khi nhận hết thư",
                "hỏi người nhận trước khi gửi lại",
            )
        return MailError(f"{self._server}: chưa gửi được thư này: {lost.how}", TRY_LATER)

    # --- one mail -------------------------------------------------------------------------

    def _deliver(self, to: Sequence[str], data: bytes) -> dict[str, str]:
        """Hand one mail over. Raises `Lost` beside what :meth:`send` raises."""
        smtp = self._line()
        self._begin(smtp, len(data))
        replies = {address: self._ask(smtp.rcpt, address) for address in to}
        refused = {address: reply for address, reply in replies.items() if not reply.is_yes}
        reasons = {address: reply.why for address, reply in refused.items()}
        if len(refused) == len(to):
            later = any(reply.is_temporary for reply in refused.values())
            raise MailError(
                f"{self._server}: không địa chỉ nào được nhận{_listed(reasons)}",
                TRY_LATER if later else _ADDRESS,
            )
        reply = self._ask(smtp.docmd, "DATA")
        if reply.code == _SEND_TEXT:
            reply = self._text(smtp, data)
        if not reply.is_yes:
            raise self._refused(reply)
        return reasons

    def _begin(self, smtp: smtplib.SMTP, size: int) -> None:
        """Say who sends, and how much. What is refused here is refused of every mail."""
        sender = sender_of(self._campaign)
        options = [f"SIZE={size}"] if size and smtp.has_extn("size") else []
        reply = self._ask(smtp.mail, sender, options)
        if reply.code == _TOO_LARGE:
            raise self._refused(reply)
        if reply.code == _SIGN_IN_FIRST:
            raise MailHalted(
                f"{self._server} đòi đăng nhập: {reply.why}",
                f"điền user ở mục [mail] trong campaign.toml và đặt biến môi trường {PASSWORD}",
            )
        if not reply.is_yes:
            raise MailHalted(
                f"{self._server}: thư gửi từ {sender} {reply.why}",
                "xem lại sender ở mục [mail] trong campaign.toml: phải là địa chỉ mà user được "
                "phép gửi",
            )

    def _text(self, smtp: smtplib.SMTP, data: bytes) -> Reply:
        """Send the mail itself, a dot before every line that begins with one (RFC 5321 §4.5.2)."""
        with on_line():
            smtp.send(re.sub(rb"(?m)^\.", b"..", data))
        assert smtp.sock is not None  # what was sent went there
        smtp.sock.settimeout(self._timeout * AFTER_TEXT)
        reply = self._ask(smtp.docmd, ".", is_unknown=True)
        smtp.sock.settimeout(self._timeout)
        return reply

    def _ask(
        self, ask: Callable[..., tuple[int, bytes]], *arguments: object, is_unknown: bool = False
    ) -> Reply:
        """Return the server's reply. Raises `Lost`, and `MailHalted` where it goes away (421).

        `is_unknown` says that without a reply nobody knows what became of the mail.
        """
        with on_line(is_unknown):
            reply = Reply(*ask(*arguments))
        if reply.code == _GOES_AWAY:
            raise MailHalted(f"{self._server} thôi nhận thư: {reply.quoted}", TRY_LATER)
        if reply.code not in _REPLIES:
            raise Lost(GARBLED, is_unknown)
        return reply

    def _refused(self, reply: Reply) -> MailError:
        return MailError(
            f"{self._server}: thư này {reply.why}", TRY_LATER if reply.is_temporary else _TEXT
        )

    # --- the line -------------------------------------------------------------------------

    def _line(self) -> smtplib.SMTP:
        """Return a connection on which a mail can begin: the one there is if it still answers."""
        if self._smtp is not None and not _is_alive(self._smtp):
            self._drop()
        if self._smtp is None:
            self._smtp = self._connected()
        return self._smtp

    def _connected(self) -> smtplib.SMTP:
        """Connect, encrypt and sign in. Raises :class:`MailHalted`."""
        secret = secret_of(self._mail, self._environ, self._timeout)
        try:
            smtp = self._encrypted()
        except (OSError, ValueError) as error:
            raise self._unreachable(error) from error
        try:
            if self._mail.user:
                sign_in(smtp, self._mail, secret)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _encrypted(self) -> smtplib.SMTP:
        """Return a connection that is encrypted, with a server whose certificate we trust."""
        mail = self._mail
        trust = ssl.create_default_context()  # honours SSL_CERT_FILE
        if mail.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                mail.host, mail.port, _HERE, timeout=self._timeout, context=trust
            )
        else:
            smtp = smtplib.SMTP(mail.host, mail.port, _HERE, timeout=self._timeout)
        try:
            if mail.security == "starttls":
                smtp.starttls(context=trust)
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _unreachable(self, error: Exception) -> MailHalted:
        """Return what to say where no encrypted connection came about."""
        where = "xem lại host, port và security ở mục [mail] trong campaign.toml"
        ports = 'cổng 465 thì security = "tls", cổng 587 thì "starttls"'
        match error:
            case ssl.SSLCertVerificationError():
                how = f"không tin được chứng chỉ của máy chủ ({error.verify_message})"
                fix = (
                    "ghi ở host trong mục [mail] đúng tên trên chứng chỉ; chứng chỉ do cơ quan tự "
                    "cấp thì để biến môi trường SSL_CERT_FILE chỉ đến tệp .pem của nơi cấp"
                )
            case ssl.SSLError():
                how, fix = "không mã hoá được đường truyền", f"{where}: {ports}"
            case smtplib.SMTPNotSupportedError():
                how = "không cho mã hoá đường truyền (STARTTLS), nên không gửi gì"
                fix = f"{where}: {ports}; hoặc hỏi người quản trị máy chủ thư"
            case smtplib.SMTPResponseException(smtp_code=int(code), smtp_error=said):
                how = f"chưa nhận kết nối: {Reply(code, said).quoted}"
                fix = TRY_LATER
            case socket.gaierror() | ValueError():
                how, fix = "không tìm thấy máy chủ này", f"{where} và đường mạng"
            case _:
                how, fix = gave_out(error), f"{where}: {ports}; tường lửa cũng có thể chặn"
        return MailHalted(f"{self._server}: {how}", fix)


_ADDRESS = "xem lại cột Email trong danh sách đơn vị"
_TEXT = "xem lời máy chủ nói; nếu không rõ, hỏi người quản trị máy chủ thư"

_SEND_TEXT, _GOES_AWAY, _SIGN_IN_FIRST, _TOO_LARGE = 354, 421, 530, 552
_REPLIES = range(200, 600)


def _is_alive(smtp: smtplib.SMTP) -> bool:
    """Tell whether the server still answers, what was under way forgotten."""
    try:
        return Reply(*smtp.rset()).is_yes
    except OSError:
        return False


def _listed(reasons: Mapping[str, str]) -> str:
    """Return ": " and the reasons, where there are any."""
    listed = "; ".join(f"{one_line(address)} {reason}" for address, reason in reasons.items())
    return f": {listed}" if listed else ""


def _settings(campaign: Campaign) -> Mail:
    if campaign.mail is None:
        raise SettingsError(["campaign.toml: mail: thiếu mục này, nên không gửi được thư"])
    return campaign.mail
