"""The report and the units' forms: when they are written, and that nothing issued is lost."""

import shutil
from contextlib import suppress
from pathlib import Path

import docx
import pytest

from dankheo_sheets.cli import main
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.operations.document_versions import Versions
from dankheo_sheets.operations.issuing import Papers
from dankheo_sheets.operations.publishing import Outcome
from dankheo_sheets.steps.run import close as close_by_hand
from dankheo_sheets.steps.run import report, run, sync
from dankheo_sheets.steps.unit_decisions import exclude, give_back, reopen
from tests.steps.conftest import COVER, ENTRY, Fill, at, everything

OTHER = {**ENTRY, "name": "Mô hình khác"}
BAD = {**ENTRY, "place": ""}


def newest(job: Context, folder: str = "bieu") -> dict[str, tuple[int, int, str]]:
    """Return the documents that are now valid."""
    found = everything(job.out / folder) if (job.out / folder).exists() else {}
    return {name: what for name, what in found.items() if name.endswith("docx") and "/" not in name}


def kept(job: Context, folder: str = ".") -> list[str]:
    """Return what is kept of earlier ones."""
    shelf = job.out / folder / "phien-ban"
    return sorted(path.name for path in shelf.iterdir()) if shelf.exists() else []


def papers_of(outcome: Outcome) -> Papers:
    """Return the documents a step looked at."""
    assert outcome.papers
    return outcome.papers


def command(*arguments: str) -> None:
    """Run a command; findings may remain."""
    with suppress(SystemExit):
        main(arguments)


def table(path: Path) -> list[str]:
    """Return the first column of a form."""
    return [row.cells[0].text for row in docx.Document(str(path)).tables[0].rows]


# --- when forms are written -------------------------------------------------------------------


def test_each_unit_that_wrote_something_has_its_form(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "08 16:00")
    fill_in("TTTT", "08 16:00", (), {**COVER, "nil_reason": "Đang sắp xếp lại tổ chức."})
    fill_in("TDC", "08 16:00", [BAD])

    report(job, at("08 17:00"))

    assert list(newest(job)) == ["HCTH.docx", "TDC.docx", "TTTT.docx"]


def test_only_forms_whose_content_changed_are_written_again(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "08 16:00")
    fill_in("TTra", "08 16:00")
    report(job, at("08 17:00"))
    first = newest(job)

    fill_in("TTra", "09 16:00", [OTHER])
    sync(job, at("09 17:00"))
    assert newest(job) == first
    outcome = report(job, at("09 18:00"))

    second = newest(job)
    assert second["HCTH.docx"] == first["HCTH.docx"]
    assert second["TTra.docx"] != first["TTra.docx"]
    assert [each.path.name for each in papers_of(outcome).forms] == ["TTra.docx"]


def test_a_form_that_is_gone_is_written_again(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "08 16:00")
    run(job, at("08 17:00"))
    (job.out / "bieu" / "HCTH.docx").unlink()

    report(job, at("08 18:00"))

    assert list(newest(job)) == ["HCTH.docx"]
    assert kept(job, "bieu") == ["HCTH-1.docx", "HCTH-1.txt"]


def test_a_unit_that_emptied_its_sheet_or_is_excluded_has_no_form_any_more(
    job: Context, fill_in: Fill
) -> None:
    for unit in ("HCTH", "TDC", "TTra"):
        fill_in(unit, "08 16:00")
    report(job, at("08 17:00"))
    fill_in("HCTH", "09 16:00", [{}], {})
    exclude(job, "TDC", "đã sáp nhập", at("09 09:00"))

    report(job, at("09 17:00"))

    assert list(newest(job)) == ["TTra.docx"]
    assert kept(job, "bieu") == [
        "HCTH-1.docx", "HCTH-1.txt", "TDC-1.docx", "TDC-1.txt", "TTra-1.docx", "TTra-1.txt",
    ]  # fmt: skip


def test_a_form_that_was_typed_into_stays_when_its_unit_has_none_any_more(
    job: Context, fill_in: Fill
) -> None:
    fill_in("HCTH", "08 16:00")
    report(job, at("08 17:00"))
    typed = edit(job.out / "bieu" / "HCTH.docx")
    exclude(job, "HCTH", "đã sáp nhập", at("09 09:00"))

    report(job, at("09 17:00"))

    (aside,) = (job.out / "bieu" / "phien-ban").glob("HCTH-sua-tay-*.docx")
    assert aside.read_bytes() == typed


# --- versions ---------------------------------------------------------------------------------


