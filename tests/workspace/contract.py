"""What every workspace promises: one suite, run over each of them.

A subclass gives the fixture `workspace` and says how a person changes a sheet.
"""

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from dankheo_sheets.errors import InUse, SheetBusy
from dankheo_sheets.form import layout, reader
from dankheo_sheets.form.layout import Form
from dankheo_sheets.outputs.sheet_rows import Rows
from dankheo_sheets.registration import Feedback, FeedbackLine
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.base import Drawing, Sheet, Workspace

FEEDBACK = Feedback(
    "Biểu cần sửa.", "trước ngày 12/4/2022", "01 mô hình", "17 giờ 00, ngày 08/4/2022", "ab" * 32,
    (FeedbackLine("B10", "=1+1", "Thiếu địa chỉ.", "Phải sửa"),),
)  # fmt: skip


class _Drawing:
    """A master of one tab, with one long row."""

    def draw(self, book: Any) -> list[Rows]:
        tab = book.add_worksheet("Tổng hợp")
        tab.write_string(0, 0, "Tên", book.add_format({}))
        tab.write_blank(1, 0, None, book.add_format({}))
        return [Rows("Tổng hợp", 1, [["=1+1"]], lambda cells: (0, 15.0))]

    def checksum(self) -> str:
        return "0123456789abcdef"


DRAWING: Drawing = _Drawing()


