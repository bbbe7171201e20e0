"""What many tests start from: the example campaign, its form, its units; LibreOffice."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from dankheo_sheets import campaign as campaigns
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form.layout import Form
from dankheo_sheets.roster import Unit
from tests.office import convert, needs

EXAMPLE = Path(__file__).parent.parent / "examples" / "dan-van-kheo-2022"

_MEMORY = Path("/dev/shm")


def _has_room(folder: Path) -> bool:
    """Tell whether 4 GB fit there, and programs may run there."""
    if not folder.is_dir():
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize > 4 * 2**30 and not found.f_flag & os.ST_NOEXEC


if "TMPDIR" not in os.environ and _has_room(_MEMORY):
    # Tests write, and wait for, some hundred thousand small files, which no disk has to keep.
    os.environ["TMPDIR"] = str(_MEMORY)
    tempfile.tempdir = None

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")  # nothing is timed in tests: a machine may be busy


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker still has it when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def campaign() -> Campaign:
    """Return the campaign of the letter."""
    return campaigns.load(EXAMPLE)[0]


@pytest.fixture(scope="session")
def units() -> tuple[Unit, ...]:
    """Return its units, in protocol order."""
    return campaigns.load(EXAMPLE)[1]


@pytest.fixture(scope="session")
def form(campaign: Campaign) -> Form:
    """Return its form."""
    return Form(campaign)


@pytest.fixture
def office(tmp_path: Path) -> Callable[[bytes, str], bytes]:
    """Open a workbook in LibreOffice and save it as "xlsx", "xls", …; returns the new file."""
    needs("soffice")

    def save(data: bytes, target: str) -> bytes:
        source = tmp_path / "bieu.xlsx"
        source.write_bytes(data)
        (saved,) = convert([source], target, tmp_path / "office")
        return saved.read_bytes()

    return save
