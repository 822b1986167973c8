"""The one shell that changes issue files in a worktree, and commits them where a person asks for it.

Over the port `Files` and git. Changes are planned elsewhere, as values, on bytes that were read: an edit whose file has
changed since is a lost race (`Conflict`) and changes nothing. Files of an existing issue change first, new event files
come after: a crash between leaves a status without its event, which reads as a person's edit and heals; the reverse
order would leave an event that contradicts the status. Removals come last: a
renamed file is there twice for a moment, never not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.errors import Conflict, External, Refused
from fp.model import ISSUES_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Files

Changes = dict[str, bytes | None]
"""Content to write by path; None removes the file."""

COMMIT_TRIES_MAX = 5


def apply(files: Files, changes: Mapping[str, bytes | None], read: Mapping[str, bytes]) -> list[str]:
    """Write the changes; `read` holds what each file that exists held when the change was planned.

    Returns the paths whose bytes changed. Conflict when a file is not what was read; what was written before stays.
    """
    for path in changes:
        _require_ours(path)
        if changes[path] is None:
            _require_unchanged(files, path, read[path])
    touched = []
    for path in sorted(changes, key=lambda path: (changes[path] is None, path not in read, path)):
        if _apply_one(files, path, changes[path], read.get(path)):
            touched.append(path)
    return touched


def _apply_one(files: Files, path: str, new: bytes | None, old: bytes | None) -> bool:
    if new == old:
        return False
    if old is None:
        assert new is not None
        if not files.create(path, new):
            raise Conflict("somebody else has just made this file", where=path, hint="nothing was changed there")
    elif new is None:
        _require_unchanged(files, path, old)
        files.remove(path)
    elif not files.replace_if(path, old, new):
        raise Conflict("changed meanwhile by somebody else", where=path, hint="look at it again, then try again")
    return True


def _require_unchanged(files: Files, path: str, old: bytes) -> None:
    if files.read(path) != old:
        raise Conflict("changed meanwhile by somebody else", where=path, hint="look at it again, then try again")


def _require_ours(path: str) -> None:
    if not path.startswith(f"{ISSUES_FOLDER}/") and path != ".gitattributes":
        raise Refused("not a file of the tracker", where=path, reason="bad-path")


# -- one commit of exactly the touched files --------------------------------------------------------------------------


def commit(repository: Repository, paths: Sequence[str], message: str, *, judged: str | None = None) -> str:
    """Commit the worktree's content of these paths alone, and return the commit's id.

    With `judged`, only if that makes this very tree; else Conflict, and nothing is committed or staged.

    Other entries of the index stay as they are, staged or not. The tree is built in an index of its own; the paths'
    entries of the real index are set before the branch moves: after it, a crash would leave an index whose next commit
    takes the change back.
    """
    from fp.kernel.git.filters import without_filters  # cold start: an edit alone needs no process

    _require_calm(repository)
    listing = _listing(paths)
    for _ in range(COMMIT_TRIES_MAX):
        head = repository.resolve("HEAD")
        tree = tree_with(repository, head, paths)
        if judged not in (None, tree):
            hint = "nothing was committed; look at it again, then try again"
            raise Conflict("the files or the branch changed meanwhile", hint=hint, reason="changed-meanwhile")
        parents = ("-p", head) if head else ()
        made = repository.git("commit-tree", tree, *parents, stdin=f"{message}\n".encode()).text()
        staging = ("update-index", "--add", "--remove", "-z", "--stdin")
        done = repository.git(*staging, stdin=listing, ok=(0, 128), config=without_filters(repository.where))
        if done.code:
            raise _not_committed(paths, done.stderr)
        words = ("update-ref", "-m", f"fp: {message.splitlines()[0]}", "HEAD", made, head or repository.no_oid)
        if repository.git(*words, ok=(0, 1, 128)).code == 0:
            return made
    raise Conflict("the branch keeps moving", hint="the files are written; commit them yourself", reason="branch-moves")


def _not_committed(paths: Sequence[str], said: str) -> Conflict | External:
    hint = f"written, not committed: git commit -- {' '.join(sorted(set(paths)))}"
    if "index.lock" in said:
        return Conflict("another git process holds the index of this worktree", hint=hint, reason="locked")
    return External(f"git cannot add to the index: {said}", hint=hint)


def tree_with(repository: Repository, head: str | None, paths: Sequence[str]) -> str:
    """The tree of `head` with the worktree's content of these paths, made in an index of its own."""
    from tempfile import TemporaryDirectory

    from fp.kernel.git.filters import without_filters

    with TemporaryDirectory(prefix="fp-index-") as folder:
        env = {"GIT_INDEX_FILE": f"{folder}/index"}
        repository.git("read-tree", head or "--empty", env=env)
        words = ("update-index", "--add", "--remove", "-z", "--stdin")
        repository.git(*words, stdin=_listing(paths), env=env, config=without_filters(repository.where))
        return repository.git("write-tree", env=env).text()


def _listing(paths: Sequence[str]) -> bytes:
    return b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in sorted(set(paths)))


def _require_calm(repository: Repository) -> None:
    for name, what in (("MERGE_HEAD", "a merge"), ("CHERRY_PICK_HEAD", "a cherry-pick"), ("REVERT_HEAD", "a revert")):
        if (repository.git_dir / name).exists():
            hint = "finish it first; the files are written, nothing is committed"
            raise Refused(f"{what} is under way", hint=hint, reason="merge-under-way")
