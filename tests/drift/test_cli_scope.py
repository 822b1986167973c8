"""`drift check` of a part, and against a baseline; `refs`, `impact`, `coverage` and `suggest` from a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.drifting import edit, linked, reasons, report

if TYPE_CHECKING:
    from tests.support.repo import Command, Repo

pytestmark = pytest.mark.slow

TWO = ("src/auth.py#Session.open", "src/auth.py#LIMIT")


@pytest.fixture
def two(repo: Repo, command: Command) -> Repo:
    """A document bound to a file's symbols, another bound to a second file; all committed."""
    linked(repo, command, *TWO)
    repo.write("src/store.py", "def load(name):\n    return name\n")
    repo.write("docs/store.md", "# Store\n\nSee [auth](auth.md).\n")
    repo.commit("a store")
    assert command("drift", "link", "docs/store.md", "src/store.py#load", cwd=repo.path).code == 0
    repo.commit("bound")
    return repo


def stale(repo: Repo, command: Command, *words: str) -> tuple[int, list[str]]:
    """The exit status and the targets that are not fresh and not a note."""
    outcome = command("drift", "check", "--json", *words, cwd=repo.path)
    anchors = [anchor for doc in report(outcome)["docs"] for anchor in doc["anchors"]]
    return outcome.code, [one["identity"] for one in anchors if one["severity"] == "error"]


def test_since_looks_at_what_differs_from_the_commit_committed_or_not(two: Repo, command: Command) -> None:
    edit(two, "src/auth.py", "LIMIT = 3", "LIMIT = 4")
    before = two.commit("limit")
    edit(two, "src/store.py", "return name", "return name.strip()")
    assert stale(two, command, "--since", before) == (1, ["src/store.py#load"])
    assert stale(two, command, "--since", f"{before}~1") == (1, ["src/auth.py#LIMIT", "src/store.py#load"])
    assert stale(two, command, "--since", "HEAD", "--quiet")[1] == ["src/store.py#load"]


def test_since_sees_a_file_that_went(two: Repo, command: Command) -> None:
    two.git("rm", "--quiet", "src/store.py")
    assert reasons(command("drift", "check", "--since", "HEAD", "--json", cwd=two.path)) == ["file_not_found"]


def test_since_follows_the_links_of_a_document_that_changed(two: Repo, command: Command) -> None:
    edit(two, "docs/store.md", "(auth.md)", "(gone.md)")
    assert reasons(command("drift", "check", "--since", "HEAD", "--json", cwd=two.path)) == ["link_target_not_found"]


def test_a_revision_that_is_none_is_said(two: Repo, command: Command) -> None:
    for name in ("nowhere", "--all", "HEAD:docs"):
        code, _, err = command("drift", "check", "--since", name, cwd=two.path)
        assert (code, "no such commit here" in err) == (2, True)


def test_changed_names_a_file_or_a_folder_from_where_one_stands(two: Repo, command: Command) -> None:
    edit(two, "src/auth.py", "LIMIT = 3", "LIMIT = 4")
    edit(two, "src/store.py", "return name", "return name.strip()")
    assert stale(two, command, "--changed", "src/store.py") == (1, ["src/store.py#load"])
    assert stale(two, command, "--changed", "docs/store.md") == (1, ["src/store.py#load"])
    assert len(stale(two, command, "--changed", "src")[1]) == 2
    inside = command("drift", "check", "--changed", "store.py", "--json", cwd=two.path / "src")
    assert reasons(inside) == ["changed_after_baseline"]
    assert stale(two, command, "--changed", "README.md") == (0, [])


def test_old_debt_is_told_and_fails_nothing(two: Repo, command: Command) -> None:
    edit(two, "src/auth.py", "LIMIT = 3", "LIMIT = 4")
    edit(two, "docs/store.md", "(auth.md)", "(gone.md)")
    two.commit("debt")
    outcome = command("drift", "check", "--baseline", "HEAD", cwd=two.path)
    assert outcome.code == 0
    assert outcome.out.count("old debt: it was so at the baseline") == 2
    edit(two, "src/store.py", "return name", "return name.strip()")
    assert stale(two, command, "--baseline", "HEAD") == (1, ["src/store.py#load"])


def test_another_trouble_of_an_old_binding_is_new(two: Repo, command: Command) -> None:
    edit(two, "src/store.py", "return name", "return name.strip()")
    two.commit("debt")
    two.git("rm", "--quiet", "src/store.py")
    assert stale(two, command, "--baseline", "HEAD") == (1, ["src/store.py#load"])


def test_a_baseline_without_a_lock_forgives_nothing(two: Repo, command: Command) -> None:
    edit(two, "src/store.py", "return name", "return name.strip()")
    first = two.git("rev-list", "--max-parents=0", "HEAD")
    assert stale(two, command, "--baseline", first)[0] == 1


