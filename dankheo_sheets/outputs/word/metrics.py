"""How wide a text is in Times New Roman, and where a line of a letterhead is best broken.

The widths are Liberation Serif 2.1.5's, which are Times New Roman's by design: what fits here
fits in Word and in LibreOffice.
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise

_EM = 2048
_MM_PER_PT = 25.4 / 72

_REGULAR = {
    369: "'", 410: "|", 512: " ,.\xa0", 569: "/:;\\ijlt", 682: "!()-I[]`fr‘’·", 797: "Js",
    819: "°", 836: '"', 909: "?acez“”", 961: "^", 983: "{}", 1024: "#$*0123456789_bdghknopquvxy–đ§",
    1083: "ơ", 1108: "~", 1110: "ư", 1139: "FPS", 1155: "+<=>×", 1251: "ELTZ", 1366: "BCR",
    1479: "ADGHKNOQUVXYwĐƠ", 1589: "Ư", 1593: "&m", 1706: "%", 1821: "M", 1886: "@", 1933: "W",
    2048: "—…",
}  # fmt: skip
_BOLD = {
    451: "|", 512: " ,.\xa0", 569: "'/\\il", 682: "!()-:;[]`fjt‘’", 683: "·", 797: "Is",
    807: "{}", 819: "°", 909: "cerz", 1024: "#$*0123456789?J_agovxy–“”§", 1065: "~", 1134: "ơ",
    1137: '"', 1139: "Sbdhknpquđ", 1167: "+<=>×", 1190: "^", 1229: "ư", 1251: "FP",
    1366: "BELTZ", 1479: "ACDNRUVXYwĐ", 1593: "GHKOQƠ", 1630: "Ư", 1706: "&m", 1905: "@",
    1933: "M", 2048: "%W—…",
}  # fmt: skip
_ITALIC = {
    438: "'", 512: " ,.·\xa0", 563: "|", 569: "/\\fijlt", 682: "!()-:;I`‘’", 797: "[]rsz",
    819: "{}°", 860: '"', 864: "^", 909: "Jcekvxy", 1024: "#$*0123456789?S_abdghnopqu–đ§",
    1093: "ơ", 1108: "~", 1117: "ư", 1139: "LTYZ“”", 1251: "ABEFPRVX", 1366: "CKNw",
    1382: "+<=>×", 1479: "DGHOQUmĐƠ", 1544: "Ư", 1593: "&", 1706: "%MW", 1821: "—…", 1884: "@",
}  # fmt: skip


def _by_letter(groups: Mapping[int, str]) -> Mapping[str, int]:
    return {letter: width for width, letters in groups.items() for letter in letters}


_WIDTHS = {"": _by_letter(_REGULAR), "bold": _by_letter(_BOLD), "italic": _by_letter(_ITALIC)}


def width(text: str, size: float, *, bold: bool = False, italic: bool = False) -> float:
    """Return how many millimetres `text` takes on one line, set in `size` points.

    A letter with a hat or a tone is as wide as without; one with a horn is not.
    """
    style = "bold" if bold else "italic" if italic else ""
    units = sum(_units(letter, style) for letter in unicodedata.normalize("NFC", text))
    return units / _EM * size * _MM_PER_PT


@cache
def _units(letter: str, style: str) -> int:
    """Return how wide a letter is, of :data:`_EM`: as without hat and tone, its horn kept."""
    part = unicodedata.normalize("NFD", letter)
    horn = "\u031b" if "\u031b" in part else ""
    return _WIDTHS[style].get(unicodedata.normalize("NFC", part[0] + horn), _EM)


_PIECE = re.compile(r"[^\S\xa0]+|(?:\xa0|[^\s/–-])*[/–-]+[^\S\xa0]*|(?:\xa0|[^\s/–-])+[^\S\xa0]*")
"""What stays on one line: up to a blank that may break, or to a stroke or dash."""


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """Return the lines a paragraph takes in `room` millimetres; joined, they are the text.

    As Word and LibreOffice break it: at blanks, after strokes and dashes, and inside what is too
    long for a line.
    """
    lines = []
    for typed in text.splitlines(keepends=True) or [""]:
        line = ""
        for piece in _PIECE.findall(typed):
            if line.strip() and width((line + piece).rstrip(), size, bold=bold) > room:
                lines.append(line)
                line = ""
            line += piece
            while width(line.rstrip(), size, bold=bold) > room and len(line) > 1:
                sizes = range(len(line) - 1, 1, -1)
                most = next((n for n in sizes if width(line[:n], size, bold=bold) <= room), 1)
                lines.append(line[:most])
                line = line[most:]
        lines.append(line)
    return lines


_JOINERS = {"và", "cho", "về", "của", "thuộc", "tại", "trong", "do", "để", "với"}
_TOGETHER = {
    "báo cáo", "chi cục", "chỉ đạo", "công chức", "công nghệ", "cơ quan", "cơ sở", "dân chủ",
    "dân vận", "đăng ký", "điển hình", "đơn vị", "hành chính", "kế hoạch", "kết quả", "khoa học",
    "lĩnh vực", "mô hình", "nhân rộng", "nội dung", "quy chế", "thực hiện", "tổng hợp", "tờ trình",
    "triển khai", "trung tâm", "xây dựng",
}  # fmt: skip
"""Words of two syllables, of those an agency's letters are made of: never torn apart."""
_SPACE = re.compile("(?<! ) (?! )")
"""One alone: the clerk's blank of many spaces stays whole."""
_DASHES = {"-", "–"}
_BREAK_COST, _LINE_COST = 40.0, 15.0
"""Millimetres of unevenness that a break inside a word group, and another line, are worth."""


