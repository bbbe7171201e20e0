"""Keys in any shape and any place: understood where that is certain, and never shown.

Every command that signs in is run on each; what it prints, raises and writes is searched for any
24 characters of the key. The token server refuses, and quotes the key in its refusal.
"""

import base64
import json
import re
import textwrap
import traceback
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from dankheo_sheets import talk
from dankheo_sheets.cli import main
from tests.google_campaign import ROBOT, GoogleCampaign
from tests.google_emulator import Fault
from tests.test_cli import ARGUMENTS, UNITS
from tests.test_cli import COMMANDS as NAMES

WINDOW = 24
PERSON = "dieu-phoi@so-khcn.example"
CREDENTIALS, OF_GOOGLE = "DANKHEO_GOOGLE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS"
NO_SIGN_IN = {"letter", "check", "roster", "demo"}
COMMANDS: list[list[str]] = [
    *([name, *map(str, ARGUMENTS.get(name, []))] for name in NAMES if name not in NO_SIGN_IN),
    ["doctor", "--live"],
    ["run", "--public"],  # says no more from there on: the last
]


# --- the shapes ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Keys:
    """What is secret, as Google gives it out."""

    robot: dict[str, Any]
    person: dict[str, Any]
    application: dict[str, Any]

    @property
    def pem(self) -> str:
        return str(self.robot["private_key"])

    @property
    def body(self) -> str:
        return "\n".join(self.pem.splitlines()[1:-1])


def compact(value: object) -> str:
    return json.dumps(value)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


Shape = Callable[[Keys], str]

USABLE: dict[str, Shape] = {
    "JSON": lambda k: compact(k.robot),
    "JSON over many lines": lambda k: json.dumps(k.robot, indent=2),
    "JSON with CRLF": lambda k: json.dumps(k.robot, indent=2).replace("\n", "\r\n"),
    "JSON with a BOM": lambda k: "\ufeff" + compact(k.robot),
    "JSON in apostrophes": lambda k: f"'{compact(k.robot)}'",
    "JSON in quotes": lambda k: f'"{compact(k.robot)}"',
    "JSON in curly quotes": lambda k: f"“{compact(k.robot)}”",
    "JSON in backticks": lambda k: f"`{compact(k.robot)}`",
    "JSON escaped twice": lambda k: compact(compact(k.robot)),
    "JSON escaped thrice": lambda k: compact(compact(compact(k.robot))),
    "JSON escaped, its quotes lost": lambda k: compact(compact(k.robot))[1:-1],
    "JSON with a BOM in quotes": lambda k: f"'\ufeff{compact(k.robot)}'",
    "JSON with real line breaks in the key": lambda k: compact(k.robot).replace("\\n", "\n"),
    "JSON with the key's line breaks escaped": lambda k: compact(k.robot).replace("\\n", "\\\\n"),
    "JSON with blanks in place of line breaks": lambda k: compact(k.robot).replace("\\n", " "),
    "base64": lambda k: b64(compact(k.robot)),
    "base64 over many lines": lambda k: "\n".join(textwrap.wrap(b64(compact(k.robot)), 76)),
    "base64 with blanks": lambda k: " ".join(textwrap.wrap(b64(compact(k.robot)), 76)),
    "base64 for addresses, unpadded": lambda k: (
        base64.urlsafe_b64encode(compact(k.robot).encode()).decode().rstrip("=")
    ),
    "base64 of a BOM and JSON": lambda k: b64("\ufeff" + compact(k.robot)),
    "base64 in quotes": lambda k: f'"{b64(compact(k.robot))}"',
    "base64 twice": lambda k: b64(b64(compact(k.robot))),
    "a line of a settings file": lambda k: f"{CREDENTIALS}={compact(k.robot)}",
    "a line of a shell": lambda k: f"export {CREDENTIALS}='{compact(k.robot)}'",
    "percent-encoded": lambda k: quote(compact(k.robot), safe=""),
    "a person's JSON": lambda k: compact(k.person),
    "a person's, in base64": lambda k: b64(compact(k.person)),
}
UNUSABLE: dict[str, Shape] = {
    "JSON cut short": lambda k: compact(k.robot)[:900],
    "JSON without its first brace": lambda k: compact(k.robot)[1:],
    "JSON twice": lambda k: compact(k.robot) * 2,
    "JSON with a comma too many": lambda k: compact(k.robot)[:-1] + ",}",
    "JSON in a list": lambda k: compact([k.robot]),
    "as Python writes it": lambda k: repr(k.robot),
    "as YAML": lambda k: "\n".join(f"{key}: {value}" for key, value in k.robot.items()),
    "PEM alone": lambda k: k.pem,
    "PEM in one line": lambda k: k.pem.replace("\n", "\\n"),
    "PEM in one line, escaped twice": lambda k: k.pem.replace("\n", "\\\\n"),
    "PEM with blanks": lambda k: k.pem.replace("\n", " "),
    "PEM without line breaks": lambda k: k.pem.replace("\n", ""),
    "PEM in quotes": lambda k: f"'{k.pem}'",
    "PEM with a BOM": lambda k: "\ufeff" + k.pem,
    "PEM in base64": lambda k: b64(k.pem),
    "PEM without its end": lambda k: k.pem[:-80],
    "PEM without its dashes": lambda k: k.pem.replace("-----", ""),
    "PEM as a setting": lambda k: f"private_key={k.pem}",
    "the key's body": lambda k: k.body,
    "the key's body in one line": lambda k: k.body.replace("\n", ""),
    "the key's body with blanks": lambda k: k.body.replace("\n", " "),
    "the key's body, line breaks escaped": lambda k: k.body.replace("\n", "\\n"),
    "the key in hexadecimal": lambda k: k.pem.encode().hex(),
    "a path and the key": lambda k: f"khoa.json {k.pem}",
    "an access token": lambda k: "ya29.a0AfB_byC-0123456789abcdefghijklmnopqrstuvwxyz",
    "a refresh token": lambda k: str(k.person["refresh_token"]),
    "an OAuth application": lambda k: compact(k.application),
    "a JWT": lambda k: f"eyJhbGciOiJSUzI1NiJ9.{b64(k.body)[:200]}.{b64(k.body)[200:400]}",
}
SHAPES = {**USABLE, **UNUSABLE}
TYPICAL = ("JSON", "PEM alone", "base64", "the key's body in one line", "a person's JSON")


