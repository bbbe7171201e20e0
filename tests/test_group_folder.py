"""A folder of a group: one began the campaign, a colleague goes on with it."""

import stat
from pathlib import Path

from dankheo_sheets.steps.demo import fill
from tests.accounts import COLLEAGUE, COORDINATOR, GROUP, Account, as_root, shared_folder
from tests.steps.conftest import COVER, ENTRY, at
from tests.test_cli import campaign_in

DANKHEO = """
import shutil, sys, tempfile
from pathlib import Path

import encodings.cp437
from dankheo_sheets.cli import main

folder, commands = Path(sys.argv[1]), [each.split("|") for each in sys.argv[2:]]


def work(directory):
    for command in commands:
        try:
            main([*command, "-C", str(directory)])
        except SystemExit as ended:
            if ended.code not in (0, 5):
                raise


with tempfile.TemporaryDirectory() as rehearsal:  # what this imports, it imports now
    work(shutil.copytree(folder, Path(rehearsal, "chung")))
become()
work(folder)
"""


def dankheo(who: Account, folder: Path, umask: int, *commands: str) -> None:
    """Let somebody run commands, their words parted by "|"."""
    result = who.run(DANKHEO, folder, *commands, umask=umask)
    assert result.returncode == 0, result.stderr


@as_root
def test_a_colleague_goes_on_with_the_campaign_and_all_stays_the_groups() -> None:
    umask = 0o022  # what most accounts have: nothing new would be the group's
    with shared_folder() as folder:
        campaign_in(folder)
        given = set(folder.rglob("*"))
        workbook = folder / "workbooks" / "HCTH.xlsx"

        dankheo(COORDINATOR, folder, umask, "provision", "sync")
        fill(workbook, [ENTRY], COVER, at("07 09:00"))
        dankheo(COLLEAGUE, folder, umask, "sync", "exclude|TTra|--reason|đã giải thể", "report")
        campaign_in(folder, before="2022-04-12")
        dankheo(COORDINATOR, folder, umask, "close", "reopen|HCTH|--until|1/1/2100", "report")

        made = {path: path.stat() for path in folder.rglob("*") if path not in given}
        closed = {path for path, status in made.items() if not status.st_mode & stat.S_IWUSR}
        assert {status.st_gid for status in made.values()} == {GROUP}
        assert {path.relative_to(folder).parts[0] for path in closed} == {"archive", "out"}
        shut = [p for p, s in made.items() if p not in closed and s.st_mode & 0o060 != 0o060]
        assert shut == []
        assert COLLEAGUE.may_write(workbook)
