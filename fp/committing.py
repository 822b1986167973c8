"""What `fp commit` would commit: the tracker's files that differ from HEAD, judged as the commit would hold them.

A shell over git. Invariant: what is judged is the very tree that is committed, never the worktree beside it; and a file
of which a person staged a part is never committed whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import check, edit
from fp.checking import check_source
from fp.codec import id_of_path, resolve
from fp.identity import person
from fp.kernel.errors import Refused
from fp.model import ISSUES_FOLDER, event_owner
from fp.source import CommitSource, id_or_refusal
from fp.staged import IndexObjects
from fp.told import CHANGED, NEW, REMOVED, tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.checking import Git
    from fp.kernel.ports import Oid
    from fp.kernel.problem import Problem
    from fp.told import Told
    from fp.tracker import Tracker

NAMED_MAX = 5


class Prepared(NamedTuple):
    """A commit to be: its paths and tree, what it does to the issues, what it makes wrong.

    `others` are the paths of no issue: settings, templates, records of imports.
    """

    paths: tuple[str, ...]
    tree: Oid
    told: tuple[Told, ...]
    others: tuple[str, ...]
    problems: list[Problem]


def prepare(git: Git, words: Sequence[str]) -> Prepared | None:
    """All that changed below `.issues`, or the files of the named issues; None where nothing did.

    Refused where an id is unknown, or a file to commit is in conflict or staged in part.
    """
    before = None if git.head is None else check_source(CommitSource(git.objects, git.head), git)
    every = _changed(git)
    paths = _chosen(every, before.tracker if before else None, _drafted(git, every), words) if words else every
    if not paths:
        return None
    tree = edit.tree_with(git.repository, git.head, paths)
    paths = _exactly(git, tree, paths)
    if not paths:
        return None
    _refuse_staged(git, tree, paths)
    after = check_source(CommitSource(git.objects, _as_commit(git, tree)), git)
    start = before.tracker if before else after.tracker._replace(issues={}, events={})
    name = person(git.repository, after.tracker.config).name
    told, _ = tell(start, after.tracker, (), {path: [name] for path in paths})
    owned = {_owner(path) for path in paths}
    known = {path for path in paths if _owner(path) is not None} | {one.path for one in after.tracker.issues.values()}
    problems = check.fresh(after.problems, before.problems if before else ())
    told = [one for one in told if one.id in owned or _file(after.tracker, one.id) in paths]
    return Prepared(tuple(paths), tree, tuple(told), tuple(one for one in paths if one not in known), problems)


def commit(git: Git, ready: Prepared, message: str) -> Oid:
    """Make it. Conflict where a file has changed since it was judged: then nothing is committed."""
    return edit.commit(git.repository, ready.paths, message, judged=ready.tree)


def _changed(git: Git) -> list[str]:
    """Paths that may differ from HEAD's, ignored ones left out, and folders that are repositories of their own."""
    others = git.repository.git("ls-files", "-z", "--others", "--exclude-standard", "--", ISSUES_FOLDER).fields()
    if git.head is None:
        tracked = git.repository.git("ls-files", "-z", "--cached", "--", ISSUES_FOLDER).fields()
    else:
        words = ("diff-index", "-z", "--name-only", "--no-renames", "--end-of-options", git.head)
        tracked = git.repository.git(*words, "--", ISSUES_FOLDER).fields()
    return sorted({path for path in (*tracked, *others) if not path.endswith("/")})


def _exactly(git: Git, tree: Oid, paths: Sequence[str]) -> list[str]:
    """Those whose content or mode differs: a touched file is none."""
    was, now = _entries(git, git.head), _entries(git, tree)
    return [path for path in paths if was.get(path) != now.get(path)]


def _entries(git: Git, treeish: Oid | None) -> dict[str, tuple[str, Oid]]:
    listed = [] if treeish is None else git.objects.list_tree(treeish, ISSUES_FOLDER)
    return {one.path: (one.mode, one.oid) for one in listed}


