"""The figures are the same wherever they stand: Word, the master, the board, bao-cao.json.

Each is read as a person's program would: python-docx, openpyxl, an HTML parser, json.
"""

import json
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from docx.table import Table
from lxml import html

from dankheo_sheets.operations.context import load_context
from dankheo_sheets.steps.demo import ANSWERS, play
from dankheo_sheets.steps.run import report
from dankheo_sheets.steps.unit_decisions import exclude
from dankheo_sheets.vietnamese import percent
from tests.conftest import EXAMPLE
from tests.steps.conftest import at

COMPLETENESS = ("expected", "received", "on_time", "late", "missing", "excluded")
FIVE = ("total", "collective", "individual", "new", "replicated")
UNUSED, UNLISTED = "Quốc phòng - an ninh", "Nông thôn mới"
"""What TTra writes in the example, and what it writes here."""
Figures = dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Told:
    """What one output tells."""

    completeness: tuple[int, ...]
    rate: float
    totals: tuple[int, ...]
    by_field: Figures
    by_unit: Figures
    entries: int
    """Rows of the register that are there."""


@pytest.fixture(scope="module")
def campaign_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play the whole demonstration, then exclude one unit and report once more.

    One unit, TTra, writes a field that the campaign does not list.
    """
    folder = tmp_path_factory.mktemp("same") / "demo"
    example = folder.with_name("example")
    shutil.copytree(EXAMPLE, example)
    answers = example / ANSWERS
    text = answers.read_text("utf-8")
    answers.write_text(text.replace(f'field = "{UNUSED}"', f'field = "{UNLISTED}"'), "utf-8")
    play(folder, example)
    job = load_context(folder)
    exclude(job, job.units[4].code, "đang sắp xếp lại tổ chức", at("12 09:00"))
    report(job, at("12 10:00"))
    return job.out


@pytest.fixture(scope="module")
def told(campaign_out: Path) -> Told:
    """Return what bao-cao.json tells, which the others are compared with."""
    figures = json.loads((campaign_out / "bao-cao.json").read_bytes())
    names = {unit["unit"]: unit["name"] for unit in figures["units"]}
    return Told(
        tuple(figures["completeness"][key] for key in COMPLETENESS),
        figures["rate"],
        five(figures["totals"]),
        {row["field"]: five(row) for row in figures["by_field"]},
        {names[row["unit"]]: five(row) for row in figures["by_unit"]},
        sum(unit["counted"] for unit in figures["units"]),
    )


def five(row: dict[str, int]) -> tuple[int, ...]:
    return tuple(row[key] for key in FIVE)


def number(text: str) -> int:
    """Return what "1.239" or "08" says."""
    return int(text.replace(".", ""))


def named(rows: Iterable[Sequence[object]]) -> Figures:
    """Return the rows of a table of figures by their names, the totals as "Tổng cộng"."""
    return {str(name): tuple(number(str(text)) for text in counts) for name, *counts in rows}


def completeness_of(text: str) -> tuple[int, ...]:
    """Return the six figures of "Phải gửi 08; đã nhận 05; …"."""
    words = ("phải gửi", "đã nhận", "đúng hạn", "muộn hạn", "còn thiếu", "loại trừ")
    return tuple(number(re.search(rf"{word} ([\d.]+)", text.lower())[1]) for word in words)  # type: ignore[index]


def unasked(out: Path) -> str:
    """Return the unit that is excluded."""
    figures = json.loads((out / "bao-cao.json").read_bytes())
    (name,) = (unit["name"] for unit in figures["units"] if unit["status"] == "excluded")
    return str(name)


def rate_of(text: str) -> float:
    return float(re.search(r"([\d,]+)%", text)[1].replace(",", "."))  # type: ignore[index]


# --- Word --------------------------------------------------------------------------------------


def cells(table: Table) -> list[list[str]]:
    return [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows]


def test_the_word_report_tells_the_same(campaign_out: Path, told: Told) -> None:
    document = docx.Document(str(campaign_out / "bao-cao.docx"))
    tables = {rows[0][1]: rows for rows in map(cells, document.tables) if len(rows[0]) == 7}
    by_field, by_unit = (
        named(row[1:] for row in tables[title][1:]) for title in ("Lĩnh vực", "Đơn vị")
    )
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    received = re.search(
        r"có (\d+)/(\d+) đơn vị đã gửi đăng ký \(đạt [\d,]+%\), trong đó (\d+) đơn vị đúng hạn, "
        r"(\d+) đơn vị muộn hạn; còn (\d+) đơn vị chưa hoàn thành\..*Không tính (\d+) đơn vị",
        text,
    )
    assert received
    got, expected, on_time, late, missing, excluded = map(int, received.groups())
    rate = rate_of(received[0])
    totals = re.search(
        r"Tổng số (\d+) mô hình, điển hình: (\d+) tập thể, (\d+) cá nhân; (\d+) xây dựng mới, "
        r"(\d+) nhân rộng",
        text,
    )
    assert totals
    in_words = tuple(map(int, totals.groups()))
    register = cells(document.tables[-1])
    assert by_field.pop("Tổng cộng") == by_unit.pop("Tổng cộng") == in_words
    assert register[-1] == [
        f"Tổng cộng: {in_words[0]}", str(in_words[1]), str(in_words[2]), "", "",
        str(in_words[3]), str(in_words[4]), "",
    ]  # fmt: skip
    entries = [row for row in register[3:-1] if "x" in row]
    assert [sum(row[at] == "x" for row in entries) for at in (1, 2, 5, 6)] == [*in_words[1:]]

    by_unit[unasked(campaign_out)] = (0, 0, 0, 0, 0)  # it has no row of zeros
    assert told == Told(
        (expected, got, on_time, late, missing, excluded), rate, in_words, by_field, by_unit,
        len(entries),
    )  # fmt: skip


# --- the master ----------------------------------------------------------------------------------


def test_the_master_tells_the_same(campaign_out: Path, told: Told) -> None:
    workbook = openpyxl.load_workbook(campaign_out / "tong-hop.xlsx")
    line = str(workbook["Tiến độ"]["A2"].value)
    rows = [row[:6] for row in workbook["Thống kê"].iter_rows(values_only=True)]
    starts = [at for at, row in enumerate(rows) if row[0] in ("Lĩnh vực", "Đơn vị")]
    ends = [at for at, row in enumerate(rows) if row[0] == "Tổng cộng"]
    by_field, by_unit = (
        named(rows[start + 1 : end + 1]) for start, end in zip(starts, ends, strict=True)
    )
    totals = by_field.pop("Tổng cộng")
    assert by_unit.pop("Tổng cộng") == totals
    by_unit[unasked(campaign_out)] = (0, 0, 0, 0, 0)  # it has no row of zeros
    register = [row[:8] for row in workbook["Tổng hợp"].iter_rows(min_row=8, values_only=True)]
    assert register[-1] == (
        f"Tổng cộng: {totals[0]}", totals[1], totals[2], None, None, totals[3], totals[4], None,
    )  # fmt: skip

    assert told == Told(
        completeness_of(line), rate_of(line), totals, by_field, by_unit,
        sum("x" in row for row in register),
    )  # fmt: skip


# --- the board -----------------------------------------------------------------------------------


def texts(table: html.HtmlElement) -> list[list[str]]:
    """Return the texts of a table's rows, but for those of the header."""
    rows = [row for part in table if part.tag in ("tbody", "tfoot") for row in part.iter("tr")]
    return [[str(cell.text_content()) for cell in row] for row in rows]


