"""Who should be able to open a file of the campaign, and in what the grants on it differ. Pure.

A unit's sheet is for the roster's addresses of that unit, the master for those of campaign.toml;
folder, template and results are for nobody else than us, though those of campaign.toml may see
them. The owner, the account that runs the program and, in a shared drive, its members are not
looked at, but for members that are units.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dankheo_sheets.workspace.base import ANYONE
from dankheo_sheets.workspace.exposure import Exposure
from dankheo_sheets.workspace.google.drive_file import DriveFile, Grant

ROLES = ("reader", "commenter", "writer", "fileOrganizer", "organizer", "owner")
"""From the least to the most (Drive's guide on roles)."""
_GMAIL = ("gmail.com", "googlemail.com")


class Wrong(StrEnum):
    """In which way access is not as it should be."""

    STRANGER = "stranger"
    OTHER_UNIT = "other-unit"
    """A unit has access to another one's sheet, or to what no unit should see."""
    GONE = "gone"
    """A sheet of a unit that is no longer in the roster is still shared."""
    PUBLIC = "public"
    DOMAIN = "domain"
    GROUP = "group"
    LOCKED_WRITER = "locked-writer"
    TOO_HIGH = "too-high"
    TOO_LOW = "too-low"
    MISSING = "missing"
    RESHARING = "resharing"
    INHERITED = "inherited"
    """A unit has access to everything, as a member of the shared drive."""


TAKEN_AWAY = frozenset(
    (Wrong.STRANGER, Wrong.OTHER_UNIT, Wrong.GONE, Wrong.PUBLIC, Wrong.DOMAIN, Wrong.GROUP)
)
"""What is mended by taking the grant away."""
LOWERED = frozenset((Wrong.LOCKED_WRITER, Wrong.TOO_HIGH))
"""What is mended by giving the grantee the role that is right."""
MENDABLE = TAKEN_AWAY | LOWERED | {Wrong.RESHARING}


@dataclass(frozen=True)
class Expected:
    """Who should have which role on one file."""

    unit: str = ""
    """The unit whose sheet it is, as the file says; also one that the roster does not have."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Who must have it: address, or ANYONE → role."""
    may: Mapping[str, str] = field(default_factory=dict)
    """Who may have it, and no higher."""
    is_sheet: bool = False
    gone: bool = False
    """The unit is not in the roster."""
    missing_matters: bool = True
    """Whether somebody who must have it and has not is told of."""
    missing_remedy: str = "chạy dankheo provision để cấp quyền"


@dataclass(frozen=True)
class Finding:
    """One difference: which, whose grant it is, which role would be right."""

    wrong: Wrong
    who: str
    grant: Grant | None = None
    right_role: str = ""
    unit: str = ""
    """The unit whose address it is, where it is another one's."""


@dataclass(frozen=True)
class Insiders:
    """Who is not compared, and whose addresses are the units'."""

    me: str
    """Our permission id."""
    units: Mapping[str, str]
    """Account → the code of its unit (see :func:`account_of`)."""
    above: frozenset[str]
    """Ids of those who were given the campaign's folder itself: what they inherit is told there."""


def account_of(address: str) -> str:
    """Return an address so that two of the same account are equal, as far as can be known.

    Gmail passes over dots and what follows a plus; capital letters mean nothing anywhere.
    """
    name, _, domain = address.casefold().rpartition("@")
    if domain in _GMAIL:
        return f"{name.partition('+')[0].replace('.', '')}@{_GMAIL[0]}"
    return f"{name}@{domain}" if name else domain


def compare(
    file: DriveFile, grants: Sequence[Grant], expected: Expected, insiders: Insiders
) -> Iterator[Finding]:
    """Yield in what the grants on a file differ from what is expected."""
    must = {account_of(who): role for who, role in expected.roles.items()}
    may = {account_of(who): role for who, role in expected.may.items()}
    seen = set()
    for grant in grants:
        who = _name(grant)
        account = account_of(who)
        seen.add(account)
        if grant.role == "owner" or grant.id == insiders.me:
            continue
        if grant.inherited or grant.id in insiders.above:
            unit = insiders.units.get(account, "")
            if unit and grant.id not in insiders.above:
                yield Finding(Wrong.INHERITED, who, grant, unit=unit)
        elif account in must:
            yield from _role(grant, who, must[account], locked=file.locked, exactly=True)
        elif account in may:
            yield from _role(grant, who, may[account], locked=file.locked, exactly=False)
        else:
            unit = insiders.units.get(account, "")
            yield Finding(_kind(grant, expected, unit), who, grant, unit=unit)
    if expected.missing_matters:
        for who, role in expected.roles.items():
            if account_of(who) not in seen:
                yield Finding(Wrong.MISSING, who, right_role=role)
    # Of somebody else's file it is also our own right to share and to lock.
    ours = file.resource.get("ownedByMe") and file.resource.get("writersCanShare")
    if expected.is_sheet and ours:
        yield Finding(Wrong.RESHARING, "")


def _name(grant: Grant) -> str:
    return ANYONE if grant.type == "anyone" else grant.who


def _role(grant: Grant, who: str, right: str, *, locked: bool, exactly: bool) -> Iterator[Finding]:
    is_now, should = ROLES.index(grant.role), ROLES.index(right)
    if is_now > should:
        wrong = Wrong.LOCKED_WRITER if locked else Wrong.TOO_HIGH
        yield Finding(wrong, who, grant, right)
    elif exactly and is_now < should:
        yield Finding(Wrong.TOO_LOW, who, grant, right)


def _kind(grant: Grant, expected: Expected, unit: str) -> Wrong:
    by_type = {"anyone": Wrong.PUBLIC, "domain": Wrong.DOMAIN, "group": Wrong.GROUP}
    if grant.type in by_type:
        return by_type[grant.type]
    if expected.gone:
        return Wrong.GONE
    return Wrong.OTHER_UNIT if unit else Wrong.STRANGER


# --- in words -----------------------------------------------------------------------------

_MAY = {
    "reader": "xem", "commenter": "nhận xét", "writer": "sửa", "fileOrganizer": "quản lý nội dung",
    "organizer": "quản lý",
}  # fmt: skip
_WHAT = {
    Wrong.STRANGER: "{who} được {may}, không có trong danh sách",
    Wrong.OTHER_UNIT: "{who} được {may}, là địa chỉ của đơn vị {unit}",
    Wrong.GONE: "{who} được {may}, đơn vị không còn trong danh sách",
    Wrong.PUBLIC: "ai có liên kết cũng được {may}",
    Wrong.DOMAIN: "mọi người của tên miền {who} được {may}",
    Wrong.GROUP: "nhóm {who} được {may}, không rõ nhóm gồm những ai",
    Wrong.LOCKED_WRITER: "{who} còn được {may} dù biểu đã khoá",
    Wrong.TOO_HIGH: "{who} được {may}, cao hơn quyền {right}",
    Wrong.TOO_LOW: "{who} chỉ được {may}, lẽ ra được {right}",
    Wrong.MISSING: "{who} chưa có quyền, lẽ ra được {right}",
    Wrong.RESHARING: "người sửa được biểu có thể chia sẻ tiếp cho người khác",
    Wrong.INHERITED: "{who} (đơn vị {unit}) được {may} mọi tệp của đợt",
}
_LINK = {
    Wrong.MISSING: "chưa mở cho người có liên kết, lẽ ra được {right}",
    Wrong.TOO_LOW: "người có liên kết chỉ được {may}, lẽ ra được {right}",
    Wrong.TOO_HIGH: "người có liên kết được {may}, cao hơn quyền {right}",
    Wrong.LOCKED_WRITER: "người có liên kết còn được {may} dù biểu đã khoá",
}
"""The same of whoever has the link, where that is somebody who should."""
_REMEDY = {
    Wrong.TOO_LOW: "đặt lại quyền trong hộp Chia sẻ của tệp (--fix không nâng quyền của ai)",
    Wrong.RESHARING: "tắt quyền chia sẻ tiếp",
    Wrong.PUBLIC: "tắt liên kết công khai",
    Wrong.INHERITED: "người quản lý bỏ địa chỉ này khỏi thành viên của bộ nhớ dùng chung, hoặc "
    "khỏi thư mục cấp trên: quyền đi từ trên xuống, chương trình không bỏ được ở từng tệp",
}
_NOBODY = "(tài khoản không rõ tên)"


def in_words(file: DriveFile, expected: Expected, finding: Finding, unit: str) -> Exposure:
    """Return a finding in words; `unit` is the roster's, for the order it is told in."""
    wrong, grant = finding.wrong, finding.grant
    by_link = finding.who == ANYONE
    what = (_LINK if by_link and wrong in _LINK else _WHAT)[wrong].format(
        who=finding.who or _NOBODY,
        may=_MAY.get(grant.role, grant.role) if grant else "",
        right=_MAY.get(finding.right_role, ""),
        unit=finding.unit,
    )
    remedy = _REMEDY.get(wrong, "bỏ quyền này")
    if wrong is Wrong.MISSING:
        remedy = expected.missing_remedy
    elif wrong in LOWERED:
        remedy = f"hạ xuống quyền {_MAY[finding.right_role]}"
    everywhere = wrong is Wrong.INHERITED
    return Exposure(
        code=wrong.value,
        unit="" if everywhere else unit,
        file="Cả đợt" if everywhere else file.name,
        url="" if everywhere else file.url,
        who="" if by_link else finding.who,
        what=what,
        remedy=remedy,
        mendable=wrong in MENDABLE,
    )
