"""campaign.toml → a frozen :class:`Campaign`: what is asked, of whom, before when.

Every mistake in the file is reported at once (:class:`~dankheo_sheets.errors.SettingsError`),
each with its key, what was found and what is expected.
"""

import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign.document_settings import Letter, Plan, Report, Signer
from dankheo_sheets.declaration.bundled import brought, brought_along
from dankheo_sheets.declaration.load import load as load_form
from dankheo_sheets.declaration.model import Declaration
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.redaction import is_secure
from dankheo_sheets.roster import Unit, is_email, load_units
from dankheo_sheets.settings.file import validated
from dankheo_sheets.settings.section import Line, Section, Text, Texts, Typed
from dankheo_sheets.written_dates import Bound, Day, Moment, Start, parse

FILE = "campaign.toml"
FORM_FILE = "form.toml"


def _address(text: str) -> str:
    if text and not is_email(text):
        raise ValueError("cần một địa chỉ thư điện tử")
    return text


def _addresses(addresses: tuple[str, ...]) -> tuple[str, ...]:
    if wrong := [text for text in addresses if not is_email(text)]:
        raise ValueError(f"“{wrong[0]}” không phải một địa chỉ thư điện tử")
    return addresses


def _secure(address: str) -> str:
    if address and not is_secure(address):
        raise ValueError("cần địa chỉ https://…")
    return address


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("cần tên múi giờ IANA, ví dụ Asia/Ho_Chi_Minh") from None
    return name


def _drive_id(text: str) -> str:
    """Take the id out of an address as the browser shows it."""
    found = re.search(r"/folders/([^/?#]+)", text)
    name = found[1] if found else text.strip()
    if name and not re.fullmatch(r"[A-Za-z0-9_-]{10,100}", name):
        raise ValueError("cần mã hoặc địa chỉ (https://drive.google.com/drive/folders/…)")
    return name


Addresses = Annotated[Texts, AfterValidator(_addresses)]
DriveId = Annotated[str, AfterValidator(_drive_id)]


def _instant(when: datetime | date, zone: ZoneInfo) -> datetime:
    """Return a moment in `zone`, of a day its first."""
    if not isinstance(when, datetime):
        return datetime.combine(when, time.min, zone)
    return when.astimezone(zone) if when.tzinfo else when.replace(tzinfo=zone)


class Deadline(Section):
    """“Trước ngày 12/4/2022”: the day is excluded unless `inclusive` (reference/form.md §6)."""

    before: Moment
    timezone: Annotated[Text, AfterValidator(_zone)]
    inclusive: bool = False

    @model_validator(mode="before")
    @classmethod
    def _words(cls, data: object) -> object:
        """“Hết ngày 12/4/2022” includes the day, whatever `inclusive` was left at."""
        if not isinstance(data, dict) or not isinstance(data.get("before"), str):
            return data
        try:
            written = parse(data["before"])
        except ValueError:
            return data  # told of its own key
        if written.bound is Bound.THROUGH and written.clock is None:
            return {**data, "inclusive": True}
        if written.bound is Bound.BEFORE and data.get("inclusive") is True:
            raise ValueError(
                f"before ghi “{data['before']}” nên ngày đó đã muộn, inclusive = true thì ngày đó "
                "còn kịp; ghi before là “hết ngày …”, hoặc bỏ inclusive"
            )
        return data

    @model_validator(mode="after")
    def _inclusive_needs_a_day(self) -> Self:
        if self.inclusive and isinstance(self.before, datetime):
            raise ValueError("inclusive chỉ dùng khi before là một ngày, không phải một giờ")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the deadline is meant and every time is shown."""
        return ZoneInfo(self.timezone)

    @property
    def moment(self) -> datetime:
        """The first instant that is too late, in the campaign's zone."""
        if isinstance(self.before, datetime):
            return _instant(self.before.replace(microsecond=0), self.zone)  # as sheets remember it
        return _instant(self.before + timedelta(days=self.inclusive), self.zone)


class Agency(Section):
    """Who asks, and to whom units send their paper and questions (reference/form.md R14, R15)."""

    parent: Line = ""
    """The agency above it, where there is one (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.2.a)."""
    name: Text
    place: Text
    receiving_unit: Text
    receiving_email: Annotated[Text, AfterValidator(_address)]
    short: Line = ""
    """What it calls itself in a text: “Sở”; "" is its whole name."""
    coordinator: Addresses = ()
    """Addresses of those who run this program; they may edit the master on Google Drive."""
    leader: Addresses = ()
    """Addresses of those who sign; they may read the master on Google Drive."""


class Authority(Section):
    """The authority the register is sent to (reference/form.md R17)."""

    name: Text


