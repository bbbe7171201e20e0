"""Vietnamese text, order, counts and dates.

Sources: what units really type, reference/vietnamese.md §1, §2; order and numbers,
reference/vietnamese.md §3; dates (days below 10 and months 1 and 2 get a leading zero), Nghị định
30/2020/NĐ-CP, Phụ lục I, II.4.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta

# --- what was typed -----------------------------------------------------------------

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_UNCLEAN = re.compile(rf"\r|{_CONTROL.pattern}|{_SURROGATE.pattern}")


def clean(text: str) -> str:
    """Return `text` without what no document can hold; everything readable stays as typed.

    Control characters go (lxml and openpyxl refuse them), CRLF and CR become LF, a lone
    surrogate becomes U+FFFD (reference/measurements.md §4.5).
    """
    if not _UNCLEAN.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def nfc(text: str) -> str:
    """Return `text` composed (dựng sẵn): repairs NFD and Windows' hat-plus-tone typing."""
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """Return what spellings of `text` share that differ in case or in composition only."""
    return nfc(text).casefold()


INVISIBLE = "\u00ad\u061c\u180e\ufeff" + "".join(
    map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)))
)
"""Characters that show nothing: they come along when text is copied from a chat or a page."""
_INVISIBLE = str.maketrans("", "", INVISIBLE)


def visible(text: str) -> str:
    """Return `text` without the characters that show nothing, for comparing and for addresses."""
    return text.translate(_INVISIBLE)


def phone(text: str) -> str:
    """Return a phone number with the leading zero that a spreadsheet's number has lost.

    Mobile numbers have nine digits after it, beginning with 3, 5, 7, 8 or 9; landlines ten,
    beginning with 2. Anything else is returned as it is.
    """
    return f"0{text}" if re.fullmatch(r"[35789]\d{8}|2\d{9}", text) else text


# --- keys: equal where a reader sees the same words -----------------------------------

_LOOK_ALIKES = str.maketrans({"Ð": "đ", "ð": "đ", "Ɖ": "đ", "ɖ": "đ", "х": "x", "Х": "x"})
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONED = [vowel + tone for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for tone in _TONES]
_TONE_APART = str.maketrans({nfc(letter): letter for letter in _TONED})
"""A letter with hat or horn, followed by its tone: as Windows' keyboard types it."""
# hoà and hòa, thuỷ and thủy: open syllables only, never after q (quý stays).
_LATE_TONE = re.compile(rf"(?<!q)([ou])([aey])([{_TONES}])(?!\w)")
_EARLY_TONE = re.compile(rf"(?<!q)([ou])([{_TONES}])([aey])(?![\w{_TONES}])")
_NOT_WORD = re.compile(r"[\W_]+")


def match_key(text: str) -> str:
    """Return what `text` is compared by: case, form, tone placement and punctuation folded.

    Characters that show nothing are dropped.

    >>> match_key("Văn hoá – Xã hội") == match_key("VĂN HÓA - XÃ HỘI")
    True
    """
    text = nfc(visible(text).translate(_LOOK_ALIKES)).casefold()
    return _NOT_WORD.sub(" ", _moved(text, _LATE_TONE)).strip()


