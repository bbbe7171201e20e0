"""All that a campaign on Google Drive needs, looked at one by one, with what to do about each.

What Google refuses is a finding here, not an error: :meth:`Doctor.examine` raises nothing of
:mod:`dankheo_sheets.errors`. It changes nothing, and says no more of who we are than the
account's address.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.errors import ServiceError
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.google import render
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.campaign_folder import CampaignFolder
from dankheo_sheets.workspace.google.checkup.doctor_drive import TOO_NARROW, DriveDoctor, Stop
from dankheo_sheets.workspace.google.checkup.doctor_plans import plans
from dankheo_sheets.workspace.google.drive_file import UNIT, DriveFile, Json, Kind
from dankheo_sheets.workspace.google.errors import NotFound, SignInError
from dankheo_sheets.workspace.google.template import UNDRAWN, Template
from dankheo_sheets.workspace.health import Check, fault, fine, look, of_error

SLOW_CLOCK = timedelta(minutes=1)
"""How far a clock may be off before somebody should know."""
WRONG_CLOCK = timedelta(minutes=5)
"""How far before Google takes no signature of a service account: it allows 300 s."""

_SET_CLOCK = "bật tự động đặt giờ theo Internet trong phần Ngày và giờ của máy, rồi chạy lại"
_WIDER_SCOPE = (
    "tài khoản của một người: chạy lại dankheo login và đồng ý mọi quyền được hỏi; tài khoản dịch "
    "vụ: để trống scope trong campaign.toml hoặc ghi “drive”; uỷ quyền toàn miền: quản trị viên "
    "thêm phạm vi này cho mã khách của tài khoản dịch vụ"
)


class Doctor:
    """One look at everything; some ten requests, and one more for each 1,000 files."""

    def __init__(
        self,
        api: Api,
        place: CampaignFolder,
        template: Template,
        campaign: Campaign,
        units: Sequence[Unit],
    ) -> None:
        self._api, self._place, self._template = api, place, template
        self._campaign, self._units = campaign, units

    def examine(self) -> Iterator[Check]:
        """Yield all checks, as far as one can get."""
        try:
            yield from self._on_google()
        except Stop as stop:
            yield stop.check
        except ServiceError as error:  # one that no check of its own explains
            yield of_error("Google", error)
        yield from plans(self._campaign, self._units)

    def _on_google(self) -> Iterator[Check]:
        try:
            about = self._sign_in()
        except Stop as stop:
            yield stop.check
            yield from self._clock()
            return
        yield fine("Đăng nhập", str(about["user"]["emailAddress"]))
        yield from self._clock()
        yield self._apis()
        drive = DriveDoctor(self._api, self._campaign, self._units, about)
        yield from drive.reach()
        self._place.look()
        yield from drive.room(self._place)
        yield self._template_there()
        if self._units:
            codes = {file.properties.get(UNIT) for file in self._place.find(Kind.SHEET)}
            there = sum(unit.code in codes for unit in self._units)
            yield fine("Biểu của đơn vị", f"đã phát {there} trong {len(self._units)}")

    # --- who we are -----------------------------------------------------------------------

    def _sign_in(self) -> Json:
        """Return who we are, as Google says. Raises :class:`Stop`."""
        try:
            self._api.clients.here().login()
        except SignInError as error:
            raise Stop(of_error("Đăng nhập", error)) from None
        except ServiceError as error:
            raise Stop(of_error("Kết nối tới Google", error)) from None
        try:
            return self._api.about()
        except ServiceError as error:
            raise Stop(_explained("Google Drive API", error)) from None

    def _clock(self) -> Iterator[Check]:
        about, clock = "Đồng hồ của máy", self._api.clients.clock
        if not clock.is_known:
            return
        off, which = abs(clock.ahead), "chậm" if clock.ahead > timedelta() else "nhanh"
        found = f"{which} hơn giờ của Google {_span(off)}"
        if off > WRONG_CLOCK:
            yield fault(about, found, f"{_SET_CLOCK}: giờ sai thì không đăng nhập được")
        elif off > SLOW_CLOCK:
            yield look(about, found, f"{_SET_CLOCK}: hạn được tính theo giờ này")
        else:
            yield fine(about, f"lệch {_span(off)} so với Google")

    def _apis(self) -> Check:
        try:
            self._api.spreadsheet("0", "spreadsheetId")
        except NotFound:  # there is none of that name, which is an answer
            pass
        except ServiceError as error:
            return _explained("Google Sheets API", error)
        return fine("Google Drive API, Google Sheets API", "đã bật, phạm vi quyền đủ")

    # --- the template ---------------------------------------------------------------------

    def _template_there(self) -> Check:
        about, file = "Mẫu biểu", self._template.find()
        if file is None and self._place.find(Kind.TEMPLATE):
            return look(
                about,
                "campaign.toml đã đổi sau khi vẽ mẫu: biểu phát từ nay theo mẫu mới, biểu đã phát "
                "vẫn theo mẫu cũ",
                "không định đổi biểu thì lấy lại campaign.toml cũ; định đổi thì không cần làm gì, "
                "lần phát sau vẽ mẫu mới",
            )
        if file is None:
            return fine(about, "chưa có, lần phát đầu tiên sẽ vẽ")
        if file.name == UNDRAWN:
            return look(about, "đang vẽ dở", "chạy dankheo provision: chương trình vẽ nốt")
        return self._drawn(about, file)

    def _drawn(self, about: str, file: DriveFile) -> Check:
        try:
            found = self._api.spreadsheet(file.id, render.STRUCTURE)
        except ServiceError as error:
            return of_error(about, error)
        if wrong := render.mismatches(found, self._template.book):
            return fault(
                about,
                f"“{file.name}” đã bị sửa cấu trúc: {' '.join(wrong)}",
                "khôi phục bằng Lịch sử phiên bản trên Google Trang tính, hoặc bỏ tệp này vào "
                "thùng rác để lần phát sau vẽ mẫu mới; sửa màu, phông, độ rộng thì không sao",
            )
        return fine(about, f"“{file.name}” khớp với biểu")


def _explained(about: str, error: ServiceError) -> Check:
    """Return what a refused request means; a scope that is too small says which would do."""
    if error.reason in TOO_NARROW or "authentication scopes" in error.said:
        return fault("Phạm vi quyền", error.message, _WIDER_SCOPE)
    return of_error(about, error)


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, unit in ((86_400, "ngày"), (3_600, "giờ"), (60, "phút")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} giây"
