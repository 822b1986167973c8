"""Moving a branch that a worktree has checked out (CONTRACT section 6).

One promise: a person's next commit never reverts what was landed, and nothing of theirs is overwritten. Any other order
of steps breaks it [reproduced with git 2.39]: the ref transaction is prepared (which locks HEAD and the branch), then
the checkout follows, then the transaction commits; a refusal moves nothing. The intent is journalled before any effect,
and a lock that every process of the move inherits tells whether one of them still runs.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING

from fp.kernel.errors import Conflict, External, KitError
from fp.kernel.fs import RealFiles, failpoint
from fp.kernel.git import checkout, stale
from fp.kernel.git.checkout import Step
from fp.kernel.git.putback import put_back
from fp.kernel.git.refs import GitRefs, transaction_script
from fp.kernel.git.run import start
from fp.kernel.lock import locked
from fp.kernel.ports import Moved, Recovered, RefUpdate, StaleLock
from fp.kernel.refnames import checked_updates, lost, still_to_do

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Worktree

ANSWER_SECONDS_MAX = 30.0
RECOVERY_WAIT_SECONDS = 1.0
"""A git whose mover was killed aborts by itself, and needs a moment for it."""
CHUNK_BYTES = 4096
MOVE_LOCK = "move-branch"
UNDER_WAY = Recovered("blocked", "the move is still under way")


def move(
    repository: Repository, worktrees: Callable[[], Sequence[Worktree]], updates: Sequence[RefUpdate], journal: str
) -> Moved:
    """Transact, and let the checkout of a moved branch follow; `journal` is a path in the shared git folder.

    `worktrees` lists them: it is asked at the last moment, for a person may switch branches at any.
    """
    checked_updates(updates)
    try:
        with locked(_locks(repository), MOVE_LOCK, wait_seconds=ANSWER_SECONDS_MAX) as lock:
            before = _settle(repository, journal)
            if before is not None and before.status == "blocked":
                return Moved("refused", f"an earlier move is not settled: {before.detail}")
            return _move(repository, worktrees, updates, journal, lock)
    except Conflict:
        return Moved("refused", "another move is under way in this repository")


def recover(repository: Repository, journal: str) -> Recovered | None:
    """Finish or undo what a crash left half done; None when the journal is not there."""
    try:
        with locked(_locks(repository), MOVE_LOCK, wait_seconds=RECOVERY_WAIT_SECONDS):
            return _settle(repository, journal)
    except Conflict:
        return UNDER_WAY


def stale_locks(repository: Repository, journal: str) -> tuple[StaleLock, ...]:
    """The locks of git that the journalled move left, now that all its processes are dead."""
    with contextlib.suppress(Conflict), locked(_locks(repository), MOVE_LOCK, wait_seconds=0):
        step = _read_journal(repository, journal)
        return stale.left_by(repository, step) if step else ()
    return ()


def remove_stale_locks(repository: Repository, journal: str, seen: Sequence[StaleLock]) -> tuple[StaleLock, ...]:
    """Remove those that are as they were `seen` at an earlier observation; what was removed."""
    with contextlib.suppress(Conflict), locked(_locks(repository), MOVE_LOCK, wait_seconds=0):
        step = _read_journal(repository, journal)
        same = tuple(left for left in stale.left_by(repository, step) if left in seen) if step else ()
        for left in same:
            RealFiles(repository.common_dir).remove(os.path.relpath(left.path, repository.common_dir))
        return same
    return ()


def _move(
    repository: Repository,
    worktrees: Callable[[], Sequence[Worktree]],
    updates: Sequence[RefUpdate],
    journal: str,
    lock: int,
) -> Moved:
    refs = GitRefs(repository)
    standing = refs.standing(updates)
    left = still_to_do(standing, updates)
    if left is None:
        return Moved("lost", lost(standing, updates).detail)
    if not left:
        return Moved("done", "it had been done before")
    followers = [(worktree, update) for worktree in worktrees() for update in left if _has_out(worktree, update.ref)]
    if not followers:
        done = refs.transact(left)
        return Moved(done.status, done.detail)
    step = _step(followers, left, journal)
    if isinstance(step, str):
        return Moved("refused", step)
    reason = checkout.obstacle(step)
    return Moved("refused", reason) if reason else _follow(repository, step, lock)


def _has_out(worktree: Worktree, ref: str) -> bool:
    return worktree.branch == ref and not worktree.bare


def _step(followers: Sequence[tuple[Worktree, RefUpdate]], updates: Sequence[RefUpdate], journal: str) -> Step | str:
    """The step, or why it cannot be made."""
    worktree, update = followers[0]
    if len(followers) > 1:
        places = " and ".join(sorted({str(each.path) for each, _ in followers}))
        return f"more than one checkout would have to follow: {places}"
    if update.old is None or update.new is None:
        return f"{update.ref} is checked out at {worktree.path}, so it can be neither made nor removed"
    git_dir = checkout.git_folder(worktree.path)
    if git_dir is None:
        return f"the checkout at {worktree.path} is gone; if that is meant: git worktree prune"
    return Step(journal, worktree.path, git_dir, update.ref, update.old, update.new, tuple(updates))


def _follow(repository: Repository, step: Step, lock: int) -> Moved:
    _write_journal(repository, step)
    failpoint("move-journalled")
    child = start(repository.where, "update-ref", "--no-deref", "--stdin", "-z", inherited=(lock,))
    try:
        outcome = _converse(repository, child, step, lock)
    finally:
        _end(child)
    if outcome is not None:
        return outcome
    failpoint("move-committed")
    _remove_journal(repository, step.journal)
    return Moved("done")


def _converse(repository: Repository, child: subprocess.Popen[bytes], step: Step, lock: int) -> Moved | None:
    """Prepare, follow, commit; None when all went well. The success of git is its line, not its exit status."""
    said = ask(child, transaction_script(step.updates, repository.no_oid, commit=False) + b"prepare\0", "prepare: ok")
    if said is not None:
        _remove_journal(repository, step.journal)
        return _not_prepared(repository, step, said)
    failpoint("move-prepared")
    refusal = checkout.in_the_way(step, checkout.changed(step)) or checkout.bring_along(step, lock)
    if refusal:
        ask(child, b"abort\0", "abort: ok")
        return _undone(repository, step, "refused", refusal)
    failpoint("move-checked-out")
    said = ask(child, b"commit\0", "commit: ok")
    if said is None:
        return None
    _end(child)
    settled = _settle(repository, step.journal)
    if settled is not None and settled.status == "finished":
        return Moved("done", settled.detail)
    standing = GitRefs(repository).standing(step.updates)
    return Moved("lost" if still_to_do(standing, step.updates) is None else "refused", said)


def _not_prepared(repository: Repository, step: Step, said: str) -> Moved:
    """A lock that another git holds says nothing of who won: the references do."""
    standing = GitRefs(repository).standing(step.updates)
    if still_to_do(standing, step.updates) is None:
        return Moved("lost", lost(standing, step.updates).detail)
    return Moved("refused", f"git could not lock the references: {said}")


def _undone(repository: Repository, step: Step, status: str, why: str) -> Moved:
    """git refuses before it writes, as a rule; a full disk stops it half way, and then files are put back."""
    settled = _settle(repository, step.journal)
    blocked = settled is not None and settled.status == "blocked"
    return Moved(status, f"{why}; {settled.detail}" if blocked and settled else why)


def _settle(repository: Repository, journal: str) -> Recovered | None:
    """Finish or undo by where references, index and files stand. The caller holds the move's lock."""
    step = _read_journal(repository, journal)
    if step is None:
        return None
    if not os.path.isdir(step.worktree) or checkout.git_folder(step.worktree) is None:
        _remove_journal(repository, journal)
        return Recovered("finished", f"the checkout at {step.worktree} is gone; nothing to bring along")
    settled = _settled(repository, step)
    locks = stale.left_by(repository, step)
    if settled.status == "blocked":
        return settled._replace(locks=locks)
    if locks:
        return Recovered("blocked", f"{settled.detail}; git was killed and left {_names(locks)}", locks)
    _remove_journal(repository, journal)
    return settled


