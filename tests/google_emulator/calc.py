"""What a simple formula comes to.

The emulator is no spreadsheet: it calculates arithmetic, ``&``, references and a few functions.
For any other formula a test says the result (``World.results``); otherwise a read of the value
answers 501, and an export keeps the formula without a value.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

from . import a1, errors
from .document import Document, Tab
from .errors import Refusal
from .typed import Value, shown

Results: TypeAlias = Mapping[str, bool | float | str]


class CellError(Exception):
    """A value that is an error: its kind and what Google says about it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind} {message}")
        self.kind = kind
        self.message = message


class Unknown(Exception):
    """A formula that the emulator cannot calculate."""


# --- calculating ----------------------------------------------------------------------------


def value_of(
    document: Document, tab: Tab, row: int, column: int, results: Results, depth: int = 0
) -> Value:
    """Return what a cell comes to; raises :class:`CellError` or :class:`Unknown`."""
    value = tab.value(row, column)
    if "formulaValue" in value:
        formula = str(value["formulaValue"])
        if formula in results:
            return results[formula]
        if depth > 50:
            raise CellError("#REF!", "Circular dependency detected.")
        return _Formula(document, tab, formula, results, depth).calculate()
    return next(iter(value.values()), None)


def read(document: Document, tab: Tab, row: int, column: int, results: Results) -> Value:
    """Return a cell's value for an answer: an error as text, 501 for what cannot be known."""
    try:
        return value_of(document, tab, row, column, results)
    except CellError as error:
        return f"{error.kind} ({error.message})" if error.message else error.kind
    except Unknown as error:
        raise unknown(tab, row, column) from error


def unknown(tab: Tab, row: int, column: int) -> Refusal:
    """Refuse to say what a formula comes to."""
    formula = tab.value(row, column).get("formulaValue", "")
    return errors.unsupported(
        f"calculating {a1.quoted(tab.title)}!{a1.letters(column)}{row + 1} {formula}"
    )


