from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import KitError, Refused
from fp.kernel.world import real_world
from tarmac.model import RESCUE_PREFIX, RunName, dump_run, run_folder
from tarmac.workspaces import fingerprint
from tarmac.workspaces.base import rescue
from tarmac.workspaces.worktree import WorktreeWorkspace
from tests.support.guards import CHECKOUT
from tests.support.repo import Repo
from tests.support.workers import NAME, a_run, wait_for

if TYPE_CHECKING:
    from tarmac.model import Run
    from tarmac.workspaces.base import Collected

pytestmark = pytest.mark.slow

BRANCH = "refs/heads/tarmac/FP-k3v9q2m/1"


@dataclass
class Site:
    """A repository with a run and its workspace."""

    repo: Repo
    run: Run
    workspace: WorktreeWorkspace

    @property
    def tree(self) -> Repo:
        """The worktree, as the agent sees it."""
        return Repo(Path(self.run.workspace), 50)

    def prepare(self, **changes: object) -> Repo:
        self.run = replace(self.run, **changes)
        self.workspace.prepare(self.run)
        return self.tree

    def collect(self) -> Collected:
        return self.workspace.collect(self.run)

    def files(self, commit: str) -> list[str]:
        return self.repo.git("ls-tree", "-r", "--name-only", commit).split("\n")

    def folder(self) -> Path:
        return self.repo.path / ".git" / run_folder(NAME)


@pytest.fixture
def site(repo: Repo, tmp_path: Path) -> Site:
    repo.write(".gitignore", "*.secret\nbuild/\n")
    repo.write("src/app.py", "print('app')\n")
    base = repo.commit("app")
    world = real_world(repo.path)
    run = a_run(tmp_path / "work" / str(NAME), base=base)
    return Site(repo, run, WorktreeWorkspace(world, repo.path))


# -- prepare ----------------------------------------------------------------------------------------------------------


def test_a_workspace_is_a_worktree_on_a_branch_of_its_own_at_the_base(site: Site) -> None:
    tree = site.prepare()
    assert (tree.head(), tree.git("symbolic-ref", "HEAD")) == (site.run.base, BRANCH)
    assert tree.git("status", "--porcelain") == ""


def test_the_branch_tracks_nothing(site: Site) -> None:
    site.prepare()
    assert site.repo.run("config", "branch.tarmac/FP-k3v9q2m/1.remote").stdout == ""


def test_preparing_again_finds_what_is_there(site: Site) -> None:
    site.repo.write("local.secret", "x")
    tree = site.prepare(copy=("local.secret",))
    inode = tree.path.stat().st_ino
    site.prepare()
    assert tree.path.stat().st_ino == inode


def test_no_hook_and_no_filter_of_the_repository_runs(site: Site, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    site.repo.git("config", "filter.evil.smudge", f"touch {marker}; cat")
    site.repo.git("config", "filter.evil.clean", f"touch {marker}; cat")
    site.repo.write(".gitattributes", "* filter=evil\n")
    site.repo.git("-c", "filter.evil.clean=", "add", "--all")
    site.repo.git("-c", "filter.evil.clean=", "commit", "--quiet", "--message", "attributes")
    site.repo.write(".git/hooks/post-checkout", f"#!/bin/sh\ntouch {marker}\n").chmod(0o755)
    site.repo.write(".git/hooks/pre-commit", f"#!/bin/sh\ntouch {marker}\n").chmod(0o755)
    marker.unlink(missing_ok=True)
    tree = site.prepare(base=site.repo.head())
    tree.write("new.txt", "new")
    assert site.collect().left_uncommitted
    assert not marker.exists()


def test_listed_files_are_copied_and_stay_as_private_as_they_were(site: Site) -> None:
    site.repo.write("deep/local.secret", "key").chmod(0o600)
    tree = site.prepare(copy=("deep/local.secret",))
    assert tree.read("deep/local.secret") == "key"
    assert (tree.path / "deep/local.secret").stat().st_mode & 0o777 == 0o600


def test_a_listed_file_that_is_not_there_is_refused(site: Site) -> None:
    with pytest.raises(Refused, match="which the main checkout does not have"):
        site.prepare(copy=("missing.secret",))


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside", "src"])
def test_a_link_is_not_copied(site: Site, target: str) -> None:
    (site.repo.path / "link.secret").symlink_to(target)
    with pytest.raises(KitError):
        site.prepare(copy=("link.secret",))
    assert not (site.tree.path / "link.secret").exists()


def test_a_file_through_a_linked_folder_is_not_copied(site: Site, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "key.secret").write_text("key")
    (site.repo.path / "build").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KitError, match="link out of"):
        site.prepare(copy=("build/key.secret",))


