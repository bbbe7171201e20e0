"""Nothing is read twice by the same program, and what another one read is read again."""

from dankheo_sheets.form import reader
from dankheo_sheets.operations.context import Context
from dankheo_sheets.steps.run import sync
from tests.steps.conftest import Fill, at, unit_of


def test_what_a_receipt_says_was_read_is_not_read_again(job: Context, fill_in: Fill) -> None:
    """The receipt of the same code is believed: here it was changed to say something else."""
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    (receipt,) = (job.directory / "archive" / "HCTH").glob("*.json")
    receipt.chmod(0o644)
    receipt.write_text(receipt.read_text("utf-8").replace("Xã mẫu", ""), "utf-8")
    (job.out / "bao-cao.json").unlink()

    figures = sync(job, at("08 18:00")).board.model_dump(mode="json")

    assert unit_of(figures, "HCTH")["counted"] == 0


def test_a_receipt_by_another_version_of_the_reader_is_read_again_from_the_bytes(
    job: Context, fill_in: Fill
) -> None:
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    (receipt,) = (job.directory / "archive" / "HCTH").glob("*.json")
    receipt.chmod(0o644)
    text = receipt.read_text("utf-8").replace("Xã mẫu", "")
    receipt.write_text(text.replace(reader.version(job.campaign.id), "cũ"), "utf-8")
    (job.out / "bao-cao.json").unlink()

    outcome = sync(job, at("08 18:00"))

    assert (outcome.read, unit_of(outcome.board, "HCTH")["counted"]) == (0, 1)