_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")
    |(?P<ref>(?:(?:'(?:[^']|'')+'|[A-Za-z_]\w*)!)?\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?)(?![\w(])
    |(?P<gone>\#REF!)
    |(?P<number>\d+(?:[.,]\d+)?)
    |(?P<name>[A-Za-z][\w.]*)
    |(?P<sign><>|<=|>=|[-+*/&=<>()^;,%]))""",
    re.VERBOSE,
)


@lru_cache(maxsize=10_000)
def _tokens(text: str, decimal_comma: bool) -> tuple[tuple[str, str], ...] | None:
    """Return what a formula consists of; nothing where that is unknown, which is remembered too."""
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        kind = match.lastgroup or ""
        token = match[kind]
        if kind == "number" and "," in token and not decimal_comma:
            token = token.partition(",")[0]
        tokens.append((kind, token))
        at = match.start(kind) + len(token)
    return tuple(tokens)


class _Formula:
    """A little calculator: one formula of one cell."""

    def __init__(
        self, document: Document, tab: Tab, text: str, results: Results, depth: int
    ) -> None:
        self.document, self.tab, self.results, self.depth = document, tab, results, depth
        tokens = _tokens(text[1:].rstrip(), document.decimal_comma)
        if tokens is None:
            raise Unknown(text)
        self.tokens = list(tokens)

    def calculate(self) -> Value:
        value = self._compared()
        if self.tokens:
            # In a locale with a decimal comma "," separates nothing: reference/google.md §8.
            if self.document.decimal_comma and self.tokens[0][1] == ",":
                raise CellError("#ERROR!", "Formula parse error.")
            raise Unknown(str(self.tokens))
        return value

    def _sign(self, *signs: str) -> str:
        if self.tokens and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs:
            return self.tokens.pop(0)[1]
        return ""

    def _compared(self) -> Value:
        left = self._joined()
        while sign := self._sign("=", "<>", "<", "<=", ">", ">="):
            right = self._joined()
            if sign in {"=", "<>"}:
                left = (_folded(left) == _folded(right)) == (sign == "=")
            else:
                if isinstance(left, str) or isinstance(right, str):
                    raise Unknown(f"{left} {sign} {right}")
                a, b = _number(left), _number(right)
                left = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]
        return left

    def _joined(self) -> Value:
        left = self._sum()
        while self._sign("&"):
            left = shown(left, {}, self.document) + shown(self._sum(), {}, self.document)
        return left

    def _sum(self) -> Value:
        left = self._product()
        while sign := self._sign("+", "-"):
            right = _number(self._product())
            left = _number(left) + (right if sign == "+" else -right)
        return left

    def _product(self) -> Value:
        left = self._atom()
        while sign := self._sign("*", "/"):
            right = _number(self._atom())
            if sign == "/" and right == 0:
                raise CellError("#DIV/0!", "Function DIVIDE parameter 2 cannot be zero.")
            left = _number(left) * right if sign == "*" else _number(left) / right
        return left

    def _atom(self) -> Value:
        if self._sign("-"):
            return -_number(self._atom())
        if self._sign("("):
            value = self._compared()
            if not self._sign(")"):
                raise Unknown("(")
            return value
        if not self.tokens:
            raise CellError("#ERROR!", "Formula parse error.")
        kind, token = self.tokens.pop(0)
        if kind == "text":
            return token[1:-1].replace('""', '"')
        if kind == "number":
            return float(token.replace(",", "."))
        if kind == "ref":
            return next(iter(self._cells(token)), None)
        if kind == "gone":
            raise CellError("#REF!", "Reference does not exist.")
        if kind == "name" and token.upper() in {"TRUE", "FALSE"}:
            return token.upper() == "TRUE"
        if kind == "name" and self._sign("("):
            return self._function(token.upper())
        raise Unknown(token)

    def _cells(self, ref: str) -> list[Value]:
        if "!" not in ref:
            ref = f"{a1.quoted(self.tab.title)}!{ref}"
        try:
            area = a1.find(self.document, ref)
        except Refusal as error:
            raise CellError("#REF!", "Reference does not exist.") from error
        return [
            value_of(self.document, area.tab, row, column, self.results, self.depth + 1)
            for row in range(area.top, area.bottom)
            for column in range(area.left, area.right)
        ]

    def _function(self, name: str) -> Value:
        if name not in {"SUM", "COUNTA", "COUNT", "MAX", "MIN"}:
            raise Unknown(name)
        values: list[Value] = []
        while not self._sign(")"):
            if self.tokens and self.tokens[0][0] == "ref":
                values += self._cells(self.tokens.pop(0)[1])
            else:
                values.append(self._compared())
            if self._sign(","):
                if self.document.decimal_comma:
                    raise CellError("#ERROR!", "Formula parse error.")
            elif not self._sign(";") and self.tokens[:1] != [("sign", ")")]:
                raise Unknown(name)
        if name == "COUNTA":
            return len([value for value in values if value is not None])
        numbers = [
            value
            for value in values
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        if name == "COUNT":
            return len(numbers)
        return (
            sum(numbers) if name == "SUM" else (max if name == "MAX" else min)(numbers, default=0)
        )


def _number(value: Value) -> float:
    if value is None:
        return 0.0
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError as error:
            message = f"Function expects number values. But '{value}' is a text."
            raise CellError("#VALUE!", message) from error
    return float(value)


def _folded(value: Value) -> Value:
    return value.casefold() if isinstance(value, str) else value


def moved(formula: str, rows: int, columns: int) -> str:
    """Move the relative references of a formula, as filling down does.

    >>> moved('=A1&$B$1&"A1"', 2, 1)
    '=B3&$B$1&"A1"'
    """

    def reference(match: re.Match[str]) -> str:
        if match["text"]:
            return match["text"]
        column, row = match["column"], match["row"]
        if not match["fixed_column"]:
            column = a1.letters(a1.number(column) + columns)
        if not match["fixed_row"]:
            row = str(int(row) + rows)
        if not column or int(row) < 1:
            raise errors.unsupported("moving a reference beyond the edge of a sheet")
        return f"{match['fixed_column']}{column}{match['fixed_row']}{row}"

    pattern = (
        r"(?P<text>\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*')"
        r"|(?<![\w.$])(?P<fixed_column>\$?)(?P<column>[A-Za-z]{1,3})(?P<fixed_row>\$?)(?P<row>\d+)(?![\w(])"
    )
    return re.sub(pattern, reference, formula)