class Google(Section):
    """Where the campaign lives on Google Drive, and how to get there (docs/google.md)."""

    folder: DriveId = ""
    """Id or address of the folder of all the campaign's sheets; "" makes one in My Drive."""
    shared_drive: DriveId = ""
    """Id or address of the shared drive the folder is in; alone, it is the folder itself."""
    access: Literal["email", "link"] = "email"
    """How units get at their sheets; a unit's own way in the roster comes first."""
    notify: bool = False
    """Whether Google Drive sends its own mail when a sheet is shared."""
    sign_in: Literal["service-account", "user", "federation", "default"] | None = None
    credentials: str = ""
    """Path of the sign-in file, from the campaign's folder."""
    subject: str = ""
    service_account: str = ""
    scope: Literal["drive", "drive.file"] | None = None
    endpoint: str = ""
    token_uri: str = ""
    workers: Annotated[int, Field(ge=1, le=8)] = 5
    """Requests under way at once: 5 to 8 at most (reference/google.md §1.3)."""
    settle_minutes: Annotated[int, Field(ge=0, le=120)] = 15
    """How long Google may still show changes made before a lock (reference/google.md §3.1, §5)."""
    sheets_reads_per_minute: Annotated[int, Field(ge=1, le=300)] = 55
    sheets_writes_per_minute: Annotated[int, Field(ge=1, le=300)] = 55
    drive_units_per_minute: Annotated[int, Field(ge=300, le=1_000_000)] = 300_000

    def opened_by(self, unit: Unit) -> str:
        """Return how the unit gets at its sheet: "email" or "link"."""
        return unit.access or self.access


class Reminders(Section):
    """When units that are not done are written to (reference/practice.md §1).

    All days are the campaign's; a mail goes out from `hour` on, and never at an earlier one.
    """

    opening: bool = True
    """To every unit, once its sheet is there."""
    midway: bool = True
    """Half way from the opening to the deadline, where that is more than three days."""
    working_days_before: Annotated[
        tuple[Annotated[int, Field(ge=1, le=60)], ...], Field(strict=False)
    ] = (3, 1)
    """So many working days before the last day."""
    last_day: bool = True
    """On the last day itself, whatever day that is."""
    after: bool = True
    """On the first working day after the deadline."""
    hour: Annotated[int, Field(ge=0, le=23)] = 8
    minimum_gap_hours: Annotated[int, Field(ge=0, le=24 * 30)] = 20
    """Between two mails that remind the same unit."""
    maximum: Annotated[int, Field(ge=0, le=50)] = 6
    """Mails that remind one unit, the opening's among them."""


_SECRETS = ("password", "token_command", "refresh_token", "client_secret")
"""What [mail] never has: each is an environment variable of that name."""


class Mail(Section):
    """The server that sends our mail. What to sign in with is never here but in the environment."""

    host: Text
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls"] = "starttls"
    user: str = ""
    """Who signs in; "" where the server takes mail from this machine without that."""
    auth: Literal["password", "xoauth2"] = "password"
    """How `user` signs in: with a password, or with a token that the environment gives."""
    client_id: str = ""
    """The application that a refresh token belongs to."""
    token_uri: Annotated[str, AfterValidator(_secure)] = ""
    """Where a refresh token buys an access token; "" where the host is a known one."""
    sender: Annotated[str, AfterValidator(_address)] = ""
    """The address mails come from; "" is `agency.receiving_email`."""
    sender_name: str = ""
    """The name beside it; "" is the agency's."""
    per_minute: Annotated[int, Field(ge=1, le=6000)] = 60
    """Mails a minute at most: servers refuse more."""

    @model_validator(mode="before")
    @classmethod
    def _no_secret(cls, data: object) -> object:
        if secrets := [key for key in _SECRETS if isinstance(data, dict) and key in data]:
            raise ValueError(
                f"{secrets[0]}: không ghi ở đây, tệp này nhiều người xem; đặt biến môi trường "
                f"DANKHEO_MAIL_{secrets[0].upper()}"
            )
        return data

    @model_validator(mode="after")
    def _somebody_signs_in(self) -> Self:
        if self.auth == "xoauth2" and not self.user:
            raise ValueError('auth = "xoauth2" cần user: hộp thư nào gửi')
        return self


class FieldOfWork(Section):
    """One lĩnh vực, and the other ways people write it."""

    name: Typed
    aliases: Annotated[tuple[Typed, ...], Field(strict=False)] = ()


def _each_name_once(fields: tuple[FieldOfWork, ...]) -> tuple[FieldOfWork, ...]:
    keys = Counter(
        key
        for field in fields
        for key in {vietnamese.match_key(name) for name in (field.name, *field.aliases)}
    )
    if twice := sorted(key for key, times in keys.items() if times > 1):
        raise ValueError(f"tên lĩnh vực bị lặp giữa các mục: {', '.join(twice)}")
    return fields


