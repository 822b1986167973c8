"""What landed on the target, and whether it is still there: one walk over the target's first-parent line.

A landing record is a commit on that line with the trailer `Tarmac-Landed: <run> <sealed tip>` whose second parent is
that very tip; a trailer alone is only text. Reads; changes nothing.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tarmac.landing.integrate import integrate
from tarmac.landing.locks import by_binding
from tarmac.model import parse_run_name
from tarmac.snapshot import LandingFacts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fp.kernel.ports import Oid
    from tarmac.model import RunName
    from tarmac.observe.eyes import Eyes

TRAILER = "Tarmac-Landed"
PARKED = "Tarmac-Parked"
ISSUES = ".issues"
LANDINGS_MAX = 100_000
UNDO_MERGES_MAX = 200
"""How many landings whose files all changed since are tried by a merge, the newest first."""
_FORMAT = f"%x00%H %P%x00%(trailers:key={TRAILER},valueonly,separator=%x2C)%x00"


class Target:
    """The target commit, and its blobs by path once somebody asks."""

    def __init__(self, eyes: Eyes, commit: Oid):
        self._objects = eyes.world.objects
        self.commit = commit

    @cached_property
    def _files(self) -> dict[str, Oid]:
        return {entry.path: entry.oid for entry in self._objects.list_tree(self.commit)}

    @cached_property
    def content(self) -> Oid:
        """Its content tree."""
        return self._objects.content_tree(self.commit)

    @cached_property
    def _blobs(self) -> frozenset[Oid]:
        return frozenset(self._files.values())

    def holds(self, blob: Oid) -> bool:
        """Whether some path has this blob."""
        return blob in self._blobs

    def blob(self, path: str) -> Oid:
        """The blob at a path; empty when there is none."""
        return self._files.get(path, "")


class Landed(NamedTuple):
    """A landing with what it changed: path, blob before, blob after (empty where absent)."""

    run: RunName
    commit: Oid
    parent: Oid
    tip: Oid
    changes: tuple[tuple[str, Oid, Oid], ...]


def landings(eyes: Eyes, target: Target) -> dict[RunName, LandingFacts]:
    """All landings by run, the last one of each."""
    found = {one.run: one for one in reversed(list(_walk(eyes, target.commit)))}
    contents = content_trees(eyes, [one.commit for one in found.values()])
    merges_left = UNDO_MERGES_MAX
    facts: dict[RunName, LandingFacts] = {}
    for one in reversed(found.values()):
        gone = _gone(one, target)
        if gone is None and merges_left:
            merges_left -= 1
            gone = _undone(eyes, one, target)
        paths = tuple(path for path, _, new in one.changes if new and target.blob(path) == new)
        facts[one.run] = LandingFacts(one.run, one.commit, one.tip, contents[one.commit], bool(gone), paths)
    return facts


def parked_runs(eyes: Eyes, tracker: Oid) -> frozenset[RunName]:
    """The runs whose parking is in the tracker's history, whether or not somebody took it back."""
    words = ("log", "--first-parent", f"--grep=^{PARKED}: ", f"--max-count={LANDINGS_MAX}")
    found = eyes.repository.git(*words, f"--format=%(trailers:key={PARKED},valueonly)", "--end-of-options", tracker)
    names = (parse_run_name(line.strip()) for line in found.lines())
    return frozenset(name for name in names if name is not None)


def _walk(eyes: Eyes, target: Oid) -> Iterator[Landed]:
    """The newest first."""
    words = ("log", "--first-parent", "-m", "--raw", "--no-abbrev", "--no-renames", "-z", f"--max-count={LANDINGS_MAX}")
    asked = (f"--grep=^{TRAILER}: ", f"--format={_FORMAT}", "--end-of-options", target)
    fields = eyes.repository.git(*words, *asked).stdout.decode("utf-8", "surrogateescape").split("\0")
    for head, trailer, raw in _records(fields):
        commit, *parents = head.split(" ")
        name, _, tip = trailer.rpartition(",")[2].strip().partition(" ")
        run = parse_run_name(name)
        if run is not None and len(parents) == 2 and parents[1] == tip:
            yield Landed(run, commit, parents[0], tip, tuple(_changes(raw)))