def _refuse_staged(git: Git, tree: Oid, paths: Sequence[str]) -> None:
    """Staged as HEAD has it or as the file is: fine. Anything else is a choice that a person is making."""
    index = IndexObjects(git.repository, None)
    unmerged = sorted({*index.unmerged} & {*paths})
    if unmerged:
        raise Refused("a merge left it in conflict", where=unmerged[0], hint="fp resolve", reason="unmerged")
    staged = {one.path: (one.mode, one.oid) for one in index.list_tree("")}
    was, now = _entries(git, git.head), _entries(git, tree)
    partly = [path for path in paths if staged.get(path) not in (was.get(path), now.get(path))]
    if partly:
        more = f" and {len(partly) - 1} more" if len(partly) > 1 else ""
        hint = "git commit takes what is staged; or git add the whole file, then fp commit"
        raise Refused(f"only a part of it is staged{more}", where=partly[0], hint=hint, reason="partly-staged")


def _as_commit(git: Git, tree: Oid) -> Oid:
    """A commit that no ref will ever name: rules on history need one."""
    parents = ("-p", git.head) if git.head else ()
    return git.repository.git("commit-tree", tree, *parents, stdin=b"to be judged\n").text()


# -- the files of an issue --------------------------------------------------------------------------------------------


def _owner(path: str) -> str | None:
    return event_owner(path) or id_of_path(path)


def _file(tracker: Tracker, issue_id: str) -> str | None:
    issue = tracker.issues.get(issue_id)
    return None if issue is None else issue.path


def _drafted(git: Git, every: Sequence[str]) -> Tracker:
    """The tracker with all that changed: a file under a name of its own belongs to the id within."""
    tree = edit.tree_with(git.repository, git.head, every)
    return check_source(CommitSource(git.objects, _as_commit(git, tree)), git, ()).tracker


def _chosen(every: Sequence[str], before: Tracker | None, after: Tracker, words: Sequence[str]) -> list[str]:
    sides = [side for side in (before, after) if side is not None]
    known = {*filter(None, map(_owner, every))}.union(*(_ids(side) for side in sides))
    wanted = {id_or_refusal(resolve(known, word)) for word in words}
    files = {_file(side, one) for side in sides for one in wanted}
    return [path for path in every if _owner(path) in wanted or path in files]


def _ids(tracker: Tracker) -> set[str]:
    return {*tracker.issues, *tracker.unreadable, *tracker.duplicates}


# -- the message ------------------------------------------------------------------------------------------------------


def message_of(told: Sequence[Told], others: Sequence[str], facts: Mapping[str, Sequence[str]]) -> str:
    """The commit's message; `facts` are lines of what became of each issue. Pure.

    No line starts with foreign text: a title cannot pass for a trailer.
    """
    files = [path.removeprefix(f"{ISSUES_FOLDER}/") for path in others]
    if len(told) == 1 and not files:
        return _of_one(told[0], facts[told[0].id])
    if not told:
        named = ", ".join(files[:NAMED_MAX]) + (f" and {len(files) - NAMED_MAX} more" if len(files) > NAMED_MAX else "")
        return f"issues: change {named}"
    lines = [f"issues: {_counted(told, files)}", ""]
    for one in told:
        lines += [_headline(one, facts[one.id]), *(f"  {line}" for line in _rest(one, facts[one.id]))]
    return "\n".join((*lines, *(f"- {name}" for name in files)))


def _of_one(one: Told, facts: Sequence[str]) -> str:
    subject = f"issues: {_headline(one, facts)}"
    rest = _rest(one, facts)
    return "\n".join((subject, "", *(f"- {line}" for line in rest))) if rest else subject


def _rest(one: Told, facts: Sequence[str]) -> Sequence[str]:
    return facts[1:] if one.kind == CHANGED else facts


def _headline(one: Told, facts: Sequence[str]) -> str:
    if one.kind == CHANGED:
        return f"{one.id} {facts[0] if facts else 'changed'}: {one.title}"
    return f"{'add' if one.kind == NEW else 'remove'} {one.id} {one.title}"


def _counted(told: Sequence[Told], files: Sequence[str]) -> str:
    kinds = ((NEW, "new"), (REMOVED, "removed"))
    counts = [(sum(bool(one.steps) for one in told), "moved")]
    counts += [(sum(one.kind == kind for one in told), word) for kind, word in kinds]
    counts += [(sum(one.kind == CHANGED and not one.steps for one in told), "changed")]
    counts += [(len(files), "other file" if len(files) == 1 else "other files")]
    return ", ".join(f"{count} {word}" for count, word in counts if count)
