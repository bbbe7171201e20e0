"""What leaves the office on paper, measured on the page LibreOffice prints."""

import re
import subprocess
from pathlib import Path

import pytest

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.xlsx import Identity, render
from dankheo_sheets.outputs.master_xlsx import workbook
from dankheo_sheets.outputs.word.report import report
from tests.office import convert, needs
from tests.outputs.registers import CONFIRMED, GOOD, entry, master_of, register_of

pytestmark = pytest.mark.office

A4 = (595, 842)
IDENTITY = Identity("MAU", "Phòng mẫu", "trước ngày 12/4/2022 (chậm nhất hết ngày 11/4/2022)")


def printed(data: bytes, name: str, folder: Path) -> Path:
    """Return the PDF LibreOffice prints of a document."""
    needs("soffice", "pdfinfo", "pdftotext", "pdffonts")
    source = folder / name
    source.write_bytes(data)
    return convert([source], "pdf", folder / "printed")[0]


def pages(pdf: Path) -> list[tuple[int, int]]:
    """Return each page's width and height in points."""
    info = subprocess.run(
        ["pdfinfo", "-l", "-1", str(pdf)], capture_output=True, text=True, check=True
    ).stdout
    sizes = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", info)
    return [(round(float(width)), round(float(height))) for width, height in sizes]


def text_of(pdf: Path, page: int) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-f", str(page), "-l", str(page), str(pdf), "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def test_the_form_prints_on_landscape_a4_one_page_wide(campaign: Campaign, tmp_path: Path) -> None:
    """An empty form is one page; guide and feedback follow on one page each."""
    pdf = printed(render(Form(campaign), IDENTITY), "MAU.xlsx", tmp_path)

    assert pages(pdf) == [A4[::-1]] * 3
    assert "PHÒNG MẪU" in text_of(pdf, 1)
    assert "Kiểm tra" in text_of(pdf, 1)


def test_the_forms_header_is_repeated_on_every_page(campaign: Campaign, tmp_path: Path) -> None:
    form = Form(campaign.model_copy(update={"form_rows": 120}))
    pdf = printed(render(form, IDENTITY, [GOOD] * 100, CONFIRMED), "MAU.xlsx", tmp_path)

    for page in (1, 2, 3):
        assert "Tên mô hình, điển hình" in text_of(pdf, page)
        assert "TRONG ĐÓ" in text_of(pdf, page)
    assert "BIỂU MÔ HÌNH" not in text_of(pdf, 2)


def test_the_master_prints_on_a4_with_its_header_repeated(
    campaign: Campaign, tmp_path: Path
) -> None:
    rows = [entry(name=f"Mô hình {number}") for number in range(60)]
    register = register_of(campaign, {"A": rows})
    pdf = printed(workbook(master_of(register)), "tong-hop.xlsx", tmp_path)

    assert set(pages(pdf)) == {A4, A4[::-1]}
    for page in (1, 2):
        assert "HÌNH THỨC" in text_of(pdf, page)
    assert "Tổng cộng" not in text_of(pdf, 1)


def test_only_the_one_type_face_is_used(campaign: Campaign, tmp_path: Path) -> None:
    """Times New Roman, which Liberation Serif stands in for: no other font creeps in."""
    register = register_of(campaign, {"A": [entry()]})
    for name, data in (
        ("bao-cao.docx", report(register)),
        ("MAU.xlsx", render(Form(campaign), IDENTITY)),
    ):
        pdf = printed(data, name, tmp_path)
        fonts = subprocess.run(
            ["pdffonts", str(pdf)], capture_output=True, text=True, check=True
        ).stdout.splitlines()[2:]
        families = {re.sub(r"^[A-Z]{6}\+", "", line.split()[0]).split("-")[0] for line in fonts}
        assert families <= {"LiberationSerif", "TimesNewRoman", "TimesNewRomanPSMT"}
