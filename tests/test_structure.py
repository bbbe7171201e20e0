"""The shape of the repository: imports run one way, everything public says what it does."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "dankheo_sheets"
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))

LAYERS = (
    {"registration", "redaction", "vietnamese", "file_metadata", "program"},
    {"errors"},
    {"environment", "files", "ooxml", "written_dates"},
    {"settings"},
    {"declaration"},
    {"roster"},
    {"campaign"},
    {"form"},
    {"workspace", "archive", "journal"},
    {"standing"},
    {"register"},
    {"unlisted_fields"},
    {"notices"},
    {"board"},
    {"outputs", "mail"},
    {"decide"},
    {"operations"},
    {"steps"},
    {"talk"},
    {"cli"},
    {"__main__"},
)
"""Rooms from the lowest up. Each imports only rooms below it, and itself."""
OOXML = ("form.ooxml", "form.odd_cells")
"""Modules of the form that know nothing of it, only of .xlsx: a room of their own, for the roster
reads such files too."""
LAYER_OF = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}

ONLY_IN = {
    "docx": ("outputs/word/", "form/paper.py"),
    "gspread": ("workspace/google/",),
    "icalendar": ("notices/calendar.py",),
    "google": ("workspace/google/",),
    "jinja2": ("board/", "notices/", "outputs/word/chart.py"),
    "pandas": ("register.py", "outputs/"),
    "typer": ("cli/", "talk.py"),
    "rich": ("talk.py", "cli/results.py", "board/terminal.py"),
    "smtplib": ("mail/",),
}
"""Where each library may be imported; a folder stands for all below it."""


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything `path` imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms(path: Path) -> set[str]:
    """Return the rooms of our package that `path` imports."""
    ours = (name.split(".") for name in imports(path) if name.split(".")[0] == PACKAGE.name)
    return {
        "ooxml" if ".".join(parts[1:3]) in OOXML else parts[1]
        for parts in ours
        if len(parts) > 1 and parts[1] != "__version__"
    }


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "ooxml" if ".".join(parts) in OOXML else parts[0]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- imports -----------------------------------------------------------------------------


def test_every_room_has_its_place() -> None:
    assert {room_of(path) for path in MODULES} - {"__init__"} <= LAYER_OF.keys()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_run_one_way(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        assert rooms(path) == set()
        return
    upward = {other for other in rooms(path) - {room} if LAYER_OF[other] >= LAYER_OF[room]}

    assert upward == set()


@pytest.mark.parametrize("room", sorted(LAYERS[0]))
def test_the_lowest_rooms_import_nothing_of_ours(room: str) -> None:
    assert rooms(PACKAGE / f"{room}.py") == set()
    assert not [each for each in imports(PACKAGE / f"{room}.py") if each == PACKAGE.name]


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_scripts_know_only_the_command_line(path: Path) -> None:
    assert rooms(path) <= {"cli"}


@pytest.mark.parametrize("library", sorted(ONLY_IN))
def test_a_library_is_known_in_its_rooms_only(library: str) -> None:
    strangers = [
        inside
        for path in [*MODULES, *SCRIPTS]
        if any(each.split(".")[0] == library for each in imports(path))
        and not (inside := name(path).removeprefix("dankheo_sheets/")).startswith(ONLY_IN[library])
    ]

    assert strangers == []


NAMES_GOOGLE = {
    "campaign/__init__.py": "names the settings of the place",
    "campaign/settings.py": "the settings of the place",
    "operations/context.py": "opens the place that the settings name",
    "cli/live.py": "asks the real Google what only it can answer",
    "cli/machine.py": "offers that, and to sign in",
    "cli/campaign.py": "helps with an option before a place is known",
    "talk.py": "says what an exit code means before a place is known",
    "standing/circumstances.py": "says what to do about a missing sheet, whatever the place",
    "outputs/word/letter.py": "announces to the units where the campaign's settings put the sheets",
    "declaration/sheet_text.py": "a form has to work in Google Sheets too",
    "declaration/formulas.py": "so do its rules",
    "form/feedback.py": "the same",
    "outputs/master_xlsx.py": "the same",
    "workspace/folder_lease.py": "knows the programs that copy folders between machines",
    "redaction.py": "knows the shape of keys",
}
"""Modules outside workspace/google that may name it, and why; everything else asks the place."""
PLACE = re.compile(r"\bGoogle|\bDrive\b|\"google\"|google[.\w]* import")
CITED = re.compile(r"reference/google\.md|docs/google\.md")


def test_only_the_place_itself_says_what_it_is_called() -> None:
    inside = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in MODULES}
    naming = {file for file, text in inside.items() if PLACE.search(CITED.sub("", text))}

    assert {f for f in naming if not f.startswith("workspace/google/")} == NAMES_GOOGLE.keys()


def test_imports_inside_functions_and_for_types_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from dankheo_sheets.cli import main\n"
        "def f():\n    from dankheo_sheets import steps\n    import dankheo_sheets.outputs.board\n"
    )

    assert rooms(path) == {"cli", "steps", "outputs"}


# --- docstrings --------------------------------------------------------------------------


def undocumented(tree: ast.AST, inside: str = "") -> Iterator[str]:
    """Yield the public classes, functions and methods without a docstring."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                yield f"{inside}{node.name}"
            if isinstance(node, ast.ClassDef):
                yield from undocumented(node, f"{node.name}.")
        elif isinstance(node, ast.If | ast.Try):
            yield from undocumented(node, inside)


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=name)
def test_everything_public_says_what_it_does(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert list(undocumented(tree)) == []
    assert ast.get_docstring(tree) or not tree.body


# --- the repository ----------------------------------------------------------------------

LEFT_OUT = {
    ".git", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__",
    "build", "dist", "demo", "demo-google", "node_modules", ".idea", ".vscode",
}  # fmt: skip
INDEXES = re.compile(
    "|".join(
        re.escape(".".join(host))
        for host in (
            ("pypi", "org"), ("pypi", "python", "org"), ("pythonhosted", "org"),
            ("anaconda", "org"), ("npmjs", "org"), ("npmjs", "com"),
        )
    )
    + r"|(?<!no-emit-)index-url[ =:]"
)  # fmt: skip
MACHINE_PATHS = re.compile(
    r"(?<![\w.:/~$})-])/(?:home|Users|root|work|workspace|mnt|builds)/\w|\b[A-Z]:\\{1,2}Users\\"
)


@cache
def texts() -> list[Path]:
    """Return every text file under version control; in an unpacked archive, all there are."""
    return [path for path in tracked() if path.is_file() and b"\0" not in path.read_bytes()]


def tracked() -> list[Path]:
    if (ROOT / ".git").exists() and shutil.which("git"):
        command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
        listed = subprocess.run(
            command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
        )
        return [ROOT / name for name in listed.stdout.split("\0") if name]
    found = []
    for folder, below, files in os.walk(ROOT):
        below[:] = sorted(set(below) - LEFT_OUT)
        found += [Path(folder) / file for file in sorted(set(files) - LEFT_OUT)]
    return found


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name(path)}:{number}: {line.strip()}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_every_text_file_is_utf_8_without_bom() -> None:
    for path in texts():
        assert not path.read_bytes().startswith(b"\xef\xbb\xbf"), path
        path.read_text(encoding="utf-8")


