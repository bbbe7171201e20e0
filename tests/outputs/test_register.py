"""The register: what counts, in which order, and the figures."""

from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.board.figures import board_of, next_action
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.outputs.master import FINDINGS, PROGRESS
from dankheo_sheets.register import FIGURES, Register, percentage
from dankheo_sheets.registration import EMPTY_COVER, Cover, Entry, Status
from dankheo_sheets.vietnamese import percent
from tests.outputs.registers import CONFIRMED, entry, master_of, register_of


def test_entries_come_by_field_then_unit_then_row(campaign: Campaign) -> None:
    register = register_of(campaign, {
        "B": [entry(name="b1", field="VH-XH"), entry(name="b2")],
        "A": [entry(name="a1"), entry(name="a2", field="Nông thôn mới")],
    })  # fmt: skip

    assert register.entries["name"].tolist() == ["b2", "a1", "b1", "a2"]
    assert register.entries["field"].tolist() == [
        "Kinh tế", "Kinh tế", "Văn hoá - xã hội", "Lĩnh vực khác",
    ]  # fmt: skip
    assert register.entries["typed_field"].tolist() == [
        "Kinh tế", "Kinh tế", "VH-XH", "Nông thôn mới",
    ]  # fmt: skip


def test_all_that_is_not_listed_stands_under_one_field_the_last(campaign: Campaign) -> None:
    register = register_of(campaign, {
        "A": [entry(name="a", field="Nông thôn mới"), entry(name="b", field="Chuyển đổi số")],
        "B": [entry(name="c", field="Nông thôn mới"), entry(name="d", field="QP-AN")],
    })  # fmt: skip

    assert register.by_field["total"].to_dict() == {
        "Kinh tế": 0, "Văn hoá - xã hội": 0, "Quốc phòng - an ninh": 1,
        "Xây dựng hệ thống chính trị": 0, "Lĩnh vực khác": 3,
    }  # fmt: skip
    assert register.entries["name"].tolist() == ["d", "a", "b", "c"]


def test_a_row_without_a_field_stands_under_none(campaign: Campaign) -> None:
    register = register_of(campaign, {"A": [entry(field=" ")]})

    assert register.entries[["field", "counted"]].to_numpy().tolist() == [["", False]]
    assert register.by_field.index.tolist() == list(register.form.section_names)


def test_a_faulty_row_is_shown_and_does_not_count(campaign: Campaign) -> None:
    register = register_of(campaign, {"A": [entry(name="tốt"), entry(name="thiếu nơi", place="")]})

    assert register.entries["counted"].tolist() == [True, False]
    assert register.totals["total"] == 1


def test_the_five_figures_of_every_field_and_unit(campaign: Campaign) -> None:
    individual = {"collective": "", "individual": "x"}
    replicated = {"new": "", "replicated": "x"}
    register = register_of(campaign, {
        "A": [entry(name="a"), entry(name="b", **individual), entry(name="c", **replicated)],
        "B": [entry(name="d", field="QP-AN", **individual, **replicated)],
        "C": [],
    })  # fmt: skip

    assert register.by_field.to_numpy().tolist() == [
        [3, 2, 1, 2, 1], [0, 0, 0, 0, 0], [1, 0, 1, 0, 1], [0, 0, 0, 0, 0],
    ]  # fmt: skip
    assert register.by_unit.to_numpy().tolist() == [
        [3, 2, 1, 2, 1], [1, 0, 1, 0, 1], [0, 0, 0, 0, 0],
    ]  # fmt: skip
    assert list(register.totals.values()) == [4, 2, 2, 2, 2]


def test_nobody_registered_is_all_zeros(campaign: Campaign) -> None:
    register = register_of(campaign, {"A": []})

    assert set(register.totals.values()) == {0}
    assert register.by_field.index.tolist() == list(register.form.section_names)


def test_an_untouched_form_lacks_nothing_yet(campaign: Campaign) -> None:
    """Its status says that nothing is in it; of one that was begun, each thing it lacks is said."""
    untouched, begun = (
        register_of(campaign, {"A": []}, cover) for cover in (EMPTY_COVER, Cover("Nguyễn Văn Mẫu"))
    )

    assert [unit["status"] for unit in units_of(untouched)] == ["untouched"]
    assert [unit["findings"] for unit in units_of(untouched)] == [[]]
    assert [found["code"] for found in units_of(begun)[0]["findings"]] == [
        "minimum", "phone-required", "confirmation",
    ]  # fmt: skip
    assert [table.rows for table in master_of(untouched).tables if table.tab == FINDINGS] == [[]]
    assert len([row for t in master_of(begun).tables if t.tab == FINDINGS for row in t.rows]) == 3


