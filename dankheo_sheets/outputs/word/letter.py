"""The letter cong-van.docx: asks all units to register, with the form as its appendix.

Its words are those of the letter of 05/4/2022, whatever the campaign: for that campaign it is
that letter, word for word (its oddities too: reference/form.md §2.2).
"""

from collections.abc import Iterator

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.outputs.word import blocks, phrases
from dankheo_sheets.outputs.word.blocks import Letterhead
from dankheo_sheets.outputs.word.decree30 import (
    Part,
    Words,
    appendix,
    paragraph,
    start,
)
from dankheo_sheets.outputs.word.form_table import MARKS, PAPER_COLUMNS, blank, form_table
from dankheo_sheets.outputs.word.grid import Look, pattern
from dankheo_sheets.outputs.word.rows import Rows, save
from dankheo_sheets.outputs.word.signing_checks import unfit, unsigned

_MOTTO = (
    "cần tập trung lựa chọn những vấn đề còn tồn tại, đặc thù để xây dựng mô hình, điển hình; "
    "thực hiện phương châm “Khéo vận động, khéo tổ chức, thực hiện” để vận động công chức, viên "
    "chức, người lao động gương mẫu thực hiện chủ trương của Đảng, chính sách pháp luật của nhà "
    "nước và thực hiện các cuộc vận động, các phong trào thi đua do Trung ương, tỉnh, ngành phát "
    "động; gương mẫu thực hiện chức trách nhiệm vụ được giao."
)  # reference/form.md R8, R9
_ROW_HEIGHT = 9
"""Millimetres of the form's rows at the least: writing by hand needs room. Our choice."""
_KEYS = {
    "place": "agency.place", "symbol": "letter.symbol", "about": "letter.subject",
}  # fmt: skip


def letter(campaign: Campaign) -> bytes:
    """Return cong-van.docx; the same campaign makes the same bytes.

    Raises :class:`SettingsError` with every key that is missing or too long for its place.
    """
    agency, ours = campaign.agency, campaign.letter
    subject = phrases.letter_subject(campaign)
    head = Letterhead(
        agency.parent, agency.name, ours.symbol, agency.place, ours.date, ours.number, subject
    )
    mistakes = [*unfit(head, _KEYS), *unsigned(campaign.signer)]
    if mistakes:
        raise SettingsError(mistakes)
    document, rows = start(f"V/v {subject}", agency.name, ours.date), Rows()
    blocks.letterhead(document, head)
    units = phrases.all_units(campaign)
    blocks.kinh_gui(document, ours.addressees or (vietnamese.upper_first(units),))
    if len(ours.addressees) > 1:
        units = "các phòng, đơn vị nêu trên"
    for part, *pieces in _text(campaign, subject, units):
        paragraph(document, part, *pieces)
    signer, recipients = campaign.signer, phrases.recipients(campaign, ours.recipients)
    blocks.signature(document, signer.titles, signer.name, recipients)
    appendix(document)
    paragraph(document, Part.UNIT, "PHÒNG/ĐƠN VỊ...")
    blocks.appendix_heading(document, campaign.form.title, f"Công văn {ours.reference}")
    table = form_table(document)
    looks = {
        "field": pattern(table, Look(italic=True, keep=True, high=_ROW_HEIGHT)),
        "entry": pattern(table, Look(MARKS, high=_ROW_HEIGHT)),
    }
    empty = [""] * (len(PAPER_COLUMNS) - 1)
    blanks = blank(phrases.sample_fields(campaign))
    rows.follow(table, (looks[kind].fill([*texts, *empty]) for kind, texts in blanks))
    blocks.end(document)
    return save(document, rows)


Line = tuple[Part, *tuple[str | Words, ...]]


def _text(campaign: Campaign, subject: str, units: str) -> Iterator[Line]:
    """Yield the paragraphs of the letter's own text."""
    agency, ours = campaign.agency, campaign.letter
    models = f"mô hình, điển hình “Dân vận khéo” năm {campaign.year}"
    yield (
        Part.BODY,
        f"Thực hiện {phrases.plan(campaign)}; {campaign.signer.head} {agency.name} yêu cầu "
        f"{units} triển khai {subject}, cụ thể như sau:",
    )
    yield Part.CLAUSE, "1. Nội dung thực hiện"
    yield (
        Part.BODY,
        f"Căn cứ vào nhiệm vụ chính trị của {units} để lựa chọn nội dung {subject} cho phù hợp, "
        f"{_MOTTO}",
    )
    yield Part.CLAUSE, "2. Quy mô, thời gian đăng ký thực hiện"
    yield Part.POINT, "a) Về quy mô:"
    least = campaign.minimum_entries
    demand = (
        f"Đăng ký tối thiểu mỗi phòng, đơn vị ít nhất {vietnamese.count(least)} mô hình, điển hình"
        if least
        else "Mỗi phòng, đơn vị đăng ký mô hình, điển hình theo điều kiện thực tế"
    )
    yield (
        Part.BODY,
        f"{demand} (mô hình, điển hình có thể là tập thể, có thể là cá nhân) ",
        Words("theo biểu mẫu đính kèm.", italic=True),
    )
    yield Part.POINT, "b) Về thời gian hoàn thành đăng ký mô hình:"
    lead, day = phrases.due(campaign)
    soft_copy, electronic = _electronic(campaign)
    yield (
        Part.BODY,
        f"Các phòng, đơn vị hoàn thành đăng ký {models} gửi văn bản về "
        f"{phrases.short_agency(campaign)} (",
        Words(f"qua {agency.receiving_unit}", italic=True),
        f") và {soft_copy} ",
        lead,
        Words(day, bold=True),
        " để tổng hợp, đăng ký với cơ quan có thẩm quyền.",
    )
    if electronic and not phrases.is_seed(campaign):
        yield Part.POINT, "c) Về biểu mẫu điện tử:"
        yield Part.BODY, electronic
    for text in ours.extra:
        yield from ((Part.BODY, line) for line in text.splitlines() if line.strip())
    yield Part.BODY, f"Yêu cầu {units} khẩn trương triển khai thực hiện./."


def _electronic(campaign: Campaign) -> tuple[str, str]:
    """Return how the form comes back beside the paper, and what is said of it in full."""
    ours, address = campaign.letter, campaign.agency.receiving_email
    way = ours.soft_copy or f"gửi file mềm qua địa chỉ email: {address}"
    if campaign.workspace == "google":
        if not phrases.is_seed(campaign):
            way = ours.soft_copy or "ghi vào biểu mẫu điện tử"
        return way, (
            "Mỗi phòng, đơn vị nhận riêng một đường liên kết đến biểu mẫu điện tử của mình; ghi "
            "trực tiếp vào biểu, ghi x vào ô xác nhận khi đã hoàn thành. Biểu được tự động lưu, "
            f"không phải gửi lại tệp. Cần hỗ trợ, liên hệ qua địa chỉ email: {address}."
        )
    return way, (
        "Mỗi phòng, đơn vị nhận riêng một tệp biểu mẫu (.xlsx) mang mã của mình; ghi trực tiếp vào "
        "tệp, ghi x vào ô xác nhận khi đã hoàn thành, lưu và gửi lại chính tệp đó qua địa chỉ "
        f"email: {address}."
    )
