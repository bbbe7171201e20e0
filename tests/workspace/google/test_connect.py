"""From campaign.toml and the environment to a sign-in, and to the pace."""

from pathlib import Path

import pytest

from dankheo_sheets.campaign import Google
from dankheo_sheets.workspace.google import auth
from dankheo_sheets.workspace.google.auth import SignIn
from dankheo_sheets.workspace.google.connect import manners, person_file, sign_in
from dankheo_sheets.workspace.google.rate_limit import Limits


def home(tmp_path: Path) -> dict[str, str]:
    """Return the environment of somebody who never signed in."""
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


def signed_in(tmp_path: Path) -> Path:
    """Let this person have run dankheo login."""
    file = person_file(home(tmp_path))
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    return file


def test_a_relative_path_is_beside_campaign_toml(tmp_path: Path) -> None:
    wanted = sign_in(tmp_path, Google(credentials="khoa.json"), home(tmp_path))

    assert wanted == SignIn(file=tmp_path / "khoa.json")


def test_every_key_of_campaign_toml_arrives(tmp_path: Path) -> None:
    settings = Google(
        sign_in="service-account",
        credentials="/khoa.json",
        subject="a@b.vn",
        service_account="may@du-an.iam.gserviceaccount.com",
        scope="drive.file",
        token_uri="http://127.0.0.1:1/token",
    )

    assert sign_in(tmp_path, settings, home(tmp_path)) == SignIn(
        method="service-account",
        file=Path("/khoa.json"),
        subject="a@b.vn",
        service_account="may@du-an.iam.gserviceaccount.com",
        scope="drive.file",
        token_uri="http://127.0.0.1:1/token",
    )


def test_who_ran_login_is_taken_where_nothing_else_is_said(tmp_path: Path) -> None:
    file = signed_in(tmp_path)

    assert sign_in(tmp_path, Google(), home(tmp_path)).file == file
    assert sign_in(tmp_path, Google(sign_in="user"), home(tmp_path)).file == file


@pytest.mark.parametrize(
    ("settings", "environ"),
    [
        (Google(credentials="khoa.json"), {}),
        (Google(sign_in="default"), {}),
        (Google(), {auth.CREDENTIALS: "khoa.json"}),
        (Google(), {auth.CREDENTIALS: '{"type": "service_account"}'}),
        (Google(), {auth.CREDENTIALS_OF_GOOGLE: "adc.json"}),
    ],
)
def test_and_is_not_where_something_is(
    tmp_path: Path, settings: Google, environ: dict[str, str]
) -> None:
    file = signed_in(tmp_path)

    assert sign_in(tmp_path, settings, home(tmp_path) | environ).file != file


def test_windows_keeps_it_in_appdata() -> None:
    assert person_file({"APPDATA": "C:/roaming"}) == Path("C:/roaming/dankheo/google.json")


def test_the_pace_is_campaign_tomls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DANKHEO_GOOGLE_ENDPOINT", raising=False)
    settings = Google(
        endpoint="http://127.0.0.1:1/",
        sheets_reads_per_minute=1,
        sheets_writes_per_minute=2,
        drive_units_per_minute=300,
    )

    made = manners(settings)

    assert made.endpoint == "http://127.0.0.1:1"
    assert made.limits == Limits(1, 2, 300)
    assert manners(Google()).limits == Limits()
