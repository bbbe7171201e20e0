"""Whoever follows a citation finds what is cited: in docs/reference, docs/adr or the decree."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"
PAGES = {path.name: path.read_text("utf-8") for path in sorted(REFERENCE.glob("*.md"))}

FOLDED = re.compile(r"\s*\n\s*(?:# )?")
"""The end of a line, and what a docstring or a comment begins the next with."""
CITATION = re.compile(
    r"reference/([\w-]+\.md)((?:,? (?:§\d+(?:\.\d+)*|R\d+(?: to R\d+)?))*)"
)  # fmt: skip
RFC = re.compile(r"RFC \d+(?:,? §\d+(?:\.\d+)*)+")
RECORD = re.compile(r"docs/adr/(\d{4})|\brecord (\d+)\b")
CLAUSE = re.compile(
    r"(?:(Phụ lục II), )?\b((?:I|II|III|IV|V)\.\d+[ab]?(?:\.[a-zđ])?)(?!\w)"
    r"|\b(Phụ lục III, I)\b(?!\.?\w)|NĐ-CP, (Điều \d+)"
)
"""Of the decree. Without more: of Phụ lục I, Phần I."""
SPECIMENS = re.compile(r"\b[Mm]ẫu (\d\.\d(?:(?:, | and )\d\.\d)*)")
OUTSIDE = re.compile(
    r"(?<![\w/-])(?:google|google-answers|domain|measurements|peers|design|style)[.]md"
)
"""Notes that are not in the repository."""


@cache
def tracked() -> dict[str, str]:
    """Return the text of every tracked file but this, whose citations are examples.

    Lines are folded into one.
    """
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("no git here, or no repository: nothing says which files are ours")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    contents = {p: p.read_bytes() for p in paths if p.is_file() and p != Path(__file__)}
    return {
        path.relative_to(ROOT).as_posix(): FOLDED.sub(" ", content.decode())
        for path, content in contents.items()
        if b"\0" not in content
    }


def headings(page: str) -> dict[str, str]:
    """Return the numbered headings of a page: number and title."""
    return dict(re.findall(r"^##+ (\d+(?:\.\d+)*)\.? (.+)$", PAGES[page], re.MULTILINE))


def rows(page: str) -> list[str]:
    """Return the first cells of a page's tables."""
    return re.findall(r"^\| ([^|]+?) \|", PAGES[page], re.MULTILINE)


DEMANDS = [row for row in rows("form.md") if re.fullmatch(r"R\d+", row)]
CLAUSES = [
    each
    for row in rows("decree.md")
    if row not in ("Clause", "Specimen")
    for each in ([row] if row.startswith("Phụ lục") else row.split(", "))
]


def targets(text: str) -> Iterator[tuple[str, str]]:
    """Yield what of docs/reference a text cites: a page and a section, or a demand; or all of it.

    >>> list(targets("see reference/form.md R1 to R3, R5"))
    [('form.md', 'R1'), ('form.md', 'R2'), ('form.md', 'R3'), ('form.md', 'R5')]
    """
    for page, places in CITATION.findall(text):
        if not places:
            yield page, ""
        for kind, first, last in re.findall(r"(§|R)(\d+(?:\.\d+)*)(?: to R(\d+))?", places):
            if kind == "R":
                for number in range(int(first), int(last or first) + 1):
                    yield page, f"R{number}"
            else:
                yield page, first


def cited(text: str) -> set[tuple[str, str]]:
    return set(targets(text))


def clauses(text: str) -> set[str]:
    """Return the decree's clauses and specimens that a text cites."""
    found = {
        f"{annex}, {clause}" if annex else clause or alone or article
        for annex, clause, alone, article in CLAUSE.findall(text)
    }
    specimens = {each for some in SPECIMENS.findall(text) for each in re.split(", | and ", some)}
    return found | {f"mẫu {each}" for each in specimens}


def is_there(page: str, place: str) -> bool:
    return page in PAGES and (not place or place in headings(page) or place in DEMANDS)


def stands_for(general: str, clause: str) -> bool:
    """Tell whether to cite `general` is to cite `clause` too: "II.4" all of its điểm."""
    return clause == general or clause.startswith(f"{general}.")


# --- every citation has its target --------------------------------------------------------------


