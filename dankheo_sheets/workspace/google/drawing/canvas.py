"""A workbook that remembers what is drawn on it, to be drawn again at Google.

The drawings of :mod:`dankheo_sheets.form` and :mod:`dankheo_sheets.outputs` speak XlsxWriter's
language; :class:`Book` understands the calls they make and no others, so that a drawing that
learns a new word fails here loudly instead of losing it. Rows and columns count from 0.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partialmethod
from typing import Any, Protocol, TypeAlias

from dankheo_sheets.workspace.base import Cell
from dankheo_sheets.workspace.google.drawing.shapes import Area, Place, area

Options: TypeAlias = Mapping[str, Any]
"""As XlsxWriter's calls take them."""


class Lines(Protocol):
    """The long rows of one tab (see `dankheo_sheets.outputs.sheet_rows.Rows`)."""

    @property
    def tab(self) -> str:
        """Its title."""

    @property
    def first(self) -> int:
        """Row of the first of the prepared rows, which lend their formats."""

    @property
    def rows(self) -> Iterable[tuple[int, float, Sequence[Cell]]]:
        """Which prepared row each looks like, its height in points, its cells."""


@dataclass(frozen=True)
class Style:
    """A format, in XlsxWriter's words; equal ones are one."""

    properties: tuple[tuple[str, Any], ...] = ()

    @property
    def locked(self) -> bool:
        """Whether protection covers the cell."""
        return bool(dict(self.properties).get("locked", True))


class Formula(str):
    """A formula, as an .xlsx file writes it."""


@dataclass(frozen=True)
class Drawn:
    """One cell."""

    value: str | int | float | None = None
    style: Style | None = None


class Chart:
    """A chart: what each of XlsxWriter's calls was told."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.series: list[Options] = []
        self.title: Options = {}
        self.x_axis: Options = {}
        """Of the values."""
        self.y_axis: Options = {}
        """Of the categories; at Google the first is on top without being told."""
        self.legend: Options = {}
        self.size: Options = {}

    def add_series(self, options: Options) -> None:
        """Remember a series."""
        self.series.append(options)

    def _remember(self, what: str, options: Options) -> None:
        setattr(self, what, options)

    set_title = partialmethod(_remember, "title")
    set_x_axis = partialmethod(_remember, "x_axis")
    set_y_axis = partialmethod(_remember, "y_axis")
    set_legend = partialmethod(_remember, "legend")
    set_size = partialmethod(_remember, "size")


class Sheet:
    """One tab."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.cells: dict[Place, Drawn] = {}
        self.merges: list[Area] = []
        self.widths: dict[int, float] = {}
        """Of columns, in characters."""
        self.hidden_columns: set[int] = set()
        self.heights: dict[int, float] = {}
        """Of rows, in points."""
        self.validations: list[tuple[Area, Options]] = []
        self.conditionals: list[tuple[Area, Options]] = []
        """From the one that matters most."""
        self.charts: list[tuple[Place, Chart]] = []
        self.frozen: Place = (0, 0)
        """How many rows and columns."""
        self.filter: Area | None = None
        self.protected = self.hidden = self.gridless = False

    def get_name(self) -> str:
        """Return the title."""
        return self.title

    def write_string(self, row: int, column: int, text: str, style: Style | None = None) -> None:
        """Write text, whatever it begins with."""
        self.cells[row, column] = Drawn(text or None, style)

    def write_number(self, row: int, column: int, number: float | None, style: Style) -> None:
        """Write a number; with None, format an empty cell."""
        self.cells[row, column] = Drawn(number, style)

    write_blank = write_number

    def write_formula(
        self, reference: str, formula: str, style: Style | None = None, result: Any = ""
    ) -> None:
        """Write a formula; its `result` is Google's to find."""
        top, left, _, _ = area(reference)
        self.cells[top, left] = Drawn(Formula(formula), style)

    def merge_range(
        self, top: int, left: int, last_row: int, last_column: int, text: str, style: Style
    ) -> None:
        """Merge cells, all of one format, the text in the first."""
        block = Area(top, left, last_row + 1, last_column + 1)
        self.merges.append(block)
        for place in block.cells():
            self.cells[place] = Drawn(None, style)
        self.write_string(top, left, text, style)

    def set_column(
        self,
        first: int,
        last: int,
        width: float | None,
        style: None = None,
        options: Options | None = None,
    ) -> None:
        """Set the width of columns, or hide them."""
        for column in range(first, last + 1):
            if width is not None:
                self.widths[column] = width
            if (options or {}).get("hidden"):
                self.hidden_columns.add(column)

    def set_row(self, row: int, height: float) -> None:
        """Set the height of a row."""
        self.heights[row] = height

    def data_validation(
        self, top: int, left: int, last_row: int, last_column: int, options: Options
    ) -> None:
        """Set the drop-down or input message of cells."""
        self.validations.append((Area(top, left, last_row + 1, last_column + 1), options))

    def conditional_format(self, reference: str, options: Options) -> None:
        """Add a conditional format after those there are."""
        self.conditionals.append((area(reference), options))

    def freeze_panes(self, row: int, column: int) -> None:
        """Freeze the rows above and the columns before a cell."""
        self.frozen = row, column

    def autofilter(self, top: int, left: int, last_row: int, last_column: int) -> None:
        """Set the filter."""
        self.filter = Area(top, left, last_row + 1, last_column + 1)

    def protect(self, password: str = "", options: Options | None = None) -> None:
        """Protect all but the unlocked cells; Google has none of the options."""
        self.protected = True

    def very_hidden(self) -> None:
        """Hide the tab."""
        self.hidden = True

    def hide_gridlines(self, option: int = 1) -> None:
        """Show no grid lines."""
        self.gridless = True

    def insert_chart(self, row: int, column: int, chart: Chart, _: object = None) -> None:
        """Put a chart over the cells from here on; how far below their edge is for paper only."""
        self.charts.append(((row, column), chart))

    def _pass_over(self, *_: object, **__: object) -> None:
        """Do nothing: the API knows no page and no selection."""

    set_landscape = set_portrait = set_paper = set_margins = set_footer = _pass_over
    fit_to_pages = set_print_scale = set_h_pagebreaks = _pass_over
    print_area = repeat_rows = set_selection = _pass_over


_NAMED = re.compile(r"='((?:[^']|'')+)'!(.+)")


class Book:
    """A workbook."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.names: dict[str, tuple[str, Area]] = {}
        """Defined name → title of the tab, and the area."""

    def __getitem__(self, title: str) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.title == title)

    def add_worksheet(self, title: str) -> Sheet:
        """Add a tab at the end."""
        self.sheets.append(Sheet(title))
        return self.sheets[-1]

    def add_format(self, properties: Options) -> Style:
        """Return a format."""
        return Style(tuple(sorted(properties.items())))

    def add_chart(self, options: Options) -> Chart:
        """Return a chart that is on no tab yet."""
        return Chart(options)

    def define_name(self, name: str, formula: str) -> None:
        """Define a name for a range."""
        found = _NAMED.fullmatch(formula)
        if found is None:
            raise ValueError(f"no range of a tab: {formula}")
        self.names[name] = found[1].replace("''", "'"), area(found[2])

    def set_properties(self, properties: Options) -> None:
        """Pass over: a spreadsheet's title is set where it is made."""
