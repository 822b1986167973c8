"""Which files of a source are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.importers.base import SOURCES, reader
from fp.importers.gather import gather
from fp.kernel.errors import Usage
from fp.kernel.fs import RealFiles

if TYPE_CHECKING:
    from pathlib import Path


def gathered(kind: str, folder: Path, *paths: str, only: str | None = None) -> list[str]:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x")
    return sorted(gather(SOURCES[kind], RealFiles(folder), only).files)


@pytest.mark.parametrize(
    ("kind", "paths", "names"),
    [
        ("beads", ["issues.jsonl", "notes.txt"], ["issues.jsonl"]),
        ("beads", [".beads/issues.jsonl", ".beads/old/issues.jsonl", "other.jsonl"], ["issues.jsonl"]),
        ("backlog", ["tasks/a.md", "config.yml", "x.png"], ["config.yml", "tasks/a.md"]),
        ("backlog", ["backlog/archive/tasks/a.md", "README.md"], ["archive/tasks/a.md"]),
        ("tk", ["a.md", "sub/b.md", ".hidden.md"], ["a.md"]),
        ("tk", [".tickets/a.md", "README.md"], ["a.md"]),
        ("tk", ["tickets/a.md", "README.md"], ["a.md"]),
    ],
)
def test_the_usual_folder_is_found(kind: str, paths: list[str], names: list[str], tmp_path: Path) -> None:
    assert gathered(kind, tmp_path, *paths) == names


def test_one_named_file_is_read_alone(tmp_path: Path) -> None:
    assert gathered("beads", tmp_path, "issues.jsonl", "backup.jsonl", only="backup.jsonl") == ["backup.jsonl"]


def test_a_link_is_a_problem_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "tickets").mkdir()
    (tmp_path / "tickets" / "a.md").symlink_to(tmp_path / "secret")
    found = gather(SOURCES["tk"], RealFiles(tmp_path / "tickets"))
    assert (found.files, [problem.path for problem in found.problems]) == ({}, ["a.md"])


def test_an_empty_folder_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(Usage) as caught:
        gather(SOURCES["backlog"], RealFiles(tmp_path))
    assert "*.md or *.yml" in caught.value.message
    assert "backlog/" in (caught.value.hint or "")


def test_an_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(Usage) as caught:
        reader("odd")
    assert caught.value.hint == f"there are: {', '.join(SOURCES)}"


@pytest.mark.parametrize("kind", SOURCES)
def test_each_kind_has_a_reader(kind: str) -> None:
    assert reader(kind)({}) == ((), (), ())
