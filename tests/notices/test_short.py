"""Short texts to paste into a chat, and whom to call, for the units that are missing."""

from collections.abc import Callable
from datetime import datetime

import pytest

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.notices import short
from dankheo_sheets.register import Register
from dankheo_sheets.registration import (
    Cover,
    Finding,
    Registration,
    Scope,
    Severity,
    Standing,
    Status,
    Terms,
)
from dankheo_sheets.roster import Unit
from tests.steps.conftest import at

TITLE = "Đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2022"
OFFICE = "Phòng Hành chính - Tổng hợp (tong-hop@so-khcn.example)"
WRONG = Finding("place-missing", Severity.BLOCK, Scope.ENTRY, "Thiếu địa chỉ.")
Registers = Callable[..., Register]


@pytest.fixture
def register(campaign: Campaign) -> Registers:
    """Return the register of units with these standings: A, B, ..."""

    def register(*standings: Standing) -> Register:
        units = [
            Unit(each.unit, f"Đơn vị {each.unit}", contact="Trần Thị Đầu Mối", phone="0912")
            for each in standings
        ]
        return Register(campaign, units, {each.unit: each for each in standings})

    return register


def stand(
    code: str,
    status: Status,
    *findings: Finding,
    deadline: datetime = at("12 00:00"),  # noqa: B008 - a frozen value
    url: str = "",
    closed: bool = False,
    cover: Cover = Cover(),  # noqa: B008 - a frozen value
) -> Standing:
    return Standing(
        code, status, deadline, Registration(code, cover=cover), findings, closed=closed,
        terms=Terms(url=url),
    )  # fmt: skip


def chat(register: Register, when: str) -> list[str]:
    return list(short.for_chat(register, at(when)))


def test_the_group_is_told_who_is_missing_and_each_unit_how_far_it_got(register: Registers) -> None:
    texts = chat(
        register(
            stand("A", Status.UNTOUCHED, url="https://docs.google.com/a"),
            stand("B", Status.DRAFTING, WRONG),
            stand("C", Status.NEEDS_FIXING, WRONG, WRONG),
            stand("D", Status.READY, url="D.xlsx"),
            stand("E", Status.RETURNED),
            stand("F", Status.SUBMITTED),
            stand("G", Status.EXCLUDED),
        ),
        "07 09:00",
    )

    due = "hạn trước ngày 12/4/2022, còn 04 ngày"
    assert texts[:7] == [
        f"{TITLE}: đã nhận 01/06 đơn vị. Còn thiếu 05 đơn vị:",
        f"- Đơn vị A: chưa ghi nội dung nào, {due}",
        f"- Đơn vị B: đang ghi, chưa xong, {due}",
        f"- Đơn vị C: còn 02 nội dung phải sửa, {due}",
        f"- Đơn vị D: đã đủ nội dung, chỉ còn ghi x vào ô “Đã hoàn thành đăng ký”, {due}",
        f"- Đơn vị E: được trả lại để sửa, {due}",
        "Đề nghị các đơn vị hoàn thành đúng hạn./.",
    ]
    assert texts[7:9] == [
        "",
        f"Kính gửi Đơn vị A: biểu đăng ký “Dân vận khéo” của đơn vị chưa ghi nội dung nào, {due}. "
        "Đề nghị đơn vị hoàn thành đúng hạn. Biểu: https://docs.google.com/a",
    ]
    assert texts[14] == (
        "Kính gửi Đơn vị D: biểu đăng ký “Dân vận khéo” của đơn vị đã đủ nội dung, chỉ còn ghi x "
        f"vào ô “Đã hoàn thành đăng ký”, {due}. Đề nghị đơn vị hoàn thành đúng hạn."
    )
    assert len(texts) == 7 + 2 * 5


@pytest.mark.parametrize(
    ("now", "deadline", "said"),
    [
        ("11 23:59", "12 00:00", "hạn trước ngày 12/4/2022, hôm nay là ngày cuối cùng"),
        ("15 16:59", "15 17:00", "hạn trước 17 giờ 00, ngày 15/4/2022, hôm nay là ngày cuối cùng"),
        ("14 08:00", "15 17:00", "hạn trước 17 giờ 00, ngày 15/4/2022, còn 01 ngày"),
        ("12 00:00", "12 00:00", "đã hết hạn (trước ngày 12/4/2022)"),
    ],
)
def test_days_are_counted_to_the_last_one(
    register: Registers, now: str, deadline: str, said: str
) -> None:
    texts = chat(register(stand("A", Status.UNTOUCHED, deadline=at(deadline))), now)

    assert texts[1] == f"- Đơn vị A: chưa ghi nội dung nào, {said}"


def test_after_the_deadline_units_are_asked_to_call_not_to_be_in_time(register: Registers) -> None:
    texts = chat(register(stand("A", Status.UNTOUCHED, closed=True)), "12 09:00")

    assert texts[2] == f"Đề nghị các đơn vị liên hệ {OFFICE} để được mở lại biểu./."
    assert texts[4] == (
        "Kính gửi Đơn vị A: biểu đăng ký “Dân vận khéo” của đơn vị chưa ghi nội dung nào, đã hết "
        f"hạn (trước ngày 12/4/2022). Đề nghị đơn vị liên hệ {OFFICE} để được mở lại biểu."
    )


def test_while_one_has_more_time_the_group_is_asked_to_be_in_time(register: Registers) -> None:
    longer = stand("B", Status.UNTOUCHED, deadline=at("15 00:00"))
    texts = chat(register(stand("A", Status.UNTOUCHED, closed=True), longer), "12 09:00")

    assert texts[3] == "Đề nghị các đơn vị hoàn thành đúng hạn./."


def test_a_unit_that_has_no_sheet_yet_is_counted_and_asked_for_nothing(register: Registers) -> None:
    texts = chat(register(stand("A", Status.NOT_PROVISIONED)), "07 09:00")

    assert texts == [
        f"{TITLE}: đã nhận 00/01 đơn vị. Còn thiếu 01 đơn vị:",
        "- Đơn vị A: chưa được phát biểu mẫu, hạn trước ngày 12/4/2022, còn 04 ngày",
        "Đề nghị các đơn vị hoàn thành đúng hạn./.",
    ]


def test_where_nobody_is_missing_all_are_thanked(register: Registers) -> None:
    done = register(stand("A", Status.SUBMITTED), stand("B", Status.NONE_REGISTERED))

    assert chat(done, "07 09:00") == [
        f"{TITLE}: đã nhận đủ 02/02 đơn vị. Trân trọng cảm ơn các đơn vị./."
    ]
    assert list(short.for_phone(done)) == ["Mã\tĐơn vị\tNgười liên hệ\tĐiện thoại\tTình trạng\tHạn"]


def test_the_phone_list_names_who_filled_the_sheet_in_else_the_rosters_contact(
    register: Registers,
) -> None:
    cover = Cover(preparer="Nguyễn\tVăn\nMẫu", phone=" 0900 000 001 ")
    lines = list(
        short.for_phone(
            register(
                stand("A", Status.NEEDS_FIXING, WRONG, cover=cover),
                stand("B", Status.UNTOUCHED, deadline=at("15 17:00")),
                stand("C", Status.SUBMITTED),
            )
        )
    )

    assert lines[1:] == [
        "A\tĐơn vị A\tNguyễn Văn Mẫu\t0900 000 001\tcần sửa (01 lỗi)\ttrước ngày 12/4/2022",
        "B\tĐơn vị B\tTrần Thị Đầu Mối\t0912\tchưa ghi\ttrước 17 giờ 00, ngày 15/4/2022",
    ]