def unaccented(text: str) -> str:
    """Return `text` without its accents: "Kinh tế" → "Kinh te"."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def spellings(text: str) -> frozenset[str]:
    """Return every lower-case way the same words are commonly typed.

    Both tone placements, without accents, and each in NFC, NFD and the hat-plus-tone form of
    Windows' keyboard (reference/vietnamese.md §1).
    """
    lower = nfc(text).lower()
    moved = (_moved(lower, _LATE_TONE), _moved(lower, _EARLY_TONE))
    return frozenset(
        form
        for word in (lower, *moved, unaccented(lower))
        for form in (word, unicodedata.normalize("NFD", word), word.translate(_TONE_APART))
    )


def _moved(text: str, tone: re.Pattern[str]) -> str:
    """Return `text` with the tone of oà, oè, uỳ on the other vowel: òa, òe, ùy."""
    return nfc(tone.sub(r"\1\3\2", text.translate(_TONE_APART)))


# --- words in a sentence --------------------------------------------------------------

_STRAIGHT_OPENING = re.compile(r'(?:^|(?<=[\s(\[{“/–-]))"')


def curly(text: str) -> str:
    """Return `text` with the quotes of a book (“…”) where a keyboard has one sign for both.

    >>> curly('mô hình "Dân vận khéo"')
    'mô hình “Dân vận khéo”'
    """
    return _STRAIGHT_OPENING.sub("“", text).replace('"', "”")


def lower_first(text: str) -> str:
    """Return a title as it stands inside a sentence; abbreviations keep their capitals.

    >>> lower_first("Đăng ký mô hình"), lower_first("VH-XH"), lower_first("UBND xã")
    ('đăng ký mô hình', 'VH-XH', 'UBND xã')
    """
    word = re.split(r"[\s/-]", text, maxsplit=1)[0]
    abbreviated = any(letter.isupper() or letter.isdigit() for letter in word[1:])
    return text if abbreviated else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return words as they begin a sentence."""
    return text[:1].upper() + text[1:]


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: “A, B và C”; "" where there are none."""
    *before, last = names or ("",)
    sign = "; " if any("," in name for name in names) else ", "
    return f"{sign.join(before)} và {last}" if before else last


# --- numbers and dates ------------------------------------------------------------------


def count(number: int) -> str:
    """Return a count as administrative prose writes it: below 10 with a leading zero."""
    return f"{number:02d}" if number < 10 else dotted(number)


def dotted(number: int) -> str:
    """Return a count as a table has it: 3321 as "3.321", 8 as "8"."""
    return f"{number:,}".replace(",", ".")


def percent(rate: float) -> str:
    """Return a rate in percent as people write it: “62,5%”, “50%”."""
    return f"{rate:.1f}".removesuffix(".0").replace(".", ",") + "%"


def document_number(number: str) -> str:
    """Return a document's number as it is written: “05”, below 10 with a zero (II.3.c)."""
    return f"{int(number):02d}" if number.isdecimal() else number


_ROMAN = (
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def roman(number: int) -> str:
    """Return a section number: 4 → "IV"."""
    out = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        out += letters * times
    return out


def _two_digits(number: int, below: int) -> str:
    return f"{number:02d}" if number < below else str(number)


def short_date(day: date) -> str:
    """Return "05/4/2022": days below 10 and months 1 and 2 are padded, no others."""
    return f"{_two_digits(day.day, 10)}/{_two_digits(day.month, 3)}/{day.year}"


def long_date(day: date) -> str:
    """Return "ngày 05 tháng 4 năm 2022", padded as :func:`short_date`."""
    return f"ngày {_two_digits(day.day, 10)} tháng {_two_digits(day.month, 3)} năm {day.year}"


def blank_date(year: int) -> str:
    """Return a date whose day and month are written by hand; no line breaks inside it."""
    room = "\u00a0" * 5
    return f"ngày{room}tháng{room}năm\u00a0{year}"


def moment(when: datetime) -> str:
    """Return "17 giờ 00, ngày 08/4/2022", "03 giờ 51 phút, ngày …", in the zone of `when`."""
    minutes = f"{when.minute:02d} phút" if when.minute else "00"
    return f"{when.hour:02d} giờ {minutes}, ngày {short_date(when)}"


def due_text(deadline: datetime) -> str:
    """Return "trước ngày 12/4/2022", or with the hour where it is not midnight."""
    if deadline.hour or deadline.minute:
        return f"trước {moment(deadline)}"
    return f"trước ngày {short_date(deadline)}"


def until_text(deadline: datetime) -> str:
    """Return "đến hết ngày 11/4/2022", the last day, or with the hour where not midnight.

    Also of what was counted at that moment, after “Tính”.
    """
    if deadline.hour or deadline.minute:
        return f"đến {moment(deadline)}"
    return f"đến hết ngày {short_date(deadline - timedelta(days=1))}"


def deadline_text(deadline: datetime) -> str:
    """Return "trước ngày 12/4/2022 (chậm nhất hết ngày 11/4/2022)", in the deadline's zone."""
    if deadline.hour or deadline.minute:
        return due_text(deadline)
    last = short_date(deadline - timedelta(days=1))
    return f"{due_text(deadline)} (chậm nhất hết ngày {last})"


# --- old encodings --------------------------------------------------------------------

# Latin-1 letters and signs that Vietnamese never writes inside a word, but TCVN3 (.VnTime)
# and VNI text is full of once its font is gone (reference/vietnamese.md §2).
_FOREIGN = "¡¢£¤¥¦§¨©ª«¬\xad®¯°±²³µ¶·¸¹»¼½¾¿ÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñöøûüþÿ"
# VNI also writes a vowel's hat or tone as a second vowel that no Vietnamese word has there.
_LEGACY = re.compile(
    rf"(?<=[^\W\d_])[{_FOREIGN}]|[{_FOREIGN}](?=[^\W\d_])|[aeoy]â|(?:[aeoyôö]|(?<!q)u)[ùõ]",
    re.IGNORECASE,
)
_MEASURES = re.compile(r"\b[kcdm]?m[²³](?!\w)|°[CF]\b", re.IGNORECASE)
_UNICODE_ONLY = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9\u0300-\u0323]")