def test_a_listed_file_that_the_base_has_too_is_refused(site: Site) -> None:
    site.repo.write("src/app.py", "print('mine')\n")
    with pytest.raises(Refused, match="the run's base has another file there"):
        site.prepare(copy=("src/app.py",))


@pytest.mark.parametrize("make", ["file", "folder", "link"])
def test_what_is_at_the_path_stays(site: Site, make: str) -> None:
    path = Path(site.run.workspace)
    path.parent.mkdir()
    if make == "link":
        path.symlink_to(site.repo.path)
    elif make == "file":
        path.write_text("mine")
    else:
        (path / "mine").mkdir(parents=True)
    with pytest.raises(KitError):
        site.prepare()
    assert os.path.lexists(path)
    assert (site.repo.path / "README.md").exists()


def test_a_branch_with_work_is_not_taken(site: Site) -> None:
    other = site.repo.git("commit-tree", "HEAD^{tree}", "-m", "other")
    site.repo.git("update-ref", BRANCH, other)
    with pytest.raises(Refused, match="exists"):
        site.prepare()
    assert site.repo.git("rev-parse", BRANCH) == other


@pytest.mark.parametrize("place", ["{top}", "{top}/..", "{top}/.git/work", "{top}/work", "relative/work"])
def test_a_workspace_in_a_place_of_the_persons_is_refused(site: Site, place: str) -> None:
    with pytest.raises(Refused):
        site.prepare(workspace=place.format(top=site.repo.path))


def test_an_ignored_folder_of_the_checkout_can_hold_workspaces(site: Site) -> None:
    tree = site.prepare(workspace=str(site.repo.path / "build" / "run"))
    assert tree.head() == site.run.base
    assert site.repo.git("status", "--porcelain") == ""


# -- a crash while preparing ------------------------------------------------------------------------------------------


def half_made(site: Site) -> Path:
    """What a killed `git worktree add` leaves: registered, locked, without index, one file cut short, one missing."""
    site.repo.git("worktree", "add", "--no-track", "-b", BRANCH.removeprefix("refs/heads/"), site.run.workspace)
    own = site.repo.path / ".git" / "worktrees" / str(NAME)
    (own / "index").unlink()
    (own / "index.lock").write_text("")
    (own / "locked").write_text("initializing")
    path = Path(site.run.workspace)
    (path / "src" / "app.py").write_text("prin")
    (path / "README.md").unlink()
    return path


def test_a_half_made_worktree_is_made_whole(site: Site) -> None:
    half_made(site)
    tree = site.prepare()
    assert (tree.git("status", "--porcelain"), tree.read("src/app.py")) == ("", "print('app')\n")


@pytest.mark.parametrize(("name", "text"), [("mine.txt", "mine"), ("src/app.py", "my own"), ("src/app.secret", "")])
def test_a_half_made_worktree_with_something_else_in_it_stays(site: Site, name: str, text: str) -> None:
    path = half_made(site)
    (path / name).write_text(text)
    with pytest.raises(Refused, match="is not from the run's base"):
        site.prepare()
    assert (path / name).read_text() == text


def test_a_branch_without_a_worktree_is_taken_up(site: Site) -> None:
    site.repo.git("update-ref", BRANCH, site.run.base)
    assert site.prepare().head() == site.run.base


