"""Whose state a campaign's folder holds: its own, or that of the campaign it was copied from.

A new campaign is begun by copying the folder of an old one. What was kept there of the old one
(archive, sheets, decisions, locks, results) would count for the new one, so such a folder is
refused before anything is read. What tells: ``archive/dot.json``, written before the first sheet;
in a folder older than that, the last bao-cao.json, any receipt, the workbooks.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dankheo_sheets import files
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.form import reader
from dankheo_sheets.workspace.folder import OUT, WORKBOOKS

FILE = "dot.json"
_RECEIPT = re.compile(rb'"reader":\s*"([^":]+):[0-9a-f]+"')
_READ_AT = re.compile(r"(\d{8})T\d+-[0-9a-f]+\.json")
_ASKED = 3
"""Workbooks that are opened where nothing else tells: one may be a unit's of last year."""


def sign(directory: Path, campaign: Campaign) -> None:
    """Write down whose state this is, where that is not said yet.

    Raises :class:`~dankheo_sheets.errors.WorkspaceError`.
    """
    path = directory / "archive" / FILE
    if not path.exists():
        said = {"campaign": campaign.id, "year": campaign.year}
        files.write(path, f"{json.dumps(said)}\n".encode())


def refuse_a_copy(directory: Path, campaign: Campaign) -> None:
    """Raise :class:`SettingsError` where the folder holds the state of another campaign."""
    owner = _owner(directory)
    if owner and owner != campaign.id:
        kept = ", ".join(
            f"{name}/" for name in ("archive", WORKBOOKS, OUT) if (directory / name).exists()
        )
        raise SettingsError(
            [
                f"{directory}: thư mục này còn dữ liệu của đợt “{owner}” ({kept}), trong khi "
                f"campaign.toml ghi id = “{campaign.id}”. Nếu thư mục được chép từ đợt cũ: xoá các "
                f"thư mục {kept} trong bản chép này (không xoá ở thư mục gốc) rồi chạy lại. Nếu "
                f'đây vẫn là đợt “{owner}”: ghi lại id = "{owner}"'
            ]
        )


def signed_year(directory: Path) -> int | None:
    """Return the year of the campaign whose state this is; None where that is not said."""
    year = _json(directory / "archive" / FILE).get("year")
    return year if isinstance(year, int) else None


def first_read(directory: Path) -> date | None:
    """Return the day of the first read in the archive, by the names of its receipts."""
    days = [found[1] for path in _receipts(directory) if (found := _READ_AT.fullmatch(path.name))]
    return datetime.strptime(min(days), "%Y%m%d").date() if days else None  # noqa: DTZ007


def _owner(directory: Path) -> str:
    """Return the id of the campaign whose state is there; "" where there is none, or none tells."""
    said = _json(directory / "archive" / FILE).get("campaign")
    if isinstance(said, str):
        return said
    said = _json(directory / OUT / "bao-cao.json").get("campaign")
    if isinstance(said, dict) and isinstance(said.get("id"), str):
        return str(said["id"])
    for path in _receipts(directory):
        if found := _RECEIPT.search(_bytes(path)):
            return found[1].decode("utf-8", "replace")
    return _owner_of_workbooks(directory / WORKBOOKS)


def _owner_of_workbooks(directory: Path) -> str:
    """Return the campaign that the first workbooks say they are of, where they agree."""
    try:
        paths = sorted(directory.glob("*.xlsx"))[:_ASKED]
    except OSError:
        return ""
    owners = [identity[0] for path in paths if (identity := reader.identity_of(_bytes(path)))]
    return owners[0] if len(owners) > 1 and len(set(owners)) == 1 else ""


def _receipts(directory: Path) -> Iterator[Path]:
    try:
        yield from (directory / "archive").glob("*/*.json")
    except OSError:
        return


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_bytes(path) or b"null")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