def looks_legacy(text: str) -> bool:
    """Tell whether `text` seems typed in an old font (.VnTime, VNI-Times).

    A hint for a person, never a reason to convert: automatic conversion corrupts short
    cells (reference/vietnamese.md §2).
    """
    if text.isascii() or _UNICODE_ONLY.search(text):
        return False
    return len(_LEGACY.findall(_MEASURES.sub("", text))) >= 2


_LOST = re.compile(
    r"\ufffd"  # decoded with errors
    r"|[^\W_]\?+[^\W_]|(?<![\w?])\?+[^\W\d_]"  # "T?ng", "??n": the code page lacks the letter
    # Windows-1252 read as 1258: a tone on no vowel, "Phòng" as "Ph\u0323ng"; ñ is a letter of Ê Đê,
    # ć ń ś ź are of other languages
    rf"|(?:^|[^aeiouycnsz\u0302\u0306\u031b])[{_TONES}]"
    r"|[csz][\u0300\u0303\u0309\u0323]|n[\u0300\u0309\u0323]"
    rf"|(?<![aeou])[\u0302\u0306\u031b][{_TONES}]",
    re.IGNORECASE,
)


def looks_broken(text: str) -> bool:
    """Tell whether letters were lost when `text` was saved or read in a wrong code page.

    Sure signs only. What was meant cannot be known, so it is refused, never mended.
    """
    if text.isascii() and "?" not in text:
        return False
    decomposed = unicodedata.normalize("NFD", text)
    return bool(_LOST.search(decomposed)) or _is_utf_8_read_as_1252(nfc(text))


def _is_utf_8_read_as_1252(text: str) -> bool:
    """Tell whether most of what is no ASCII becomes letters again: "PhÃ²ng", "Äo lÆ°á»ng"."""
    if _UNICODE_ONLY.search(text):
        return False
    data = bytearray()
    for character in text:
        try:
            data += character.encode("cp1252")
        except UnicodeEncodeError:
            if ord(character) > 0xFF:
                return False
            data.append(ord(character))
    read = data.decode("utf-8", errors="replace")
    lost = read.count("\ufffd")  # what was invisible in `text` may be gone by now
    return sum(not character.isascii() for character in read) - lost > lost


def decode(data: bytes) -> str:
    """Return the text of a file saved on a Vietnamese Windows machine.

    Tries what Excel and Notepad write: UTF-8 with or without BOM, UTF-16 with BOM,
    Windows-1258. The result is NFC.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return nfc(data.decode("utf-16", errors="replace"))
    try:
        return nfc(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return nfc(data.decode("cp1258", errors="replace"))