def test_a_worktree_whose_folder_is_gone_is_made_again(site: Site) -> None:
    half_made(site)
    subprocess.run(["rm", "-r", site.run.workspace], check=True)
    assert site.prepare().git("status", "--porcelain") == ""


def test_the_lock_that_a_killed_git_left_on_the_branch_is_removed(site: Site) -> None:
    site.repo.git("update-ref", BRANCH, site.run.base)
    (site.repo.path / ".git" / f"{BRANCH}.lock").write_text("")
    assert site.prepare().head() == site.run.base


@pytest.mark.slow
def test_killing_the_preparation_at_any_moment_leaves_what_the_next_one_finishes(site: Site) -> None:
    for number in range(40):
        site.repo.write(f"many/file{number}", "x" * 20_000)
    base = site.repo.commit("many")
    code = (
        "import sys; from pathlib import Path; from fp.kernel.world import real_world\n"
        "from tarmac.model import load_run; from tarmac.workspaces.worktree import WorktreeWorkspace\n"
        "top = Path(sys.argv[1]); run = load_run(Path(sys.argv[2]).read_bytes())\n"
        "print('go', flush=True); WorktreeWorkspace(real_world(top), top).prepare(run)"
    )
    record = site.repo.path.parent / "run.json"
    for epoch in range(1, 11):
        name = RunName(NAME.issue, epoch)
        run = replace(site.run, name=name, base=base, workspace=str(site.repo.path.parent / "work" / str(name)))
        record.write_bytes(dump_run(run))
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(site.repo.path), str(record)],
            cwd=CHECKOUT, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        assert child.stdout is not None
        child.stdout.readline()
        with child.stdout:
            time.sleep(0.012 * epoch)
            # every second time its git dies with it, else git goes on alone
            (os.killpg if epoch % 2 else os.kill)(child.pid, signal.SIGKILL)
        child.wait(30)
        site.workspace.prepare(run)
        tree = Repo(Path(run.workspace))
        assert (tree.head(), tree.git("status", "--porcelain")) == (base, "")


# -- collect ----------------------------------------------------------------------------------------------------------


def test_a_run_that_changed_nothing_is_empty(site: Site) -> None:
    site.prepare()
    assert site.collect() == (site.run.base, True, False, ())


def test_what_the_agent_left_is_committed_as_the_run(site: Site) -> None:
    tree = site.prepare()
    tree.write("src/app.py", "changed\n")
    tree.write("new/file.txt", "new\n")
    (tree.path / "README.md").unlink()
    collected = site.collect()
    assert (collected.empty, collected.left_uncommitted, collected.notes) == (False, True, ())
    assert site.files(collected.tip) == [".gitignore", "new/file.txt", "src/app.py"]
    who = site.repo.git("log", "-1", "--format=%an <%ae> %cn %P", collected.tip)
    assert who == f"tarmac-run {NAME} <{NAME}@run.tarmac.invalid> tarmac-run {NAME} {site.run.base}"


def test_collecting_again_says_the_same(site: Site) -> None:
    site.prepare().write("new.txt", "new\n")
    assert site.collect() == site.collect()


def test_the_worktree_is_clean_afterwards(site: Site) -> None:
    tree = site.prepare()
    tree.write("new.txt", "new\n")
    collected = site.collect()
    assert (tree.head(), tree.git("status", "--porcelain")) == (collected.tip, "")


def test_commits_of_the_agent_stay_and_its_leftovers_come_on_top(site: Site) -> None:
    tree = site.prepare()
    tree.write("one.txt", "one\n")
    first = tree.commit("by the agent")
    tree.write("two.txt", "two\n")
    collected = site.collect()
    assert site.repo.git("rev-parse", f"{collected.tip}^") == first


def test_an_agent_that_committed_everything_leaves_nothing_to_commit(site: Site) -> None:
    tree = site.prepare()
    tree.write("one.txt", "one\n")
    tip = tree.commit("by the agent")
    assert site.collect() == (tip, False, False, ())


