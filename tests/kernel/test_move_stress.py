"""A person who commits without pause and several landers on one branch: whatever interleaves, nothing is reverted."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.guards import CHECKOUT
from tests.support.moves import locks, prepare

if TYPE_CHECKING:
    from tests.support.repo import Repo

LANDINGS = 8
COMMITS_MAX = 2000
PAUSE_SECONDS = 0.2
"""About two moves long: without it the branch has moved on before any landing is ready."""
TRIES_MAX = 400
LANDER = """
import sys, time
from pathlib import Path
from fp.kernel.git.refs import GitRefs
from fp.kernel.ports import RefUpdate
from fp.kernel.world import real_world
from tests.support.moves import LANDER, MAIN
folder, name, landings, tries = sys.argv[1:]
world = real_world(Path(folder))
for number in range(int(landings)):
    for _ in range(int(tries)):
        old = world.refs.read(MAIN)
        tree = world.objects.with_changes(old, {f"landed/{name}-{number}": b"landed", "counter": str(number).encode()})
        new = world.objects.commit(tree, (old,), f"landing {name} {number}", LANDER)
        moved = world.worktrees.move_branch([RefUpdate(MAIN, old, new)], journal=f"fp/moves/{name}.json")
        if moved.status == "done":
            break
        time.sleep(0.01)
    else:
        sys.exit(f"never landed: {moved}")
"""


def person_commits(repo: Repo, number: int) -> None:
    """Edit, and commit all as people do; a lock that is held is met with another try."""
    repo.write("mine.txt", f"edit {number}\n")
    for _ in range(TRIES_MAX):
        done = repo.run("commit", "--quiet", "--all", "--message", f"mine {number}")
        if done.returncode == 0:
            return
        assert ".lock" in done.stderr or "cannot lock ref" in done.stderr, done.stderr
    raise AssertionError("the person never got to commit")


@pytest.mark.slow
def test_nothing_is_reverted_while_all_work_at_once(repo: Repo) -> None:
    prepare(repo, {})
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    landers = [
        subprocess.Popen(
            [sys.executable, "-c", LANDER, str(repo.path), name, str(LANDINGS), str(TRIES_MAX)],
            env=env,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    commits = 0
    while any(lander.poll() is None for lander in landers) and commits < COMMITS_MAX:
        person_commits(repo, commits)
        commits += 1
        time.sleep(PAUSE_SECONDS)
    said = [lander.communicate()[1] for lander in landers]
    assert [lander.returncode for lander in landers] == [0, 0], said
    landed = {f"landed/{name}-{number}" for name in ("one", "two") for number in range(LANDINGS)}
    assert landed <= set(repo.git("ls-tree", "-r", "--name-only", "HEAD").splitlines())
    subjects = repo.git("log", "--first-parent", "--format=%s").splitlines()
    assert [line for line in subjects if line.startswith("mine")] == [f"mine {n}" for n in reversed(range(commits))]
    assert len([line for line in subjects if line.startswith("landing")]) == 2 * LANDINGS
    assert (repo.git("status", "--porcelain"), locks(repo)) == ("", [])
    # Both were at it at once: the history changes hands again and again.
    hands = [line.partition(" ")[0] for line in subjects]
    assert sum(one != other for one, other in itertools.pairwise(hands)) > 4
    removals = repo.git("log", "--first-parent", "--diff-filter=D", "--name-only", "--format=")
    assert removals == ""
