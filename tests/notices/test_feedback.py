"""What a unit reads in its own workbook of what was read there."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form import reader
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.xlsx import Identity, render
from dankheo_sheets.notices.feedback import feedback
from dankheo_sheets.registration import EVERYBODY, Cover, Entry, Feedback, Snapshot
from dankheo_sheets.standing.counting import Counting, check, standing
from tests.outputs.registers import CONFIRMED, entry

WHEN = datetime.fromisoformat("2022-04-08T10:00:00+07:00")


def told(campaign: Campaign, entries: Sequence[Entry], cover: Cover) -> Feedback:
    """Return the feedback on a workbook with these entries, written and read."""
    form = Form(campaign)
    data = render(form, Identity("A", "Phòng A", "trước ngày 12/4/2022"), entries, cover)
    read = check(
        Snapshot("A", "ab" * 32, "1", WHEN, WHEN, 1, 1), reader.read(data, form, "A"), form
    )
    return feedback(standing(Counting(read, read), campaign.deadline.moment, form, EVERYBODY), form)


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({"collective": "", "individual": ""}, "C10 · Mô hình tập thể"),
        ({"new": "", "replicated": "có lẽ"}, "H10 · Nhân rộng"),
        ({"name": ""}, "B10 · Tên mô hình, điển hình"),
        ({"place": ""}, "E10 · Địa chỉ"),
        ({"content": ""}, "F10 · Nội dung cụ thể mô hình, điển hình"),
    ],
)
def test_a_cell_is_named_with_its_column(
    campaign: Campaign, broken: dict[str, str], place: str
) -> None:
    found = told(campaign, [entry(**broken)], CONFIRMED)

    assert place in [line.cell for line in found.lines]


def test_a_cell_of_the_cover_is_named_with_its_label(campaign: Campaign) -> None:
    found = told(campaign, [entry()], Cover("Nguyễn Văn Mẫu", "", confirmed="x"))

    assert [line.cell for line in found.lines] == ["E5 · Điện thoại"]


def test_a_blank_form_begins_with_how_to_begin(campaign: Campaign) -> None:
    found = told(campaign, [], Cover())

    assert found.headline.startswith("Chưa nhận được nội dung nào. Bắt đầu: ghi mỗi mô hình")
    assert found.lines == ()
    assert found.received == "không có mô hình, điển hình nào"
