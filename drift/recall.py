"""What a check asks of contents, so that an answer about equal content may come from an earlier check. Pure.

`Anew` works everything out; `drift.remembered` keeps answers beside the repository. Both give the same answers: what is
asked is a function of the bytes, the language and the scheme alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from drift.content import seen
from drift.links import slugs
from fp.kernel.markdown import links

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drift.content import Ask, Seen
    from drift.model import Comments


class Recall(Protocol):
    """Answers about contents."""

    def seen(self, path: str, data: bytes, asks: Sequence[Ask], comments: Comments) -> dict[Ask, Seen]:
        """What each anchor into one file is."""
        ...

    def links(self, data: bytes) -> Sequence[tuple[str, int]]:
        """The links of a document, with their lines."""
        ...

    def slugs(self, data: bytes) -> frozenset[str]:
        """The fragments that lead into a document."""
        ...


class Anew:
    """Works out every answer."""

    def seen(self, path: str, data: bytes, asks: Sequence[Ask], comments: Comments) -> dict[Ask, Seen]:
        """By parsing it."""
        return seen(path, data, asks, comments)

    def links(self, data: bytes) -> Sequence[tuple[str, int]]:
        """By reading its Markdown."""
        return [(link.target, link.line) for link in links(text_of(data))]

    def slugs(self, data: bytes) -> frozenset[str]:
        """By reading its headings."""
        return slugs(text_of(data))


def text_of(data: bytes) -> str:
    """A document's text; what is no UTF-8 is replaced."""
    return data.decode("utf-8-sig", "replace")
