"""Locks of two branches merged: by plain git, by the driver, by `drift resolve`, and where work is landed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift.lock import read_lock, write_lock
from drift.merge import merge, merge_texts, merged_text
from drift.model import Lock
from fp.kernel.git.driver import by_lines
from tests.support import lockpairs
from tests.support.lockpairs import BASE, add, binding, both, branches, drop, merges, note, use_driver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repo import Command, Repo


def merged(repo: Repo, ours: Callable[[Lock], Lock], theirs: Callable[[Lock], Lock]) -> tuple[int, bytes]:
    """Git's exit status and the lock after merging two changes of one base."""
    repo.write("drift.lock", write_lock(BASE))
    repo.commit("base")
    repo.git("checkout", "-q", "-b", "theirs")
    repo.write("drift.lock", write_lock(theirs(BASE)))
    repo.commit("theirs")
    repo.git("checkout", "-q", "main")
    repo.write("drift.lock", write_lock(ours(BASE)))
    repo.commit("ours")
    code = repo.run("merge", "-q", "--no-edit", "theirs").returncode
    return code, (repo.path / "drift.lock").read_bytes()


LEFT_MOST = 8
CLEAN = [
    (add("a.md a.py"), add("z.md z.py")),
    (add("a.md a.py"), add("c.md c.py")),
    (add("c.md c.py"), add("d.md dd.py")),
    (add("c.md c.py", "e.md e.py"), add("a.md a.py", "g.md g.py")),
    (add("z.md z.py"), add("f.md f.py")),
    (add("e.md e.py"), add("f.md f.py")),
    (add("e.md e.py"), add("d.md e.py")),
    (add("d.md d.py"), add("d.md e.py")),
    (add("d.md d.py"), add("b.md b.py")),
    (drop("b.md b.py"), add("d.md e.py")),
    (drop("b.md b.py"), add("z.md z.py")),
    (drop("d.md d.py"), add("f.md f.py")),
]


@pytest.mark.parametrize(("ours", "theirs"), CLEAN)
def test_changes_of_different_bindings_merge(
    repo: Repo, ours: Callable[[Lock], Lock], theirs: Callable[[Lock], Lock]
) -> None:
    code, data = merged(repo, ours, theirs)
    lock, problems = read_lock(data, "drift.lock")
    assert (code, problems) == (0, [])
    assert write_lock(lock) == data == write_lock(theirs(ours(BASE)))


def test_two_additions_at_one_place_conflict_loudly_and_check_names_the_line(repo: Repo, command: Command) -> None:
    code, data = merged(repo, add("c.md c.py"), add("c.md cc.py"))
    assert code == 1
    _, problems = read_lock(data, "drift.lock")
    assert problems[0].code == "lock-conflict"
    ran = command("drift", "check", cwd=repo.path)
    assert (ran.code, f"drift.lock:{problems[0].line}:" in ran.err) == (2, True)
    assert "drift resolve" in ran.err


@pytest.mark.slow
def test_plain_git_merges_most_pairs_and_resolve_settles_the_rest(repo: Repo, command: Command) -> None:
    branches(repo)
    left = []
    for one, other in lockpairs.pairs():
        if not merges(repo, one, other):
            left.append((one, other))
        else:
            assert repo.read("drift.lock").encode() == both(one, other), (one, other)
    assert len(left) <= LEFT_MOST, left
    for one, other in left:
        merges(repo, one, other)
        ran = command("drift", "resolve", cwd=repo.path)
        assert (ran.code, ran.err) == (0, ""), (one, other, ran.err)
        assert repo.read("drift.lock").encode() == both(one, other), (one, other)
        assert repo.git("status", "--porcelain").startswith("M  drift.lock") or one == other


@pytest.mark.slow
def test_the_driver_merges_every_pair(repo: Repo, tmp_path: Path) -> None:
    branches(repo)
    use_driver(repo, tmp_path)
    for one, other in lockpairs.pairs()[::3]:
        assert merges(repo, one, other), (one, other)
        assert repo.read("drift.lock").encode() == both(one, other), (one, other)


def test_every_pair_merges_by_binding() -> None:
    for one, other in lockpairs.pairs():
        sides = (write_lock(lockpairs.CHANGES[name](BASE)) for name in (one, other))
        assert merge_texts(write_lock(BASE), *sides, by_lines) == (both(one, other), ()), (one, other)


CHANGED = [add("b.md b.py", digest="1"), add("b.md b.py", digest="2"), drop("b.md b.py"), note("b.md b.py", "# Mine.")]


@pytest.mark.parametrize(("ours", "theirs"), [(0, 1), (0, 2), (2, 1), (3, 2)])
def test_one_binding_changed_by_both_is_left_to_a_person_and_nothing_else_is(ours: int, theirs: int) -> None:
    one, other = add("a.md a.py")(CHANGED[ours](BASE)), add("a.md aa.py")(CHANGED[theirs](BASE))
    done = merge(BASE, one, other)
    assert [clash.key for clash in done.clashes] == [("b.md", "b.py")]
    text = merged_text(done)
    _, problems = read_lock(text, "drift.lock")
    assert (text.count(b"<<<<<<<"), problems[0].code) == (1, "lock-conflict")
    assert b'"a.py"' in text
    assert b'"aa.py"' in text


