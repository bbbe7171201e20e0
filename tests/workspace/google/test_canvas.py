"""What is drawn on the remembering workbook, and how Google's words for it come out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.workspace.google.drawing import cells, rules
from dankheo_sheets.workspace.google.drawing.canvas import Book, Drawn, Formula, Sheet, Style
from dankheo_sheets.workspace.google.drawing.cell_formats import cell_format, conditional_format
from dankheo_sheets.workspace.google.drawing.charts import add_chart
from dankheo_sheets.workspace.google.drawing.shapes import Area, Place, area, of_grid, rectangles

PLAIN = Style()


def style(**properties: object) -> Style:
    return Book().add_format(properties)


# --- what is remembered -------------------------------------------------------------------


def test_an_unknown_call_fails() -> None:
    with pytest.raises(AttributeError):
        Sheet("A").insert_image(0, 0, "logo.png")  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        Book().add_vba_project("x")  # type: ignore[attr-defined]


def test_page_setup_is_passed_over() -> None:
    sheet = Sheet("A")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.4)
    sheet.set_footer("&P")
    sheet.repeat_rows(1, 2)
    sheet.set_selection(0, 0, 0, 0)

    assert sheet.cells == {}


def test_a_merged_block_is_formatted_everywhere_and_says_something_once() -> None:
    sheet, bold = Sheet("A"), style(bold=True)
    sheet.merge_range(0, 1, 1, 2, "Tiêu đề", bold)

    assert sheet.merges == [Area(0, 1, 2, 3)]
    assert {place: cell.value for place, cell in sheet.cells.items()} == {
        (0, 1): "Tiêu đề", (0, 2): None, (1, 1): None, (1, 2): None,
    }  # fmt: skip
    assert {cell.style for cell in sheet.cells.values()} == {bold}


def test_a_formula_is_written_by_its_reference() -> None:
    sheet = Sheet("A")
    sheet.write_formula("C4", "=A1&B1", None, "shown")

    assert sheet.cells[3, 2].value == Formula("=A1&B1")


def test_equal_formats_are_one() -> None:
    assert style(bold=True, italic=True) == style(italic=True, bold=True)


def test_a_name_is_a_range_of_a_tab() -> None:
    book = Book()
    book.define_name("ds", "='Nguồn ''a'''!$A$1:$B$4")

    assert book.names == {"ds": ("Nguồn 'a'", Area(0, 0, 4, 2))}
    with pytest.raises(ValueError, match="no range"):
        book.define_name("so", "=0.96")


# --- blocks -------------------------------------------------------------------------------


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 7), st.integers(0, 7)), st.sampled_from("abc"), max_size=40
    )
)
def test_rectangles_cover_exactly_the_cells(kinds: dict[Place, str]) -> None:
    covered: dict[Place, str] = {}
    for kind, block in rectangles(kinds):
        for place in block.cells():
            assert place not in covered
            covered[place] = kind

    assert covered == kinds


def test_rectangles_are_few() -> None:
    """A frame of one kind around another: five blocks; a column of two: one."""
    frame = {
        (row, column): 0 < row < 3 and 0 < column < 3 for row in range(4) for column in range(4)
    }

    assert len(rectangles(frame)) == 5
    assert rectangles({(5, 1): "", (4, 1): ""}) == [("", Area(4, 1, 6, 2))]


@pytest.mark.parametrize(
    ("reference", "block"),
    [("B5", (4, 1, 5, 2)), ("$A$10:$H$59", (9, 0, 59, 8)), ("A4:I4", (3, 0, 4, 9))],
)
def test_references_are_read(reference: str, block: tuple[int, int, int, int]) -> None:
    assert area(reference) == block


def test_an_area_is_written_as_google_reads_it() -> None:
    block = Area(0, 1, 3, 28)

    assert block.a1("Tổng hợp 'a'") == "'Tổng hợp ''a'''!B1:AB3"
    assert block.fixed("_ds") == "='_ds'!$B$1:$AB$3"
    assert of_grid(block.grid(7)) == block
    assert of_grid({"sheetId": 1, "endRowIndex": 2, "endColumnIndex": 3}) == Area(0, 0, 2, 3)
    assert of_grid({"sheetId": 1}) is None


# --- formulas -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "vietnamese"),
    [
        ('=IF(A1="a,b",MID(B1,2,9),"")', '=IF(A1="a,b";MID(B1;2;9);"")'),
        ('=IF(A1="""x"",",1,2)', '=IF(A1="""x"",";1;2)'),
        ("=SUM('a,b''c,'!A1,B1)", "=SUM('a,b''c,'!A1;B1)"),
        ('="1.5"&"{x}"', '="1.5"&"{x}"'),
    ],
)
def test_arguments_are_separated_as_in_vietnamese(formula: str, vietnamese: str) -> None:
    assert rules.localised(formula) == vietnamese


@pytest.mark.parametrize("formula", ["=A1*1.5", "=SUM({1,2})"])
def test_what_would_be_read_otherwise_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match="locale"):
        rules.localised(formula)