def _settled(repository: Repository, step: Step) -> Recovered:
    refs = GitRefs(repository)
    standing = refs.standing(step.updates)
    left = still_to_do(standing, step.updates)
    if left is not None and len(left) < len(step.updates):
        locks = stale.left_by(repository, step) if left else ()
        if locks:
            return Recovered("blocked", f"a half of the move stands: git was killed and left {_names(locks)}")
        return _finish(refs, step, left)
    if os.path.lexists(os.path.join(step.git_dir, "index.lock")):
        return Recovered("blocked", f"index.lock stands in {step.git_dir}: git is at work there, or was killed")
    try:
        kept = put_back(step)
    except KitError as error:
        return Recovered("blocked", f"the checkout at {step.worktree} cannot be put back: {error}")
    if kept:
        return Recovered("blocked", f"{kept[0]!r} in {step.worktree} is in the way of putting the checkout back")
    if standing[step.ref] == step.new:
        return Recovered("finished", f"{step.ref} has moved with its checkout at {step.worktree}")
    where = "had not moved" if standing[step.ref] == step.old else "was moved by somebody else"
    return Recovered("undone", f"{step.ref} {where}: the checkout at {step.worktree} is as it was")


def _finish(refs: GitRefs, step: Step, left: Sequence[RefUpdate]) -> Recovered:
    """git was killed between two references of one transaction: the checkout had followed already."""
    if left:
        try:
            done = refs.transact(left)
        except External as error:
            return Recovered("blocked", error.message)
        if done.status != "done":
            return Recovered("finished", f"{step.ref} had moved with its checkout; {done.detail}")
    return Recovered("finished", f"{step.ref} has moved with its checkout at {step.worktree}")