# --- the places ---------------------------------------------------------------------------------

Put = Callable[["Stage", str], None]


def variable(name: str) -> Put:
    return lambda stage, value: stage.setenv(name, value)


def key(path: str) -> Put:
    return lambda stage, value: stage.write(path, value)


PLACES: Mapping[str, Put] = {
    **{
        name: variable(name)
        for name in (
            "DANKHEO_GOOGLE_SIGN_IN", "DANKHEO_GOOGLE_SUBJECT", "DANKHEO_GOOGLE_TOKEN_URI",
            "DANKHEO_GOOGLE_ENDPOINT", "DANKHEO_WHO", "DANKHEO_MAIL_PASSWORD",
            "DANKHEO_MAIL_TOKEN_COMMAND", "DANKHEO_MAIL_REFRESH_TOKEN",
            "DANKHEO_MAIL_CLIENT_SECRET", "XDG_CONFIG_HOME",
        )
    },
    **{
        f"campaign.toml {path}": key(path)
        for path in (
            "google.credentials", "google.folder", "google.shared_drive", "google.access",
            "google.sign_in", "google.subject", "google.service_account", "google.scope",
            "google.endpoint", "google.token_uri", "google.workers", "google.private_key",
            "google.khoa", "mail.host", "mail.user", "mail.password", "mail.sender",
            "mail.client_id", "mail.token_uri", "mail.refresh_token", "mail.client_secret",
            "mail.token_command",
            "reminders.hour", "nothing.of_ours",
        )
    },
    "campaign.toml, as the name of a key": lambda stage, value: stage.write(value, "x"),
    "campaign.toml, as a table": lambda stage, value: stage.write(
        "google.credentials", {"type": "service_account", "private_key": value}
    ),
    "campaign.toml, in a list": lambda stage, value: stage.write("agency.leader", [value]),
    "campaign.toml, as it is": lambda stage, value: stage.append(value),
}  # fmt: skip


EVERYWHERE = [
    place
    for place in PLACES
    if not place.startswith("campaign.toml ") or place.endswith(("credentials", "mail.host"))
]


def test_there_are_enough_shapes_for_every_command() -> None:
    assert len(SHAPES) + len(EVERYWHERE) >= 60


