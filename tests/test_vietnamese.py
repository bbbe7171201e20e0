"""Vietnamese text: what was typed, compared, counted, dated, decoded."""

import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets import vietnamese

LETTERS = (
    "aáàảãạăắằẳẵặâấầẩẫậbcdđeéèẻẽẹêếềểễệghiíìỉĩịklmnoóòỏõọôốồổỗộơớờởỡợpqrstuúùủũụưứừửữựvxyýỳỷỹỵ"
)
WORDS = st.text(alphabet=LETTERS + LETTERS.upper() + " -,.“”0123456789", max_size=30)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def windows(text: str) -> str:
    """Return `text` as Windows' Vietnamese keyboard types it: letter with hat, then the tone."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    typed = []
    for letter in text:
        marks = nfd(letter)
        base = unicodedata.normalize("NFC", "".join(c for c in marks if c not in tones))
        typed.append(base + "".join(c for c in marks if c in tones))
    return "".join(typed)


# --- clean -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("Kinh tế", "Kinh tế"),
        ("dòng 1\r\ndòng 2\rdòng 3\ndòng 4", "dòng 1\ndòng 2\ndòng 3\ndòng 4"),
        ("từ Word\x0bxuống dòng\x0c", "từ Wordxuống dòng"),
        ("\x00\x01\x08\x0e\x1f\x7f", ""),
        ("thẻ\tgiữ lại\n", "thẻ\tgiữ lại\n"),
        ("lẻ \ud83d đôi", "lẻ \ufffd đôi"),
        ("\ufffe\uffff", ""),
        ("biểu tượng 🌾 giữ lại", "biểu tượng 🌾 giữ lại"),
        (" khoảng trắng\xa0giữ lại ", " khoảng trắng\xa0giữ lại "),
        ("\r\x00\n", "\n\n"),
    ],
)
def test_what_no_document_can_hold_is_removed_and_the_rest_stays(typed: str, cleaned: str) -> None:
    assert vietnamese.clean(typed) == cleaned


def test_text_is_not_recomposed_by_cleaning() -> None:
    assert vietnamese.clean(nfd("Kinh tế\r")) == nfd("Kinh tế\n")


@given(st.text(alphabet=st.characters(codec=None)))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = vietnamese.clean(text)

    assert vietnamese.clean(once) == once
    assert not any("\ud800" <= c <= "\udfff" or c in "\r\x00\x0b\x0c\x1f" for c in once)
    once.encode()


# --- match_key ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Văn hoá – Xã hội", "VĂN HÓA - XÃ HỘI"),
        ("thuỷ", "thủy"),
        ("khoẻ", "khỏe"),
        ("toà án", "tòa án"),
        ("uỷ ban", "ủy ban"),
        ("HOÀ", "hòa"),
        ("Ðăng ký", "Đăng ký"),
        ("Ɖồng", "đồng"),
        ("х", "x"),
        ("Х", "x"),
        ("QP-AN", "qp  an"),
        ("  VH_XH ", "vh xh"),
        ("Kinh\xa0tế", "Kinh tế"),
        ("“Dân vận khéo”", '"dân vận khéo"'),
        (nfd("Quốc phòng"), "Quốc phòng"),
        (windows("Quốc phòng"), "Quốc phòng"),
        (nfd("hoà"), windows("hòa")),
        ("Lĩnh vực: Kinh tế.", "lĩnh vực kinh tế"),
    ],
)
def test_the_same_words_have_one_key(one: str, other: str) -> None:
    assert vietnamese.match_key(one) == vietnamese.match_key(other)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Quý", "quý"),
        ("quà", "quà"),
        ("quỳ", "quỳ"),
        ("hoàn", "hoàn"),
        ("huỳnh", "huỳnh"),
        ("khuỷu", "khuỷu"),
        ("hoài", "hoài"),
        ("Thuế", "thuế"),
        ("Hoá", "hóa"),
        ("Đ", "đ"),
        ("", ""),
        ("–", ""),
    ],
)
def test_only_late_tones_of_open_syllables_move(text: str, key: str) -> None:
    assert vietnamese.match_key(text) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kinh tế", "Kinh te"), ("đ", "d"), ("mới", "mời"), ("quý", "qúy"), ("hoà", "hoa")],
)
def test_different_words_have_different_keys(one: str, other: str) -> None:
    assert vietnamese.match_key(one) != vietnamese.match_key(other)


@given(WORDS)
def test_the_key_ignores_case_and_form_and_is_its_own_key(text: str) -> None:
    key = vietnamese.match_key(text)

    assert key == unicodedata.normalize("NFC", key)
    for variant in (nfd(text), windows(text), text.upper(), text.lower(), key):
        assert vietnamese.match_key(variant) == key


# --- spellings ---------------------------------------------------------------------------


def test_spellings_are_both_tones_and_bare_each_in_three_forms() -> None:
    assert vietnamese.spellings("Hoá") == {
        "hoá", "hóa", "hoa", nfd("hoá"), nfd("hóa"),
    }  # fmt: skip
    assert vietnamese.spellings("Tế") == {"tế", "te", nfd("tế"), windows("tế")}
    assert len({"tế", nfd("tế"), windows("tế")}) == 3


def test_quy_has_no_second_tone_placement() -> None:
    assert vietnamese.spellings("Quý") == {"quý", nfd("quý"), "quy"}


@given(WORDS)
def test_every_spelling_but_the_bare_ones_matches_the_word(text: str) -> None:
    spellings = vietnamese.spellings(text)
    key = vietnamese.match_key(text)

    assert {s for s in spellings if vietnamese.match_key(s) != key} <= {
        s for s in spellings if s == vietnamese.unaccented(s)
    }
    assert vietnamese.nfc(text).lower() in spellings


@pytest.mark.parametrize(
    ("text", "bare"),
    [("Kinh tế", "Kinh te"), ("Đường Đỏ", "Duong Do"), (nfd("Ướt"), "Uot"), ("abc", "abc")],
)
def test_unaccented_is_the_word_in_ascii(text: str, bare: str) -> None:
    assert vietnamese.unaccented(text) == bare


# --- numbers and dates -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "00"), (1, "01"), (8, "08"), (9, "09"), (10, "10"), (39, "39"), (999, "999"),
        (1000, "1.000"), (3321, "3.321"), (1234567, "1.234.567"),
    ],
)  # fmt: skip
def test_counts_are_written_as_in_administrative_prose(number: int, text: str) -> None:
    assert vietnamese.count(number) == text


def test_sections_have_roman_numbers() -> None:
    numbers = {
        1: "I", 2: "II", 3: "III", 4: "IV", 5: "V", 6: "VI", 8: "VIII", 9: "IX", 10: "X",
        14: "XIV", 19: "XIX", 24: "XXIV", 39: "XXXIX", 40: "XL", 49: "XLIX", 50: "L", 90: "XC",
        99: "XCIX", 100: "C",
    }  # fmt: skip

    assert {number: vietnamese.roman(number) for number in numbers} == numbers


@pytest.mark.parametrize(
    ("day", "short", "long"),
    [
        (date(2022, 4, 5), "05/4/2022", "ngày 05 tháng 4 năm 2022"),
        (date(2022, 1, 5), "05/01/2022", "ngày 05 tháng 01 năm 2022"),
        (date(2022, 2, 28), "28/02/2022", "ngày 28 tháng 02 năm 2022"),
        (date(2022, 3, 9), "09/3/2022", "ngày 09 tháng 3 năm 2022"),
        (date(2022, 10, 10), "10/10/2022", "ngày 10 tháng 10 năm 2022"),
        (date(2022, 12, 12), "12/12/2022", "ngày 12 tháng 12 năm 2022"),
    ],
)
def test_days_below_10_and_months_1_and_2_are_padded(day: date, short: str, long: str) -> None:
    assert vietnamese.short_date(day) == short
    assert vietnamese.long_date(day) == long


def test_a_moment_is_written_with_its_hour() -> None:
    when = datetime.fromisoformat("2022-04-08T17:00:00+07:00")

    assert vietnamese.moment(when) == "17 giờ 00, ngày 08/4/2022"
    assert vietnamese.moment(when.replace(hour=7, minute=5)) == "07 giờ 05 phút, ngày 08/4/2022"


# --- old encodings -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "M« h×nh “C«ng së xanh - s¹ch - ®Ñp”",
        "Coâng sôû xanh",
        "TrÇn C«ng Hßa",
        "§¨ng ký m« h×nh",
        "Phoøng Haønh chính - Toång hôïp",
    ],
)
def test_text_typed_in_an_old_font_is_noticed(text: str) -> None:
    assert vietnamese.looks_legacy(text)


CLEAN = [
    "", "×", "x", "01", "Kinh tế", "Mô hình “Công sở xanh - sạch - đẹp”", "Phòng Hành chính",
    "Công an", "Ông Hùng, bà Ba", "Tài chính - Kế toán", "Trà Bồng", "HÀ NAM", "Xã Nghĩa Hà",
    "Nói giùm, làm giùm", "Chợ Quảng Ngãi: 270 bóng, 10.700 m, 70.000.000 đồng",
    "Sân bê tông 200 m², nhà kho 300 m²", "Hai ao 50 m³, 60 m³", "Rừng 2 km², 3 km²",
    "Kho 2°C, 8°C", "Zalo, web, Windows, FPT", "quà quý, quy trình", "xoá mù, xoá đói",
    "Giám sát – phản biện", "10 × 12 × 3", "Café Âu Cơ", "«Dân vận khéo»", "2 – 3 §",
]  # fmt: skip


@pytest.mark.parametrize("text", CLEAN)
def test_clean_vietnamese_is_not_taken_for_an_old_font(text: str) -> None:
    for form in (text, text.upper(), text.lower(), nfd(text), windows(text)):
        assert not vietnamese.looks_legacy(form)


FIRST = ("", "b", "ch", "đ", "gi", "h", "kh", "m", "ng", "nh", "qu", "th", "tr", "x")
RIMES = (
    "a", "à", "á", "ạ", "ai", "ài", "an", "ành", "ao", "ào", "ê", "ế", "em", "éo", "i", "ì", "ía",
    "iêm", "o", "ò", "óa", "oà", "oai", "ôn", "ồ", "ơi", "u", "ù", "ú", "uôi", "úp", "ý",
)  # fmt: skip
SYLLABLES = st.builds("{}{}".format, st.sampled_from(FIRST), st.sampled_from(RIMES))


@given(st.lists(SYLLABLES).map(" ".join))
def test_no_vietnamese_syllables_are_taken_for_an_old_font(text: str) -> None:
    assert not vietnamese.looks_legacy(text)


# --- decode ------------------------------------------------------------------------------

TEXT = "Mã,Tên đơn vị\r\nTĐC,Phòng Quản lý Công nghệ; Ưu đãi “thuỷ lợi”\r\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        nfd(TEXT).encode(),
        windows(TEXT).encode(),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        windows(TEXT).encode("cp1258"),
    ],
    ids=["utf-8", "bom", "nfd", "windows-keyboard", "utf-16-le", "utf-16-be", "cp1258"],
)
def test_what_vietnamese_windows_writes_is_read_as_one_text(data: bytes) -> None:
    assert vietnamese.decode(data) == TEXT


def test_windows_1258_has_its_tones_apart_and_is_composed() -> None:
    data = windows("Tiếng Việt").encode("cp1258")

    assert data.decode("cp1258") != "Tiếng Việt"
    assert vietnamese.decode(data) == "Tiếng Việt"


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_an_empty_file_is_empty_text(data: bytes) -> None:
    assert vietnamese.decode(data) == ""


@given(st.binary())
def test_any_bytes_are_decoded_and_composed(data: bytes) -> None:
    text = vietnamese.decode(data)

    assert text == unicodedata.normalize("NFC", text)


@given(st.text(alphabet=LETTERS + LETTERS.upper() + " -,;\n0123456789"))
def test_any_vietnamese_text_survives_windows_1258(text: str) -> None:
    assert vietnamese.decode(windows(text).encode("cp1258")) == vietnamese.nfc(text)


# --- letters lost in a wrong code page ------------------------------------------------------

NAMES = (
    "Phòng Hành chính - Tổng hợp", "Chi cục Tiêu chuẩn Đo lường Chất lượng", "Xã Bình Minh",
    "TRUNG TÂM ỨNG DỤNG", "Thị trấn Ea T’ling", "“XÃ” Ấp Ữ", "Buôn Ơ̆ Đê, Krông Ñô", "Đã gửi chưa?",
    "https://so.example/danh-ba", "",
)  # fmt: skip


@pytest.mark.parametrize("text", NAMES)
def test_vietnamese_as_it_is_written_is_not_broken(text: str) -> None:
    for written in (text, nfd(text), text.upper(), windows(text)):
        assert not vietnamese.looks_broken(written)


@given(st.text(alphabet=LETTERS + LETTERS.upper() + " -,.“”0123456789", max_size=30))
def test_no_words_of_vietnamese_letters_are_broken(text: str) -> None:
    assert not vietnamese.looks_broken(text)


@pytest.mark.parametrize("text", NAMES[:4])
def test_a_name_saved_in_a_wrong_code_page_is_broken(text: str) -> None:
    as_1252 = text.encode("cp1252", errors="replace")
    read_as_1252 = "".join(
        bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in text.encode()
    )

    assert vietnamese.looks_broken(vietnamese.decode(as_1252))
    assert vietnamese.looks_broken(read_as_1252)
    assert vietnamese.looks_broken(
        text.encode("cp1258", errors="replace").decode("utf-8", "replace")
    )


# --- words in a sentence ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "inside"),
    [
        ("Đăng ký mô hình", "đăng ký mô hình"), ("VH-XH", "VH-XH"), ("UBND xã", "UBND xã"),
        ("Văn hoá - xã hội", "văn hoá - xã hội"), ("KH&CN", "KH&CN"), ("Ô nhiễm", "ô nhiễm"),
        ("4.0", "4.0"), ("", ""),
    ],
)  # fmt: skip
def test_inside_a_sentence_abbreviations_keep_their_capitals(title: str, inside: str) -> None:
    assert vietnamese.lower_first(title) == inside


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ('mô hình "Dân vận khéo" năm', "mô hình “Dân vận khéo” năm"),
        ('"Khéo"', "“Khéo”"), ('("a", "b")', "(“a”, “b”)"), ("“đã đúng”", "“đã đúng”"),
        ("Ea H'Leo", "Ea H'Leo"),
    ],
)  # fmt: skip
def test_quotes_of_the_keyboard_become_those_of_a_book(typed: str, set_: str) -> None:
    assert vietnamese.curly(typed) == set_


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), ""), (("A",), "A"), (("A", "B"), "A và B"), (("A", "B", "C"), "A, B và C"),
        (("Phòng A, B", "C", "D"), "Phòng A, B; C và D"),
    ],
)  # fmt: skip
def test_names_are_listed_as_a_sentence_does(names: tuple[str, ...], said: str) -> None:
    assert vietnamese.listed(names) == said


def test_an_extension_is_told_by_its_last_day() -> None:
    midnight = datetime.fromisoformat("2026-03-26T00:00:00+07:00")

    assert vietnamese.until_text(midnight) == "đến hết ngày 25/3/2026"
    assert vietnamese.until_text(midnight.replace(hour=17)) == "đến 17 giờ 00, ngày 26/3/2026"
