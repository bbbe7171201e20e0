"""From campaign.toml and the environment to a workspace that talks to Google."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dankheo_sheets.campaign import Google
from dankheo_sheets.environment import setting
from dankheo_sheets.form.layout import Form
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.folder import OUT
from dankheo_sheets.workspace.google import auth, transport
from dankheo_sheets.workspace.google.auth import SignIn
from dankheo_sheets.workspace.google.rate_limit import Limits, Manners
from dankheo_sheets.workspace.google.transport import Clients
from dankheo_sheets.workspace.google.workspace import GoogleWorkspace


def connect(
    directory: Path, form: Form, units: Sequence[Unit], out: Path | None = None
) -> GoogleWorkspace:
    """Return the workspace of the campaign in `directory`; nothing is asked of Google yet.

    What is published is also written into `out`, by default the campaign's own.
    Raises :class:`~dankheo_sheets.workspace.google.errors.SignInError`,
    :class:`~dankheo_sheets.errors.SettingsError`.
    """
    settings = form.campaign.google
    credentials = auth.credentials(sign_in(directory, settings))
    clients = Clients(credentials, manners(settings))
    return GoogleWorkspace(out or directory / OUT, form, units, clients)


def sign_in(directory: Path, settings: Google, environ: Mapping[str, str] = os.environ) -> SignIn:
    """Return how to sign in: campaign.toml's way, what the environment says instead.

    Without any of these, as the person who ran ``dankheo login``, should there be one.
    """
    file = directory / Path(settings.credentials).expanduser() if settings.credentials else None
    wanted = auth.from_environment(
        SignIn(
            method=settings.sign_in,
            file=file,
            subject=settings.subject,
            service_account=settings.service_account,
            scope=settings.scope,
            token_uri=settings.token_uri,
        ),
        environ,
    )
    given = wanted.file or wanted.text or environ.get(auth.CREDENTIALS_OF_GOOGLE)
    person = person_file(environ)
    if not given and wanted.method in (None, "user") and person.is_file():
        return replace(wanted, file=person)
    return wanted


def person_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where ``dankheo login`` keeps who signed in, for all campaigns of this person."""
    home = setting("XDG_CONFIG_HOME", environ) or setting("APPDATA", environ)
    return (Path(home) if home else Path.home() / ".config") / "dankheo" / "google.json"


def manners(settings: Google) -> Manners:
    """Return how fast and where Google is asked."""
    return Manners(
        endpoint=transport.endpoint(settings.endpoint),
        limits=Limits(
            settings.sheets_reads_per_minute,
            settings.sheets_writes_per_minute,
            settings.drive_units_per_minute,
        ),
    )