def test_a_form_that_could_be_signed_is_kept_when_another_takes_its_place(
    job: Context, fill_in: Fill
) -> None:
    fill_in("HCTH", "08 16:00")
    report(job, at("08 17:00"))
    first = (job.out / "bieu" / "HCTH.docx").read_bytes()
    fill_in("HCTH", "09 16:00", [OTHER, ENTRY])

    report(job, at("09 17:00"))

    shelf = job.out / "bieu" / "phien-ban"
    assert (shelf / "HCTH-1.docx").read_bytes() == first
    assert (shelf / "HCTH-2.docx").read_bytes() == (job.out / "bieu" / "HCTH.docx").read_bytes()
    told = (shelf / "HCTH-2.txt").read_text("utf-8")
    assert told.startswith("HCTH.docx, phiên bản 2\nLập 17 giờ 00, ngày 09/4/2022\nSHA-256 ")
    assert "- Thêm: “Mô hình khác | x |  | " in told
    assert told.count("\n- ") == 1  # that the other is number 2 now is no change


def test_a_form_that_findings_block_is_a_draft_and_no_version(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "08 16:00", [BAD])

    report(job, at("08 17:00"))

    assert list(newest(job)) == ["HCTH.docx"]
    assert kept(job, "bieu") == []


def test_a_form_that_was_given_back_and_mended_is_the_next_version(
    job: Context, fill_in: Fill
) -> None:
    fill_in("HCTH", "08 16:00")
    report(job, at("08 17:00"))
    give_back(job, "HCTH", "ghi rõ địa chỉ", at("09 09:00"))
    report(job, at("09 10:00"))
    assert kept(job, "bieu") == ["HCTH-1.docx", "HCTH-1.txt"]
    fill_in("HCTH", "09 16:00", [{**ENTRY, "place": "Thôn Mẫu"}])

    report(job, at("09 17:00"))

    assert kept(job, "bieu") == ["HCTH-1.docx", "HCTH-1.txt", "HCTH-2.docx", "HCTH-2.txt"]


def test_the_report_has_no_version_while_units_may_write(job: Context, fill_in: Fill) -> None:
    for day in ("07", "08"):
        fill_in("HCTH", f"{day} 16:00", [ENTRY] * int(day))
        report(job, at(f"{day} 17:00"))

    assert kept(job) == []


def close(job: Context, fill_in: Fill) -> Outcome:
    fill_in("HCTH", "08 16:00")
    return run(job, at("12 08:00")).outcome


def test_the_report_of_the_closed_campaign_is_version_1(job: Context, fill_in: Fill) -> None:
    outcome = close(job, fill_in)

    data = (job.out / "bao-cao.docx").read_bytes()
    assert kept(job) == ["bao-cao-1.docx", "bao-cao-1.txt"]
    assert (job.out / "phien-ban" / "bao-cao-1.docx").read_bytes() == data
    first = papers_of(outcome).report
    assert (first.number, first.new) == (1, True)


def test_the_report_after_a_late_unit_is_version_2_and_lists_what_it_adds(
    job: Context, fill_in: Fill
) -> None:
    close(job, fill_in)
    first = (job.out / "bao-cao.docx").read_bytes()
    reopen(job, ["TDC"], at("16 00:00"), at("12 09:00"))
    fill_in("TDC", "13 09:00", [OTHER])
    run(job, at("13 10:00"))
    assert kept(job) == ["bao-cao-1.docx", "bao-cao-1.txt"]  # a draft again

    outcome = run(job, at("16 08:00")).outcome

    shelf = job.out / "phien-ban"
    assert (shelf / "bao-cao-1.docx").read_bytes() == first
    assert (shelf / "bao-cao-2.docx").read_bytes() == (job.out / "bao-cao.docx").read_bytes()
    changes = papers_of(outcome).report.changes
    assert any(each.startswith("Thêm: “Mô hình khác | x |  | ") for each in changes)
    assert any(each.startswith("Dòng “Tổng cộng: 2”: ") for each in changes)
    assert [f"- {each}" for each in changes] == [
        line for line in (shelf / "bao-cao-2.txt").read_text("utf-8").split("\n") if line[:1] == "-"
    ]


def test_reporting_again_is_the_same_version(job: Context, fill_in: Fill) -> None:
    close(job, fill_in)
    before = everything(job.out)

    outcome = report(job, at("14 08:00"))

    assert papers_of(outcome).report.settled
    assert papers_of(outcome).forms == ()
    assert everything(job.out) == before


def test_what_changes_is_printed_by_the_command(
    job: Context, fill_in: Fill, capsys: pytest.CaptureFixture[str]
) -> None:
    close(job, fill_in)
    signed_by("Trần Thị Mẫu", job)

    command("report", "-C", str(job.directory))

    said = capsys.readouterr().out
    assert f"Đã lập {job.out / 'bao-cao.docx'}, phiên bản 2.\n  Sửa: “Nguyễn Văn Mẫu” thành" in said


# --- what a person typed ------------------------------------------------------------------------


