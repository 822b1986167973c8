"""What became of a folder or pattern since its stamp: members that came, went, moved or changed; in which commits.

A shell over git. The stamp names no members, so the commit at which they were as stamped is looked for, newest first
and in a bounded part of history; where it is not at hand (a shallow clone), no member is named. Invariant: the members
named are those between that commit and the worktree, and nothing is guessed.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_many
from drift.blame import FORMAT, blob_id, object_format
from drift.check import content
from drift.compare import ask_for
from drift.content import Found
from drift.members import member_ask, set_found
from drift.model import Blame, MemberChanges, Reason
from drift.patterns import folder_of, members_of, without
from drift.recall import Anew
from drift.workspace import listed, reader
from fp.kernel.errors import KitError
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.kernel.git.run import git

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from drift.content import Ask
    from drift.model import AnchorReport, Binding, CheckReport, Stamp
    from drift.recall import Recall
    from drift.workspace import Workspace
    from fp.kernel.ports import Oid

COMMITS_MAX = 60
BINDINGS_MAX = 20
"""How many stale folders and patterns a check looks into."""
LINKS = "120000"


class History(NamedTuple):
    """The members as they were stamped (git's ids by path), what became of them, and in which commits, newest first.

    `uncommitted` when the worktree changes them too.
    """

    then: Mapping[str, Oid]
    changes: MemberChanges
    commits: tuple[Blame, ...]
    uncommitted: bool


def explained(workspace: Workspace, report: CheckReport, recall: Recall | None = None) -> CheckReport:
    """The report in which stale folders and patterns name their members, where history has them."""
    left = [
        one
        for one in report.anchors
        if one.reason is Reason.CHANGED and is_many(one.binding.target.path) and not one.waived
    ][:BINDINGS_MAX]
    if not left:
        return report
    looks = Looks(workspace, recall or Anew())
    found = {one.binding.key: history.changes for one in left if (history := history_of(looks, one.binding))}
    docs = [replace(doc, anchors=tuple(_named(one, found) for one in doc.anchors)) for doc in report.docs]
    return replace(report, docs=tuple(docs))


def _named(one: AnchorReport, found: Mapping[tuple[str, str], MemberChanges]) -> AnchorReport:
    return replace(one, members=found[one.binding.key]) if one.binding.key in found else one


class Looks:
    """What several bindings share: the files of now, and what each content means, looked at once."""

    def __init__(self, workspace: Workspace, recall: Recall | None = None):
        self.workspace = workspace
        self._recall = recall or Anew()
        self._stamps: dict[tuple[str, Oid, Ask], Stamp | None] = {}
        self._read = reader(workspace.files)

    @functools.cached_property
    def files(self) -> list[str]:
        """All that git does not ignore."""
        return listed(self.workspace)

    @functools.cache  # noqa: B019 - it lives for one command
    def now(self, path: str) -> tuple[Oid, bytes] | None:
        """A file of the worktree and the id of its content; None for what cannot be read."""
        data = content(path, self._read)
        return (blob_id(data, object_format(self.workspace.root)), data) if isinstance(data, bytes) else None

    def stamp(self, path: str, oid: Oid, data: bytes, ask: Ask) -> Stamp | None:
        """What a content means as a member; None where it is none."""
        comments = self.workspace.settings.comments
        one = member_ask(path, ask, comments)
        key = (path, oid, one)
        if key not in self._stamps:
            found = self._recall.seen(path, data, [one], comments)[one]
            self._stamps[key] = found.stamp if isinstance(found, Found) else None
        return self._stamps[key]

    def lacks(self, path: str, oid: Oid, ask: Ask) -> bool:
        """Whether a content has not been looked at."""
        return (path, oid, member_ask(path, ask, self.workspace.settings.comments)) not in self._stamps


def history_of(looks: Looks, binding: Binding) -> History | None:
    """What happened to a folder or pattern since its stamp; None where that cannot be known here."""
    if looks.workspace.top is None or binding.sig is None or binding.origin:
        return None
    try:
        return _Trail(looks, binding).walk()
    except KitError:
        return None


class _Trail:
    """One binding's way back."""

    def __init__(self, looks: Looks, binding: Binding):
        self._looks, self._workspace, self._binding = looks, looks.workspace, binding
        self._target, self._ask = binding.target.path, ask_for(binding)
        self._repository = Repository.discover(self._workspace.root)

    def walk(self) -> History | None:
        """Back to the commit whose members fit the stamp."""
        now = self._now()
        words = ("log", f"-n{COMMITS_MAX}", f"--format={FORMAT}", "HEAD", "--", folder_of(self._target) or ".")
        lines = git(self._workspace.root, *words, ok=(0, 128)).lines()
        blames = [Blame(*parts) for line in lines if len(parts := line.split("\0")) == len(Blame._fields)]
        found: list[Blame] = []
        newer: dict[str, Stamp] | None = None
        uncommitted = False
        for at, blame in enumerate(blames):
            oids = self._members(blame.commit)
            stamps = self._stamped(oids)
            if at == 0:
                uncommitted = stamps != now
            elif newer != stamps:
                found.append(blames[at - 1])
            if self._fits(stamps):
                return History(oids, changes(stamps, now), tuple(found), uncommitted)
            newer = stamps
        return None

    def _fits(self, stamps: Mapping[str, Stamp]) -> bool:
        found = set_found(self._target, stamps, self._ask, self._workspace.settings.comments)
        return bool(stamps) and isinstance(found, Found) and found.stamp == self._binding.sig

    def _now(self) -> dict[str, Stamp]:
        known = {
            path: found for path in self._chosen(self._looks.files) if (found := self._looks.now(path)) is not None
        }
        stamps = {path: self._looks.stamp(path, *found, self._ask) for path, found in known.items()}
        return {path: stamp for path, stamp in stamps.items() if stamp is not None}

    def _members(self, commit: str) -> dict[str, Oid]:
        """The members at a commit."""
        prefix = self._prefix()
        under = f"{prefix}{folder_of(self._target)}".rstrip("/")
        entries = GitObjects(self._repository).list_tree(commit, under)
        known = {one.path[len(prefix) :]: one.oid for one in entries if one.kind == "blob" and one.mode != LINKS}
        return {path: known[path] for path in self._chosen(known)}

    def _chosen(self, files: Iterable[str]) -> tuple[str, ...]:
        return without(members_of([self._target], files)[self._target], self._binding.doc.path) or ()

    def _prefix(self) -> str:
        top = self._workspace.top
        assert top is not None, "a trail needs a repository"
        inside = self._workspace.root.resolve().relative_to(top.resolve()).as_posix()
        return "" if inside == "." else f"{inside}/"

    def _stamped(self, oids: Mapping[str, Oid]) -> dict[str, Stamp]:
        new = sorted({oid for path, oid in oids.items() if self._looks.lacks(path, oid, self._ask)})
        blobs = GitObjects(self._repository).read_blobs(new)
        stamps = {path: self._looks.stamp(path, oid, blobs.get(oid, b""), self._ask) for path, oid in oids.items()}
        return {path: stamp for path, stamp in stamps.items() if stamp is not None}


def changes(then: Mapping[str, Stamp], now: Mapping[str, Stamp]) -> MemberChanges:
    """What lies between two states of the members. Renamed is what went and came with the same meaning, once each."""
    gone, come = then.keys() - now.keys(), now.keys() - then.keys()
    by_stamp: defaultdict[Stamp, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for path in gone:
        by_stamp[then[path]][0].append(path)
    for path in come:
        by_stamp[now[path]][1].append(path)
    renamed = {old[0]: new[0] for old, new in by_stamp.values() if len(old) == len(new) == 1}
    return MemberChanges(
        added=tuple(sorted(come - set(renamed.values()))),
        removed=tuple(sorted(gone - renamed.keys())),
        renamed=tuple(sorted(renamed.items())),
        changed=tuple(sorted(path for path in then.keys() & now.keys() if then[path] != now[path])),
    )
