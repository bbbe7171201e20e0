"""Every file we make is one that Office opens: Microsoft's own validator is asked."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.steps.demo import fill
from dankheo_sheets.steps.letter import letter
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import run
from tests.conftest import EXAMPLE
from tests.office import needs, needs_folder
from tests.steps.conftest import COVER, ENTRY, at

HERE = Path(__file__).parent / "open_xml"


def faults(files: Sequence[Path]) -> dict[str, list[str]]:
    """Return what is wrong, by the file's name."""
    needs("node")
    needs_folder(HERE / "node_modules", "npm ci --prefix tests/open_xml")
    command = ["node", str(HERE / "validate.mjs"), *map(str, files)]
    told = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    found: dict[str, list[str]] = json.loads(told)
    assert list(found) == [str(file) for file in files]
    return {Path(path).name: wrong for path, wrong in found.items() if wrong}


def campaign_of(folder: Path, *changes: tuple[str, str]) -> Context:
    """Return a campaign in which one unit writes something; the letter is made."""
    for name in ("campaign.toml", "units.csv"):
        shutil.copy(EXAMPLE / name, folder / name)
    settings = folder / "campaign.toml"
    text = settings.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    settings.write_text(text, "utf-8")
    job = load_context(folder)
    letter(folder, job.campaign, at("05 08:00"))
    provision(job, now=at("05 08:00"))
    fill(folder / "workbooks" / "HCTH.xlsx", [ENTRY, {**ENTRY, "name": "=1+1 <b>"}], COVER,
         at("08 09:00"))  # fmt: skip
    return job


def files_of(job: Context) -> list[Path]:
    """Return all we made, of workbooks one that no person saved with another program."""
    documents = [*job.out.glob("*.docx"), *job.out.glob("bieu/*.docx"), *job.out.glob("*.xlsx")]
    return [*documents, job.directory / "workbooks" / "TDC.xlsx"]


@pytest.mark.office
def test_what_a_campaign_leaves_is_valid_while_it_runs_and_when_it_is_closed(
    tmp_path: Path,
) -> None:
    open_one, closed = tmp_path / "open", tmp_path / "closed"
    for folder in (open_one, closed):
        folder.mkdir()
    first = campaign_of(open_one)
    run(first, at("08 17:00"))
    second = campaign_of(
        closed,
        ('kind = "báo cáo"', 'kind = "tờ trình"'),
        ("# chart = true", "chart = true"),
        ("# last_year", "last_year"),
        ("# unit_column", "unit_column"),
        ('addressees = ["Các phòng, đơn vị thuộc Sở"]', 'addressees = ["Phòng A", "Phòng B"]'),
    )
    run(second, at("12 08:00"))
    files = [*files_of(first), *files_of(second)]
    assert {file.name for file in files} >= {
        "cong-van.docx", "bao-cao.docx", "HCTH.docx", "tong-hop.xlsx", "TDC.xlsx",
    }  # fmt: skip

    assert faults(files) == {}


@pytest.mark.office
def test_what_is_not_valid_is_found(tmp_path: Path) -> None:
    """A style's name with a comma: what three of ours had."""
    import docx
    from docx.enum.style import WD_STYLE_TYPE

    document = docx.Document()
    document.styles.add_style("Số, ký hiệu", WD_STYLE_TYPE.PARAGRAPH)
    document.save(str(tmp_path / "a.docx"))

    (wrong,) = {line.split(": ")[0] for line in faults([tmp_path / "a.docx"])["a.docx"]}
    assert wrong.startswith("/word/styles.xml ")
