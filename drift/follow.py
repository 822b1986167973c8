"""Follows targets and documents that are not where the lock says, by what came or changed since they were last there.

A shell over git and the worktree; it runs only when something is lost, looks at a bounded part of history, and says
nothing is certain where it could not look at all of it. Decisions are `drift.moved`'s.
"""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import EVERY, is_many, is_prose, parse_symbol
from drift.check import content
from drift.compare import ask_for
from drift.content import PARSE_BYTES_MAX, Ask, Found, Missing, policy_of, seen
from drift.languages.table import available, name_of
from drift.model import Anchor, Body, Candidate, Docstrings, Fate, Followed, Policy, Reason
from drift.moved import FILE_CERTAIN_MIN, SAME, SIMILAR, Place, decided, follow_symbol, outline
from drift.revision import Revision, at
from drift.workspace import reader
from fp.kernel.errors import KitError
from fp.kernel.git.run import git

if TYPE_CHECKING:
    from collections.abc import Iterable

    from drift.model import AnchorReport, Binding, CheckReport, Stamp
    from drift.moved import Outlined
    from drift.workspace import Workspace

LOST_TARGETS = frozenset({Reason.FILE_NOT_FOUND, Reason.SYMBOL_NOT_FOUND})
PATHS_MAX = 30
"""How many lost files are followed in one check; each costs a look at history."""
VERSIONS_MAX = 12
CHANGED_FILES_MAX = 400
CONTENT_BYTES_MIN = 16
"""A file that holds less is like any other."""


class Change(NamedTuple):
    """A file that came or changed: its path before, where git sees a rename, and how much of it stayed."""

    path: str
    before: str
    alike: float


class Since(NamedTuple):
    """What came or changed since a commit; `complete` unless there was too much of it."""

    revision: Revision
    changes: tuple[Change, ...]
    complete: bool


class _Covered(NamedTuple):
    """What a stamp covers of a definition, and whether it is of all that share the name."""

    policy: Policy
    every: bool


def follow(workspace: Workspace, report: CheckReport) -> CheckReport:
    """The report, in which lost targets and documents know where they may be; the same one outside a repository."""
    if workspace.top is None:
        return report
    trail = _Trail(workspace)
    docs = []
    for doc in report.docs:
        anchors = tuple(
            replace(one, followed=followed) if (followed := trail.follow(one)) is not None else one
            for one in doc.anchors
        )
        docs.append(replace(doc, anchors=anchors))
    return replace(report, docs=tuple(docs))