class WorkspaceContract:
    """Any :class:`Workspace`, with the units of the example."""

    @pytest.fixture
    def workspace(self) -> Workspace:
        raise NotImplementedError

    def type_into(self, workspace: Workspace, sheet: Sheet, cell: str, value: str) -> None:
        """Let a person type into a unit's sheet and save it."""
        raise NotImplementedError

    def with_units(self, workspace: Workspace, units: Sequence[Unit]) -> Workspace:
        """Return the same place, with a list of units that changed."""
        raise NotImplementedError

    def throw_away(self, workspace: Workspace, sheet: Sheet) -> None:
        """Let a person delete a unit's sheet."""
        raise NotImplementedError

    def create(self, workspace: Workspace, unit: Unit) -> Sheet:
        """Make a unit's sheet, as provisioning does: make, look, fill in, look again."""
        workspace.create(unit)
        workspace.prepare(self.sheet(workspace, unit), unit)
        return self.sheet(workspace, unit)

    def sheet(self, workspace: Workspace, unit: Unit) -> Sheet:
        return next(sheet for sheet in workspace.sheets() if sheet.unit == unit.code)

    # --- one run at a time ------------------------------------------------------------------

    def test_a_second_comer_is_told_who_is_at_work(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        other = self.with_units(workspace, units)

        with workspace.lease("Lê Thị Ðào, máy-1"):
            with pytest.raises(InUse) as refused, other.lease("máy-2", wait=False):
                pass

            with pytest.raises(InUse), self.with_units(other, units).lease("máy-3", wait=False):
                pass

        assert refused.value.message.startswith("Lê Thị Ðào, máy-1 đang chạy đợt này")
        assert refused.value.hint.startswith("đợi lượt ấy xong rồi chạy lại")

    def test_a_lease_within_a_lease_asks_nothing_and_gives_nothing_back(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        other = self.with_units(workspace, units)

        with workspace.lease("máy-1"):
            before = workspace.requests()
            with workspace.lease("máy-1"), workspace.lease("máy-1", wait=False):
                pass
            assert workspace.requests() == before
            with pytest.raises(InUse), other.lease("máy-2", wait=False):
                pass

    def test_what_is_given_back_is_another_machines_and_then_ones_own_again(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        machines = [workspace, self.with_units(workspace, units)]

        for turn in range(4):
            mine, other = machines[turn % 2], machines[1 - turn % 2]
            with (
                mine.lease(f"máy-{turn}", wait=False),
                pytest.raises(InUse, match=f"^máy-{turn} "),
                other.lease("ai đó", wait=False),
            ):
                pass

    def test_what_goes_wrong_gives_the_lease_back(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        entered = []

        with pytest.raises(ZeroDivisionError), workspace.lease("máy-1"), workspace.lease("máy-1"):
            raise ZeroDivisionError

        with self.with_units(workspace, units).lease("máy-2", wait=False):
            entered.append("máy-2")
        assert entered == ["máy-2"]

    def test_the_lease_is_no_sheet_and_no_change_of_one(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        self.create(workspace, units[0])
        before = workspace.sheets()

        with workspace.lease("máy-1"):
            meanwhile = workspace.sheets()

        assert meanwhile == before
        assert workspace.sheets() == before

    # --- the sheets -------------------------------------------------------------------------

    def test_an_empty_workspace_has_no_sheets(self, workspace: Workspace) -> None:
        assert workspace.sheets() == []

    def test_a_created_sheet_is_listed_for_its_unit(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        created = self.create(workspace, units[0])

        assert workspace.sheets() == [created]
        assert (created.unit, created.locked, created.beside) == (units[0].code, False, ())
        assert dict(created.properties) == {}

    def test_what_makes_a_sheet_returns_it_as_it_is_listed(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        workspace.sheets()

        made = {unit.code: workspace.create(unit) for unit in units[:3]}

        assert made == {sheet.unit: sheet for sheet in workspace.sheets()}

    def test_creating_twice_is_the_same_as_once(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        first = self.create(workspace, units[0])
        self.type_into(workspace, first, "B10", "đã ghi")

        workspace.create(units[0])
        workspace.discard_spares(self.sheet(workspace, units[0]))

        (again,) = workspace.sheets()
        assert (again.id, again.beside, again.spares) == (first.id, (), ())
        assert again.version != first.version

    def test_a_sheet_that_is_gone_is_listed_as_that_with_its_properties(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        sheet = self.create(workspace, units[0])
        workspace.mark(sheet, decision="excluded", reason="đã sáp nhập")
        self.throw_away(workspace, sheet)

        (gone,) = workspace.sheets()

        assert (gone.unit, gone.gone, gone.version) == (units[0].code, True, "")
        assert dict(gone.properties) == {"decision": "excluded", "reason": "đã sáp nhập"}

    def test_a_sheet_that_is_gone_is_put_back_as_it_was(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        self.type_into(workspace, self.create(workspace, units[0]), "B10", "đã ghi")
        sheet = self.sheet(workspace, units[0])
        data = workspace.download(sheet)
        self.throw_away(workspace, sheet)
        workspace.sheets()

        restored = workspace.restore(units[0], data, sheet.modified_at)

        (again,) = workspace.sheets()
        assert restored == again
        book = openpyxl.load_workbook(io.BytesIO(workspace.download(again)))
        assert not again.gone
        assert again.modified_at == sheet.modified_at
        assert book[layout.TAB_ENTRIES]["B10"].value == "đã ghi"

    def test_a_new_name_of_the_unit_reaches_its_sheet_and_is_no_news(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        self.type_into(workspace, self.create(workspace, units[0]), "B10", "đã ghi")
        renamed = replace(units[0], name="Văn phòng mới")
        other = self.with_units(workspace, [renamed, *units[1:]])
        before = self.sheet(other, renamed)

        other.prepare(before, renamed)

        after = self.sheet(other, renamed)
        tab = openpyxl.load_workbook(io.BytesIO(other.download(after)))[layout.TAB_ENTRIES]
        assert (before.prepared, after.prepared) == (False, True)
        assert (after.version, after.modified_at) == (before.version, before.modified_at)
        assert (tab["A1"].value, tab["B10"].value) == ("VĂN PHÒNG MỚI", "đã ghi")

    def test_preparing_twice_is_the_same_as_once(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        sheet = self.create(workspace, units[0])
        before = openpyxl.load_workbook(io.BytesIO(workspace.download(sheet)))

        workspace.prepare(sheet, units[0])

        (again,) = workspace.sheets()
        after = openpyxl.load_workbook(io.BytesIO(workspace.download(again)))
        assert again.prepared
        assert [[c.value for c in row] for row in after[layout.TAB_ENTRIES].rows] == [
            [c.value for c in row] for row in before[layout.TAB_ENTRIES].rows
        ]

    def test_sharing_twice_is_the_same_as_once(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        editors = workspace.access.editors(units[0])
        sheet = self.create(workspace, units[0])

        for _ in range(2):
            workspace.access.share(self.sheet(workspace, units[0]), editors or ())

        shared = self.sheet(workspace, units[0])
        assert shared.editors == editors
        assert shared.version == sheet.version

    def test_what_a_person_typed_is_downloaded(
        self, workspace: Workspace, units: Sequence[Unit], form: Form
    ) -> None:
        sheet = self.create(workspace, units[0])
        self.type_into(workspace, sheet, "B10", "=1+1 là tên")

        data = workspace.download(self.sheet(workspace, units[0]))

        assert [e["name"] for e in reader.read(data, form, units[0].code).entries] == [
            "=1+1 là tên"
        ]

    def test_a_persons_change_changes_version_and_time(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        before = self.create(workspace, units[0])
        self.type_into(workspace, before, "B10", "mới")

        after = self.sheet(workspace, units[0])

        assert after.version != before.version
        assert after.modified_at > before.modified_at

    def test_a_stale_sheet_is_not_downloaded(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        stale = self.create(workspace, units[0])
        self.type_into(workspace, stale, "B10", "mới")

        with pytest.raises(SheetBusy):
            workspace.download(stale)

    def test_feedback_is_shown_and_nothing_else_changes(
        self, workspace: Workspace, units: Sequence[Unit], form: Form
    ) -> None:
        self.type_into(workspace, self.create(workspace, units[0]), "B10", "tên")
        sheet = self.sheet(workspace, units[0])
        before = workspace.download(sheet)

        workspace.give_feedback(sheet, FEEDBACK)

        assert self.sheet(workspace, units[0]).version == sheet.version
        assert self.sheet(workspace, units[0]) == sheet
        after = workspace.download(sheet)
        tab = openpyxl.load_workbook(io.BytesIO(after))[layout.TAB_FEEDBACK]
        assert tab["B3"].value == "Biểu cần sửa."
        assert [cell.value for cell in tab[layout.FEEDBACK_HEADER_ROW + 1]] == [
            "B10",
            "=1+1",
            "Thiếu địa chỉ.",
            "Phải sửa",
        ]
        assert tab[f"B{layout.FEEDBACK_HEADER_ROW + 1}"].data_type == "s"
        code = units[0].code
        assert reader.read(after, form, code) == reader.read(before, form, code)

    def test_feedback_is_not_written_over_a_persons_change(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        stale = self.create(workspace, units[0])
        self.type_into(workspace, stale, "B10", "vừa sửa")
        changed = self.sheet(workspace, units[0])

        with pytest.raises(SheetBusy):
            workspace.give_feedback(stale, FEEDBACK)

        assert self.sheet(workspace, units[0]) == changed

    def test_locking_is_seen_and_undone_and_is_no_change(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        sheet = self.create(workspace, units[0])

        workspace.lock(sheet, "hết hạn")
        workspace.lock(sheet, "hết hạn")
        locked = self.sheet(workspace, units[0])
        workspace.unlock(sheet)
        unlocked = self.sheet(workspace, units[0])

        assert (locked.locked, unlocked.locked) == (True, False)
        assert locked.version == unlocked.version == sheet.version

    def test_feedback_on_a_locked_sheet_leaves_it_locked(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        sheet = self.create(workspace, units[0])
        workspace.lock(sheet, "hết hạn")

        workspace.give_feedback(sheet, FEEDBACK)

        assert self.sheet(workspace, units[0]).locked

    def test_marks_are_kept_changed_and_removed_and_are_no_change(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        sheet = self.create(workspace, units[0])

        workspace.mark(sheet, a="1", b="hai")
        workspace.mark(sheet, a="", b="2")
        marked = self.sheet(workspace, units[0])

        assert dict(marked.properties) == {"b": "2"}
        assert marked.version == sheet.version

    def test_a_mark_may_be_as_long_as_a_reason_and_leaves_nothing_behind(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        sheet = self.create(workspace, units[0])
        reason = "Đề nghị nêu rõ địa chỉ; " * 12
        seen = []

        for value in (reason, "ngắn", ""):
            workspace.mark(sheet, reason=value, decision="x")
            seen.append(dict(self.sheet(workspace, units[0]).properties))

        assert seen == [
            {"decision": "x", "reason": reason}, {"decision": "x", "reason": "ngắn"},
            {"decision": "x"},
        ]  # fmt: skip

    def test_feedback_marks_the_sheet_in_the_same_step(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        sheet = self.create(workspace, units[0])

        workspace.give_feedback(sheet, FEEDBACK, {"feedback": "abc"})

        assert dict(self.sheet(workspace, units[0]).properties) == {"feedback": "abc"}

    def test_a_persons_change_after_feedback_is_seen(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        sheet = self.create(workspace, units[0])
        workspace.give_feedback(sheet, FEEDBACK)

        self.type_into(workspace, sheet, "B10", "sửa sau phản hồi")

        assert self.sheet(workspace, units[0]).version != sheet.version

    def test_showing_the_master_twice_is_the_same_as_once(self, workspace: Workspace) -> None:
        workspace.sheets()

        where = [workspace.results.show(DRAWING) for _ in range(2)]

        assert where[0] == where[1]
        assert workspace.sheets() == []

    def test_publishing_twice_is_the_same_as_once(self, workspace: Workspace) -> None:
        for _ in range(2):
            workspace.results.publish({"bao-cao.json": b"{}"})

        assert workspace.sheets() == []
