"""What stands in a fresh worktree besides the code: the operator's copied files, and a folder for the outcome.

Both are ignored by git or kept out of what is committed, and both are taken away again when they are as we made them.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import Refused
from tarmac.model import OUTCOME_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from fp.kernel.fs import RealFiles

FORMAT = 1
COPY_BYTES_MAX = 10 * 1000 * 1000
IGNORE_PATH = ".tarmac/.gitignore"
IGNORE_ALL = b"*\n"
"""Ignores itself too, so that an agent's `git add --all` takes nothing of the folder."""


def fill(source: RealFiles, target: RealFiles, paths: Iterable[str]) -> dict[str, str]:
    """Copy files of the main checkout; their digests by path. Refused for what is no file there, or is here already."""
    target.create(IGNORE_PATH, IGNORE_ALL)
    return {path: _copy(source, target, path) for path in paths}


def _copy(source: RealFiles, target: RealFiles, path: str) -> str:
    try:
        data = source.read(path, COPY_BYTES_MAX)
    except FileNotFoundError:
        raise Refused(
            f"workspace.copy names {path!r}, which the main checkout does not have",
            hint="make the file, or take it out of WORKFLOW.md",
            reason="no-such-copy",
        ) from None
    if not target.create(path, data) and _content(target, path) != data:
        raise Refused(f"workspace.copy names {path!r}, and the run's base has another file there", reason="copy-exists")
    os.chmod(target.root / path, os.stat(source.root / path).st_mode & 0o777)  # a secret stays as private as it was
    return hashlib.sha256(data).hexdigest()


class Made(NamedTuple):
    """What `prepare` made: which folder (device and inode: a path can be given to another), and the copies in it."""

    device: int
    inode: int
    copied: Mapping[str, str]

    def is_at(self, path: Path) -> bool:
        """Whether this very folder is still at the path."""
        try:
            status = os.lstat(path)
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == (self.device, self.inode)


def made(path: Path, copied: Mapping[str, str]) -> Made:
    """Of the folder at the path."""
    status = os.lstat(path)
    return Made(status.st_dev, status.st_ino, copied)


def dump(made: Made) -> bytes:
    """As the run's folder keeps it."""
    return (json.dumps({"format": FORMAT, **made._asdict()}, indent=1) + "\n").encode("ascii")


def load(data: bytes) -> Made | None:
    """Read it; None when it is not one: then nothing counts as ours."""
    try:
        value = json.loads(data)
        copied = {str(path): str(digest) for path, digest in value["copied"].items()}
        return Made(int(value["device"]), int(value["inode"]), copied) if value["format"] == FORMAT else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def unchanged(target: RealFiles, copied: Mapping[str, str]) -> list[str]:
    """What of our own filling is as we left it, and the outcome file, which the exit record has."""
    mine = [path for path, digest in copied.items() if _digest(target, path) == digest]
    ignore = [IGNORE_PATH] if _content(target, IGNORE_PATH) == IGNORE_ALL else []
    outcome = target.stat(OUTCOME_PATH)
    return [*mine, *ignore, *([OUTCOME_PATH] if outcome is not None and outcome.kind == "file" else [])]


def empty_folders(root: Path, paths: Iterable[str]) -> None:
    """Remove the folders of these paths that hold nothing any more."""
    for path in paths:
        folder = (root / path).parent
        while folder != root:
            try:
                os.rmdir(folder)
            except OSError:
                break
            folder = folder.parent


def _content(files: RealFiles, path: str) -> bytes | None:
    try:
        return files.read(path, COPY_BYTES_MAX)
    except (FileNotFoundError, NotADirectoryError, Refused):
        return None


def _digest(files: RealFiles, path: str) -> str:
    content = _content(files, path)
    return "" if content is None else hashlib.sha256(content).hexdigest()
