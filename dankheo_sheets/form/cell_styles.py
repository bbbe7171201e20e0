"""What every tab is drawn with: one type face, a few formats, blocks of cells, A4."""

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dankheo_sheets.form.checks import choice_list

FONT = "Times New Roman"
GRID = {"border": 1, "border_color": "#808080"}
INPUT = {"locked": False, "num_format": "@", "text_wrap": True, "bg_color": "#FFFDF0"}
SHADE = "#E8EEF4"
RED, GREEN = "#C00000", "#1E6B33"


class Pen:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self.workbook = workbook
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}

    def format(self, **properties: object) -> Format:
        """Return the format of these properties, on top of the face, its size and centring."""
        base: dict[str, object] = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
        key = tuple(sorted((base | properties).items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(dict(key))
        return self._formats[key]

    def name(self, name: str, tab: str, where: str) -> None:
        """Define a name for a range of a tab."""
        self.workbook.define_name(name, f"='{tab}'!{where}")


def write_block(
    sheet: Worksheet, top: int, left: int, bottom: int, right: int, value: str, style: Format
) -> None:
    """Write `value` into a block of cells, merged where there is more than one."""
    if (top, left) == (bottom, right):
        sheet.write_string(top, left, value, style)
    else:
        sheet.merge_range(top, left, bottom, right, "", style)
        sheet.write_string(top, left, value, style)


def validation(
    kind: str, title: str, message: str, key: str = "", *, others: bool = False
) -> dict[str, object]:
    """Return the drop-down and input message of a cell (title 32, message 255 characters).

    `others` tells whether a choice takes what is not in its list.
    """
    options: dict[str, object] = {"validate": "any"}
    if message:
        options |= {"input_title": title.split("\n")[0][:32], "input_message": message[:255]}
    if kind == "choice":
        # Where another value is accepted, it is with a warning (reference/form.md §5).
        options |= {
            "validate": "list", "source": f"={choice_list(key)}",
            "error_type": "warning" if others else "stop",
            "error_title": "Chưa đúng", "error_message": message[:255],
        }  # fmt: skip
    elif kind == "mark":
        # Any mark may be typed, "X" too, which a list of Excel's would refuse; Kiểm tra judges.
        options |= {"validate": "list", "source": ["x"], "show_error": False}
    return options


def print_a4(sheet: Worksheet, *, a3: bool = False) -> None:
    """Print landscape on A4 or A3, one page wide, numbered, without grid lines."""
    sheet.set_landscape()
    sheet.set_paper(8 if a3 else 9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer('&C&"Times New Roman"&10Trang &P/&N')
    sheet.hide_gridlines(2)
