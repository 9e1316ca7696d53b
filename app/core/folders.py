"""The data folder, which is its user's alone: whoever could read it would read keys' hashes, products and films."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from app.config import get_settings
from app.core.telemetry import get_logger
from app.errors import Unavailable

PRIVATE = 0o700
OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO
log = get_logger("folders")
_left_open: set[Path] = set()
"""What cannot be closed is told once."""


def private_folder(root: Path) -> Path:
    """Make ``root`` if it is not there, and close it and all folders in it to other users if it was open.

    Nothing below a closed folder can be reached, but by who has one of its folders open already: so all are closed. A
    folder that another user owns (a mounted volume) stays as it is, and the log says so.

    Raises:
        OSError: it cannot be made.
    """
    for missing in [root, *root.parents][::-1]:
        if not missing.exists():
            missing.mkdir(mode=PRIVATE, exist_ok=True)
    if root in _left_open or not root.stat().st_mode & OPEN_TO_OTHERS:
        return root
    try:
        for folder, _, _, descriptor in os.fwalk(root):
            if folder == str(root) or os.fstat(descriptor).st_mode & OPEN_TO_OTHERS:
                os.fchmod(descriptor, PRIVATE)
    except OSError:  # another user's, or a disk that is read-only
        _left_open.add(root)
        log.warning("data_folder_open", folder=str(root), owner=root.stat().st_uid)
    else:
        log.warning("data_folder_closed", folder=str(root), reason="it was open to other users of this machine")
    return root


def make_folder(*names: str) -> Path:
    """Return a folder of the data folder, made if it is not there.

    Raises:
        OSError: it cannot be made.
    """
    folder = private_folder(get_settings().shopreel_data_dir.resolve()).joinpath(*names)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def check_owner(root: Path) -> None:
    """Make sure that what lies in a folder is this user's: who owns it could put servers of their own there.

    Raises:
        Unavailable: another user owns it. Root may work in everybody's.
    """
    owner = root.stat().st_uid
    if os.geteuid() not in (owner, 0):
        raise Unavailable(f"the data folder {root} belongs to another user (uid {owner}); set SHOPREEL_DATA_DIR")
