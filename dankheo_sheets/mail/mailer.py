"""Mails go out: one connection for many, encrypted or not at all.

What a server refuses of one mail is told for that mail; what it would refuse of every mail
halts. A mail is handed over at most once: where nobody knows whether it was, it is told and not
repeated (RFC 5321 §4.2.5, §4.5.3.2.6).
"""

import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import datetime

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.errors import MailError, MailHalted, SettingsError
from dankheo_sheets.mail.replies import GARBLED, TRY_LATER, Reply, gave_out, server_name
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
_ADDRESS = "xem lại cột Email trong danh sách đơn vị"
_TEXT = "xem lời máy chủ nói; nếu không rõ, hỏi người quản trị máy chủ thư"
_GOES_AWAY, _SIGN_IN_FIRST, _TOO_LARGE = 421, 530, 552


class _Line(smtplib.SMTP):
    """A connection that knows whether the server has the whole of a mail."""

    text_sent = False

    def data(self, msg: bytes) -> tuple[int, bytes]:  # type: ignore[override]
        """Send the mail itself; from then on the server has more time to answer."""
        self.text_sent = False
        code, said = self.docmd("DATA")
        if code != 354:
            raise smtplib.SMTPDataError(code, said)
        self.send(msg.replace(b"\r\n.", b"\r\n..") + b".\r\n")  # it begins with a header
        self.text_sent = True
        assert self.sock is not None  # what was sent went there
        self.sock.settimeout(self.timeout * AFTER_TEXT)
        reply = self.getreply()
        self.sock.settimeout(self.timeout)
        return reply


class _EncryptedLine(_Line, smtplib.SMTP_SSL):
    """One that is encrypted from its first byte on."""


