"""``python -m tests.google_emulator``: prints its address, writes a file that signs in."""

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials


def test_it_runs_by_itself_and_its_service_account_file_works(tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    command = [sys.executable, "-m", "tests.google_emulator", "--port", "0"]
    options = ["--credentials", str(file), "--token", "bi-mat=chi@example.vn"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url, drive, folder = (process.stdout.readline().strip() for _ in range(3))
            untyped: Any = Credentials
            scopes = ["https://www.googleapis.com/auth/drive"]
            credentials = untyped.from_service_account_file(str(file), scopes=scopes)
            session: Any = AuthorizedSession
            place = drive.partition(" ")[2]
            with session(credentials) as robot:
                shown = robot.get(f"{url}/drive/v3/drives/{place}", timeout=20).json()
            headers = {"Authorization": "Bearer bi-mat"}
            about = requests.get(f"{url}/drive/v3/about?fields=user", headers=headers, timeout=20)
        finally:
            process.terminate()

    assert url.startswith("http://127.0.0.1:")
    assert (shown["id"], folder.partition(" ")[0]) == (place, "folder")
    assert about.json()["user"]["emailAddress"] == "chi@example.vn"
    assert json.loads(file.read_text())["token_uri"] == f"{url}/token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_token_without_an_account_is_refused() -> None:
    command = [sys.executable, "-m", "tests.google_emulator", "--token", "bi-mat"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, "T=EMAIL is needed" in done.stderr) == (2, True)


def test_its_clock_may_stand_at_a_given_time(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.google_emulator", "--start", "2022-04-05T08:00+07:00"]
    options = ["--token", "bi-mat=chi@example.vn"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            requests.post(f"{url}/_emulator/clock", json={"advance": 90}, timeout=20)
            answer = requests.post(
                f"{url}/drive/v3/files",
                headers={"Authorization": "Bearer bi-mat"},
                json={"name": "x"},
                params={"fields": "createdTime"},
                timeout=20,
            )
        finally:
            process.terminate()

    assert answer.json() == {"createdTime": "2022-04-05T01:01:30.000Z"}
    assert answer.headers["Date"] == "Tue, 05 Apr 2022 01:01:30 GMT"


def test_a_time_needs_its_offset_and_help_lists_the_endpoints() -> None:
    command = [sys.executable, "-m", "tests.google_emulator"]

    wrong, shown = (
        subprocess.run([*command, *more], capture_output=True, text=True, check=False, timeout=60)
        for more in (["--start", "2022-04-05T08:00"], ["--help"])
    )

    assert (wrong.returncode, "an offset is needed" in wrong.stderr) == (2, True)
    assert "POST /_emulator/expire_tokens" in shown.stdout
