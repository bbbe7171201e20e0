"""What can go wrong outside the data, and the exit code of each.

::

    DankheoError
    ├── UsageError      2   the command asks for something that does not exist
    ├── SettingsError   3   campaign.toml or the roster; lists every mistake at once
    ├── MailError       4   the mail server refuses or does not answer
    │   └── MailHalted  4   no mail can be sent now, to anybody
    └── WorkspaceError  4   the disk or Google refuses
        ├── SheetBusy   4   a unit's file is open, or changed while it was being handled
        ├── NoFeedback  4   a unit's file takes no feedback: no place for it, signed, another's
        ├── InUse       4   another run is at work on the campaign
        └── GoogleError     4   Google refuses or does not answer
            ├── Refused         4   Google will not do this, however often it is asked
            │   └── NotFound    4   what was asked for is not there, or not for us
            ├── NoAnswer        4   no usable answer after every try
            ├── OutcomeUnknown  4   a change that may have happened: look before asking again
            └── Halted          4   nothing of this kind can go on now, for no unit
                ├── SignInError     4   Google does not accept who we are, or for how much
                ├── NoRoom          4   we may not own another file
                ├── LeaseLost       4   this run stood still for so long that another went on
                └── TryLater        4   a quota is used up; nothing was done
                    └── SharingLimit    4   no more sharing for some hours

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


class GoogleError(WorkspaceError):
    """Google refuses or does not answer; `status`, `reason`, `said` are as Google gave them.

    `status` is 0 where there was no answer.
    """

    def __init__(
        self, message: str, hint: str = "", *, status: int = 0, reason: str = "", said: str = ""
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.reason = reason
        self.said = without_secrets(said)


class Refused(GoogleError):
    """Google will not do this, however often it is asked; other units can go on."""


class NotFound(Refused):
    """The file or tab is not there, or was never shared with us (Google does not say which)."""


class NoAnswer(GoogleError):
    """No usable answer after every try; what was asked may be asked again without harm."""


class OutcomeUnknown(GoogleError):
    """A change that must not happen twice may have happened: look before asking again."""


class Halted(GoogleError):
    """Nothing of this kind can go on now, for no unit: a later run goes on from here."""


class SignInError(Halted):
    """Google does not accept who we are: a wrong key, an expired sign-in, a missing scope."""


class NoRoom(Halted):
    """We may not own another file: the storage is full, or a service account has none."""


class LeaseLost(Halted):
    """Our run stood still for so long that another went on with the campaign."""


class TryLater(Halted):
    """A quota is used up; nothing was done. A later run goes on from here."""


class SharingLimit(TryLater):
    """Google lets nothing more be shared for some hours; the other phases can go on."""
