"""The journal: lines are added, never changed or lost."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.journal import Event, Journal, What, event
from tests.accounts import COLLEAGUE, COORDINATOR, as_root, shared_folder
from tests.steps.conftest import at


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "archive" / "nhat-ky.jsonl")


def line(when: datetime, unit: str = "HCTH", detail: str = "") -> Event:
    return event(when, "Cán bộ mẫu", What.READ, unit, detail)


def test_what_is_added_is_there_by_time(journal: Journal) -> None:
    journal.add([line(at("08 17:00"), "TDC")])
    journal.add([line(at("07 09:00")), line(at("08 17:00"))])

    assert [(e.at, e.unit) for e in journal.events()] == [
        ("2022-04-07T09:00:00+07:00", "HCTH"),
        ("2022-04-08T17:00:00+07:00", "TDC"),
        ("2022-04-08T17:00:00+07:00", "HCTH"),
    ]


def test_adding_nothing_makes_no_file(journal: Journal, tmp_path: Path) -> None:
    journal.add([])

    assert list(tmp_path.iterdir()) == []
    assert journal.events() == []


def test_adding_never_changes_what_is_there(journal: Journal) -> None:
    journal.add([line(at("07 09:00"))])
    before = journal.data()

    journal.add([line(at("08 09:00"))])

    assert journal.data().startswith(before)


@given(detail=st.text())
def test_any_text_is_one_line_and_comes_back(
    tmp_path_factory: pytest.TempPathFactory, detail: str
) -> None:
    journal = Journal(tmp_path_factory.mktemp("nhat-ky") / "nhat-ky.jsonl")
    told = line(at("07 09:00"), detail=detail.encode("utf-8", "ignore").decode())

    journal.add([told, told])

    assert journal.events() == [told, told]


def test_a_line_cut_short_is_passed_over_and_the_next_is_whole(
    journal: Journal, tmp_path: Path
) -> None:
    journal.add([line(at("07 09:00"))])
    path = tmp_path / "archive" / "nhat-ky.jsonl"
    path.write_bytes(path.read_bytes() + b'{"at": "2022-04-07T10')

    journal.add([line(at("08 09:00"))])

    assert [e.at[8:10] for e in journal.events()] == ["07", "08"]


def test_journals_of_two_machines_come_together_once(journal: Journal, tmp_path: Path) -> None:
    other = Journal(tmp_path / "khac.jsonl")
    both = line(at("07 09:00"))
    journal.add([both, line(at("09 09:00"), "TDC")])
    other.add([both, line(at("08 09:00"), "TTra")])

    for _ in range(2):
        journal.take_in(other.data())
        other.take_in(journal.data())

    assert [e.unit for e in journal.events()] == ["HCTH", "TTra", "TDC"]
    assert other.events() == journal.events()


@pytest.mark.parametrize("junk", ["[]", "{}", '{"at": 3}', "chữ", '{"at": "2022-04-07T09:00:00"}'])
def test_lines_that_are_no_events_are_not_taken_in(journal: Journal, junk: str) -> None:
    journal.take_in(junk.encode())

    assert journal.data() == b""


ADD = """
import sys
from datetime import datetime
from pathlib import Path
from dankheo_sheets.journal import Journal, What, event
become()
at = datetime.fromisoformat("2022-04-07T09:00:00+07:00")
Journal(Path(sys.argv[1])).add([event(at, sys.argv[2], What.READ, "HCTH")])
"""


@as_root
def test_two_of_a_group_write_one_journal() -> None:
    """Also one that an older version began: its beginner's alone, to be replaced, not added to."""
    with shared_folder() as folder:
        path = folder / "archive" / "nhat-ky.jsonl"
        for who, account in (("Một", COORDINATOR), ("Hai", COLLEAGUE)):
            assert account.run(ADD, path, who).stderr == ""
        path.chmod(0o644)
        for who, account in (("Ba", COLLEAGUE), ("Bốn", COORDINATOR)):
            assert account.run(ADD, path, who).stderr == ""

        assert [each.who for each in Journal(path).events()] == ["Một", "Hai", "Ba", "Bốn"]
        assert list(path.parent.iterdir()) == [path]
