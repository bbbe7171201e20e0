"""What was typed as a number, a date, a contact; numbers as forms print them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.declaration import printed, typed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234.567,8", Decimal("1234567.8")), ("1 234 567", 1234567), ("1.234", 1234),
        ("0", 0), ("-5", -5), ("−5", -5), ("007", 7), ("1,50", Decimal("1.5")),
        ("\u00a012\u200b", 12), ("", None), ("…", None), (".....", None), ("-", None),
        ("1.5", typed.WRONG), ("1,234,567", typed.WRONG), ("12.34.567", typed.WRONG),
        ("100 triệu", typed.WRONG), ("1e5", typed.WRONG), ("=1+1", typed.WRONG), ("٣", typed.WRONG),
        ("1234567890123456", typed.WRONG), ("1,1234567", typed.WRONG), ("5%", typed.WRONG),
    ],
)  # fmt: skip
def test_numbers_are_read_the_vietnamese_way(text: str, value: object) -> None:
    assert typed.number(text) == value


@given(st.decimals(-(10**9), 10**9, places=3))
def test_a_number_is_read_as_it_is_shown(number: Decimal) -> None:
    assert typed.number(typed.shown(number)) == number


@pytest.mark.parametrize("text", ["1,5", "1,0", "a", "1.5"])
def test_a_whole_number_has_no_comma(text: str) -> None:
    assert typed.integer(text) is typed.WRONG


def test_a_percentage_may_carry_its_sign() -> None:
    assert typed.percent("35%") == typed.percent("35") == typed.percent(" 35 % ") == 35
    assert typed.percent("35%%") is typed.WRONG


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("8/4/2022", date(2022, 4, 8)), ("08-04-2022", date(2022, 4, 8)),
        ("8.4.2022", date(2022, 4, 8)), ("", None), ("31/2/2022", typed.WRONG),
        ("8/4/22", typed.WRONG), ("2022-04-08", typed.WRONG), ("8/4", typed.WRONG),
    ],
)  # fmt: skip
def test_days_are_day_month_year(text: str, day: object) -> None:
    assert typed.day(text) == day


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0900.000.001", "0900000001"), ("+84 900 000 001", "0900000001"),
        ("(0255) 3822 001", "02553822001"), ("900000001", typed.WRONG), ("…", None),
        ("0900000001; 0900000002", typed.WRONG),
    ],
)  # fmt: skip
def test_telephone_numbers(text: str, value: object) -> None:
    assert typed.telephone(text) == value


@pytest.mark.parametrize("text", ["a@b", "a b@c.d", "a@b.c;d@e.f", "@b.c", "a@.c"])
def test_what_is_no_address(text: str) -> None:
    assert typed.email(text) is typed.WRONG


def test_an_address() -> None:
    assert typed.email(" Mau@So.Example ") == "mau@so.example"


@pytest.mark.parametrize(
    ("text", "number", "formula"),
    [
        ("3=4+6+8", "3", "4+6+8"), ("2 (=3+…+12)", "2", "3+…+12"), ("4(=2*100/3)", "4", "2*100/3"),
        ("Ms", "Ms", ""), ("A", "A", ""), ("G=E−F", "G", "E−F"),
    ],
)  # fmt: skip
def test_a_printed_number_carries_its_formula(text: str, number: str, formula: str) -> None:
    assert printed.read(text) == printed.Printed(number, formula)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("3=4+6+8", "c4 + c6 + c8"),
        ("2 (=3+…+12)", " + ".join(f"c{n}" for n in range(3, 13))),
        ("4(=2*100/3)", "c2 * 100 / c3"),
        ("9=10−11", "c10 - c11"),
    ],
)
def test_a_printed_formula_is_one_of_the_language(text: str, expression: str) -> None:
    keys = {str(number): f"c{number}" for number in range(1, 13)}
    assert printed.expression(printed.read(text), keys) == expression


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("3=4+60", "biểu không có cột số 60"),
        ("3=4+100", "biểu không có cột số 100"),
        ("3=…+4", "dấu … chỉ đứng giữa hai số cột"),
        ("3=4+…+5", "giữa cột 4 và cột 5 không có cột nào"),
        ("3=4&5", "không hiểu “&5”"),
    ],
)
def test_a_printed_formula_that_says_nothing_is_refused(text: str, told: str) -> None:
    keys = {str(number): f"c{number}" for number in range(1, 13)}
    with pytest.raises(ValueError, match=told):
        printed.expression(printed.read(text), keys)
