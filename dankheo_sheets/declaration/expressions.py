"""The one language of a form's rules and computed cells: text → a small tree, checked.

    tổng = nam + nữ            a rule: what must hold
    sum(tien) <= 1000          of all rows
    if(empty(so), 0, so * 2)   a computed cell

Comparisons (= != < <= > >=), + - * / (also − × ÷ ≤ ≥ ≠), and, or, not, if, empty, sum, count,
date, days, year; a column by its key. The tree is evaluated by
:mod:`dankheo_sheets.declaration.evaluation` and written as a spreadsheet formula by
:mod:`dankheo_sheets.declaration.formulas`; both follow what the nodes here promise, and nothing
is beyond them: every expression has a value whatever was typed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum

from dankheo_sheets import written_dates

LONGEST_TEXT = 255
"""Characters of a text in a formula (reference/measurements.md §4.8)."""
MOST_NODES = 200
DEEPEST = 20
"""An expression beyond these is refused: nobody can read it, and Excel's limits stay far."""


class Type(Enum):
    """What a value is; each but a truth may be empty (None)."""

    NUMBER = "số"
    TEXT = "chữ"
    DATE = "ngày"
    TRUTH = "điều kiện"


class ExpressionError(ValueError):
    """The expression cannot be understood; the message says in Vietnamese what to do."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the expression."""

    value: Decimal | str | date
    type: Type


@dataclass(frozen=True, slots=True)
class OfRow:
    """What was typed into a column of the same row; of a mark, whether it is set."""

    key: str
    type: Type


@dataclass(frozen=True, slots=True)
class OfColumn:
    """The sum of a column over all rows, or the count of its cells that are not empty.

    A sum of nothing is empty, a count 0.
    """

    key: str
    counts: bool
    of: Type
    """What the column holds."""
    type: Type = Type.NUMBER


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added (+1) or taken away (-1). An empty one is 0; empty if all are."""

    terms: "tuple[tuple[int, Node], ...]"
    type: Type = Type.NUMBER


@dataclass(frozen=True, slots=True)
class Product:
    """Empty if one of the two is."""

    left: "Node"
    right: "Node"
    type: Type = Type.NUMBER


@dataclass(frozen=True, slots=True)
class Quotient:
    """Empty if one of the two is, and where the right one is 0."""

    left: "Node"
    right: "Node"
    type: Type = Type.NUMBER


@dataclass(frozen=True, slots=True)
class Compare:
    """Whether two of one type compare so.

    An empty number counts as 0. Dates, one of which is empty, compare as one likes: it holds.
    Texts are compared as the sheet's checks fold them, and only for equality.
    """

    operator: str
    left: "Node"
    right: "Node"
    type: Type = Type.TRUTH


@dataclass(frozen=True, slots=True)
class Junction:
    """Whether all hold, or one of them."""

    all: bool
    parts: "tuple[Node, ...]"
    type: Type = Type.TRUTH


@dataclass(frozen=True, slots=True)
class Not:
    """Whether it does not hold."""

    part: "Node"
    type: Type = Type.TRUTH


@dataclass(frozen=True, slots=True)
class If:
    """One of two values of one type."""

    condition: "Node"
    yes: "Node"
    no: "Node"
    type: Type


@dataclass(frozen=True, slots=True)
class Empty:
    """Whether there is no value; of a text, nothing that shows."""

    part: "Node"
    type: Type = Type.TRUTH


@dataclass(frozen=True, slots=True)
class Days:
    """How many days after `start` the date `end` is; empty if one is."""

    start: "Node"
    end: "Node"
    type: Type = Type.NUMBER


@dataclass(frozen=True, slots=True)
class Year:
    """The year of a date; empty if that is."""

    part: "Node"
    type: Type = Type.NUMBER


Node = (
    Literal | OfRow | OfColumn | Sum | Product | Quotient | Compare | Junction | Not | If
    | Empty | Days | Year
)  # fmt: skip


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below."""
    match node:
        case Literal() | OfRow() | OfColumn():
            return ()
        case Sum(terms):
            return tuple(term for _, term in terms)
        case Product(left, right) | Quotient(left, right) | Compare(_, left, right):
            return left, right
        case Junction(_, parts):
            return parts
        case Not(part) | Empty(part) | Year(part):
            return (part,)
        case If(condition, yes, no):
            return condition, yes, no
        case Days(start, end):
            return start, end


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and all below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def columns(node: Node) -> frozenset[str]:
    """Return the keys of the columns it looks at."""
    return frozenset(each.key for each in walk(node) if isinstance(each, OfRow | OfColumn))


