"""The sections of campaign.toml that speak of what is written and signed.

What may be left out follows from the rest of the campaign; a document that needs more says so
before anything is written, and nothing else does.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from dankheo_sheets import vietnamese
from dankheo_sheets.settings.section import Line, Section, Text, Texts
from dankheo_sheets.written_dates import Day


class Plan(Section):
    """The parent plan the letter cites (reference/form.md R5)."""

    number: Text
    date: Day
    issuer: Text
    subject: Text


class Letter(Section):
    """The letter the form is attached to (reference/form.md R1 to R4, R13 to R19, R22).

    Its number stays blank until the clerk gives it (Nghị định 30/2020/NĐ-CP, Điều 15). What is
    left out follows from the rest of the campaign.
    """

    symbol: Text
    date: Day
    issuer: Text
    number: Line = ""
    subject: Line = ""
    """What it is about, after “V/v”; "" is the campaign's title."""
    addressees: Texts = ()
    """After “Kính gửi”; () is all units of the agency."""
    soft_copy: Line = ""
    """How the form is handed in beside the paper; "" is by mail to `agency.receiving_email`."""
    extra: Texts = ()
    """Paragraphs before the last sentence."""
    recipients: Texts = ()
    """“Nơi nhận”, without dashes; () is “Như trên” and the file."""

    @property
    def reference(self) -> str:
        """As the form's attachment line has it: số:      /SKHCN-HCTH ngày 05/4/2022 của …."""
        number = vietnamese.document_number(self.number) or " " * 5
        return (
            f"số: {number}/{self.symbol} ngày {vietnamese.short_date(self.date)} của {self.issuer}"
        )


Right = Literal["", "KT.", "Q.", "TM.", "TM. KT.", "TM. Q.", "TL.", "TL. KT.", "TUQ.", "TUQ. KT."]
_TITLES: Mapping[Right, Sequence[str]] = {
    "": ("{position}",),
    "KT.": ("KT. {head}", "{position}"),
    "Q.": ("Q. {head}",),
    "TM.": ("TM. {body}", "{head}"),
    "TM. KT.": ("TM. {body}", "KT. {head}", "{position}"),
    "TM. Q.": ("TM. {body}", "Q. {head}"),
    "TL.": ("TL. {head}", "{position}"),
    "TL. KT.": ("TL. {head}", "KT. {unit_head}", "{position}"),
    "TUQ.": ("TUQ. {head}", "{position}"),
    "TUQ. KT.": ("TUQ. {head}", "KT. {unit_head}", "{position}"),
}
"""The lines above a signature, from the signer's own keys."""


def _pointed(value: object) -> object:
    """“TM.KT” is “TM. KT.”."""
    if not isinstance(value, str):
        return value
    return " ".join(f"{part}." for part in re.findall(r"\w+", value.upper()))


class Signer(Section):
    """Who signs, and in whose right (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.7.b)."""

    authority: Annotated[Right, BeforeValidator(_pointed)] = ""
    """Signing for the head, for a body, as acting head, by order, by delegation; "" the head.

    Two where both hold, one line each: a deputy or an acting head signs for a body; by order
    or by delegation not the head of the signer's unit signs but a deputy.
    """
    head: Text = "Giám đốc"
    """The position of the agency's head."""
    position: Line = ""
    """The signer's own position, where that is not the head."""
    body: Line = ""
    """The body signed for: “Ban Giám đốc”."""
    unit_head: Line = ""
    """Where a deputy signs by order or delegation: the position that is stood in for."""
    name: Line = ""

    @property
    def _lines(self) -> Sequence[str]:
        """A deputy signs for a body, and in a unit, as one, whether that is said or not."""
        deputy = self.is_deputy if self.authority == "TM." else self.unit_head
        as_deputy: Mapping[Right, Right] = {"TM.": "TM. KT.", "TL.": "TL. KT.", "TUQ.": "TUQ. KT."}
        right = as_deputy.get(self.authority, self.authority) if deputy else self.authority
        return ("{head}",) if not (right or self.position) else _TITLES[right]

    @property
    def titles(self) -> tuple[str, ...]:
        """The lines above the signature: ("KT. Giám đốc", "Phó Giám đốc")."""
        return tuple(line.format_map(dict(self)) for line in self._lines)

    @property
    def is_deputy(self) -> bool:
        """Whether the signer's own position is another than the head's."""
        own, head = map(vietnamese.match_key, (self.position, self.head))
        return own not in ("", head)

    @property
    def missing(self) -> tuple[str, ...]:
        """Its keys that are empty and may not be, for a document to be signed."""
        lines = " ".join(("{name}", *self._lines))
        needed = (k for k in ("name", "position", "body", "unit_head") if f"{{{k}}}" in lines)
        return tuple(key for key in needed if not getattr(self, key).strip())

    @property
    def titled(self) -> str:
        """What stands before the name and should not: "TS.", "Thạc sĩ" (II.7.c); "" where not."""
        found = _TITLED.match(self.name)
        return found[0].strip() if found else ""


_TITLED = re.compile(
    r"(?:(?:GS|PGS|TSKH|TS|ThS|CN|KS|KTS|BS|BSCK|DS|LS|NGND|NGƯT|NSND|NSƯT|TTND|TTƯT)"
    r"(?:\s*[.,]\s*|\s+)|CK\s?I{1,2}[.,]?\s+"
    r"|(?:Phó\s+Giáo\s+sư|Giáo\s+sư|Tiến\s+s[ĩỹ]|Thạc\s+s[ĩỹ]|Cử\s+nhân|Kỹ\s+sư|Bác\s+s[ĩỹ]"
    r"|Dược\s+s[ĩỹ]|Luật\s+sư|Kiến\s+trúc\s+sư|Nhà\s+giáo\s+(?:Nhân\s+dân|Ưu\s+tú)"
    r"|Anh\s+hùng\s+Lao\s+động|Thầy\s+thuốc\s+(?:Nhân\s+dân|Ưu\s+tú)"
    r"|(?:Đại|Thượng|Trung|Thiếu)\s+(?:tướng|tá|úy))\b[.,]?\s*)+",
    re.IGNORECASE,
)
"""Học hàm, học vị, danh hiệu, quân hàm: before the name of a person, with what follows them."""


Count = Annotated[int, Field(ge=0)]


class LastYear(Section):
    """The five figures of the campaign a year before, those that are known."""

    total: Count
    collective: Count | None = None
    individual: Count | None = None
    new: Count | None = None
    replicated: Count | None = None


class Report(Section):
    """The document the register goes to the authority with (reference/form.md R17)."""

    kind: Literal["báo cáo", "tờ trình"] = "báo cáo"
    number: Line = ""
    symbol: Line = ""
    """"" follows from the kind and the letter's symbol: BC-SKHCN."""
    date: Day | None = None
    subject: Line = ""
    place: Line = ""
    """"" is the agency's."""
    addressees: Texts = ()
    """After “Kính gửi”; () is the authority."""
    recipients: Texts = ()
    unit_column: bool = True
    """Whether the register says in a column of its own who registered; else in the address."""
    chart: bool = False
    """Whether the figures by field are drawn as bars, too."""
    last_year: LastYear | None = None
    """What to compare with; None leaves the comparison out."""
