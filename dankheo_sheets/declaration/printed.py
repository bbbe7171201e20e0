"""Numbers of columns as forms print them, with the formula they carry: "3=4+6+8".

`2 (=3+…+12)`, `4(=2*100/3)`, `G=E−F`, `Ms`, `A`. What the formula names are the numbers of other
columns; only 100 and 1000, as factors, may be plain numbers (reference/form.md §8).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_PRINTED = re.compile(r"\s*(?P<number>[^\s(=]+)\s*(?:\(\s*=(?P<inner>[^()]*)\)|=(?P<outer>.*))?\s*")
_TERM = re.compile(r"\s*(?:(?P<dots>…|\.\.\.)|(?P<name>\w+)|(?P<sign>[-+*/:x×÷−]))")
_SIGNS = {"−": "-", "×": "*", "x": "*", "÷": "/", ":": "/"}
FACTORS = ("100", "1000")


@dataclass(frozen=True, slots=True)
class Printed:
    """A column's number, and its formula as printed, "" where it has none."""

    number: str
    formula: str = ""


def read(text: str) -> Printed:
    """Take a printed number apart. Raises ValueError with what is expected, in Vietnamese."""
    found = _PRINTED.fullmatch(text)
    if not found:
        raise ValueError("số cột ghi như 3, A hoặc 3=4+6+8")
    formula = (found["inner"] or found["outer"] or "").strip()
    return Printed(found["number"], formula)


def expression(printed: Printed, keys: Mapping[str, str]) -> str:
    """Return the formula in the language of expressions.

    `keys` has the key of each numbered column, in the order they stand in. Raises ValueError.
    """
    order = list(keys)
    words: list[str] = []
    at = 0
    while at < len(printed.formula.rstrip()):
        found = _TERM.match(printed.formula, at)
        if not found:
            raise ValueError(f"không hiểu “{printed.formula[at:].strip()}” trong công thức in")
        at = found.end()
        words.append(_SIGNS.get(found[0].strip(), found[0].strip()))
    for place, word in enumerate(words):
        if word in ("…", "..."):
            words[place] = _between(words, place, order)
    return " ".join(_names(words, keys))


def _between(words: Sequence[str], place: int, order: Sequence[str]) -> str:
    """Return what stands for "…" of "3+…+12": "4 + 5 + … + 11"."""
    around = [words[at] for at in (place - 2, place + 2) if 0 <= at < len(words)]
    signs = [words[at] for at in (place - 1, place + 1) if 0 <= at < len(words)]
    if len(around) < 2 or signs != ["+", "+"] or not set(around) <= set(order):
        raise ValueError("dấu … chỉ đứng giữa hai số cột, như 3+…+12")
    first, last = (order.index(each) for each in around)
    if last - first < 2:
        raise ValueError(f"giữa cột {around[0]} và cột {around[1]} không có cột nào")
    return " + ".join(order[first + 1 : last])


def _names(words: Sequence[str], keys: Mapping[str, str]) -> list[str]:
    whole = " ".join(words).split()
    named = []
    for at, word in enumerate(whole):
        beside = {whole[at - 1] if at else "", whole[at + 1] if at + 1 < len(whole) else ""}
        if word in keys:
            named.append(keys[word])
        elif word in "+-*/" or (word in FACTORS and beside & {"*", "/"}):
            named.append(word)
        else:
            raise ValueError(f"công thức in nhắc cột {word}, biểu không có cột số {word}")
    return named
