"""Which links of a document lead somewhere, by what is in the repository alone: nothing is fetched. Pure.

Inline links, references and images; fragments too. A link to another site, or out of the folder that the lock is in, is
not judged: GitHub resolves some of those (`../../issues`) to pages that no file stands for.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_prose
from drift.compare import MESSAGES
from drift.model import LinkReport, Reason
from fp.kernel.markdown import headings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from drift.model import Settings

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_ID = re.compile(r"""<[^<>]{0,400}?\b(?:id|name)\s*=\s*["']?([^"'\s<>]+)""")
_TEMPLATES = ("{{", "{%", "${", "<%")
USER_CONTENT = "user-content-"
FREE_FRAGMENTS = ("", "top")
FOLDER_PAGES = ("README.md", "readme.md")


class Target(NamedTuple):
    """Where a link leads: `path` below the root (the document itself for `#part`), and the fragment, lower case."""

    path: str
    fragment: str


class Places(NamedTuple):
    """What link checks ask: what stands at a path (file, folder, link, other, None), and a document's slugs."""

    kind: Callable[[str], str | None]
    slugs: Callable[[str], frozenset[str]]


def report_links(
    doc: str, links: Iterable[tuple[str, int]], places: Places, settings: Settings
) -> tuple[LinkReport, ...]:
    """A verdict on each link (target and line) of a document that can be judged, in order."""
    found = []
    for link, line in links:
        target = resolved(doc, link)
        if target is None:
            continue
        reason = _wrong(target, places)
        if reason is None:
            found.append(LinkReport(link, line))
        else:
            found.append(LinkReport(link, line, reason, settings.weight(reason), MESSAGES[reason]))
    return tuple(found)


def resolved(doc: str, target: str) -> Target | None:
    """Where a link of `doc` leads; None for one that is not judged."""
    if not target or _SCHEME.match(target) or any(mark in target for mark in _TEMPLATES):
        return None
    place, _, fragment = target.partition("#")
    place = _decoded(place.partition("?")[0])
    if not place:
        return Target(doc, _fragment(fragment))
    base = "" if place.startswith("/") else posixpath.dirname(doc)
    path = posixpath.normpath(posixpath.join(base, place.lstrip("/") if not base else place))
    if path.startswith(("..", "/")) or not path.isprintable():
        return None
    return Target(path, _fragment(fragment))


def slugs(text: str) -> frozenset[str]:
    """All fragments that lead into a document: its headings, and names given in HTML; lower case."""
    return frozenset(
        [heading.slug.lower() for heading in headings(text)] + [name.lower() for name in _ID.findall(text)]
    )


def _wrong(target: Target, places: Places) -> Reason | None:
    kind = "folder" if target.path == "." else places.kind(target.path)
    if kind is None:
        return Reason.LINK_TARGET_NOT_FOUND
    if target.fragment in FREE_FRAGMENTS or ":~:" in target.fragment:
        return None
    path = target.path
    if kind == "folder":
        page = next((name for name in FOLDER_PAGES if places.kind(posixpath.join(path, name)) == "file"), "")
        path = posixpath.normpath(posixpath.join(path, page)) if page else ""
    if not path or kind == "link" or not is_prose(path) or target.fragment in places.slugs(path):
        return None
    return Reason.LINK_FRAGMENT_NOT_FOUND


def _fragment(fragment: str) -> str:
    return _decoded(fragment).lower().removeprefix(USER_CONTENT)


def _decoded(text: str) -> str:
    """With `%20` and the like as characters; what is no UTF-8 then stays as it is written."""
    if "%" not in text:
        return text
    data = _PERCENT.sub(lambda found: chr(int(found[1], 16)), text.encode().decode("latin-1"))
    try:
        return data.encode("latin-1").decode()
    except UnicodeDecodeError:
        return text