class Mailer(AbstractContextManager["Mailer"]):
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
        if campaign.mail is None:
            raise SettingsError(["campaign.toml: mail: thiếu mục này, nên không gửi được thư"])
        self._campaign, self._mail = campaign, campaign.mail
        self._environ, self._timeout = environ, timeout
        self._sleep, self._now = sleep, now
        self._smtp: _Line | None = None
        self._server = server_name(campaign.mail)
        self._sender = sender_of(campaign)
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
            refused = self._line().sendmail(self._sender, to, data)
        except MailHalted as error:
            self._halted = error
            raise
        except OSError as error:  # smtplib's own are such
            raise self._failed(error) from error
        except BaseException:
            self._drop()  # no farewell in the middle of a mail
            raise
        self._in_vain = 0
        return wrong | {address: Reply(*reply).why for address, reply in refused.items()}

    def check(self) -> None:
        """Connect, encrypt, sign in, and ask whether our sender is taken; send nothing.

        Raises :class:`MailHalted` that says what stands in the way.
        """
        try:
            code, said = self._line().mail(self._sender)
            if code != 250:
                raise smtplib.SMTPSenderRefused(code, said, self._sender)
        except smtplib.SMTPSenderRefused as error:
            raise self._failed(error) from error
        except OSError as error:
            raise MailHalted(f"{self._server}: {gave_out(error)}", TRY_LATER) from error
        finally:
            self.close()

    def close(self) -> None:
        """Take leave of the server; sending again connects again."""
        if self._smtp is not None:
            with suppress(OSError):  # it may have gone already
                self._smtp.quit()
            self._drop()

    def __exit__(self, *error: object) -> None:
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

    # --- what is said of a mail that did not go out ---------------------------------------------

    def _failed(self, error: OSError) -> MailError:
        """Return what to say of it; what every mail would meet halts."""
        replies = _replies(error)
        away = next((reply for reply in replies.values() if reply.code == _GOES_AWAY), None)
        if away:
            return self._halt(f" thôi nhận thư: {away.quoted}", TRY_LATER)
        if not replies or any(reply.is_garbled for reply in replies.values()):
            return self._lost(GARBLED if replies else gave_out(error))
        self._in_vain = 0
        later = any(reply.is_temporary for reply in replies.values())
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            reasons = _listed({address: reply.why for address, reply in replies.items()})
            return MailError(
                f"{self._server}: không địa chỉ nào được nhận{reasons}",
                TRY_LATER if later else _ADDRESS,
            )
        reply = replies[""]
        if isinstance(error, smtplib.SMTPSenderRefused) and reply.code != _TOO_LARGE:
            return self._sender_refused(reply)
        return MailError(f"{self._server}: thư này {reply.why}", TRY_LATER if later else _TEXT)

    def _sender_refused(self, reply: Reply) -> MailHalted:
        if reply.code == _SIGN_IN_FIRST:
            return self._halt(
                f" đòi đăng nhập: {reply.why}",
                f"điền user ở mục [mail] trong campaign.toml và đặt biến môi trường {PASSWORD}",
            )
        return self._halt(
            f": thư gửi từ {self._sender} {reply.why}",
            "xem lại sender ở mục [mail] trong campaign.toml: phải là địa chỉ mà user được phép "
            "gửi",
        )

    def _lost(self, how: str) -> MailError:
        """Return what to say of a mail whose line gave out; after some, nothing more is sent."""
        is_unknown = self._smtp is not None and self._smtp.text_sent
        self._drop()
        self._in_vain += 1
        if self._in_vain >= GIVEN_UP:
            self._halt(
                f": {self._in_vain} thư liền bị ngắt giữa chừng hoặc không có trả lời", TRY_LATER
            )
        if is_unknown:
            return MailError(
                f"{self._server}: không biết thư đã đến hay chưa: {how} sau khi nhận hết thư",
                "hỏi người nhận trước khi gửi lại",
            )
        return MailError(f"{self._server}: chưa gửi được thư này: {how}", TRY_LATER)

    def _halt(self, how: str, fix: str) -> MailHalted:
        self._halted = MailHalted(f"{self._server}{how}", fix)
        self._drop()
        return self._halted

    # --- the line -------------------------------------------------------------------------

    def _line(self) -> _Line:
        """Return a connection on which a mail can begin: the one there is if it still answers.

        Raises :class:`MailHalted`.
        """
        if self._smtp is not None and not _is_alive(self._smtp):
            self._drop()
        if self._smtp is None:
            secret = secret_of(self._mail, self._environ, self._timeout)
            smtp = self._connected()
            try:
                if self._mail.user:
                    sign_in(smtp, self._mail, secret)
            except BaseException:
                smtp.close()
                raise
            self._smtp = smtp
        self._smtp.text_sent = False
        return self._smtp

    def _connected(self) -> _Line:
        """Return an encrypted connection with a server whose certificate we trust."""
        mail, trust = self._mail, ssl.create_default_context()  # honours SSL_CERT_FILE
        server = mail.host, mail.port, _HERE
        smtp: _Line | None = None
        try:
            if mail.security == "tls":
                smtp = _EncryptedLine(*server, timeout=self._timeout, context=trust)
            else:
                smtp = _Line(*server, timeout=self._timeout)
            if mail.security == "starttls":
                smtp.starttls(context=trust)
            smtp.ehlo_or_helo_if_needed()
        except BaseException as error:
            if smtp is not None:
                smtp.close()
            if isinstance(error, OSError | ValueError):
                raise self._unreachable(error) from error
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
                how, fix = f"chưa nhận kết nối: {Reply(code, said).quoted}", TRY_LATER
            case socket.gaierror() | ValueError():
                how, fix = "không tìm thấy máy chủ này", f"{where} và đường mạng"
            case _:
                how, fix = gave_out(error), f"{where}: {ports}; tường lửa cũng có thể chặn"
        return MailHalted(f"{self._server}: {how}", fix)


def _replies(error: OSError) -> dict[str, Reply]:
    """Return what the server answered, by the address that was asked for; "" for the mail."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            return {address: Reply(*reply) for address, reply in recipients.items()}
        case smtplib.SMTPSenderRefused() | smtplib.SMTPDataError():
            return {"": Reply(error.smtp_code, error.smtp_error)}
    return {}


def _is_alive(smtp: smtplib.SMTP) -> bool:
    """Tell whether the server still answers, what was under way forgotten."""
    try:
        return smtp.rset()[0] == 250
    except OSError:
        return False


def _listed(reasons: Mapping[str, str]) -> str:
    """Return ": " and the reasons, where there are any."""
    listed = "; ".join(f"{one_line(address)} {reason}" for address, reason in reasons.items())
    return f": {listed}" if listed else ""