# --- formats ------------------------------------------------------------------------------


def test_a_format_in_googles_words() -> None:
    drawn = style(
        font_name="Times New Roman", font_size=11, bold=True, italic=True, font_color="#FF0000",
        bg_color="#FFFDF0", align="right", valign="vcenter", text_wrap=True, indent=1,
        border=1, border_color="#808080", num_format="@", locked=False,
    )  # fmt: skip
    line = {
        "style": "SOLID",
        "colorStyle": {"rgbColor": {"red": 0.50392, "green": 0.50392, "blue": 0.50392}},
    }

    assert cell_format(drawn) == {
        "textFormat": {
            "fontFamily": "Times New Roman",
            "fontSize": 11,
            "bold": True,
            "italic": True,
            "foregroundColorStyle": {"rgbColor": {"red": 1, "green": 0, "blue": 0}},
        },
        "backgroundColorStyle": {"rgbColor": {"red": 1, "green": 0.99412, "blue": 0.94314}},
        "horizontalAlignment": "RIGHT",
        "verticalAlignment": "MIDDLE",
        "wrapStrategy": "WRAP",
        "padding": {"top": 2, "right": 12, "bottom": 2, "left": 3},
        "borders": dict.fromkeys(("top", "bottom", "left", "right"), line),
        "numberFormat": {"type": "TEXT", "pattern": "@"},
    }


def test_every_shade_comes_back_as_it_was_drawn() -> None:
    """Google keeps whole bytes and cuts off the rest (reference/google.md §9.3)."""
    for byte in range(256):
        form = cell_format(style(bg_color=f"#{byte:02X}00FF"))
        colour = form["backgroundColorStyle"]["rgbColor"]

        assert (int(colour["red"] * 255), colour["green"], colour["blue"]) == (byte, 0, 1)


def test_an_unknown_property_fails() -> None:
    with pytest.raises(KeyError, match="rotation"):
        cell_format(style(rotation=90))
    with pytest.raises(KeyError, match="bold"):
        conditional_format(style(bold=True))


def test_no_format_is_none() -> None:
    assert cell_format(None) == {}
    assert list(cells.formats({(0, 0): Drawn("x"), (0, 1): Drawn("y", PLAIN)}, 1)) == []


# --- tabs ---------------------------------------------------------------------------------


def test_the_grid_is_as_large_as_what_is_drawn() -> None:
    sheet = Sheet("A")
    sheet.write_string(6, 2, "x")
    sheet.hide_gridlines(2)

    assert cells.properties(sheet, 4) == {
        "sheetId": 4,
        "title": "A",
        "hidden": False,
        "gridProperties": {
            "rowCount": 7,
            "columnCount": 3,
            "frozenRowCount": 0,
            "frozenColumnCount": 0,
            "hideGridlines": True,
        },
    }


def test_a_row_and_a_column_stay_free_of_the_frozen_ones() -> None:
    sheet = Sheet("A")
    sheet.write_string(0, 0, "x")
    sheet.freeze_panes(1, 3)
    grid = cells.properties(sheet, 1)["gridProperties"]

    assert (grid["rowCount"], grid["columnCount"]) == (2, 4)


def test_columns_are_not_frozen_through_a_merged_block() -> None:
    """Google: "You can't freeze columns which contain only part of a merged cell."."""
    sheet = Sheet("A")
    sheet.merge_range(0, 0, 0, 5, "Tiêu đề", PLAIN)
    sheet.freeze_panes(3, 3)
    grid = cells.properties(sheet, 1)["gridProperties"]

    assert (grid["frozenRowCount"], grid["frozenColumnCount"]) == (3, 0)


def test_widths_and_heights_become_pixels() -> None:
    sheet = Sheet("A")
    sheet.set_column(0, 1, 7.5)
    sheet.set_column(2, 3, None, None, {"hidden": True})
    sheet.set_row(0, 24)
    sheet.set_row(1, 32)

    assert [
        (size["range"]["dimension"], size["range"]["startIndex"], size["range"]["endIndex"],
         size["properties"], size["fields"])
        for request in cells.draw(Book(), sheet, 1)
        for size in request.values()
    ] == [
        ("COLUMNS", 0, 2, {"pixelSize": 58}, "pixelSize"),
        ("COLUMNS", 2, 4, {"hiddenByUser": True}, "hiddenByUser"),
        ("ROWS", 0, 1, {"pixelSize": 32}, "pixelSize"),
        ("ROWS", 1, 2, {"pixelSize": 43}, "pixelSize"),
    ]  # fmt: skip


def test_text_stays_text_and_a_formula_is_one() -> None:
    sheet = Sheet("A")
    sheet.write_string(0, 0, "=1+1")
    sheet.write_string(0, 1, "")
    sheet.write_number(0, 2, 7, PLAIN)
    sheet.write_formula("A3", "=IF(A1,2,3)")
    (request,) = cells.draw(Book(), sheet, 9)

    assert request == {
        "updateCells": {
            "start": {"sheetId": 9, "rowIndex": 0, "columnIndex": 0},
            "rows": [
                {
                    "values": [
                        {"userEnteredValue": {"stringValue": "=1+1"}},
                        {},
                        {"userEnteredValue": {"numberValue": 7}},
                    ]
                },
                {"values": []},
                {"values": [{"userEnteredValue": {"formulaValue": "=IF(A1;2;3)"}}]},
            ],
            "fields": "userEnteredValue,note",
        }
    }


