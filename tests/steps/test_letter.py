"""dankheo letter: what is written where, what stays, what a new version lists."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from dankheo_sheets.campaign import Campaign, load
from dankheo_sheets.errors import SettingsError, WorkspaceError
from dankheo_sheets.operations.document_versions import Version, Versions
from dankheo_sheets.steps.letter import letter
from tests.conftest import EXAMPLE
from tests.steps.conftest import at, everything

NOW = at("05 09:00")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of the example campaign."""
    for name in ("campaign.toml", "units.csv"):
        shutil.copy(EXAMPLE / name, tmp_path / name)
    return tmp_path


def write(folder: Path, *changes: tuple[str, str], dry_run: bool = False) -> Version:
    """Change campaign.toml, and write the letter anew."""
    path = folder / "campaign.toml"
    text = path.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    return letter(folder, load(folder)[0], NOW, dry_run=dry_run)


LATER = ("before = 2022-04-12", "before = 2022-04-15")
OTHER = ('name = "Nguyễn Văn Mẫu"', 'name = "Trần Thị Mẫu"')


def test_the_first_letter_is_version_1_and_kept(folder: Path) -> None:
    version = write(folder)

    assert (version.number, version.new, version.changes) == (1, True, ())
    out = folder / "out"
    assert (out / "cong-van.docx").read_bytes() == version.data
    assert (out / "phien-ban" / "cong-van-1.docx").read_bytes() == version.data
    told = (out / "phien-ban" / "cong-van-1.txt").read_text("utf-8")
    assert told.startswith("cong-van.docx, phiên bản 1\nLập 09 giờ 00, ngày 05/4/2022\nSHA-256 ")


def test_writing_again_changes_nothing(folder: Path) -> None:
    write(folder)
    before = everything(folder)

    version = write(folder)

    assert (version.number, version.new) == (1, False)
    assert everything(folder / "out") == {
        name.removeprefix("out/"): what for name, what in before.items() if name.startswith("out/")
    }


def test_a_change_makes_a_new_version_that_lists_it_and_keeps_the_old(folder: Path) -> None:
    first = write(folder)

    second = write(folder, LATER, OTHER)

    kept = folder / "out" / "phien-ban"
    assert (second.number, second.new) == (2, True)
    assert (kept / "cong-van-1.docx").read_bytes() == first.data
    assert (kept / "cong-van-2.docx").read_bytes() == second.data
    assert (folder / "out" / "cong-van.docx").read_bytes() == second.data
    assert second.changes == (
        "Sửa: “… email: tong-hop@so-khcn.example trước ngày 12/4/2022 để tổng hợp, đăng …” thành "
        "“… email: tong-hop@so-khcn.example trước ngày 15/4/2022 để tổng hợp, đăng …”",
        "Sửa: “Nguyễn Văn Mẫu” thành “Trần Thị Mẫu”",
    )
    told = (kept / "cong-van-2.txt").read_text("utf-8")
    assert told.endswith(
        "\n\nThay đổi so với phiên bản 1:\n" + "".join(f"- {each}\n" for each in second.changes)
    )


def test_what_is_new_and_what_is_gone_is_listed(folder: Path) -> None:
    write(folder)

    version = write(
        folder,
        ('"GD, các PGĐ Sở", ', ""),
        ('addressees = ["Các phòng, đơn vị thuộc Sở"]',
         'addressees = ["Các phòng, đơn vị thuộc Sở"]\nextra = ["Đoạn thêm."]'),
    )  # fmt: skip

    assert version.changes == ("Thêm: “Đoạn thêm.”", "Bỏ: “- GD, các PGĐ Sở;”")


def test_going_back_is_a_new_version_too(folder: Path) -> None:
    first = write(folder)
    write(folder, LATER)

    back = write(folder, tuple(reversed(LATER)))  # type: ignore[arg-type]

    assert (back.number, back.data) == (3, first.data)


def test_trying_says_the_version_and_writes_nothing(folder: Path) -> None:
    version = write(folder, dry_run=True)

    assert (version.number, version.new) == (1, True)
    assert not (folder / "out").exists()


def test_what_a_person_typed_stays_while_nothing_is_new(folder: Path) -> None:
    write(folder)
    newest = folder / "out" / "cong-van.docx"
    newest.write_bytes(b"typed by hand")

    version = write(folder)

    assert (version.new, version.edited) == (False, b"typed by hand")
    assert newest.read_bytes() == b"typed by hand"


def test_what_a_person_typed_is_put_aside_for_a_new_version(folder: Path) -> None:
    write(folder)
    newest = folder / "out" / "cong-van.docx"
    newest.write_bytes(b"typed by hand")

    version = write(folder, LATER)

    assert version.aside.read_bytes() == b"typed by hand"
    assert version.aside.parent == folder / "out" / "phien-ban"
    assert newest.read_bytes() == version.data


def test_a_run_that_died_halfway_is_finished_by_the_next(folder: Path) -> None:
    write(folder)
    old = (folder / "out" / "cong-van.docx").read_bytes()
    new = write(folder, LATER).data
    (folder / "out" / "cong-van.docx").write_bytes(old)  # the version is there, the newest is not

    version = write(folder)

    assert (version.number, version.new) == (2, False)
    assert (folder / "out" / "cong-van.docx").read_bytes() == new


def test_a_damaged_old_version_is_said_and_replaced_by_none(folder: Path) -> None:
    write(folder)
    kept = folder / "out" / "phien-ban" / "cong-van-1.docx"
    kept.chmod(0o644)
    kept.write_bytes(b"torn")

    version = write(folder)

    assert (version.number, version.changes) == (2, ("Không đọc được bản trước, không so được.",))
    assert kept.read_bytes() == b"torn"


def test_only_the_layout_changed(tmp_path: Path, campaign: Campaign) -> None:
    from dankheo_sheets.outputs.word.letter import letter as drawn

    shelf, name = Versions(tmp_path), "cong-van.docx"
    shelf.write({name: shelf.plan(name, drawn(campaign))}, NOW)

    wider = campaign.letter.model_copy(update={"issuer": "Sở  Khoa học và Công nghệ"})
    other = shelf.plan(name, drawn(campaign.model_copy(update={"letter": wider})))

    assert other.changes == ("Chữ không đổi; chỉ cách trình bày hoặc thuộc tính của tệp.",)
    assert replace(other, changes=()).kept.name == "cong-van-2.docx"


def test_what_is_missing_is_named_before_anything_is_written(folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"signer\.name: thiếu họ tên người ký"):
        write(folder, ('name = "Nguyễn Văn Mẫu"   # tên mẫu', ""))

    assert not (folder / "out").exists()


def test_a_missing_plan_is_named_before_anything_is_written(folder: Path) -> None:
    path = folder / "campaign.toml"
    head, _, rest = path.read_text("utf-8").partition("[plan]")
    path.write_text(head + "[letter]" + rest.partition("[letter]")[2], "utf-8")

    with pytest.raises(SettingsError) as caught:
        write(folder)

    assert caught.value.mistakes == ("campaign.toml: plan: thiếu mục này",)
    assert not (folder / "out").exists()


def test_a_folder_in_the_way_is_named(folder: Path) -> None:
    (folder / "out" / "cong-van.docx").mkdir(parents=True)

    with pytest.raises(WorkspaceError):
        write(folder)
