"""Who may open the campaign's files: given, compared with the roster, taken away where too much.

On My Drive permissions come with the listing; in a shared drive each file is asked for its own,
once (reference/google.md §2.2). Comparing is :mod:`dankheo_sheets.workspace.google.checkup.access`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.errors import Refused
from dankheo_sheets.roster import Unit, code_key
from dankheo_sheets.workspace.access_findings import AccessFinding, Guarded, Watch
from dankheo_sheets.workspace.base import ANYONE, Access, Sheet
from dankheo_sheets.workspace.file_owners import Owners
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.campaign_folder import CampaignFolder
from dankheo_sheets.workspace.google.checkup import elsewhere
from dankheo_sheets.workspace.google.checkup.access import (
    LOWERED,
    MENDABLE,
    Discrepancy,
    Expected,
    Insiders,
    Wrong,
    compare,
)
from dankheo_sheets.workspace.google.checkup.words import in_words
from dankheo_sheets.workspace.google.drive_file import CAMPAIGN, UNIT, DriveFile, Grant, Kind
from dankheo_sheets.workspace.google.errors import NotFound
from dankheo_sheets.workspace.google.grants import account_of
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
_FROM_REPORT = "chạy dankheo report để cấp quyền"

Watched = tuple[DriveFile, Expected]
"""A file, and who should open it."""


class GoogleAccess(Access):
    """Permissions on Drive; what :meth:`guarded` found was true when it looked."""

    def __init__(
        self,
        api: Api,
        place: CampaignFolder,
        sharing: Sharing,
        campaign: Campaign,
        units: Sequence[Unit],
    ) -> None:
        self._api, self._place, self._sharing = api, place, sharing
        self._campaign, self._units = campaign, units
        self._owners = Owners(campaign.id, units)
        self._files: dict[str, Watched] = {}
        self._insiders = Insiders()

    def editors(self, unit: Unit) -> tuple[str, ...]:
        """See :meth:`Access.editors`: the roster's addresses, or whoever has the link."""
        if self._campaign.google.opened_by(unit) == "link":
            return (ANYONE,)
        return tuple(sorted({address.casefold() for address in unit.emails}))

    def share(self, sheet: Sheet, editors: Sequence[str]) -> None:
        """See :meth:`Access.share`."""
        self._sharing.share(self._place.file(sheet.id), editors)

    def guarded(self, sheets: Sequence[Sheet], is_closed: Callable[[Sheet], bool]) -> Watch:
        """See :meth:`Access.guarded`: every file of the campaign, wherever it lies."""
        top, results = self._top(), self._place.find(Kind.RESULTS)
        self._insiders = self._who_is_known(top)
        inside = [
            *self._sheets(sheets, is_closed),
            *self._for_no_unit(results),
            *((folder, Expected(top=True)) for folder in top),
        ]
        kept = self._kept(results)
        there = [*(file for file, _ in inside), *kept]
        open_to_all = {file.id for file, expected in inside if ANYONE in expected.roles}
        folders = [folder.id for folder in (*top, *results)]
        found, whole = elsewhere.search(self._api, self._campaign.id, folders)
        astray = elsewhere.astray(found, there, self._code_of)
        shortcuts = elsewhere.public_shortcuts(found, {f.id for f in there} - open_to_all)
        codes = {code_key(unit.code): unit.code for unit in self._units}
        every = [
            *inside,
            *((file, Expected()) for file in kept if self._is_shared(file, results)),
            *((f, Expected(codes.get(self._code_of(f), ""), amiss=how)) for f, how in astray),
            *((file, Expected(amiss=Wrong.SHORTCUT)) for file in shortcuts),
        ]
        self._files = {file.id: (file, expected) for file, expected in every}
        watched = (
            Guarded(name, file.name, expected.unit)
            for name, (file, expected) in self._files.items()
        )
        return Watch(tuple(watched), tuple(self._notes(whole=whole)))

    def audit(self, file: Guarded, *, fix: bool = False) -> list[AccessFinding]:
        """See :meth:`Access.audit`."""
        seen, expected = self._files[file.id]
        if fix:
            return self._mended(file.id, expected)
        return [in_words(seen, expected, each) for each in self._compare(seen, expected)]

    # --- which files, and who should open them --------------------------------------------

    def _top(self) -> list[DriveFile]:
        """Return what holds everything: the campaign's folder, or the shared drive itself."""
        name = self._place.folder
        if name and name == self._campaign.google.shared_drive:
            return [DriveFile({"id": name, "name": "Bộ nhớ dùng chung", "driveId": name})]
        return [self._api.file(name)] if name else []

    def _who_is_known(self, top: Sequence[DriveFile]) -> Insiders:
        user = self._api.about()["user"]
        people = roles_on_master(self._campaign.agency)
        owners, above = [user["emailAddress"], *people], []
        for folder in top:
            if not folder.resource.get("driveId"):
                above = [grant.id for grant in self._grants(folder) if not grant.inherited]
                if self._campaign.google.folder:  # somebody's, who let us in
                    owners.append(folder.owner)
        return Insiders(
            me=str(user.get("permissionId", "")),
            owners=frozenset(map(account_of, owners)),
            people=people,
            units={
                account_of(address): unit.code for unit in self._units for address in unit.emails
            },
            above=frozenset(above),
        )

    def _sheets(
        self, sheets: Sequence[Sheet], is_closed: Callable[[Sheet], bool]
    ) -> Iterator[Watched]:
        """Yield the sheets, units in roster order, those of no unit of the roster last."""
        taken = {sheet.unit: sheet for sheet in sheets if sheet.unit}
        by_unit: dict[str, list[DriveFile]] = {}
        for file in self._place.find(Kind.SHEET):
            by_unit.setdefault(self._code_of(file), []).append(file)
        for unit in self._units:
            sheet = taken.get(unit.code)
            for file in by_unit.pop(code_key(unit.code), []):
                is_taken = sheet is not None and file.id == sheet.id
                closed = is_taken and sheet is not None and is_closed(sheet)
                role = "reader" if file.locked or closed else "writer"
                yield (
                    file,
                    Expected(
                        unit.code,
                        roles=dict.fromkeys(self.editors(unit), role),
                        may=dict.fromkeys(unit.emails, role),
                        is_sheet=True,
                        closed=closed,
                        missing_matters=is_taken,
                    ),
                )
        for _, files in sorted(by_unit.items()):
            for file in files:
                yield file, Expected(is_sheet=True, gone=True)

    def _code_of(self, file: DriveFile) -> str:
        """Return the code on a file so that all that one unit has or had are equal."""
        code = file.properties.get(UNIT, "")
        return code_key(self._owners.by_code(code) or code)

    def _for_no_unit(self, results: Sequence[DriveFile]) -> Iterator[Watched]:
        people = roles_on_master(self._campaign.agency)
        for file in self._place.find(Kind.TEMPLATE):
            yield file, Expected()
        for at, file in enumerate(self._place.find(Kind.MASTER)):
            oldest = at == 0
            yield file, Expected(roles=people, missing_matters=oldest, missing_remedy=_FROM_REPORT)
        for file in results:
            yield file, Expected()

    def _kept(self, results: Sequence[DriveFile]) -> list[DriveFile]:
        files = (file for folder in results for file in self._api.files_in(folder.id))
        return [file for file in files if file.properties.get(CAMPAIGN) == self._campaign.id]

    def _is_shared(self, kept: DriveFile, results: Sequence[DriveFile]) -> bool:
        """Tell whether somebody has access to a kept file beside those of its folder."""
        usual = self._place.common.union(*(folder.permission_ids for folder in results))
        return bool(kept.permission_ids - usual)

    def _notes(self, *, whole: bool) -> Iterator[str]:
        if any(file.resource.get("driveId") for file, _ in self._files.values()):
            yield _RESHARED
        if "drive.file" in (scopes := self._api.clients.scopes) and "drive" not in scopes:
            yield _ONLY_OURS
        if not whole:
            yield _NOT_ALL

    # --- one file -------------------------------------------------------------------------

    def _mended(self, file_id: str, expected: Expected) -> list[AccessFinding]:
        """Take away what can be; return what is left, read back."""
        before = self._api.file(file_id)
        refused: dict[tuple[str, str], Refused] = {}
        for discrepancy in self._compare(before, expected):
            if discrepancy.wrong in MENDABLE:
                try:
                    self._mend(before, discrepancy)
                except NotFound:
                    pass  # it is gone already
                except Refused as error:
                    refused[discrepancy.wrong, discrepancy.who] = error
        after = self._api.file(file_id)
        left = []
        for discrepancy in self._compare(after, expected):
            finding = in_words(after, expected, discrepancy)
            if refusal := refused.get((discrepancy.wrong, discrepancy.who)):
                remedy = f"{refusal.message}; chủ tệp hoặc người quản lý thư mục sửa trong Chia sẻ"
                finding = replace(finding, remedy=remedy, mendable=False)
            left.append(finding)
        return left

    def _mend(self, file: DriveFile, discrepancy: Discrepancy) -> None:
        grant = discrepancy.grant
        if grant is None:  # re-sharing: the only one without
            properties = self._sharing.stamp(file)
            self._api.update(file.id, {"writersCanShare": False, "properties": properties})
        elif discrepancy.wrong is Wrong.PENDING_OWNER:
            self._api.keep_owner(file.id, grant.id, grant.role)
        elif discrepancy.wrong in LOWERED:
            self._api.change_role(file.id, grant.id, discrepancy.right_role)
        else:
            self._api.revoke(file.id, grant.id)

    def _compare(self, file: DriveFile, expected: Expected) -> list[Discrepancy]:
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
