"""Check: a file judged as if it had come back, also against what was closed."""

from dankheo_sheets.operations.context import Context
from dankheo_sheets.steps.check import check
from dankheo_sheets.steps.run import close
from tests.steps.conftest import COVER, Fill, at, everything


def test_a_correct_file_laid_over_a_closed_one_is_noticed_by_check(
    job: Context, fill_in: Fill
) -> None:
    path = fill_in("HCTH", "07 09:00", cover=COVER | {"confirmed": ""})
    close(job, at("12 08:00"))
    same = check(job.directory, path)
    path.chmod(0o644)
    fill_in("HCTH", "13 09:00")
    before = everything(job.directory)

    found = check(job.directory, path)

    assert [finding.code for finding in same] == ["confirmation"]
    assert [finding.code for finding in found] == ["changed-after-closing"]
    assert found[0].message == (
        "Biểu nay khác bản đã chốt (sửa lúc 09 giờ 00, ngày 13/4/2022), chưa được tính: muốn "
        "tính bản này thì chạy dankheo accept HCTH."
    )
    assert everything(job.directory) == before


def test_a_file_of_an_open_unit_is_compared_with_nothing(job: Context, fill_in: Fill) -> None:
    assert check(job.directory, fill_in("HCTH", "07 09:00")) == []
