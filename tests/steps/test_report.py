"""Report and run write bao-cao.docx, whatever campaign.toml lacks to sign it."""

import io
import re
from pathlib import Path

import docx
import pytest

from dankheo_sheets.cli import main
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.steps.run import close, report, run
from tests.steps.conftest import ENTRY, Fill, at, everything

LACKS = "bao-cao.docx còn là dự thảo: campaign.toml: signer.name: thiếu họ tên người ký"


@pytest.fixture
def unsigned(job: Context) -> Context:
    """Return the campaign without its section [signer]."""
    path = job.directory / "campaign.toml"
    text = re.sub(r"\[signer\].*?\n\n", "", path.read_text("utf-8"), flags=re.DOTALL)
    path.write_text(text, "utf-8")
    return load_context(job.directory)


def mark(folder: Path) -> str:
    document = docx.Document(io.BytesIO((folder / "out" / "bao-cao.docx").read_bytes()))
    return "".join(p.text for p in document.sections[0].first_page_header.paragraphs)


def test_a_scheduled_run_does_not_fail_for_want_of_a_signer(unsigned: Context) -> None:
    outcome = run(unsigned, at("12 08:00")).outcome

    assert LACKS in outcome.board.notes
    assert mark(unsigned.directory) == "DỰ THẢO"


def test_the_command_names_the_missing_key_before_anything_is_written(
    unsigned: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(unsigned.directory)

    with pytest.raises(SystemExit) as stopped:
        main(["report", "-C", str(unsigned.directory)])

    assert stopped.value.code == 3
    said = "Lỗi: campaign.toml: signer.name: thiếu họ tên người ký\n"
    assert capsys.readouterr().err == said
    assert everything(unsigned.directory) == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('place = "Quảng Ngãi"', f'place = "{"Quảng Ngãi " * 9}"', "agency.place"),
        ('kind = "báo cáo"', 'kind = "công văn"', "report.kind"),
        ('symbol = "SKHCN-HCTH"', f'symbol = "{"SKHCN" * 9}-HCTH"', "report.symbol"),
        ('[plan]\n', '[letter_plan]\n', "plan"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_with_its_key(
    job: Context, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    path = job.directory / "campaign.toml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    before = everything(job.directory)

    with pytest.raises(SystemExit) as stopped:
        main(["report", "-C", str(job.directory)])

    assert stopped.value.code == 3
    assert f"campaign.toml: {said}: " in capsys.readouterr().err
    assert everything(job.directory) == before


def test_the_report_of_a_closed_and_signed_campaign_is_no_draft(
    job: Context, fill_in: Fill
) -> None:
    fill_in("HCTH", "08 16:00")
    report(job, at("08 17:00"))
    assert mark(job.directory) == "DỰ THẢO"

    outcome = run(job, at("12 08:00")).outcome

    assert outcome.board.notes == [
        "bao-cao.docx dẫn công văn chưa có số: văn thư cho số rồi thì ghi vào letter.number"
    ]
    assert mark(job.directory) == ""


def test_a_final_report_names_the_fields_that_are_not_in_the_list(
    job: Context, fill_in: Fill
) -> None:
    """Counted as other, until the coordinator says otherwise: never under what it nearly is."""
    fill_in("HCTH", "08 16:00", [ENTRY, ENTRY | {"field": "Kinh tế số", "name": "Khác"}])
    close(job, at("12 08:00"))

    outcome = report(job, at("12 09:00"))

    note = (
        "Lĩnh vực “Kinh tế số” (HCTH dòng 11) không có trong danh sách, đang tính vào “Lĩnh vực "
        'khác”; nếu là “Kinh tế” thì ghi vào campaign.toml, mục [[fields]] name = "Kinh tế": '
        'aliases = ["Phát triển kinh tế", "Kinh tế số"]'
    )
    assert outcome.board.notes.count(note) == 1
    assert {row.field: row.total for row in outcome.board.by_field if row.total} == {
        "Kinh tế": 1, "Lĩnh vực khác": 1,
    }  # fmt: skip
    assert mark(job.directory) == ""

    path = job.directory / "campaign.toml"
    text = path.read_text("utf-8").replace('aliases = ["Phát triển kinh tế"]', note.split(": ")[-1])
    path.write_text(text, "utf-8")
    settled = report(load_context(job.directory), at("12 10:00"))

    assert [row.total for row in settled.board.by_field] == [
        2,
        0,
        0,
        0,
    ]
    assert not [each for each in settled.board.notes if "Kinh tế số" in each]
