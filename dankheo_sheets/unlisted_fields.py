"""Fields (lĩnh vực) that units typed and the campaign does not list: said, never merged unseen."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import FieldOfWork
from dankheo_sheets.form.fields import one_line
from dankheo_sheets.form.sheet_text import sheet_key
from dankheo_sheets.register import Register

MOST = 10
"""Names, and units of each, that one sentence tells; more are counted. Our choice."""
_LONGEST = 60
"""Letters of a name that are shown: whole paragraphs get into the wrong column."""


@dataclass(frozen=True)
class UnlistedField:
    """One way of writing a field that is not in the campaign's list."""

    typed: str
    """As the first unit wrote it, on one line."""
    rows: Mapping[str, Sequence[int]]
    """Where it counts: the rows of each unit, by code."""
    nearest: FieldOfWork | None
    """The listed field that was probably meant; None where none is near."""

    @property
    def entries(self) -> int:
        """How many entries that count have it."""
        return sum(map(len, self.rows.values()))

    @property
    def shown(self) -> str:
        """It, cut where it is too long for a sentence."""
        return f"{self.typed[:_LONGEST].rstrip()}…" if len(self.typed) > _LONGEST else self.typed


def unlisted_fields(register: Register) -> list[UnlistedField]:
    """Return the fields of entries that count and that the campaign does not list.

    By unit and row of the first of each; one that differs by case or spaces only is the same.
    """
    fields, counted = register.fields, register.counted
    found: dict[str, tuple[str, dict[str, list[int]]]] = {}
    other = counted[counted["field"] == fields.other]
    columns = (other[name] for name in ("code", "row", "typed_field"))
    for code, row, typed in zip(*columns, strict=True):
        name = one_line(typed)
        if not fields.listed(name):
            _, rows = found.setdefault(sheet_key(name), (name, {}))
            rows.setdefault(code, []).append(int(row))
    return [UnlistedField(name, rows, fields.nearest(name)) for name, rows in found.values()]


def alias_line(field: FieldOfWork, typed: Sequence[str]) -> str:
    """Return the line `aliases` of that field in campaign.toml with these added: valid TOML."""
    return f"aliases = [{', '.join(map(_quoted, (*field.aliases, *typed)))}]"


def notes(register: Register) -> list[str]:
    """Return what to tell the coordinator: a sentence for each field that was probably meant.

    It ends with the line that accepts all it names; then one for those that are near none.
    """
    by_field: dict[str, list[UnlistedField]] = {}
    for each in unlisted_fields(register):
        by_field.setdefault(each.nearest.name if each.nearest else "", []).append(each)
    far = by_field.pop("", [])
    return [
        *(_note(all_of_one, register) for all_of_one in by_field.values()),
        *_far(far, register),
    ]


def listing(register: Register) -> str:
    """Return "Kinh tế số (01); Nông thôn mới (02)" for the report; "" where all are listed."""
    all_of_them = unlisted_fields(register)
    told = [f"{each.shown} ({vietnamese.count(each.entries)})" for each in all_of_them[:MOST]]
    return _and_more(told, len(all_of_them), "cách ghi", "; ")


def _note(alike: Sequence[UnlistedField], register: Register) -> str:
    told = alike[:MOST]
    field = alike[0].nearest
    assert field
    which = "những cách ghi đúng là" if len(told) > 1 else "nếu là"
    line = alias_line(field, [each.typed for each in told])
    return (
        f"{_named(alike, register)}; {which} “{field.name}” thì ghi vào campaign.toml, "
        f"mục [[fields]] name = {_quoted(field.name)}: {line}"
    )


def _far(far: Sequence[UnlistedField], register: Register) -> Iterator[str]:
    if far:
        yield (
            f"{_named(far, register)}; thuộc lĩnh vực nào thì ghi thêm vào aliases của mục "
            "[[fields]] đó trong campaign.toml"
        )


def _named(several: Sequence[UnlistedField], register: Register) -> str:
    told = [f"“{each.shown}” ({_places(each.rows)})" for each in several[:MOST]]
    return (
        f"Lĩnh vực {_and_more(told, len(several), 'cách ghi')} không có trong danh sách, đang tính "
        f"vào “{register.fields.other}”"
    )


def _places(rows: Mapping[str, Sequence[int]]) -> str:
    """Return "TDC dòng 12, 14; HCTH dòng 10"."""
    told = [
        f"{code} dòng {_and_more([*map(str, numbers[:MOST])], len(numbers), 'dòng')}"
        for code, numbers in [*rows.items()][:MOST]
    ]
    return _and_more(told, len(rows), "đơn vị", "; ")


def _and_more(told: Sequence[str], all_of_them: int, what: str, separator: str = ", ") -> str:
    more = all_of_them - len(told)
    return separator.join([*told, *([f"và {vietnamese.count(more)} {what} khác"] if more else [])])


def _quoted(text: str) -> str:
    """Return `text` as a string of TOML: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)
