"""What follows from a declaration: types, formulas, sums. Of one that is consistent."""

from collections.abc import Iterator, Mapping, Sequence

from dankheo_sheets.declaration import expressions, printed
from dankheo_sheets.declaration.expressions import ExpressionError, Node, Type
from dankheo_sheets.declaration.model import FILLED_IN, NUMERIC, Column, Declaration, OutlineLine

TYPES: Mapping[str, Type] = {
    "mark": Type.TRUTH, "date": Type.DATE, **dict.fromkeys(NUMERIC, Type.NUMBER),
}  # fmt: skip
"""What an expression sees of a column of a kind; the others are text."""


def types(declaration: Declaration) -> dict[str, Type]:
    """Return what an expression may name: the columns, and the groups as text."""
    known = {column.key: TYPES.get(column.kind, Type.TEXT) for column in declaration.column}
    return known | {group.key: Type.TEXT for group in declaration.group}


def formula_text(column: Column, declaration: Declaration) -> str:
    """Return a column's formula in the language; "" where it has none. Raises ValueError."""
    if column.formula or not column.number:
        return column.formula
    numbers = {
        printed.read(other.number).number: other.key for other in declaration.column if other.number
    }
    own = printed.read(column.number)
    return printed.expression(own, numbers) if own.formula else ""


def parsed_rule(text: str, declaration: Declaration) -> Node:
    """Return the tree of a rule. Raises :class:`ExpressionError`."""
    node = expressions.parse(text, types(declaration), Type.TRUTH)
    if not expressions.columns(node):
        raise ExpressionError(f"“{text}” không nhắc đến cột nào")
    return node


def computed(declaration: Declaration) -> dict[str, Node]:
    """Return the expression of each computed column, one after all it looks at."""
    known = types(declaration)
    nodes = {
        column.key: expressions.parse(formula_text(column, declaration), known, Type.NUMBER)
        for column in declaration.column
        if column.kind == "computed"
    }
    ordered: dict[str, Node] = {}
    while len(ordered) < len(nodes):
        waiting = nodes.keys() - ordered.keys()
        ready = [key for key in waiting if not expressions.columns(nodes[key]) & waiting]
        ordered |= {key: nodes[key] for key in sorted(ready)}
    return ordered


def sums(
    lines: Sequence[OutlineLine],
) -> Iterator[tuple[OutlineLine, list[OutlineLine]]]:
    """Yield each printed line that is a sum and the lines directly below it, lowest first."""
    for at in reversed(range(len(lines))):
        if lines[at].summed:
            yield lines[at], _below(lines, at)


def _below(lines: Sequence[OutlineLine], at: int) -> list[OutlineLine]:
    """Return the lines directly below one."""
    below = []
    for line in lines[at + 1 :]:
        if line.level <= lines[at].level:
            break
        if line.level == lines[at].level + 1:
            below.append(line)
    return below


def summed_columns(declaration: Declaration) -> tuple[str, ...]:
    """Return the columns that lines are summed by: no ratio is."""
    return tuple(
        column.key
        for column in declaration.column
        if column.kind in NUMERIC & FILLED_IN - {"percent"} and column.totalled is not False
    )