class Stage:
    """A campaign whose sign-in is refused, and what was printed, raised and written."""

    def __init__(
        self, campaign: GoogleCampaign, keys: Keys, patch: pytest.MonkeyPatch, home: Path
    ) -> None:
        self.directory, self.keys = campaign.directory, keys
        self._patch, self._home = patch, home
        self._toml = campaign.directory / "campaign.toml"
        self.given = ""

    def setenv(self, name: str, value: str) -> None:
        self.given = value
        self._patch.setenv(name, value)

    def write(self, path: str, value: object) -> None:
        """Set a key of campaign.toml, and take away what it had."""
        self.given = value if isinstance(value, str) and len(value) > 1 else path
        table, _, name = path.partition(".")
        if path == self.given:
            table, name = "google", path
        text = self._toml.read_text("utf-8")
        if name in ("credentials", "shared_drive", "endpoint"):
            text = re.sub(rf"(?m)^{name} = .*\n", "", text)
        if table == "agency":
            text = text.replace('leader = ["lanh-dao@so-khcn.example"]\n', "")
        written = compact(value)
        if isinstance(value, dict):
            self.given = value["private_key"]
            written = "{" + ", ".join(f"{k} = {compact(v)}" for k, v in value.items()) + "}"
        line = f"{compact(name)} = {written}\n"
        if f"\n[{table}]\n" in text:
            text = text.replace(f"\n[{table}]\n", f"\n[{table}]\n{line}")
        else:
            text += f"\n[{table}]\n{line}"
        self._toml.write_text(text, "utf-8")

    def append(self, value: str) -> None:
        self.given = value
        with self._toml.open("a", encoding="utf-8") as file:
            file.write(value)

    def run(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
        """Run a command; return its exit code and what it said, which holds no secret."""
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            main([*arguments, "-C", str(self.directory)])
        said = "".join(capsys.readouterr())
        self.search(said, "".join(traceback.format_exception(caught.value)))
        assert "Traceback" not in said
        assert isinstance(caught.value.code, int)
        return caught.value.code, said

    def search(self, *texts: str) -> None:
        """Look for any piece of the key, and for it written over many lines."""
        secret = fragments(self.given, self.keys)
        for text in texts:
            for way in (text, "".join(text.split())):
                found = {way[at : at + WINDOW] for at in range(len(way))} & secret
                assert not found, f"{sorted(found)[0]} in {text[:2000]}"
            for short in (self.keys.person["client_secret"], self.keys.person["refresh_token"]):
                assert short not in text

    def search_files(self, *put_there: Path) -> None:
        for root in (self.directory, self._home):
            for path in root.rglob("*"):
                self.search(str(path.relative_to(root)))
                if path.is_file() and path not in put_there:
                    self.search(*contents(path))


def contents(path: Path) -> Iterator[str]:
    yield path.read_bytes().decode("latin-1")
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("latin-1")


def fragments(given: str, keys: Keys) -> set[str]:
    """Return every 24 characters of the key, as it is and as it was given."""
    texts = [keys.body.replace("\n", ""), "".join(given.split()), given]
    pieces = {text[at : at + WINDOW] for text in texts for at in range(len(text) - WINDOW + 1)}
    return {piece for piece in pieces if re.fullmatch(r"[A-Za-z0-9+/=_-]*", piece)}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoogleCampaign]:
    """Return a campaign on an emulator that refuses every sign-in."""
    with GoogleCampaign(tmp_path_factory.mktemp("dot")) as campaign:
        (campaign.directory / "units.csv").write_text(UNITS, "utf-8")
        refusal = Fault(path="/token", status=400, reason="invalid_grant", times=None)
        campaign.google.faults.add(refusal)
        yield campaign


@pytest.fixture(scope="module")
def keys(campaign: GoogleCampaign) -> Keys:
    """Return them with a short key: it is read often, and nobody believes it anyway."""
    google = campaign.google
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    robot = {**google.service_account(ROBOT), "private_key": key.decode()}
    campaign.google.faults.waiting[0].message = key.decode()
    return Keys(robot, google.authorized_user(PERSON), google.application())


