"""Bindings of earlier forms as ours: each stamped by what its target was when somebody looked last. A shell that reads.

When that was, git tells: the commit that the binding names, else the one that wrote its line. Invariant: what was stale
stays stale, and where nobody knows what the target was then, the binding is left out, with the reason.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import BadAnchor, is_many, parse_anchor
from drift.content import Ask, Missing, seen
from drift.earlier import LINES, TOML, Earlier, is_line_lock, of_document, of_line_lock
from drift.lock import bind, write_lock
from drift.model import LOCK_NAME, Binding, Lock
from drift.policy import policy_for
from drift.workspace import change_lock, documents, listed, reader
from fp.kernel.errors import Conflict, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from drift.workspace import Workspace

CARRIED, THERE, LEFT = "carried", "there", "left"
COMMIT_LETTERS_MIN = 7


class Carried(NamedTuple):
    """One binding as it stood, what becomes of it, the new one, and for one that is left the reason."""

    earlier: Earlier
    state: str
    binding: Binding | None = None
    why: str = ""


def carried(workspace: Workspace) -> list[Carried]:
    """All bindings of earlier forms around here, those of a lock first, then by document.

    Refused in a shallow clone: there git tells a wrong commit for old lines.
    """
    found, bad = _found(workspace)
    if not found and not bad:
        return []
    history = History(workspace)
    made: dict[tuple[str, str], Carried] = {}
    for one in found:
        made.setdefault((one.doc, one.target), _one(workspace, history, one))
    return [*made.values(), *bad]


def _found(workspace: Workspace) -> tuple[list[Earlier], list[Carried]]:
    data = workspace.data or b""
    found: list[Earlier] = []
    bad: list[tuple[int, str]] = []
    if is_line_lock(data):
        found, bad = of_line_lock(data, LOCK_NAME)
    elif workspace.data is not None:
        lines = data.decode("utf-8", "replace").splitlines()
        found = [_of_toml(item, lines) for item in workspace.lock.bindings if item.sig and not item.sig.scheme]
    read = reader(workspace.files)
    for path in documents(workspace, listed(workspace)):
        try:
            text = (read(path) or b"").decode("utf-8-sig", "replace")
        except Refused:
            continue  # what cannot be read carries nothing; `drift check` tells it
        found += of_document(path, text)
    left = [Earlier("", "", LINES, LOCK_NAME, number) for number, _ in bad]
    return found, [
        Carried(one, LEFT, why=f"no binding: {text[:80]!r}") for one, (_, text) in zip(left, bad, strict=True)
    ]


def _of_toml(item: Binding, lines: list[str]) -> Earlier:
    """Its line is that of the signature: a new stamp changes no other."""
    below = range(item.line, len(lines))
    at = next((at for at in below if lines[at].strip().startswith("sig")), item.line - 1)
    return Earlier(item.doc.text, item.target.text, TOML, LOCK_NAME, at + 1, origin=item.origin)


def _one(workspace: Workspace, history: History, one: Earlier) -> Carried:
    if one.origin:
        return Carried(one, LEFT, why=f"belongs to {one.origin}: bind it there")
    try:
        doc, target = parse_anchor(one.doc), parse_anchor(one.target)
    except BadAnchor as error:
        return Carried(one, LEFT, why=f"no anchor: {error}")
    before = next((item for item in workspace.lock.bindings if item.key == (doc.text, target.text)), None)
    if before is not None and one.form != TOML:
        return Carried(one, THERE, before)
    if is_many(target.path):
        return Carried(one, LEFT, why="of many files: drift link it")
    commit, why = history.looked_at(one)
    blob = history.blob(commit, target.path) if commit else ""
    if not blob:
        return Carried(one, LEFT, why=why or f"{target.path} was not there at {commit[:9]}, when it was looked at last")
    ask = Ask(target.fragment, policy=policy_for(workspace.settings, doc.path, target.path))
    then = seen(target.path, history.content(blob), [ask])[ask]
    if isinstance(then, Missing):
        near = f"; did you mean {' or '.join(f'{target.path}#{name}' for name in then.near)}?" if then.near else ""
        return Carried(one, LEFT, why=f"at {commit[:9]}: {then.message}{near}")
    made = Binding(doc, target, then.stamp, blob=blob)
    return Carried(one, CARRIED, made if before is None else replace(made, notes=before.notes))


def keep(workspace: Workspace, found: list[Carried]) -> None:
    """Write the lock with what was carried over; one with a line for each binding gets the form of today.

    Conflict when somebody wrote it meanwhile.
    """
    made = [one.binding for one in found if one.state == CARRIED and one.binding is not None]

    def with_them(lock: Lock) -> Lock:
        for binding in made:
            lock = bind(lock, binding)
        return lock

    if workspace.data is None or not is_line_lock(workspace.data):
        if made:
            change_lock(workspace, with_them)
    elif not workspace.files.replace_if(LOCK_NAME, workspace.data, write_lock(with_them(Lock()))):
        raise Conflict("another process wrote the lock", where=LOCK_NAME, hint="try again")


class History:
    """What git tells of a workspace's past; each file is asked for once."""

    def __init__(self, workspace: Workspace):
        self._top = workspace.top
        self._prefix = "" if workspace.top is None else _below(workspace.root, workspace.top)
        self._commits = functools.cache(self._blamed)
        if self._top is not None and self._text("rev-parse", "--is-shallow-repository") == "true":
            raise Refused(
                "the history is cut off here, so nobody knows what code was when it was looked at last",
                hint="git fetch --unshallow, then run it again",
                reason="shallow",
            )

    def looked_at(self, one: Earlier) -> tuple[str, str]:
        """The commit at which somebody looked last; or nothing, and why."""
        if self._top is None:
            return "", "no git here to tell what it was when it was looked at last"
        if len(one.change) >= COMMIT_LETTERS_MIN:
            named = self._text("rev-parse", "--verify", "--quiet", "--end-of-options", f"{one.change}^{{commit}}")
            if named:
                return named, ""
        commits = self._commits(one.path)
        commit = commits[one.line - 1] if one.line <= len(commits) else ""
        return (commit, "") if commit.strip("0") else ("", f"{one.path}:{one.line} is not committed yet")

    def blob(self, commit: str, path: str) -> str:
        """git's id of a file's content at a commit; empty where it was none."""
        name = f"{commit}:{self._prefix}{path}"
        is_file = self._text("cat-file", "-t", name) == "blob"
        return self._text("rev-parse", "--verify", "--quiet", name) if is_file else ""

    def content(self, blob: str) -> bytes:
        """The bytes of a blob."""
        from fp.kernel.git.run import git

        assert self._top is not None, "who has a blob has git"
        return git(self._top, "cat-file", "blob", blob).stdout

    def _blamed(self, path: str) -> list[str]:
        """The commit that wrote each line; a zero id for a line that is not committed."""
        found = self._text("blame", "-l", "-s", "--root", "--", f"{self._prefix}{path}")
        return [line.partition(" ")[0] for line in found.split("\n")]

    def _text(self, *words: str) -> str:
        from fp.kernel.git.run import git

        assert self._top is not None, "asked only where there is git"
        found = git(self._top, *words, ok=(0, 1, 128))
        return "" if found.code else found.stdout.decode("utf-8", "replace").strip("\n")


def _below(root: Path, top: Path) -> str:
    relative = root.resolve().relative_to(top.resolve()).as_posix()
    return "" if relative == "." else f"{relative}/"
