"""`drift.toml` and its patterns."""

from __future__ import annotations

import pytest

from drift.globs import matches
from drift.model import Comments, Links, Reason, Settings
from drift.settings import read_settings
from fp.kernel.problem import Severity


def test_all_settings_are_read() -> None:
    text = (
        'format = 1\ninclude = ["docs/**"]\nexclude = ["docs/old/"]\nlinks = "all"\ncomments = "include"\n'
        '[severity]\nlink_target_not_found = "warning"\n'
    )
    expected = Settings(
        ("docs/**",), ("docs/old/",), Links.ALL, Comments.INCLUDE, {Reason.LINK_TARGET_NOT_FOUND: Severity.WARNING}
    )
    assert read_settings(text.encode()) == (expected, [])


def test_an_empty_file_means_the_defaults() -> None:
    assert read_settings(b"") == (Settings(), [])


BROKEN = [
    ("links = \n", 1, "settings-syntax"),
    ('a = 1\nexlude = ["a"]\n', 1, "settings-unknown-key"),
    ('\nexlude = ["a"]\n', 2, "settings-unknown-key"),
    ('\nlinks = "some"\n', 2, "settings-value"),
    ("links = 1\n", 1, "settings-value"),
    ("format = 2\n", 1, "settings-value"),
    ("format = true\n", 1, "settings-value"),
    ('include = "docs"\n', 1, "settings-value"),
    ("include = [1]\n", 1, "settings-value"),
    ("exclude = [" + '"a",' * 201 + "]\n", 1, "settings-value"),
    ("severity = 1\n", 1, "settings-value"),
    ('\n[severity]\nunknown = "error"\n', 2, "settings-value"),
    ('[severity]\nfile_not_found = "off"\n', 1, "settings-value"),
    ("[a\n", 1, "settings-syntax"),
]


@pytest.mark.parametrize(("text", "line", "code"), BROKEN)
def test_a_mistake_is_a_problem_with_its_line(text: str, line: int, code: str) -> None:
    _, problems = read_settings(text.encode())
    assert [(problem.line, problem.code) for problem in problems[:1]] == [(line, code)]


def test_bytes_that_are_no_text_are_a_problem() -> None:
    assert [problem.code for problem in read_settings(b"\xff")[1]] == ["settings-encoding"]


MATCHES = [
    ("**/*.md", "a.md", True),
    ("**/*.md", "a/b/c.md", True),
    ("*.md", "a/b.md", False),
    ("docs/**", "docs/a/b.md", True),
    ("docs/**", "docs", True),
    ("docs/", "docs/a/b.md", True),
    ("docs/", "documents/a.md", False),
    ("docs", "docs/a.md", False),
    ("./a.md", "a.md", True),
    ("a/**/b.md", "a/b.md", True),
    ("a/**/b.md", "a/x/y/b.md", True),
    ("a/*/b.md", "a/x/y/b.md", False),
    ("a?.md", "ab.md", True),
    ("[ab].md", "b.md", True),
    ("A.md", "a.md", False),
]


@pytest.mark.parametrize(("pattern", "path", "expected"), MATCHES)
def test_a_pattern_takes_a_path_or_not(pattern: str, path: str, expected: bool) -> None:
    assert matches(path, [pattern]) is expected


def test_a_hostile_pattern_ends() -> None:
    assert not matches("a/" * 200 + "b", ["**/a/" * 50 + "**/c"])
    assert not matches("a" * 1000, ["*a" * 100 + "b"])
