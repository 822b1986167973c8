"""Where a definition went: old and new outlines of files to ranked candidates, and what of it is certain. Pure.

Invariant: a candidate is certain only where its content is the same, it was not there before, and no other is like it;
or where git saw the whole file renamed nearly unchanged. A symbol with another name is never certain: the words of the
document are wrong then, whatever the lock says.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import EVERY, parse_symbol, write_symbol
from drift.content import stamp_of
from drift.fingerprint import to_lf, tokens
from drift.languages.table import language, name_of, parser
from drift.model import Anchor, Candidate, Fate, Followed, Policy
from drift.scheme import EDITION, Scheme
from drift.symbols import all_definitions, foremost

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from drift.definitions import Definition

SAME, RENAMED, SIMILAR = "same", "renamed", "similar"
RENAMED_CONFIDENCE = 0.95
SIMILARITY_MIN = 0.6
FILE_CERTAIN_MIN = 0.9
"""A file that git calls renamed with less of it unchanged may be another."""
BACKED_MIN = 0.8
"""How much must be the same in a symbol that keeps its name in a file that git calls renamed."""
TOKENS_MIN = 6
"""What is shorter is like anything."""
SHOWN_MAX = 3


class Outlined(NamedTuple):
    """One definition of a file, or all of one name: its fragment, the digest of what its stamp covers, all its tokens.

    `names` and `signatures` tell it from others of its name.
    """

    fragment: str
    digest: str
    tokens: tuple[bytes, ...]
    names: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()

    def is_meant_by(self, fragment: str) -> bool:
        """Whether a fragment of a lock, however its signature is spelled, names this one."""
        wanted = parse_symbol(fragment)
        if wanted.signature is None or self.fragment == fragment:
            return self.fragment == fragment
        return self.names == wanted.names and _bare(wanted.signature) in map(_bare, self.signatures)


class Place(NamedTuple):
    """A file that came or changed: what it defines now, and what it defined before, by fragment and digest.

    `renamed` is how much of the lost file git sees in it, from 0 to 1.
    """

    path: str
    now: tuple[Outlined, ...]
    before: frozenset[tuple[str, str]] = frozenset()
    renamed: float = 0.0


def outline(path: str, data: bytes, policy: Policy = Policy(), *, every: bool = False) -> tuple[Outlined, ...]:  # noqa: B008 - a value
    """All definitions of a file whose grammar is at hand; with `every`, those of one name together.

    The digest is that of a stamp by the policy. One that shares its name with others has its signature in the fragment.
    """
    spec = language(name_of(path))
    source = to_lf(data.removeprefix(b"\xef\xbb\xbf"))
    root = parser(name_of(path)).parse(source).root_node
    by_names: dict[tuple[str, ...], list[Definition]] = {}
    for names, definition in all_definitions(root, source, spec):
        if not definition.opens:
            by_names.setdefault(names, []).append(definition)
    scheme = Scheme(EDITION, policy, spec.grammar)
    found = []
    for names, several in by_names.items():
        ones = foremost(several)
        for group in [ones] if every else [[one] for one in ones]:
            parts = [part for one in group for part in one.content]
            signatures = (EVERY,) if every else group[0].signatures
            signed = signatures[0] if every or (len(ones) > 1 and signatures) else None
            digest = stamp_of(group, source, spec, scheme).digest
            found.append(
                Outlined(write_symbol(names, signed), digest, tuple(tokens(parts, source, spec)), names, signatures)
            )
    return tuple(found)


def follow_symbol(lost: Outlined, places: Iterable[Place], *, complete: bool) -> Followed:
    """Where a symbol went. `complete` says that all that came or changed was looked at."""
    found = [one for place in places for one in _in_place(lost, place)]
    return decided(found, complete=complete)


def _in_place(lost: Outlined, place: Place) -> list[Candidate]:
    found = []
    for one in place.now:
        if (one.fragment, one.digest) in place.before:
            continue
        same_name = one.names[-1] == lost.names[-1]
        anchor = Anchor(place.path, lost.fragment if one.is_meant_by(lost.fragment) else one.fragment)
        backed = anchor.fragment == lost.fragment and place.renamed > 0
        if same_name and _same(lost, one):
            found.append(Candidate(anchor, 1.0, SAME, certain=backed))
        elif backed and (alike := max(place.renamed, similarity(lost.tokens, one.tokens))) >= BACKED_MIN:
            found.append(Candidate(anchor, min(alike, RENAMED_CONFIDENCE), SIMILAR, certain=True))
        elif backed:
            found.append(Candidate(anchor, min(alike, RENAMED_CONFIDENCE), SIMILAR))
        elif len(lost.tokens) >= TOKENS_MIN:
            found += _alike(lost, one, anchor, same_name=same_name)
    exact = [one for one in found if one.why == SAME and one.anchor.fragment == lost.fragment]
    return exact[:1] or found


def _same(lost: Outlined, one: Outlined) -> bool:
    """Whether the content is the same as far as the stamp covers it, and the rest of it is not another's."""
    return one.digest == lost.digest and similarity(lost.tokens, one.tokens) >= SIMILARITY_MIN


def _bare(signature: str) -> str:
    return "".join(signature.split())


def _alike(lost: Outlined, one: Outlined, anchor: Anchor, *, same_name: bool) -> list[Candidate]:
    """A candidate by its tokens: the same but for its own name, or with most of them in common."""
    if not same_name and _unnamed(lost) == _unnamed(one):
        return [Candidate(anchor, RENAMED_CONFIDENCE, RENAMED)]
    if 2 * min(len(lost.tokens), len(one.tokens)) < SIMILARITY_MIN * (len(lost.tokens) + len(one.tokens)):
        return []
    alike = similarity(lost.tokens, one.tokens) * (1.0 if same_name else RENAMED_CONFIDENCE)
    return [Candidate(anchor, min(alike, RENAMED_CONFIDENCE), SIMILAR)] if alike >= SIMILARITY_MIN else []


def _unnamed(one: Outlined) -> tuple[bytes, ...]:
    """The tokens with the definition's own name blanked."""
    name = one.names[-1].encode()
    return tuple(b"\0" if token.endswith(name) else token for token in one.tokens)


def similarity(one: Sequence[bytes], other: Sequence[bytes]) -> float:
    """How many tokens two definitions share, from 0 to 1, their order aside."""
    if not one or not other:
        return 0.0
    shared = (Counter(one) & Counter(other)).total()
    return 2 * shared / (len(one) + len(other))


def decided(found: Sequence[Candidate], *, complete: bool) -> Followed:
    """The candidates ranked. They come marked as certain where git backs them: it saw their file renamed.

    One is certain when its content is the same and no other's is, or no other's that is backed; or when it is the only
    one that is backed and nothing has the same content.
    """
    same = [one for one in found if one.why == SAME]
    backed = [one for one in same or found if one.certain]
    chosen = backed if len(backed) == 1 else same
    if len(chosen) == 1 and (complete or (backed and same)):
        found = [chosen[0]._replace(certain=True)]
    else:
        found = [one._replace(certain=False) for one in same or found]
    ranked = sorted(found, key=lambda one: (not one.certain, -one.confidence, one.anchor))[:SHOWN_MAX]
    if not ranked:
        return Followed(Fate.ORPHANED)
    alone = len(ranked) == 1 or ranked[0].certain
    return Followed(Fate.MOVED if alone else Fate.AMBIGUOUS, tuple(ranked))
