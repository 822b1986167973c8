"""Other implementations of git read what our plumbing wrote, and judge names as we do."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import git as gitpython
import pygit2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fp.kernel.commits import parse_commit
from fp.kernel.git.merge import GitMerges
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.kernel.ports import Signature, TreeEntry
from fp.kernel.refnames import is_ref
from fp.kernel.sim.merge import SimMerges
from fp.kernel.sim.objects import SimObjects, object_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.repo import Repo

pytestmark = pytest.mark.slow

ANN = Signature("Ann Ünï", "ann@test.invalid", datetime(2026, 11, 22, 23, 15, 1, tzinfo=UTC))
FILES: Mapping[str, bytes | None] = {
    "a.txt": b"text\n",
    "a/b/c": b"\x00\xff",
    "a-b": b"",
    "z/日本": "日本\n".encode(),
    "line\nbreak": b"x",
}
NAMES = st.sampled_from(["a", "b", "a.b", "a-b", "A", "ü", "0"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


@pytest.fixture
def objects(repo: Repo) -> GitObjects:
    return GitObjects(Repository.discover(repo.path))


def commit(objects: GitObjects | SimObjects) -> str:
    """Two commits over a tree of odd names."""
    tree = objects.with_changes(objects.empty_tree(), FILES)
    first = objects.commit(tree, (), "first\n", ANN)
    return objects.commit(objects.with_changes(tree, {"a-b": None}), (first,), "second\n\nbody — ü", ANN)


def test_pygit2_reads_what_we_wrote(repo: Repo, objects: GitObjects) -> None:
    oid = commit(objects)
    read = pygit2.Repository(str(repo.path))[oid]
    assert (read.message, len(read.parents)) == ("second\n\nbody — ü", 1)
    assert (read.author.name, read.author.email, read.author.time) == (ANN.name, ANN.email, int(ANN.at.timestamp()))
    assert {path: read.tree[path].data for path in FILES if path != "a-b"} == {
        path: data for path, data in FILES.items() if path != "a-b"
    }
    assert "a-b" not in read.tree


def test_gitpython_reads_what_we_wrote(repo: Repo, objects: GitObjects) -> None:
    oid = commit(objects)
    with gitpython.Repo(str(repo.path)) as read:
        found = read.commit(oid)
        assert (found.message, found.author.name) == ("second\n\nbody — ü", ANN.name)
        assert {str(blob.path): blob.data_stream.read() for blob in found.tree.traverse() if blob.type == "blob"} == {
            path: data for path, data in FILES.items() if path != "a-b"
        }


def test_we_read_what_pygit2_wrote(repo: Repo, objects: GitObjects) -> None:
    store = pygit2.Repository(str(repo.path))
    builder = store.TreeBuilder()
    builder.insert("run", store.create_blob(b"#!/bin/sh\n"), pygit2.enums.FileMode.BLOB_EXECUTABLE)
    who = pygit2.Signature("Bob", "bob@test.invalid", 1_700_000_000, -210)
    oid = str(store.create_commit(None, who, who, "by pygit2", builder.write(), [repo.head()]))
    record = objects.read_commit(oid)
    assert record is not None
    assert (record.message, record.parents) == ("by pygit2", (repo.head(),))
    assert record.author == Signature("Bob", "bob@test.invalid", datetime.fromtimestamp(1_700_000_000, UTC))
    assert [(entry.mode, entry.path) for entry in objects.list_folder(oid)] == [("100755", "run")]


def test_git_finds_no_fault_with_what_we_wrote(repo: Repo, objects: GitObjects) -> None:
    oid = commit(objects)
    entries = [TreeEntry("160000", "commit", "1" * 40, "sub"), TreeEntry("120000", "blob", objects.blob(b"a"), "link")]
    objects.commit(objects.tree(entries), (oid,), "", ANN)
    repo.git("update-ref", "refs/heads/x", oid)
    done = repo.run("fsck", "--strict", "--no-dangling")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_simulated_store_has_the_same_ids(objects: GitObjects) -> None:
    assert commit(objects) == commit(SimObjects())


def test_an_id_is_what_git_computes(repo: Repo) -> None:
    for data in (b"", b"text", b"\x00" * 1000):
        done = subprocess.run(["git", "hash-object", "--stdin"], input=data, capture_output=True, check=True)
        assert object_id("blob", data) == done.stdout.decode().strip()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(PATHS, st.binary(max_size=3), max_size=6),
    st.dictionaries(PATHS, st.none() | st.binary(max_size=3), max_size=4),
)
def test_a_changed_tree_is_the_same_in_both_stores(
    objects: GitObjects, first: dict[str, bytes | None], changes: dict[str, bytes | None]
) -> None:
    found = []
    for store in (objects, SimObjects()):
        tree = store.with_changes(store.empty_tree(), first)
        found.append(store.with_changes(tree, changes))
    assert found[0] == found[1]


@settings(max_examples=300)
@given(
    st.dictionaries(PATHS, st.binary(max_size=3), max_size=8),
    st.lists(st.tuples(PATHS, st.none() | st.binary(max_size=3)), max_size=8),
)
def test_a_tree_changes_as_a_dictionary_of_paths_does(
    first: dict[str, bytes | None], changes: list[tuple[str, bytes | None]]
) -> None:
    store = SimObjects()
    tree, model = store.empty_tree(), {}
    for path, data in (*first.items(), *changes):
        tree = store.with_changes(tree, {path: data})
        model = {other: kept for other, kept in model.items() if not f"{other}/".startswith(f"{path}/")}
        if data is not None:
            model = {other: kept for other, kept in model.items() if not path.startswith(f"{other}/")}
            model[path] = data
    assert {entry.path: store.read_blobs([entry.oid])[entry.oid] for entry in store.list_tree(tree)} == model


LINES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=6)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, LINES, LINES)
def test_the_simulated_merge_never_decides_what_git_would_not(
    repo: Repo, base: list[str], ours: list[str], theirs: list[str]
) -> None:
    real, simulated = GitObjects(Repository.discover(repo.path)), SimObjects()
    sides = [{"file": "".join(f"{line}\n" for line in side).encode()} for side in (base, ours, theirs)]
    trees = [real.with_changes(real.empty_tree(), side) for side in sides]
    for side in sides:
        simulated.with_changes(simulated.empty_tree(), side)
    merged = SimMerges(simulated).merge(*trees)
    by_git = GitMerges(Repository.discover(repo.path), real).merge(*trees)
    assert merged.conflicts or not by_git.conflicts
    assert merged.conflicts or merged.tree == by_git.tree


SPELLINGS = st.text(st.sampled_from("abAZ09-_./@{}~^:?*[\\ \t\x7füñ#+,!%&='\"<>|;$()`\u2028\udcff"), max_size=12)


@settings(max_examples=300)
@given(SPELLINGS.map(lambda text: f"refs/{text}") | SPELLINGS)
def test_a_name_is_a_ref_exactly_when_git_says_so(name: str) -> None:
    done = subprocess.run(["git", "check-ref-format", name.encode("utf-8", "surrogateescape")], check=False)
    assert is_ref(name) == (done.returncode == 0 and name.startswith("refs/"))


@pytest.mark.parametrize(
    "name", ["refs/heads/a.lock/b", "refs/heads/.a", "refs/heads/a.", "refs/", "refs", "refs/a\nb"]
)
def test_git_takes_none_of_these_for_a_ref(name: str) -> None:
    assert not is_ref(name)
    assert subprocess.run(["git", "check-ref-format", name], check=False).returncode == 1 or name == "refs/"


def test_a_name_that_no_bytes_spell_is_no_ref() -> None:
    assert not is_ref("refs/heads/\ud800")


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("1700000000 +0100", 1_700_000_000),
        ("1700000000 +51800", 1_700_000_000),
        ("1700000000 -7531", 1_700_000_000),
        ("1700000000", 1_700_000_000),
        ("99999999999999999 +0000", 0),
        ("not a date", 0),
        ("", 0),
    ],
)
def test_any_date_of_a_foreign_commit_is_read(date: str, seconds: int) -> None:
    data = f"tree {'1' * 40}\nauthor A <a> {date}\ncommitter A <a> {date}\n\nx".encode()
    assert parse_commit("0" * 40, data).author.at == datetime.fromtimestamp(seconds, UTC)


def test_headers_that_we_do_not_know_are_passed_over() -> None:
    signed = "gpgsig -----BEGIN\n tree of lies\n parent of lies\n\x20\n -----END"
    people = "author A <a> 1 +0000\ncommitter B <b> 2 +0000"
    data = f"tree {'1' * 40}\nparent {'2' * 40}\n{people}\n{signed}\n\nsubject\n\nbody"
    record = parse_commit("0" * 40, data.encode())
    assert (record.tree, record.parents, record.message) == ("1" * 40, ("2" * 40,), "subject\n\nbody")
    assert (record.author.name, record.committer.name) == ("A", "B")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("latin-1", "René"), ("ISO-8859-1", "René"), ("no-such", "Ren\udce9"), ("base64", "Ren\udce9")],
)
def test_the_encoding_that_a_commit_declares_is_honoured(encoding: str, name: str) -> None:
    head = f"tree {'1' * 40}\nauthor René <r> 1 +0000\ncommitter René <r> 1 +0000\nencoding {encoding}\n\nété"
    assert parse_commit("0" * 40, head.encode("latin-1")).author.name == name


@given(st.binary(max_size=200))
def test_reading_a_commit_raises_nothing(data: bytes) -> None:
    assert parse_commit("0" * 40, data).oid == "0" * 40
