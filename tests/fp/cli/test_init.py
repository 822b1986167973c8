"""`fp init` from a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.cli.commands.init import autolink, derived_prefix
from tests.support.tracker import Fp

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Repo

ATTRIBUTES = ".issues/events/** linguist-generated\n"


@pytest.fixture
def bare(repo: Repo, command: Command) -> Fp:
    return Fp(repo, command)


def test_it_says_what_it_wrote_and_stages_nothing(bare: Fp) -> None:
    assert "Wrote .issues/config.yaml, .gitattributes (2 files, nothing staged)" in bare.ok("init", "--prefix", "WEB")
    assert bare.repo.git("status", "--porcelain") == "?? .gitattributes\n?? .issues/"
    assert bare.new("First").startswith("WEB-")


def test_a_second_time_it_changes_nothing(bare: Fp) -> None:
    bare.ok("init", "--prefix", "WEB")
    before = bare.repo.read(".issues/config.yaml"), bare.repo.read(".gitattributes")
    assert "Nothing to do" in bare.ok("init")
    assert (bare.repo.read(".issues/config.yaml"), bare.repo.read(".gitattributes")) == before


def test_it_works_at_the_top_from_a_folder_below(bare: Fp) -> None:
    (bare.repo.path / "src").mkdir()
    bare.ok("init", "-C", "src")
    assert (bare.repo.path / ".issues/config.yaml").exists()
    assert not (bare.repo.path / "src/.issues").exists()


@pytest.mark.parametrize(("before", "after"), [("*.png binary", "*.png binary\n"), ("a b\r\n", "a b\r\n")])
def test_other_attributes_stay(bare: Fp, before: str, after: str) -> None:
    bare.repo.write(".gitattributes", before.encode())
    bare.ok("init")
    assert (bare.repo.path / ".gitattributes").read_bytes().decode() == after + ATTRIBUTES


@pytest.mark.parametrize(
    ("files", "whose"),
    [
        ({".issues/.git/config": ""}, "git-issue"),
        ({".issues/config": "", ".issues/issues/3f/ab/description": "x"}, "git-issue"),
        ({".issues/ISS-001.md": "---\nid: ISS-001\n---\n"}, "cliit"),
        ({".issues/TEMPLATE.md": "# x\n"}, "flo"),
        ({".issues/db.sqlite": ""}, "another tool"),
        ({".issues/config.yaml": "server: x\n"}, "another tool"),
        ({".issues": "a file"}, "not a folder"),
    ],
)
def test_a_folder_of_another_tool_is_left_alone(bare: Fp, files: dict[str, str], whose: str) -> None:
    for path, text in files.items():
        bare.repo.write(path, text)
    done = bare("init")
    assert done.code == 1
    assert whose in done.err
    assert not (bare.repo.path / ".gitattributes").exists()


def test_files_made_by_hand_are_no_obstacle(bare: Fp) -> None:
    bare.repo.write(".issues/tokens.md", "# Reject expired tokens\n")
    bare.ok("init")


def test_another_prefix_for_a_tracker_that_has_one_is_refused(bare: Fp) -> None:
    bare.ok("init", "--prefix", "WEB")
    done = bare("init", "--prefix", "API")
    assert (done.code, "has the prefix WEB already" in done.err) == (1, True)


def test_a_prefix_that_cannot_be_one_is_a_usage_error(bare: Fp) -> None:
    assert bare("init", "--prefix", "web!").code == 2


def test_without_git_it_works_and_says_so(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    done = command("fp", "init", cwd=folder)
    assert done.code == 0
    assert "git init" in done.err
    assert command("fp", "new", "Works", cwd=folder).code == 0


def test_commit_takes_the_two_files_alone(bare: Fp) -> None:
    bare.repo.write("code.py", "x\n")
    bare.repo.git("add", "code.py")
    document = bare.json("init", "--commit")
    assert document["commit"] == bare.repo.head()
    assert bare.repo.git("show", "--name-only", "--format=", "HEAD").split() == [
        ".gitattributes",
        ".issues/config.yaml",
    ]
    assert bare.repo.git("status", "--porcelain") == "A  code.py"


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("web", "WEB"), ("gateway", "GATE"), ("my-web-app", "MWA"), ("2fast", "FP"), ("漢字", "FP"), ("a_b 9c", "AB")],
)
def test_a_prefix_is_made_of_the_name(name: str, prefix: str) -> None:
    assert derived_prefix(name) == prefix


@pytest.mark.parametrize(
    ("url", "repository"),
    [
        ("https://github.com/ann/shop.git", "ann/shop"),
        ("git@github.com:ann/shop", "ann/shop"),
        ("ssh://git@github.com/ann/my.shop.git", "ann/my.shop"),
        ("https://example.org/ann/shop.git", None),
        ("https://github.com/ann/shop'; rm -rf ~", None),
    ],
)
def test_a_repository_of_github_s_can_link_ids(url: str, repository: str | None) -> None:
    command = autolink(url, "WEB")
    if repository is None:
        assert command is None
    else:
        assert command is not None
        assert f"gh api repos/{repository}/autolinks -f key_prefix=WEB-" in command
        assert f"https://github.com/{repository}/blob/HEAD/.issues/WEB-<num>.md" in command