class _Trail:
    """One check's look at history: each commit is compared with the worktree once."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace
        self._since: dict[str, Since] = {}
        self._lost: set[str] = set()

    def follow(self, one: AnchorReport) -> Followed | None:
        """Where one lost target or document went; None for what is not lost."""
        binding = one.binding
        if binding.origin or one.waived is not None or one.reason not in LOST_TARGETS | {Reason.DOCUMENT_NOT_FOUND}:
            return None
        path = binding.doc.path if one.reason is Reason.DOCUMENT_NOT_FOUND else binding.target.path
        self._lost.add(path)
        if len(self._lost) > PATHS_MAX:
            return None
        try:
            if one.reason is Reason.DOCUMENT_NOT_FOUND:
                return self._file(binding.doc, Ask(""))
            ask = ask_for(binding)
            if is_many(path):
                return self._folder(path) if path.endswith("/") else Followed(Fate.ORPHANED)
            if not ask.fragment:
                return self._file(binding.target, ask)
            return self._prose(binding) if is_prose(path) else self._symbol(binding, ask)
        except KitError:
            return None  # history cannot be read: the check itself says what is lost

    # -- files ------------------------------------------------------------------------------------------------------

    def _file(self, lost: Anchor, ask: Ask) -> Followed:
        """Where a whole file went: to one of the same content, or to what git calls its new name."""
        for since in self._history(lost.path):
            data = since.revision.read(lost.path)
            if data is None:
                continue
            old = seen(lost.path, data, [ask])[ask]
            narrow = _is_narrow(_policy(ask, lost.path))
            whole = _stamp(seen(lost.path, data, [Ask("")])[Ask("")]) if narrow else None
            stamp = old.stamp if isinstance(old, Found) and len(data) >= CONTENT_BYTES_MIN else None
            found = []
            for change in since.changes:
                if since.revision.entries.get(change.path) is not None:
                    continue
                anchor = Anchor(change.path, lost.fragment)
                now = self._seen(change.path, ask)
                same = stamp is not None and isinstance(now, Found) and now.stamp == stamp
                renamed = change.before == lost.path
                # A narrow stamp may fit files that share nothing: there all of it counts, or git must back it.
                if same and (renamed or not narrow or _stamp(self._seen(change.path, Ask(""))) == whole):
                    found.append(Candidate(anchor, 1.0, SAME, certain=narrow and renamed))
                elif change.before == lost.path:
                    certain = change.alike >= FILE_CERTAIN_MIN
                    found.append(Candidate(anchor, change.alike, SIMILAR, certain=certain))
            return decided(found, complete=since.complete)
        return Followed(Fate.ORPHANED)

    def _prose(self, binding: Binding) -> Followed:
        """A heading follows its file; one that is gone from a file that stays has only near names."""
        if (self._workspace.root / binding.target.path).exists():
            return Followed(Fate.ORPHANED)
        followed = self._file(binding.target, Ask(""))
        kept = [one for one in followed.candidates if isinstance(self._seen(*_question(one.anchor)), Found)]
        return decided(kept, complete=followed.certain is not None)

    def _folder(self, lost: str) -> Followed:
        """Where a folder went: to the one that most of its files came to under the same names."""
        for since in self._history(lost):
            names = {path[len(lost) :] for path in since.revision.entries if path.startswith(lost)}
            if not names:
                continue
            homes = Counter(home for change in since.changes if (home := self._home(change, since, lost, names)))
            taken = {home for home in homes if any(path.startswith(home) for path in since.revision.entries)}
            found = []
            for home, count in homes.items():
                share = count / len(names)
                certain = share >= FILE_CERTAIN_MIN and home not in taken
                found.append(
                    Candidate(Anchor(home), share, SAME if certain and share == 1 else SIMILAR, certain=certain)
                )
            return decided(found, complete=since.complete)
        return Followed(Fate.ORPHANED)

    def _home(self, change: Change, since: Since, lost: str, names: set[str]) -> str:
        """The folder that a file of the lost one came to; empty for any other file."""
        name = change.before[len(lost) :] if change.before.startswith(lost) else ""
        if not name and not change.before and change.path not in since.revision.entries:
            ends = (one for one in names if change.path.endswith(f"/{one}"))
            name = next((one for one in ends if self._is_copy(change.path, since, lost + one)), "")
        return change.path.removesuffix(name) if name and change.path.endswith(f"/{name}") else ""

    def _is_copy(self, path: str, since: Since, before: str) -> bool:
        return content(path, reader(self._workspace.files)) == since.revision.read(before)

    def _seen(self, path: str, ask: Ask) -> Found | Missing:
        data = content(path, reader(self._workspace.files))
        return data if isinstance(data, Missing) else seen(path, data, [ask])[ask]

    # -- symbols ----------------------------------------------------------------------------------------------------

    def _symbol(self, binding: Binding, ask: Ask) -> Followed:
        target = binding.target
        if not available(name_of(target.path)):
            return Followed(Fate.ORPHANED)
        covered = _Covered(_policy(ask, target.path), parse_symbol(target.fragment).signature == EVERY)
        for since in self._history(target.path):
            data = since.revision.read(target.path)
            old = _outlined(target.path, data, covered) if data is not None else ()
            lost = next((one for one in old if one.is_meant_by(target.fragment)), None)
            if lost is not None:
                places = [self._place(change, since, target.path, covered) for change in since.changes]
                wanted = lost._replace(fragment=target.fragment)
                found = follow_symbol(wanted, [one for one in places if one is not None], complete=since.complete)
                return self._resolvable(found)
        return Followed(Fate.ORPHANED)

    def _resolvable(self, followed: Followed) -> Followed:
        """Without the certainty of a place whose name does not lead to one thing there."""
        best = followed.certain
        if best is None or isinstance(self._seen(*_question(best.anchor)), Found):
            return followed
        doubted = tuple(one._replace(certain=False) for one in followed.candidates)
        return Followed(Fate.AMBIGUOUS, doubted)

    def _place(self, change: Change, since: Since, lost: str, covered: _Covered) -> Place | None:
        if name_of(change.path) != name_of(lost):
            return None
        now = self._now(change.path, covered)
        before = frozenset[tuple[str, str]]()
        if since.revision.entries.get(change.path) is not None:
            data = since.revision.read(change.path)
            old = _outlined(change.path, data, covered) if data is not None else ()
            before = frozenset((one.fragment, one.digest) for one in old)
        return Place(change.path, now, before, change.alike if change.before == lost else 0.0)

    @functools.cache  # noqa: B019 - a trail lives for one check
    def _now(self, path: str, covered: _Covered) -> tuple[Outlined, ...]:
        data = content(path, reader(self._workspace.files))
        return () if isinstance(data, Missing) else _outlined(path, data, covered)

    # -- history ----------------------------------------------------------------------------------------------------

    def _history(self, path: str) -> Iterable[Since]:
        """HEAD, then the commits before those that changed the file, newest first."""
        yield self._changes("HEAD")
        words = ("log", f"-n{VERSIONS_MAX}", "--format=%P", "HEAD", "--", path)
        for parents in git(self._workspace.root, *words, ok=(0, 128)).lines():
            if parents:
                yield self._changes(parents.split()[0])

    def _changes(self, name: str) -> Since:
        if name not in self._since:
            revision = at(self._workspace, name)
            changes = _changes(self._workspace, revision)
            known = tuple(changes[:CHANGED_FILES_MAX])
            revision.prefetch(one.path for one in known if name_of(one.path))
            self._since[name] = Since(revision, known, len(changes) <= CHANGED_FILES_MAX)
        return self._since[name]


def _stamp(found: Found | Missing) -> Stamp | None:
    return found.stamp if isinstance(found, Found) else None


def _question(anchor: Anchor) -> tuple[str, Ask]:
    return anchor.path, Ask(anchor.fragment)


def _is_narrow(policy: Policy) -> bool:
    return policy.body is not Body.WHOLE or policy.docstrings is Docstrings.IGNORE


def _policy(ask: Ask, path: str) -> Policy:
    """What the stamp covers; everything where it does not say."""
    return (policy_of(ask.scheme, path) if ask.scheme else None) or Policy()


def _outlined(path: str, data: bytes, covered: _Covered) -> tuple[Outlined, ...]:
    small = len(data) <= PARSE_BYTES_MAX and b"\0" not in data
    return outline(path, data, covered.policy, every=covered.every) if small else ()


def _changes(workspace: Workspace, revision: Revision) -> list[Change]:
    """Files of the worktree that are not the commit's, untracked ones too; renames as git sees them."""
    words = ("diff", "--name-status", "-z", "--relative", "--no-ext-diff", "-M50%", "--diff-filter=AMRC", revision.oid)
    fields = iter(git(workspace.root, *words).fields())
    found: dict[str, Change] = {}
    for status in fields:
        before = next(fields)
        if status[0] in "RC":
            path = next(fields)
            found[path] = Change(path, before if status[0] == "R" else "", int(status[1:] or 0) / 100)
        else:
            found[before] = Change(before, "", 0.0)
    for path in git(workspace.root, "ls-files", "-z", "--others", "--exclude-standard").fields():
        found.setdefault(path, Change(path, "", 0.0))
    return sorted(found.values(), key=lambda change: not change.before)
