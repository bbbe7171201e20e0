"""The script a capable user would write in an afternoon: what the ratio is measured against.

openpyxl opens each workbook, pandas grows a table file by file, `to_excel` writes the master,
python-docx adds the report's rows one by one. It checks and archives nothing.
"""

from pathlib import Path

import docx
import openpyxl
import pandas as pd

_FIRST_ROW, _COLUMNS = 10, 8
_TITLES = (
    "Lĩnh vực", "Tên mô hình, điển hình", "Tập thể", "Cá nhân", "Địa chỉ", "Nội dung",
    "Xây dựng mới", "Nhân rộng",
)  # fmt: skip


def run(workbooks: Path, out: Path) -> int:
    """Collect all workbooks into out/tong-hop.xlsx and out/bao-cao.docx; return the rows."""
    register = collect(workbooks)
    register.to_excel(out / "tong-hop.xlsx", index=False)
    write_report(register, out / "bao-cao.docx")
    return len(register)


def collect(workbooks: Path) -> pd.DataFrame:
    """Read every workbook's rows into one table."""
    register = pd.DataFrame()
    for path in sorted(workbooks.glob("*.xlsx")):
        sheet = openpyxl.load_workbook(path)["Đăng ký"]
        rows = [
            row
            for row in sheet.iter_rows(min_row=_FIRST_ROW, max_col=_COLUMNS, values_only=True)
            if any(row)
        ]
        frame = pd.DataFrame(rows, columns=list(_TITLES))
        frame["Đơn vị"] = path.stem
        register = pd.concat([register, frame], ignore_index=True)
    return register


def write_report(register: pd.DataFrame, path: Path) -> None:
    """Write the table into a Word document, row by row."""
    document = docx.Document()
    document.add_heading("Báo cáo kết quả đăng ký")
    table = document.add_table(rows=1, cols=len(register.columns))
    for at, title in enumerate(register.columns):
        table.rows[0].cells[at].text = title
    for values in register.itertuples(index=False):
        row = table.add_row()
        for at, value in enumerate(values):
            row.cells[at].text = str(value or "")
    document.save(str(path))
