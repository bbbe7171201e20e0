"""One thing that was looked at before it goes wrong: what was found, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum

from dankheo_sheets.errors import SettingsError, WorkspaceError


class Verdict(StrEnum):
    """What a check came to, as it is shown."""

    FINE = "đạt"
    LOOK = "nên xem"
    """Works, but somebody should know."""
    FAULT = "cần sửa"
    """Something of the context does not work until it is mended."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check; `about`, `found` and `fix` are in Vietnamese, without secrets."""

    about: str
    verdict: Verdict
    found: str
    fix: str = ""
    """What to do; never "" unless all is fine."""
    exit_code: int = 0
    """Of a fault: that of the error it would be (:mod:`dankheo_sheets.errors`)."""


def fine(about: str, found: str) -> Check:
    """Return a check that came out well."""
    return Check(about, Verdict.FINE, found)


def look(about: str, found: str, fix: str) -> Check:
    """Return a check of something that works, and that somebody should look at."""
    return Check(about, Verdict.LOOK, found, fix)


def fault(about: str, found: str, fix: str) -> Check:
    """Return a check that shows a fault of the place where the sheets live, or of the way there."""
    return Check(about, Verdict.FAULT, found, fix, WorkspaceError.exit_code)


def settings_fault(about: str, found: str, fix: str) -> Check:
    """Return a check that shows a fault of campaign.toml or of the roster."""
    return Check(about, Verdict.FAULT, found, fix, SettingsError.exit_code)


def of_error(about: str, error: WorkspaceError) -> Check:
    """Return the fault that an error shows."""
    return fault(about, error.message, error.hint or "xem lại rồi chạy lại dankheo doctor")
