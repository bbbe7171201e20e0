"""What looks like a secret is hidden, and nothing else is."""

import base64
import os
import random
import subprocess
import sys
import textwrap

import pytest

from dankheo_sheets import environment
from dankheo_sheets.errors import DankheoError, Refused, SettingsError
from dankheo_sheets.redaction import HIDDEN, kind_of_secret, without_secrets
from dankheo_sheets.workspace.google.error_mapping import judge

BODY = base64.b64encode(bytes(range(7, 250)) * 5).decode()
LINES = "\n".join(textwrap.wrap(BODY, 64))
PEM = f"-----BEGIN PRIVATE KEY-----\n{LINES}\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Invalid token ya29.a0AfB_byC-x. Sign in.", f"Invalid token {HIDDEN}. Sign in."),
        ("Token 1//0gabcdefghijk was revoked", f"Token {HIDDEN} was revoked"),
        ("Bad JWT eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJh.c2ln!", f"Bad JWT {HIDDEN}!"),
        ("API key AIzaSyA1234567890abcdefghijklmnopqrs denied", f"API key {HIDDEN} denied"),
        ("The secret GOCSPX-abc_def is wrong", f"The secret {HIDDEN} is wrong"),
        ("Code 4/0AfJohXabcdefghijklmnopq is spent", f"Code {HIDDEN} is spent"),
        ("Authorization: Bearer abc.def-ghi, no", f"Authorization: Bearer {HIDDEN}, no"),
        ("client_secret=abcdefghi&x=1", f"client_secret={HIDDEN}&x=1"),
        ('{"refresh_token": "abcdefghi", "x": 1}', f'{{"refresh_token": "{HIDDEN}", "x": 1}}'),
        (f"Key {PEM.strip()} is bad", f"Key {HIDDEN} is bad"),
        (f"Key {LINES} is bad", f"Key {HIDDEN} is bad"),
        (f"Key {BODY} is bad", f"Key {HIDDEN} is bad"),
    ],
)
def test_a_secret_is_hidden_and_the_sentence_stays(said: str, shown: str) -> None:
    assert without_secrets(said) == shown
    assert without_secrets(shown) == shown
    assert kind_of_secret(said)
    assert kind_of_secret(shown) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "File not found: 1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgVE2upms.",
        "https://docs.google.com/spreadsheets/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgVE2upms/edit?usp=drivesdk",
        "C:/Users/NguyenVanA/Documents/DanVanKheo2022/khoa-google-dan-van-kheo-2022-a1b2c3.json",
        "DuAn2022/So-KHCN-Quang-Ngai/Dan-Van-Kheo-2022/PhongKeHoachTaiChinh/khoa.json",
        "PhongKeHoachTaiChinhSoKhoaHocVaCongNgheQuangNgai2022BanHanh",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "google.token: không có mục này; client_secret: thiếu; password = mật khẩu",
        "serviceAccount:may@du-an.iam.gserviceaccount.com",
        "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per "
        "user' of service 'sheets.googleapis.com' for consumer 'project_number:603366585132'.",
        "Invalid requests[0].updateSpreadsheetProperties: You can't hide all the sheets.",
        "https://www.googleapis.com/auth/drive.file https://www.googleapis.com/auth/drive",
    ],
)
def test_what_is_none_is_shown(text: str) -> None:
    assert without_secrets(text) == text
    assert kind_of_secret(text) == ""


@pytest.mark.parametrize("width", [64, 76, 10_000])
def test_no_24_characters_of_a_key_are_shown(width: int) -> None:
    for seed in range(200):
        body = base64.b64encode(random.Random(seed).randbytes(300 + seed)).decode()

        left = without_secrets("\n".join(textwrap.wrap(body, width)))

        assert left.startswith(HIDDEN)
        assert len(left) < len(HIDDEN) + 24


def test_errors_hold_none() -> None:
    error = Refused(f"a {PEM}", f"b {PEM}", said=f"c {PEM}")
    settings = SettingsError([f"d {PEM}"])

    assert "MII" not in f"{error!r} {error.args} {vars(error)}"
    assert (error.message, error.hint, error.said) == (
        f"a {HIDDEN}\n", f"b {HIDDEN}\n", f"c {HIDDEN}\n",
    )  # fmt: skip
    assert settings.mistakes == (f"d {HIDDEN}\n",)
    assert str(DankheoError(BODY)) == HIDDEN


def test_googles_words_are_cut_after_that_not_before() -> None:
    said = f"{'x ' * 130}{BODY}"
    body = f'{{"error": {{"message": "{said}", "status": "INVALID_ARGUMENT"}}}}'

    error = judge(400, body.encode(), {}).error

    assert error.said == f"{'x ' * 130}{HIDDEN}"


def test_a_variable_that_holds_one_is_named() -> None:
    with pytest.raises(SettingsError) as raised:
        environment.setting("DANKHEO_WHO", {"DANKHEO_WHO": PEM})

    assert raised.value.mistakes == (
        "DANKHEO_WHO: trong biến này có khoá riêng (PEM), không hiện ra đây; khoá chỉ đặt ở biến "
        "DANKHEO_GOOGLE_CREDENTIALS, hoặc trong một tệp",
    )
    assert environment.setting("DANKHEO_WHO", {"DANKHEO_WHO": " Văn thư "}) == "Văn thư"


def test_not_even_a_bug_shows_one() -> None:
    program = (
        "import os\n"
        "from dankheo_sheets import cli\n"
        "@cli.app.command()\n"
        "def bug():\n"
        "    try:\n"
        "        open(os.environ['TYPED'])\n"
        "    except OSError as error:\n"
        "        raise KeyError(os.environ['TYPED']) from error\n"
        "cli.main(['bug'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "TYPED": BODY},
        capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == f"KeyError: '{HIDDEN}'"
    assert BODY[:24] not in done.stderr
