"""What the documents say: their links lead somewhere, their commands exist, both READMEs agree."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import typer

from dankheo_sheets import errors
from dankheo_sheets.cli import app
from dankheo_sheets.errors import EXIT_FINDINGS, DankheoError
from tests.test_structure import LAYERS, PACKAGE, ROOT, name, texts

ENGLISH, VIETNAMESE = ROOT / "README.md", ROOT / "README.vi.md"
BOTH = (ENGLISH, VIETNAMESE)
DOCUMENTS = [path for path in texts() if path.suffix == ".md"]
PICTURES = ROOT / "docs" / "anh"

PROMISES = {
    ("Nothing that was written is lost", "Không gì đã ghi bị mất"):
        "steps/test_sync.py::test_the_bytes_read_are_the_bytes_archived",
    ("Feedback changes the tab Phản hồi only", "Phản hồi chỉ thay trang Phản hồi"):
        "form/test_feedback.py::test_every_other_part_is_the_same_bytes_in_the_same_order",
    ("A file stays whose it is", "Tệp của ai vẫn là của người ấy"):
        "workspace/test_file_owners.py::test_a_file_of_the_coordinators_keeps_acl_and_attributes",
    ("What could be signed is never overwritten", "Văn bản đã có thể ký thì không bị ghi đè"):
        "steps/test_issuing.py::test_a_version_takes_the_place_of_none",
    ("A mail goes out once", "Thư đi một lần"):
        "simulation/test_fresh_machines.py"
        "::test_on_fresh_machines_no_mail_comes_twice_and_nothing_is_lost",
    ("Text is text", "Chữ là chữ"):
        "steps/test_sync.py::test_text_that_looks_like_a_formula_stays_text_in_the_master",
    ("Late or in time", "Muộn hay đúng hạn"):
        "steps/test_close.py::test_lateness_is_when_the_sheet_changed_not_when_it_was_read",
    ("A damaged or lost file takes nothing away", "Tệp hỏng, tệp mất không xoá bản đã nhận"):
        "steps/test_which_counts.py::test_a_file_that_cannot_be_read_is_a_missing_one",
    ("Nobody's file is taken for another's", "Không ai bị ghi nhầm"):
        "steps/test_beside.py::test_a_second_file_does_not_lower_what_counts",
    ("Running again does no harm", "Chạy lại không hại gì"):
        "steps/test_sync.py::test_sync_twice_with_nothing_changed_writes_nothing",
    ("Two runs take turns", "Hai lượt chạy thì lần lượt"):
        "steps/test_two_runs.py::test_it_ends_as_if_one_run_came_after_the_other",
    ("Nothing is passed over in silence", "Không gì bị bỏ qua mà không nói"):
        "form/test_reader.py::test_a_hidden_row_counts_and_is_told",
    ("A row counts", "Một dòng được tính"):
        "outputs/test_register.py::test_a_faulty_row_is_shown_and_does_not_count",
}  # fmt: skip
"""What both READMEs promise, in their words, and the test that holds it."""


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(path: Path) -> str:
    """Return a document without its blocks and pieces of code."""
    return re.sub(r"`[^`\n]+`", "", re.sub(r"(?ms)^```.*?^```$", "", text(path)))


def code(path: Path) -> list[str]:
    """Return its code: each line of a block, each piece in a line."""
    blocks = re.findall(r"(?ms)^```\w*\n(.*?)^```$", text(path))
    pieces = re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```.*?^```$", "", text(path)))
    return [line.split("    #")[0] for block in blocks for line in block.splitlines()] + pieces


def makefile() -> dict[str, list[str]]:
    """Return the recipe of each target."""
    rules = re.findall(r"(?m)^([\w./-]+):(?!=).*\n((?:\t.*\n)*)", text(ROOT / "Makefile"))
    return {target: re.findall(r"(?m)^\t(.*)$", recipe) for target, recipe in rules}


def windows(lines: list[str]) -> list[str]:
    """Return a recipe's lines as they are typed where there is no make."""
    ours = [line.replace(" --quiet", "") for line in lines if line.startswith("$(BIN)/")]
    return [line.replace("$(BIN)/", ".venv\\Scripts\\") for line in ours]


# --- links -------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    made = set()
    for title in re.findall(r"(?m)^#+ (.*)$", re.sub(r"(?ms)^```.*?^```$", "", text(path))):
        shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", shown).replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
        made.add(f"{slug}-{found[slug]}" if found[slug] else slug)
    return made


def broken(path: Path) -> Iterator[str]:
    """Yield the links of a document within the repository that lead nowhere."""
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = path.parent / unquote(parts.path) if parts.path else path
        anchor = unquote(parts.fragment)
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_link_within_the_repository_leads_somewhere(path: Path) -> None:
    assert list(broken(path)) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "# Một, hai\n# Một, hai\n[a](a.md) [b](b.md) [c](#một-hai) [d](#một-hai-1) [e](a.md#ba) "
        "`[f](f.md)` [g](https://x.example/g) ![h](anh/h.png)\n",
        encoding="utf-8",
    )

    assert list(broken(path)) == ["b.md", "a.md#ba", "anh/h.png"]


# --- commands ----------------------------------------------------------------------------

COMMAND = re.compile(r"\bdankheo ([a-z]+)((?: [^`|&;]*)?)")


