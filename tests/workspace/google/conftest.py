"""A scripted Google, a fake clock, and clients that use both."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.credentials import Credentials
from google.oauth2.credentials import Credentials as UserCredentials

from dankheo_sheets.workspace.google.rate_limit import Limits, Manners
from dankheo_sheets.workspace.google.transport import Clients
from tests.workspace.google.scripted import Clock, Script

REFRESH_TOKEN = "1//refresh-secret-0123456789"
CLIENT_SECRET = "GOCSPX-client-secret-0123456789"


@pytest.fixture
def google() -> Iterator[Script]:
    """Return the server; in the end all its answers were asked for, and no more."""
    with Script() as script:
        yield script
    assert script.unexpected == []
    assert script.answers == []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def manners(google: Script, clock: Clock) -> Manners:
    """Without chance: the waits are exactly 2, 4, 8, 16, 32 seconds."""
    return Manners(
        endpoint=google.url,
        limits=Limits(1000, 1000, 1000),
        timeout=(5.0, 5.0),
        sleep=clock.sleep,
        now=clock.now,
        random=lambda: 0.0,
    )


@pytest.fixture
def person(google: Script) -> Credentials:
    """Return a person's credentials, with a token that is still good."""
    made: Credentials = UserCredentials(  # type: ignore[no-untyped-call]
        token="ya29.first",
        refresh_token=REFRESH_TOKEN,
        token_uri=f"{google.url}/token",
        client_id="client-id",
        client_secret=CLIENT_SECRET,
        scopes=["https://www.googleapis.com/auth/drive.file"],
    )
    return made


@pytest.fixture
def clients(person: Credentials, manners: Manners) -> Iterator[Clients]:
    with closing(Clients(person, manners)) as made:
        yield made


@pytest.fixture(scope="session")
def private_key() -> str:
    """Return a key as Google writes it into a service account's file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode()


@pytest.fixture
def service_account(private_key: str, google: Script) -> dict[str, Any]:
    """Return what is in a service account's file."""
    return {
        "type": "service_account",
        "project_id": "dan-van-kheo",
        "private_key_id": "key-1",
        "private_key": private_key,
        "client_email": "may@dan-van-kheo.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{google.url}/token",
    }


@pytest.fixture
def authorised_user(google: Script) -> dict[str, Any]:
    """Return what signing in leaves for a person."""
    return {
        "type": "authorized_user",
        "refresh_token": REFRESH_TOKEN,
        "client_id": "client-id",
        "client_secret": CLIENT_SECRET,
        "token_uri": f"{google.url}/token",
    }


@pytest.fixture
def written(tmp_path: Path) -> Callable[[object], Path]:
    """Write a value as a JSON file, and return where."""

    def write(value: object) -> Path:
        path = tmp_path / "google.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        return path

    return write
