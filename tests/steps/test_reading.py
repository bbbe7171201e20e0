"""Many snapshots are read by several processes, few by one; nothing is read twice."""

from pathlib import Path

from dankheo_sheets.archive import Archive, taken
from dankheo_sheets.form import reader
from dankheo_sheets.steps.job import Job
from dankheo_sheets.steps.reading import MANY, Unread, read_all
from dankheo_sheets.steps.sync import sync
from tests.steps.conftest import ENTRY, Fill, at, unit_of


def test_several_processes_read_what_one_reads_in_the_same_order(
    job: Job, fill_in: Fill, tmp_path: Path
) -> None:
    archive = Archive(tmp_path / "other")
    snapshots = []
    for number, unit in enumerate(("HCTH", "TDC", "QLKH", "TTUD")):
        path = fill_in(unit, "07 09:00", [ENTRY | {"name": f"Mô hình của {unit}"}] * (number + 1))
        data, when = path.read_bytes(), at("07 09:00")
        snapshot = taken(unit, data, version="1", modified_at=when, now=at("08 17:00"))
        archive.store(snapshot, data)
        snapshots.append(Unread(snapshot))
    few = list(read_all(archive, job.form, snapshots))

    many = list(read_all(archive, job.form, snapshots * (MANY // 4)))

    assert [read.snapshot.unit for read in few] == ["HCTH", "TDC", "QLKH", "TTUD"]
    assert many == few * (MANY // 4)


def test_what_a_receipt_says_was_read_is_not_read_again(job: Job, fill_in: Fill) -> None:
    """The receipt of the same code is believed: here it was changed to say something else."""
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    (receipt,) = (job.directory / "archive" / "HCTH").glob("*.json")
    receipt.chmod(0o644)
    receipt.write_text(receipt.read_text("utf-8").replace("Xã mẫu", ""), "utf-8")
    (job.out / "bao-cao.json").unlink()

    figures = sync(job, at("08 18:00")).figures

    assert unit_of(figures, "HCTH")["counted"] == 0


def test_a_receipt_by_another_version_of_the_reader_is_read_again_from_the_bytes(
    job: Job, fill_in: Fill
) -> None:
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    (receipt,) = (job.directory / "archive" / "HCTH").glob("*.json")
    receipt.chmod(0o644)
    text = receipt.read_text("utf-8").replace("Xã mẫu", "")
    receipt.write_text(text.replace(reader.version(job.campaign.id), "cũ"), "utf-8")
    (job.out / "bao-cao.json").unlink()

    outcome = sync(job, at("08 18:00"))

    assert (outcome.read, unit_of(outcome.figures, "HCTH")["counted"]) == (0, 1)