def test_the_outcome_and_the_copied_files_are_never_committed(site: Site) -> None:
    site.repo.write("plain.env", "KEY=secret")  # not even ignored
    tree = site.prepare(copy=("plain.env",))
    tree.write(".tarmac/outcome.json", "{}")
    (tree.path / ".tarmac/.gitignore").unlink()
    tree.write("plain.env", "KEY=changed")
    assert site.collect() == (site.run.base, True, False, ())


def test_an_agent_that_adds_everything_does_not_commit_the_outcome(site: Site) -> None:
    tree = site.prepare()
    tree.write(".tarmac/outcome.json", "{}")
    tree.write("one.txt", "one\n")
    tip = tree.commit("all of it")
    assert site.files(tip) == [".gitignore", "README.md", "one.txt", "src/app.py"]


def test_nothing_is_signed_and_no_hook_is_asked(site: Site, tmp_path: Path) -> None:
    site.repo.git("config", "commit.gpgSign", "true")
    site.repo.git("config", "gpg.program", f"touch {tmp_path}/ran; false")
    site.repo.write(".git/hooks/pre-commit", f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n").chmod(0o755)
    site.prepare().write("new.txt", "new\n")
    assert site.collect().left_uncommitted
    assert not (tmp_path / "ran").exists()


def test_changes_that_the_agents_index_hides_are_taken(site: Site) -> None:
    tree = site.prepare()
    tree.write("src/app.py", "hidden\n")
    tree.git("update-index", "--assume-unchanged", "src/app.py")
    tree.git("update-index", "--skip-worktree", "README.md")
    tree.write("README.md", "hidden too\n")
    tip = site.collect().tip
    assert site.repo.git("diff", "--name-only", site.run.base, tip) == "README.md\nsrc/app.py"


def test_files_left_out_of_a_sparse_checkout_are_not_deleted(site: Site) -> None:
    tree = site.prepare()
    tree.git("sparse-checkout", "set", "--no-cone", "/README.md")
    assert not (tree.path / "src").exists()
    tree.write("README.md", "changed\n")
    assert site.repo.git("diff", "--name-only", site.run.base, site.collect().tip) == "README.md"


@pytest.mark.parametrize(
    "name", ["a b.txt", "-rf", "é.txt", "line\nbreak", "$(id)", "*", ":(top)x", "\udce9.txt", '"q"']
)
def test_any_name_of_a_file_is_taken_as_it_is(site: Site, name: str) -> None:
    tree = site.prepare()
    (tree.path / name).write_text("x")
    tip = site.collect().tip
    listed = site.repo.git("ls-tree", "-z", "--name-only", tip).split("\0")
    assert name in listed


def test_a_file_that_became_a_folder_and_a_folder_that_became_a_link_are_taken(site: Site) -> None:
    tree = site.prepare()
    (tree.path / "README.md").unlink()
    tree.write("README.md/inner.txt", "x")
    (tree.path / "src/app.py").unlink()
    (tree.path / "src").rmdir()
    (tree.path / "src").symlink_to("/etc")
    tip = site.collect().tip
    assert site.files(tip) == [".gitignore", "README.md/inner.txt", "src"]
    assert site.repo.git("cat-file", "blob", f"{tip}:src") == "/etc"


def test_a_repository_within_is_said_and_not_taken(site: Site) -> None:
    tree = site.prepare()
    tree.git("init", "--quiet", "inner")
    Repo(tree.path / "inner").commit("inner")
    collected = site.collect()
    assert collected.notes == ("inner/ is a repository of its own and is not taken",)
    assert collected.empty


def test_a_huge_file_is_said_and_not_taken(site: Site) -> None:
    tree = site.prepare()
    with (tree.path / "core").open("wb") as file:
        file.truncate(50_000_001)
    tree.write("small.txt", "x")
    collected = site.collect()
    assert collected.notes == ("core is larger than 50,000,000 bytes and is not taken",)
    assert site.files(collected.tip) == [".gitignore", "README.md", "small.txt", "src/app.py"]


def test_a_stale_index_lock_of_a_killed_git_does_not_hinder(site: Site) -> None:
    tree = site.prepare()
    tree.write("new.txt", "new\n")
    (site.repo.path / ".git" / "worktrees" / str(NAME) / "index.lock").write_text("")
    collected = site.collect()
    assert collected.left_uncommitted
    assert "its index is locked" in collected.notes[0]


def test_a_leftover_index_of_a_crashed_sealing_does_not_hinder(site: Site) -> None:
    site.prepare().write("new.txt", "new\n")
    site.folder().mkdir(parents=True, exist_ok=True)
    (site.folder() / "seal.index").write_text("torn")
    (site.folder() / "seal.index.lock").write_text("")
    assert site.collect().left_uncommitted


# -- an agent that went its own ways ----------------------------------------------------------------------------------


def test_a_detached_head_is_said_and_the_branch_counts(site: Site) -> None:
    tree = site.prepare()
    tree.git("checkout", "--quiet", "--detach")
    tree.write("new.txt", "new\n")
    tree.commit("on no branch")
    collected = site.collect()
    assert (collected.tip, collected.empty) == (site.run.base, True)
    assert "its worktree is detached" in collected.notes[0]


def test_another_branch_is_said_and_the_runs_branch_counts(site: Site) -> None:
    tree = site.prepare()
    tree.write("mine.txt", "mine\n")
    tip = tree.commit("mine")
    tree.git("checkout", "--quiet", "-b", "elsewhere", site.run.base)
    tree.write("other.txt", "other\n")
    collected = site.collect()
    assert (collected.tip, collected.left_uncommitted) == (tip, False)
    assert "on refs/heads/elsewhere" in collected.notes[0]


def test_a_rewound_branch_is_said(site: Site) -> None:
    tree = site.prepare()
    tree.git("reset", "--quiet", "--hard", "HEAD^")
    collected = site.collect()
    assert (collected.tip, collected.empty) == (site.repo.git("rev-parse", f"{site.run.base}^"), True)
    assert collected.notes == ("its branch was moved off its base",)


def test_a_removed_branch_counts_from_its_base(site: Site) -> None:
    tree = site.prepare()
    site.repo.git("update-ref", "-d", BRANCH)
    tree.write("new.txt", "new\n")
    collected = site.collect()
    assert site.repo.git("rev-parse", BRANCH) == collected.tip
    assert site.repo.git("rev-parse", f"{collected.tip}^") == site.run.base
    assert "its branch was removed" in collected.notes[0]


def test_a_worktree_that_is_gone_is_said(site: Site) -> None:
    site.prepare()
    subprocess.run(["rm", "-r", site.run.workspace], check=True)
    collected = site.collect()
    assert (collected.tip, collected.notes[0][:20]) == (site.run.base, "its worktree is gone")


def test_a_folder_put_in_the_worktrees_place_is_not_collected(site: Site, tmp_path: Path) -> None:
    tree = site.prepare()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "private.txt").write_text("private")
    (tmp_path / "home" / ".git").write_bytes((tree.path / ".git").read_bytes())
    tree.path.rename(tmp_path / "moved")
    tree.path.symlink_to(tmp_path / "home")
    collected = site.collect()
    assert (collected.tip, collected.empty) == (site.run.base, True)


