"""The questions the rules ask of a cell, each twice: in Python and as a spreadsheet formula.

The two of a pair give the same answer for any text; tests/form/test_rules_in_sheet.py holds
them together by running the formulas in LibreOffice. Only functions that Excel 2007,
LibreOffice and Google Sheets share are used, no wildcards, and comparisons by EXACT.
`ref` is a cell reference, `key` a cell or formula that holds the folded text
(:func:`sheet_key_formula`), `name` a defined name of a list of folded texts.
"""

import re
from collections.abc import Set

_TO_SPACE = ("\u00a0", "\n", "\t", "\x01")
"""The last is how LibreOffice's formulas see a tab in a cell of several lines."""
_TO_HYPHEN = ("–", "—")
_TO_NOTHING = ("\u200b", "\ufeff")
_FOLD = {ord(c): " " for c in _TO_SPACE} | {ord(c): "-" for c in _TO_HYPHEN}
_FOLD |= {ord(c): "" for c in _TO_NOTHING}
_SPACES = re.compile(" {2,}")


def trim(text: str) -> str:
    """Return `text` as the sheet's TRIM does: ASCII spaces only, inner runs as one."""
    return _SPACES.sub(" ", text).strip(" ")


def sheet_key(text: str) -> str:
    """Return `text` lower-cased, with odd spaces and dashes made plain, and trimmed."""
    return trim(text.translate(_FOLD)).lower()


def sheet_key_formula(ref: str) -> str:
    """Twin of :func:`sheet_key`."""
    for old, new in (
        *((c, " ") for c in _TO_SPACE),
        *((c, "-") for c in _TO_HYPHEN),
        *((c, "") for c in _TO_NOTHING),
    ):
        written = f"CHAR({ord(old)})" if ord(old) < 32 else f'"{old}"'
        ref = f'SUBSTITUTE({ref},{written},"{new}")'
    return f"LOWER(TRIM({ref}))"


def in_list(text: str, accepted: Set[str]) -> bool:
    """Tell whether folded `text` is in the list."""
    return sheet_key(text) in accepted


def in_list_formula(key: str, name: str) -> str:
    """Twin of :func:`in_list`."""
    return f"SUMPRODUCT(--EXACT({key},{name}))>0"


def has_letters(text: str) -> bool:
    """Tell whether a word was written: "1.....", "…" and "12/4" hold none (domain.md §2)."""
    return text.upper() != text.lower()


def has_letters_formula(ref: str) -> str:
    """Twin of :func:`has_letters`."""
    return f"NOT(EXACT(UPPER({ref}),LOWER({ref})))"


def is_empty(text: str) -> bool:
    """Tell whether nothing but spaces stands there."""
    return sheet_key(text) == ""


def is_empty_formula(key: str) -> str:
    """Twin of :func:`is_empty`."""
    return f'{key}=""'


def length(text: str) -> int:
    """Return how long the sheet says the trimmed text is: in UTF-16 code units."""
    return len(trim(text).encode("utf-16-le", errors="surrogatepass")) // 2


def length_formula(ref: str) -> str:
    """Twin of :func:`length`."""
    return f"LEN(TRIM({ref}))"
