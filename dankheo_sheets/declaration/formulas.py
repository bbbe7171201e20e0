"""Expressions as spreadsheet formulas: the twin of :mod:`dankheo_sheets.declaration.evaluation`.

Whatever is looked at twice stands in a hidden cell of its own, so no formula grows with its depth
and Excel's limits stay far (reference/measurements.md §4.8). Only functions that Excel 2007,
LibreOffice and Google Sheets share are used; texts are compared by EXACT, never by wildcards.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from dankheo_sheets.declaration import expressions as ex
from dankheo_sheets.declaration.evaluation import DECIMALS
from dankheo_sheets.declaration.expressions import Type
from dankheo_sheets.declaration.sheet_text import sheet_key

_LONG = 2000
"""Characters of a condition from which on its parts stand in cells of their own."""


class Places(Protocol):
    """Where the formulas of one row find what they look at."""

    def value(self, key: str) -> str:
        """Return the cell that holds the typed number or date of a column, "" where empty."""
        ...

    def folded(self, key: str) -> str:
        """Return the cell that holds :func:`sheet_text.sheet_key` of a column of text."""
        ...

    def marked(self, key: str) -> str:
        """Return the condition that a mark is set."""
        ...

    def column(self, key: str) -> str:
        """Return the cells of :meth:`value`, :meth:`folded` or "x"/"" of a mark, of all rows."""
        ...

    def hidden(self, formula: str) -> str:
        """Return a hidden cell of the row that holds this formula."""
        ...


def formula(node: ex.Node, places: Places) -> str:
    """Return the formula, without "="; "" is its value where there is none."""
    match node:
        case ex.Literal(value):
            return _literal(value, node.type)
        case ex.OfRow(key):
            if node.type is Type.TRUTH:
                return places.marked(key)
            return places.folded(key) if node.type is Type.TEXT else places.value(key)
        case ex.OfColumn(key, True, of):
            cells = places.column(key)
            words = of in (Type.TEXT, Type.TRUTH)
            return f'SUMPRODUCT(--({cells}<>""))' if words else f"COUNT({cells})"
        case ex.OfColumn(key):
            cells = places.column(key)
            return f'IF(COUNT({cells})=0,"",ROUND(SUM({cells}),{DECIMALS}))'
        case ex.Sum(terms):
            signed = [(sign, _cell(term, places)) for sign, term in terms]
            added = ",".join(cell for sign, cell in signed if sign > 0)
            taken = ",".join(cell for sign, cell in signed if sign < 0)
            reckoned = "-".join((f"SUM({added})" if added else "0", f"SUM({taken})"))
            counted = ",".join(cell for _, cell in signed)
            result = reckoned if taken else f"SUM({added})"
            return f'IF(COUNT({counted})=0,"",ROUND({result},{DECIMALS}))'
        case ex.Product(left, right):
            first, second = _cell(left, places), _cell(right, places)
            return f'IF(COUNT({first},{second})<2,"",ROUND({first}*{second},{DECIMALS}))'
        case ex.Quotient(left, right):
            first, second = _cell(left, places), _cell(right, places)
            divided = f'IF({second}=0,"",ROUND({first}/{second},{DECIMALS}))'
            return f'IF(COUNT({first},{second})<2,"",{divided})'
        case ex.Compare(sign, left, right):
            return _compared(sign, left, right, places)
        case ex.Junction(every, parts):
            return _joined("AND" if every else "OR", [formula(p, places) for p in parts], places)
        case ex.Not(part):
            return f"NOT({formula(part, places)})"
        case ex.If(condition, yes, no):
            branches = (_operand(yes, places), _operand(no, places))
            return f"IF({_short(formula(condition, places), places)},{','.join(branches)})"
        case ex.Empty(part) if part.type is Type.TRUTH:
            return f"NOT({formula(part, places)})"
        case ex.Empty(part) if part.type is Type.TEXT:
            return f'{_cell(part, places)}=""'
        case ex.Empty(part):
            return f"COUNT({_cell(part, places)})=0"
        case ex.Days(start, end):
            first, last = _cell(start, places), _cell(end, places)
            return f'IF(COUNT({first},{last})<2,"",{last}-{first})'
        case ex.Year(part):
            day = _cell(part, places)
            return f'IF(COUNT({day})=0,"",YEAR({day}))'


def _literal(value: object, of: Type) -> str:
    if of is Type.TEXT:
        return quoted(sheet_key(str(value)))
    if isinstance(value, Decimal):
        return f"{value:f}"
    return f"DATE({value:%Y},{value:%m},{value:%d})".replace(",0", ",")


def quoted(text: str) -> str:
    """Return `text` as a formula writes it."""
    return '"' + text.replace('"', '""') + '"'


def _cell(node: ex.Node, places: Places) -> str:
    """Return a number or date as a literal or a cell, so that it can be looked at twice."""
    written = formula(node, places)
    if isinstance(node, ex.Literal | ex.OfRow):
        return written
    return places.hidden(written)


def _operand(node: ex.Node, places: Places) -> str:
    return formula(node, places) if node.type is Type.TRUTH else _cell(node, places)


def _short(condition: str, places: Places) -> str:
    return places.hidden(condition) if len(condition) > _LONG else condition


def _joined(how: str, conditions: Iterable[str], places: Places) -> str:
    return f"{how}({','.join(_short(condition, places) for condition in conditions)})"


_SIGNS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def _compared(sign: str, left: ex.Node, right: ex.Node, places: Places) -> str:
    first, second = _cell(left, places), _cell(right, places)
    if left.type is Type.TEXT:
        same = f"EXACT({first},{second})"
        return same if sign == "=" else f"NOT({same})"
    if left.type is Type.DATE:
        return f"IF(COUNT({first},{second})<2,TRUE,{first}{_SIGNS[sign]}{second})"
    return f"N({first}){_SIGNS[sign]}N({second})"
