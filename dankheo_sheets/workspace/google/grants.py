"""In what the grants on a file differ from what they should be: sharing mends it, audit tells it.

Pure. Two addresses of one account are one (:func:`account_of`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dankheo_sheets.workspace.google.drive_file import Grant

ROLES = ("reader", "commenter", "writer", "fileOrganizer", "organizer", "owner")
"""From the least to the most (Drive's guide on roles)."""
_GMAIL = ("gmail.com", "googlemail.com")


@dataclass(frozen=True)
class Difference:
    """One grant that is not as it should be, or is not there."""

    who: str
    """Address, domain or ANYONE."""
    grant: Grant | None
    """None: they have none."""
    role: str
    """What it should be; "": they should have none."""


def differences(
    grants: Sequence[Grant], least: Mapping[str, str], most: Mapping[str, str]
) -> Iterator[Difference]:
    """Yield in what `grants` differ: what is there first, then what is missing.

    `least` is who must have which role, `most` who may have up to which; whoever must, may.
    """
    lowest, highest = by_account(least), by_account(least, most)
    there = {account_of(grant.name) for grant in grants}
    for grant in grants:
        account = account_of(grant.name)
        if account not in highest:
            yield Difference(grant.name, grant, "")
        elif rank(grant.role) > rank(highest[account]):
            yield Difference(grant.name, grant, highest[account])
        elif account in lowest and rank(grant.role) < rank(lowest[account]):
            yield Difference(grant.name, grant, lowest[account])
    for who, role in least.items():
        if account_of(who) not in there:
            yield Difference(who, None, role)


def by_account(*given: Mapping[str, str]) -> dict[str, str]:
    """Return account → the highest role that any of these gives it."""
    highest: dict[str, str] = {}
    for roles in given:
        for who, role in roles.items():
            account = account_of(who)
            highest[account] = max(highest.get(account, role), role, key=rank)
    return highest


def account_of(address: str) -> str:
    """Return an address so that two of the same account are equal, as far as can be known.

    Gmail passes over dots and what follows a plus; capital letters mean nothing anywhere.
    """
    name, _, domain = address.casefold().rpartition("@")
    if domain in _GMAIL:
        return f"{name.partition('+')[0].replace('.', '')}@{_GMAIL[0]}"
    return f"{name}@{domain}" if name else domain


def rank(role: str) -> int:
    """Return how much a role may: the place in :data:`ROLES`."""
    return ROLES.index(role)
