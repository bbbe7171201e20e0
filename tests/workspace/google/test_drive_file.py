"""What a file says of itself: when a person changed it, who has access, what fits on it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.workspace.google.drive_file import (
    MAX_PROPERTY,
    DriveFile,
    Grant,
    checksum_of,
    own_write,
    pieces,
)

TYPED, WRITTEN = "2022-04-08T09:00:00.000Z", "2022-04-08T10:00:00.123Z"
NOW = datetime(2022, 4, 8, 10, tzinfo=UTC)


def file(modified: str, *, by_us: bool | None, ours: str = "", **more: Any) -> DriveFile:
    properties = {"dk_ours": ours} if ours else {}
    user = {} if by_us is None else {"lastModifyingUser": {"me": by_us}}
    return DriveFile(
        {"id": "1", "modifiedTime": modified, "properties": properties, **user, **more}
    )


def test_our_own_writing_is_no_change() -> None:
    seen = file(WRITTEN, by_us=True, ours=own_write(NOW, TYPED))

    assert (seen.version, seen.modified_at) == (TYPED, datetime(2022, 4, 8, 9, tzinfo=UTC))


@pytest.mark.parametrize("by_us", [False, None])
def test_a_persons_change_after_our_writing_is_one(by_us: bool | None) -> None:
    """Somebody who is not signed in has no name (reference/google.md §3.3)."""
    assert file(WRITTEN, by_us=by_us, ours=own_write(NOW, TYPED)).version == WRITTEN


def test_what_we_change_long_after_we_said_so_is_a_persons() -> None:
    """The coordinator's own account may be ours: then it is they who typed."""
    early = own_write(NOW - timedelta(minutes=3), TYPED)

    assert file(WRITTEN, by_us=True, ours=early).version == WRITTEN


def test_a_file_we_made_was_changed_when_we_made_it() -> None:
    assert file(WRITTEN, by_us=True).version == WRITTEN


@given(st.integers(0, 10**9), st.integers(0, 119))
def test_what_own_write_says_holds_for_two_minutes(start: int, seconds: int) -> None:
    now = datetime(2010, 1, 1, tzinfo=UTC) + timedelta(seconds=start)
    written = (now + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")

    assert file(written.replace("+00:00", "Z"), by_us=True, ours=own_write(now, TYPED)).version == (
        TYPED
    )


def test_marks_are_the_properties_that_are_not_ours() -> None:
    seen = DriveFile({"id": "1", "properties": {"dk_unit": "A", "b": "2", "a": "1"}})

    assert seen.marks == {"a": "1", "b": "2"}


def test_an_empty_mark_is_taken_off() -> None:
    assert pieces({"a": "1", "b": ""}) == {"a": "1", "b": None}


@given(value=st.text(max_size=300), before=st.text(max_size=300))
def test_a_mark_of_any_length_is_kept_whole_over_any_other(value: str, before: str) -> None:
    """124 bytes of UTF-8, key and value together (reference/google.md §5)."""
    value, before = (text.encode("utf-8", "ignore").decode() for text in (value, before))
    properties = {key: v for key, v in pieces({"reason": before}).items() if v is not None}

    for key, part in pieces({"reason": value}, properties).items():
        properties.pop(key, None)
        if part is not None:
            properties[key] = part

    assert all(len(k.encode()) + len(v.encode()) <= MAX_PROPERTY for k, v in properties.items())
    marks = DriveFile({"id": "1", "properties": properties}).marks
    assert marks == ({"reason": value} if value else {})


def test_a_mark_too_long_for_drive_is_refused_before_it_is_sent() -> None:
    with pytest.raises(WorkspaceError, match="a: nội dung dài quá"):
        pieces({"a": "ệ" * 400})


def test_what_we_write_always_fits() -> None:
    code = "ệ" * 32
    assert pieces({"dk_unit": code, "dk_ours": own_write(NOW, TYPED), "dk_for": checksum_of([])})


def test_the_checksum_of_editors_does_not_depend_on_their_order_and_names_nobody() -> None:
    assert checksum_of(["b@x.vn", "a@x.vn"]) == checksum_of(["a@x.vn", "b@x.vn"])
    assert checksum_of(["a@x.vn"]) != checksum_of([])
    assert "a@x.vn" not in checksum_of(["a@x.vn"])


def test_a_shared_drive_lists_nobody() -> None:
    permission = {"id": "7", "type": "user", "role": "writer", "emailAddress": "A@X.vn"}
    owner = {"id": "1", "type": "user", "role": "owner", "emailAddress": "o@x.vn"}

    mine = file(WRITTEN, by_us=True, permissions=[owner, permission])
    shared = file(WRITTEN, by_us=True, permissions=[permission], driveId="0A")

    assert mine.grants == (Grant("7", "user", "writer", "a@x.vn"),)
    assert shared.grants is None


def test_a_grant_is_inherited_only_where_all_of_it_is() -> None:
    def grant(*inherited: bool) -> Grant:
        details = [{"inherited": each} for each in inherited]
        of = {"id": "7", "type": "user", "role": "writer", "permissionDetails": details}
        return Grant.of(of)

    assert [grant().inherited, grant(True).inherited, grant(True, False).inherited] == [
        False, True, False,
    ]  # fmt: skip
