"""Files that a merge left unmerged in git's index, and how they are staged when they are settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.git.filters import without_filters
from fp.kernel.git.objects import GitObjects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fp.kernel.git.repo import Repository

REGULAR = frozenset({"100644", "100755"})


class Unmerged(NamedTuple):
    """A path with its base, ours and theirs, each None where it has none; `plain` when all are regular files."""

    path: str
    sides: tuple[bytes | None, bytes | None, bytes | None]
    plain: bool


def unmerged(repository: Repository, wanted: Callable[[str], bool]) -> list[Unmerged]:
    """The unmerged files of the index whose path is wanted, in its order; paths from the worktree's top."""
    stages: dict[str, dict[str, str]] = {}
    odd = set()
    for field in repository.git("ls-files", "-u", "-z").fields():
        head, _, path = field.partition("\t")
        if not wanted(path):
            continue
        mode, oid, stage_number = head.split(" ")
        stages.setdefault(path, {})[stage_number] = oid
        if mode not in REGULAR:
            odd.add(path)
    blobs = GitObjects(repository).read_blobs([oid for found in stages.values() for oid in found.values()])
    return [
        Unmerged(
            path,
            (blobs.get(found.get("1", "")), blobs.get(found.get("2", "")), blobs.get(found.get("3", ""))),
            path not in odd,
        )
        for path, found in stages.items()
    ]


def stage(repository: Repository, paths: Iterable[str]) -> None:
    """`git add`, through no filter of the repository's own."""
    listing = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in sorted(set(paths)))
    if listing:
        words = ("update-index", "--add", "--remove", "-z", "--stdin")
        repository.git(*words, stdin=listing, config=without_filters(repository.where))
