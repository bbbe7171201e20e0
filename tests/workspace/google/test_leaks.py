"""Thirty-one leaks, planted one at a time: each is one finding, and nothing else is.

Planted as people do it in a browser, in a shared drive, in a folder of one, and in a My Drive.
The campaign of each place is begun once; every test leaves it as it was.
"""

import copy
import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

import pytest

from dankheo_sheets.steps.audit import audit
from dankheo_sheets.steps.run import close
from tests.google_campaign import COORDINATOR, LEADER, ROBOT, GoogleCampaign
from tests.google_emulator.files import FOLDER, SHORTCUT, File, root_of
from tests.google_emulator.resource import link
from tests.steps.conftest import at
from tests.workspace.google.test_audit import (
    HCTH,
    PERSON,
    STRANGER,
    TTRA,
    UNITS,
    access,
    begun,
    brief,
    change,
    everybody,
    grant,
    of_kind,
    sheet,
)

DRIVE, FOLDER_IN_DRIVE, MY_DRIVE = PLACES = (
    "shared drive", "folder in a shared drive", "my drive",
)  # fmt: skip
TEAM = "ca-so@so-khcn.example"
QLCN = "qlcn@so-khcn.example"
ROSTER = f"""Mã,Tên đơn vị,Email,Cách mở biểu,Gia hạn đến
HCTH,Phòng Hành chính - Tổng hợp,{HCTH},,20/4/2022
TTra,Thanh tra Sở,{TTRA},,20/4/2022
QLKH,Phòng Quản lý Khoa học,qlkh@so-khcn.example,liên kết,
QLCN,Phòng Quản lý Công nghệ,{QLCN},,
"""
"""Two whose sheets are open, and two that are closed, one of them for whoever has the link."""


class Stage:
    """A campaign in one of the places, and how people put it in disorder."""

    def __init__(self, campaign: GoogleCampaign, place: str) -> None:
        self.campaign, self.place = campaign, place
        self.store = campaign.google.store
        now = campaign.google.clock.now()
        text = f'shared_drive = "{campaign.drive}"\n'
        (campaign.directory / "units.csv").write_text(ROSTER, "utf-8")
        if place == MY_DRIVE:
            key = campaign.google.authorized_user(PERSON)
            (campaign.directory / "khoa.json").write_text(json.dumps(key), encoding="utf-8")
            change(campaign, text, 'scope = "drive"\n')
        if place == FOLDER_IN_DRIVE:
            drive = campaign.drive
            above = self.folder("Việc", drive).id
            inner = self.store.add(
                File(self.store.new_id(), "Đợt", FOLDER, (above,), now, now, drive=drive)
            )
            change(campaign, text, f'{text}folder = "{inner.id}"\n')
        self._settings = (campaign.directory / "campaign.toml").read_text("utf-8")
        begun(campaign)
        close(campaign.job(), at("12 08:00"))

    def folder(self, name: str, parent: str) -> File:
        now = self.campaign.google.clock.now()
        drive = parent if parent in self.store.drives else ""
        owner = "" if drive else PERSON
        return self.store.add(
            File(
                self.store.new_id(), name, FOLDER, (parent,), now, now, owner=owner, drive=drive
            )
        )  # fmt: skip

    def share(self, file: File, who: str, role: str = "writer", kind: str = "user") -> None:
        grant(self.campaign, file, who, role, kind)

    def sheet(self, unit: str = "HCTH") -> File:
        return sheet(self.campaign, unit)

    def of_kind(self, kind: str) -> File:
        return of_kind(self.campaign, kind)

    @property
    def own_folder(self) -> File:
        return self.store.files[self.sheet().parents[0]]

    @property
    def above(self) -> File:
        return self.store.files[self.own_folder.parents[0]]

    def member(self, who: str, role: str, *, group: bool = False) -> None:
        drive = self.store.drives[self.campaign.drive]
        drive.members[who] = role
        if group:
            drive.groups.add(who)

    def copied(self, original: File) -> None:
        """Let somebody who may read a file copy it into a Drive of theirs, and show us the copy."""
        mine = self.place == MY_DRIVE
        owner = PERSON if mine else STRANGER
        twin = dataclasses.replace(
            original, id=self.store.new_id(), name=f"Bản sao của {original.name}",
            parents=(root_of(owner),), owner=owner, drive="", app="", permissions={},
        )  # fmt: skip
        self.store.add(twin)
        if not mine:
            self.share(twin, ROBOT, "reader")

    def shortcut(self, target: File) -> None:
        """Put a shortcut to a file into the folder, and let everybody see it."""
        made = dataclasses.replace(
            target, id=self.store.new_id(), name="Biểu", mime=SHORTCUT, target=target.id,
            document=None, properties={}, permissions={}, restriction={},
        )  # fmt: skip
        self.share(self.store.add(made), "", "reader", "anyone")

    def move_away(self, file: File) -> None:
        parent = root_of(PERSON) if self.place == MY_DRIVE else self.campaign.drive
        file.parents = (self.folder("Cũ", parent).id,)

    def transfer(self, file: File, who: str) -> None:
        """Let somebody say yes to becoming the owner: who was it may write from then on."""
        self.share(file, PERSON, "writer")
        file.owner = who
        self.share(file, who, "owner")

    def ask_to_own(self, file: File, who: str) -> None:
        self.store.grant(file, "user", "writer", who)["pendingOwner"] = True

    def forget(self, unit: str) -> None:
        """Take a unit out of the roster."""
        lines = ROSTER.splitlines(keepends=True)
        text = "".join(line for line in lines if not line.startswith(unit))
        (self.campaign.directory / "units.csv").write_text(text, "utf-8")

    def restore(self, files: dict[str, File], members: dict[str, str]) -> None:
        """Undo what a test did: what is in a file is replaced, never changed."""
        self.store.files.clear()
        self.store.files.update({name: copy.copy(file) for name, file in files.items()})
        drive = self.store.drives[self.campaign.drive]
        drive.members, drive.groups = dict(members), set()
        (self.campaign.directory / "units.csv").write_text(ROSTER, "utf-8")
        (self.campaign.directory / "campaign.toml").write_text(self._settings, "utf-8")


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Stage]]:
    """Return the stage of each place; each is built once, in whatever order tests come."""
    with ExitStack() as campaigns:

        @cache
        def stage_in(place: str) -> Stage:
            dot = tmp_path_factory.mktemp("leaks") / "dot"
            return Stage(campaigns.enter_context(GoogleCampaign(dot)), place)

        yield stage_in


