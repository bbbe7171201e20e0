"""A mail, ready to be sent: what :mod:`dankheo_sheets.notices` writes and ``mail`` sends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content_type: str
    """As MIME has it, with its parameters: ``text/calendar; method=PUBLISH``."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one unit, or to the coordinator."""

    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    """The same words, for mail programs that show pages."""
    message_id: str
    """The part before the @ of its Message-ID: the same for the same mail sent again."""
    attachments: tuple[Attachment, ...] = ()
