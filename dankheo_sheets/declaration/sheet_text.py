"""The questions the rules ask of a cell, each twice: in Python and as a spreadsheet formula.

The two of a pair give the same answer for any text; tests/form/test_rules_in_sheet.py holds
them together by running the formulas in LibreOffice. Only functions that Excel 2007,
LibreOffice and Google Sheets share are used, no wildcards, and comparisons by EXACT.
`ref` is a cell reference, `key` a cell or formula that holds the folded text
(:func:`sheet_key_formula`), `name` a defined name of a list of folded texts. Where one cell is
looked at several times the twins are given a cell that holds the answer.
"""

import re
import string
from collections.abc import Set

from dankheo_sheets.vietnamese import INVISIBLE

_TO_SPACE = ("\u00a0", "\n", "\t", "\x01")
"""The last is how LibreOffice's formulas see a tab in a cell of several lines."""
_TO_HYPHEN = ("–", "—")
_TO_NOTHING = tuple(INVISIBLE)
_FOLD = {ord(c): " " for c in _TO_SPACE} | {ord(c): "-" for c in _TO_HYPHEN}
_FOLD |= {ord(c): "" for c in _TO_NOTHING}
_SPACES = re.compile(" {2,}")


def trim(text: str) -> str:
    """Return `text` as the sheet's TRIM does: ASCII spaces only, inner runs as one."""
    return _SPACES.sub(" ", text).strip(" ")


def sheet_key(text: str) -> str:
    """Return `text` lower-cased and trimmed, odd spaces and dashes made plain.

    Characters that show nothing are dropped.
    """
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


NO_WORDS_LIST, DIGITS_LIST = "ds_dau_cau", "ds_so"
"""Defined names of :data:`NO_WORDS` and :data:`DIGITS` in a workbook."""
DIGITS = tuple(string.digits)
_SPACES_OF_PRINT = "".join(map(chr, (*range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
_DASHES = "‐‑‒–—―−⁃"
_QUOTES = "“”„‘’‚«»‹›´…‥"
_BULLETS = "·•●○◦∙‣▪▫■□◆◇♦★☆►▶➢➤✓✔√×§°"
_SYMBOL_FONTS = "\uf02d\uf06e\uf076\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc"
"""Bullets of Word's lists (Symbol, Wingdings), as they are pasted: private characters."""
_EMOJI_STYLES = "\ufe0e\ufe0f"
"""What follows a sign to say whether it is drawn in colour."""
NO_WORDS = tuple(
    dict.fromkeys(
        f"{string.digits}{string.punctuation} \n\t\u00a0{INVISIBLE}{_SPACES_OF_PRINT}"
        f"{_DASHES}{_QUOTES}{_BULLETS}{_SYMBOL_FONTS}{_EMOJI_STYLES}"
    )
)
"""Characters that make no word, however many there are: the workbook carries them as a list."""
_WORD = re.compile(f"[^{re.escape(''.join(NO_WORDS))}\x01]")
_DIGIT = re.compile("[0-9]")


def has_words(text: str) -> bool:
    """Tell whether words were written, in any script: "1.....", "…" and "12/4" are none."""
    return bool(_WORD.search(text))


def has_words_formula(ref: str, name: str) -> str:
    """Twin of :func:`has_words`; `name` is the defined name of the list :data:`NO_WORDS`.

    It is longer than all it has of the list.
    """
    none = f'SUMPRODUCT(LEN({ref})-LEN(SUBSTITUTE({ref},{name},"")))'
    return f'LEN(SUBSTITUTE({ref},CHAR(1),""))>{none}'


def has_digits(text: str) -> bool:
    """Tell whether a digit was written."""
    return bool(_DIGIT.search(text))


def has_digits_formula(ref: str, name: str) -> str:
    """Twin of :func:`has_digits`; `name` is the defined name of the list :data:`DIGITS`."""
    return f"SUMPRODUCT(--ISNUMBER(FIND({name},{ref})))>0"


def is_empty(text: str) -> bool:
    """Tell whether nothing stands there that shows."""
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
