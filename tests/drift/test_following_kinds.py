"""What is followed by the policy of its stamp, and overloads by their signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drift.anchors import parse_anchor
from drift.api import check
from drift.bind import apply_link, plan_link
from drift.follow import follow
from drift.lock import moved
from drift.model import Anchor, Body, PolicyRule, Result
from drift.workspace import change_lock, open_workspace
from tests.support.drifting import bound, edit

if TYPE_CHECKING:
    from tests.support.repo import Repo

INT = """\
    int load(int key) {
        int found = rows.get(key);
        return found + limit;
    }
"""
STRING = """\
    int load(String name) {
        log(name);
        return names.get(name);
    }
"""
STORE = f"class Store {{\n{INT}{STRING}}}\n"
PICK = """\
def pick(rows, limit=3):
    found = [row for row in rows if row.open]
    found.sort(key=lambda row: row.size)
    return found[:limit]
"""
OTHER = "def pick(rows, limit=3):\n    raise NotImplementedError\n"


def places(repo: Repo) -> list[tuple[str, str, bool]]:
    """Where the lost targets may be, with why, and whether it is certain."""
    report = follow(open_workspace(repo.path), check(repo.path))
    return [
        (one.anchor.text, one.why, one.certain)
        for anchor in report.anchors
        if anchor.followed is not None
        for one in anchor.followed.candidates
    ]


@pytest.fixture
def store(repo: Repo) -> Repo:
    """A document bound to one of two overloads."""
    repo.write("docs/auth.md", "# A\n")
    repo.write("src/Store.java", STORE)
    bound(repo, "src/Store.java#Store.load(int)")
    repo.commit("bound")
    return repo


def test_an_overload_is_followed_by_its_signature_into_a_renamed_file(store: Repo) -> None:
    store.git("mv", "src/Store.java", "src/Kept.java")
    edit(store, "src/Kept.java", "found + limit", "found - limit")
    assert places(store) == [("src/Kept.java#Store.load(int)", "similar", True)]


def test_an_overload_that_left_the_other_behind_is_followed(store: Repo) -> None:
    store.write("src/Store.java", f"class Store {{\n{STRING}}}\n")
    store.write("src/Rows.java", f"class Rows {{\n{INT}}}\n")
    assert [one.message for one in check(store.path).anchors] == ["no such symbol"]
    assert places(store) == [("src/Rows.java#Rows.load", "same", True)]


def test_another_overload_is_never_taken_for_it(store: Repo) -> None:
    store.write("src/Store.java", f"class Store {{\n{STRING}}}\n")
    assert [one for one in places(store) if one[2]] == []


def test_all_overloads_together_move_together(repo: Repo) -> None:
    repo.write("docs/auth.md", "# A\n")
    repo.write("src/Store.java", STORE)
    bound(repo, "src/Store.java#Store.load(*)")
    repo.commit("bound")
    repo.write("src/Store.java", "class Store { int size; }\n")
    repo.write("src/Rows.java", STORE.replace("class Store", "class Rows"))
    assert places(repo) == [("src/Rows.java#Rows.load(*)", "same", True)]


@pytest.mark.parametrize("known", [False, True])
def test_a_folder_that_moved_as_a_whole_is_followed_and_fresh(store: Repo, *, known: bool) -> None:
    store.write("src/deep/a.py", PICK)
    bound(store, "src/")
    store.commit("a folder")
    (store.path / "src").rename(store.path / "lib")
    if known:
        store.commit("moved")
    assert ("lib/", "same", True) in places(store)
    change_lock(
        open_workspace(store.path), lambda lock: moved(lock, {("docs/auth.md", "src/"): (False, Anchor("lib/"))})
    )
    assert [one.result for one in check(store.path).anchors if one.binding.target.path == "lib/"] == [Result.FRESH]


def test_a_folder_whose_files_went_apart_or_to_where_others_are_is_not_certain(store: Repo) -> None:
    store.write("src/a.py", PICK)
    store.write("lib/old.py", "X = 1\n")
    bound(store, "src/")
    store.commit("a folder")
    store.git("mv", "src/a.py", "lib/a.py")
    store.git("mv", "src/Store.java", "lib/Store.java")
    found = [one for one in places(store) if one[0].endswith("/")]
    assert found == [("lib/", "similar", False)]


def by_signature(repo: Repo, target: str) -> None:
    """Bind by the signature alone, and commit."""
    workspace = open_workspace(repo.path)
    wish = PolicyRule(body=Body.SIGNATURE)
    plan = plan_link(workspace, parse_anchor("docs/auth.md"), parse_anchor(target), wish)
    change_lock(workspace, lambda lock: apply_link(lock, [plan]))
    repo.commit("bound")


@pytest.fixture
def picking(repo: Repo) -> Repo:
    """A document bound to the signature of a function."""
    repo.write("docs/auth.md", "# A\n")
    repo.write("src/a.py", PICK + "\n\nX = 1\n")
    by_signature(repo, "src/a.py#pick")
    repo.write("src/a.py", "X = 1\n")
    return repo


def test_a_signature_is_followed_though_the_body_changed_and_is_fresh_then(picking: Repo) -> None:
    picking.write("src/b.py", PICK.replace("row.size", "row.age"))
    assert places(picking) == [("src/b.py#pick", "same", True)]
    workspace = open_workspace(picking.path)
    [one] = follow(workspace, check(picking.path)).anchors
    assert one.followed is not None
    assert one.followed.certain is not None
    moves = {one.binding.key: (False, one.followed.certain.anchor)}
    change_lock(workspace, lambda lock: moved(lock, moves))
    assert [found.result for found in check(picking.path).anchors] == [Result.FRESH]


def test_the_same_signature_of_another_function_is_not_certain(picking: Repo) -> None:
    picking.write("src/b.py", OTHER)
    assert [one for one in places(picking) if one[2]] == []


def test_a_changed_signature_is_not_certain_by_its_body(picking: Repo) -> None:
    picking.write("src/b.py", PICK.replace("limit=3", "limit=4"))
    assert places(picking) == [("src/b.py#pick", "similar", False)]


def test_a_file_without_signatures_is_not_taken_for_another(repo: Repo) -> None:
    repo.write("docs/auth.md", "# A\n")
    repo.write("src/a.py", "print('one of these')\nprint('two of these')\n")
    by_signature(repo, "src/a.py")
    repo.git("rm", "--quiet", "src/a.py")
    repo.write("src/b.py", "import os\nos.remove('all of them')\n")
    assert [one for one in places(repo) if one[2]] == []
