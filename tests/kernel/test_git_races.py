"""Many processes, one reference: exactly one wins, every loser is told, and a repetition is recognised."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import External, Refused
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.refs import GitRefs
from fp.kernel.git.remote import GitRemote, probe
from fp.kernel.git.repo import Repository
from fp.kernel.ports import RefUpdate
from tests.support.guards import CHECKOUT
from tests.support.moves import LANDER

if TYPE_CHECKING:
    from pathlib import Path

    from fp.kernel.ports import Refs
    from tests.support.repo import Repo

pytestmark = pytest.mark.slow

MAIN = "refs/heads/main"
CLAIM = "refs/fp/claims/FP-1"
RACER = """
import sys
from pathlib import Path
from fp.kernel.world import real_world
from fp.kernel.ports import RefUpdate
from tests.support.moves import LANDER
folder, side, number, rounds = sys.argv[1:]
world = real_world(Path(folder))
refs = world.refs if side == "own" else world.remote("origin").refs()
own = world.objects.commit(world.objects.empty_tree(), (), f"claim by {number}", LANDER)
print("ready", flush=True)
sys.stdin.readline()
for round in range(int(rounds)):
    print(refs.transact([RefUpdate(f"refs/fp/claims/FP-{round}", None, own)]).status, own, flush=True)
"""


def race(folders: list[Path], side: str, rounds: int) -> list[list[tuple[str, str]]]:
    """Start one process a folder, let all go at once; for each round what each was told, and its claim."""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(folder), side, str(number), str(rounds)],
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, folder in enumerate(folders)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    said = [child.communicate()[0].split() for child in _released(children)]
    return [[(words[2 * number], words[2 * number + 1]) for words in said] for number in range(rounds)]


def _released(children: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    """All are let go before the first is waited for."""
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    return children


def check_one_winner(told: list[tuple[str, str]], standing: str | None) -> None:
    assert sorted({status for status, _ in told}) in (["done", "lost"], ["done"])
    assert [oid for status, oid in told if status == "done"] == [standing]


@pytest.mark.slow
def test_thirty_processes_race_for_one_claim(repo: Repo) -> None:
    rounds = 5
    told = race([repo.path] * 30, "own", rounds)
    refs = GitRefs(Repository.discover(repo.path))
    for number in range(rounds):
        assert len(told[number]) == 30
        check_one_winner(told[number], refs.read(f"refs/fp/claims/FP-{number}"))


def test_six_processes_race_for_one_claim(repo: Repo) -> None:
    [told] = race([repo.path] * 6, "own", 1)
    check_one_winner(told, GitRefs(Repository.discover(repo.path)).read("refs/fp/claims/FP-0"))


def clones(repo: Repo, folder: Path, count: int) -> list[Path]:
    hub = folder / "hub.git"
    repo.git("init", "--quiet", "--bare", str(hub))
    repo.git("remote", "add", "origin", str(hub))
    repo.git("push", "--quiet", "origin", "main")
    for number in range(count):
        shutil.copytree(repo.path, folder / f"clone-{number}", symlinks=True)
    return [folder / f"clone-{number}" for number in range(count)]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["", "file://"])
def test_eight_clones_race_for_one_claim_at_a_remote(repo: Repo, tmp_path: Path, scheme: str) -> None:
    rounds = 4
    folders = clones(repo, tmp_path, 8)
    for folder in folders:
        repo.git("-C", str(folder), "remote", "set-url", "origin", f"{scheme}{tmp_path}/hub.git")
    told = race(folders, "remote", rounds)
    refs = GitRemote(Repository.discover(folders[0]), "origin").refs()
    for number in range(rounds):
        check_one_winner(told[number], refs.read(f"refs/fp/claims/FP-{number}"))


def test_three_clones_race_for_one_claim_at_a_remote(repo: Repo, tmp_path: Path) -> None:
    folders = clones(repo, tmp_path, 3)
    [told] = race(folders, "remote", 1)
    check_one_winner(told, GitRemote(Repository.discover(folders[0]), "origin").refs().read("refs/fp/claims/FP-0"))


# -- halves, locks and rules ----------------------------------------------------------------------------------------


def two_commits(repo: Repo) -> tuple[str, str]:
    objects = GitObjects(Repository.discover(repo.path))
    one, two = (objects.commit(objects.empty_tree(), (), text, LANDER) for text in ("one", "two"))
    return one, two


SHIM = """#!/bin/sh
case " $* " in
*" update-ref "*) exec strace -f -qq -o /dev/null -e trace=rename -e inject=rename:signal=KILL:when={when} {git} "$@" ;;
esac
exec {git} "$@"
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_half_that_a_killed_git_left_is_finished_by_the_same_transaction(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = two_commits(repo)
    refs = GitRefs(Repository.discover(repo.path))
    both = [RefUpdate("refs/fp/a", one, two), RefUpdate("refs/fp/b", one, two)]
    refs.transact([RefUpdate("refs/fp/a", None, one), RefUpdate("refs/fp/b", None, one)])
    git = shutil.which("git")
    (tmp_path / "git").write_text(SHIM.format(when=2, git=git))
    (tmp_path / "git").chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        with pytest.raises(External):
            refs.transact(both)
    assert refs.list("refs/fp/") == {"refs/fp/a": two, "refs/fp/b": one}
    (repo.path / ".git/refs/fp/b.lock").unlink()
    assert refs.transact(both).status == "done"
    assert refs.list("refs/fp/") == {"refs/fp/a": two, "refs/fp/b": two}


def test_a_lock_that_stays_is_an_error_and_no_lost_race(repo: Repo) -> None:
    one, _ = two_commits(repo)
    repo.write(".git/refs/heads/x.lock", "")
    with pytest.raises(External) as caught:
        GitRefs(Repository.discover(repo.path)).transact([RefUpdate("refs/heads/x", None, one)])
    assert caught.value.reason == "refs-locked"


def test_a_lock_that_goes_is_waited_for(repo: Repo) -> None:
    one, _ = two_commits(repo)
    lock = repo.write(".git/refs/heads/x.lock", "")
    timer = threading.Timer(0.5, lock.unlink)
    timer.start()
    done = GitRefs(Repository.discover(repo.path)).transact([RefUpdate("refs/heads/x", None, one)])
    timer.join()
    assert done.status == "done"


def hub_with_rule(repo: Repo, folder: Path, hook: str) -> Refs:
    [clone] = clones(repo, folder, 1)
    script = folder / "hub.git" / "hooks" / "update"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f"#!/bin/sh\n{hook}\n")
    script.chmod(0o755)
    return GitRemote(Repository.discover(clone), "origin").refs()


