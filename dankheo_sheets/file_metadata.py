"""What a file has beside its bytes: owner, group, mode, ACL, extended attributes.

On Linux all of it can be seen and, mostly, given to another file. What Windows attaches (the ACL,
streams such as the mark of the web) is kept by Windows itself where it replaces one file by
another. *Untried*: nothing of this was run on Windows or on a share mounted from it.
"""

import ctypes
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

_UNLISTED = ("system.cifs_acl", "system.nfs4_acl")
"""ACLs of file servers, which Linux shows only to who asks for them by name. Untried."""


def carry_over(path: Path, to: Path) -> bool:
    """Give `to` what `path` has beside its bytes and times; tell whether it now has all of it.

    What we may not give is left out. Where the system does not show all there is (macOS) the
    answer is False; on Windows :func:`replace` carries it over, and the answer is True. Raises
    OSError where `path` cannot be looked at.
    """
    if sys.platform == "win32":
        return True
    wanted, has = path.stat(), to.stat()
    if (has.st_uid, has.st_gid) != (wanted.st_uid, wanted.st_gid):
        for owner in (wanted.st_uid, -1):  # who may not give a file away may change its group
            with suppress(OSError):
                os.chown(to, owner, wanted.st_gid)
                break
    attributes = _attributes(path)
    if sys.platform == "linux":
        present = _attributes(to)
        for name in present.keys() - attributes.keys():  # such as an ACL the directory gives
            with suppress(OSError):
                os.removexattr(to, name)
        for name, value in attributes.items():
            with suppress(OSError):
                if value is not None and present.get(name) != value:
                    os.setxattr(to, name, value)
    with suppress(OSError):
        to.chmod(stat.S_IMODE(wanted.st_mode))
    has = to.stat()
    return (
        sys.platform == "linux"
        and (has.st_uid, has.st_gid, has.st_mode) == (wanted.st_uid, wanted.st_gid, wanted.st_mode)
        and _attributes(to) == attributes
    )


def _attributes(path: Path) -> dict[str, bytes | None]:
    """Return the extended attributes, the POSIX ACL among them; None for one we may not read."""
    found: dict[str, bytes | None] = {}
    if sys.platform == "linux":
        with suppress(OSError):  # a file system without any
            found = dict.fromkeys(os.listxattr(path))
        for name in (*found, *_UNLISTED):
            with suppress(OSError):
                found[name] = os.getxattr(path, name)
    return found


def has_default_acl(directory: Path) -> bool:
    """Tell whether a directory says itself who may do what with the files that are made in it."""
    if sys.platform != "linux":
        return False
    try:
        return bool(os.getxattr(directory, "system.posix_acl_default"))
    except OSError:
        return False


def replace(beside: Path, path: Path) -> None:
    """Rename `beside` to `path`, which is there; on Windows it keeps what `path` has attached.

    Windows' ReplaceFile gives the new file the old one's ACL, its creation time and its streams,
    and refuses where it cannot. Raises OSError.
    """
    if sys.platform != "win32":
        beside.replace(path)
        return
    mode = path.stat().st_mode
    path.chmod(mode | stat.S_IWRITE)  # a read-only file is not replaced
    try:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        done = kernel.ReplaceFileW(
            ctypes.c_wchar_p(str(path)), ctypes.c_wchar_p(str(beside)), None, 0, None, None
        )
        if not done:
            raise ctypes.WinError(ctypes.get_last_error())
    finally:
        path.chmod(mode)
