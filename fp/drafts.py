"""Which issue files of this worktree differ from a commit: drafts, or another branch's proposals. A shell.

The blob ids of the files are computed here and held against the commit's; git is asked only about those that differ,
for what it checks out may differ from what it stores. At 10,000 issues with six events each `git diff` and `git
ls-files` over the folder cost 600 ms, this 80.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from fp import scan
from fp.model import ISSUES_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Oid
    from fp.view import View

PATHS_ASKED_MAX = 200
"""Beyond this many paths git is asked about the whole folder: an argument list has a length."""
READ_BYTES_MAX = 1024 * 1024
"""What is larger is left to git."""


def drafts(view: View) -> list[str]:
    """Paths of the issue files that differ from the judged commit, sorted; none in a bare repository."""
    top = view.repository.top
    if top is None:
        return []
    here = view.local.here if view.local is not None else None
    if here is None:
        here = _blobs(f"{top}/{ISSUES_FOLDER}", view.repository.object_format)
    return differing(view.repository, view.commit, here, view.tracker.blobs)


def _blobs(folder: str, object_format: str) -> dict[str, Oid]:
    """The blob id of each issue file; empty for what cannot be read."""
    try:
        names = list(scan.look(folder))
        contents = scan.read(folder, names, READ_BYTES_MAX)
        return dict.fromkeys(names, "") | {name: blob_id(data, object_format) for name, _, data in contents}
    except OSError:
        return {}


def blob_id(data: bytes, object_format: str) -> Oid:
    """The id that git gives these bytes when no filter changes them."""
    return hashlib.new(object_format, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def differing(repository: Repository, commit: Oid, here: Mapping[str, Oid], there: Mapping[str, Oid]) -> list[str]:
    """Paths that git too says differ. `here` has blob ids by name, `there` by path."""
    before = {path.rpartition("/")[2]: oid for path, oid in there.items()}
    odd = sorted(name for name in here.keys() | before.keys() if here.get(name) != before.get(name))
    if not odd:
        return []
    paths = [f"{ISSUES_FOLDER}/{name}" for name in odd]
    new = [path for path, name in zip(paths, odd, strict=True) if name not in before]
    words = ("diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--no-renames", commit, "--")
    others = ("ls-files", "--others", "--exclude-standard", "-z", "--")
    found = {*repository.git(*words, *_asked(paths)).fields()}
    if new:
        found |= {*repository.git(*others, *_asked(new)).fields()}
    return sorted(found & set(paths))


def _asked(paths: Sequence[str]) -> Sequence[str]:
    return paths if len(paths) <= PATHS_ASKED_MAX else (ISSUES_FOLDER,)
