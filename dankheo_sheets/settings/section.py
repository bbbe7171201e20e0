"""What settings are made of: texts as documents set them, sections that refuse the unknown."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from dankheo_sheets import vietnamese


def _one_line(text: str) -> str:
    return " ".join(part.strip() for part in text.splitlines()).strip()


def _set(text: str) -> str:
    return vietnamese.curly(_one_line(text))


Line = Annotated[str, AfterValidator(_set)]
"""A text on one line with curly quotes, may be empty: a line break there is a wide blank."""
_Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Text = Annotated[_Filled, AfterValidator(_set)]
Typed = Annotated[_Filled, AfterValidator(_one_line)]
"""A text that units type too, compared with theirs: its quotes stay as they are."""


Texts = Annotated[tuple[Text, ...], Field(strict=False)]
"""A list of texts."""


class Section(BaseModel):
    """A section of campaign.toml: what it holds does not change, and a misspelt key is told."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
