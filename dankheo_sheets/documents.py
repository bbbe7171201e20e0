"""The sections of campaign.toml that speak of what is written and signed.

What may be left out follows from the rest of the campaign; a document that needs more says so
before anything is written, and nothing else does.
"""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from dankheo_sheets import vietnamese
from dankheo_sheets.written_dates import Day


def _one_line(text: str) -> str:
    return " ".join(part.strip() for part in text.splitlines()).strip()


Line = Annotated[str, AfterValidator(_one_line)]
"""A text on one line, may be empty: a line break in campaign.toml is only a wide blank."""
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_one_line)
]


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Texts = Annotated[tuple[Text, ...], BeforeValidator(_tuple)]
"""A list of texts."""


class Section(BaseModel):
    """A section of campaign.toml: what it holds does not change, and a misspelt key is told."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Plan(Section):
    """The parent plan the letter cites (R5)."""

    number: Text
    date: Day
    issuer: Text
    subject: Text


class Letter(Section):
    """The letter the form is attached to (R1 to R4, R13 to R19, R22).

    Its number stays blank until the clerk gives it (domain.md §0.2). What is left out follows
    from the rest of the campaign.
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


class Signer(Section):
    """Who signs, and in whose right (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.7.b)."""

    authority: Literal["", "KT.", "TM.", "Q.", "TL.", "TUQ."] = ""
    """Signing for the head, for a body, as acting head, by order, by delegation; "" the head."""
    head: Text = "Giám đốc"
    """The position of the agency's head."""
    position: Line = ""
    """The signer's own position, where that is not the head."""
    body: Line = ""
    """The body signed for: “Ban Giám đốc”."""
    name: Line = ""

    @property
    def titles(self) -> tuple[str, ...]:
        """The lines above the signature: ("KT. Giám đốc", "Phó Giám đốc")."""
        match self.authority:
            case "":
                return (self.position or self.head,)
            case "Q.":
                return (f"Q. {self.head}",)
            case "TM.":
                return (f"TM. {self.body}", self.position or self.head)
            case _:
                return (f"{self.authority} {self.head}", self.position)

    @property
    def missing(self) -> tuple[str, ...]:
        """Its keys that are empty and may not be, for a document to be signed."""
        needed = ["name"]
        if self.authority in {"KT.", "TL.", "TUQ."}:
            needed.append("position")
        if self.authority == "TM.":
            needed.append("body")
        return tuple(key for key in needed if not getattr(self, key).strip())


class LastYear(Section):
    """The five figures of the campaign a year before, those that are known."""

    total: Annotated[int, Field(ge=0)]
    collective: Annotated[int, Field(ge=0)] | None = None
    individual: Annotated[int, Field(ge=0)] | None = None
    new: Annotated[int, Field(ge=0)] | None = None
    replicated: Annotated[int, Field(ge=0)] | None = None


class Report(Section):
    """The document the register goes to the authority with (R17)."""

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
