"""Under which field (lĩnh vực) an entry stands, whatever the unit typed there.

What is not in the campaign's list stands under the other field and is named
(:mod:`dankheo_sheets.unlisted_fields`); only an alias in campaign.toml, which a person wrote,
puts it elsewhere.
"""

from difflib import SequenceMatcher

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import FieldOfWork
from dankheo_sheets.declaration.sheet_text import sheet_key
from dankheo_sheets.form.layout import Form

OTHER = "Lĩnh vực khác"
"""Where entries stand whose field is not listed, unless the campaign lists such a field itself."""
_OTHERS = frozenset({"khác", "lĩnh vực khác"})
NEAR = 0.75
"""How alike two names are at the least for one to be proposed as the other. Our choice."""
_CONTAINED = 0.25
"""How much more alike they are where all words of one stand in the other. Our choice."""


def one_line(typed: str) -> str:
    """Return a name that was typed, composed and on one line: as campaign.toml can state it."""
    return " ".join(vietnamese.nfc(vietnamese.clean(typed)).split())


class Fields:
    """The campaign's fields, and the other one."""

    def __init__(self, form: Form) -> None:
        section = form.declaration.rows.section
        self._field_of = form.lists_of.accepted.get(section, {})
        own = next((f for f in form.campaign.fields if _OTHERS & _keys(f)), None)
        self._listed = [field for field in form.campaign.fields if field is not own]
        self.other = own.name if own else OTHER
        """The campaign's own "khác", else :data:`OTHER`."""

    def listed(self, typed: str) -> str:
        """Return which of the campaign's fields was typed; "" where none of them."""
        known = self._field_of.get(sheet_key(typed))
        return known or self._field_of.get(sheet_key(one_line(typed)), "")

    def of(self, typed: str) -> str:
        """Return the field under which such an entry stands; "" where none was typed."""
        return self.listed(typed) or (self.other if one_line(typed) else "")

    def nearest(self, typed: str) -> FieldOfWork | None:
        """Return the field that was probably meant, for a person to judge.

        None where none is near (:data:`NEAR`), or where the names of two stand in it.
        """
        letters = _letters(typed)
        names = [
            (known, field)
            for field in self._listed
            for name in (field.name, *field.aliases)
            if (known := _letters(name))
        ]
        words = set(letters.split())
        if len({field.name for known, field in names if words >= set(known.split())}) > 1:
            return None
        alike = [(_alike(letters, known), field) for known, field in names]
        best, field = max(alike, key=lambda each: each[0], default=(0.0, None))
        return field if best >= NEAR else None


def _keys(field: FieldOfWork) -> set[str]:
    return {vietnamese.match_key(name) for name in (field.name, *field.aliases)}


def _letters(text: str) -> str:
    """Return what names are compared by: without case, accents and punctuation."""
    return vietnamese.unaccented(vietnamese.match_key(text))


def _alike(one: str, other: str) -> float:
    """Return the share of letters in common, in order; more where one's words are the other's."""
    words, others = set(one.split()), set(other.split())
    more = _CONTAINED if words <= others or others <= words else 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() + more < NEAR:  # by their lengths alone
        return 0.0
    return matcher.ratio() + more
