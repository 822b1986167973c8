"""What tarmac learns of documents at a commit: also those that are bound to a folder or a pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from tarmac.adapters.docs import Concerned, concerned, stale_after, stale_documents
from tests.support.drifting import bound, edit, fill

if TYPE_CHECKING:
    from tests.support.repo import Repo


@pytest.fixture
def folder(repo: Repo) -> Repo:
    """A document bound to a folder and to a pattern in it, committed."""
    bound(fill(repo), "src/", "src/**/*.py")
    repo.commit("bound")
    return repo


def test_a_document_of_a_folder_is_stale_after_a_change_in_it(folder: Repo) -> None:
    before = folder.head()
    edit(folder, "src/auth.py", "LIMIT = 3", "LIMIT = 4")
    after = folder.commit("work")
    objects = GitObjects(Repository.discover(folder.path))
    found, problems = stale_documents(objects, after, ["src/auth.py"])
    assert ([(one.anchor, one.path) for one in found], problems) == (
        [("src/", "src/auth.py"), ("src/**/*.py", "src/auth.py")],
        [],
    )
    assert len(stale_after(objects, before, after)) == 2
    assert stale_after(objects, before, before) == []


def test_a_document_of_a_folder_concerns_who_works_in_it(folder: Repo) -> None:
    edit(folder, "src/auth.py", "LIMIT = 3", "LIMIT = 4")
    objects = GitObjects(Repository.discover(folder.path))
    commit = folder.commit("work")
    found, _ = concerned(objects, commit, lambda path: path == "src/auth.py", judge=True)
    assert found == [
        Concerned("docs/auth.md", "src/", "changed_after_baseline"),
        Concerned("docs/auth.md", "src/**/*.py", "changed_after_baseline"),
    ]
    assert concerned(objects, commit, lambda path: path.startswith("lib/"))[0] == []


def test_a_member_that_was_removed_makes_the_document_stale(folder: Repo) -> None:
    folder.write("src/more.py", "X = 1\n")
    bound(folder, "src/*.py")
    before = folder.commit("more")
    folder.git("rm", "--quiet", "src/more.py")
    after = folder.commit("less")
    objects = GitObjects(Repository.discover(folder.path))
    assert any("(src/*.py: " in one for one in stale_after(objects, before, after))
