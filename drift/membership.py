"""What became of a folder or pattern since its stamp: members that came, went, moved or changed; in which commits.

A shell over git. The stamp names no members, so the commit at which they were as stamped is looked for, newest first
and in a bounded part of history; where it is not at hand (a shallow clone), no member is named. Invariant: the members
named are those between that commit and the worktree, and nothing is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_many
from drift.blame import FORMAT
from drift.check import content
from drift.compare import ask_for
from drift.content import Found, seen
from drift.members import member_ask, set_found
from drift.model import Blame, MemberChanges, Reason
from drift.patterns import folder_of, members_of, without
from drift.workspace import listed, reader
from fp.kernel.errors import KitError
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.kernel.git.run import git

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from drift.content import Ask
    from drift.model import AnchorReport, Binding, CheckReport, Stamp
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


def explained(workspace: Workspace, report: CheckReport) -> CheckReport:
    """The report in which stale folders and patterns name their members, where history has them."""
    left = [
        one
        for one in report.anchors
        if one.reason is Reason.CHANGED and is_many(one.binding.target.path) and not one.waived
    ][:BINDINGS_MAX]
    if not left:
        return report
    found = {one.binding.key: history.changes for one in left if (history := history_of(workspace, one.binding))}
    docs = [replace(doc, anchors=tuple(_named(one, found) for one in doc.anchors)) for doc in report.docs]
    return replace(report, docs=tuple(docs))


def _named(one: AnchorReport, found: Mapping[tuple[str, str], MemberChanges]) -> AnchorReport:
    return replace(one, members=found[one.binding.key]) if one.binding.key in found else one


def history_of(workspace: Workspace, binding: Binding) -> History | None:
    """What happened to a folder or pattern since its stamp; None where that cannot be known here."""
    if workspace.top is None or binding.sig is None or binding.origin:
        return None
    try:
        return _Trail(workspace, binding).walk()
    except KitError:
        return None


class _Trail:
    """One binding's way back; each content is looked at once."""

    def __init__(self, workspace: Workspace, binding: Binding):
        self._workspace, self._binding, self._ask = workspace, binding, ask_for(binding)
        self._repository = Repository.discover(workspace.root)
        self._stamps: dict[tuple[str, Oid], Stamp | None] = {}

    def walk(self) -> History | None:
        """Back to the commit whose members fit the stamp."""
        now = self._now()
        words = (
            "log",
            f"-n{COMMITS_MAX}",
            f"--format={FORMAT}",
            "HEAD",
            "--",
            folder_of(self._binding.target.path) or ".",
        )
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
        found = set_found(self._binding.target.path, stamps, self._ask, self._workspace.settings.comments)
        return bool(stamps) and isinstance(found, Found) and found.stamp == self._binding.sig

    def _now(self) -> dict[str, Stamp]:
        read = reader(self._workspace.files)
        found: dict[str, Stamp] = {}
        for path in self._chosen(listed(self._workspace)):
            data = content(path, read)
            stamp = self._stamp(path, data) if isinstance(data, bytes) else None
            if stamp is not None:
                found[path] = stamp
        return found

    def _members(self, commit: str) -> dict[str, Oid]:
        """The members at a commit."""
        prefix = self._prefix()
        under = f"{prefix}{folder_of(self._binding.target.path)}".rstrip("/")
        entries = GitObjects(self._repository).list_tree(commit, under)
        known = {one.path[len(prefix) :]: one.oid for one in entries if one.kind == "blob" and one.mode != LINKS}
        return {path: known[path] for path in self._chosen(known)}

    def _chosen(self, files: Iterable[str]) -> tuple[str, ...]:
        target = self._binding.target.path
        return without(members_of([target], files)[target], self._binding.doc.path) or ()

    def _prefix(self) -> str:
        top = self._workspace.top
        assert top is not None, "a trail needs a repository"
        inside = self._workspace.root.resolve().relative_to(top.resolve()).as_posix()
        return "" if inside == "." else f"{inside}/"

    def _stamped(self, oids: Mapping[str, Oid]) -> dict[str, Stamp]:
        new = sorted({oid for path, oid in oids.items() if (path, oid) not in self._stamps})
        blobs = GitObjects(self._repository).read_blobs(new)
        for path, oid in oids.items():
            if oid in blobs:
                self._stamps.setdefault((path, oid), self._stamp(path, blobs[oid]))
        return {path: stamp for path, oid in oids.items() if (stamp := self._stamps.get((path, oid))) is not None}

    def _stamp(self, path: str, data: bytes) -> Stamp | None:
        ask: Ask = member_ask(path, self._ask, self._workspace.settings.comments)
        found = seen(path, data, [ask])[ask]
        return found.stamp if isinstance(found, Found) else None


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
