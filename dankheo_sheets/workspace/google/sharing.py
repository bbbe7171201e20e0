"""Who may open a file: read it from a listing, change it, lock and unlock.

A listing of a shared drive names nobody, it only counts (reference/google.md §2.2): there a sheet
is taken to be shared rightly when as many have access as should, and `dk_for` says that it was
these. Where in doubt, :meth:`Sharing.share` asks.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from dankheo_sheets.errors import OutcomeUnknown, Refused, WorkspaceError
from dankheo_sheets.workspace.base import ANYONE
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.campaign_folder import CampaignFolder
from dankheo_sheets.workspace.google.drive_file import (
    FOR,
    OWN_WRITE,
    DriveFile,
    Grant,
    Json,
    checksum_of,
    own_write,
)
from dankheo_sheets.workspace.google.errors import NotFound
from dankheo_sheets.workspace.google.grants import account_of, differences

UNNAMED = "?"
"""Stands among the editors for somebody a listing does not name."""


class Sharing:
    """Permissions and locks of the campaign's files.

    Those who have access to the whole folder (us, members of the shared drive) are given
    nothing, and nothing here changes what they may do.
    """

    def __init__(
        self, api: Api, place: CampaignFolder, now: Callable[[], datetime], *, notify: bool
    ) -> None:
        self._api, self._place, self._now, self._notify = api, place, now, notify

    def is_given_out(self, file: DriveFile) -> bool:
        """Whether anybody beside those of the folder has access."""
        return bool(file.permission_ids - self._place.common)

    def editors(self, file: DriveFile, expected: Sequence[str]) -> tuple[str, ...]:
        """Return who has access beside those of the folder, as far as the listing tells."""
        direct = file.permission_ids - self._place.common
        as_expected = file.properties.get(FOR) == checksum_of(expected)
        if as_expected and len(direct) == len(expected):
            return tuple(expected)
        members = [who for who in expected if who in self._place.members]
        if as_expected and len(direct) == len(expected) - len(members):
            return tuple(expected)
        names = {grant.id: grant.name for grant in file.grants or ()}
        return tuple(sorted([*members, *(names.get(name, UNNAMED) for name in direct)]))

    def share(self, file: DriveFile, editors: Sequence[str]) -> None:
        """Give exactly `editors` access: to write, or to read where the file is locked.

        One request for each who is new; more only where others had access before.
        """
        self.share_exactly(file, dict.fromkeys(editors, "reader" if file.locked else "writer"))
        if file.properties.get(FOR) != checksum_of(editors):
            self._api.update(file.id, {"properties": self.stamp(file, {FOR: checksum_of(editors)})})

    def share_exactly(self, file: DriveFile, roles: Mapping[str, str]) -> None:
        """Give each of these their role, and nobody else any (beside those of the folder)."""
        kept: set[str] = set()
        refused: list[Refused] = []
        found = differences(self._direct(file), roles, roles)
        for each in sorted(found, key=lambda each: not each.role):  # who loses it comes last
            if each.grant is None and each.who not in self._place.members:
                try:
                    kept.add(self._give(file.id, each.who, each.role))
                except Refused as error:  # one address; the others get theirs
                    refused.append(error)
            elif each.grant and each.role:
                self._api.change_role(file.id, each.grant.id, each.role)
            elif each.grant and each.grant.id not in kept:  # else another name of the account
                with suppress(NotFound):  # taken away already
                    self._api.revoke(file.id, each.grant.id)
        if refused:
            raise Refused("; ".join(each.message for each in refused), refused[0].hint)

    def lock(self, file: DriveFile, reason: str, properties: Json | None = None) -> DriveFile:
        """Let everybody but us only read: first by role, which holds at once, then by restriction.

        The restriction takes minutes to reach everywhere (reference/google.md §3.1) and covers
        those who have access by the folder. Only we can lift it where Drive lets us say so.
        Returns the file, with `properties` on it. Raises :class:`WorkspaceError` where what Drive
        answers shows that somebody can still write.
        """
        held = self._give_all(file, "reader")
        after = self.restrict(file, reason, properties)
        now = {**held, **{grant.id: grant.role for grant in after.grants or ()}}
        direct = after.permission_ids - self._place.common
        if not after.locked or any(now.get(name) != "reader" for name in direct):
            raise WorkspaceError(
                f"{file.name}: đã khoá nhưng đọc lại thì vẫn còn người ghi được",
                "chạy dankheo audit để xem ai, rồi chạy lại dankheo close",
            )
        return after

    def unlock(self, file: DriveFile) -> DriveFile:
        """Undo :meth:`lock`, the restriction last: it tells that all is done; return the file."""
        self._give_all(file, "writer")
        return self.release(file)

    def _give_all(self, file: DriveFile, role: str) -> Mapping[str, str]:
        """Let everybody who has access to the file itself do just this; return who may do what.

        Where a listing does not say what they may do, it is written, not asked.
        """
        roles = {grant.id: grant.role for grant in file.grants or ()}
        for name in sorted(file.permission_ids - self._place.common):
            if roles.get(name) != role:
                roles[name] = self._change(file, name, role)
        return roles

    def _change(self, file: DriveFile, name: str, role: str) -> str:
        try:
            return self._api.change_role(file.id, name, role)
        except Refused:
            if any(grant.id == name for grant in self._direct(file)):
                raise
            return role  # inherited: nothing here changes it, the restriction covers it

    def restrict(self, file: DriveFile, reason: str, properties: Json | None = None) -> DriveFile:
        """Set the content restriction alone."""
        owners_only = file.may("canModifyOwnerContentRestriction")
        restriction = {"readOnly": True, "reason": reason, "ownerRestricted": owners_only}
        stamped = self.stamp(file, properties)
        body = {"contentRestrictions": [restriction], "properties": stamped}
        return self._api.update(file.id, body)

    def release(self, file: DriveFile) -> DriveFile:
        """Lift the content restriction alone."""
        body = {"contentRestrictions": [{"readOnly": False}], "properties": self.stamp(file)}
        return self._api.update(file.id, body)

    def stamp(self, file: DriveFile, properties: Json | None = None) -> Json:
        """Return `properties` with the note that what now changes the file is us."""
        return {**(properties or {}), OWN_WRITE: own_write(self._now(), file.version)}

    def _direct(self, file: DriveFile) -> list[Grant]:
        """Return the grants on the file itself; asks only where there are some to be named."""
        if not self.is_given_out(file):
            return []
        grants = file.grants if file.grants is not None else self._api.grants(file.id)
        common = self._place.common
        return [each for each in grants if not each.inherited and each.id not in common]

    def _give(self, file_id: str, who: str, role: str) -> str:
        """Share once, never twice: where the answer was lost, look first. Return the grant's id."""
        address = "" if who == ANYONE else who
        for _ in range(2):
            try:
                return self._api.grant(file_id, address, role, notify=self._notify)
            except OutcomeUnknown:
                reached = self._found(file_id, who)
            except Refused as error:
                # That only Drive's mail failed is told as a failure (reference/google.md §3.3).
                reached = self._found(file_id, who) if error.reason == _SHARING else ""
                if not reached:
                    raise _explained(error, who) from error
            if reached:
                return reached
        raise OutcomeUnknown(f"Không biết đã chia sẻ cho {who} hay chưa", "chạy lại lệnh này")

    def _found(self, file_id: str, who: str) -> str:
        grants = {account_of(grant.name): grant.id for grant in self._api.grants(file_id)}
        return grants.get(account_of(who), "")


_SHARING = "invalidSharingRequest"


def _explained(error: Refused, who: str) -> Refused:
    """Return the refusal in words that say what to do where there is no Google account."""
    if error.reason != _SHARING or "no Google account" not in error.said:
        return error
    return Refused(
        f"{who}: địa chỉ này không có tài khoản Google",
        "ghi “liên kết” ở cột “Cách mở biểu” của đơn vị trong danh sách, hoặc đặt notify = true "
        "để Google gửi thư mời",
        status=error.status,
        reason=error.reason,
        said=error.said,
    )
