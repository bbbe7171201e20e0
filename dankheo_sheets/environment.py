"""Environment variables of ours: what is read there may be shown, unless it is meant as a secret.

Those that hold one on purpose are read where it is used: the key
(:mod:`dankheo_sheets.workspace.google.auth`), the mail server's password
(:mod:`dankheo_sheets.mail.signing_in`) and what gets its tokens
(:mod:`dankheo_sheets.mail.tokens`).
"""

import os
from collections.abc import Mapping

from dankheo_sheets.errors import SettingsError
from dankheo_sheets.redaction import kind_of_secret


def setting(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return what a variable says, "" where it says nothing.

    Raises :class:`~dankheo_sheets.errors.SettingsError` where it holds a key or a token.
    """
    said = environ.get(name, "").strip()
    if kind := kind_of_secret(said):
        raise SettingsError(
            [
                f"{name}: trong biến này có {kind}, không hiện ra đây; khoá chỉ đặt ở biến "
                "DANKHEO_GOOGLE_CREDENTIALS, hoặc trong một tệp"
            ]
        )
    return said