def test_a_push_that_the_remote_s_rules_decline_is_no_lost_race(repo: Repo, tmp_path: Path) -> None:
    refs = hub_with_rule(repo, tmp_path, 'test "$1" != refs/heads/main || { echo protected; exit 1; }')
    old, new = repo.head(), GitObjects(Repository.discover(tmp_path / "clone-0"))
    landing = new.commit(new.empty_tree(), (old,), "x", LANDER)
    claim = new.commit(new.empty_tree(), (), "claim", LANDER)
    with pytest.raises(Refused) as caught:
        refs.transact([RefUpdate(CLAIM, None, claim), RefUpdate(MAIN, old, landing)])
    assert caught.value.reason == "remote-refused"
    assert refs.list("refs/") == {MAIN: old}


def test_a_push_whose_answer_does_not_come_is_unknown_and_its_repetition_done(repo: Repo, tmp_path: Path) -> None:
    [clone] = clones(repo, tmp_path, 1)
    slow = tmp_path / "hub.git" / "hooks" / "post-receive"
    slow.write_text("#!/bin/sh\nsleep 3\n")  # the references have moved, and the answer is still to come
    slow.chmod(0o755)
    repository = Repository.discover(clone)
    objects = GitObjects(repository)
    updates = [RefUpdate(CLAIM, None, objects.commit(objects.empty_tree(), (), "claim", LANDER))]
    assert GitRemote(repository, "origin", seconds_max=1.0).refs().transact(updates).status == "unknown"
    assert GitRemote(repository, "origin").refs().transact(updates).status == "done"


def test_a_remote_without_atomic_pushes_is_refused_with_what_to_do(repo: Repo, tmp_path: Path) -> None:
    [clone] = clones(repo, tmp_path, 1)
    repo.git("-C", str(tmp_path / "hub.git"), "config", "receive.advertiseAtomic", "false")
    with pytest.raises(External) as caught:
        GitRemote(Repository.discover(clone), "origin").refs().transact([RefUpdate(CLAIM, None, repo.head())])
    assert caught.value.reason == "remote-not-atomic"
    assert "authority: local" in (caught.value.hint or "")


