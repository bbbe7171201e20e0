"""Files that a person made, for an account that may not create any (reference/google.md §2.1).

A person copies the template, or a blank spreadsheet, in the campaign's folder as often as there
are units. A copy named after a unit is that unit's; the others are dealt out in order. One more,
called “Bảng tổng hợp”, becomes the master.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from dankheo_sheets import vietnamese
from dankheo_sheets.roster import Unit, code_key
from dankheo_sheets.workspace.google.drive_file import SPREADSHEET, UNIT, DriveFile, Kind


def free_files(files: Iterable[DriveFile], template: DriveFile | None) -> list[DriveFile]:
    """Return the spreadsheets that are nobody's yet, the oldest first."""
    free = [
        file
        for file in files
        if file.resource["mimeType"] == SPREADSHEET
        and file.kind in ("", Kind.TEMPLATE)
        and UNIT not in file.properties
        and (template is None or file.id != template.id)
    ]
    return sorted(free, key=lambda file: (file.created, file.name, file.id))


MASTER = "bảng tổng hợp"


def named_master(files: Iterable[DriveFile]) -> DriveFile | None:
    """Return the file that is meant to be the master, should a person have made one."""
    return next((f for f in files if vietnamese.match_key(f.name).startswith(MASTER)), None)


def deal(units: Sequence[Unit], files: Sequence[DriveFile]) -> Iterator[tuple[Unit, DriveFile]]:
    """Yield each unit with its file: by code, by name, then in order, as far as they go. Pure."""
    rest, without = list(files), list(units)
    for is_meant, of in ((_has_code, attrgetter("code")), (_has_name, attrgetter("name"))):
        # the longest first: “Phòng Kế hoạch” is in “Phòng Kế hoạch - Tài chính”
        for unit in sorted(without, key=lambda unit: -len(of(unit))):
            if named := next((file for file in rest if is_meant(file, unit)), None):
                rest.remove(named)
                without.remove(unit)
                yield unit, named
    yield from zip(without, rest, strict=False)


def _has_code(file: DriveFile, unit: Unit) -> bool:
    name, code = code_key(file.name), code_key(unit.code)
    return name.startswith(code) and not name[len(code) :][:1].isalnum()


def _has_name(file: DriveFile, unit: Unit) -> bool:
    return vietnamese.match_key(unit.name) in vietnamese.match_key(file.name)
