"""Whether the campaign's place on Drive can be reached, written, shared from, and has room."""

from collections import Counter
from collections.abc import Iterator, Sequence

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.errors import Refused, ServiceError
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.campaign_folder import CampaignFolder
from dankheo_sheets.workspace.google.drive_file import FOLDER, UNIT, DriveFile, Json, Kind
from dankheo_sheets.workspace.google.errors import NotFound, SignInError
from dankheo_sheets.workspace.health import Check, fault, fine, look, settings_fault

NEARLY_FULL = 0.95
"""The part of the storage from which on somebody should clear up."""
PUBLIC_DOMAINS = frozenset(
    ("gmail.com", "googlemail.com", "yahoo.com", "yahoo.com.vn", "outlook.com", "hotmail.com",
     "icloud.com", "live.com")
)  # fmt: skip
"""Mail domains that are certainly not an office's own."""
TOO_NARROW = frozenset(("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"))
"""Reasons of Google's that mean the scope."""

DRIVE, SHARING, PLACE, ROOM, STORAGE = (
    "Bộ nhớ dùng chung", "Chia sẻ ra ngoài bộ nhớ dùng chung", "Thư mục của đợt", "Nơi chứa tệp",
    "Dung lượng Google Drive",
)  # fmt: skip
_FIELDS = "id,name,mimeType,driveId,trashed,capabilities(canAddChildren)"
_WAYS_OUT = (
    "một trong ba cách: (1) tạo một bộ nhớ dùng chung (shared drive), thêm {me} làm Người quản "
    "lý, ghi mã của nó vào shared_drive; (2) quản trị viên uỷ quyền toàn miền cho tài khoản dịch "
    "vụ, ghi subject = “địa chỉ của một người”; (3) dùng tài khoản của một người: chạy dankheo "
    "login. Không cách nào làm được thì để một người chép sẵn tệp trong thư mục của họ rồi chạy "
    "dankheo provision --adopt (docs/google.md)"
)
_LET_OTHERS_IN = (
    "người quản lý bộ nhớ dùng chung (hoặc quản trị viên) bỏ hạn chế này trong Cài đặt bộ nhớ "
    "dùng chung"
)


