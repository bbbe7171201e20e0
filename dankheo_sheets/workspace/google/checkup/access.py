"""Who should be able to open a file of the campaign, and in what the grants on it differ. Pure.

A unit's sheet is for the roster's addresses of that unit, the master for those of campaign.toml;
folder, template and results are for nobody else than us. Those of campaign.toml may have, on
every file, what it gives them on the master. What comes from above the campaign's folder (the
members of a shared drive) is told of the folder, once; of the files only what is their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dankheo_sheets.workspace.google.drive_file import DriveFile, Grant
from dankheo_sheets.workspace.google.grants import account_of, by_account, differences, rank


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
    others = [each for each in grants if each.role != "owner" and each.id != insiders.me]
    found = [
        Discrepancy(Wrong.PENDING_OWNER, grant.name, grant)
        for grant in others
        if grant.pending_owner
    ]
    found += _of_grants(file, grants, others, expected, insiders)
    place: dict[Grant | None, int] = {grant: at for at, grant in enumerate(grants)}
    yield from sorted(found, key=lambda each: place.get(each.grant, len(place)))
    if expected.closed and not file.locked:
        yield Discrepancy(Wrong.UNLOCKED, "")
    # Of somebody else's file it is also our own right to share and to lock.
    ours = file.resource.get("ownedByMe") and file.resource.get("writersCanShare")
    if expected.is_sheet and ours:
        yield Discrepancy(Wrong.RESHARING, "")


def _of_grants(
    file: DriveFile,
    grants: Sequence[Grant],
    others: Sequence[Grant],
    expected: Expected,
    insiders: Insiders,
) -> Iterator[Discrepancy]:
    """Yield where `others` have another role than they should, and who is missing."""
    told_here = [
        each
        for each in others
        if (expected.top or not each.inherited) and each.id not in insiders.above
    ]
    seen = {account_of(file.owner), *(account_of(grant.name) for grant in grants)}
    may = by_account(expected.may, insiders.people)
    for each in differences(told_here, expected.roles, may):
        if each.grant is None:
            if expected.missing_matters and account_of(each.who) not in seen:
                yield Discrepancy(Wrong.MISSING, each.who, right_role=each.role)
        elif not each.role:
            unit = insiders.units.get(account_of(each.who), "")
            wrong = _out_of_place(each.grant, unit, gone=expected.gone)
            yield Discrepancy(wrong, each.who, each.grant, unit=unit)
        elif not each.grant.inherited:
            wrong = Wrong.TOO_LOW
            if rank(each.grant.role) > rank(each.role):
                locked = file.locked or expected.closed
                wrong = Wrong.LOCKED_WRITER if locked else Wrong.TOO_HIGH
            yield Discrepancy(wrong, each.who, each.grant, each.role)


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
