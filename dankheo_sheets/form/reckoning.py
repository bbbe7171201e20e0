"""The rows of one return with their values: what was typed, and what is reckoned from it.

Sums of printed lines and computed columns are reckoned here anew, whatever stands in their cells.
"""

from collections.abc import Sequence
from dataclasses import replace

from dankheo_sheets.declaration.evaluation import Row, Value, evaluate, total
from dankheo_sheets.form.judged import Judged, read
from dankheo_sheets.form.layout import Form
from dankheo_sheets.registration import Entry


def reckoned(entries: Sequence[Entry], form: Form) -> list[Judged]:
    """Return each row as the checks look at it."""
    read_rows = [read(entry.texts, form.declaration, form.lists_of) for entry in entries]
    values: list[dict[str, Value]] = [dict(row.values) for row in read_rows]
    by_line = {entry.line: row for entry, row in zip(entries, values, strict=True) if entry.line}
    for line, below in form.sums:
        if line.id in by_line:
            parts = [by_line[each.id] for each in below if each.id in by_line]
            for key in form.summed_columns:
                by_line[line.id][key] = total(part.get(key) for part in parts)
    for key, node in form.computed.items():
        for row in values:
            row[key] = evaluate(node, row, values)
    rows: Sequence[Row] = values
    return [replace(row, values=own, rows=rows) for row, own in zip(read_rows, values, strict=True)]
