"""Expressions in Python: a row of typed values → a value.

Twin of :mod:`dankheo_sheets.declaration.formulas`; tests/declaration/test_twins.py holds the two
together in LibreOffice.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from dankheo_sheets.declaration import expressions as ex
from dankheo_sheets.declaration.expressions import Type
from dankheo_sheets.declaration.sheet_text import sheet_key

Value = Decimal | str | date | bool | None
Row = Mapping[str, Value]
"""Column → its typed value. A key that is missing is empty."""

DECIMALS = 6
"""To which every reckoning is rounded, half away from zero, here and in the sheet: a sum of tenths
is what it is on paper, in a program that reckons in binary too. Our choice."""
_EXACT = Context(prec=80)
_STEP = Decimal(1).scaleb(-DECIMALS)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def rounded(number: Decimal) -> Decimal:
    """Return `number` to :data:`DECIMALS` places, never as -0."""
    return number.quantize(_STEP, ROUND_HALF_UP, _EXACT) + 0


def evaluate(node: ex.Node, row: Row, rows: Sequence[Row]) -> Value:
    """Return the value of an expression in `row`, one of all used `rows`."""
    match node:
        case ex.Literal():
            return node.value
        case ex.OfRow(key):
            return bool(row.get(key)) if node.type is Type.TRUTH else row.get(key)
        case ex.OfColumn(key, counts):
            there = [each.get(key) for each in rows if not is_empty(each.get(key))]
            if counts:
                return Decimal(len(there))
            return total(there)
        case ex.Sum(terms):
            signed = [(sign, _number(term, row, rows)) for sign, term in terms]
            return total(sign * value for sign, value in signed if value is not None)
        case ex.Product(left, right):
            first, second = _number(left, row, rows), _number(right, row, rows)
            if first is None or second is None:
                return None
            return rounded(_EXACT.multiply(first, second))
        case ex.Quotient(left, right):
            first, second = _number(left, row, rows), _number(right, row, rows)
            if first is None or not second:
                return None
            return rounded(_EXACT.divide(first, second))
        case ex.Compare(sign, left, right):
            return _compared(sign, evaluate(left, row, rows), evaluate(right, row, rows), left.type)
        case ex.Junction(every, parts):
            return (all if every else any)(evaluate(part, row, rows) for part in parts)
        case ex.Not(part):
            return not evaluate(part, row, rows)
        case ex.If(condition, yes, no):
            return evaluate(yes if evaluate(condition, row, rows) else no, row, rows)
        case ex.Empty(part):
            return is_empty(evaluate(part, row, rows))
        case ex.Days(start, end):
            begin, last = evaluate(start, row, rows), evaluate(end, row, rows)
            if not isinstance(begin, date) or not isinstance(last, date):
                return None
            return Decimal((last - begin).days)
        case ex.Year(part):
            day = evaluate(part, row, rows)
            return Decimal(day.year) if isinstance(day, date) else None


def is_empty(value: Value) -> bool:
    """Tell whether there is nothing: no value, no text that shows, no mark."""
    return value is None or value is False or (isinstance(value, str) and not sheet_key(value))


def _number(node: ex.Node, row: Row, rows: Sequence[Row]) -> Decimal | None:
    value = evaluate(node, row, rows)
    return value if isinstance(value, Decimal) else None


def total(values: Iterable[Value]) -> Decimal | None:
    """Return the sum of the numbers among them; None of none."""
    numbers = [value for value in values if isinstance(value, Decimal)]
    result = Decimal(0)
    for value in numbers:
        result = _EXACT.add(result, value)
    return rounded(result) if numbers else None


def _compared(sign: str, left: Value, right: Value, of: Type) -> bool:
    if of is Type.DATE:
        return left is None or right is None or _COMPARE[sign](left, right)
    if of is Type.TEXT:
        return _COMPARE[sign](sheet_key(str(left or "")), sheet_key(str(right or "")))
    return _COMPARE[sign](left or Decimal(0), right or Decimal(0))
