"""A document as LibreOffice prints it, measured: words, sizes, lines, in millimetres.

poppler tells where things are: ``pdftotext -bbox-layout`` the words, ``pdftohtml -xml`` their
type, ``pdftocairo -svg`` what is drawn.
"""

import html
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from tests.office import convert, needs

MM = 25.4 / 72
_ASCENT, _HEIGHT = 0.95, 1.30
"""Of the size: from the top of poppler's box to the baseline, and to its bottom."""


@dataclass(frozen=True)
class Word:
    """A word, or a run of words; lengths in millimetres from the page's top left corner."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    """In points."""

    @property
    def baseline(self) -> float:
        return self.top + _ASCENT * self.size * MM

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def wide(self) -> float:
        return self.right - self.left


@dataclass(frozen=True)
class Run:
    """Words in one type."""

    text: str
    size: float
    bold: bool
    italic: bool


@dataclass(frozen=True)
class Line:
    """A drawn line."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def wide(self) -> float:
        return self.right - self.left


class Page:
    """One printed page."""

    def __init__(self, pdf: Path, number: int, size: tuple[float, float], words: str) -> None:
        self.width, self.height = (side * MM for side in size)
        self._pdf, self._number, self._words = pdf, number, words

    def _poppler(self, program: str, *options: str) -> str:
        page = ("-f", str(self._number), "-l", str(self._number))
        return subprocess.run(
            [program, *options, *page, str(self._pdf), "-"] if program != "pdftohtml"
            else [program, *options, "-stdout", *page, str(self._pdf)],
            capture_output=True, check=True, encoding="utf-8",
        ).stdout  # fmt: skip

    @cached_property
    def lines(self) -> list[list[Word]]:
        """The lines of text, each its words."""
        return [
            [_word(*word) for word in re.findall(_WORD, line)]
            for line in re.findall(r"<line [^>]*>(.*?)</line>", self._words, re.DOTALL)
        ]

    @cached_property
    def words(self) -> list[Word]:
        """All its words, in reading order."""
        return [word for line in self.lines for word in line]

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(word.text for word in self.words)

    def find(self, text: str) -> Word:
        """Return where the words of `text` stand, all on one line; the first time."""
        wanted = text.split()
        for at in range(len(self.words) - len(wanted) + 1):
            found = self.words[at : at + len(wanted)]
            level = all(abs(word.baseline - found[0].baseline) < 1 for word in found)
            if level and [word.text for word in found] == wanted:
                return replace(found[0], text=text, right=found[-1].right)
        raise AssertionError(f"“{text}” is on no line of the page: {self.text}")

    @cached_property
    def runs(self) -> list[Run]:
        """Its text, by type."""
        xml = self._poppler("pdftohtml", "-xml", "-i", "-zoom", "3")
        sizes = dict(re.findall(r'<fontspec id="(\d+)" size="(\d+)"', xml))
        return [
            Run(
                html.unescape(re.sub("<[^>]*>", "", words)).strip(),
                int(sizes[font]) / 3, "<b>" in words, "<i>" in words,
            )
            for font, words in re.findall(r'<text [^>]*font="(\d+)">(.*?)</text>', xml, re.DOTALL)
        ]  # fmt: skip

    def type_of(self, text: str) -> tuple[float, bool, bool]:
        """Return size, bold and italic of the run that holds `text`."""
        run = next(run for run in self.runs if " ".join(text.split()) in " ".join(run.text.split()))
        return run.size, run.bold, run.italic

    @cached_property
    def rules(self) -> list[Line]:
        """The horizontal lines drawn, from the top."""
        paper = ("-nocenter", "-noshrink", "-paperw", "1000", "-paperh", "1000")
        drawn = self._poppler("pdftocairo", "-svg", *paper).partition("</defs>")[2]
        found = []
        for path, a, d, e, f in re.findall(_STROKE, drawn):
            numbers = [float(number) for number in re.findall(r"[-\d.]+", path)]
            if len(numbers) == 4:
                xs = [float(a) * x + float(e) for x in numbers[::2]]
                ys = [float(d) * y + float(f) for y in numbers[1::2]]
                found.append(Line(min(xs) * MM, max(xs) * MM, min(ys) * MM, max(ys) * MM))
        return sorted({line for line in found if line.bottom - line.top < 0.1}, key=_top)


_PAGE = r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>'
_WORD = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
_STROKE = (
    r'<path [^>]*stroke:rgb[^>]* d="([^"]*)"'
    r' transform="matrix\(([-\d.]+),0,0,([-\d.]+),([-\d.]+),([-\d.]+)\)"'
)


def _top(line: Line) -> tuple[float, float]:
    return line.top, line.left


def _word(left: str, top: str, right: str, bottom: str, text: str) -> Word:
    x, end, y, low = (float(side) * MM for side in (left, right, top, bottom))
    size = round((float(bottom) - float(top)) / _HEIGHT, 1)
    return Word(html.unescape(text), x, end, y, low, size)


class Printed:
    """A printed document."""

    def __init__(self, pdf: Path) -> None:
        self.pdf = pdf
        self.pages: Sequence[Page] = [
            Page(pdf, number, (float(width), float(height)), words)
            for number, (width, height, words) in enumerate(
                re.findall(_PAGE, self._poppler("pdftotext", "-bbox-layout", to="-"), re.DOTALL), 1
            )
        ]

    def _poppler(self, program: str, *options: str, to: str = "") -> str:
        return subprocess.run(
            [program, *options, str(self.pdf), *([to] if to else [])],
            capture_output=True, check=True, encoding="utf-8",
        ).stdout  # fmt: skip

    @property
    def families(self) -> set[str]:
        """The type faces in it."""
        fonts = self._poppler("pdffonts").splitlines()[2:]
        return {re.sub(r"^[A-Z]{6}\+", "", line.split()[0]).split("-")[0] for line in fonts}


def printed(data: bytes, name: str, folder: Path) -> Printed:
    """Print a document with LibreOffice."""
    needs("soffice", "pdftotext", "pdftohtml", "pdftocairo", "pdffonts")
    source = folder / name
    source.write_bytes(data)
    return Printed(convert([source], "pdf", folder / "printed")[0])