def commands() -> dict[str, set[str]]:
    """Return the options of each command."""
    return {
        command: {option for each in settings.params for option in each.opts}
        for command, settings in typer.main.get_group(app).commands.items()
    }


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_command_a_document_shows_is_one(path: Path) -> None:
    known, targets = commands(), makefile()
    shown = [found for line in code(path) for found in COMMAND.findall(line)]
    made = [target for line in code(path) for target in re.findall(r"\bmake ([a-z][\w-]*)", line)]
    unknown = [
        f"{command} {option}"
        for command, rest in shown
        for option in ["", *re.findall(r"(?<= )--?[a-zA-Z][\w-]*", rest)]
        if command not in known or (option and option not in known[command])
    ]

    assert unknown == []
    assert set(made) <= targets.keys()


@pytest.mark.parametrize("path", BOTH, ids=name)
def test_each_readme_names_every_command(path: Path) -> None:
    shown = {command for line in code(path) for command, _ in COMMAND.findall(line)}

    assert shown == commands().keys()


def test_both_readmes_show_the_same_targets_and_pictures() -> None:
    shown = [
        (
            {each for line in code(path) for each in re.findall(r"\bmake ([a-z-]+)", line)},
            re.findall(r"!\[[^]]+\]\(([^)]+)\)", text(path)),
        )
        for path in BOTH
    ]

    targets = {"demo", "demo-google", "install", "test"}
    assert [made - {"bench"} for made, _ in shown] == [targets, targets]
    assert shown[0][1] == shown[1][1]
    assert sorted(shown[0][1]) == sorted(name(path) for path in PICTURES.iterdir())


def test_windows_is_told_what_make_does() -> None:
    """Also to install what the demonstration on Google needs beside."""
    recipes = makefile()
    bat = re.findall(r"(?ms)^```bat\n(.*?)^```$", text(VIETNAMESE))

    assert [block.splitlines() for block in bat] == [
        ["py -m venv .venv", *windows(recipes[".venv/installed"])]
    ]
    for target in ("demo", ".venv/tools", "demo-google"):
        for line in windows(recipes[target]):
            assert f"| `{line}` |" in text(VIETNAMESE)


# --- what is said ------------------------------------------------------------------------


def test_both_readmes_promise_the_same_and_each_promise_has_its_test() -> None:
    english = re.findall(r"(?m)^- \*\*(.*?)\.?\*\*.*\(\[test\]\((.*?)\)\)$", text(ENGLISH))
    vietnamese = re.findall(
        r"(?m)^- \*\*(.*?)\.?\*\*", text(VIETNAMESE).partition("## Điều được bảo đảm")[2]
    )

    files = [f"tests/{test.split('::')[0]}" for test in PROMISES.values()]
    assert english == [(said, file) for (said, _), file in zip(PROMISES, files, strict=True)]
    assert vietnamese == [said for _, said in PROMISES]
    for test in PROMISES.values():
        file, _, function = test.partition("::")
        tree = ast.parse(text(ROOT / "tests" / file))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (
            test
        )


@pytest.mark.parametrize("path", BOTH, ids=name)
def test_the_exit_codes_are_the_programs(path: Path) -> None:
    (line,) = (line for line in text(path).splitlines() if re.search("Exit codes:|Mã thoát:", line))
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    ours = {kind.exit_code for kind in kinds if issubclass(kind, DankheoError)}

    told = line.partition("Exit codes:")[2] or line
    assert re.findall(r"`(\d)`", told) == [
        str(code) for code in sorted({0, *ours, EXIT_FINDINGS} - {DankheoError.exit_code})
    ]


@pytest.mark.parametrize("path", BOTH, ids=name)
def test_no_figure_is_written_by_hand(path: Path) -> None:
    """What can be measured is measured by a program; what stands here does not change."""
    python = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["requires-python"]
    names = ("Nghị định 30/2020/NĐ-CP", "Decree 30/2020/NĐ-CP", "SHA-256", "năm 2022", "[record 9]")

    said = re.sub(r"\]\([^)]*\)", "]", prose(path))
    for each in (f"Python {python.removeprefix('>=')}", *names):
        said = said.replace(each, "")

    assert re.findall(r".{0,20}\d.{0,20}", said) == []


def test_the_drawing_names_rooms_that_are_there() -> None:
    (drawing,) = re.findall(r"(?ms)^```mermaid\n(.*?)^```$", text(ENGLISH))
    named = set(re.findall(r"\b(\w+(?:/|\.py))", drawing))
    folders = {f"{room}/" for rooms in LAYERS for room in rooms if (PACKAGE / room).is_dir()}

    assert {room for room in named if not (PACKAGE / room).exists()} == set()
    assert {room for room in named if room.endswith("/")} == folders


@pytest.mark.parametrize("path", [*BOTH, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"], ids=name)
def test_every_path_that_is_named_is_there(path: Path) -> None:
    tops = ("tests", "docs", "dankheo_sheets", "examples", "scripts", r"\.ci", r"\.github")
    named = [
        each
        for line in code(path)
        for each in re.findall(rf"(?<![\w./])(?:{'|'.join(tops)})/[\w./-]+", line)
    ]

    assert [each for each in named if not (ROOT / each).exists()] == []
