"""Fields that units typed and the campaign does not list: named, with the line that settles it."""

import tomllib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dankheo_sheets.campaign import Campaign, FieldOfWork, load_campaign
from dankheo_sheets.form.fields import Fields
from dankheo_sheets.form.layout import Form
from dankheo_sheets.registration import Entry
from dankheo_sheets.unlisted_fields import MOST, alias_line, notes, unlisted_fields
from tests.conftest import EXAMPLE
from tests.outputs.registers import entry, register_of


def of_fields(*fields: str) -> list[Entry]:
    """Return good entries of these fields, each with a name of its own."""
    return [entry(field=field, name=f"Mô hình {at}") for at, field in enumerate(fields)]


def listing(campaign: Campaign, *fields: FieldOfWork) -> Campaign:
    """Return the campaign with these fields more."""
    return campaign.model_copy(update={"fields": (*campaign.fields, *fields)})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Kinh tế số", "Kinh tế"),
        ("kinhte", "Kinh tế"),
        ("Quốc phòng", "Quốc phòng - an ninh"),
        ("Văn hóa xã hội.", "Văn hoá - xã hội"),
        ("Chính trị", "Xây dựng hệ thống chính trị"),
        ("Nông thôn mới", None),
        ("Y tế", None),
        ("Kinh tế, văn hoá - xã hội", None),  # two in one cell: neither
        ("Khác", None),
        ("Vận động nhân dân phát triển kinh tế, hiến đất làm đường, giữ gìn an ninh", None),
        ("kinh tế " * 4000, None),
    ],
)
def test_the_field_that_was_probably_meant(form: Form, typed: str, meant: str | None) -> None:
    nearest = Fields(form).nearest(typed)

    assert (nearest.name if nearest else None) == meant


def test_it_is_named_with_where_it_stands_and_the_line_that_accepts_it(campaign: Campaign) -> None:
    register = register_of(campaign, {"TDC": of_fields("Kinh tế", "Kinh tế", "Kinh tế số")})

    assert notes(register) == [
        "Lĩnh vực “Kinh tế số” (TDC dòng 12) không có trong danh sách, đang tính vào “Lĩnh vực "
        "khác”; nếu là “Kinh tế” thì ghi vào campaign.toml, mục [[fields]] name = \"Kinh tế\": "
        'aliases = ["Phát triển kinh tế", "Kinh tế số"]'
    ]  # fmt: skip


def test_several_that_are_near_one_field_are_one_line_to_paste(campaign: Campaign) -> None:
    """Two lines would each undo the other."""
    register = register_of(campaign, {
        "A": of_fields("Kinh tế số", "KINH  TẾ SỐ", "Nông thôn mới"),
        "B": of_fields("Kinh tế số", "Kinh tế xanh"),
    })  # fmt: skip

    assert notes(register) == [
        "Lĩnh vực “Kinh tế số” (A dòng 10, 11; B dòng 10), “Kinh tế xanh” (B dòng 11) không có "
        "trong danh sách, đang tính vào “Lĩnh vực khác”; những cách ghi đúng là “Kinh tế” thì ghi "
        'vào campaign.toml, mục [[fields]] name = "Kinh tế": aliases = ["Phát triển kinh tế", '
        '"Kinh tế số", "Kinh tế xanh"]',
        "Lĩnh vực “Nông thôn mới” (A dòng 12) không có trong danh sách, đang tính vào “Lĩnh vực "
        "khác”; thuộc lĩnh vực nào thì ghi thêm vào aliases của mục [[fields]] đó trong "
        "campaign.toml",
    ]


def test_what_is_listed_or_does_not_count_is_not_named(campaign: Campaign) -> None:
    register = register_of(campaign, {"A": [entry(field="vhxh"), entry(field="Lạ", place="")]})

    assert notes(register) == []


def test_many_are_counted_not_listed(campaign: Campaign) -> None:
    rows = of_fields(*(f"Lạ {'đ' * number}" for number in range(MOST + 3)))
    (note,) = notes(register_of(campaign, {"A": rows}))

    assert "“Lạ đđđđđđđđđ” (A dòng 19), và 03 cách ghi khác không có trong danh sách" in note


def test_a_paragraph_in_the_wrong_column_is_shown_by_its_beginning(campaign: Campaign) -> None:
    (note,) = notes(register_of(campaign, {"A": [entry(field="Bà con cùng làm đường. " * 20)]}))

    assert note.startswith(
        "Lĩnh vực “Bà con cùng làm đường. Bà con cùng làm đường. Bà con cùng là…” (A dòng 10)"
    )


@pytest.mark.parametrize("own", ["Khác", "Lĩnh vực khác"])
def test_a_campaigns_own_other_field_is_the_one(campaign: Campaign, own: str) -> None:
    """What units write there themselves is listed, however they say it."""
    ours = listing(campaign, FieldOfWork(name=own))
    register = register_of(ours, {"A": of_fields("khác", "Lĩnh vực khác", "Lạ")})

    assert register.by_field.index.tolist() == [*Form(campaign).section_names, own]
    assert register.by_field["total"].tolist() == [0, 0, 0, 0, 3]
    assert [each.typed for each in unlisted_fields(register)] == ["Lạ"]
    assert "đang tính vào “" + own in notes(register)[0]


LETTERS = st.sampled_from([*"abđêôư\"\\'#= \n\t\u00a0\u2003,;.[]", "tế", "te\u0302\u0301", "số"])


@settings(max_examples=50)
@given(st.lists(LETTERS, min_size=1, max_size=12).map("".join))
@example('"')
def test_the_line_pasted_makes_it_count_there(
    tmp_path_factory: pytest.TempPathFactory, campaign: Campaign, typed: str
) -> None:
    """Whatever it is called: quotes, line breaks, decomposed."""
    register = register_of(campaign, {"A": [entry(field=f"Kinh {typed}x")]})
    (unlisted,) = unlisted_fields(register)
    first = campaign.fields[0]
    line = alias_line(first, [unlisted.typed])
    path = tmp_path_factory.mktemp("pasted") / "campaign.toml"
    text = (EXAMPLE / "campaign.toml").read_text("utf-8")
    path.write_text(text.replace('aliases = ["Phát triển kinh tế"]', line), "utf-8")

    assert tomllib.loads(line) == {"aliases": [*first.aliases, unlisted.typed]}
    pasted = load_campaign(path)
    again = register_of(pasted, {"A": [entry(field=f"Kinh {typed}x")]})
    assert again.entries["field"].tolist() == [first.name]
    assert notes(again) == []


def test_the_unit_is_told_as_well_and_its_row_counts(campaign: Campaign) -> None:
    register = register_of(campaign, {"A": [entry(field="Kinh tế số")]})

    assert [f.code for f in register.standings["A"].findings] == ["field-listed"]
    assert register.totals["total"] == 1
