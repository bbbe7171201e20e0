"""The Hướng dẫn tab: how to fill the form in, generated from its declaration and its rules."""

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dankheo_sheets.form import layout, rules, unit_rules
from dankheo_sheets.form.cell_styles import GRID, SHADE, Pen, print_a4
from dankheo_sheets.form.layout import Form


class GuideTab:
    """The guide of one campaign."""

    def __init__(self, pen: Pen, form: Form) -> None:
        self._pen, self._form = pen, form

    def draw(self) -> None:
        """Draw the tab."""
        sheet = self._pen.workbook.add_worksheet(layout.TAB_GUIDE)
        for at, width in enumerate((7, 30, 62, 52)):
            sheet.set_column(at, at, width)
        campaign = self._form.campaign
        text = self._pen.format(text_wrap=True)
        heading = self._pen.format(bold=True, font_size=12)
        sheet.merge_range(
            0, 0, 0, 3, "HƯỚNG DẪN GHI BIỂU", self._pen.format(bold=True, font_size=14)
        )
        steps = (
            f"Ghi vào các ô nền vàng của trang “{layout.TAB_ENTRIES}”{self._each()}.",
            f"Cột “{layout.CHECK_HEADER}” và dòng trạng thái đầu trang cho biết ngay còn thiếu gì.",
            f"Khi không còn nhắc gì khác, ghi x vào ô “{self._form.cover[-1].label}” và lưu tệp.",
            f"Hạn gửi ghi ở đầu trang “{layout.TAB_ENTRIES}”; khi đơn vị được gia hạn, "
            "ở đó tự hiện hạn mới.",
            f"Văn bản giấy có ký gửi về {campaign.agency.receiving_unit}; "
            f"hỏi đáp: {campaign.agency.receiving_email}.",
        )
        row = 1
        for number, step in enumerate(steps, 1):
            sheet.write_string(row, 0, str(number), self._pen.format(align="center"))
            sheet.merge_range(row, 1, row, 3, step, text)
            row += 1
        row = self._guide_table(sheet, row + 1, heading)
        sheet.write_string(row, 0, "Biểu được kiểm tra theo các quy tắc sau", heading)
        for sentence in self._sentences():
            row += 1
            sheet.write_string(row, 0, "-", self._pen.format(align="center"))
            sheet.merge_range(row, 1, row, 3, sentence, text)
        sheet.protect()
        print_a4(sheet)

    def _guide_table(self, sheet: Worksheet, row: int, heading: Format) -> int:
        sheet.write_string(row, 0, "Từng cột ghi gì, và một dòng ghi mẫu", heading)
        head = self._pen.format(bold=True, align="center", **GRID, bg_color=SHADE)
        row += 1
        for at, title in enumerate(("Cột", "Tên cột", "Cách ghi", "Ví dụ")):
            sheet.write_string(row, at, title, head)
        for column in self._form.inputs:
            row += 1
            cells = (column.number, column.title, column.help, column.example)
            for at, value in enumerate(cells):
                align = "center" if at == 0 else "left"
                sheet.write_string(
                    row, at, value, self._pen.format(**GRID, text_wrap=True, align=align)
                )
            longest = max(len(column.help) / 60, len(column.example) / 50)
            sheet.set_row(row, 15 * (1 + int(longest)))
        return row + 2

    def _each(self) -> str:
        rows = self._form.declaration.rows
        return f", mỗi {rows.short} một dòng" if self._form.declaration.gather == "list" else ""

    def _sentences(self) -> list[str]:
        form = self._form
        sentences = (check.sentence for check in form.checks if check.sentence)
        return [
            *dict.fromkeys(sentences),
            *(rules.unique_sentence(unique, form) for unique in form.declaration.unique),
            *(form.worded(rule.sentence) for rule in unit_rules.UNIT_RULES),
        ]