def test_the_board_tells_the_same(campaign_out: Path, told: Told) -> None:
    """It has each unit's number of entries, not its five figures."""
    page = html.fromstring((campaign_out / "tien-do.html").read_bytes())
    (tile_list,) = (each for each in page.iter("dl") if each.get("class") == "tiles")
    tiles = {tile.get("class", ""): tile.findtext("dd") or "" for tile in tile_list.iter("div")}
    tables = {table.get("id") or table.get("class"): table for table in page.iter("table")}
    *lines, last = texts(tables["small fields"])
    by_field, totals = named(lines), named([last])["Tổng cộng"]
    counted = {}
    for row in tables["units"].iter("tr"):
        if name := row.findtext("th/b"):
            numbers = [cell.text or "" for cell in row.iter("td") if cell.get("class") == "n"]
            counted[name] = number(numbers[0])

    assert tuple(number(tiles[key]) for key in COMPLETENESS) == told.completeness
    assert tiles["rate"] == percent(told.rate)
    assert (totals, by_field) == (told.totals, told.by_field)
    assert counted == {name: figures[0] for name, figures in told.by_unit.items()}
    assert sum(counted.values()) == told.entries


# --- what is in no list ---------------------------------------------------------------------------


def test_what_is_not_in_the_list_stands_last_wherever_fields_stand(campaign_out: Path) -> None:
    other = "Lĩnh vực khác"
    figures = json.loads((campaign_out / "bao-cao.json").read_bytes())
    document = docx.Document(str(campaign_out / "bao-cao.docx"))
    tables = [cells(table) for table in document.tables]
    (by_field,) = (rows for rows in tables if rows[0][1] == "Lĩnh vực")
    book = openpyxl.load_workbook(campaign_out / "tong-hop.xlsx")
    statistics = [row[0] for row in book["Thống kê"].iter_rows(values_only=True)]
    data = [row for row in book["Dữ liệu"].iter_rows(values_only=True) if row[1] == "TTra"]
    page = html.fromstring((campaign_out / "tien-do.html").read_bytes())
    (board,) = (table for table in page.iter("table") if table.get("class") == "small fields")

    assert figures["by_field"][-1]["field"] == other
    assert by_field[-2][1] == other
    sections = [row[0] for row in tables[-1] if re.match(r"[IV]+\. ", row[0])]
    assert sections[-1].endswith(f". {other}")
    assert statistics[statistics.index("Tổng cộng") - 1] == other
    assert [(row[3], row[9], row[12]) for row in data] == [(other, "có", UNLISTED)]
    assert texts(board)[-2][0] == other
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert f"được xếp vào “{other}”: {UNLISTED} (01)." in text
    assert [note for note in figures["notes"] if f"“{UNLISTED}” (TTra dòng 10)" in note]


def test_the_form_of_the_unit_has_what_it_typed(campaign_out: Path) -> None:
    document = docx.Document(str(campaign_out / "bieu" / "TTra.docx"))
    sections = [row.cells[0].text for row in document.tables[0].rows]

    assert "I. Lĩnh vực nông thôn mới" in sections


# --- the units' forms ------------------------------------------------------------------------


def test_the_forms_to_be_signed_have_the_registers_entries(campaign_out: Path, told: Told) -> None:
    """Of the units nothing blocks: the forms of the others are drafts."""
    found = {}
    for path in (campaign_out / "bieu").glob("*.docx"):
        document = docx.Document(str(path))
        if document.sections[0].first_page_header.paragraphs[0].text:
            continue
        table = document.tables[0]._tbl
        unit = document.paragraphs[0].text
        marks = [
            ["".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in row.tc_lst]
            for row in table.tr_lst[3:-1]
        ]
        found[unit] = sum("x" in row for row in marks)

    by_unit = {name.upper(): figures[0] for name, figures in told.by_unit.items()}
    assert len(found) == 5
    assert found == {unit: by_unit[unit] for unit in found}
