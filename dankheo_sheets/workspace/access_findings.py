"""What an audit looks at, and what it finds: files whose access is not as the roster has it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guarded:
    """A file whose access is compared with the roster."""

    id: str
    name: str
    """What people see it called."""
    unit: str = ""
    """The code of the unit it is of; "" for one that belongs to no unit of the roster."""


@dataclass(frozen=True, slots=True)
class Watch:
    """All that an audit has to look at: units in roster order, then the rest."""

    files: tuple[Guarded, ...]
    notes: tuple[str, ...] = ()
    """What holds for all of them and cannot be changed."""


@dataclass(frozen=True, slots=True)
class AccessFinding:
    """One way in which a file's access differs from the roster."""

    code: str
    """Which way, as the workspace names it."""
    unit: str
    """See :attr:`Guarded.unit`."""
    file: str
    """What people see it called."""
    url: str
    """Where a person opens it."""
    who: str
    """An address or a domain; "" for whoever has the link, and where nobody is meant."""
    what: str
    """What it is, in Vietnamese, a sentence without its full stop."""
    remedy: str
    """What mending does, or what a person must do: a sentence without its full stop."""
    mendable: bool
    """Whether the program can mend it."""
