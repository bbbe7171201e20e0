"""docs/architecture.md tells the way of one return as it is, and CONTRIBUTING where things are."""

import re
import shutil
import sys
from pathlib import Path
from types import FrameType

import pytest

from dankheo_sheets.operations.context import load_context
from dankheo_sheets.steps.demo import fill
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import sync
from tests.conftest import EXAMPLE
from tests.steps.conftest import COVER, ENTRY, at

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "dankheo_sheets"
PLACE = re.compile(r"`([\w/]+\.py)` `(\w+)`")


def places(document: str) -> list[tuple[str, str]]:
    """Return the functions a document names with their files, in their order."""
    return PLACE.findall((ROOT / document).read_text("utf-8"))


def test_a_return_goes_the_way_that_is_told(tmp_path: Path) -> None:
    for name in ("campaign.toml", "units.csv"):
        shutil.copy(EXAMPLE / name, tmp_path)
    provision(load_context(tmp_path), now=at("05 08:00"))
    fill(tmp_path / "workbooks" / "HCTH.xlsx", [ENTRY], COVER, at("07 09:00"))
    job, told, called = (
        load_context(tmp_path),
        places("docs/architecture.md"),
        list[tuple[str, str]](),
    )

    def watch(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(PACKAGE)):
            called.append((Path(code.co_filename).relative_to(PACKAGE).as_posix(), code.co_name))

    sys.setprofile(watch)
    try:
        sync(job, at("08 17:00"))
    finally:
        sys.setprofile(None)

    assert [place for place in dict.fromkeys(called) if place in told] == told


@pytest.mark.parametrize("document", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_what_is_named_is_where_it_is_said_to_be(document: str) -> None:
    named = places(document)

    assert len(named) > 5
    for path, name in named:
        text = (PACKAGE / path).read_text("utf-8")
        assert re.search(rf"^\s*(?:def|class) {name}\b|^{name}\b.* = ", text, re.MULTILINE), name
