"""Two accounts and a group on this machine: a coordinator and a unit who share a folder.

Only root can become others, and CI is root: elsewhere these tests skip and say so.
"""

import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

as_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="chỉ root mới đóng vai nhiều tài khoản"
)


@dataclass(frozen=True)
class Account:
    """A user id with its group; neither has to exist."""

    uid: int
    gid: int

    def run(
        self, program: str, *arguments: object, umask: int = 0o022
    ) -> subprocess.CompletedProcess[str]:
        """Run a Python program, as this account from where it says `become()`.

        What it imports may lie where this account cannot read: it is imported before.
        """
        begin = (
            "import os\n"
            "def become():\n"
            f"    os.umask({umask}); os.setgroups([])\n"
            f"    os.setgid({self.gid}); os.setuid({self.uid})\n"
        )
        return subprocess.run(
            [sys.executable, "-B", "-c", begin + program, *map(str, arguments)],
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            encoding="utf-8", capture_output=True, check=False, timeout=120,
        )  # fmt: skip

    def may_write(self, path: Path) -> bool:
        """Tell whether this account may write into a file."""
        return self.run("import sys; become(); open(sys.argv[1], 'r+b')", path).returncode == 0


GROUP = 3000
COORDINATOR, UNIT, COLLEAGUE = (Account(uid, GROUP) for uid in (2001, 2002, 2003))
OUTSIDER = Account(2004, 2004)

ACL = "system.posix_acl_access"


def acl(owner: int, group: int, mask: int, named: Sequence[tuple[int, int]]) -> bytes:
    """Return a POSIX ACL as Linux keeps it: `named` are users' ids and permissions."""
    nobody = 0xFFFFFFFF
    entries = [(0x01, owner, nobody), *((0x02, may, uid) for uid, may in named),
               (0x04, group, nobody), (0x10, mask, nobody), (0x20, 0, nobody)]  # fmt: skip
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *each) for each in entries)


@contextmanager
def shared_folder(mode: int = 0o2775) -> Iterator[Path]:
    """Make a folder of the group, as file servers have them: what is new in it is the group's."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)  # pytest's own are closed to others
        path = Path(place, "chung")
        path.mkdir()
        os.chown(path, COORDINATOR.uid, GROUP)
        path.chmod(mode)
        yield path