def test_no_file_names_a_package_index() -> None:
    assert found(INDEXES) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert found(MACHINE_PATHS) == []
    assert found(re.compile(re.escape(str(ROOT)) + r"\b")) == []


USERS, TESTS = "requirements.lock", "requirements-dev.lock"


def locked(lock: str) -> dict[str, list[str]]:
    """Return each requirement of a lock file, with its marker and its hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = (line.partition(" --hash") for line in text.splitlines() if line.strip())
    return {
        requirement.strip(): re.findall(r"--hash=(\S+)", dash + hashes)
        for requirement, dash, hashes in entries
    }


def pinned(lock: str) -> set[str]:
    return {requirement.split("==")[0] for requirement in locked(lock)}


def named(requirements: list[str]) -> set[str]:
    """Return the names of packages, as a lock file spells them."""
    names = (re.split(r"[^A-Za-z0-9._-]", each)[0] for each in requirements)
    return {re.sub(r"[-_.]+", "-", each).lower() for each in names}


@pytest.mark.parametrize("lock", [USERS, TESTS])
def test_every_locked_package_is_pinned_and_hashed(lock: str) -> None:
    requirements = locked(lock)

    assert len(requirements) > 20
    for requirement, hashes in requirements.items():
        assert re.fullmatch(r"[a-z0-9-]+==[A-Za-z0-9.!+]+( ; .+)?", requirement), requirement
        assert hashes, requirement
        for each in hashes:
            assert re.fullmatch(r"sha256:[0-9a-f]{64}", each), requirement


def test_what_users_install_is_a_part_of_what_is_tested() -> None:
    assert locked(USERS).items() <= locked(TESTS).items()


def test_every_dependency_is_locked_and_users_get_no_tools() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, build = settings["project"], settings["build-system"]["requires"]
    extras = project["optional-dependencies"]

    assert extras["build"] == build
    assert named([*project["dependencies"], *build]) <= pinned(USERS)
    assert named(extras["dev"]) <= pinned(TESTS) - pinned(USERS)


def test_the_program_imports_only_what_users_install() -> None:
    paths = [*MODULES, *SCRIPTS, ROOT / ".github" / "federation.py"]
    modules = {each.split(".")[0] for path in paths for each in imports(path)}
    known = metadata.packages_distributions()
    foreign = modules - sys.stdlib_module_names - {PACKAGE.name}

    assert {each for each in foreign if not named(known[each]) & pinned(USERS)} == set()
