"""What a unit was told by mail, as its sheet remembers it: so nothing goes out twice.

Each is written on the sheet, as one property, right after its mail was sent. Addresses that were
refused are remembered by a checksum: others can see a sheet's properties.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_LEFT = 6
"""Addresses remembered as not reached: what fits into a property (reference/google.md §5)."""


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail about something that happens once: what it was about, who is still to get it."""

    about: str
    left: tuple[str, ...] = ()
    """Keys (:func:`address_key`) of the addresses that were refused."""

    @classmethod
    def of(cls, text: str | None) -> "Mailed | None":
        """Return what a property says, None where it says nothing."""
        if not text:
            return None
        about, _, left = text.partition("|")
        return cls(about, tuple(left.split()))

    def __str__(self) -> str:
        return f"{self.about}|{' '.join(self.left)}" if self.left else self.about


@dataclass(frozen=True, slots=True)
class Reminded:
    """The last mail that reminded a unit."""

    at: datetime
    count: int
    """Mails that reminded it so far, this one too."""
    deadline: datetime
    """The deadline it was told."""
    left: tuple[str, ...] = ()
    """See :class:`Mailed`."""

    @classmethod
    def of(cls, text: str | None) -> "Reminded | None":
        """Return what a property says, None where it says nothing that can be read."""
        at, count, deadline, left = [*(text or "").split("|"), "", "", "", ""][:4]
        try:
            sent, due = datetime.fromisoformat(at), datetime.fromisoformat(deadline)
            return cls(sent, int(count), due, tuple(left.split()))
        except ValueError:
            return None

    def __str__(self) -> str:
        at, due = (m.isoformat(timespec="seconds") for m in (self.at, self.deadline))
        return f"{at}|{self.count}|{due}|{' '.join(self.left)}"


def left(addresses: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of addresses that were not reached."""
    return tuple(map(address_key, addresses[:_LEFT]))


def address_key(address: str) -> str:
    """Return what stands for an address on a sheet others can see: six letters of its checksum."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:6]


def still_left(keys: Sequence[str], addresses: Sequence[str]) -> tuple[str, ...]:
    """Return which of a unit's addresses are among the keys of those not reached."""
    return tuple(address for address in addresses if address_key(address) in keys)
