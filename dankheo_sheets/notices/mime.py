"""A mail as bytes: headers that no text can break out of, ASCII only, every server's lines."""

import hashlib
import re
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Self

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.notices.message import Attachment, Message
from dankheo_sheets.roster import is_email

_POLICY = SMTP.clone(cte_type="7bit")  # not every server takes 8 bits (RFC 6152)
_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_LONGEST_ID = 64
_PARAMETER = re.compile(r"; ?([A-Za-z0-9-]+)=([A-Za-z0-9._-]+)")
_CONTENT_TYPE = re.compile(
    rf"(application|image|text)/([A-Za-z0-9.+-]+)((?:{_PARAMETER.pattern})*)", re.ASCII
)


class _Encoded(str):
    """A header's value that is written as it is: encoded and folded already.

    `email` itself drops spaces between words with accents where it folds, and the quotes of a
    long name (https://github.com/python/cpython/issues/92081, /issues/144156). A value with a
    `name` and a `fold` is a header of its own to its policies.
    """

    def __new__(cls, name: str, text: str, after: str = "") -> Self:
        encoded = Header(one_line(text), "utf-8", header_name=name).encode(linesep="\r\n")
        value = super().__new__(cls, encoded + after)
        value.name = name
        return value

    name: str

    def fold(self, *, policy: object) -> str:
        """Return the header's lines."""
        return f"{self.name}: {self}\r\n"


def sender_of(campaign: Campaign) -> str:
    """Return the address our mails come from."""
    return (campaign.mail and campaign.mail.sender) or campaign.agency.receiving_email


def compose(campaign: Campaign, message: Message, date: datetime) -> bytes:
    """Return a mail as it goes over the line: ASCII, lines of at most 998 octets, CRLF.

    What cannot be in a mail is cleaned out of the texts; nothing in them makes another header.
    Only those of `to` that are addresses are named. `date` is aware.
    """
    sender = sender_of(campaign)
    name = (campaign.mail and campaign.mail.sender_name) or campaign.agency.name
    mail = EmailMessage(_POLICY)
    mail["From"] = _Encoded("From", name, f"\r\n <{sender}>")
    mail["To"] = _receivers(message)
    mail["Reply-To"] = campaign.agency.receiving_email
    mail["Subject"] = _Encoded("Subject", message.subject)
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = f"<{_plain_id(message.message_id)}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
    return _with_body(mail, message)


def draft(campaign: Campaign, message: Message) -> bytes:
    """Return a mail that opens in a mail program as one to be sent: who sends it is left to that.

    Outlook and Thunderbird know it by "X-Unsent: 1"; sender, date and Message-ID are theirs.
    """
    mail = EmailMessage(_POLICY)
    mail["X-Unsent"] = "1"
    if to := _receivers(message):
        mail["To"] = to
    mail["Reply-To"] = campaign.agency.receiving_email
    mail["Subject"] = _Encoded("Subject", message.subject)
    return _with_body(mail, message)


def _receivers(message: Message) -> str:
    return ", ".join(dict.fromkeys(filter(is_email, message.to)))


def _with_body(mail: EmailMessage, message: Message) -> bytes:
    mail.set_content(vietnamese.clean(message.text))
    if message.html:
        mail.add_alternative(vietnamese.clean(message.html), subtype="html")
    for attachment in message.attachments:
        _attach(mail, attachment)
    return mail.as_bytes()


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    kind = _CONTENT_TYPE.fullmatch(attachment.content_type)
    mail.add_attachment(
        attachment.data,
        maintype=kind[1] if kind else "application",
        subtype=kind[2] if kind else "octet-stream",
        filename=one_line(attachment.name),
        params=dict(_PARAMETER.findall(kind[3])) if kind else {},
    )


def _plain_id(text: str) -> str:
    """Return `text` where it can stand before the @, else what is as much its own."""
    if len(text) <= _LONGEST_ID and _PLAIN_ID.fullmatch(text):
        return text
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def one_line(text: str) -> str:
    """Return `text` on one line, without what a mail cannot hold."""
    return " ".join(vietnamese.clean(text).split())
