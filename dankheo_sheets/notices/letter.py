"""What a mail says, and how that becomes a message: plain text and HTML with the same words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import jinja2

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.notices.message import Attachment, Message

FOOTER = "-- \n"
"""What mail programs know the end of the text by (RFC 3676 §4.3)."""


@dataclass(frozen=True)
class MailText:
    """What a mail says, before it is text or HTML."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()
    """A numbered list after the paragraphs."""
    rest: tuple[str, ...] = ()
    """Paragraphs after the list."""
    link: str = ""
    """Where the unit's sheet is, where that is an address on the web."""
    signature: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    """Lines in small print: how the mail came about, and what few people need."""


def message(
    words: MailText,
    to: Sequence[str],
    name: str,
    attachments: Sequence[Attachment] = (),
) -> Message:
    """Return the mail that says these words; `name` is its :attr:`Message.message_id`."""
    html = _html().render(letter=words)
    return Message(tuple(to), words.subject, _text(words), html, name, tuple(attachments))


def subject(about: str, campaign: Campaign) -> str:
    """Return the subject of a mail about something of the campaign."""
    return f"{about} – {campaign.title}"


def signature(campaign: Campaign) -> tuple[str, ...]:
    """Return who a mail is from, at its end."""
    return campaign.agency.receiving_unit, campaign.agency.name


def _text(letter: MailText) -> str:
    parts = [letter.greeting, *filter(None, letter.paragraphs)]
    if letter.items:
        parts.append("\n".join(f"{n}. {item}" for n, item in enumerate(letter.items, 1)))
    if letter.link:
        parts.append(f"Biểu của đơn vị: {letter.link}")
    parts += [
        *letter.rest,
        "Trân trọng./.",
        "\n".join(letter.signature),
        FOOTER + "\n".join(letter.footer),
    ]
    return vietnamese.clean("\n\n".join(parts)) + "\n"


@cache
def _html() -> jinja2.Template:
    loader = jinja2.PackageLoader("dankheo_sheets.notices", ".")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["clean"] = vietnamese.clean
    return environment.get_template("mail.html.j2")
