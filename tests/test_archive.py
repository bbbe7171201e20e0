"""The archive: immutable, by unit and checksum, with receipts."""

import hashlib
import json
import stat
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dankheo_sheets.archive import Archive, Final, Receipt, taken
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.registration import (
    CellRef,
    Cover,
    Entry,
    Finding,
    Registration,
    Scope,
    Severity,
    Snapshot,
)

NOW = datetime(2022, 4, 8, 10, tzinfo=UTC)
DATA = b"workbook bytes"
REGISTRATION = Registration(
    "HCTH",
    (Entry(10, {"name": "Tên\n“x” =1+1"}), Entry(12, {"place": "Xã"})),
    Cover(preparer="Người mẫu"),
    "Đăng ký",
    {"name": "B"},
    {"preparer": CellRef("Đăng ký", 5, "B")},
    (Finding("formula", Severity.WARN, Scope.ENTRY, "…", CellRef("Đăng ký", 10, "B"), "2"),),
)
SHA = hashlib.sha256(DATA).hexdigest()


def keep(archive: Archive, data: bytes = DATA, version: str = "1", now: datetime = NOW) -> Snapshot:
    stored = taken("HCTH", data, version=version, modified_at=now, now=now)
    archive.store(stored, data)
    return archive.record(stored, "reader 1", REGISTRATION).snapshot


def snapshots(archive: Archive) -> list[Snapshot]:
    return [receipt.snapshot for receipt in archive.receipts("HCTH")[0]]


def test_what_was_stored_is_given_back(tmp_path: Path) -> None:
    archive = Archive(tmp_path)

    snapshot = keep(archive)

    assert archive.load(snapshot) == DATA
    assert snapshots(archive) == [snapshot]
    assert snapshot == Snapshot("HCTH", SHA, "1", NOW, NOW, len(DATA), 2)


def test_bytes_and_receipt_are_read_only_files_named_by_checksum(tmp_path: Path) -> None:
    keep(Archive(tmp_path))

    names = sorted(path.name for path in (tmp_path / "HCTH").iterdir())
    assert names == sorted([f"{SHA}.xlsx", f"20220408T100000000000-{SHA[:12]}.json"])
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "HCTH").iterdir()}
    assert modes == {0o444}


def test_the_receipt_says_what_was_read_when_and_by_which_reader(tmp_path: Path) -> None:
    snapshot = keep(Archive(tmp_path))

    (receipt,), damaged = Archive(tmp_path).receipts("HCTH")

    assert damaged == []
    assert receipt == Receipt(snapshot, "reader 1", REGISTRATION)
    (path,) = (tmp_path / "HCTH").glob("*.json")
    assert json.loads(path.read_text("utf-8"))["snapshot"] == {
        "unit": "HCTH", "sha256": SHA, "version": "1", "size": len(DATA), "rows": 2,
        "modified_at": "2022-04-08T10:00:00Z", "read_at": "2022-04-08T10:00:00Z",
        "said_at": None, "way": "sheet", "name": "",
    }  # fmt: skip


def test_stored_bytes_without_a_receipt_are_no_snapshot(tmp_path: Path) -> None:
    """A run killed between the two reads the sheet again."""
    archive = Archive(tmp_path)
    archive.store(taken("HCTH", DATA, version="1", modified_at=NOW, now=NOW), DATA)

    assert snapshots(archive) == []


def test_what_an_older_program_kept_is_read_with_its_cells(tmp_path: Path) -> None:
    """It wrote each cell beside the row's number; what was closed then is not read again."""
    archive = Archive(tmp_path)
    snapshot = keep(archive)
    archive.finish(Final("", snapshot, REGISTRATION, ()))
    for path in tmp_path.rglob("*"):
        if path.suffix in (".json", ".chot"):
            kept = json.loads(path.read_bytes())
            entries = kept["registration"]["entries"]
            flat = [{"row": entry["row"], **entry["texts"]} for entry in entries]
            kept["registration"]["entries"] = flat
            path.write_text(json.dumps(kept), encoding="utf-8")

    (receipt,), damaged = archive.receipts("HCTH")
    final = archive.finished("HCTH", snapshot.sha256)

    assert damaged == []
    assert final
    assert receipt.registration == final.registration == REGISTRATION
    assert receipt.registration.content == REGISTRATION.content


