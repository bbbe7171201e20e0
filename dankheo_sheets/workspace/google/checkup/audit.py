"""Every file's permissions, compared with the roster, and mended where they give too much.

On My Drive they come with the listing; in a shared drive each file is asked for its own, once
(reference/google.md §2.2). Comparing is :mod:`dankheo_sheets.workspace.google.checkup.access`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.errors import NotFound, Refused
from dankheo_sheets.roster import Unit, code_key
from dankheo_sheets.workspace.base import ANYONE, Sheet
from dankheo_sheets.workspace.exposure import Exposure, Guarded, Watch
from dankheo_sheets.workspace.file_owners import Owners
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.checkup import elsewhere
from dankheo_sheets.workspace.google.checkup.access import (
    LOWERED,
    MENDABLE,
    TAKEN_AWAY,
    Expected,
    Finding,
    Insiders,
    Wrong,
    compare,
)
from dankheo_sheets.workspace.google.checkup.words import in_words
from dankheo_sheets.workspace.google.drive_file import CAMPAIGN, UNIT, DriveFile, Grant, Kind
from dankheo_sheets.workspace.google.grants import account_of
from dankheo_sheets.workspace.google.place import Place
from dankheo_sheets.workspace.google.results import roles_on_master
from dankheo_sheets.workspace.google.sharing import Sharing

_RESHARED = (
    "Trong bộ nhớ dùng chung, ai sửa được một biểu cũng chia sẻ tiếp được biểu đó; Google không "
    "cho tắt riêng từng tệp, chỉ hạn chế được cho cả bộ nhớ (Cài đặt bộ nhớ dùng chung)."
)
_ONLY_OURS = (
    "Tài khoản chỉ thấy tệp do chương trình tạo (drive.file): không tìm được bản sao và lối tắt "
    'do người làm; muốn tìm cả thì ghi scope = "drive" ở mục [google] rồi dankheo login lại.'
)
_NOT_ALL = "Google chỉ tìm được một phần: ở bộ nhớ dùng chung khác có thể còn bản sao."

Watched = tuple[DriveFile, Expected, str]
"""A file, who should open it, the unit of the roster it is told with."""


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
        self._owners = Owners(campaign.id, units)
        self._files: dict[str, Watched] = {}
        self._insiders = Insiders()

    def look(self, sheets: Sequence[Sheet], is_closed: Callable[[Sheet], bool]) -> Watch:
        """Find all files there are; `sheets` are the workspace's, just listed."""
        folder, results = self._folder(), self._place.find(Kind.RESULTS)
        self._insiders = self._who_is_known(folder)
        top = [(folder, Expected(top=True), "")] if folder else []
        taken = {sheet.unit: (sheet.id, is_closed(sheet)) for sheet in sheets if sheet.unit}
        inside: list[Watched] = [*self._sheets(taken), *self._rest(results), *top]
        kept = self._kept(results)
        known = {file.id: file for file, _, _ in inside} | {file.id: file for file in kept}
        open_to_all = {file.id for file, expected, _ in inside if ANYONE in expected.roles}
        found, whole = self._search(folder, results)
        outside = [
            *self._astray(found, known),
            *self._shortcuts(found, known.keys() - open_to_all),
        ]
        every = [*inside, *self._shared(kept, results), *outside]
        self._files = {each[0].id: each for each in every}
        watched = (Guarded(name, file.name, unit) for name, (file, _, unit) in self._files.items())
        return Watch(tuple(watched), tuple(self._notes(whole=whole)))

    def _notes(self, *, whole: bool) -> Iterator[str]:
        if any(file.resource.get("driveId") for file, _, _ in self._files.values()):
            yield _RESHARED
        if "drive.file" in (scopes := self._api.clients.scopes) and "drive" not in scopes:
            yield _ONLY_OURS
        if not whole:
            yield _NOT_ALL

    # --- which files, and who should open them --------------------------------------------

    def _folder(self) -> DriveFile | None:
        """Return what holds everything: the campaign's folder, or the shared drive itself."""
        name = self._place.folder
        if name and name == self._campaign.google.shared_drive:
            return DriveFile({"id": name, "name": "Bộ nhớ dùng chung", "driveId": name})
        return self._api.file(name) if name else None

    def _who_is_known(self, folder: DriveFile | None) -> Insiders:
        user = self._api.about()["user"]
        people = roles_on_master(self._campaign.agency)
        owners = [user["emailAddress"], *people]
        above: Sequence[Grant] = ()
        if folder and not folder.resource.get("driveId"):
            above = self._grants(folder)
            if self._campaign.google.folder:  # somebody's, who let us in
                owners.append(folder.owner)
        return Insiders(
            me=str(user.get("permissionId", "")),
            owners=frozenset(map(account_of, owners)),
            people=people,
            units={
                account_of(address): unit.code for unit in self._units for address in unit.emails
            },
            above=frozenset(grant.id for grant in above if not grant.inherited),
        )

    def _sheets(self, taken: Mapping[str, tuple[str, bool]]) -> Iterator[Watched]:
        """Yield the sheets, units in roster order, those of no unit of the roster last."""
        by_unit: dict[str, list[DriveFile]] = {}
        for file in self._place.find(Kind.SHEET):
            by_unit.setdefault(self._unit_of(file.properties.get(UNIT, "")), []).append(file)
        for unit in self._units:
            name, closed = taken.get(unit.code, ("", False))
            for file in by_unit.pop(code_key(unit.code), []):
                closed_one = closed and file.id == name
                role = "reader" if file.locked or closed_one else "writer"
                yield (
                    file,
                    Expected(
                        unit.code,
                        roles=dict.fromkeys(self._editors(unit), role),
                        may=dict.fromkeys(unit.emails, role),
                        is_sheet=True,
                        closed=closed_one,
                        missing_matters=file.id == name,
                    ),
                    unit.code,
                )
        for code, files in sorted(by_unit.items()):
            for file in files:
                yield file, Expected(code, is_sheet=True, gone=True), ""

    def _unit_of(self, code: str) -> str:
        """Return a code so that all that one unit has or had are equal."""
        return code_key(self._owners.by_code(code) or code)

    def _rest(self, results: Sequence[DriveFile]) -> Iterator[Watched]:
        """Yield template, master, and results: what no unit should open."""
        people = roles_on_master(self._campaign.agency)
        for file in self._place.find(Kind.TEMPLATE):
            yield file, Expected(), ""
        for at, file in enumerate(self._place.find(Kind.MASTER)):
            remedy = "chạy dankheo report để cấp quyền"
            yield file, Expected(roles=people, missing_matters=not at, missing_remedy=remedy), ""
        for file in results:
            yield file, Expected(), ""

    def _kept(self, results: Sequence[DriveFile]) -> list[DriveFile]:
        files = (file for folder in results for file in self._api.files_in(folder.id))
        return [file for file in files if file.properties.get(CAMPAIGN) == self._campaign.id]

    def _shared(self, kept: Sequence[DriveFile], results: Sequence[DriveFile]) -> Iterator[Watched]:
        """Yield the kept files that somebody has access to beside those of their folder."""
        usual = self._place.common.union(*(folder.permission_ids for folder in results))
        for file in kept:
            if file.permission_ids - usual:
                yield file, Expected(), ""

    # --- outside the folder ---------------------------------------------------------------

    def _search(
        self, folder: DriveFile | None, results: Sequence[DriveFile]
    ) -> tuple[list[DriveFile], bool]:
        folders = [each.id for each in (*([folder] if folder else []), *results)]
        return elsewhere.search(self._api, self._campaign.id, folders)

    def _astray(
        self, found: Sequence[DriveFile], known: Mapping[str, DriveFile]
    ) -> Iterator[Watched]:
        codes = {code_key(unit.code): unit.code for unit in self._units}
        for file, wrong in elsewhere.astray(found, known, self._unit_of):
            code = self._unit_of(file.properties.get(UNIT, ""))
            yield file, Expected(amiss=wrong), codes.get(code, "")

    def _shortcuts(self, found: Sequence[DriveFile], known: set[str]) -> Iterator[Watched]:
        for target, file in elsewhere.public_shortcuts(found):
            if target in known:
                yield file, Expected(amiss=Wrong.SHORTCUT), ""

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
        elif finding.wrong is Wrong.PENDING_OWNER:
            self._api.keep_owner(file.id, grant.id, grant.role)
        elif finding.wrong in LOWERED:
            self._api.change_role(file.id, grant.id, finding.right_role)
        elif finding.wrong in TAKEN_AWAY:
            self._api.revoke(file.id, grant.id)

    def _compare(self, file: DriveFile, expected: Expected) -> list[Finding]:
        insiders = self._insiders
        if expected.top:  # what it was given is told of itself
            insiders = replace(insiders, above=frozenset())
        grants = () if expected.amiss else self._grants(file)
        return list(compare(file, grants, expected, insiders))

    def _grants(self, file: DriveFile) -> Sequence[Grant]:
        if file.id == self._campaign.google.shared_drive:  # the files inherit what members may
            return [replace(grant, inherited=True) for grant in self._api.grants(file.id)]
        grants = file.grants
        return grants if grants is not None else self._api.grants(file.id)
