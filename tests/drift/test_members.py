"""Folders and patterns as targets: which files count, what of them changes the stamp, and what is said then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drift.api import check, files_of, stale_at
from drift.impact import Side, concerned
from drift.lock import read_lock
from drift.membership import explained
from drift.model import Anchor, Lock, MemberChanges, Result, Settings
from drift.patterns import MEMBERS_MAX, fits, members_of
from drift.refs import references
from drift.scope import concerning
from drift.workspace import open_workspace
from fp.kernel.errors import Refused
from tests.support.drifting import bound, edit, report

if TYPE_CHECKING:
    from tests.support.repo import Command, Repo

LOAD = "def load(name):\n    return name\n"
OPEN = "def open_(user, limit=3):\n    return user[:limit]\n"

FITS = [
    ("src/", "src/a.py", True),
    ("src/", "src/deep/a.py", True),
    ("src/", "srcs/a.py", False),
    ("src/*.py", "src/a.py", True),
    ("src/*.py", "src/deep/a.py", False),
    ("src/**/*.py", "src/a.py", True),
    ("src/**/*.py", "src/deep/er/a.py", True),
    ("src/**", "src/deep/a.py", True),
    ("**/a.py", "a.py", True),
    ("src/*/", "src/deep/er/a.py", True),
    ("src/*/", "src/a.py", False),
    ("src/[id]/*.py", "src/[id]/a.py", True),
    ("src/[id]/*.py", "src/i/a.py", False),
    ("src/[id]*.py", "src/[id]a.py", True),
    ("src/?.py", "src/a.py", True),
    ("src/?.py", "src/ab.py", False),
]


@pytest.mark.parametrize(("pattern", "path", "expected"), FITS)
def test_what_a_pattern_takes(pattern: str, path: str, expected: bool) -> None:
    assert (fits(path, pattern), members_of([pattern], [path])[pattern] == (path,)) == (expected, expected)


def test_a_target_of_too_many_files_has_none_and_a_hostile_pattern_is_bounded() -> None:
    files = [f"src/part{number % 9}/{'a' * 40}{number}.py" for number in range(MEMBERS_MAX + 1)]
    hostile = "**/**/**/**/*a*a*a*a*a*a*b"
    found = members_of(["src/", hostile, "src/part1/"], files)
    assert found[hostile] == ()
    assert (found["src/"], len(found["src/part1/"] or ())) == (None, len(files) // 9 + 1)


@pytest.fixture
def folder(repo: Repo) -> Repo:
    """A document bound to a folder of two files, committed; another inside the folder, bound to it too."""
    repo.write("src/store.py", LOAD)
    repo.write("src/deep/auth.py", OPEN)
    repo.write("src/README.md", "# Source\n")
    repo.write("docs/a.md", "# A\n")
    repo.write(".gitignore", "*.log\n")
    bound(repo, "src/", doc="docs/a.md")
    bound(repo, "src/", doc="src/README.md")
    repo.commit("bound")
    return repo


def results(repo: Repo) -> list[Result]:
    """What became of the two bindings."""
    return [one.result for one in check(repo.path).anchors]


def test_a_folder_is_fresh_while_its_members_mean_the_same(folder: Repo) -> None:
    edit(folder, "src/store.py", "return name", "return (name)  # same")
    folder.write("src/run.log", "ignored\n")
    folder.write("srcs/other.py", "X = 1\n")
    assert results(folder) == [Result.FRESH, Result.FRESH]


def test_a_document_in_its_own_folder_is_no_member_for_itself(folder: Repo) -> None:
    edit(folder, "src/README.md", "# Source\n", "# Sources\n\nMore.\n")
    assert results(folder) == [Result.STALE, Result.FRESH]


def test_the_scheme_names_the_grammars_and_no_other(folder: Repo) -> None:
    lock, _ = read_lock((folder.path / "drift.lock").read_bytes(), "drift.lock")
    schemes = {item.sig.scheme for item in lock.bindings if item.sig}
    assert len(schemes) == 1
    assert next(iter(schemes)).startswith("n2/members/")
    assert "python" in next(iter(schemes))


def changes(repo: Repo) -> MemberChanges | None:
    """What the check of the first binding names."""
    found = explained(open_workspace(repo.path), check(repo.path)).anchors[0]
    assert found.result is Result.STALE
    return found.members


EDITS = [
    (("src/new.py", "N = 1\n"), MemberChanges(added=("src/new.py",))),
    (("src/store.py", None), MemberChanges(removed=("src/store.py",))),
    (("src/store.py", "src/kept.py"), MemberChanges(renamed=(("src/store.py", "src/kept.py"),))),
    (("src/store.py", "def load(name):\n    return 2\n"), MemberChanges(changed=("src/store.py",))),
]


@pytest.mark.parametrize(("done", "expected"), EDITS)
@pytest.mark.parametrize("committed", [False, True])
def test_a_stale_folder_names_what_came_went_moved_and_changed(
    folder: Repo, done: tuple[str, str | None], expected: MemberChanges, *, committed: bool
) -> None:
    path, text = done
    if text is None:
        (folder.path / path).unlink()
    elif text.startswith("src/"):
        (folder.path / path).rename(folder.path / text)
    else:
        folder.write(path, text)
    if committed:
        folder.commit("work")
        folder.write("other.txt", "more")
        folder.commit("more")
    assert changes(folder) == expected


def test_where_history_is_cut_off_no_member_is_named(folder: Repo, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder.write("src/new.py", "N = 1\n")
    folder.commit("work")
    place = tmp_path_factory.mktemp("shallow") / "clone"
    folder.git("clone", "--quiet", "--depth", "1", f"file://{folder.path}", str(place))
    found = explained(open_workspace(place), check(place)).anchors
    assert [(one.result, one.members) for one in found] == [(Result.STALE, None)] * 2


def test_links_and_submodules_are_no_members(folder: Repo) -> None:
    (folder.path / "src/link.py").symlink_to("store.py")
    (folder.path / "src/out.py").symlink_to("/etc/hostname")
    assert results(folder) == [Result.FRESH, Result.FRESH]


def test_a_pattern_without_files_is_refused_and_one_that_lost_them_is_stale(folder: Repo) -> None:
    with pytest.raises(Refused, match="no file is there"):
        bound(folder, "lib/**/*.ts", doc="docs/a.md")
    with pytest.raises(Refused, match="a document is one file"):
        bound(folder, "src/", doc="docs/")
    bound(folder, "src/*.py", doc="docs/a.md")
    (folder.path / "src/store.py").unlink()
    assert [one.message for one in check(folder.path).anchors if one.binding.target.path == "src/*.py"] == [
        "no file is there"
    ]


def test_a_part_of_the_lock_knows_the_bindings_around_a_path(folder: Repo) -> None:
    bound(folder, "src/**/*.py", doc="docs/a.md")
    lock = open_workspace(folder.path).lock
    assert len(concerning(lock, ["src/deep/auth.py"]).bindings) == 3
    assert [item.target.path for item in concerning(lock, ["src/gone.ts"]).bindings] == ["src/", "src/"]
    assert concerning(lock, ["docs/a.md"]) == Lock()


def test_references_of_a_file_and_of_a_folder_count_what_is_around_them(folder: Repo) -> None:
    bound(folder, "src/**/*.py", doc="docs/a.md")
    lock = open_workspace(folder.path).lock

    def words(path: str, *, is_folder: bool = False) -> list[str]:
        return [str(one.relation) for one in references(lock, Anchor(path), is_folder=is_folder)]

    assert words("src/store.py") == ["around"] * 3
    assert words("src", is_folder=True) == ["exact", "exact", "inside"]
    assert words("src/deep", is_folder=True) == ["around"] * 3
    assert words("lib", is_folder=True) == []


def test_a_commit_is_judged_by_its_own_list_of_files(folder: Repo) -> None:
    folder.write("src/new.py", "N = 1\n")
    files = ["drift.lock", "docs/a.md", "src/README.md", "src/store.py", "src/deep/auth.py", "src/new.py"]

    def read(path: str) -> bytes | None:
        return (folder.path / path).read_bytes() if path in files else None

    assert [one.target for one in stale_at(read, ["src/new.py"], files)[0]] == ["src/", "src/"]
    assert stale_at(read, ["src/new.py"], files[:-1])[0] == ()
    assert files_of(["src/", "a.py#f"], files)["src/"] == tuple(sorted(files[2:]))


def test_the_impact_on_a_folder_is_that_on_its_members(folder: Repo) -> None:
    lock = open_workspace(folder.path).lock

    def side(**files: str) -> Side:
        texts = {f"src/{name}.py": text.encode() for name, text in files.items()} | {"src/README.md": b"# Source"}
        return Side(texts.get, {path: str(hash(text)) for path, text in texts.items()})

    def words(base: Side, head: Side) -> list[str]:
        return [one.how for one in concerned(lock, Settings(), base, head)]

    assert words(side(a="X = 1\n"), side(a="X = 2\n")) == ["changed", "changed"]
    assert words(side(a="X = 1\n"), side(a="X  =  1  # same\n")) == []
    assert words(side(a="X = 1\n"), side(a="X = 1\n", b="Y = 1\n")) == ["changed", "changed"]
    assert words(side(), Side({}.get, {})) == ["removed"]


@pytest.mark.slow
def test_the_commands_know_folders(folder: Repo, command: Command) -> None:
    before = folder.head()
    edit(folder, "src/deep/auth.py", "user[:limit]", "user")
    folder.commit("work")
    code, out, _ = command("drift", "check", "--since", before, cwd=folder.path)
    assert (code, "         changed src/deep/auth.py" in out) == (1, True)
    assert command("drift", "check", "--since", "HEAD", cwd=folder.path).code == 0
    assert command("drift", "check", "--changed", "src/deep/gone.py", cwd=folder.path).code == 1
    out = command("drift", "diff", "docs/a.md", "src", cwd=folder.path).out
    assert all(word in out for word in ("=== changed src/deep/auth.py", "-    return user[:limit]", "change"))
    concerned = report(command("drift", "impact", f"{before}..HEAD", "--json", cwd=folder.path))["concerned"]
    assert [(one["target"], one["how"]) for one in concerned] == [("src/", "changed")] * 2
    names = report(command("drift", "coverage", "--json", cwd=folder.path))["names"]
    assert names["part"] == names["whole"] == 2
    assert command("drift", "link", "docs/a.md", "src/", "--still-accurate", cwd=folder.path).code == 0
    assert command("drift", "check", "--changed", "docs/a.md", cwd=folder.path).code == 0
    assert command("drift", "unlink", "docs/a.md", "src", cwd=folder.path).code == 0
