"""The language of rules and computed cells: what it says, and what it refuses."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.declaration import expressions
from dankheo_sheets.declaration.evaluation import Row, Value, evaluate
from dankheo_sheets.declaration.expressions import ExpressionError, Type, parse

TYPES = {
    "a": Type.NUMBER, "b": Type.NUMBER, "t": Type.TEXT, "d": Type.DATE, "e": Type.DATE,
    "m": Type.TRUTH,
}  # fmt: skip


def value(text: str, wanted: Type, row: Row, *others: Row) -> Value:
    return evaluate(parse(text, TYPES, wanted), row, [row, *others])


@pytest.mark.parametrize(
    ("text", "row", "said"),
    [
        ("a + b", {"a": Decimal(2), "b": Decimal(3)}, 5),
        ("a + b", {"a": Decimal(2)}, 2),
        ("a + b", {}, None),
        ("a − b", {"b": Decimal(3)}, -3),
        ("-a + b", {"a": Decimal(1), "b": Decimal(3)}, 2),
        ("a * b", {"a": Decimal("0.1"), "b": Decimal(3)}, Decimal("0.3")),
        ("a × b", {"a": Decimal(2)}, None),
        ("a / b", {"a": Decimal(1), "b": Decimal(3)}, Decimal("0.333333")),
        ("a ÷ b", {"a": Decimal(1), "b": Decimal(0)}, None),
        ("a + b * 2", {"a": Decimal(1), "b": Decimal(3)}, 7),
        ("(a + b) * 2", {"a": Decimal(1), "b": Decimal(3)}, 8),
        ("if(m, a, b)", {"m": True, "a": Decimal(1), "b": Decimal(2)}, 1),
        ("if(empty(t), 0, 1)", {"t": " \u200b"}, 0),
        ("days(d, e)", {"d": date(2022, 4, 5), "e": date(2022, 4, 12)}, 7),
        ("days(d, e)", {"d": date(2022, 4, 5)}, None),
        ("year(d)", {"d": date(2022, 4, 5)}, 2022),
    ],
)
def test_numbers(text: str, row: Row, said: object) -> None:
    assert value(text, Type.NUMBER, row) == said


@pytest.mark.parametrize(
    ("text", "row", "holds"),
    [
        ("a <= b", {}, True),
        ("a < b", {"b": Decimal(1)}, True),
        ("a ≥ b", {"b": Decimal(1)}, False),
        ("a ≠ b", {"a": Decimal("1.0"), "b": Decimal(1)}, False),
        ("t = “kinh TẾ”", {"t": " Kinh  tế "}, True),
        ('t != "x"', {}, True),
        ("d < e", {"d": date(2022, 4, 5)}, True),
        ("d > e", {"d": date(2022, 4, 5)}, True),
        ('d >= date("12/4/2022")', {"d": date(2022, 4, 5)}, False),
        ("m and not empty(a)", {"m": True, "a": Decimal(0)}, True),
        ("not m or a > 0", {"m": True}, False),
        ("empty(a)", {"a": Decimal(0)}, False),
        ("empty(m)", {"m": False}, True),
    ],
)
def test_conditions(text: str, row: Row, holds: bool) -> None:
    assert value(text, Type.TRUTH, row) is holds


def test_a_sum_and_a_count_look_at_all_rows() -> None:
    rows: list[Row] = [{"a": Decimal("0.1")}, {"a": None, "t": "x"}, {"a": Decimal("0.2")}]

    assert value("sum(a)", Type.NUMBER, *rows) == Decimal("0.3")
    assert value("count(a)", Type.NUMBER, *rows) == 2
    assert value("count(t)", Type.NUMBER, *rows) == 1
    assert value("sum(b)", Type.NUMBER, *rows) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a =", "thiếu một vế ở cuối"),
        ("", "thiếu một vế ở cuối"),
        ("a + t > 1", "+ - cần số, không phải chữ"),
        ("a = t", "vế phải của = cần số, không phải chữ"),
        ("t < t", "không so sánh chữ bằng <"),
        ("m = m", "không so sánh điều kiện bằng ="),
        ("aa > 1", "không có cột “aa”; có phải “a”"),
        ("a = 0,5", "thừa từ “,”; số lẻ viết như 0.5"),
        ("(a = 1", "thiếu “)” ở cuối"),
        ("a > 1 b", "thừa từ “b”"),
        ("if(a, b, a) = 1", "if(…) cần điều kiện, không phải số"),
        ("if(m, a, t) = 1", "hai nhánh của if(…) cần số, không phải chữ"),
        ("max(a) = 1", "không có hàm “max”"),
        ("sum(t) = 1", "sum(t): cột này không phải số"),
        ("sum(1) = 1", "sum(…) cần tên một cột"),
        ('d > date("31/2/2022")', "không có ngày này trong lịch"),
        ("a # b", "không hiểu từ “# b”"),
        ("a", "cho ra số, cần điều kiện"),
        ("(" * 30 + "m" + ")" * 30, "lồng quá nhiều lớp"),
        ("-" * 30 + "a > 1", "lồng quá nhiều lớp"),
        ("not " * 30 + "m", "lồng quá nhiều lớp"),
        (" or ".join(["m"] * 300), "quá dài"),
        (f't = "{"a" * 256}"', "dài quá 255 ký tự"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_words(text: str, told: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text, TYPES, Type.TRUTH)
    assert told in str(refused.value)


@given(st.text(max_size=40))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        node = parse(text, TYPES, Type.TRUTH)
    except ExpressionError:
        return
    assert isinstance(evaluate(node, {}, [{}]), bool)


def test_it_knows_what_it_looks_at() -> None:
    assert expressions.columns(parse("a + sum(b) > 0 and m", TYPES, Type.TRUTH)) == {"a", "b", "m"}
