"""What was typed into a cell → a typed value, in Python and as a spreadsheet formula.

Numbers are read the Vietnamese way: "1.234.567,8" (reference/vietnamese.md §3). A dot that does not
part thousands is not guessed at: "1.5" may be one and a half or fifteen. The two of a pair agree on
any text; a cell that holds a real number or date is that number or date in both.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dankheo_sheets.declaration.evaluation import Value
from dankheo_sheets.declaration.formulas import quoted
from dankheo_sheets.declaration.sheet_text import DIGITS_LIST, sheet_key, sheet_key_formula

MOST_DIGITS = 15
"""Of a number: a spreadsheet keeps no more (reference/measurements.md §4.8)."""
MOST_DECIMALS = 6
FIRST_YEAR, LAST_YEAR = 1901, 2199
"""Of a date: from 1901 on spreadsheets and calendars number days alike."""


class Misfit:
    """Something stands there that is no value of the kind."""

    def __repr__(self) -> str:
        return "WRONG"


WRONG = Misfit()
WRONG_CELL = "?"
"""What a hidden cell holds in place of :data:`WRONG`."""

Hidden = Callable[[str], str]
"""Puts a formula into a hidden cell of the row and returns that cell."""

_NUMBER = re.compile(r"(-?)([0-9]{1,15}|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]{1,6}))?")
_FILLERS = (".", "-", "…", "_")
"""What is put where there is nothing to say."""


def _compact(text: str, space: str = "") -> str:
    """Return `text` folded, with `space` for its spaces; "" where only fillers stand."""
    key = sheet_key(text).replace(" ", space).replace("−", "-")
    rest = key
    for filler in _FILLERS:
        rest = rest.replace(filler, "")
    return key if rest else ""


def _compact_formula(ref: str, hidden: Hidden, space: str = "") -> str:
    key = f'SUBSTITUTE(SUBSTITUTE({sheet_key_formula(ref)}," ","{space}"),"−","-")'
    cell = rest = hidden(key)
    for filler in _FILLERS:
        rest = f'SUBSTITUTE({rest},"{filler}","")'
    return hidden(f'IF({rest}="","",{cell})')


def number(text: str) -> Decimal | Misfit | None:
    """Return the number that was typed, None for nothing. A space parts thousands as a dot does."""
    typed = _compact(text, ".")
    if not typed:
        return None
    found = _NUMBER.fullmatch(typed)
    if not found:
        return WRONG
    sign, whole, part = found[1], found[2].replace(".", ""), found[3] or ""
    if len(whole + part) > MOST_DIGITS:
        return WRONG
    return Decimal(f"{sign}{whole}.{part or 0}") + 0


def _number_formula(raw: str, hidden: Hidden) -> str:
    typed = _compact_formula(raw, hidden, ".")
    body = hidden(f'IF(LEFT({typed},1)="-",MID({typed},2,99),{typed})')
    comma = hidden(f'IFERROR(FIND(",",{body}),0)')
    whole = hidden(f"IF({comma}=0,{body},LEFT({body},{comma}-1))")
    part = hidden(f'IF({comma}=0,"",MID({body},{comma}+1,99))')
    digits = hidden(f'SUBSTITUTE({whole},".","")')
    fine = ",".join((
        f"LEN({digits})>0",
        f"LEN({digits}&{part})<={MOST_DIGITS}",
        f"LEN({part})<={MOST_DECIMALS}",
        f"OR({comma}=0,LEN({part})>0)",
        _only_digits(f"{digits}&{part}"),
        _grouped(whole, digits),
    ))  # fmt: skip
    size = f'ROUND(VALUE("0"&{digits})+VALUE("0"&{part})/10^LEN({part}),{MOST_DECIMALS})'
    value = f'{size}*IF(LEFT({typed},1)="-",-1,1)'
    read = f'IF(LEN({body})>24,"{WRONG_CELL}",IF(AND({fine}),{value},"{WRONG_CELL}"))'
    return f'IF(ISNUMBER({raw}),{raw},IF({typed}="","",{read}))'


def _grouped(whole: str, digits: str) -> str:
    """Return the condition that no dot parts the digits, or that they part thousands."""
    dots = f"(LEN({whole})-LEN({digits}))"
    padded = f'REPT("0",40-LEN({whole}))&{whole}'
    in_place = f'SUMPRODUCT(--(MID({padded},{{37,33,29,25}},1)="."))={dots}'
    return f"OR({dots}=0,AND({dots}=INT((LEN({digits})-1)/3),{in_place}))"


def _only_digits(text: str) -> str:
    return f'SUMPRODUCT(LEN({text})-LEN(SUBSTITUTE({text},{DIGITS_LIST},"")))=LEN({text})'


def percent(text: str) -> Decimal | Misfit | None:
    """Return the number of a percentage, "35%" and "35" alike."""
    return number(sheet_key(text).removesuffix("%"))


_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def day(text: str) -> date | Misfit | None:
    """Return the date that was typed, day, month, year: "8/4/2022", "08-04-2022", "8.4.2022"."""
    typed = _compact(text)
    if not typed:
        return None
    found = _DAY.fullmatch(typed.replace("-", "/").replace(".", "/"))
    if not found or not FIRST_YEAR <= int(found[3]) <= LAST_YEAR:
        return WRONG
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return WRONG


def _day_formula(raw: str, hidden: Hidden) -> str:
    typed = _compact_formula(raw, hidden)
    even = hidden(f'SUBSTITUTE(SUBSTITUTE({typed},"-","/"),".","/")')
    first = hidden(f'IFERROR(FIND("/",{even}),0)')
    second = hidden(f'IFERROR(FIND("/",{even},{first}+1),0)')
    pieces = (
        f"LEFT({even},{first}-1)",
        f"MID({even},{first}+1,{second}-{first}-1)",
        f"MID({even},{second}+1,99)",
    )
    d, m, y = (hidden(f'IF({second}=0,"",{piece})') for piece in pieces)
    lengths = f"LEN({d})>0,LEN({d})<3,LEN({m})>0,LEN({m})<3,LEN({y})=4"
    fine = hidden(f"AND({lengths},{_only_digits(f'{d}&{m}&{y}')})")
    year = f"VALUE({y})"
    in_time = hidden(f"IF({fine},AND({year}>={FIRST_YEAR},{year}<={LAST_YEAR}),FALSE)")
    serial = hidden(f'IF({in_time},DATE({year},VALUE({m}),VALUE({d})),"")')
    real = f"IF({in_time},AND(DAY({serial})=VALUE({d}),MONTH({serial})=VALUE({m})),FALSE)"
    read = f'IF({real},{serial},"{WRONG_CELL}")'
    return f'IF(ISNUMBER({raw}),INT({raw}),IF({typed}="","",{read}))'


@dataclass(frozen=True, slots=True)
class Reading:
    """How cells of a kind are read: the two twins."""

    value: Callable[[str], Value | Misfit]
    formula: Callable[[str, Hidden], str]
    """Of the cell typed into; "" for nothing, :data:`WRONG_CELL` for :data:`WRONG`."""


def _percent_formula(raw: str, hidden: Hidden) -> str:
    trimmed = hidden(f"TRIM({sheet_key_formula(raw)})")
    bare = f'IF(RIGHT({trimmed},1)="%",LEFT({trimmed},LEN({trimmed})-1),{trimmed})'
    return f"IF(ISNUMBER({raw}),{raw},{hidden(_number_formula(hidden(bare), hidden))})"


def integer(text: str) -> Decimal | Misfit | None:
    """Return the whole number that was typed; one with a comma is none."""
    return WRONG if "," in sheet_key(text) else number(text)


def _integer_formula(raw: str, hidden: Hidden) -> str:
    typed = _compact_formula(raw, hidden, ".")
    body = hidden(f'IF(LEFT({typed},1)="-",MID({typed},2,99),{typed})')
    digits = hidden(f'SUBSTITUTE({body},".","")')
    fine = f"LEN({digits})>0,LEN({digits})<={MOST_DIGITS},{_only_digits(digits)}"
    value = f"VALUE({digits})*IF({typed}={body},1,-1)"
    right = f'IF(AND({fine},{_grouped(body, digits)}),{value},"{WRONG_CELL}")'
    read = f'IF(LEN({body})>24,"{WRONG_CELL}",{right})'
    real = f'IF(INT({raw})={raw},{raw},"{WRONG_CELL}")'
    return f'IF(ISNUMBER({raw}),{real},IF({typed}="","",{read}))'


_TELEPHONE = re.compile("0[0-9]{9,10}")


def telephone(text: str) -> str | Misfit | None:
    """Return a telephone number of Vietnam without what parts its digits."""
    typed = _compact(text)
    for sign in _PARTING:
        typed = typed.replace(sign, "")
    if typed.startswith("+84"):
        typed = f"0{typed[3:]}"
    return (typed if _TELEPHONE.fullmatch(typed) else WRONG) if typed else None


_PARTING = (".", "-", "(", ")", "/")


def _telephone_formula(raw: str, hidden: Hidden) -> str:
    bare = _compact_formula(raw, hidden)
    for sign in _PARTING:
        bare = f'SUBSTITUTE({bare},"{sign}","")'
    bare = hidden(bare)
    typed = hidden(f'IF(LEFT({bare},3)="+84","0"&MID({bare},4,99),{bare})')
    fine = f'AND(LEFT({typed},1)="0",LEN({typed})>9,LEN({typed})<12,{_only_digits(typed)})'
    return f'IF({typed}="","",IF({fine},{typed},"{WRONG_CELL}"))'


def email(text: str) -> str | Misfit | None:
    """Return an address: one @ with something before it, a dot with something around it after."""
    typed = sheet_key(text)
    if not typed:
        return None
    name, _, host = typed.partition("@")
    fine = name and "@" not in host and " " not in typed and "." in host[1:-1]
    return typed if fine else WRONG


def _email_formula(raw: str, hidden: Hidden) -> str:
    typed = hidden(sheet_key_formula(raw))
    at = hidden(f'IFERROR(FIND("@",{typed}),0)')
    host = f"MID({typed},{at}+2,LEN({typed})-{at}-2)"
    fine = ",".join((
        f"{at}>1",
        f'LEN({typed})-LEN(SUBSTITUTE({typed},"@",""))=1',
        f'ISERROR(FIND(" ",{typed}))',
        f'ISNUMBER(FIND(".",{host}))',
    ))  # fmt: skip
    enough = f'IF(LEN({typed})-{at}<3,"{WRONG_CELL}",IF(AND({fine}),{typed},"{WRONG_CELL}"))'
    return f'IF({typed}="","",IF({at}=0,"{WRONG_CELL}",{enough}))'


LETTERS = "abcdefghijklmnopqrstuvwxyzđ"


def is_like(text: str, pattern: str) -> bool:
    """Tell whether a text has the form of a pattern: # a digit, @ a letter, all else itself."""
    typed, like = sheet_key(text), sheet_key(pattern)
    return len(typed) == len(like) and all(
        c in "0123456789" if p == "#" else c in LETTERS if p == "@" else c == p
        for c, p in zip(typed, like, strict=True)
    )


def like_formula(folded: str, pattern: str) -> str:
    """Twin of :func:`is_like`; `folded` is the cell of :func:`sheet_text.sheet_key`."""
    like = sheet_key(pattern)
    of = {"#": "0123456789", "@": LETTERS}
    parts = [f"LEN({folded})={len(like)}"]
    for at, sign in enumerate(like, 1):
        one = f"MID({folded},{at},1)"
        parts.append(
            f'ISNUMBER(FIND({one}&"",{quoted(of[sign])}))' if sign in of
            else f"EXACT({one},{quoted(sign)})"
        )  # fmt: skip
    return f"AND({','.join(parts)})"


def shown(value: Decimal) -> str:
    """Return a number the Vietnamese way: "1.234.567,8"."""
    whole, _, part = f"{value:f}".partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", ".")
    part = part.rstrip("0")
    return f"{sign}{grouped}{',' + part if part else ''}"


INTEGER = Reading(integer, _integer_formula)
NUMBER = Reading(number, _number_formula)
PERCENT = Reading(percent, _percent_formula)
DAY = Reading(day, _day_formula)
PHONE = Reading(telephone, _telephone_formula)
EMAIL = Reading(email, _email_formula)