def _records(fields: Sequence[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Head, trailer and raw fields of each commit. A record starts where an object id stands first in a field."""
    at = 0
    while at < len(fields):
        if not _is_head(fields[at]):
            at += 1
            continue
        end = at + 2
        while end < len(fields) and not _is_head(fields[end]):
            end += 1
        yield fields[at], fields[at + 1], list(fields[at + 2 : end])
        at = end


def _is_head(field: str) -> bool:
    words = field.split(" ")
    return len(words) > 1 and all(len(word) in (40, 64) and not set(word) - set("0123456789abcdef") for word in words)


def _changes(raw: Sequence[str]) -> Iterator[tuple[str, Oid, Oid]]:
    """Pairs of a head (`:100644 100644 old new M`) and a path; the tracker's own files are left out."""
    head = ""
    for field in raw:
        if head:
            old, new = (("" if set(oid) == {"0"} else oid) for oid in head.split(" ")[2:4])
            if not in_issues(field):
                yield field, old, new
            head = ""
        elif field.lstrip("\n").startswith(":"):
            head = field.lstrip("\n")


def in_issues(path: str) -> bool:
    """Whether the path belongs to the tracker and not to the content."""
    return path == ISSUES or path.startswith(f"{ISSUES}/")


def _gone(one: Landed, target: Target) -> bool | None:
    """Whether the landing was taken out again, where the blobs alone tell; None where they do not.

    A blob that is elsewhere in the target was moved there.
    """
    now = [(target.blob(path), old, new) for path, old, new in one.changes]
    if not now or any(blob == new or target.holds(new) for blob, _, new in now):
        return False
    return True if all(blob == old for blob, old, _ in now) else None


def _undone(eyes: Eyes, one: Landed, target: Target) -> bool:
    """Whether undoing the landing would change nothing, because somebody has done so."""
    objects = eyes.world.objects
    content, before = objects.content_tree(one.commit), objects.content_tree(one.parent)
    return eyes.world.merges.merge(content, target.content, before).tree == target.content


def is_merged(eyes: Eyes, changes: Sequence[tuple[str, Oid, Oid]], tip: Oid, target: Target) -> bool:
    """Whether merging a tip that is not empty would leave the target's content as it is."""
    if not changes:
        return False
    now = [(target.blob(path), old, new) for path, old, new in changes]
    if all(blob == new for blob, _, new in now):
        return True
    if any(blob == old for blob, old, _ in now):
        return False  # the target still has the old state of a path: a merge would change it
    world = eyes.world
    settle = by_binding(world.objects)
    found = integrate(world.objects, world.merges, target=target.commit, tip=tip, settle=settle)
    return found.content is not None and found.content == target.content


def content_trees(eyes: Eyes, commits: Sequence[Oid]) -> dict[Oid, Oid]:
    """The content tree of each commit, computed from the root trees that one git prints: no process for each."""
    if not commits:
        return {}
    stdin = "".join(f"{commit}^{{tree}}\n" for commit in commits).encode()
    stdout = eyes.repository.git("cat-file", "--batch", stdin=stdin).stdout
    found: dict[Oid, Oid] = {}
    position = 0
    for commit in commits:
        end = stdout.index(b"\n", position)
        size = int(stdout[position:end].split(b" ")[2])
        found[commit] = _without_issues(stdout[end + 1 : end + 1 + size], eyes.repository.object_format)
        position = end + 1 + size + 1
    return found


def _without_issues(tree: bytes, object_format: str) -> Oid:
    """The id of a root tree without its entry `.issues`."""
    length = hashlib.new(object_format, usedforsecurity=False).digest_size
    kept = b""
    position = 0
    while position < len(tree):
        end = tree.index(b"\0", position)
        entry_end = end + 1 + length
        if tree[position:end].partition(b" ")[2] != ISSUES.encode():
            kept += tree[position:entry_end]
        position = entry_end
    return hashlib.new(object_format, b"tree %d\0" % len(kept) + kept, usedforsecurity=False).hexdigest()
