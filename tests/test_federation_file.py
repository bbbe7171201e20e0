"""The external_account file of a GitHub job: what is in it, who may read it, what is missing."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent.parent / ".github" / "federation.py"
PROVIDER = "projects/123/locations/global/workloadIdentityPools/github/providers/github"
ENVIRONMENT = {
    "DANKHEO_PROVIDER": PROVIDER,
    "DANKHEO_SERVICE_ACCOUNT": "may@du-an.iam.gserviceaccount.com",
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://run.example/token?api-version=2.0",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "ma-xin-the",
}


def write(file: Path, **environment: str) -> tuple[int, list[str]]:
    """Run the program; return its exit code and what it says."""
    ours = ("DANKHEO_", "ACTIONS_")
    machine = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(file)],
        env={**machine, "PYTHONUTF8": "1", **environment},
        capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout == ""
    return done.returncode, done.stderr.splitlines()


def test_the_file_says_where_the_token_is_and_whose_place_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "dang-nhap.json"

    assert write(file, **ENVIRONMENT) == (0, [])
    assert json.loads(file.read_text()) == {
        "type": "external_account",
        "audience": f"//iam.googleapis.com/{PROVIDER}",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "service_account_impersonation_url": (
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
            "may@du-an.iam.gserviceaccount.com:generateAccessToken"
        ),
        "credential_source": {
            "url": (
                "https://run.example/token?api-version=2.0&audience=https%3A%2F%2F"
                "iam.googleapis.com%2Fprojects%2F123%2Flocations%2Fglobal%2F"
                "workloadIdentityPools%2Fgithub%2Fproviders%2Fgithub"
            ),
            "headers": {"Authorization": "Bearer ma-xin-the"},
            "format": {"type": "json", "subject_token_field_name": "value"},
        },
    }


def test_a_url_without_a_query_is_given_one(tmp_path: Path) -> None:
    file = tmp_path / "dang-nhap.json"

    write(file, **ENVIRONMENT | {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://run.example/token"})

    url = json.loads(file.read_text())["credential_source"]["url"]
    assert url.startswith("https://run.example/token?audience=https%3A")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps access elsewhere than in a mode")
def test_nobody_else_may_read_it_whatever_was_there_before(tmp_path: Path) -> None:
    file = tmp_path / "dang-nhap.json"
    file.write_text("cũ")
    file.chmod(0o644)

    write(file, **ENVIRONMENT)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_everything_that_is_missing_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "dang-nhap.json"

    code, said = write(file)

    assert (code, file.exists()) == (3, False)
    assert said == [
        "Lỗi: DANKHEO_PROVIDER: chưa có biến này trong môi trường dan-van-kheo; cần "
        "projects/SỐ/locations/global/workloadIdentityPools/github/providers/github",
        "Lỗi: DANKHEO_SERVICE_ACCOUNT: chưa có biến này trong môi trường dan-van-kheo; cần "
        "tên@dự-án.iam.gserviceaccount.com",
        "Lỗi: ACTIONS_ID_TOKEN_REQUEST_URL: GitHub không cho; job cần permissions: id-token: write",
        "Lỗi: ACTIONS_ID_TOKEN_REQUEST_TOKEN: GitHub không cho; job cần permissions: "
        "id-token: write",
        "Cách xử lý: xem docs/github-action.md.",
    ]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("DANKHEO_PROVIDER", f"//iam.googleapis.com/{PROVIDER}"),
        ("DANKHEO_PROVIDER", PROVIDER.replace("123", "du-an")),
        ("DANKHEO_SERVICE_ACCOUNT", "dieu-phoi@example.vn"),
    ],
)
def test_what_was_pasted_wrongly_is_shown(tmp_path: Path, name: str, given: str) -> None:
    code, said = write(tmp_path / "dang-nhap.json", **ENVIRONMENT | {name: given})

    assert (code, len(said)) == (3, 2)
    assert said[0].startswith(f"Lỗi: {name}: ghi “{given}”; cần ")
