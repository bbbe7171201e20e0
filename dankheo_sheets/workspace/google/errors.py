"""What only Google does: refusals that nothing outside tells from others of their kind.

::

    ServiceError
    ├── Refused
    │   └── NotFound        4   what was asked for is not there, or not for us
    ├── NoAnswer            4   no usable answer after every try
    └── Halted
        ├── SignInError     4   Google does not accept who we are, or for how much
        ├── LeaseLost       4   this run stood still for so long that another went on
        └── TryLater        4   a quota is used up; nothing was done
            └── SharingLimit    4   no more sharing for some hours
"""

from dankheo_sheets.errors import Halted, Refused, ServiceError


class NotFound(Refused):
    """The file or tab is not there, or was never shared with us (Google does not say which)."""


class NoAnswer(ServiceError):
    """No usable answer after every try; what was asked may be asked again without harm."""


class SignInError(Halted):
    """Google does not accept who we are: a wrong key, an expired sign-in, a missing scope."""


class LeaseLost(Halted):
    """Our run stood still for so long that another went on with the campaign."""


class TryLater(Halted):
    """A quota is used up; nothing was done. A later run goes on from here."""


class SharingLimit(TryLater):
    """Google lets nothing more be shared for some hours; the other phases can go on."""