def test_a_unit_that_registers_none_says_why(campaign: Campaign) -> None:
    none = register_of(campaign, {"A": []}, replace(CONFIRMED, nil_reason=" Mới lập. "))

    assert [(unit["status"], unit["nil_reason"]) for unit in units_of(none)] == [
        ("none-registered", "Mới lập.")
    ]
    assert [row[-1] for t in master_of(none).tables if t.tab == PROGRESS for row in t.rows] == [
        "Lý do: Mới lập."
    ]
    assert units_of(register_of(campaign, {"A": [entry()]}))[0]["nil_reason"] == ""


def units_of(register: Register) -> list[dict[str, Any]]:
    return [unit.model_dump(mode="json") for unit in board_of(register).units]


@pytest.mark.parametrize(
    ("closed", "extended", "last"),
    [
        (False, None, "2022-05-20"),  # as long as something may come, until it was read last
        (True, None, "2022-04-11"),  # before 12/4 is until the end of 11/4
        (True, "2022-04-15T17:00:00+07:00", "2022-04-15"),
    ],
)
def test_the_days_end_where_the_last_unit_was_closed(
    campaign: Campaign, closed: bool, extended: str | None, last: str
) -> None:
    """Read on 08/4 and changed then; read again long after."""
    register = register_of(campaign, {"A": [entry()], "B": []})
    again = datetime.fromisoformat("2022-05-20T08:00:00+07:00")
    standings = {
        code: replace(each, closed=closed, snapshot=replace(each.snapshot, read_at=again))  # type: ignore[type-var]
        for code, each in register.standings.items()
    }
    if extended:
        more = datetime.fromisoformat(extended)
        standings["B"] = replace(standings["B"], deadline=more)

    days = replace(register, standings=standings).progress

    assert (days[0][0].isoformat(), days[-1]) == ("2022-04-05", (date.fromisoformat(last), 1))


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, "0%"), (0, 8, "0%"), (5, 8, "62,5%"), (2, 3, "66,7%"), (1, 3, "33,3%"),
        (1, 2, "50%"), (8, 8, "100%"), (3320, 3321, "99,9%"), (1, 2000, "0,1%"), (1, 400, "0,3%"),
    ],
)  # fmt: skip
def test_a_share_is_rounded_and_written_as_people_do(part: int, whole: int, shown: str) -> None:
    assert percent(percentage(part, whole)) == shown


@given(whole=st.integers(1, 100_000), data=st.data())
def test_a_share_is_rounded_half_up_and_is_100_only_of_all(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    exact = Decimal(100 * part) / whole

    shown = Decimal(str(percentage(part, whole)))

    rounded = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert shown == (rounded if part == whole else min(rounded, Decimal("99.9")))


def test_decomposed_text_is_shown_composed(campaign: Campaign) -> None:
    register = register_of(campaign, {"A": [entry(name="Tie\u0302\u0301ng")]})

    assert register.entries["name"].tolist() == ["Tiếng"]


@given(
    st.lists(
        st.builds(
            entry,
            field=st.sampled_from(["Kinh tế", "VH-XH", "Khác", ""]),
            name=st.sampled_from(["một", "hai", "ba", ""]),
            individual=st.sampled_from(["", "x"]),
            replicated=st.sampled_from(["", "x"]),
        ),
        max_size=12,
    )
)
def test_every_table_of_figures_adds_up(campaign: Campaign, rows: list[Entry]) -> None:
    """Fields, units, holders and origins each add up to the total: nothing is lost."""
    register = register_of(campaign, {"A": rows[::2], "B": rows[1::2]})

    total = register.totals
    assert total["total"] == total["collective"] + total["individual"] == len(register.counted)
    assert total["total"] == total["new"] + total["replicated"]
    for key in FIGURES:
        assert register.by_unit[key].sum() == register.by_field[key].sum() == total[key]
    assert sum(unit.counted for unit in board_of(register).units) == total["total"]


@pytest.mark.parametrize(
    ("status", "action"),
    [
        (Status.UNTOUCHED, "Gia hạn nếu còn nhận, biểu đã khoá"),
        (Status.DRAFTING, "Gia hạn nếu còn nhận, biểu đã khoá"),
        (Status.RETURNED, "Gia hạn nếu còn nhận, biểu đã khoá"),
        (Status.LOST, "Phát lại biểu cho đơn vị; đã khoá biểu"),
        (Status.SUBMITTED, ""),
    ],
)
def test_nobody_is_to_be_reminded_of_a_workbook_that_is_locked(
    campaign: Campaign, status: Status, action: str
) -> None:
    """It cannot write into it: more time is what the coordinator can give."""
    closed = register_of(campaign, {"A": [entry()]}).standings["A"]

    assert next_action(replace(closed, status=status, closed=True)) == action