def test_every_section_that_is_cited_is_there() -> None:
    missing = [
        f"{name}: {page} {place}"
        for name, text in tracked().items()
        for page, place in sorted(cited(text))
        if not is_there(page, place)
    ]

    assert missing == []


def test_every_decision_that_is_cited_is_recorded() -> None:
    recorded = {int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("*.md")}
    missing = [
        f"{name}: {found[0]}"
        for name, text in tracked().items()
        for found in RECORD.finditer(text)
        if int(found[1] or found[2]) not in recorded
    ]

    assert missing == []


def test_every_clause_that_is_cited_is_told() -> None:
    untold = [
        f"{name}: {clause}"
        for name, text in tracked().items()
        for clause in sorted(clauses(text))
        if not any(stands_for(clause, each) for each in CLAUSES)
    ]

    assert untold == []


def test_no_note_is_cited_that_is_not_in_the_repository() -> None:
    outside = [
        f"{name}: {found[0]}"
        for name, text in tracked().items()
        for found in OUTSIDE.finditer(text)
    ]

    assert outside == []


def test_every_section_sign_says_of_which_page() -> None:
    bare = [
        f"{name}: {text[max(0, found.start() - 30) : found.end()]}"
        for name, whole in tracked().items()
        for text in [RFC.sub("", CITATION.sub("", whole))]
        for found in re.finditer(r"§[A-Z]?\d|\(R\d+\b|# R\d+\b|\bR\d+ to R\d+", text)
    ]

    assert bare == []


# --- docs/reference has nothing else -------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_every_section_of_a_page_is_cited(page: str) -> None:
    used = {
        "1" if page == "form.md" and place in DEMANDS else place
        for name, text in tracked().items()
        if not name.startswith("docs/reference/")
        for cited_page, place in cited(text)
        if cited_page == page
    }
    numbers = headings(page)
    leaves = {each for each in numbers if not any(n.startswith(f"{each}.") for n in numbers)}

    assert leaves, page
    assert sorted(leaves - used) == []


def test_every_clause_that_is_told_is_cited() -> None:
    used = {
        clause
        for name, text in tracked().items()
        if not name.startswith("docs/reference/")
        for clause in clauses(text)
    }

    assert [each for each in CLAUSES if not any(stands_for(c, each) for c in used)] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_sections_of_a_page_are_numbered_without_gaps(page: str) -> None:
    found = [tuple(map(int, number.split("."))) for number in headings(page)]

    assert found == sorted(set(found))
    for number in found:
        assert number[-1] == 1 or (*number[:-1], number[-1] - 1) in found, number
    assert [int(each[1:]) for each in DEMANDS] == list(range(1, 25))


# --- how citations are read ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(reference/{}.md {}1.1, {}2)", {("x.md", "1.1"), ("x.md", "2")}),
        ("limits (reference/{}.md\n    # {}1.1 {}2): so", {("x.md", "1.1"), ("x.md", "2")}),
        ("docs/reference/{}.md, all of it", {("x.md", "")}),
        ("reference/{}.md R2 to R4, R9", {("x.md", f"R{n}") for n in (2, 3, 4, 9)}),
    ],
    ids=["two", "over_two_lines", "a_page", "demands"],
)
def test_a_citation_is_read_as_it_is_written(text: str, found: set[tuple[str, str]]) -> None:
    assert cited(FOLDED.sub(" ", text.format("x", "§", "§"))) == found


def test_a_section_that_is_not_there_is_noticed() -> None:
    assert not is_there("google.md", "99")
    assert not is_there("nothing.md", "")
    assert not is_there("form.md", "R25")
    assert is_there("google.md", "6.1")
    assert is_there("form.md", "R24")


def test_clauses_are_told_apart() -> None:
    text = (
        "Phụ lục I, II.7.c; V.8a (I.3); Phụ lục II, IV.1.a; Phụ lục III, I; NĐ-CP, Điều 18; "
        "mẫu 1.4, 1.5; mẫu 2.1 and 2.2"
    )

    assert clauses(text) == {
        "II.7.c", "V.8a", "I.3", "Phụ lục II, IV.1.a", "Phụ lục III, I", "Điều 18",
        "mẫu 1.4", "mẫu 1.5", "mẫu 2.1", "mẫu 2.2",
    }  # fmt: skip