@pytest.fixture
def begun_stage(request: pytest.FixtureRequest, stages: Callable[[str], Stage]) -> Iterator[Stage]:
    begun = stages(request.param)
    yield begun
    assert begun.campaign.google.violations == []


@pytest.fixture
def stage(begun_stage: Stage) -> Iterator[Stage]:
    """Return the stage; it is set in order again."""
    files = {name: copy.copy(file) for name, file in begun_stage.store.files.items()}
    members = dict(begun_stage.store.drives[begun_stage.campaign.drive].members)
    yield begun_stage
    begun_stage.restore(files, members)


@dataclass(frozen=True)
class Leak:
    """One leak: how it comes about, and the one finding it should be."""

    name: str
    plant: Callable[[Stage], None]
    code: str
    who: str = ""
    unit: str = ""
    mends: bool = True
    places: tuple[str, ...] = (FOLDER_IN_DRIVE, MY_DRIVE)


MEMBERS = (DRIVE, FOLDER_IN_DRIVE)
LEAKS = (
    # of a unit's sheet
    Leak("a stranger who writes", lambda s: s.share(s.sheet(), STRANGER), "stranger", STRANGER,
         "HCTH"),
    Leak("a stranger who reads", lambda s: s.share(s.sheet(), STRANGER, "reader"), "stranger",
         STRANGER, "HCTH"),
    Leak("another unit", lambda s: s.share(s.sheet(), TTRA, "commenter"), "other-unit", TTRA,
         "HCTH"),
    Leak("a domain", lambda s: s.share(s.sheet(), "so-khcn.example", "reader", "domain"), "domain",
         "so-khcn.example", "HCTH"),
    Leak("a group", lambda s: s.share(s.sheet(), TEAM, "writer", "group"), "group", TEAM, "HCTH"),
    Leak("whoever has the link", lambda s: s.share(s.sheet(), "", "reader", "anyone"), "public",
         unit="HCTH"),
    Leak("a unit that is gone", lambda s: s.forget("TTra"), "gone", TTRA),
    Leak("a unit that may share on", lambda s: setattr(s.sheet(), "writers_can_share", True),
         "resharing", unit="HCTH", places=(MY_DRIVE,)),
    Leak("a unit asked to own it", lambda s: s.ask_to_own(s.sheet(), HCTH), "pending-owner", HCTH,
         "HCTH", places=(MY_DRIVE,)),
    Leak("a sheet given to another owner", lambda s: s.transfer(s.sheet(), STRANGER), "owner",
         STRANGER, "HCTH", mends=False, places=(MY_DRIVE,)),
    # of a closed one
    Leak("a lock that was lifted", lambda s: setattr(s.sheet("QLCN"), "restriction", {}),
         "unlocked", unit="QLCN", mends=False),
    Leak("a writer again", lambda s: s.share(s.sheet("QLCN"), QLCN), "locked-writer", QLCN,
         "QLCN"),
    Leak("a link that writes again", lambda s: s.share(s.sheet("QLKH"), "", "writer", "anyone"),
         "locked-writer", unit="QLKH"),
    # of what no unit should open
    Leak("a stranger in the master", lambda s: s.share(s.of_kind("master"), STRANGER, "commenter"),
         "stranger", STRANGER),
    Leak("a unit in the master", lambda s: s.share(s.of_kind("master"), HCTH, "reader"),
         "other-unit", HCTH),
    Leak("a public master", lambda s: s.share(s.of_kind("master"), "", "reader", "anyone"),
         "public"),
    Leak("a leader who writes", lambda s: s.share(s.of_kind("master"), LEADER), "too-high",
         LEADER),
    Leak("a stranger in the template", lambda s: s.share(s.of_kind("template"), STRANGER),
         "stranger", STRANGER),
    Leak("a unit in the results", lambda s: s.share(s.of_kind("results"), TTRA, "reader"),
         "other-unit", TTRA),
    Leak("a stranger in a kept file", lambda s: s.share(s.of_kind("kept"), STRANGER, "reader"),
         "stranger", STRANGER),
    # of the folder, and from above it
    Leak("a stranger in the folder", lambda s: s.share(s.own_folder, STRANGER, "reader"),
         "stranger", STRANGER),
    Leak("a public folder", lambda s: s.share(s.own_folder, "", "reader", "anyone"), "public"),
    Leak("a unit in the folder above", lambda s: s.share(s.above, TTRA), "inherited", TTRA,
         mends=False, places=(FOLDER_IN_DRIVE,)),
    Leak("a stranger who manages the content of the drive",
         lambda s: s.member(STRANGER, "fileOrganizer"), "inherited", STRANGER, mends=False,
         places=MEMBERS),
    Leak("a stranger who reads the drive", lambda s: s.member(STRANGER, "reader"), "inherited",
         STRANGER, mends=False, places=MEMBERS),
    Leak("a group in the drive", lambda s: s.member(TEAM, "reader", group=True), "inherited", TEAM,
         mends=False, places=MEMBERS),
    Leak("a unit in the drive", lambda s: s.member(HCTH, "writer"), "inherited", HCTH, mends=False,
         places=MEMBERS),
    # elsewhere
    Leak("a public shortcut", lambda s: s.shortcut(s.sheet()), "public-shortcut", mends=False),
    Leak("a copy of the master", lambda s: s.copied(s.of_kind("master")), "copy", mends=False),
    Leak("a copy of a sheet", lambda s: s.copied(s.sheet("TTra")), "copy", unit="TTra",
         mends=False),
    Leak("a sheet that was moved away", lambda s: s.move_away(s.sheet()), "moved", unit="HCTH",
         mends=False),
)  # fmt: skip


