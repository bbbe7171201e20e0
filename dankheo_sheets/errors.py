"""What can go wrong outside the data, and the exit code of each.

::

    DankheoError
    ├── UsageError      2   the command asks for something that does not exist
    ├── SettingsError   3   campaign.toml or the roster; lists every mistake at once
    └── WorkspaceError  4   the disk or Google refuses
        ├── SheetBusy   4   a unit's file is open, or changed while it was being handled
        └── NoFeedback  4   a unit's file has no place for feedback any more

Mistakes in what units typed are not errors but findings
(:class:`dankheo_sheets.registration.Finding`): they never stop a run, and end it with
exit code 5 while any of them remains. 1 stays Python's own, for a bug with its traceback.
"""

from collections.abc import Sequence

EXIT_FINDINGS = 5


class DankheoError(Exception):
    """Base of all errors a person can act on: `message` says what, `hint` what to do."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DankheoError):
    """The command line asks for something that does not exist."""

    exit_code = 2


class SettingsError(DankheoError):
    """The campaign or the roster cannot be used; `mistakes` are all of them, one line each."""

    exit_code = 3

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


class WorkspaceError(DankheoError):
    """The place where the sheets live refuses: no disk space, no permission, no answer."""

    exit_code = 4


class SheetBusy(WorkspaceError):
    """One unit's sheet is open or has just changed; the others go on, a later run takes it."""


class NoFeedback(WorkspaceError):
    """One unit's sheet cannot take feedback, now or later; the others go on."""
