"""Codes for units that have none: short, unique, the same again for the same list."""

import re
from collections.abc import Iterable, Sequence

from dankheo_sheets import vietnamese

_LONGEST = 12
_LEFT_OUT = frozenset({"va", "cua", "cac", "thuoc", "ve", "cho", "voi", "trong", "o", "tai"})
_KINDS = frozenset({"phong"})
"""What a name begins with and a code does not: every second unit is a phòng."""
RESERVED = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
}
"""Names that Windows keeps for itself, in small letters."""
_BOOLEANS = frozenset({"true", "false"})
_MONTH = re.compile(
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\d+",
    re.IGNORECASE,
)
"""MAR3 typed into Excel is the third of March."""


def propose(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """Return a code for each name, in their order: its initials, and a number where they clash.

    Letters and digits of ASCII only, for they become names of files; none equals one of `taken`
    or another, whatever the case. Names added at the end leave the codes before them as they were.
    """
    used = {vietnamese.nfc(code).casefold() for code in taken} | RESERVED | _BOOLEANS
    codes = []
    for name in names:
        stem = initials(name)
        code, number = stem, 1
        while code.casefold() in used or _MONTH.fullmatch(code):
            number += 1
            code = f"{stem}X{number}" if _MONTH.fullmatch(f"{stem}{number}") else f"{stem}{number}"
        used.add(code.casefold())
        codes.append(code)
    return codes


def initials(name: str) -> str:
    """Return the initials of a unit's name: "Phòng Hành chính - Tổng hợp" → "HCTH".

    An abbreviation in it is kept whole, a number too; "DV" where nothing is left.
    """
    plain = vietnamese.unaccented(vietnamese.nfc(re.sub(r"\([^)]*\)", " ", name)))
    words = re.findall(r"[A-Za-z]+|[0-9]+", plain)
    if len(words) > 1 and words[0].casefold() in _KINDS:
        words = words[1:]
    shouted = plain.upper() == plain
    letters = "".join(
        word if word.isdigit() or (word.isupper() and len(word) < 6 and not shouted) else word[0]
        for word in words
        if word.casefold() not in _LEFT_OUT or word.isdigit()
    )
    code = letters[:_LONGEST].upper() or "DV"
    return code if code[0].isalpha() else f"DV{code}"[:_LONGEST]