def test_a_git_folder_of_the_agents_own_names_no_program(site: Site, tmp_path: Path) -> None:
    tree = site.prepare()
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "evil")], check=True)
    evil = Repo(tmp_path / "evil")
    evil.git("config", "filter.evil.clean", f"touch {tmp_path}/ran; cat")
    evil.git("config", "core.fsmonitor", f"touch {tmp_path}/ran")
    (tree.path / ".git").write_text(f"gitdir: {evil.path}/.git\n")
    tree.path.joinpath(".gitattributes").write_text("* filter=evil\n")
    collected = site.collect()
    assert collected.left_uncommitted
    assert site.workspace.release(site.run).endswith("/.git leads to another git folder")
    assert not (tmp_path / "ran").exists()


def test_a_filter_that_the_agent_configured_does_not_run(site: Site, tmp_path: Path) -> None:
    tree = site.prepare()
    tree.git("config", "filter.evil.clean", f"touch {tmp_path}/ran; cat")
    tree.git("config", "extensions.worktreeConfig", "true")
    tree.git("config", "--worktree", "filter.worse.clean", f"touch {tmp_path}/ran; cat")
    tree.write(".gitattributes", "*.txt filter=evil\n*.py filter=worse\n")
    tree.write("new.txt", "new\n")
    tree.write("src/app.py", "new\n")
    assert site.collect().left_uncommitted
    assert not (tmp_path / "ran").exists()