@pytest.fixture
def stage(
    campaign: GoogleCampaign, keys: Keys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Stage]:
    for name in ("GITHUB_ACTIONS", OF_GOOGLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(talk, "PUBLIC", False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.chdir(tmp_path)
    toml = campaign.directory / "campaign.toml"
    before = toml.read_bytes()
    (campaign.directory / "khoa.json").write_text(compact(keys.robot), "utf-8")
    yield Stage(campaign, keys, monkeypatch, tmp_path)
    toml.write_bytes(before)


def every_command(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> Iterator[tuple[list[str], int, str]]:
    """Run every command that signs in; yield it, its exit code and what it said."""
    for command in COMMANDS:
        login = [str(stage.directory / "khoa.json")] if command == ["login"] else []
        yield command, *stage.run(capsys, *command, *login)


REFUSED = "khoá hoặc phiên đăng nhập đã hết hạn hay bị thu hồi (invalid_grant)"
"""What shows that the key was understood: Google was asked."""


@pytest.mark.parametrize("shape", SHAPES)
def test_the_variable_may_hold_the_key_itself(
    stage: Stage, capsys: pytest.CaptureFixture[str], shape: str
) -> None:
    stage.setenv(CREDENTIALS, SHAPES[shape](stage.keys))

    for command, code, said in every_command(stage, capsys):
        assert code == 4, (command, said)
        if command[0] != "login" and "--public" not in command:
            assert (REFUSED in said) == (shape in USABLE), (command, said)
            assert (f"{CREDENTIALS}: " in said) == (shape in UNUSABLE), (command, said)
    stage.search_files(stage.directory / "khoa.json")


@pytest.mark.parametrize("shape", SHAPES)
def test_and_so_may_googles_own(
    stage: Stage, capsys: pytest.CaptureFixture[str], shape: str
) -> None:
    stage.write("google.sign_in", "default")
    toml = stage.directory / "campaign.toml"
    toml.write_text(toml.read_text("utf-8").replace('credentials = "khoa.json"\n', ""), "utf-8")
    stage.setenv(OF_GOOGLE, SHAPES[shape](stage.keys))

    code, said = stage.run(capsys, "status")

    assert code == 4, said
    assert (REFUSED in said) == (shape in USABLE), said
    assert (f"{OF_GOOGLE}: " in said) == (shape in UNUSABLE), said


@pytest.mark.parametrize("shape", SHAPES)
def test_and_so_may_the_file(stage: Stage, capsys: pytest.CaptureFixture[str], shape: str) -> None:
    file = stage.directory / "khoa.json"
    stage.given = SHAPES[shape](stage.keys)
    file.write_text(stage.given, "utf-8", newline="")

    code, said = stage.run(capsys, "status")
    if shape != "an OAuth application":  # it would open a browser
        assert stage.run(capsys, "login", str(file))[0] == 4

    assert code == 4, said
    assert (REFUSED in said) == (shape in USABLE), said
    stage.search_files(file)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-16-le"])
def test_a_file_as_an_editor_keeps_it(
    stage: Stage, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    text = json.dumps(stage.keys.robot, indent=2)
    (stage.directory / "khoa.json").write_bytes(text.encode(encoding))

    code, said = stage.run(capsys, "status")

    assert code == 4
    assert REFUSED in said


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("shape", TYPICAL)
def test_a_key_in_a_wrong_place_is_not_shown(
    stage: Stage, capsys: pytest.CaptureFixture[str], shape: str, place: str
) -> None:
    """One shape through every command, one key for all of a file; the others where most is said."""
    PLACES[place](stage, SHAPES[shape](stage.keys))

    if shape == "PEM alone" and place in EVERYWHERE:
        codes = {code for _, code, _ in every_command(stage, capsys)}
    else:
        codes = {stage.run(capsys, "doctor")[0]}

    assert codes <= {3, 4}
    stage.search_files(stage.directory / "khoa.json", stage.directory / "campaign.toml")


def test_it_is_named_by_place_and_kind(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.setenv("DANKHEO_GOOGLE_SUBJECT", stage.keys.pem)
    in_a_variable = stage.run(capsys, "status")
    stage.setenv("DANKHEO_GOOGLE_SUBJECT", "")
    stage.write("google.credentials", compact(stage.keys.robot))
    in_the_file = stage.run(capsys, "status")

    assert in_a_variable == (
        3,
        "Lỗi: DANKHEO_GOOGLE_SUBJECT: trong biến này có khoá riêng (PEM), không hiện ra đây; khoá "
        "chỉ đặt ở biến DANKHEO_GOOGLE_CREDENTIALS, hoặc trong một tệp\n",
    )
    assert in_the_file == (
        3,
        "Lỗi: campaign.toml: google.credentials: ở đây có khoá riêng (PEM), không hiện ra; tệp này "
        "nhiều người xem: để khoá trong một tệp riêng, ví dụ khoa.json, ghi credentials = "
        '"khoa.json", hoặc đặt vào biến DANKHEO_GOOGLE_CREDENTIALS\n',
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_a_command_line_is_no_place_for_a_key(
    stage: Stage, capsys: pytest.CaptureFixture[str], shape: str
) -> None:
    stage.given = SHAPES[shape](stage.keys)

    for command in (["login"], ["status", "--"], ["exclude", "HCTH", "--reason"]):
        code, said = stage.run(capsys, *command, stage.given)
        assert code == 2, said
        assert "của dòng lệnh có" in said
    stage.search_files(stage.directory / "khoa.json")
