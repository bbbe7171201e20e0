"""Every file's permissions, compared with the roster, and mended where they give too much.

On My Drive they come with the listing; in a shared drive each file is asked for its own, once
(google.md §2.2). Comparing is :mod:`dankheo_sheets.workspace.google.checkup.access`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.errors import NotFound, Refused
from dankheo_sheets.roster import Unit, code_key
from dankheo_sheets.workspace.base import Sheet
from dankheo_sheets.workspace.exposure import Exposure, Guarded, Watch
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.checkup.access import (
    LOWERED,
    MENDABLE,
    TAKEN_AWAY,
    Expected,
    Finding,
    Insiders,
    account_of,
    compare,
    in_words,
)
from dankheo_sheets.workspace.google.drive_file import CAMPAIGN, UNIT, DriveFile, Grant, Kind
from dankheo_sheets.workspace.google.place import Place
from dankheo_sheets.workspace.google.results import roles_on_master
from dankheo_sheets.workspace.google.sharing import Sharing

_RESHARED = (
    "Trong bộ nhớ dùng chung, ai sửa được một biểu cũng chia sẻ tiếp được biểu đó; Google không "
    "cho tắt riêng từng tệp, chỉ hạn chế được cho cả bộ nhớ (Cài đặt bộ nhớ dùng chung)."
)


class Audit:
    """One look at all files of the campaign; what it holds was true when it was made."""

    def __init__(
        self,
        api: Api,
        place: Place,
        sharing: Sharing,
        campaign: Campaign,
        units: Sequence[Unit],
        editors: Callable[[Unit], Sequence[str]],
    ) -> None:
        self._api, self._place, self._sharing = api, place, sharing
        self._campaign, self._units, self._editors = campaign, units, editors
        self._files: dict[str, tuple[DriveFile, Expected, str]] = {}
        self._insiders = Insiders("", {}, frozenset())

    def look(self, sheets: Sequence[Sheet]) -> Watch:
        """Find all files there are; `sheets` are the workspace's, just listed."""
        folder = self._folder()
        results = self._place.find(Kind.RESULTS)
        self._insiders = Insiders(
            me=str(self._api.about()["user"].get("permissionId", "")),
            units={
                account_of(address): unit.code for unit in self._units for address in unit.emails
            },
            above=frozenset(
                grant.id
                for grant in (self._grants(folder) if folder else ())
                if not grant.inherited
            ),
        )
        self._files = {}
        for file, expected, unit in [
            *self._sheets({sheet.unit: sheet for sheet in sheets if sheet.unit}),
            *self._rest([*results, *([folder] if folder else [])]),
            *self._kept(results),
        ]:
            self._files[file.id] = (file, expected, unit)
        watched = tuple(
            Guarded(name, file.name, unit) for name, (file, _, unit) in self._files.items()
        )
        in_shared_drive = any(file.resource.get("driveId") for file, _, _ in self._files.values())
        return Watch(watched, (_RESHARED,) if in_shared_drive else ())

    # --- which files, and who should open them --------------------------------------------

    def _folder(self) -> DriveFile | None:
        """Return the campaign's folder, unless it is a shared drive itself: that has members."""
        name = self._place.folder
        if not name or name == self._campaign.google.shared_drive:
            return None
        return self._api.file(name)

    def _sheets(self, taken: Mapping[str, Sheet]) -> Iterator[tuple[DriveFile, Expected, str]]:
        """Yield the sheets, units in roster order, those of no unit of the roster last."""
        by_unit: dict[str, list[DriveFile]] = {}
        for file in self._place.find(Kind.SHEET):
            by_unit.setdefault(code_key(file.properties.get(UNIT, "")), []).append(file)
        for unit in self._units:
            sheet = taken.get(unit.code)
            for file in by_unit.pop(code_key(unit.code), []):
                role = "reader" if file.locked else "writer"
                yield (
                    file,
                    Expected(
                        unit.code,
                        roles=dict.fromkeys(self._editors(unit), role),
                        may=dict.fromkeys(unit.emails, role),
                        is_sheet=True,
                        missing_matters=sheet is not None and sheet.id == file.id,
                    ),
                    unit.code,
                )
        for code, files in sorted(by_unit.items()):
            for file in files:
                yield file, Expected(code, is_sheet=True, gone=True), ""

    def _rest(self, others: Sequence[DriveFile]) -> Iterator[tuple[DriveFile, Expected, str]]:
        """Yield template, master, and `others`: what no unit should open."""
        people = roles_on_master(self._campaign.agency)
        ours = Expected(may=dict.fromkeys(people, "writer"))
        for file in self._place.find(Kind.TEMPLATE):
            yield file, ours, ""
        for at, file in enumerate(self._place.find(Kind.MASTER)):
            remedy = "chạy dankheo report để cấp quyền"
            yield file, Expected(roles=people, missing_matters=not at, missing_remedy=remedy), ""
        for file in others:
            yield file, ours, ""

    def _kept(self, results: Sequence[DriveFile]) -> Iterator[tuple[DriveFile, Expected, str]]:
        """Yield the kept files that somebody has access to beside those of their folder."""
        for folder in results:
            usual = folder.permission_ids | self._place.common
            for file in self._api.files_in(folder.id):
                ours = file.properties.get(CAMPAIGN) == self._campaign.id
                if ours and file.permission_ids - usual:
                    yield file, Expected(), ""

    # --- one file -------------------------------------------------------------------------

    def of(self, guarded: Guarded) -> list[Exposure]:
        """Return what is wrong with one file."""
        file, expected, unit = self._files[guarded.id]
        return [in_words(file, expected, each, unit) for each in self._compare(file, expected)]

    def mend(self, guarded: Guarded) -> list[Exposure]:
        """Take away what can be; return what is left, read back."""
        _, expected, unit = self._files[guarded.id]
        before = self._api.file(guarded.id)
        refused: dict[tuple[str, str], Refused] = {}
        for finding in self._compare(before, expected):
            if finding.wrong in MENDABLE:
                try:
                    self._mend(before, finding)
                except NotFound:
                    pass  # it is gone already
                except Refused as error:
                    refused[finding.wrong, finding.who] = error
        after = self._api.file(guarded.id)
        left = []
        for finding in self._compare(after, expected):
            exposure = in_words(after, expected, finding, unit)
            if refusal := refused.get((finding.wrong, finding.who)):
                remedy = f"{refusal.message}; chủ tệp hoặc người quản lý thư mục sửa trong Chia sẻ"
                exposure = replace(exposure, remedy=remedy, mendable=False)
            left.append(exposure)
        return left

    def _mend(self, file: DriveFile, finding: Finding) -> None:
        grant = finding.grant
        if grant is None:  # re-sharing: the only one without
            properties = self._sharing.stamp(file)
            self._api.update(file.id, {"writersCanShare": False, "properties": properties})
        elif finding.wrong in LOWERED:
            self._api.change_role(file.id, grant.id, finding.right_role)
        elif finding.wrong in TAKEN_AWAY:
            self._api.revoke(file.id, grant.id)

    def _compare(self, file: DriveFile, expected: Expected) -> list[Finding]:
        insiders = self._insiders
        if file.id == self._place.folder:  # what it was given is told of itself
            insiders = replace(insiders, above=frozenset())
        return list(compare(file, self._grants(file), expected, insiders))

    def _grants(self, file: DriveFile) -> Sequence[Grant]:
        grants = file.grants
        return grants if grants is not None else self._api.grants(file.id)
