"""Links of documents: where they lead, and which lead nowhere."""

from __future__ import annotations

import pytest

from drift.links import Places, Target, report_links, resolved, slugs
from drift.model import Settings
from drift.origin import normalised

RESOLVED = [
    ("b.md", Target("docs/b.md", "")),
    ("./b.md#Part", Target("docs/b.md", "part")),
    ("../a.py", Target("a.py", "")),
    ("/docs/b.md", Target("docs/b.md", "")),
    ("#part", Target("docs/doc.md", "part")),
    ("#user-content-part", Target("docs/doc.md", "part")),
    ("b%20c.md", Target("docs/b c.md", "")),
    ("gr%C3%B6%C3%9Fe.md#gr%C3%B6%C3%9Fe", Target("docs/größe.md", "größe")),
    ("%FF.md", Target("docs/%FF.md", "")),
    ("b.md?raw=true", Target("docs/b.md", "")),
    ("sub/", Target("docs/sub", "")),
    ("..", Target(".", "")),
    ("https://example.org/b.md", None),
    ("mailto:a@b", None),
    ("//example.org", None),
    ("../../issues", None),
    ("{{ site.url }}/b.md", None),
    ("a%00.md", None),
    ("", None),
]


@pytest.mark.parametrize(("target", "expected"), RESOLVED)
def test_a_link_leads_somewhere_or_is_not_judged(target: str, expected: Target | None) -> None:
    assert resolved("docs/doc.md", target) == expected


KINDS = {"docs": "folder", "docs/b.md": "file", "docs/a.py": "file", "docs/README.md": "file", "docs/link.md": "link"}
JUDGED = [
    ("b.md", None),
    ("b.md#part", None),
    ("b.md#PART", None),
    ("b.md#gone", "link_fragment_not_found"),
    ("b.md#", None),
    ("b.md#top", None),
    ("b.md#:~:text=part", None),
    ("a.py#L10", None),
    ("c.md", "link_target_not_found"),
    ("../docs", None),
    ("../docs#part", None),
    ("../docs#gone", "link_fragment_not_found"),
    ("link.md#gone", None),
]


@pytest.mark.parametrize(("target", "reason"), JUDGED)
def test_a_link_is_sound_or_broken(target: str, reason: str | None) -> None:
    places = Places(KINDS.get, lambda _: frozenset({"part"}))
    (found,) = report_links("docs/doc.md", [(target, 3)], places, Settings())
    assert (found.line, found.reason) == (3, reason)


def test_headings_and_html_names_are_fragments() -> None:
    text = '# One two\n\n# One two\n\n## Größe & Zahl\n\n<a id="Here"></a> <a name=there>\n'
    assert slugs(text) == {"one-two", "one-two-1", "größe--zahl", "here", "there"}


ORIGINS = [
    ("https://github.com/owner/name.git", "github:owner/name"),
    ("https://token@github.com/owner/name", "github:owner/name"),
    ("git@github.com:owner/name.git", "github:owner/name"),
    ("ssh://git@github.com/owner/na.me", "github:owner/na.me"),
    ("https://gitlab.com/owner/name.git", ""),
    ("https://github.com.evil.org/owner/name", ""),
    ("/srv/repo.git", ""),
]


@pytest.mark.parametrize(("url", "origin"), ORIGINS)
def test_a_remote_names_an_origin(url: str, origin: str) -> None:
    assert normalised(url) == origin