def edit(path: Path) -> bytes:
    """Type something into a document, as a clerk does."""
    document = docx.Document(str(path))
    document.paragraphs[-1].add_run("Ghi thêm của văn thư")
    document.save(str(path))
    return path.read_bytes()


@pytest.mark.parametrize("name", ["bao-cao.docx", "bieu/HCTH.docx"])
@pytest.mark.parametrize("entry", [ENTRY, BAD], ids=["signable", "draft"])
def test_what_was_typed_into_a_document_is_put_aside_for_another_content(
    job: Context, fill_in: Fill, name: str, entry: dict[str, str]
) -> None:
    fill_in("HCTH", "08 16:00", [entry])
    report(job, at("08 17:00"))
    path = job.out / name
    typed = edit(path)
    fill_in("HCTH", "09 16:00", [{**entry, "name": "Mô hình khác"}])

    outcome = report(job, at("09 17:00"))

    made = papers_of(outcome)
    version = next(each for each in (made.report, *made.forms) if each.path == path)
    assert version.aside.read_bytes() == typed
    assert version.aside.parent == path.parent / "phien-ban"
    assert path.read_bytes() == version.data


@pytest.mark.parametrize("name", ["bao-cao.docx", "bieu/HCTH.docx"])
def test_what_was_typed_into_a_document_stays_while_nothing_is_new(
    job: Context, fill_in: Fill, name: str
) -> None:
    fill_in("HCTH", "08 16:00")
    report(job, at("08 17:00"))
    typed = edit(job.out / name)
    fill_in("HCTH", "08 18:00")  # saved once more, with nothing in it changed

    report(job, at("09 17:00"))

    if name != "bao-cao.docx":  # which says when it was read
        assert (job.out / name).read_bytes() == typed


def test_the_coordinator_is_told_where_what_was_typed_is(
    job: Context, fill_in: Fill, capsys: pytest.CaptureFixture[str]
) -> None:
    fill_in("HCTH", "08 16:00")
    report(job, at("08 17:00"))
    edit(job.out / "bieu" / "HCTH.docx")
    fill_in("HCTH", "09 16:00", [OTHER])

    command("report", "-C", str(job.directory))

    said = capsys.readouterr()
    assert f"{job.out / 'bieu' / 'HCTH.docx'} đã được sửa bằng tay sau khi lập" in said.err
    assert f"Đã lập 1 biểu để in, ký: {job.out / 'bieu'}" in said.out


def test_a_ledger_that_is_lost_or_damaged_loses_no_document(job: Context, fill_in: Fill) -> None:
    """What a document was last made as is not known then: a person may have typed it."""
    damages = ("", "null", "[]", '{"bieu/HCTH.docx": 1}', '{"bieu/HCTH.docx": {"made": 1}}')
    for hour, damage in enumerate(damages, 10):  # a file's time and size say whether it changed
        fill_in("HCTH", f"08 {hour}:00", [{**BAD, "name": f"Mô hình {damage}"}])
        report(job, at(f"08 {hour}:15"))
        before = (job.out / "bieu" / "HCTH.docx").read_bytes()
        (job.out / "van-ban.json").write_text(damage, "utf-8")
        fill_in("HCTH", f"08 {hour}:30", [{**BAD, "name": f"Mô hình khác {damage}"}])

        (form,) = papers_of(report(job, at(f"08 {hour}:45"))).forms

        assert form.aside.read_bytes() == before


# --- what is lost, and runs that die --------------------------------------------------------------


def test_a_version_that_was_deleted_is_written_again(job: Context, fill_in: Fill) -> None:
    close(job, fill_in)
    before = everything(job.out)
    shutil.rmtree(job.out / "phien-ban")
    shutil.rmtree(job.out / "bieu" / "phien-ban")

    report(job, at("14 08:00"))

    after = everything(job.out)
    assert {name for name in before if name.endswith("docx")} <= set(after)
    assert all(after[name][2] == before[name][2] for name in before if name.endswith("docx"))


def test_a_deleted_version_is_written_again_beside_what_was_typed(
    job: Context, fill_in: Fill
) -> None:
    close(job, fill_in)
    path = job.out / "phien-ban" / "bao-cao-1.docx"
    issued = path.read_bytes()
    path.unlink()
    typed = edit(job.out / "bao-cao.docx")

    report(job, at("14 08:00"))

    assert path.read_bytes() == issued
    assert (job.out / "bao-cao.docx").read_bytes() == typed


def test_a_number_is_never_given_twice(job: Context, fill_in: Fill) -> None:
    """All versions were deleted, then the content changed: what was issued is written again."""
    close(job, fill_in)
    issued = (job.out / "bao-cao.docx").read_bytes()
    shutil.rmtree(job.out / "phien-ban")

    outcome = report(signed_by("Trần Thị Mẫu", job), at("14 08:00"))

    assert papers_of(outcome).report.number == 2
    assert (job.out / "phien-ban" / "bao-cao-1.docx").read_bytes() == issued
    assert "Sửa: “Nguyễn Văn Mẫu” thành “Trần Thị Mẫu”" in papers_of(outcome).report.changes


