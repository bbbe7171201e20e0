"""What can go wrong outside the data, and the exit code of each.

::

    DankheoError
    ├── UsageError      2   the command asks for something that does not exist
    ├── SettingsError   3   campaign.toml or the roster; lists every mistake at once
    ├── MailError       4   the mail server refuses or does not answer
    │   └── MailHalted  4   no mail can be sent now, to anybody
    └── WorkspaceError  4   the disk or the place of the sheets refuses
        ├── SheetBusy   4   a unit's file is open, or changed while it was being handled
        ├── NoFeedback  4   a unit's file takes no feedback: no place for it, signed, another's
        ├── InUse       4   another run is at work on the campaign
        └── ServiceError    4   a service that is asked refuses or does not answer
            ├── Refused         4   it will not do this, however often it is asked
            ├── OutcomeUnknown  4   a change that may have happened: look before asking again
            └── Halted          4   nothing of this kind can go on now, for no unit
                └── NoRoom      4   we may not own another file

A place may have kinds of its own below these (workspace/google/errors.py).

Mistakes in what units typed are not errors but findings
(:class:`dankheo_sheets.registration.Finding`): they never stop a run, and end it with
exit code 5 while any of them remains. 1 stays Python's own, for a bug with its traceback.

No error holds a secret: whatever it quotes goes through
:func:`~dankheo_sheets.redaction.without_secrets`.
"""

from collections.abc import Sequence

from dankheo_sheets.redaction import without_secrets

EXIT_FINDINGS = 5


class DankheoError(Exception):
    """Base of all errors a person can act on: `message` says what, `hint` what to do."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = without_secrets(message)
        self.hint = without_secrets(hint)
        super().__init__(self.message)


class UsageError(DankheoError):
    """The command line asks for something that does not exist."""

    exit_code = 2


class SettingsError(DankheoError):
    """The campaign or the roster cannot be used; `mistakes` are all of them, one line each."""

    exit_code = 3

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(map(without_secrets, mistakes))


class MailError(DankheoError):
    """One mail was not sent, or nobody knows whether it was; the others go on."""

    exit_code = 4


class MailHalted(MailError):
    """No mail can be sent now, to anybody: a later run sends what is left."""


class WorkspaceError(DankheoError):
    """The place where the sheets live refuses: no disk space, no permission, no answer."""

    exit_code = 4


class SheetBusy(WorkspaceError):
    """One unit's sheet is open or has just changed; the others go on, a later run takes it."""


class NoFeedback(WorkspaceError):
    """One unit's sheet cannot take feedback, now or later; the others go on."""


class InUse(WorkspaceError):
    """Another run is at work on the campaign: only one writes at a time, others may read."""


class ServiceError(WorkspaceError):
    """A service refuses or does not answer; `status`, `reason`, `said` are as it gave them.

    `status` is 0 where there was no answer.
    """

    def __init__(
        self, message: str, hint: str = "", *, status: int = 0, reason: str = "", said: str = ""
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.reason = reason
        self.said = without_secrets(said)


class Refused(ServiceError):
    """The service will not do this, however often it is asked; other units can go on."""


class OutcomeUnknown(ServiceError):
    """A change that must not happen twice may have happened: look before asking again."""


class Halted(ServiceError):
    """Nothing of this kind can go on now, for no unit: a later run goes on from here."""


class NoRoom(Halted):
    """We may not own another file: the storage is full, or the account has none."""
