"""Where each word stands on the pages LibreOffice prints of a document, in millimetres."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from lxml import etree

from tests.office import convert, needs

_MM = 25.4 / 72


@dataclass(frozen=True)
class Box:
    """A word, or words of one line, and its place from the top left corner of the paper."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """How far its middle is from the left edge."""
        return (self.left + self.right) / 2


@dataclass(frozen=True)
class Sheet:
    """A printed page."""

    width: float
    height: float
    words: Sequence[Box]

    @property
    def text(self) -> str:
        """All its words, in reading order."""
        return " ".join(word.text for word in self.words)

    def find(self, phrase: str) -> Box:
        """Return the first place where the words of `phrase` follow each other."""
        wanted = phrase.split()
        for at in range(len(self.words)):
            found = self.words[at : at + len(wanted)]
            if [word.text for word in found] == wanted:
                return Box(
                    phrase,
                    min(word.left for word in found),
                    min(word.top for word in found),
                    max(word.right for word in found),
                    max(word.bottom for word in found),
                )
        raise AssertionError(f"“{phrase}” is not on this page: {self.text}")

    @classmethod
    def of(cls, page: etree._Element) -> Self:
        """Return a page of what pdftotext wrote."""
        boxes = [
            Box(
                word.text or "",
                *(float(word.attrib[key]) * _MM for key in ("xMin", "yMin", "xMax", "yMax")),
            )
            for word in page.iter("{*}word")
        ]
        return cls(float(page.attrib["width"]) * _MM, float(page.attrib["height"]) * _MM, boxes)


def printed(data: bytes, name: str, folder: Path) -> Path:
    """Return the PDF LibreOffice prints of a document."""
    needs("soffice", "pdftotext", "pdffonts")
    source = folder / name
    source.write_bytes(data)
    return convert([source], "pdf", folder / "printed")[0]


def sheets(pdf: Path) -> list[Sheet]:
    """Return its pages."""
    told = subprocess.run(
        ["pdftotext", "-bbox-layout", str(pdf), "-"], capture_output=True, check=True
    ).stdout
    return [Sheet.of(page) for page in etree.fromstring(told).iter("{*}page")]


def fonts(pdf: Path) -> set[str]:
    """Return the families of its fonts."""
    lines = subprocess.run(
        ["pdffonts", str(pdf)], capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    return {re.sub(r"^[A-Z]{6}\+", "", line.split()[0]).split("-")[0] for line in lines}