_NONE: tuple[FieldOfWork, ...] = ()


def _asked_for(fields: object, info: ValidationInfo) -> object:
    """Refuse a campaign without the list that its form offers."""
    form = info.data.get("form")
    offers = form is not None and any(column.choices == "fields" for column in form.column)
    if offers and fields is _NONE:
        raise PydanticCustomError("missing", "")
    if offers and fields == []:
        raise PydanticCustomError("too_short", "", {"min_length": 1})
    return fields


def _declared(form: object, info: ValidationInfo) -> object:
    """Return the declaration of a form: a file of the campaign's folder, or one we bring along."""
    if not isinstance(form, str):
        return form
    folder = (info.context or {}).get("folder")
    if folder and (folder / FORM_FILE).is_file():
        declaration = load_form(folder / FORM_FILE)
    elif form in brought_along():
        declaration = brought(form)
    else:
        known = ", ".join(brought_along())
        raise ValueError(f"không có biểu này; có: {known}; biểu riêng thì đặt tệp {FORM_FILE}")
    if declaration.id != _WHOLE:
        raise ValueError(f"tổng hợp, báo cáo mới làm được với biểu {_WHOLE}")
    return declaration


_WHOLE = "dan-van-kheo"
"""The form whose register, report and board are drawn: of others the sheets are."""


class Campaign(Section):
    """One campaign: one form, sent to all units, due at one moment."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]
    title: Text
    year: Annotated[int, Field(ge=2000, le=2100)]
    deadline: Deadline
    plan: Plan
    letter: Letter
    signer: Signer = Signer()
    report: Report = Report()
    agency: Agency
    authority: Authority
    form: Annotated[Declaration, BeforeValidator(_declared), Field(validate_default=True)] = (
        "dan-van-kheo"  # type: ignore[assignment]
    )
    """What the units fill in: the name of a form brought along, or `form.toml` beside this file."""
    fields: Annotated[
        tuple[FieldOfWork, ...],
        Field(strict=False, validate_default=True),
        BeforeValidator(_asked_for),
        AfterValidator(_each_name_once),
    ] = _NONE
    """The list that a form may offer as `choices = "fields"`."""
    minimum_entries: Annotated[int, Field(ge=0, le=100)] = 1
    form_rows: Annotated[int, Field(ge=5, le=500)] = 30
    workspace: Literal["folder", "google"] = "folder"
    google: Google = Google()
    opens: Start | None = None
    """When the campaign opens; None is the day of the letter."""
    holidays: Annotated[tuple[Day, ...], Field(strict=False)] = ()
    """Days nobody works, beside Saturdays and Sundays."""
    reminders: Reminders = Reminders()
    mail: Mail | None = None
    """None where no mail is sent."""

    @model_validator(mode="after")
    def _opens_before_it_is_due(self) -> Self:
        if self.opening >= self.deadline.moment:
            what = "opens" if self.opens else "letter.date (ngày mở đợt khi không có opens)"
            raise ValueError(f"{what}: cần trước hạn deadline.before")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """See :attr:`Deadline.zone`."""
        return self.deadline.zone

    @property
    def opening(self) -> datetime:
        """The first instant at which sheets are given out, in the campaign's zone."""
        return _instant(self.opens or self.letter.date, self.zone)

    def works(self, day: date) -> bool:
        """Tell whether people work on `day`."""
        return day.weekday() < 5 and day not in self.holidays

    def needs_address(self, unit: Unit) -> bool:
        """Tell whether nobody of the unit can open its sheet without an address in the roster."""
        return self.workspace == "google" and self.google.opened_by(unit) == "email"

    def deadline_of(self, unit: Unit, extended_until: datetime | None = None) -> datetime:
        """Return the first instant that is too late for `unit`.

        The latest of the campaign's deadline, the roster's extension and the one given when
        the unit was reopened.
        """
        moments = (self.deadline.moment, unit.extended_until, extended_until)
        return max(moment for moment in moments if moment is not None)


def load(directory: Path) -> tuple[Campaign, tuple[Unit, ...]]:
    """Return the campaign of `directory` and its units, in protocol order.

    Raises :class:`SettingsError` with every mistake of both files.
    """
    mistakes: list[str] = []
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    try:
        campaign = load_campaign(directory / FILE)
        zone = campaign.zone
    except SettingsError as error:
        mistakes += error.mistakes
    try:
        units = load_units(directory, zone)
    except SettingsError as error:
        mistakes += error.mistakes
    if mistakes:
        raise SettingsError(mistakes)
    return campaign, units


def load_campaign(path: Path) -> Campaign:
    """Read one campaign.toml. Raises :class:`SettingsError`."""
    return validated(Campaign, path, folder=path.parent)
