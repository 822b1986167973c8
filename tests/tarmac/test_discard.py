"""Which ignored files the policy's patterns take."""

from __future__ import annotations

import pytest

from tarmac.workspaces.discard import matches


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("build/out.o", "build"),
        ("web/build/deep/out.o", "build/"),
        ("a/b/c.pyc", "*.pyc"),
        ("web/dist/x.js", "web/dist"),
        ("dist/x.js", "/dist"),
        ("x", "*"),
    ],
)
def test_a_pattern_takes_a_name_at_any_depth_and_a_path_from_the_root(path: str, pattern: str) -> None:
    assert matches(path, [pattern])


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("rebuild/out.o", "build"),
        ("app/web/dist/x.js", "web/dist"),
        ("web/dist/x.js", "/dist"),
        ("Build/out.o", "build"),
        ("web", "web/dist"),
        ("x", ""),
        ("x", "/"),
        (".env", "build"),
    ],
)
def test_a_pattern_takes_nothing_else(path: str, pattern: str) -> None:
    assert not matches(path, [pattern])
