"""The contract of `Objects`. Equal content has git's own id in both stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import External, Refused
from fp.kernel.ports import Signature, TreeEntry
from tests.contract.machines import ANN

if TYPE_CHECKING:
    from fp.kernel.ports import Objects, Oid
    from tests.contract.machines import Machine

pytestmark = pytest.mark.parametrize("machine", ["real", "simulated", "remembered"], indirect=True)

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
HELLO = "ce013625030ba8dba906f756967f9e9ca394464a"
NOTHING = "1" * 40


def tree_of(objects: Objects, files: dict[str, bytes | None]) -> Oid:
    return objects.with_changes(objects.empty_tree(), files)


def paths(objects: Objects, tree: Oid, under: str = "") -> list[str]:
    return [entry.path for entry in objects.list_tree(tree, under)]


def test_the_empty_tree_has_git_s_id(machine: Machine) -> None:
    objects = machine.world.objects
    assert objects.empty_tree() == EMPTY_TREE
    assert objects.list_tree(EMPTY_TREE) == objects.list_folder(EMPTY_TREE) == []


def test_a_blob_has_git_s_id_and_is_read_back(machine: Machine) -> None:
    objects = machine.world.objects
    contents = [b"", b"\x00\xff\r\n", b"x" * 100_000]
    oids = [objects.blob(data) for data in contents]
    assert objects.blob(b"hello\n") == HELLO
    assert objects.read_blobs(oids) == dict(zip(oids, contents, strict=True))


def test_what_is_no_blob_is_left_out(machine: Machine) -> None:
    objects = machine.world.objects
    hello = objects.blob(b"hello\n")
    asked = [hello, hello, NOTHING, EMPTY_TREE, machine.head, "HEAD", hello[:10], "", "x\ny", "--batch-check"]
    assert objects.read_blobs(asked) == {hello: b"hello\n"}
    assert objects.read_blobs([]) == {}


def test_a_tree_is_listed_recursively_by_level_and_below_a_path(machine: Machine) -> None:
    objects = machine.world.objects
    tree = tree_of(objects, {"b": b"1", "a/x": b"2", "a/y/z": b"3", "a.txt": b"4"})
    assert paths(objects, tree) == ["a.txt", "a/x", "a/y/z", "b"]
    assert paths(objects, tree, "a") == ["a/x", "a/y/z"]
    assert paths(objects, tree, "a/y/z") == ["a/y/z"]
    assert paths(objects, tree, "absent") == []
    assert [(entry.kind, entry.path) for entry in objects.list_folder(tree)] == [
        ("blob", "a.txt"),
        ("tree", "a"),
        ("blob", "b"),
    ]
    assert [entry.path for entry in objects.list_folder(tree, "a/y")] == ["a/y/z"]
    assert objects.list_folder(tree, "absent") == objects.list_folder(tree, "b") == []


def test_a_glob_in_a_path_is_only_a_name(machine: Machine) -> None:
    objects = machine.world.objects
    tree = tree_of(objects, {"*": b"1", "a/x": b"2", ":(top)a": b"3"})
    assert paths(objects, tree, "*") == ["*"]
    assert paths(objects, tree, ":(top)a") == [":(top)a"]
    assert objects.list_folder(tree, "[a]") == []


def test_modes_links_and_submodules_are_kept(machine: Machine) -> None:
    objects = machine.world.objects
    blob = objects.blob(b"text")
    entries = [
        TreeEntry("100644", "blob", blob, "file"),
        TreeEntry("120000", "blob", blob, "link"),
        TreeEntry("160000", "commit", NOTHING, "module"),
        TreeEntry("100755", "blob", blob, "run"),
        TreeEntry("040000", "tree", tree_of(objects, {"x": b""}), "folder"),
    ]
    tree = objects.tree(entries)
    assert objects.list_folder(tree) == sorted(entries, key=lambda entry: entry.path)
    assert [entry.kind for entry in objects.list_tree(tree)] == ["blob", "blob", "blob", "commit", "blob"]


def test_a_tree_of_what_does_not_exist_is_an_error(machine: Machine) -> None:
    with pytest.raises(External):
        machine.world.objects.tree([TreeEntry("100644", "blob", NOTHING, "x")])


@pytest.mark.parametrize("name", ["", ".", "..", ".git", ".GIT", "a/b", "nul\0"])
def test_a_name_that_would_leave_the_worktree_is_refused(machine: Machine, name: str) -> None:
    objects = machine.world.objects
    with pytest.raises(Refused):
        objects.tree([TreeEntry("100644", "blob", objects.blob(b""), name)])


@pytest.mark.parametrize("path", ["", "/etc", "../x", "a/../b", "a//b", "a/", ".git/hooks/x", "a/.Git/config"])
def test_a_path_that_would_leave_the_worktree_is_refused(machine: Machine, path: str) -> None:
    with pytest.raises(Refused):
        machine.world.objects.with_changes(machine.head, {path: b"x"})


def test_changes_write_remove_and_replace(machine: Machine) -> None:
    objects = machine.world.objects
    tree = tree_of(objects, {"a": b"1", "b/c": b"2", "b/d": b"3", "e": b"4"})
    changed = objects.with_changes(tree, {"a": b"one", "b/c": None, "e": None, "new/er": b"5", "absent/x": None})
    assert paths(objects, changed) == ["a", "b/d", "new/er"]
    assert objects.with_changes(changed, {}) == changed
    assert paths(objects, objects.with_changes(tree, {"a/now/a/folder": b"x"})) == ["a/now/a/folder", "b/c", "b/d", "e"]
    assert paths(objects, objects.with_changes(tree, {"b": b"now a file"})) == ["a", "b", "e"]


def test_removing_the_last_file_removes_its_folder(machine: Machine) -> None:
    objects = machine.world.objects
    tree = tree_of(objects, {"a/b/c": b"1", "d": b"2"})
    assert objects.list_folder(objects.with_changes(tree, {"a/b/c": None}))[0].path == "d"
    assert objects.with_changes(tree, {"a/b/c": None, "d": None}) == EMPTY_TREE


def test_a_file_keeps_its_mode_and_a_link_becomes_a_file(machine: Machine) -> None:
    objects = machine.world.objects
    blob = objects.blob(b"text")
    tree = objects.tree([TreeEntry("100755", "blob", blob, "run"), TreeEntry("120000", "blob", blob, "link")])
    changed = objects.with_changes(tree, {"run": b"new", "link": b"new"})
    assert [(entry.path, entry.mode) for entry in objects.list_folder(changed)] == [
        ("link", "100644"),
        ("run", "100755"),
    ]


def test_changes_start_from_a_commit_too(machine: Machine) -> None:
    objects = machine.world.objects
    assert paths(objects, objects.with_changes(machine.head, {"x": b""})) == ["README.md", "x"]


def test_the_content_tree_leaves_out_the_issues_alone(machine: Machine) -> None:
    objects = machine.world.objects
    files: dict[str, bytes | None] = {"code.py": b"x", "sub/.issues/kept": b"x"}
    before = machine.commit("before", {**files, ".issues/A.md": b"one"})
    after = machine.commit("after", {**files, ".issues/A.md": b"two", ".issues/events/A/x.md": b"event"})
    assert objects.content_tree(before) == objects.content_tree(after)
    assert paths(objects, objects.content_tree(after)) == ["README.md", "code.py", "sub/.issues/kept"]
    assert objects.content_tree(before) != objects.content_tree(machine.commit("other", {"code.py": b"y"}))


def test_a_commit_has_git_s_id_and_is_read_back(machine: Machine) -> None:
    objects = machine.world.objects
    oid = objects.commit(objects.empty_tree(), (), "subject\n\nbody ü\n", ANN)
    record = objects.read_commit(oid)
    assert oid == "357d63db13c29205b601a8bf75cf379f8db68291"
    assert record is not None
    assert (record.oid, record.tree, record.parents) == (oid, EMPTY_TREE, ())
    assert (record.author, record.committer, record.message) == (ANN, ANN, "subject\n\nbody ü\n")


@pytest.mark.parametrize("message", ["", "no newline", "\n\nleading", "trailing  \n\n\n", "# hash\n", "a\r\nb"])
def test_a_message_is_taken_as_it_is(machine: Machine, message: str) -> None:
    objects = machine.world.objects
    record = objects.read_commit(objects.commit(objects.empty_tree(), (), message, ANN))
    assert record is not None
    assert record.message == message


def test_what_is_no_utf_8_is_stored_as_git_would(machine: Machine) -> None:
    objects = machine.world.objects
    record = objects.read_commit(objects.commit(objects.empty_tree(), (), "caf\udce9", ANN._replace(name="Ren\udce9")))
    assert record is not None
    assert (record.message, record.author.name) == ("café", "René")


@pytest.mark.parametrize(
    ("name", "stored"),
    [("Ann <x>\n", "Ann x"), ("  .Ann, ", "Ann"), ("Ünï 日本", "Ünï 日本"), ("a\nb", "ab")],
)
def test_a_name_is_stored_as_git_would(machine: Machine, name: str, stored: str) -> None:
    objects = machine.world.objects
    record = objects.read_commit(objects.commit(objects.empty_tree(), (), "x", ANN._replace(name=name)))
    assert record is not None
    assert record.author.name == stored


def test_a_date_is_stored_in_utc_to_the_second(machine: Machine) -> None:
    objects = machine.world.objects
    at = datetime(2026, 1, 2, 3, 4, 5, 999_999, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    record = objects.read_commit(objects.commit(objects.empty_tree(), (), "x", Signature("Ann", "", at)))
    assert record is not None
    assert record.committer == Signature("Ann", "", datetime(2026, 1, 1, 21, 34, 5, tzinfo=UTC))


def test_a_commit_that_cannot_be_is_refused_or_an_error(machine: Machine) -> None:
    objects = machine.world.objects
    tree = objects.empty_tree()
    with pytest.raises(Refused, match="needs a name"):
        objects.commit(tree, (), "x", ANN._replace(name=" <> "))
    with pytest.raises(Refused, match="NUL"):
        objects.commit(tree, (), "a\0b", ANN)
    for wrong_tree, parents in ((NOTHING, ()), (tree, (NOTHING,)), (tree, (tree,)), (machine.head, ())):
        with pytest.raises(External):
            objects.commit(wrong_tree, parents, "x", ANN)


def test_what_is_no_commit_reads_as_none(machine: Machine) -> None:
    objects = machine.world.objects
    blob = objects.blob(b"hello\n")
    for oid in (NOTHING, blob, objects.empty_tree(), "HEAD", "main", machine.head[:12], ""):
        assert objects.read_commit(oid) is None
    assert objects.read_commits([NOTHING, blob, machine.head, machine.head]).keys() == {machine.head}


def test_ancestors(machine: Machine) -> None:
    objects = machine.world.objects
    child = machine.commit("child")
    merge = machine.commit("merge", {}, child, machine.claim("root"))
    assert objects.is_ancestor(machine.head, machine.head)
    assert objects.is_ancestor(machine.head, merge)
    assert not objects.is_ancestor(merge, machine.head)
    assert not objects.is_ancestor(NOTHING, machine.head)
    assert not objects.is_ancestor(machine.head, NOTHING)


def test_the_merge_base_is_the_best_common_ancestor(machine: Machine) -> None:
    objects = machine.world.objects
    fork = machine.commit("fork")
    one, other = machine.commit("one", {"1": b""}, fork), machine.commit("other", {"2": b""}, fork)
    assert objects.merge_base(one, other) == fork
    assert objects.merge_base(one, fork) == fork
    assert objects.merge_base(one, machine.claim("elsewhere")) is None
