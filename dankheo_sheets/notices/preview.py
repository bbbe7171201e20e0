"""What the coordinator is shown of the mails that went out: a list, and the words of some."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.journal import Event
from dankheo_sheets.notices.message import FOOTER, MailText, Message, message
from dankheo_sheets.vietnamese import count

IN_FULL = 10
"""Mails shown word for word; of the others only the line in the list."""
LISTED = 500
"""Mails in the list."""
_LINE = "─" * 40


def preview(
    campaign: Campaign,
    sent: Sequence[Event],
    messages: Sequence[Message],
    to: Sequence[str],
    now: datetime,
) -> Message:
    """Return the mail to the coordinator about mails that went out.

    `sent` are the journal's lines of them; `messages` are those whose words are at hand.
    """
    lines = [f"{event.unit}, {event.detail}" for event in sent]
    moment = vietnamese.moment(now.astimezone(campaign.zone))
    texts = [
        f"{_LINE}\nTới: {', '.join(each.to)}\nTiêu đề: {each.subject}\n\n"
        + each.text.replace(FOOTER, "").strip()
        for each in messages[:IN_FULL]
    ]
    more = len(lines) - LISTED
    words = MailText(
        campaign,
        f"Xem lại: đã gửi {count(len(lines))} thư",
        greeting="Kính gửi: người điều phối",
        paragraphs=(f"Đến {moment}, chương trình đã gửi {count(len(lines))} thư sau:",),
        items=tuple(lines[:LISTED]),
        rest=(
            *([f"… và {count(more)} thư khác."] if more > 0 else []),
            *([f"Nguyên văn {count(len(texts))} thư:"] if texts else []),
            *texts,
        ),
        footer=("Bản xem lại cho người điều phối; các đơn vị không nhận thư này.",),
    )
    mailed = "|".join(event.ref or event.at for event in sent)
    digest = hashlib.sha256(mailed.encode()).hexdigest()[:24]
    return message(words, to, f"{campaign.id}.preview.{digest}")