def test_a_lock_below_the_top_reads_its_own_folder_of_the_commit(repo: Repo, command: Command) -> None:
    repo.write("part/src/a.py", "def f():\n    return 1\n")
    repo.write("part/docs/a.md", "# A\n")
    repo.write("part/drift.lock", "version = 1\n")
    repo.commit("a part")
    part = repo.path / "part"
    assert command("drift", "link", "docs/a.md", "src/a.py#f", cwd=part).code == 0
    repo.commit("bound")
    edit(repo, "part/src/a.py", "return 1", "return 2")
    assert command("drift", "check", "--since", "HEAD", cwd=part).code == 1
    repo.commit("debt")
    assert command("drift", "check", "--since", "HEAD", cwd=part).code == 0
    assert command("drift", "check", "--baseline", "HEAD", cwd=part).code == 0


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("src/auth.py#Session.open", [("docs/auth.md", "exact")]),
        ("src/auth.py#Session", [("docs/auth.md", "inside")]),
        ("src/auth.py#Session.open.deeper", [("docs/auth.md", "around")]),
        ("src/auth.py#Sess", []),
        ("src/auth.py", [("docs/auth.md", "inside"), ("docs/auth.md", "inside")]),
        ("src", [("docs/auth.md", "inside"), ("docs/auth.md", "inside"), ("docs/store.md", "inside")]),
        ("src/gone.py", []),
    ],
)
def test_refs_tells_who_speaks_of_a_place(
    two: Repo, command: Command, place: str, expected: list[tuple[str, str]]
) -> None:
    found = report(command("drift", "refs", place, "--json", cwd=two.path))["references"]
    assert [(one["doc"], one["relation"]) for one in found] == expected


def test_impact_tells_what_changed_its_meaning_and_whether_the_document_did(two: Repo, command: Command) -> None:
    edit(two, "src/auth.py", "LIMIT = 3", "LIMIT = (3)")
    layout = two.commit("layout")
    edit(two, "src/auth.py", "if user:", "if not user:")
    edit(two, "src/store.py", "def load", "def fetch")
    edit(two, "docs/store.md", "# Store", "# The store")
    two.commit("meaning")
    impact = command("drift", "impact", f"{layout}~1..HEAD", "--json", cwd=two.path)
    found = [(one["target"], one["how"], one["document_changed"]) for one in report(impact)["concerned"]]
    assert found == [("src/auth.py#Session.open", "changed", False), ("src/store.py#load", "removed", True)]
    assert "0 bindings concerned" in command("drift", "impact", f"{layout}~1..{layout}", cwd=two.path).out


def test_coverage_counts_public_names_and_bound_documents(two: Repo, command: Command) -> None:
    two.write("src/store.py", "def load(name):\n    return name\n\n\ndef save():\n    pass\n\n\n_own = 1\n")
    two.write("tests/test_store.py", "def test_it():\n    pass\n")
    two.write("docs/free.md", "# Free\n")
    found = report(command("drift", "coverage", "--json", cwd=two.path))
    assert found["names"] == {"part": 3, "whole": 4, "percent": 75.0}
    assert (found["untold"], found["unbound"]) == (["src/store.py#save"], ["README.md", "docs/free.md"])
    assert command("drift", "coverage", "--min", "75", cwd=two.path).code == 0
    failed = command("drift", "coverage", "--documents-min", "70", cwd=two.path)
    assert (failed.code, "50.0 % of the documents: less than 70 %" in failed.out) == (1, True)


def test_suggest_ranks_paths_before_names_and_shows_where_several_are(two: Repo, command: Command) -> None:
    two.write("src/other.py", "def load(name):\n    return 1\n\n\nclass LeftAlone:\n    pass\n")
    two.write("docs/new.md", "# N\n\n`load()` and `LeftAlone`, `LeftAlone` again, `src/auth.py#Session`.\n")
    found = report(command("drift", "suggest", "docs/new.md", "--json", cwd=two.path))["candidates"]
    assert [(one["target"], one["why"], one["times"]) for one in found] == [
        ("src/auth.py#Session", "path", 1),
        ("src/other.py#LeftAlone", "name", 2),
        ("load", "several", 1),
    ]
    assert (
        "drift link docs/new.md 'src/auth.py#Session'" in command("drift", "suggest", "docs/new.md", cwd=two.path).out
    )


def test_nothing_is_suggested_for_what_speaks_of_the_past(two: Repo, command: Command) -> None:
    two.write("CHANGELOG.md", "`src/auth.py#Session`\n")
    assert "left alone" in command("drift", "suggest", "CHANGELOG.md", cwd=two.path).out
    assert command("drift", "suggest", "docs/none.md", cwd=two.path).code == 2
