"""Who should be able to open a file of the campaign, and in what the grants on it differ. Pure.

A unit's sheet is for the roster's addresses of that unit, the master for those of campaign.toml;
folder, template and results are for nobody else than us. Those of campaign.toml may have, on
every file, what it gives them on the master. What comes from above the campaign's folder (the
members of a shared drive) is told of the folder, once; of the files only what is their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dankheo_sheets.workspace.base import ANYONE
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
    UNLOCKED = "unlocked"
    """A closed sheet's lock was lifted."""
    TOO_HIGH = "too-high"
    TOO_LOW = "too-low"
    MISSING = "missing"
    RESHARING = "resharing"
    INHERITED = "inherited"
    """Somebody has access to everything: as a member of the shared drive, or by a folder above."""
    OWNER = "owner"
    """The file belongs to somebody else: nothing keeps them from sharing or deleting it."""
    PENDING_OWNER = "pending-owner"
    """Somebody was asked to become the owner, and need only say yes."""
    COPY = "copy"
    """A copy of a file of the campaign lies outside its folder."""
    MOVED = "moved"
    """A file of the campaign lies outside its folder, and is not in it."""
    SHORTCUT = "public-shortcut"
    """Whoever has a link finds a shortcut to the file. It is as public as the folder it is in: a
    shortcut has no permissions of its own to be taken away (Drive's guide on shortcuts)."""


TAKEN_AWAY = frozenset(
    (Wrong.STRANGER, Wrong.OTHER_UNIT, Wrong.GONE, Wrong.PUBLIC, Wrong.DOMAIN, Wrong.GROUP)
)
"""What is mended by taking the grant away."""
LOWERED = frozenset((Wrong.LOCKED_WRITER, Wrong.TOO_HIGH))
"""What is mended by giving the grantee the role that is right."""
MENDABLE = TAKEN_AWAY | LOWERED | {Wrong.RESHARING, Wrong.PENDING_OWNER}


@dataclass(frozen=True)
class Expected:
    """Who should have which role on one file."""

    unit: str = ""
    """The unit of the roster with which it is told of."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Who must have it: address, or ANYONE → role."""
    may: Mapping[str, str] = field(default_factory=dict)
    """Who may have it, and no higher."""
    is_sheet: bool = False
    closed: bool = False
    """It is a sheet that was closed."""
    gone: bool = False
    """It is the sheet of a unit that is not in the roster."""
    top: bool = False
    """It is what holds all the others: of it also what it inherits is told."""
    amiss: Wrong | None = None
    """That the file is there at all is what is wrong."""
    missing_matters: bool = True
    """Whether somebody who must have it and has not is told of."""
    missing_remedy: str = "chạy dankheo provision để cấp quyền"


@dataclass(frozen=True)
class Discrepancy:
    """One thing that is wrong: which, whose grant it is, which role would be right."""

    wrong: Wrong
    who: str
    grant: Grant | None = None
    right_role: str = ""
    unit: str = ""
    """The unit whose address it is, where it is another one's."""


@dataclass(frozen=True)
class Insiders:
    """Who is known, whatever the file; accounts, see :func:`account_of`."""

    me: str = ""
    """Our permission id."""
    owners: frozenset[str] = frozenset()
    """Who may own a file."""
    people: Mapping[str, str] = field(default_factory=dict)
    """Those of campaign.toml → what it gives them: no file has less for them."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Account → the code of its unit."""
    above: frozenset[str] = frozenset()
    """Ids of those who were given the campaign's folder, where its files do not say what they
    inherit from it: that is told of the folder."""


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
) -> Iterator[Discrepancy]:
    """Yield in what the grants on a file differ from what is expected."""
    if expected.amiss:
        yield Discrepancy(expected.amiss, file.owner)
        return
    owner = account_of(file.owner)
    if owner and owner not in insiders.owners:
        yield Discrepancy(Wrong.OWNER, file.owner)
    least = _highest(expected.roles)
    most = _highest(expected.roles, expected.may, insiders.people)
    locked = file.locked or expected.closed
    for grant in grants:
        if grant.role == "owner" or grant.id == insiders.me:
            continue
        who, account = _name(grant), account_of(_name(grant))
        if grant.pending_owner:
            yield Discrepancy(Wrong.PENDING_OWNER, who, grant)
        told_above = grant.inherited and not expected.top
        if told_above or grant.id in insiders.above:
            continue
        if account not in most:
            unit = insiders.units.get(account, "")
            wrong = _out_of_place(grant, unit, gone=expected.gone)
            yield Discrepancy(wrong, who, grant, unit=unit)
        elif grant.inherited:
            continue
        elif _rank(grant.role) > _rank(most[account]):
            wrong = Wrong.LOCKED_WRITER if locked else Wrong.TOO_HIGH
            yield Discrepancy(wrong, who, grant, most[account])
        elif account in least and _rank(grant.role) < _rank(least[account]):
            yield Discrepancy(Wrong.TOO_LOW, who, grant, least[account])
    if expected.missing_matters:
        seen = {owner, *(account_of(_name(grant)) for grant in grants)}
        for who, role in expected.roles.items():
            if account_of(who) not in seen:
                yield Discrepancy(Wrong.MISSING, who, right_role=role)
    if expected.closed and not file.locked:
        yield Discrepancy(Wrong.UNLOCKED, "")
    # Of somebody else's file it is also our own right to share and to lock.
    ours = file.resource.get("ownedByMe") and file.resource.get("writersCanShare")
    if expected.is_sheet and ours:
        yield Discrepancy(Wrong.RESHARING, "")


def _out_of_place(grant: Grant, unit: str, *, gone: bool) -> Wrong:
    """Return what it is that a grantee who should have no access has some."""
    by_type = {"anyone": Wrong.PUBLIC, "domain": Wrong.DOMAIN, "group": Wrong.GROUP}
    if grant.inherited:
        return Wrong.INHERITED
    if grant.type in by_type:
        return by_type[grant.type]
    if gone:
        return Wrong.GONE
    return Wrong.OTHER_UNIT if unit else Wrong.STRANGER


def _highest(*given: Mapping[str, str]) -> dict[str, str]:
    """Return account → the highest role that any of these gives it."""
    highest: dict[str, str] = {}
    for roles in given:
        for who, role in roles.items():
            account = account_of(who)
            highest[account] = max(highest.get(account, role), role, key=_rank)
    return highest


def _rank(role: str) -> int:
    return ROLES.index(role)


def _name(grant: Grant) -> str:
    return ANYONE if grant.type == "anyone" else grant.who
