"""Whether a campaign says all that a document to be signed needs, asked before it is drawn."""

from collections.abc import Iterator, Mapping

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import FILE
from dankheo_sheets.documents import Signer
from dankheo_sheets.outputs.word.blocks import (
    ABOUT_LINES,
    NAME_LINES,
    PARENT_LINES,
    Letterhead,
    misfits,
)

_ROOM = {
    "parent": f"cần vừa {PARENT_LINES} dòng ở đầu văn bản; viết tắt được, ví dụ UBND",
    "name": f"cần vừa {NAME_LINES} dòng ở đầu văn bản",
    "about": f"cần vừa {ABOUT_LINES} dòng dưới số, ký hiệu",
    "symbol": "cần vừa một dòng cùng với số",
    "place": "cần vừa một dòng cùng với ngày, tháng, năm",
}
_SIGNER = {
    "name": "thiếu họ tên người ký",
    "position": "thiếu chức vụ người ký: cần khi ký {authority}",
    "body": "thiếu tên tập thể: cần khi ký TM.",
}


def unfit(head: Letterhead, keys: Mapping[str, str]) -> Iterator[str]:
    """Yield what is too long for its place; `keys` says which key each field comes from."""
    for field in misfits(head):
        found = getattr(head, field)
        yield f"{FILE}: {keys[field]}: ghi “{found}”; dài quá: {_ROOM[field]}"


def unsigned(signer: Signer) -> Iterator[str]:
    """Yield what is missing of who signs."""
    head, own = (vietnamese.match_key(text) for text in (signer.head, signer.position))
    if not signer.authority and own not in ("", head):
        yield (
            f"{FILE}: signer.authority: để trống là {signer.head} ký; {signer.position} ký thì cần "
            "KT., Q., TM., TL. hoặc TUQ."
        )
    for key in signer.missing:
        yield f"{FILE}: signer.{key}: {_SIGNER[key].format(authority=signer.authority)}"