def test_a_version_that_a_dying_run_only_remembered_is_made_with_its_list(
    job: Context, fill_in: Fill
) -> None:
    close(job, fill_in)
    other = signed_by("Trần Thị Mẫu", job)
    aside = job.directory / "aside"
    shutil.copytree(job.out, aside)
    report(other, at("13 08:00"))
    ledger = (job.out / "van-ban.json").read_bytes()
    shutil.rmtree(job.out)
    aside.rename(job.out)
    (job.out / "van-ban.json").write_bytes(ledger)

    made = papers_of(report(other, at("13 09:00"))).report

    assert (made.number, made.new) == (2, True)
    assert kept(job) == ["bao-cao-1.docx", "bao-cao-1.txt", "bao-cao-2.docx", "bao-cao-2.txt"]
    assert "- Sửa: “Nguyễn Văn Mẫu” thành “Trần Thị Mẫu”\n" in (
        job.out / "phien-ban" / "bao-cao-2.txt"
    ).read_text("utf-8")


def test_a_damaged_version_stops_nothing(job: Context, fill_in: Fill) -> None:
    close(job, fill_in)
    path = job.out / "phien-ban" / "bao-cao-1.docx"
    path.chmod(0o644)
    whole = path.read_bytes()
    at_document = whole.index(b"word/document.xml") + 200
    path.write_bytes(whole[:at_document] + bytes(20) + whole[at_document + 20 :])

    outcome = report(signed_by("Trần Thị Mẫu", job), at("14 08:00"))

    assert papers_of(outcome).report.changes == ("Không đọc được bản trước, không so được.",)


def signed_by(name: str, job: Context) -> Context:
    """Return the campaign with another signer."""
    path = job.directory / "campaign.toml"
    text = path.read_text("utf-8")
    assert text.count("Nguyễn Văn Mẫu") == 1
    path.write_text(text.replace("Nguyễn Văn Mẫu", name), "utf-8")
    return load_context(job.directory)


def test_a_draft_whose_run_died_is_not_taken_for_something_typed(
    job: Context, fill_in: Fill
) -> None:
    """The run died after the documents and before the figures."""
    fill_in("HCTH", "08 16:00", [BAD])
    report(job, at("08 17:00"))
    figures = (job.out / "bao-cao.json").read_bytes()
    fill_in("HCTH", "09 16:00", [{**BAD, "name": "Mô hình khác"}])
    report(job, at("09 17:00"))
    (job.out / "bao-cao.json").write_bytes(figures)
    fill_in("HCTH", "10 16:00", [{**BAD, "name": "Mô hình khác nữa"}])

    made = papers_of(report(job, at("10 17:00")))

    assert [each.edited for each in (made.report, *made.forms)] == [None, None]
    assert kept(job) == kept(job, "bieu") == []


def test_a_version_takes_the_place_of_none(job: Context, fill_in: Fill) -> None:
    """Two runs at once gave the same number: the second is refused, the first stays."""
    close(job, fill_in)
    path = job.out / "bao-cao.docx"
    first = path.read_bytes()
    one, two = Versions(job.out), Versions(job.out)
    edit(path)
    versions = [
        each.plan(path.name, data) for each, data in ((one, path.read_bytes()), (two, first + b"2"))
    ]
    one.write({path.name: versions[0]}, at("13 08:00"))

    with pytest.raises(WorkspaceError, match=r"bao-cao-2\.docx: đã có tệp này, không ghi đè"):
        two.write({path.name: versions[1]}, at("13 08:00"))

    assert (job.out / "phien-ban" / "bao-cao-2.docx").read_bytes() == versions[0].data


def test_run_makes_the_documents_that_a_close_by_hand_left_out(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "08 16:00")
    run(job, at("08 17:00"))
    close_by_hand(job, at("12 07:00"))

    outcome = run(job, at("12 08:00")).outcome

    assert papers_of(outcome).report.new
    assert not [note for note in outcome.board.notes if "lập trước lần đọc này" in note]
    again = run(job, at("12 08:10")).outcome
    assert not again.changed


def test_the_letter_that_is_cited_without_a_number_is_told_of(job: Context, fill_in: Fill) -> None:
    note = "bao-cao.docx dẫn công văn chưa có số: văn thư cho số rồi thì ghi vào letter.number"
    fill_in("HCTH", "08 16:00")
    assert note not in report(job, at("08 17:00")).board.notes

    assert note in close(job, fill_in).board.notes
