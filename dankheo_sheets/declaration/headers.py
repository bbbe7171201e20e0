"""The head of a form's table: which cells its tree of headers has, and which its numbers."""

from collections.abc import Iterator, Sequence

from dankheo_sheets.declaration.model import Column


def header_cells(columns: Sequence[Column]) -> Iterator[tuple[int, int, int, str, bool]]:
    """Yield each cell of a tree of headers: level, first and last column, text, whether a leaf."""
    for level in range(max(len(column.header) for column in columns)):
        at = 0
        while at < len(columns):
            path = columns[at].header[: level + 1]
            end = at
            while end + 1 < len(columns) and columns[end + 1].header[: level + 1] == path:
                end += 1
            if len(columns[at].header) > level:
                yield level, at, end, path[-1], len(columns[at].header) == level + 1
            at = end + 1


def numbers(columns: Sequence[Column]) -> Iterator[tuple[int, int, str]]:
    """Yield each printed number: first and last column, text. Neighbours may share one."""
    at = 0
    while at < len(columns):
        end = at
        while end + 1 < len(columns) and columns[end + 1].number == columns[at].number:
            end += 1
        yield at, end, columns[at].number
        at = end + 1