def test_snapshots_come_oldest_first(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    later = keep(archive, b"later", "2", NOW + timedelta(hours=1))
    first = keep(archive)

    assert snapshots(archive) == [first, later]


def test_a_unit_never_read_has_no_snapshots(tmp_path: Path) -> None:
    assert snapshots(Archive(tmp_path)) == []


def test_altered_bytes_are_refused(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    snapshot = keep(archive)
    path = tmp_path / "HCTH" / f"{SHA}.xlsx"
    path.chmod(0o644)
    path.write_bytes(b"forged")

    with pytest.raises(WorkspaceError, match="không khớp mã kiểm tra"):
        archive.load(snapshot)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"unit": "HCTH"}'])
def test_a_damaged_receipt_is_named_and_the_others_are_given(tmp_path: Path, damage: str) -> None:
    archive = Archive(tmp_path)
    keep(archive)
    (receipt,) = (tmp_path / "HCTH").glob("*.json")
    receipt.chmod(0o644)
    receipt.write_text(damage)
    later = keep(archive, b"later", "2", NOW + timedelta(hours=1))

    whole, damaged = archive.receipts("HCTH")

    assert ([r.snapshot for r in whole], damaged) == ([later], [receipt])
    assert archive.count("HCTH") == 2


@pytest.mark.parametrize("spelled", [unicodedata.normalize("NFD", "Đ1-PHÒNG"), "đ1-phòng"])
def test_what_was_copied_from_a_mac_or_from_windows_is_found(tmp_path: Path, spelled: str) -> None:
    """Its folder is spelled otherwise; what is read from now on goes there too."""
    first = keep_of("Đ1-PHÒNG", Archive(tmp_path))
    (tmp_path / "Đ1-PHÒNG").rename(tmp_path / spelled)

    archive = Archive(tmp_path)
    second = keep_of("Đ1-PHÒNG", archive, b"later", NOW + timedelta(hours=1))

    assert [receipt.snapshot for receipt in archive.receipts("Đ1-PHÒNG")[0]] == [first, second]
    assert (archive.load(first), archive.load(second)) == (DATA, b"later")
    assert archive.count("Đ1-PHÒNG") == 2
    assert [path.name for path in tmp_path.iterdir()] == [spelled]


def test_folders_of_one_unit_that_differ_in_spelling_are_one(tmp_path: Path) -> None:
    """An earlier version made another beside the one that was copied: no read is lost."""
    spelled = unicodedata.normalize("NFD", "PHÒNG1")
    first = keep_of("PHÒNG1", Archive(tmp_path))
    (tmp_path / "PHÒNG1").rename(tmp_path / spelled)
    (tmp_path / "PHÒNG1").mkdir(exist_ok=True)
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("ổ đĩa này không phân biệt các cách viết")

    archive = Archive(tmp_path)
    second = keep_of("PHÒNG1", archive, b"later", NOW + timedelta(hours=1))
    archive.store(taken("PHÒNG1", DATA, version="3", modified_at=NOW, now=NOW), DATA)

    assert [receipt.snapshot for receipt in archive.receipts("PHÒNG1")[0]] == [first, second]
    assert archive.count("PHÒNG1") == 2
    assert archive.load(first) == DATA
    assert len(list((tmp_path / "PHÒNG1").iterdir())) == 2


def keep_of(unit: str, archive: Archive, data: bytes = DATA, now: datetime = NOW) -> Snapshot:
    stored = taken(unit, data, version="1", modified_at=now, now=now)
    archive.store(stored, data)
    return archive.record(stored, "reader 1", Registration(unit)).snapshot