def parse(text: str, types: Mapping[str, Type], wanted: Type) -> Node:
    """Return the tree of an expression over columns of these types, whose value is `wanted`.

    Raises :class:`ExpressionError`.
    """
    reader = _Reader(text, types)
    node = reader.expression()
    reader.end()
    if node.type is not wanted:
        raise ExpressionError(f"“{text}” cho ra {node.type.value}, cần {wanted.value}")
    if sum(1 for _ in walk(node)) > MOST_NODES:
        raise ExpressionError(f"“{text}” quá dài: tách thành nhiều quy tắc hoặc cột tính sẵn")
    return node


_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"[^"]*"|“[^”]*”)|(?P<name>[^\W\d]\w*)"""
    r"""|(?P<sign><=|>=|!=|<>|[-+*/=<>(),−×÷≤≥≠]))"""
)
_SIGNS = {"−": "-", "×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "<>": "!="}
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


class _Reader:
    """Reads one expression from left to right."""

    def __init__(self, text: str, types: Mapping[str, Type]) -> None:
        self._text, self._types, self._at, self._depth = text, types, 0, 0
        self._tokens: list[tuple[str, str]] = []
        end = 0
        while end < len(text.rstrip()):
            found = _TOKEN.match(text, end)
            if found is None:
                raise self._error(f"không hiểu từ “{text[end:].strip()}”")
            kind = found.lastgroup or ""
            self._tokens.append((kind, _SIGNS.get(found[kind], found[kind])))
            end = found.end()

    def _error(self, what: str) -> ExpressionError:
        return ExpressionError(f"“{self._text}”: {what}")

    def _next(self, *wanted: str) -> str:
        """Take the next token if it is one of these signs or words; else return ""."""
        if self._at < len(self._tokens):
            kind, token = self._tokens[self._at]
            if kind in ("sign", "name") and token in wanted:
                self._at += 1
                return token
        return ""

    def _need(self, sign: str) -> None:
        if not self._next(sign):
            raise self._error(f"thiếu “{sign}” {self._here()}")

    def _here(self) -> str:
        return f"trước “{self._tokens[self._at][1]}”" if self._at < len(self._tokens) else "ở cuối"

    def end(self) -> None:
        """Refuse whatever follows a whole expression."""
        if self._at < len(self._tokens):
            raise self._error(f"thừa từ “{self._tokens[self._at][1]}”; số lẻ viết như 0.5")

    def _of(self, node: Node, wanted: Type, whose: str) -> Node:
        if node.type is not wanted:
            raise self._error(f"{whose} cần {wanted.value}, không phải {node.type.value}")
        return node

    def expression(self) -> Node:
        """Read a whole expression, up to a closing bracket, a comma or the end."""
        return self._deeper(lambda: self._junction("or", self._conjunction))

    def _deeper(self, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._error("lồng quá nhiều lớp")
        node = read()
        self._depth -= 1
        return node

    def _conjunction(self) -> Node:
        return self._junction("and", self._negation)

    def _junction(self, word: str, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self._next(word):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        return Junction(word == "and", tuple(self._of(p, Type.TRUTH, word) for p in parts))

    def _negation(self) -> Node:
        if self._next("not"):
            return Not(self._of(self._deeper(self._negation), Type.TRUTH, "not"))
        left = self._sum()
        operator = self._next(*_COMPARISONS)
        if not operator:
            return left
        right = self._of(self._sum(), left.type, f"vế phải của {operator}")
        if left.type is Type.TRUTH or (left.type is Type.TEXT and operator not in ("=", "!=")):
            raise self._error(f"không so sánh {left.type.value} bằng {operator}")
        return Compare(operator, left, right)

    def _sum(self) -> Node:
        terms = [(1, self._product())]
        while sign := self._next("+", "-"):
            terms.append((-1 if sign == "-" else 1, self._product()))
        if len(terms) == 1:
            return terms[0][1]
        return Sum(tuple((sign, self._of(term, Type.NUMBER, "+ -")) for sign, term in terms))

    def _product(self) -> Node:
        left = self._value()
        while sign := self._next("*", "/"):
            right = self._of(self._value(), Type.NUMBER, sign)
            make = Product if sign == "*" else Quotient
            left = make(self._of(left, Type.NUMBER, sign), right)
        return left

    def _value(self) -> Node:
        if self._next("-"):
            return Sum(((-1, self._of(self._deeper(self._value), Type.NUMBER, "-")),))
        if self._next("("):
            node = self.expression()
            self._need(")")
            return node
        if self._at == len(self._tokens):
            raise self._error("thiếu một vế ở cuối")
        kind, token = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            return Literal(Decimal(token), Type.NUMBER)
        if kind == "text":
            if len(token) - 2 > LONGEST_TEXT:
                raise self._error(f"chữ trong ngoặc kép dài quá {LONGEST_TEXT} ký tự")
            return Literal(token[1:-1], Type.TEXT)
        if kind == "name" and self._next("("):
            return self._call(token)
        if kind == "name" and token in self._types:
            return OfRow(token, self._types[token])
        if kind == "name":
            raise self._error(f"không có cột “{token}”{self._near(token, self._types)}")
        raise self._error(f"thừa dấu “{token}”")

    def _near(self, token: str, names: Mapping[str, object]) -> str:
        near = get_close_matches(token, names, 1)
        return f"; có phải “{near[0]}”" if near else f"; có các cột: {', '.join(names)}"

    def _call(self, name: str) -> Node:
        if name in ("sum", "count"):
            node = self._of_column(name)
        elif name == "date":
            node = self._date()
        elif name in _CALLS:
            wanted, make = _CALLS[name]
            arguments = [self.expression()]
            while self._next(","):
                arguments.append(self.expression())
            if len(arguments) != len(wanted):
                raise self._error(f"{name}(…) cần {len(wanted)} giá trị")
            for argument, type_ in zip(arguments, wanted, strict=True):
                if type_ is not None:
                    self._of(argument, type_, f"{name}(…)")
            node = make(*arguments)
        else:
            raise self._error(f"không có hàm “{name}”; có: if, empty, sum, count, date, days, year")
        self._need(")")
        if isinstance(node, If):
            self._of(node.no, node.type, "hai nhánh của if(…)")
        return node

    def _of_column(self, name: str) -> Node:
        kind, key = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        if kind != "name" or key not in self._types:
            raise self._error(f"{name}(…) cần tên một cột{self._near(key, self._types)}")
        self._at += 1
        if name == "sum" and self._types[key] is not Type.NUMBER:
            raise self._error(f"sum({key}): cột này không phải số")
        return OfColumn(key, name == "count", self._types[key])

    def _date(self) -> Node:
        kind, token = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        try:
            if kind != "text":
                raise ValueError(written_dates.DAY_EXPECTED)
            day = written_dates.parse(token[1:-1]).day
        except ValueError as error:
            raise self._error(f'date("…"): {error}') from None
        self._at += 1
        return Literal(day, Type.DATE)


_CALLS: Mapping[str, tuple[tuple[Type | None, ...], Callable[..., Node]]] = {
    "if": ((Type.TRUTH, None, None), lambda c, yes, no: If(c, yes, no, yes.type)),
    "empty": ((None,), Empty),
    "days": ((Type.DATE, Type.DATE), Days),
    "year": ((Type.DATE,), Year),
}