# -- what a run must not change ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("refs/heads/main", ("update-ref", "refs/heads/main", "HEAD^")),
        ("refs/tags/v1", ("tag", "v1")),
        ("config", ("config", "core.fsmonitor", "evil")),
    ],
)
def test_a_change_outside_the_worktree_shows_in_the_fingerprints(
    site: Site, what: str, change: tuple[str, ...]
) -> None:
    tree = site.prepare()
    tree.git(*change)
    site.collect()
    before, after = (
        fingerprint.load((site.folder() / f"fingerprint.{when}.json").read_bytes()) for when in ("before", "after")
    )
    assert before is not None
    assert after is not None
    assert before.changes(after) == (what,)


def test_a_new_hook_shows_in_the_fingerprint(site: Site) -> None:
    site.prepare()
    before = site.workspace.fingerprint(site.run)
    site.repo.write(".git/hooks/pre-commit", "#!/bin/sh\n")
    assert before.changes(site.workspace.fingerprint(site.run)) == ("hooks/pre-commit",)


def test_the_runs_own_branch_and_our_refs_are_no_change(site: Site) -> None:
    tree = site.prepare()
    before = site.workspace.fingerprint(site.run)
    tree.commit("own work")
    site.repo.git("update-ref", "refs/fp/claims/FP-k3v9q2m", "HEAD")
    assert before.changes(site.workspace.fingerprint(site.run)) == ()


# -- release ----------------------------------------------------------------------------------------------------------


def test_a_clean_worktree_goes_and_its_branch_stays(site: Site) -> None:
    tree = site.prepare()
    tree.write("new.txt", "new\n")
    tip = site.collect().tip
    assert site.workspace.release(site.run) == ""
    assert not tree.path.parent.exists()
    assert site.repo.git("rev-parse", BRANCH) == tip


def test_releasing_again_is_fine(site: Site) -> None:
    site.prepare()
    assert [site.workspace.release(site.run), site.workspace.release(site.run)] == ["", ""]


def test_our_own_files_do_not_keep_it(site: Site) -> None:
    site.repo.write("build/deep/key.secret", "key")
    site.repo.write("local.secret", "key")
    tree = site.prepare(copy=("build/deep/key.secret", "local.secret"))
    tree.write(".tarmac/outcome.json", "{}")
    assert site.workspace.release(site.run) == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("src/app.py", "src/app.py (not committed)"),
        ("new.txt", "new.txt (untracked)"),
        ("some.secret", "some.secret (ignored)"),
        ("build/out.o", "build/ (ignored)"),
        ("local.secret", "local.secret (ignored)"),
        (".tarmac/notes.md", ".tarmac/notes.md (ignored)"),
    ],
)
def test_anything_that_is_not_committed_keeps_it_and_is_kept(site: Site, name: str, said: str) -> None:
    site.repo.write("local.secret", "key")
    tree = site.prepare(copy=("local.secret",))
    tree.write(name, "somebody's")
    assert site.workspace.release(site.run) == f"{tree.path} holds {said}"
    assert tree.read(name) == "somebody's"


THROWN = ("build", "*.secret", "/web/dist")
OUTPUT = ("build/out.o", "build/deep/out.o", "some.secret")


def test_build_output_that_the_policy_names_goes_with_it(site: Site, tmp_path: Path) -> None:
    tree = site.prepare()
    for name in OUTPUT:
        tree.write(name, "made")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "kept.txt").write_text("a person's")
    (tree.path / "build/link").symlink_to(mine)
    assert site.workspace.release(site.run, THROWN) == ""
    assert not tree.path.exists()
    assert (mine / "kept.txt").read_text() == "a person's"


