"""Lost targets and documents: moved, ambiguous or orphaned, and what the lock may follow by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.drifting import CODE, edit, linked, report

if TYPE_CHECKING:
    from tests.support.repo import Command, Repo

pytestmark = pytest.mark.slow

OPEN = "src/auth.py#Session.open"
BODY = """\
    def open(self, user: str) -> None:
        if user:
            self.user = user
"""


def moved(repo: Repo, command: Command) -> dict[str, Any]:
    """What the check says of the one lost anchor."""
    outcome = command("drift", "check", "--json", cwd=repo.path)
    [found] = [one["moved"] for doc in report(outcome)["docs"] for one in doc["anchors"] if one["moved"]]
    assert isinstance(found, dict)
    return found


def check(repo: Repo, command: Command, fate: str, *expected: tuple[str, str, bool]) -> None:
    """The fate, and the candidates with why and whether they are certain."""
    found = moved(repo, command)
    places = [(one["target"], one["why"], one["certain"]) for one in found["candidates"]]
    assert (found["fate"], places) == (fate, list(expected))


@pytest.fixture
def bound(repo: Repo, command: Command) -> Repo:
    linked(repo, command)
    repo.commit("bound")
    return repo


@pytest.mark.parametrize("committed", [False, True])
def test_a_renamed_file_takes_its_symbols_along(bound: Repo, command: Command, committed: bool) -> None:
    bound.git("mv", "src/auth.py", "src/sessions.py")
    if committed:
        bound.commit("rename")
    check(bound, command, "moved", ("src/sessions.py#Session.open", "same", True))
    fixed = command("drift", "check", "--fix-moves", cwd=bound.path)
    assert "docs/auth.md <- src/auth.py#Session.open: now src/sessions.py#Session.open" in fixed.out
    assert 'target = "src/sessions.py#Session.open"' in bound.read("drift.lock")


def test_a_move_that_git_does_not_know_of_yet_is_seen(bound: Repo, command: Command) -> None:
    (bound.path / "src/auth.py").rename(bound.path / "src/sessions.py")
    check(bound, command, "moved", ("src/sessions.py#Session.open", "same", True))


def test_a_symbol_that_moved_to_another_file_is_followed(bound: Repo, command: Command) -> None:
    edit(bound, "src/auth.py", BODY, "    pass\n")
    bound.write("src/opening.py", f"class Opener:\n{BODY}")
    check(bound, command, "moved", ("src/opening.py#Opener.open", "same", True))


def test_a_file_that_was_split_is_followed_symbol_by_symbol(repo: Repo, command: Command) -> None:
    linked(repo, command, OPEN, "src/auth.py#LIMIT")
    repo.commit("bound")
    repo.git("rm", "--quiet", "src/auth.py")
    repo.write("src/limits.py", "LIMIT = 3\n")
    repo.write("src/sessions.py", CODE.replace("LIMIT = 3\n", ""))
    repo.commit("split")
    assert command("drift", "check", "--fix-moves", cwd=repo.path).out.count(": now src/") == 2
    lock = repo.read("drift.lock")
    assert ("src/limits.py#LIMIT" in lock, "src/sessions.py#Session.open" in lock) == (True, True)


def test_a_copy_that_was_there_before_is_no_place_it_moved_to(bound: Repo, command: Command) -> None:
    bound.write("src/copy.py", CODE)
    bound.commit("a copy")
    bound.git("rm", "--quiet", "src/auth.py")
    check(bound, command, "orphaned")
    assert command("drift", "check", "--fix-moves", cwd=bound.path).code == 1
    assert OPEN in bound.read("drift.lock")


def test_two_new_places_of_the_same_are_ambiguous_and_not_chosen(bound: Repo, command: Command) -> None:
    bound.git("rm", "--quiet", "src/auth.py")
    bound.write("src/one.py", CODE)
    bound.write("src/two.py", CODE)
    check(
        bound,
        command,
        "ambiguous",
        ("src/one.py#Session.open", "same", False),
        ("src/two.py#Session.open", "same", False),
    )
    command("drift", "check", "--fix-moves", cwd=bound.path)
    assert OPEN in bound.read("drift.lock")


def test_a_renamed_symbol_is_shown_and_never_followed_by_itself(bound: Repo, command: Command) -> None:
    edit(bound, "src/auth.py", "def open(", "def begin(")
    check(bound, command, "moved", ("src/auth.py#Session.begin", "renamed", False))
    out = command("drift", "check", "--fix-moves", cwd=bound.path).out
    assert "it may be src/auth.py#Session.begin (renamed, 95%): drift link docs/auth.md" in out
    assert OPEN in bound.read("drift.lock")


def test_a_renamed_file_in_which_the_symbol_changed_is_followed_and_stale(repo: Repo, command: Command) -> None:
    filler = "".join(f"def helper_{n}():\n    return {n}\n\n\n" for n in range(40))
    linked(repo, command)
    repo.write("src/auth.py", CODE + "\n\n" + filler)
    repo.commit("bound")
    repo.git("mv", "src/auth.py", "src/sessions.py")
    edit(repo, "src/sessions.py", "if user:", "if user is not None:")
    repo.commit("rename and change")
    check(repo, command, "moved", ("src/sessions.py#Session.open", "similar", True))
    fixed = command("drift", "check", "--fix-moves", cwd=repo.path)
    assert (fixed.code, "src/sessions.py#Session.open: changed since" in fixed.out) == (1, True)


def test_what_is_gone_is_orphaned(bound: Repo, command: Command) -> None:
    edit(bound, "src/auth.py", BODY, "    pass\n")
    check(bound, command, "orphaned")


def test_a_whole_file_and_a_document_are_followed(repo: Repo, command: Command) -> None:
    linked(repo, command, "src/auth.py")
    repo.commit("bound")
    repo.git("mv", "src/auth.py", "src/sessions.py")
    repo.git("mv", "docs/auth.md", "docs/sessions.md")
    repo.commit("both")
    command("drift", "check", "--fix-moves", cwd=repo.path)
    fixed = command("drift", "check", "--fix-moves", cwd=repo.path)
    lock = repo.read("drift.lock")
    assert ('doc = "docs/sessions.md"' in lock, 'target = "src/sessions.py"' in lock) == (True, True)
    assert "1 fresh, 0 stale" in fixed.out


def test_following_changes_no_outcome_of_a_shallow_clone(bound: Repo, command: Command, tmp_path: Any) -> None:
    bound.git("mv", "src/auth.py", "src/sessions.py")
    bound.commit("rename")
    bound.git("clone", "--quiet", "--depth=1", f"file://{bound.path}", str(tmp_path / "shallow"))
    shallow = command("drift", "check", cwd=tmp_path / "shallow")
    assert (shallow.code, "no such file" in shallow.out) == (1, True)


def test_without_git_what_is_lost_is_lost(bound: Repo, command: Command, tmp_path: Any) -> None:
    for path in ("drift.lock", "docs/auth.md"):
        target = tmp_path / "plain" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(bound.read(path))
    outcome = command("drift", "check", cwd=tmp_path / "plain")
    assert (outcome.code, "no such file" in outcome.out) == (1, True)


def test_diff_shows_both_sides_and_the_commit_that_changed_this_symbol(bound: Repo, command: Command) -> None:
    edit(bound, "src/auth.py", "if user:", "if not user:")
    guilty = bound.commit("turn it round")
    edit(bound, "src/auth.py", "LIMIT = 3", "LIMIT = 4")
    bound.commit("another part")
    [found] = report(command("drift", "diff", "--json", cwd=bound.path))["bindings"]
    assert [one["commit"] for one in found["commits"]] == [guilty]
    assert found["difference"][1:] == [
        *("     def open(self, user: str) -> None:", "-        if user:"),
        *("+        if not user:", "             self.user = user"),
    ]
    assert "Call `Session.open` with the name of a user." in "\n".join(found["said"])
    text = command("drift", "diff", "docs/auth.md", OPEN, cwd=bound.path).out
    assert f"changed by {guilty[:10]}" in text


def test_diff_says_what_is_not_committed_and_what_is_not_bound(bound: Repo, command: Command) -> None:
    assert command("drift", "diff", cwd=bound.path).out == "nothing is stale\n"
    edit(bound, "src/auth.py", "if user:", "if not user:")
    assert "in the worktree, not committed yet" in command("drift", "diff", cwd=bound.path).out
    assert command("drift", "diff", "docs/none.md", cwd=bound.path).code == 1


def test_diff_without_the_old_text_shows_the_new(bound: Repo, command: Command, tmp_path: Any) -> None:
    edit(bound, "src/auth.py", "if user:", "if not user:")
    bound.commit("turn it round")
    bound.git("clone", "--quiet", "--depth=1", f"file://{bound.path}", str(tmp_path / "shallow"))
    [found] = report(command("drift", "diff", "--json", cwd=tmp_path / "shallow"))["bindings"]
    assert (found["before"], found["now"][1].strip(), found["commits"]) == (None, "if not user:", [])