class Stop(Exception):
    """What was found keeps all that comes next from being looked at."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.found)
        self.check = check


class DriveDoctor:
    """The checks of the shared drive, the folder and the room in them; `about` is who we are."""

    def __init__(self, api: Api, campaign: Campaign, units: Sequence[Unit], about: Json) -> None:
        self._api, self._settings, self._units = api, campaign.google, units
        self._me = str(about["user"]["emailAddress"])
        self._storage: Json = about.get("storageQuota", {})

    @property
    def _is_robot(self) -> bool:
        """Whether we are a service account, which owns no files (reference/google.md §2.1)."""
        return self._me.endswith(".gserviceaccount.com")

    def reach(self) -> Iterator[Check]:
        """Look whether shared drive and folder are what campaign.toml says, and may be used.

        Raises :class:`Stop`.
        """
        drive, folder = self._settings.shared_drive, self._settings.folder
        if drive:
            yield from self._shared_drive(drive)
        if folder and folder != drive:
            yield self._folder(folder)
        elif not drive and self._is_robot:
            raise Stop(self._no_room_for_robots())
        elif not drive:
            yield fine(PLACE, "do chương trình tạo trong Drive của tôi")

    # --- a shared drive -------------------------------------------------------------------

    def _shared_drive(self, drive_id: str) -> Iterator[Check]:
        try:
            drive = self._api.drive(drive_id)
        except NotFound:
            raise Stop(self._no_such_drive(drive_id)) from None
        except SignInError as error:
            if error.reason not in TOO_NARROW:
                raise
            yield look(
                DRIVE,
                "phạm vi drive.file không cho xem vai trò và hạn chế của bộ nhớ dùng chung",
                f"{self._me} cần vai trò Người quản lý; muốn kiểm tra được thì đặt scope = “drive” "
                "rồi đăng nhập lại",
            )
            return
        name, may = f"“{drive.get('name', drive_id)}”", drive.get("capabilities", {})
        fix = f"đổi vai trò của {self._me} trong bộ nhớ dùng chung thành Người quản lý"
        if not may.get("canAddChildren"):
            raise Stop(fault(DRIVE, f"{name}: {self._me} chỉ được xem", fix))
        if may.get("canManageMembers"):
            yield fine(DRIVE, f"{name}, vai trò Người quản lý")
        else:
            bin_too = "" if may.get("canTrashChildren") else _NOT_INTO_THE_BIN
            yield look(
                DRIVE,
                f"{name}: {self._me} chưa phải Người quản lý nên chỉ khoá thường được, ai có quyền "
                f"sửa thì mở khoá được{bin_too}",
                fix,
            )
        yield self._restrictions(drive.get("restrictions", {}))

    def _no_such_drive(self, drive_id: str) -> Check:
        """Return what it is that `shared_drive` names, if it is anything."""
        try:
            file = self._api.file(drive_id, _FIELDS)
        except Refused:
            return fault(
                DRIVE,
                f"không thấy bộ nhớ dùng chung mã {drive_id}, hoặc {self._me} chưa là thành viên",
                f"xem lại shared_drive trong campaign.toml; thêm {self._me} vào bộ nhớ dùng chung, "
                "vai trò Người quản lý",
            )
        inside = file.resource.get("driveId")
        if inside:
            found = f"mã ở shared_drive là thư mục “{file.name}” trong một bộ nhớ dùng chung"
            fix = f'trong campaign.toml ghi shared_drive = "{inside}" và folder = "{drive_id}"'
        else:
            found = f"mã ở shared_drive là “{file.name}” trong Drive của tôi"
            fix = f'trong campaign.toml bỏ shared_drive, ghi folder = "{drive_id}"'
        return settings_fault(DRIVE, found, fix)

    def _restrictions(self, restrictions: Json) -> Check:
        """Return what the drive's settings mean for the addresses of this roster."""
        if restrictions.get("driveMembersOnly"):
            return fault(
                SHARING,
                "chỉ thành viên bộ nhớ dùng chung mở được tệp: không chia sẻ được cho đơn vị nào; "
                "không thêm đơn vị làm thành viên, vì thành viên thấy biểu của mọi đơn vị",
                _LET_OTHERS_IN,
            )
        if not restrictions.get("domainUsersOnly"):
            return fine(SHARING, "được phép")
        addresses = [email for unit in self._units for email in unit.emails]
        domains = Counter(email.rpartition("@")[2].casefold() for email in addresses)
        listed = ", ".join(f"{name} ({times})" for name, times in domains.most_common(5))
        found = (
            "chỉ người cùng tên miền với bộ nhớ dùng chung mở được tệp; địa chỉ của các đơn vị: "
            f"{listed or 'chưa có'}"
        )
        outside = sorted(domains.keys() & PUBLIC_DOMAINS)
        if any(self._settings.opened_by(unit) == "link" for unit in self._units):
            outside.append("người có liên kết")
        if outside:
            never = f"{found}; chắc chắn không mở được: {', '.join(outside)}"
            return fault(SHARING, never, _LET_OTHERS_IN)
        return look(SHARING, found, f"địa chỉ khác tên miền sẽ bị từ chối: {_LET_OTHERS_IN}")

    # --- a folder -------------------------------------------------------------------------

    def _folder(self, folder_id: str) -> Check:
        try:
            folder = self._api.file(folder_id, _FIELDS)
        except Refused as error:
            raise Stop(self._no_such_folder(folder_id, error)) from None
        if wrong := self._wrong_folder(folder):
            raise Stop(wrong)
        return fine(PLACE, f"“{folder.name}”")

    def _wrong_folder(self, folder: DriveFile) -> Check | None:
        name, inside = f"“{folder.name}”", folder.resource.get("driveId", "")
        drive = self._settings.shared_drive
        if folder.resource.get("mimeType") != FOLDER:
            return settings_fault(
                PLACE,
                f"{name} là một tệp, không phải thư mục",
                "mở thư mục trong Google Drive, chép địa chỉ trên thanh trình duyệt vào folder",
            )
        if folder.trashed:
            fix = "khôi phục thư mục từ thùng rác của Drive"
            return fault(PLACE, f"{name} đang ở trong thùng rác", fix)
        if inside and inside != drive:
            return settings_fault(
                PLACE,
                f"{name} nằm trong một bộ nhớ dùng chung, còn shared_drive "
                f"{'ghi mã khác' if drive else 'để trống'}",
                f'trong campaign.toml, mục [google], ghi shared_drive = "{inside}"',
            )
        if drive and not inside:
            return settings_fault(
                PLACE,
                f"{name} nằm trong Drive của một người, không trong bộ nhớ ở shared_drive",
                "bỏ shared_drive trong campaign.toml, hoặc ghi folder là thư mục trong bộ nhớ đó",
            )
        if not folder.may("canAddChildren"):
            return fault(
                PLACE,
                f"{name}: {self._me} chỉ được xem",
                f"chia sẻ thư mục cho {self._me} với quyền Người chỉnh sửa",
            )
        return None

    def _no_such_folder(self, folder_id: str, error: Refused) -> Check:
        if isinstance(error, NotFound) and self._is_a_drive(folder_id):
            return settings_fault(
                PLACE,
                "mã ở folder là mã của một bộ nhớ dùng chung",
                f'trong campaign.toml bỏ folder, ghi shared_drive = "{folder_id}"',
            )
        fix = (
            f"xem lại folder trong campaign.toml; chia sẻ thư mục cho {self._me} với quyền Người "
            "chỉnh sửa"
        )
        if "drive.file" in self._api.clients.scopes:
            fix += (
                ". Với phạm vi drive.file, chương trình không thấy thư mục do người tạo: để trống "
                "folder cho nó tự tạo, hoặc đặt scope = “drive” rồi đăng nhập lại"
            )
        found = f"không thấy thư mục mã {folder_id}, hoặc chưa chia sẻ cho {self._me}"
        return fault(PLACE, found, fix)

    def _is_a_drive(self, drive_id: str) -> bool:
        try:
            return bool(self._api.drive(drive_id))
        except ServiceError:
            return False

    # --- room -----------------------------------------------------------------------------

    def room(self, place: CampaignFolder) -> Iterator[Check]:
        """Look whether new files have room; in a shared drive they need none of ours."""
        if self._settings.shared_drive:
            return
        if self._is_robot:
            codes = {file.properties.get(UNIT) for file in place.find(Kind.SHEET)}
            all_there = all(unit.code in codes for unit in self._units)
            yield self._adopted() if all_there else self._no_room_for_robots()
            return
        limit, usage = (int(self._storage.get(key, 0)) for key in ("limit", "usage"))
        if not limit:  # none is told where there is none
            yield fine(STORAGE, "không giới hạn")
            return
        found = f"đã dùng {_gigabytes(usage)} trong {_gigabytes(limit)}"
        fix = "xoá bớt tệp và thư rồi dọn thùng rác của Drive và Gmail, hoặc mua thêm dung lượng"
        if usage >= limit:
            yield fault(STORAGE, f"{found}: đã đầy, không tạo được tệp", fix)
        elif usage >= limit * NEARLY_FULL:
            yield look(STORAGE, f"{found}: sắp đầy", fix)
        else:
            yield fine(STORAGE, found)

    def _adopted(self) -> Check:
        return look(
            ROOM,
            f"{self._me} là tài khoản dịch vụ, không tạo được tệp trong Drive của một người; các "
            "đơn vị đã có biểu do người chép sẵn",
            "thêm đơn vị thì chép thêm tệp rồi chạy dankheo provision --adopt; giữ thư mục "
            "archive, vì kết quả không tải lên Drive được",
        )

    def _no_room_for_robots(self) -> Check:
        return fault(
            ROOM,
            f"{self._me} là tài khoản dịch vụ: không có dung lượng riêng nên không sở hữu được tệp "
            "nào (storageQuotaExceeded)",
            _WAYS_OUT.format(me=self._me),
        )


_NOT_INTO_THE_BIN = "; không bỏ được bản thừa vào thùng rác"


def _gigabytes(size: int) -> str:
    return f"{size / 2**30:.1f} GB".replace(".", ",")