def test_a_comment_and_a_stamp_of_one_binding_go_together() -> None:
    done = merge(BASE, CHANGED[3](BASE), CHANGED[0](BASE))
    assert done == merge(BASE, CHANGED[0](BASE), CHANGED[3](BASE))
    assert done.clashes == ()
    assert (done.lock.bindings[0].notes, done.lock.bindings[0].sig) == (("# Mine.",), binding("b.md b.py", "1").sig)


def test_the_same_stamp_on_both_sides_keeps_our_blob() -> None:
    ours, theirs = (add("b.md b.py", digest="1")(BASE) for _ in range(2))
    other = Lock(tuple(replace(one, blob="9" * 40) for one in theirs.bindings))
    assert merge(BASE, ours, other).lock.bindings == ours.bindings


@given(st.lists(st.sampled_from(sorted(lockpairs.CHANGES)), max_size=6), st.data())
def test_a_merge_takes_no_side(names: list[str], data: st.DataObject) -> None:
    """Turned round it has the same bindings, and with a side that changed nothing it is the other."""
    ours, theirs = BASE, BASE
    for name in names:
        if data.draw(st.booleans()):
            ours = lockpairs.CHANGES[name](ours)
        else:
            theirs = lockpairs.CHANGES[name](theirs)
    one, other = merge(BASE, ours, theirs), merge(BASE, theirs, ours)
    assert {item.key for item in one.lock.bindings} == {item.key for item in other.lock.bindings}
    assert {clash.key for clash in one.clashes} == {clash.key for clash in other.clashes}
    assert write_lock(merge(BASE, ours, BASE).lock) == write_lock(ours)
    assert write_lock(merge(BASE, BASE, theirs).lock) == write_lock(theirs)


def test_a_lock_that_cannot_be_read_is_merged_by_lines() -> None:
    broken = b"version = 1\n\nnonsense\n"
    assert merge_texts(broken, broken, broken + b"# end\n", by_lines) == (broken + b"# end\n", ())


def test_resolve_leaves_what_both_changed_until_a_side_is_taken(repo: Repo, command: Command) -> None:
    code, _ = merged(repo, add("b.md b.py", "c.md c.py", digest="1"), add("b.md b.py", "c.md cc.py", digest="2"))
    assert code == 1
    before = repo.read("drift.lock")
    ran = command("drift", "resolve", "--dry-run", cwd=repo.path)
    assert (ran.code, repo.read("drift.lock")) == (1, before)
    ran = command("drift", "resolve", cwd=repo.path)
    assert (ran.code, "b.md <- b.py  stamped differently by both" in ran.out) == (1, True)
    assert repo.read("drift.lock").count("<<<<<<<") == 1
    assert repo.git("status", "--porcelain").startswith("UU")
    ran = command("drift", "resolve", "--theirs", "--json", cwd=repo.path)
    assert ran.code == 0
    wanted = add("b.md b.py", "c.md cc.py", digest="2")(add("c.md c.py", digest="1")(BASE))
    assert repo.read("drift.lock").encode() == write_lock(wanted)
    assert repo.git("status", "--porcelain").startswith("M  drift.lock")
    assert "Nothing to resolve" in command("drift", "resolve", cwd=repo.path).out


def test_resolve_keeps_what_was_settled_by_hand_and_stages_it(repo: Repo, command: Command) -> None:
    merged(repo, add("b.md b.py", digest="1"), add("b.md b.py", digest="2"))
    by_hand = write_lock(add("b.md b.py", digest="3")(BASE))
    repo.write("drift.lock", by_hand)
    assert command("drift", "resolve", cwd=repo.path).code == 0
    assert (repo.read("drift.lock").encode(), repo.git("status", "--porcelain")[:2]) == (by_hand, "M ")


def test_resolve_settles_nested_locks_from_any_folder(repo: Repo, command: Command) -> None:
    for name, change in (("main", None), ("theirs", add("c.md cc.py")), ("main", add("c.md c.py"))):
        repo.git("checkout", "-q", "-B" if name == "theirs" else "-q", name) if change else None
        for path in ("drift.lock", "sub/folder/drift.lock"):
            repo.write(path, write_lock(change(BASE) if change else BASE))
        repo.commit(name)
    assert repo.run("merge", "-q", "--no-edit", "theirs").returncode == 1
    (repo.path / "other").mkdir()
    ran = command("drift", "resolve", cwd=repo.path / "other")
    assert (ran.code, ran.out.count("settled")) == (0, 2)
    wanted = write_lock(add("c.md cc.py")(add("c.md c.py")(BASE))).decode()
    assert (repo.read("drift.lock"), repo.read("sub/folder/drift.lock")) == (wanted, wanted)


def test_the_driver_is_installed_once(repo: Repo, command: Command) -> None:
    for _ in range(2):
        assert command("drift", "merge-driver", "--install", cwd=repo.path).code == 0
    assert repo.read(".gitattributes").splitlines() == ["drift.lock merge=drift"]
    assert repo.git("config", "merge.drift.driver").strip().startswith("drift merge-driver")