def test_the_leaks_are_thirty_one() -> None:
    assert len({leak.name for leak in LEAKS}) == len(LEAKS) == 31


@pytest.mark.parametrize("begun_stage", PLACES, indirect=True)
def test_without_a_leak_there_is_none(stage: Stage) -> None:
    result = audit(stage.campaign.job())

    assert (result.findings, result.failed, result.halted) == ((), (), None)


@pytest.mark.parametrize(
    ("begun_stage", "leak"),
    [
        pytest.param(place, leak, id=f"{place}: {leak.name}")
        for place in PLACES
        for leak in LEAKS
        if place in leak.places
    ],
    indirect=["begun_stage"],
)
def test_each_leak_is_one_finding_and_is_mended_where_the_program_can(
    stage: Stage, leak: Leak
) -> None:
    before = everybody(stage.campaign)
    leak.plant(stage)
    planted = everybody(stage.campaign)

    found = audit(stage.campaign.job())
    unchanged = everybody(stage.campaign)
    mended = audit(stage.campaign.job(), fix=True)
    again = audit(stage.campaign.job())

    expected = [(leak.code, leak.unit, leak.who, leak.mends)]
    assert (brief(found), found.failed, found.halted) == (expected, (), None)
    assert unchanged == planted
    if leak.mends:
        assert (mended.findings, mended.mended) == ((), found.findings)
        assert again.findings == ()
        if leak.code == "gone":
            before[stage.sheet("TTra").id] = {}
        assert everybody(stage.campaign) == before
    else:
        assert (mended.findings, mended.mended) == (found.findings, ())
        assert again.findings == found.findings
        assert everybody(stage.campaign) == planted