@pytest.mark.parametrize("name", ["new.txt", "src/app.py", "build/.git/HEAD", "local.env"])
def test_beside_anything_else_build_output_stays_too(site: Site, name: str) -> None:
    tree = site.prepare()
    site.repo.write(".git/info/exclude", "*.env\n")
    for one in (*OUTPUT, name):
        tree.write(one, "made")
    assert site.workspace.release(site.run, THROWN).startswith(f"{tree.path} holds ")
    assert [tree.read(one) for one in (*OUTPUT, name)] == ["made"] * 4


def test_a_committed_file_in_an_ignored_folder_is_no_output(site: Site) -> None:
    tree = site.prepare()
    tree.write("build/keep.txt", "tracked")
    tree.git("add", "--force", "build/keep.txt")
    tree.git("commit", "-q", "-m", "keep")
    tree.write("build/keep.txt", "changed")
    tree.write("build/out.o", "made")
    assert "build/keep.txt (not committed)" in site.workspace.release(site.run, THROWN)
    assert (tree.read("build/keep.txt"), tree.read("build/out.o")) == ("changed", "made")


def test_a_file_that_the_index_hides_keeps_it(site: Site) -> None:
    tree = site.prepare()
    tree.git("update-index", "--assume-unchanged", "src/app.py")
    tree.write("src/app.py", "hidden\n")
    assert "src/app.py" in site.workspace.release(site.run)


def test_a_detached_head_that_nothing_else_holds_keeps_it(site: Site) -> None:
    tree = site.prepare()
    tree.git("checkout", "--quiet", "--detach")
    head = tree.commit("on no branch")
    assert site.workspace.release(site.run) == f"{tree.path} has {head} checked out, which no branch holds"
    site.repo.git("update-ref", f"{RESCUE_PREFIX}{NAME}", head)
    assert site.workspace.release(site.run) == ""


def test_a_process_that_works_there_keeps_it(site: Site) -> None:
    tree = site.prepare()
    child = subprocess.Popen(["sleep", "60"], cwd=tree.path)
    wait_for(lambda: os.readlink(f"/proc/{child.pid}/cwd") == str(tree.path))
    assert site.workspace.release(site.run) == f"process {child.pid} works in {tree.path}"
    child.kill()
    child.wait()
    assert site.workspace.release(site.run) == ""


def test_a_worktree_that_somebody_locked_is_kept(site: Site) -> None:
    tree = site.prepare()
    site.repo.git("worktree", "lock", str(tree.path))
    assert "somebody locked" in site.workspace.release(site.run)
    assert tree.path.exists()


def test_a_link_in_its_place_is_not_followed(site: Site, tmp_path: Path) -> None:
    tree = site.prepare()
    tree.path.rename(tmp_path / "moved")
    tree.path.symlink_to(tmp_path / "moved")
    assert "is not the folder that was made for the run" in site.workspace.release(site.run)
    assert (tmp_path / "moved" / "README.md").exists()


def test_another_folder_in_its_place_stays(site: Site, tmp_path: Path) -> None:
    tree = site.prepare()
    site.repo.git("worktree", "move", str(tree.path), str(tmp_path / "moved"))
    tree.write("mine.txt", "mine")
    assert site.workspace.release(site.run) == f"{tree.path} is there, and no worktree of this repository"
    assert tree.read("mine.txt") == "mine"


# -- rescue -----------------------------------------------------------------------------------------------------------


def test_rescues_are_numbered_and_never_overwritten(site: Site) -> None:
    refs = real_world(site.repo.path).refs
    first, second = site.run.base, site.repo.git("rev-parse", f"{site.run.base}^")
    made = [rescue(refs, NAME, oid) for oid in (first, second, first, second)]
    assert made == [f"{RESCUE_PREFIX}{NAME}{number}" for number in ("", "-1", "", "-1")]
    assert (refs.read(made[0]), refs.read(made[1])) == (first, second)
