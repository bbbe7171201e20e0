"""The rows of one return with their values: what was typed, and what is reckoned from it.

Sums of printed lines and computed columns are reckoned here anew, whatever stands in their cells.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dankheo_sheets.declaration.evaluation import Row, Value, evaluate, total
from dankheo_sheets.declaration.model import FILLED_IN, NUMERIC, Declaration, OutlineLine
from dankheo_sheets.form.judged import Judged, read
from dankheo_sheets.form.layout import Form
from dankheo_sheets.registration import Entry


def reckoned(entries: Sequence[Entry], form: Form) -> list[Judged]:
    """Return each row as the checks look at it."""
    read_rows = [read(entry.texts, form.declaration, form.lists_of) for entry in entries]
    values: list[dict[str, Value]] = [dict(row.values) for row in read_rows]
    by_line = {entry.line: row for entry, row in zip(entries, values, strict=True) if entry.line}
    for line, below in sums(form.declaration):
        if line.id in by_line:
            parts = [by_line[each.id] for each in below if each.id in by_line]
            for key in summed_columns(form.declaration):
                by_line[line.id][key] = total(part.get(key) for part in parts)
    for key, node in form.computed.items():
        for row in values:
            row[key] = evaluate(node, row, values)
    rows: Sequence[Row] = values
    return [replace(row, values=own, rows=rows) for row, own in zip(read_rows, values, strict=True)]


def sums(declaration: Declaration) -> Iterator[tuple[OutlineLine, list[OutlineLine]]]:
    """Yield each printed line that is a sum and the lines directly below it, lowest first."""
    lines = declaration.rows.outlined
    for at in reversed(range(len(lines))):
        if lines[at].summed:
            yield lines[at], children(lines, at)


def children(lines: Sequence[OutlineLine], at: int) -> list[OutlineLine]:
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