# --- drop-downs and conditional formats ----------------------------------------------------

HELP: dict[str, Any] = {"input_title": "Tên", "input_message": "Ghi tên."}


def test_drop_downs() -> None:
    """A named list is its range, and only warns; a literal list is strict, unless it is not."""
    book = Book()
    book.define_name("ds", "='_ds'!$A$1:$A$4")
    sheet = book.add_worksheet("A")
    listed = {**HELP, "validate": "list", "source": "=ds", "error_type": "warning"}
    sheet.data_validation(9, 0, 19, 0, listed)
    sheet.data_validation(9, 1, 19, 1, {**HELP, "validate": "list", "source": ["x"]})
    offered = {**HELP, "validate": "list", "source": ["x"], "show_error": False}
    sheet.data_validation(9, 2, 19, 2, offered)

    assert [rule["setDataValidation"]["rule"] for rule in rules.validations(book, sheet, 1)] == [
        {
            "condition": {
                "type": "ONE_OF_RANGE",
                "values": [{"userEnteredValue": "='_ds'!$A$1:$A$4"}],
            },
            "inputMessage": "Ghi tên.",
            "strict": False,
            "showCustomUi": True,
        },
        {
            "condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "x"}]},
            "inputMessage": "Ghi tên.",
            "strict": True,
            "showCustomUi": True,
        },
        {
            "condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "x"}]},
            "inputMessage": "Ghi tên.",
            "strict": False,
            "showCustomUi": True,
        },
    ]
    assert rules.notes(sheet) == {}


def test_help_without_a_drop_down_is_a_note() -> None:
    """Of one cell on it, of a column above it: in the first cell of what is merged there."""
    sheet = Sheet("A")
    sheet.merge_range(8, 0, 8, 1, "1", PLAIN)
    sheet.data_validation(4, 1, 4, 1, {**HELP, "validate": "any"})
    sheet.data_validation(9, 1, 19, 1, {**HELP, "validate": "any"})

    assert rules.notes(sheet) == {(4, 1): "Ghi tên.", (8, 0): "Tên: Ghi tên."}
    assert rules.validations(Book(), sheet, 1) == []


def test_another_validation_fails() -> None:
    sheet = Sheet("A")
    sheet.data_validation(0, 0, 0, 0, {**HELP, "validate": "integer"})

    with pytest.raises(ValueError, match="integer"):
        rules.validations(Book(), sheet, 1)


def test_conditional_formats_keep_their_order() -> None:
    sheet = Sheet("A")
    for text, colour in (("a,b", "#1E6B33"), ("c", "#C00000")):
        form = style(font_color=colour)
        criteria = f'=LEFT($I10,2)="{text}"'
        sheet.conditional_format(
            "I10:I59", {"type": "formula", "criteria": criteria, "format": form}
        )
    first, second = (each["addConditionalFormatRule"] for each in rules.conditionals(sheet, 3))

    assert (first["index"], second["index"]) == (0, 1)
    assert first["rule"]["ranges"] == [Area(9, 8, 59, 9).grid(3)]
    assert first["rule"]["booleanRule"]["condition"] == {
        "type": "CUSTOM_FORMULA",
        "values": [{"userEnteredValue": '=LEFT($I10;2)="a,b"'}],
    }
    assert first["rule"]["booleanRule"]["format"]["textFormat"]["foregroundColorStyle"]


# --- charts -------------------------------------------------------------------------------


def test_a_chart_of_another_kind_fails() -> None:
    chart = Book().add_chart({"type": "pie"})

    with pytest.raises(ValueError, match="pie"):
        add_chart((0, 0), chart, {}, 1, 2)


def test_a_series_whose_name_stands_elsewhere_fails() -> None:
    chart = Book().add_chart({"type": "bar", "subtype": "stacked"})
    chart.add_series(
        {"name": ["T", 0, 0], "categories": ["T", 3, 0, 5, 0], "values": ["T", 3, 1, 5, 1]}
    )
    chart.set_title({"name": "Tên", "name_font": {"name": "Arial", "size": 12}})
    chart.set_size({"width": 1, "height": 1})

    with pytest.raises(ValueError, match="not above"):
        add_chart((0, 0), chart, {"T": 1}, 1, 2)


def test_a_chart_of_nothing_is_left_out() -> None:
    chart = Book().add_chart({"type": "bar", "subtype": "stacked"})
    chart.add_series(
        {"name": ["T", 0, 1], "categories": ["T", 1, 0, 0, 0], "values": ["T", 1, 1, 0, 1]}
    )

    assert add_chart((0, 0), chart, {"T": 1}, 1, 2) is None
