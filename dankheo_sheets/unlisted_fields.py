"""Fields (lĩnh vực) that units typed and the campaign does not list: said, never merged unseen."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import FieldOfWork
from dankheo_sheets.declaration.sheet_text import sheet_key
from dankheo_sheets.form.fields import one_line
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
    for code, row, typed in zip(other["code"], other["row"], other["typed_field"], strict=True):
        name = one_line(typed)
        if not fields.listed(name):
            _, rows = found.setdefault(sheet_key(name), (name, {}))
            rows.setdefault(code, []).append(int(row))
    return [UnlistedField(name, rows, fields.nearest(name)) for name, rows in found.values()]


def listing(register: Register) -> str:
    """Return "Kinh tế số (01); Nông thôn mới (02)" for the report; "" where all are listed."""
    several = unlisted_fields(register)
    counts = (vietnamese.count(sum(map(len, each.rows.values()))) for each in several)
    told = [f"{each.shown} ({count})" for each, count in zip(several, counts, strict=True)]
    return _most(told, "cách ghi", "; ")


def notes(register: Register) -> list[str]:
    """Return what to tell the coordinator: a sentence for each field that was probably meant.

    It ends with the line that accepts all it names; then one for those that are near none.
    """
    alike: dict[str, list[UnlistedField]] = {}
    for each in unlisted_fields(register):
        alike.setdefault(each.nearest.name if each.nearest else "", []).append(each)
    far = alike.pop("", [])
    return [_note(several, register.fields.other) for several in (*alike.values(), far) if several]


def _note(alike: Sequence[UnlistedField], other: str) -> str:
    named = [f"“{each.shown}” ({_places(each.rows)})" for each in alike]
    told = (
        f"Lĩnh vực {_most(named, 'cách ghi')} không có trong danh sách, đang tính vào “{other}”; "
    )
    field = alike[0].nearest
    if field is None:
        return (
            f"{told}thuộc lĩnh vực nào thì ghi thêm vào aliases của mục [[fields]] đó trong "
            "campaign.toml"
        )
    which = "những cách ghi đúng là" if len(alike) > 1 else "nếu là"
    return (
        f"{told}{which} “{field.name}” thì ghi vào campaign.toml, mục [[fields]] name = "
        f"{_quoted(field.name)}: {alias_line(field, [each.typed for each in alike[:MOST]])}"
    )


def alias_line(field: FieldOfWork, typed: Sequence[str]) -> str:
    """Return the line `aliases` of that field in campaign.toml with these added: valid TOML."""
    return f"aliases = [{', '.join(map(_quoted, (*field.aliases, *typed)))}]"


def _quoted(text: str) -> str:
    """Return `text` as a string of TOML: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _places(rows: Mapping[str, Sequence[int]]) -> str:
    """Return "TDC dòng 12, 14; HCTH dòng 10"."""
    units = [f"{code} dòng {_most([*map(str, numbers)], 'dòng')}" for code, numbers in rows.items()]
    return _most(units, "đơn vị", "; ")


def _most(told: Sequence[str], what: str, separator: str = ", ") -> str:
    """Return the first :data:`MOST` of them, and how many more there are."""
    more = len(told) - MOST
    rest = [f"và {vietnamese.count(more)} {what} khác"] if more > 0 else []
    return separator.join([*told[:MOST], *rest])