def test_a_remote_that_is_gone_is_an_error_at_once(repo: Repo, tmp_path: Path) -> None:
    [clone] = clones(repo, tmp_path, 1)
    (tmp_path / "hub.git").rename(tmp_path / "away")
    remote = GitRemote(Repository.discover(clone), "origin")
    for call in (
        lambda: remote.refs().transact([RefUpdate(CLAIM, None, repo.head())]),
        lambda: remote.refs().list("refs/"),
        lambda: remote.fetch([MAIN]),
    ):
        with pytest.raises(External):
            call()


def test_a_branch_that_the_remote_has_checked_out_is_refused_by_its_rule(repo: Repo, tmp_path: Path) -> None:
    clone = repo.clone(tmp_path / "clone")
    objects = GitObjects(Repository.discover(clone.path))
    landing = objects.commit(objects.empty_tree(), (repo.head(),), "x", LANDER)
    with pytest.raises(Refused, match="checked out"):
        GitRemote(Repository.discover(clone.path), "origin").refs().transact([RefUpdate(MAIN, repo.head(), landing)])


def trials(repository: Repository) -> tuple[str, str]:
    """Two commits that are related to nothing, as claims are."""
    objects = GitObjects(repository)
    made = [objects.commit(objects.empty_tree(), (), text, LANDER) for text in ("one", "two")]
    return made[0], made[1]


def test_a_probe_of_a_remote_that_keeps_what_it_has_names_what_stays(repo: Repo, tmp_path: Path) -> None:
    refs = hub_with_rule(repo, tmp_path, 'test "$3" != 0000000000000000000000000000000000000000')
    repository = Repository.discover(tmp_path / "clone-0")
    commits = trials(repository)
    with pytest.raises(Refused) as caught:
        probe(repository, "origin", "refs/fp/trial/", commits)
    assert caught.value.reason == "probe-left"
    assert all(ref in (caught.value.hint or "") for ref in refs.list("refs/fp/trial/"))


def test_a_probe_proves_the_remote_and_leaves_nothing_there(repo: Repo, tmp_path: Path) -> None:
    [clone] = clones(repo, tmp_path, 1)
    repository = Repository.discover(clone)
    probe(repository, "origin", "refs/fp/trial/", trials(repository))
    assert GitRemote(repository, "origin").refs().list("refs/") == {MAIN: repo.head()}


def test_a_probe_of_a_remote_that_takes_no_refs_of_ours_says_what_to_do(repo: Repo, tmp_path: Path) -> None:
    hub_with_rule(repo, tmp_path, 'case "$1" in refs/fp/*) exit 1;; esac')
    repository = Repository.discover(tmp_path / "clone-0")
    commits = trials(repository)
    with pytest.raises(External) as caught:
        probe(repository, "origin", "refs/fp/trial/", commits)
    assert caught.value.reason == "remote-refuses-refs"
    assert "refs/heads/fp/claims" in (caught.value.hint or "")


def test_a_fetch_with_pruning_and_mirroring_configured_keeps_what_only_we_have(repo: Repo, tmp_path: Path) -> None:
    [clone] = clones(repo, tmp_path, 1)
    for key, value in {
        "fetch.prune": "true",
        "remote.origin.prune": "true",
        "fetch.pruneTags": "true",
        "remote.origin.fetch": "+refs/fp/*:refs/fp/*",
        "remote.origin.tagOpt": "--tags",
        "fetch.recurseSubmodules": "true",
    }.items():
        repo.git("-C", str(clone), "config", "--add", key, value)
    repository = Repository.discover(clone)
    refs = GitRefs(repository)
    refs.transact([RefUpdate("refs/fp/rescue/r1", None, repo.head()), RefUpdate("refs/tags/mine", None, repo.head())])
    GitRemote(repository, "origin").fetch(["+refs/fp/claims/*:refs/fp/remotes/origin/claims/*", MAIN])
    assert refs.list("refs/fp/") == {"refs/fp/rescue/r1": repo.head()}
    assert refs.read("refs/tags/mine") == repo.head()
