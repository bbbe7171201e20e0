"""Measure the Word documents: the report beside its floor and beside python-docx; unit forms.

The floor is what no program can do without: the same XML, put together as strings and zipped.
Run by bench.py in a process of its own; by itself: ``python -m benchmarks.word 2000 10000``.
"""

import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.measure import Measure, slope

SIZES = (2_000, 10_000, 33_210)
"""Entries: of a province, of a large one, of the country's communes."""
ADD_ROW = 2_000
"""Entries python-docx is measured with: its time grows with their square."""
FORMS = 300

_EXAMPLE = Path("examples/dan-van-kheo-2022")
_DOCUMENT = "word/document.xml"


def measures(entries: int) -> Iterator[Measure]:
    """Yield the figures for all sizes up to so many entries."""
    sizes = [size for size in SIZES if size <= max(entries, SIZES[0])]
    command = [sys.executable, "-m", "benchmarks.word", *map(str, sizes)]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    for step in found["reports"]:
        size, ours, floor = (step[key] for key in ("entries", "seconds", "floor"))
        remark = f"{ours:.2f} s / {floor:.2f} s; {step['kb']:.0f} KB"
        yield Measure(f"report_floor_ratio_{size}", ours / floor, "x", 4, remark=remark)
    if len(sizes) > 1:
        line = slope({step["entries"]: step["seconds"] for step in found["reports"]})
        yield Measure("report_exponent", line, "", 1.05 if len(sizes) == len(SIZES) else None)
    add_row, ours = found["add_row"], found["reports"][0]["seconds"]
    yield Measure(
        "report_add_row_ratio", add_row / ours, "x", 10, at_least=True,
        remark=f"{ADD_ROW} dòng: python-docx add_row {add_row:.1f} s / {ours:.2f} s",
    )  # fmt: skip
    form = found["form"]
    remark = f"lập lại từ đầu mỗi biểu: {form['anew_ms']:.0f} ms"
    yield Measure("unit_form_ms", form["ms"], "ms", 5, remark=remark)
    remark = f"{form['ms']:.2f} ms / {form['floor_ms']:.2f} ms"
    yield Measure("unit_form_floor_ratio", form["ms"] / form["floor_ms"], "x", remark=remark)


def main(sizes: Sequence[int]) -> dict[str, Any]:
    """Return all that is measured."""
    reports = [_report(size) for size in sizes]
    return {"reports": reports, "add_row": _add_row(ADD_ROW), "form": _forms(FORMS)}


