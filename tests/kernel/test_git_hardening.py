"""What a repository's configuration, hooks and attributes name does not run; hostile names are only names."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import Config, External, KitError, Refused, Usage
from fp.kernel.git.history import changed_paths, commits_between, dirt, versions
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.refs import GitRefs
from fp.kernel.git.remote import GitRemote, probe
from fp.kernel.git.repo import Repository
from fp.kernel.git.run import environment, git, start
from fp.kernel.ports import RefUpdate
from fp.kernel.world import real_world
from tests.support.canaries import VECTORS, Trap
from tests.support.moves import LANDER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.repo import Repo

pytestmark = pytest.mark.slow

MAIN = "refs/heads/main"


@pytest.fixture
def trap(repo: Repo, tmp_path: Path) -> Trap:
    for name in ("one.txt", "two.md", "deep/three.py"):
        repo.write(name, f"{name}\n")
    repo.commit("files")
    repo.git("init", "--quiet", "--bare", str(tmp_path / "hub.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    repo.git("push", "--quiet", "origin", "main")
    canaries = tmp_path / "canaries"
    canaries.mkdir()
    return Trap(repo, canaries)


def use_everything(trap: Trap) -> None:
    """Every call of the kernel that spawns git, over a repository with something to look at."""
    world = real_world(trap.repo.path)
    repository = Repository.discover(trap.repo.path)
    objects, refs = GitObjects(repository), GitRefs(repository)
    head = refs.read(MAIN)
    assert head is not None
    record = objects.read_commit(head)
    assert record is not None
    objects.list_tree(head)
    objects.content_tree(head)
    changed = objects.with_changes(head, {"one.txt": b"landed\n", "new.txt": b"new\n"})
    other = objects.with_changes(head, {"two.md": b"other\n", "one.txt": b"theirs\n"})
    landing = objects.commit(changed, (head,), "landing\n", record.author)
    assert world.merges.merge(record.tree, changed, other).conflicts == ("one.txt",)
    for path in ("one.txt", "deep/three.py"):
        os.utime(trap.repo.path / path, (1, 1))  # what looks modified is read again, through the clean filter
    dirt(str(trap.repo.path), ignored=True)
    world.worktrees.add(trap.repo.path.parent / "linked", "refs/heads/linked", head)
    dirt(str(trap.repo.path.parent / "linked"), ignored=True)
    world.worktrees.check_out(repository.common_dir / "tarmac" / "gates", head)
    world.worktrees.discard(repository.common_dir / "tarmac" / "gates")
    moved = world.worktrees.move_branch([RefUpdate(MAIN, head, landing)], journal="fp/moves/x.json")
    assert moved.status in ("done", "refused")
    assert moved.status == "done" or "filter" in moved.reason or "uncommitted" in moved.reason
    versions(repository, objects, MAIN, "one.txt")
    changed_paths(repository, head, landing)
    commits_between(repository, [], landing, limit=10)
    remote = GitRemote(repository, "origin")
    assert remote.refs().transact([RefUpdate("refs/fp/claims/X", None, landing)]).status == "done"
    remote.fetch(["+refs/fp/claims/*:refs/fp/remotes/origin/claims/*"])
    trials = [objects.commit(objects.empty_tree(), (), text, LANDER) for text in ("one", "two")]
    probe(repository, "origin", "refs/fp/trial/", (trials[0], trials[1]))
    assert repository.resolve("main") in (head, landing)
    world.worktrees.list()


@pytest.mark.parametrize("name", VECTORS)
def test_nothing_that_the_repository_names_runs(trap: Trap, name: str) -> None:
    VECTORS[name](trap)
    use_everything(trap)
    assert trap.sung() == []


PROVOKED: dict[str, Callable[[Repo], object]] = {
    "fsmonitor": lambda repo: repo.run("status"),
    "hooks_folder": lambda repo: repo.run("checkout", "-b", "other"),
    "hooks_path": lambda repo: repo.run("checkout", "-b", "other"),
    "external_diff": lambda repo: (repo.write("one.txt", "x"), repo.run("diff")),
    "filters": lambda repo: ((repo.path / "one.txt").unlink(), repo.run("checkout", "one.txt")),
    "included_filter": lambda repo: ((repo.path / "one.txt").unlink(), repo.run("checkout", "one.txt")),
    "worktree_filter": lambda repo: ((repo.path / "one.txt").unlink(), repo.run("checkout", "one.txt")),
    "signatures": lambda repo: repo.run("commit", "--allow-empty", "-m", "x"),
    "aliases": lambda repo: repo.run("lg"),
    "pagers_and_editors": lambda repo: repo.run("commit", "--allow-empty"),
}


@pytest.mark.parametrize("name", PROVOKED)
def test_the_trap_itself_works(trap: Trap, name: str) -> None:
    VECTORS[name](trap)
    PROVOKED[name](trap.repo)
    assert trap.sung() != []


def test_a_driver_of_the_configuration_takes_no_part_in_a_merge(trap: Trap) -> None:
    VECTORS["merge_driver"](trap)
    trap.repo.git("switch", "--quiet", "--create", "side")
    trap.repo.write("one.txt", "side\n")
    trap.repo.commit("side")
    trap.repo.git("switch", "--quiet", "main")
    trap.repo.write("one.txt", "main\n")
    trap.repo.commit("main")
    trap.repo.run("merge", "side")
    assert trap.sung() == ["merge-driver"]


def test_a_folder_that_only_looks_like_a_git_folder_is_no_repository(trap: Trap) -> None:
    bare = trap.repo.path / "embedded"
    trap.repo.git("init", "--quiet", "--bare", str(bare))
    trap.repo.git("-C", str(bare), "config", "core.fsmonitor", trap.program("embedded"))
    trap.repo.git("-C", str(bare), "config", "core.worktree", str(trap.repo.path))
    with pytest.raises(Usage) as caught:
        Repository.discover(bare)
    assert caught.value.reason == "bare-repository"
    assert trap.sung() == []


def test_a_transport_that_is_a_command_is_not_run(trap: Trap) -> None:
    command = f"ext::sh -c {trap.program('ext').replace(' ', '% ')}"
    trap.repo.git("config", "protocol.ext.allow", "always")
    trap.repo.git("remote", "add", "evil", command)
    trap.repo.git("remote", "add", "vcs", "x")
    trap.repo.git("config", "remote.vcs.vcs", "ext")
    repository = Repository.discover(trap.repo.path)
    for name in ("evil", "vcs"):
        with pytest.raises(External):
            GitRemote(repository, name).fetch(["refs/heads/main"])
        with pytest.raises(External, match="not allowed"):
            GitRemote(repository, name).refs().transact([RefUpdate("refs/fp/x", None, trap.repo.head())])
    assert trap.sung() == []


def test_variables_of_a_hook_do_not_lead_git_astray(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repo.clone(tmp_path / "other")
    for name, value in {
        "GIT_DIR": str(other.path / ".git"),
        "GIT_WORK_TREE": str(other.path),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bare",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_CONFIG_PARAMETERS": "'core.bare'='true'",
        "GIT_EXTERNAL_DIFF": "touch canary",
        "GIT_PAGER": "touch canary",
        "GIT_TRACE": str(tmp_path / "trace"),
        "GIT_ALLOW_PROTOCOL": "ext",
    }.items():
        monkeypatch.setenv(name, value)
    repository = Repository.discover(repo.path)
    assert (repository.top, repository.git_dir) == (repo.path, repo.path / ".git")
    GitObjects(repository).blob(b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "repo"]


def test_the_environment_keeps_what_an_operator_needs_and_nothing_else_of_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -i key")
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    found = {name: value for name, value in environment().items() if name.startswith("GIT_")}
    assert found["GIT_SSH_COMMAND"] == "ssh -i key"
    assert "GIT_DIR" not in found
    assert found["GIT_ALLOW_PROTOCOL"] == "file:https:ssh"


HOSTILE = [
    "-x",
    "--upload-pack=touch canary",
    "--output=canary",
    "-c core.pager=touch canary",
    "--exec-path=.",
    "$(touch canary)",
    "`touch canary`",
    "; touch canary",
    "a\nb",
    ":(exclude)*",
    ":/",
    "*",
    "../../etc/passwd",
    "HEAD",
    "@{-1}",
    "@",
    "\u202eevil",
    "🐛",
]


def tolerated(call: Callable[[], object]) -> None:
    """It may answer, or refuse with a typed error; anything else is a bug."""
    try:
        call()
    except (KitError, FileNotFoundError):
        return


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_a_name(repo: Repo, name: str, tmp_path: Path) -> None:
    world = real_world(repo.path)
    repository = Repository.discover(repo.path)
    objects = GitObjects(repository)
    head = repo.head()
    for call in (
        lambda: world.refs.read(name),
        lambda: world.refs.list(name),
        lambda: world.refs.transact([RefUpdate(name, None, head)]),
        lambda: world.refs.transact([RefUpdate("refs/fp/x", None, name)]),
        lambda: objects.list_tree(name),
        lambda: objects.list_tree(head, name),
        lambda: objects.list_folder(head, name),
        lambda: objects.read_commit(name),
        lambda: objects.is_ancestor(name, head),
        lambda: objects.merge_base(name, head),
        lambda: objects.commit(name, (), "x", objects.read_commits([head])[head].author),
        lambda: repository.resolve(name),
        lambda: versions(repository, objects, name, "README.md"),
        lambda: versions(repository, objects, "HEAD", name),
        lambda: changed_paths(repository, name, head),
        lambda: changed_paths(repository, head, head, name),
        lambda: commits_between(repository, [name], head, limit=5),
        lambda: commits_between(repository, [], name, limit=5),
        lambda: repository.setting(name),
        lambda: world.worktrees.add(tmp_path / "linked", name, head),
        lambda: world.worktrees.add(tmp_path / "linked", "refs/heads/x", name),
        lambda: world.worktrees.remove(Path(name)),
        lambda: world.remote(name),
        lambda: world.remote("origin").fetch([name]),
    ):
        tolerated(call)
    assert [path.name for path in repo.path.rglob("canary")] == []
    assert [path.name for path in Path.cwd().rglob("canary")] == []
    assert repo.head() == head


@pytest.mark.parametrize("name", [name for name in HOSTILE if "/" not in name])
def test_a_hostile_file_name_is_stored_and_listed(repo: Repo, name: str) -> None:
    objects = GitObjects(Repository.discover(repo.path))
    tree = objects.with_changes(repo.head(), {name: b"text", f"folder/{name}": b"text"})
    assert {name, f"folder/{name}", "README.md"} == {entry.path for entry in objects.list_tree(tree)}
    assert [entry.path for entry in objects.list_tree(tree, name)] == [name]
    assert [entry.path for entry in objects.list_tree(tree, f"folder/{name}")] == [f"folder/{name}"]


def test_git_that_is_missing_is_said(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for call in (lambda: git(repo.path, "version"), lambda: start(repo.path, "version")):
        with pytest.raises(External, match="git is not installed"):
            call()


def test_a_folder_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(External, match="no such folder"):
        git(tmp_path / "absent", "version")


def test_a_git_that_hangs_is_ended(repo: Repo) -> None:
    repo.write("slow.sh", "#!/bin/sh\nsleep 30\n").chmod(0o755)
    with pytest.raises(External) as caught:
        git(repo.path, "-c", f"alias.slow=!{repo.path}/slow.sh", "slow", timeout_seconds=0.2)
    assert caught.value.reason == "git-timeout"


def test_a_remote_that_does_not_exist_is_a_settings_error(repo: Repo) -> None:
    with pytest.raises(Config, match="git remote add"):
        raise_with_hint(lambda: GitRemote(Repository.discover(repo.path), "origin"))


def raise_with_hint(call: Callable[[], object]) -> None:
    try:
        call()
    except KitError as error:
        raise type(error)(f"{error.message} {error.hint}") from error


def test_nothing_here_needs_a_shell() -> None:
    assert shutil.which("sh"), "the traps of this file are shell scripts"


def test_a_path_to_a_repository_is_taken_as_it_is(repo: Repo, tmp_path: Path) -> None:
    odd = tmp_path / "odd --name; $(touch canary) ünï"
    repo.path.rename(odd)
    found = Repository.discover(odd)
    assert (found.top, found.common_dir) == (odd, odd / ".git")
    with pytest.raises(Refused):
        GitRefs(found).list("--all")
