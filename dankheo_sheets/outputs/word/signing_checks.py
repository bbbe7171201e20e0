"""Whether a campaign says all that a document to be signed needs, asked before it is drawn."""

from collections.abc import Iterator, Mapping

from dankheo_sheets.campaign import FILE
from dankheo_sheets.campaign.document_settings import Signer
from dankheo_sheets.outputs.word.blocks import ABOUT_LINES, Letterhead, misfits

_ROOM = {
    "about": f"cần vừa {ABOUT_LINES} dòng dưới số, ký hiệu",
    "symbol": "cần vừa một dòng cùng với số",
    "place": "cần vừa một dòng cùng với ngày, tháng, năm",
}
_SIGNER = {
    "name": "thiếu họ tên người ký",
    "position": "thiếu chức vụ người ký: cần khi ký {authority}",
    "body": "thiếu tên tập thể: cần khi ký TM.",
    "unit_head": "thiếu chức vụ người đứng đầu đơn vị của người ký: cần khi ký {authority}",
}


def unfit(head: Letterhead, keys: Mapping[str, str]) -> Iterator[str]:
    """Yield what is too long for its place; `keys` says which key each field comes from."""
    for field in misfits(head):
        found = getattr(head, field)
        yield f"{FILE}: {keys[field]}: ghi “{found}”; dài quá: {_ROOM[field]}"


def unsigned(signer: Signer) -> Iterator[str]:
    """Yield what is missing of who signs."""
    if not signer.authority and signer.is_deputy:
        yield (
            f"{FILE}: signer.authority: để trống là {signer.head} ký; {signer.position} ký thì cần "
            "KT., Q., TM., TL. hoặc TUQ."
        )
    for key in signer.missing:
        yield f"{FILE}: signer.{key}: {_SIGNER[key].format(authority=signer.authority)}"