def _names(locks: Sequence[StaleLock]) -> str:
    return ", ".join(lock.path for lock in locks)


def ask(child: subprocess.Popen[bytes], words: bytes, awaited: str) -> str | None:
    """Send words and wait for one line; None when it came, else what git said instead."""
    assert child.stdin is not None
    try:
        child.stdin.write(words)
        child.stdin.flush()
    except BrokenPipeError:
        return "git ended before it answered"
    heard: list[str] = []
    for line in _lines(child):
        if line == awaited:
            return None
        heard.append(line)
        if line.startswith("fatal:"):
            break
    return heard[-1] if heard else "git ended without an answer"


def _lines(child: subprocess.Popen[bytes]) -> Iterator[str]:
    """Lines as they come. Read past Python's buffer, which would hide a second line from `select`."""
    import select

    assert child.stdout is not None
    rest = b""
    while True:
        ready, _, _ = select.select([child.stdout], [], [], ANSWER_SECONDS_MAX)
        if not ready:
            raise External(f"git update-ref gave no answer within {ANSWER_SECONDS_MAX:.0f} s", reason="git-timeout")
        chunk = os.read(child.stdout.fileno(), CHUNK_BYTES)
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.decode("utf-8", "replace") for line in lines)
        if not chunk:
            return


def _end(child: subprocess.Popen[bytes]) -> None:
    """The end of its input aborts an open transaction and leaves no lock."""
    assert child.stdin is not None
    assert child.stdout is not None
    with contextlib.suppress(BrokenPipeError):  # it ended by itself
        child.stdin.close()
    child.wait(ANSWER_SECONDS_MAX)
    child.stdout.close()


# -- the journal ----------------------------------------------------------------------------------------------------


def _locks(repository: Repository) -> Path:
    return repository.common_dir / "fp" / "locks"


def _write_journal(repository: Repository, step: Step) -> None:
    """The whole intent, before any effect. The time of the file is that of the intent."""
    record = {
        "format": 1,
        "worktree": step.worktree,
        "git_dir": step.git_dir,
        "ref": step.ref,
        "old": step.old,
        "new": step.new,
        "updates": [list(update) for update in step.updates],
        "pid": os.getpid(),
    }
    text = json.dumps(record).encode("ascii")  # undecodable bytes of names travel as escaped surrogates
    RealFiles(repository.common_dir).write(step.journal, text)


def _read_journal(repository: Repository, journal: str) -> Step | None:
    try:
        record = json.loads(RealFiles(repository.common_dir).read(journal))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise External(f"not the journal of a move: {error}", where=journal, reason="bad-journal") from error
    try:
        updates = tuple(RefUpdate(*update) for update in record["updates"])
        worktree, git_dir, ref, old, new = (record[name] for name in ("worktree", "git_dir", "ref", "old", "new"))
        return Step(journal, worktree, git_dir, ref, old, new, updates)
    except (KeyError, TypeError) as error:
        raise External(f"not the journal of a move: {error!r}", where=journal, reason="bad-journal") from error


def _remove_journal(repository: Repository, journal: str) -> None:
    RealFiles(repository.common_dir).remove(journal)