def break_lines(
    text: str,
    size: float,
    room: float,
    *,
    bold: bool = False,
    italic: bool = False,
    upper: bool = False,
) -> list[str]:
    """Return `text` in few, even lines of `room` millimetres; a longer word has a line of its own.

    Lines are broken after a comma, before a joining word or before a capital, where a name's
    next group of words begins (Nghị định 30/2020/NĐ-CP, Phụ lục II, IV.1.a): “Khoa học”
    stays together. With `upper` the lines are measured and returned in capitals.
    """
    words = _SPACE.split(text.strip().replace("\n", " "))
    shown = [word.upper() for word in words] if upper else words
    blank = width(" ", size, bold=bold, italic=italic)
    wide = (width(word, size, bold=bold, italic=italic) + blank for word in shown)
    ends = list(accumulate(wide, initial=0.0))
    torn = [0, *(_torn(before, after) for before, after in pairwise(words)), 0]
    least = math.ceil(ends[-1] / room)
    _, edges = min(
        _cheapest(ends, blank, torn, room, count) for count in range(least, least + _MORE_LINES)
    )
    return [" ".join(shown[first:last]) for first, last in pairwise(edges)]


_MORE_LINES = 3
"""Numbers of lines that are tried, from the fewest there is room for."""


def _cheapest(
    ends: Sequence[float], blank: float, torn: Sequence[int], room: float, count: int
) -> tuple[float, tuple[int, ...]]:
    """Return what the best breaks cost, aiming at `count` lines, and the words they stand before.

    `ends` are the widths up to each word, `torn` what a break before each tears.
    """
    even = ends[-1] / count
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, (0,))]
    for last in range(1, len(ends)):
        tried = []
        for first in range(last - 1, -1, -1):
            long = ends[last] - ends[first] - blank
            if long > room and first < last - 1:
                break
            cost, edges = best[first]
            uneven = abs(long - even) + _LINE_COST + _BREAK_COST * torn[last]
            tried.append((cost + uneven, (*edges, last)))
        best.append(min(tried))
    return best[-1]


def grouped(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Return `text` with no-break spaces inside the words of a line that belong together.

    Whoever shows it breaks its lines; those words it does not tear, where they have room.
    """
    words = text.split(" ")
    out = words[0]
    for before, after in pairwise(words):
        one = _are_one(before, after) and width(f"{before} {after}", size, bold=bold) <= room
        out += ("\xa0" if one else " ") + after
    return out


def _are_one(before: str, after: str) -> bool:
    before, after = before.rpartition("/")[2].lstrip("("), after.partition("/")[0].rstrip(",;:.)")
    return f"{before} {after}".casefold() in _TOGETHER


def _torn(before: str, after: str) -> int:
    """Return how much a break here tears apart: nothing, words, or words that are one."""
    if _are_one(before, after) or before in _DASHES or after[0].isdigit():
        return 2
    return not (before[-1] in ",;:/" or after.casefold() in _JOINERS or after[0].isupper())