# --- those of campaign.toml ---------------------------------------------------------------


@pytest.mark.parametrize("begun_stage", [FOLDER_IN_DRIVE, MY_DRIVE], indirect=True)
def test_mending_leaves_to_those_of_campaign_toml_what_they_have_anywhere(stage: Stage) -> None:
    """On sheets open and closed, on all else, by the folder, by the drive; a group too."""
    change(stage.campaign, f'coordinator = ["{COORDINATOR}"', f'coordinator = ["{TEAM}"')
    if stage.place != MY_DRIVE:
        stage.member(TEAM, "fileOrganizer", group=True)
        stage.member(LEADER, "commenter")
    kinds = ("template", "results", "kept")
    for file in (*map(stage.sheet, UNITS), *map(stage.of_kind, kinds), stage.own_folder):
        stage.share(file, TEAM, "writer", "group")
        stage.share(file, LEADER, "reader")
    master = stage.of_kind("master")
    master.permissions = {}
    stage.share(master, TEAM, "writer", "group")
    stage.share(master, LEADER, "reader")
    if stage.place == MY_DRIVE:
        stage.share(master, PERSON, "owner")
    before = everybody(stage.campaign)

    result = audit(stage.campaign.job(), fix=True)

    assert (result.findings, result.mended, result.failed) == ((), (), ())
    assert everybody(stage.campaign) == before


@pytest.mark.parametrize("begun_stage", [MY_DRIVE], indirect=True)
def test_mending_takes_from_them_only_what_campaign_toml_does_not_give(stage: Stage) -> None:
    before = everybody(stage.campaign)
    stage.share(stage.sheet("QLCN"), LEADER, "writer")
    stage.ask_to_own(stage.sheet("QLCN"), COORDINATOR)
    stage.share(stage.sheet("QLCN"), STRANGER, "writer")

    result = audit(stage.campaign.job(), fix=True)

    assert (result.findings, result.failed) == ((), ())
    assert [(each.code, each.who, each.remedy) for each in result.mended] == [
        ("locked-writer", LEADER, "hạ xuống quyền xem"),
        ("pending-owner", COORDINATOR, "rút lời mời làm chủ tệp"),
        ("stranger", STRANGER, "bỏ quyền này"),
    ]
    before[stage.sheet("QLCN").id] |= {LEADER: "reader", COORDINATOR: "writer"}
    assert everybody(stage.campaign) == before


@pytest.mark.parametrize("begun_stage", [MY_DRIVE], indirect=True)
def test_a_stranger_who_was_asked_to_own_loses_both(stage: Stage) -> None:
    before = everybody(stage.campaign)
    stage.ask_to_own(stage.of_kind("master"), STRANGER)

    result = audit(stage.campaign.job(), fix=True)

    assert [each.code for each in result.mended] == ["pending-owner", "stranger"]
    assert result.findings == ()
    assert everybody(stage.campaign) == before


