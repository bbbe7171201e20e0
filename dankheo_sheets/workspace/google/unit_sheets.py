"""Which of the campaign's files is which unit's sheet, and what state it is in."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dankheo_sheets.roster import Unit, code_key
from dankheo_sheets.workspace.base import Access, Sheet
from dankheo_sheets.workspace.file_owners import Owners
from dankheo_sheets.workspace.google.campaign_folder import CampaignFolder
from dankheo_sheets.workspace.google.drive_file import (
    CAMPAIGN,
    KIND,
    NAMED,
    UNIT,
    DriveFile,
    Kind,
    checksum_of,
)
from dankheo_sheets.workspace.google.sharing import Sharing


def title(unit: Unit) -> str:
    """Return what a unit's sheet is called."""
    return f"{unit.code} - {unit.name}"


def preparing(unit: Unit) -> str:
    """Return what it is called until it is filled in: so a listing tells that it is not."""
    return f"{unit.code} (đang chuẩn bị)"


def as_sheet(file: DriveFile) -> Sheet:
    """Return a file as the port knows it, of no unit yet."""
    return Sheet(
        unit="",
        id=file.id,
        name=file.name,
        url=file.url,
        version=file.version,
        modified_at=file.modified_at,
        locked=file.locked,
        properties=file.marks,
        said_unit=file.properties.get(UNIT, ""),
    )


class UnitSheets:
    """The units of one roster, and the files in their campaign's folder."""

    def __init__(
        self,
        place: CampaignFolder,
        sharing: Sharing,
        access: Access,
        campaign_id: str,
        units: Sequence[Unit],
    ) -> None:
        self._place, self._sharing, self._access = place, sharing, access
        self._campaign_id = campaign_id
        self._units = {code_key(unit.code): unit for unit in units}
        self._owners = Owners(campaign_id, units)

    def listed(self) -> list[Sheet]:
        """Return all sheets as the folder was last seen; see :meth:`Workspace.sheets`."""
        claims: dict[str, list[DriveFile]] = {}
        strangers = []
        for file in self._place.files.values():
            if unit := self._unit_of(file):
                claims.setdefault(unit.code, []).append(file)
            elif file.kind in ("", Kind.SHEET):
                strangers.append(file)
        found = [self.sheet(self._units[code_key(code)], files) for code, files in claims.items()]
        found += [
            replace(as_sheet(file), unit=code, version="", gone=True)
            for code, file in self.thrown_away().items()
            if code not in claims
        ]
        return found + [self._stranger(file) for file in strangers]

    def thrown_away(self) -> dict[str, DriveFile]:
        """Return a sheet of each unit that is in the bin: the one that was given out, first."""
        found: dict[str, DriveFile] = {}
        in_bin = self._place.in_bin
        for file in sorted(in_bin, key=lambda f: (not self._sharing.is_given_out(f), f.id)):
            if unit := self._unit_of(file):
                found.setdefault(unit.code, file)
        return found

    def sheet(self, unit: Unit, files: Iterable[DriveFile]) -> Sheet:
        """Return the unit's sheet: the one it was given, or that was changed, or the oldest."""

        def is_spare(file: DriveFile) -> bool:
            untouched = file.modified_by_us and file.name in (preparing(unit), title(unit))
            return untouched and not self._sharing.is_given_out(file)

        taken, *others = sorted(files, key=lambda f: (is_spare(f), f.created, f.id))
        name = checksum_of((unit.name,))
        return replace(
            as_sheet(taken),
            unit=unit.code,
            editors=self._sharing.editors(taken, self._access.editors(unit) or ()),
            beside=tuple(
                replace(as_sheet(f), unit=unit.code, name=f"{f.name} ({f.url})")
                for f in others
                if not is_spare(f)
            ),
            prepared=taken.name != preparing(unit) and taken.properties.get(NAMED, name) == name,
            spares=tuple(file.id for file in others if is_spare(file)),
        )

    def properties(self, unit: Unit) -> dict[str, str]:
        """Return the properties that make a file a unit's sheet."""
        return {
            CAMPAIGN: self._campaign_id,
            KIND: Kind.SHEET.value,
            UNIT: unit.code,
            NAMED: checksum_of((unit.name,)),
        }

    def _unit_of(self, file: DriveFile) -> Unit | None:
        if file.kind != Kind.SHEET or file.properties.get(CAMPAIGN) != self._campaign_id:
            return None
        code = self._owners.by_code(file.properties.get(UNIT, ""))
        return self._units.get(code_key(code))

    def _stranger(self, file: DriveFile) -> Sheet:
        """Return a file of no unit of the roster; one that was a unit's tells who can edit it."""
        ours = file.kind == Kind.SHEET
        return replace(as_sheet(file), editors=self._sharing.editors(file, ()) if ours else None)
