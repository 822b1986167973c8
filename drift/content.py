"""One file's content as stamps: which scheme fits it, and what each anchor into it is now. One parse a file.

Takes bytes and gives values; it loads a grammar, and touches nothing else. Invariant: an anchor that cannot be
resolved without doubt is `Missing` with the reason, never a guess.

Schemes (`drift.scheme`): `n2/<grammar>-<version>` for trees, `n1/prose` for Markdown, `n1/bytes` for everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_many, is_prose, parse_symbol
from drift.extent import comments_of, partial_tokens
from drift.fingerprint import bytes_digest, comment_texts, prose_digest, to_lf, tokens, tokens_digest
from drift.languages.base import DOCUMENTATION
from drift.languages.table import available, language, name_of, parser
from drift.model import Body, Comments, Docstrings, Policy, Reason, Stamp
from drift.prose import normalised
from drift.scheme import BYTES, EDITION, PROSE, Scheme, read_scheme, read_set_scheme, write_scheme
from fp.kernel.markdown import headings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tree_sitter import Node

    from drift.definitions import Definition, Scopes
    from drift.languages.base import Language

FILE_BYTES_MAX = 64 * 1024 * 1024
PARSE_BYTES_MAX = 4 * 1024 * 1024
WITH_COMMENTS = "+comments"
NEAR_MAX = 3


class Ask(NamedTuple):
    """One question to a file: what is `fragment` (empty for the whole) by this scheme, or by a new one of a policy."""

    fragment: str
    scheme: str = ""
    policy: Policy | None = None


class Found(NamedTuple):
    """What an anchor is now, and the lines it spans, from 1."""

    stamp: Stamp
    line: int
    end_line: int


class Missing(NamedTuple):
    """Why an anchor cannot be compared; `near` are whole fragments to try instead."""

    reason: Reason
    message: str
    near: tuple[str, ...] = ()


Seen = Found | Missing


def seen(path: str, data: bytes, asks: Sequence[Ask], comments: Comments = Comments.IGNORE) -> dict[Ask, Seen]:
    """Answer all questions to one file. `comments` decides the scheme where a question names none."""
    source = to_lf(data.removeprefix(b"\xef\xbb\xbf"))
    wrong = _unparsable(source)
    if wrong or is_prose(path) or not name_of(path):
        return {ask: _plain(path, source, ask, wrong) for ask in asks}
    spec = language(name_of(path))
    if not available(name_of(path)):
        return {ask: _without_grammar(source, ask, spec) for ask in asks}
    root = parser(name_of(path)).parse(source).root_node
    kept: dict[str, Scopes] = {}
    return {ask: _in_tree(root, source, spec, ask, comments=comments, kept=kept) for ask in asks}


def known(scheme: str, path: str) -> bool:
    """Whether this version can compute a scheme for a file of that name."""
    if is_many(path):
        return read_set_scheme(scheme) is not None
    name = name_of(path)
    if is_prose(path) or not name:
        return scheme in (BYTES, PROSE)
    return scheme == BYTES or read_scheme(scheme, language(name).grammar) is not None


def policy_of(scheme: str, path: str) -> Policy | None:
    """The policy that a stamp was made by; None for one that has none or is not known."""
    if is_many(path):
        many = read_set_scheme(scheme)
        return None if many is None else many.policy
    name = name_of(path)
    found = read_scheme(scheme, language(name).grammar) if name and not is_prose(path) else None
    return None if found is None else found.policy


def _unparsable(source: bytes) -> str:
    """Why text cannot be read from a file; empty if it can."""
    if len(source) > PARSE_BYTES_MAX:
        return f"larger than {PARSE_BYTES_MAX // 1024 // 1024} MiB"
    if b"\0" in source:
        return "a binary file"
    try:
        source.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8"
    return ""


def _plain(path: str, source: bytes, ask: Ask, wrong: str) -> Seen:
    """Files without a tree: prose, unknown languages, and what is no text."""
    lines = _lines(source)
    if not ask.fragment:
        if ask.scheme == BYTES or wrong or not is_prose(path):
            return Found(Stamp(BYTES, bytes_digest(source)), 1, lines)
        return Found(_prose_stamp(source.decode()), 1, lines)
    if wrong:
        return Missing(Reason.FILE_NOT_READABLE, f"the file is {wrong}")
    if not is_prose(path):
        return Missing(
            Reason.FINGERPRINT_UNAVAILABLE, "no symbols are known in files of this kind; bind the whole file"
        )
    return section(source.decode(), ask.fragment)


def _without_grammar(source: bytes, ask: Ask, spec: Language) -> Seen:
    """A file of a language whose grammar is not installed: bytes can be compared still."""
    if not ask.fragment and ask.scheme == BYTES:
        return Found(Stamp(BYTES, bytes_digest(source)), 1, _lines(source))
    what = "tarmac-factory[languages]" if spec.extra else "tarmac-factory"
    name = spec.grammar.rpartition("-")[0]
    return Missing(Reason.GRAMMAR_UNAVAILABLE, f"no grammar for {name} is installed: pip install '{what}'")


def _lines(source: bytes) -> int:
    return max(1, source.count(b"\n") + (not source.endswith(b"\n")))


def section(text: str, slug: str) -> Seen:
    """The section of a Markdown text below the heading with this slug."""
    found = headings(text)
    for heading in found:
        if heading.slug == slug:
            body = text[heading.start : heading.end]
            last = heading.line + max(0, body.rstrip("\n").count("\n"))
            return Found(_prose_stamp(body), heading.line, last)
    return Missing(Reason.SYMBOL_NOT_FOUND, "no heading has this slug", _near(slug, [item.slug for item in found]))


def _prose_stamp(text: str) -> Stamp:
    return Stamp(PROSE, prose_digest(normalised(text)))


def _near(word: str, known_words: Iterable[str]) -> tuple[str, ...]:
    import difflib

    return tuple(difflib.get_close_matches(word, list(known_words), n=NEAR_MAX, cutoff=0.6))


def _in_tree(
    root: Node, source: bytes, spec: Language, ask: Ask, *, comments: Comments, kept: dict[str, Scopes]
) -> Seen:
    if ask.scheme == BYTES and not ask.fragment:
        return Found(Stamp(BYTES, bytes_digest(source)), 1, root.end_point[0] + 1)
    wanted = read_scheme(ask.scheme, spec.grammar) if ask.scheme else None
    scheme = wanted or Scheme(EDITION, ask.policy or Policy(comments=comments), spec.grammar)
    table = spec if scheme.edition == EDITION or spec.earlier is None else spec.earlier
    if not ask.fragment:
        words = comment_texts([root], source, table) if scheme.policy.comments is Comments.INCLUDE else []
        stamp = Stamp(write_scheme(scheme), tokens_digest(_tokens([root], source, table, scheme), words))
        return Found(stamp, 1, max(1, root.end_point[0] + (root.end_point[1] > 0)))
    scopes = kept.setdefault("earlier" if table is spec.earlier else "", {})
    return _symbol(root, source, table, ask.fragment, scheme=scheme, kept=scopes)


def _tokens(parts: Sequence[Node | bytes], source: bytes, spec: Language, scheme: Scheme) -> list[bytes]:
    whole = scheme.policy.body is Body.WHOLE
    found = tokens(parts, source, spec) if whole else partial_tokens(parts, source, spec, scheme.policy.body)
    if scheme.policy.docstrings is Docstrings.INCLUDE:
        return found
    return [token for token in found if not token.startswith(DOCUMENTATION)]


def _comments(found: Sequence[Definition], source: bytes, spec: Language, scheme: Scheme) -> list[bytes]:
    if scheme.policy.comments is not Comments.INCLUDE:
        return []
    if scheme.edition < EDITION:
        return comment_texts([part for definition in found for part in definition.content], source, spec)
    return [word for definition in found for word in comments_of(definition, source, spec)]


def stamp_of(found: Sequence[Definition], source: bytes, spec: Language, scheme: Scheme) -> Stamp:
    """The stamp of some definitions together."""
    parts = [part for definition in found for part in definition.content]
    words = _comments(found, source, spec, scheme)
    return Stamp(write_scheme(scheme), tokens_digest(_tokens(parts, source, spec, scheme), words))


def _symbol(root: Node, source: bytes, spec: Language, fragment: str, *, scheme: Scheme, kept: Scopes) -> Seen:
    from drift.symbols import resolve

    resolved = resolve(root, source, spec, parse_symbol(fragment), kept)
    if resolved.found:
        stamp = stamp_of(resolved.found, source, spec, scheme)
        return Found(stamp, resolved.found[0].line, resolved.found[-1].end_line)
    if resolved.choices:
        lines = ", ".join(str(line) for line in sorted(set(resolved.lines)))
        message = f"several definitions have this name, on lines {lines}"
        return Missing(Reason.SYMBOL_AMBIGUOUS, message, resolved.choices)
    errors = "; the file has syntax errors" if root.has_error else ""
    return Missing(Reason.SYMBOL_NOT_FOUND, f"no such symbol{errors}", resolved.near)