@pytest.mark.parametrize("begun_stage", [MY_DRIVE], indirect=True)
def test_a_coordinator_who_owns_the_files_is_not_missing_and_may(stage: Stage) -> None:
    """The campaign is run by another account than the one that began it."""
    for file in stage.store.files.values():
        if file.owner == PERSON:
            stage.transfer(file, COORDINATOR)

    assert audit(stage.campaign.job()).findings == ()


@pytest.mark.parametrize("begun_stage", [FOLDER_IN_DRIVE], indirect=True)
def test_a_coordinator_whose_address_is_a_closed_units_keeps_the_right_to_write(
    stage: Stage,
) -> None:
    change(stage.campaign, QLCN, COORDINATOR, "units.csv")
    closed = stage.sheet("QLCN")
    closed.permissions = {}
    stage.share(closed, COORDINATOR, "writer")

    assert audit(stage.campaign.job(), fix=True).mended == ()
    assert access(closed) == {COORDINATOR: "writer"}


# --- elsewhere, and who manages all -------------------------------------------------------


@pytest.mark.parametrize("begun_stage", PLACES, indirect=True)
def test_what_lies_elsewhere_is_said_with_where_it_is_and_what_to_do(stage: Stage) -> None:
    stage.copied(stage.of_kind("template"))
    stage.move_away(stage.sheet("TTra"))

    moved, copied = audit(stage.campaign.job()).findings

    owner = PERSON if stage.place == MY_DRIVE else STRANGER
    assert copied.what == f"bản sao nằm ngoài thư mục của đợt, chủ tệp là {owner}"
    assert copied.remedy == "xem ai mở được bản sao; không cần thì xoá"
    assert moved.what == "nằm ngoài thư mục của đợt, chương trình không đọc tới"
    assert moved.remedy == "chuyển tệp trở lại thư mục của đợt"
    assert (moved.unit, moved.url) == ("TTra", link(stage.sheet("TTra")))


@pytest.mark.parametrize("begun_stage", [MY_DRIVE], indirect=True)
def test_results_that_were_moved_away_are_one_finding(stage: Stage) -> None:
    """Not one for each file that is kept in their folder."""
    results = stage.of_kind("results")
    stage.move_away(results)

    assert [(each.code, each.file) for each in audit(stage.campaign.job()).findings] == [
        ("moved", results.name)
    ]


@pytest.mark.parametrize("begun_stage", [MY_DRIVE], indirect=True)
def test_shortcuts_that_give_nothing_away_are_no_finding(stage: Stage) -> None:
    """One that only its owner sees; one to a sheet that whoever has the link may open."""
    stage.shortcut(stage.sheet("QLKH"))
    stage.shortcut(stage.sheet("HCTH"))
    (own,) = (f for f in stage.store.files.values() if f.target == stage.sheet("HCTH").id)
    own.permissions = {}

    assert audit(stage.campaign.job()).findings == ()


@pytest.mark.parametrize("begun_stage", [DRIVE], indirect=True)
def test_whoever_manages_the_drive_is_to_be_named_in_campaign_toml(stage: Stage) -> None:
    stage.member(STRANGER, "organizer")

    (finding,) = audit(stage.campaign.job()).findings
    change(stage.campaign, f'leader = ["{LEADER}"', f'leader = ["{LEADER}", "{STRANGER}"')
    named = audit(stage.campaign.job()).findings

    assert finding.what == f"{STRANGER} được quản lý mọi tệp của đợt"
    assert finding.remedy.endswith("thì ghi địa chỉ vào [agency] của campaign.toml")
    assert named == ()


@pytest.mark.parametrize("begun_stage", [MY_DRIVE], indirect=True)
def test_a_unit_with_another_code_now_is_not_gone(stage: Stage) -> None:
    text = ROSTER.replace("Gia hạn đến\n", "Gia hạn đến,Mã cũ\n").replace("HCTH,", "VP,")
    lines = [f"{line},HCTH" if line.startswith("VP,") else f"{line}," for line in text.splitlines()]
    lines[0] = lines[0].removesuffix(",")
    (stage.campaign.directory / "units.csv").write_text("\n".join(lines), "utf-8")

    assert audit(stage.campaign.job(), fix=True).mended == ()
    assert access(stage.sheet()) == {HCTH: "writer"}
