"""What is remembered of each unit beside its workbook."""

import unicodedata
from pathlib import Path

import pytest

from dankheo_sheets.workspace.state_files import MODE, OURS, StateFiles, public


@pytest.mark.parametrize("spelled", [unicodedata.normalize("NFD", "PHÒNG1"), "phòng1"])
def test_no_decision_is_forgotten_where_a_copy_spells_the_name_otherwise(
    tmp_path: Path, spelled: str
) -> None:
    StateFiles(tmp_path).update("PHÒNG1", {"decision": "excluded"})
    (tmp_path / "PHÒNG1.json").rename(tmp_path / f"{spelled}.json")

    states = StateFiles(tmp_path)
    found = states.load("PHÒNG1")
    states.update("PHÒNG1", {"reason": "đã giải thể"})

    assert found == {"decision": "excluded"}
    assert states.load("PHÒNG1") == {"decision": "excluded", "reason": "đã giải thể"}
    assert [path.name for path in tmp_path.glob("*.json")] == [f"{spelled}.json"]


def test_what_is_of_the_folder_alone_is_no_property_of_the_sheet() -> None:
    assert public({"decision": "x", MODE: "664", OURS: "1.2 3"}) == {"decision": "x"}
