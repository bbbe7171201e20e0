"""A mail: what it says, and how that becomes text and HTML with the same words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import jinja2

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign

FOOTER = "-- \n"
"""What mail programs know the end of the text by (RFC 3676 §4.3)."""


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


@dataclass(frozen=True)
class MailText:
    """What a mail says, before it is text or HTML."""

    campaign: Campaign
    about: str
    greeting: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()
    """A numbered list after the paragraphs."""
    rest: tuple[str, ...] = ()
    """Paragraphs after the list."""
    link: str = ""
    """Where the unit's sheet is, where that is an address on the web."""
    footer: tuple[str, ...] = ()
    """Lines in small print: how the mail came about, and what few people need."""

    @property
    def subject(self) -> str:
        """What it is about, and of which campaign."""
        return f"{self.about} – {self.campaign.title}"

    @property
    def signature(self) -> tuple[str, ...]:
        """Who it is from."""
        return self.campaign.agency.receiving_unit, self.campaign.agency.name


def message(
    words: MailText,
    to: Sequence[str],
    name: str,
    attachments: Sequence[Attachment] = (),
) -> Message:
    """Return the mail that says these words; `name` is its :attr:`Message.message_id`."""
    html = _html().render(letter=words)
    return Message(tuple(to), words.subject, _text(words), html, name, tuple(attachments))


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