def _best(step: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of some runs: noise only adds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        step()
        taken.append(time.perf_counter() - start)
    return min(taken)


def _register(entries: int) -> Any:
    """Return a register of units with ten entries each, its figures counted: all share them."""
    from dataclasses import replace

    from benchmarks import campaign as campaigns
    from dankheo_sheets.campaign import load
    from dankheo_sheets.form.layout import Form
    from dankheo_sheets.register import Register
    from dankheo_sheets.registration import Cover, Registration, Snapshot, Standing, Status
    from dankheo_sheets.roster import Unit

    campaign, _ = load(_EXAMPLE)
    form, when = Form(campaign), campaigns.FILLED_AT
    units, standings = [], {}
    for number in range(1, entries // campaigns.ENTRIES + 1):
        unit = Unit(campaigns.code(number), campaigns.name(number))
        rows = [campaigns.entry(form, number, at) for at in range(campaigns.ENTRIES)]
        placed = tuple(replace(row, row=10 + at) for at, row in enumerate(rows))
        registration = Registration(unit.code, placed, Cover(confirmed="x"), "Đăng ký")
        snapshot = Snapshot(unit.code, "ab" * 32, "1", when, when, 1, len(placed))
        units.append(unit)
        standings[unit.code] = Standing(
            unit.code, Status.SUBMITTED, campaign.deadline.moment, registration, (), snapshot
        )
    register = Register(campaign, units, standings)
    assert (register.totals["total"], len(register.by_unit)) == (entries, len(units))
    return register


def _report(entries: int) -> dict[str, float]:
    from dankheo_sheets.outputs.word.report import report

    register = _register(entries)
    made = report(register)
    floor = _floor(made, register)
    return {
        "entries": entries,
        "seconds": _best(lambda: report(register)),
        "floor": _best(floor),
        "kb": len(made) / 1e3,
    }


def _floor(made: bytes, register: Any) -> Callable[[], bytes]:
    """Return what makes the XML of `made` from its rows' texts and one row as pattern."""
    from dankheo_sheets.outputs.master import register_rows

    with zipfile.ZipFile(io.BytesIO(made)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    xml = parts.pop(_DOCUMENT).decode()
    cells = [["" if cell is None else str(cell) for cell in row] for row in register_rows(register)]
    texts = [row for row in cells if row[-1]]
    row_of = f">{escape(texts[0][0])}</w:t>"
    start = xml.rindex("<w:tr>", 0, xml.index(row_of))
    row = xml[start : xml.index("</w:tr>", start) + len("</w:tr>")]
    pieces = row.split('<w:t xml:space="preserve">')
    fixed = [pieces[0] + '<w:t xml:space="preserve">']
    fixed += [each[each.index("</w:t>") :] + '<w:t xml:space="preserve">' for each in pieces[1:-1]]
    last = pieces[-1][pieces[-1].index("</w:t>") :]
    around = xml[:start], xml[xml.rindex("</w:tr>") + len("</w:tr>") :]

    def floor() -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for name, data in parts.items():
                package.writestr(name, data)
            rows = [
                "".join([x for pair in zip(fixed, map(escape, each), strict=True) for x in pair])
                + last
                for each in texts
            ]
            package.writestr(_DOCUMENT, around[0] + "".join(rows) + around[1])
        return out.getvalue()

    with zipfile.ZipFile(io.BytesIO(floor())) as package:
        share = package.getinfo(_DOCUMENT).file_size / len(xml.encode())
    if not 0.9 < share < 1.02:
        raise RuntimeError(f"the floor's document is {share:.2f} of the report's")
    return floor


def _add_row(entries: int) -> float:
    """Time the same rows added as every guide to python-docx does."""
    import docx

    from dankheo_sheets.outputs.master import register_rows

    rows = list(register_rows(_register(entries)))

    def add() -> None:
        document = docx.Document()
        table = document.add_table(rows=1, cols=8)
        for cells in rows:
            row = table.add_row()
            for at, cell in enumerate(cells):
                row.cells[at].text = "" if cell is None else str(cell)
        document.save(io.BytesIO())

    return _best(add, 1)


def _forms(units: int) -> dict[str, float]:
    from dankheo_sheets.outputs.word.unit_form import UnitForms

    register = _register(units * 10)
    forms = UnitForms(register.campaign)

    def all_of_them() -> None:
        for unit in register.units:
            forms.form(unit, register.standings[unit.code])

    unit = register.units[0]
    anew = _best(lambda: UnitForms(register.campaign).form(unit, register.standings[unit.code]))
    floor = _best(_forms_floor(forms.form(unit, register.standings[unit.code]), units))
    ms = {"ms": _best(all_of_them) / units, "anew_ms": anew, "floor_ms": floor / units}
    return {name: 1000 * seconds for name, seconds in ms.items()}


def _forms_floor(made: bytes, units: int) -> Callable[[], None]:
    """Return what packs the text of one form as often: nothing is put together."""
    shell = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(shell, "w") as new:
        for info in old.infolist():
            if info.filename != _DOCUMENT:
                new.writestr(info, old.read(info))
        text = old.read(_DOCUMENT)

    def floor() -> None:
        for _ in range(units):
            with zipfile.ZipFile(
                io.BytesIO(shell.getvalue()), "a", zipfile.ZIP_DEFLATED
            ) as package:
                package.writestr(_DOCUMENT, text)

    return floor


if __name__ == "__main__":
    print(json.dumps(main([int(size) for size in sys.argv[1:]] or SIZES)))
