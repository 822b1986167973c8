"""Names of schemes: how a fingerprint was computed, as the lock writes it. Pure.

`n2/<grammar>-<version>` is a tree by the rules of edition 2, `n2+signature/...` the same of the signatures alone. Node
kinds change between releases of a grammar, so its exact version is part of the name. Invariant: what a name says is all
that the digest depends on beside the content, so two stamps of one name can be compared wherever they were made.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from drift.model import Body, Comments, Docstrings, Policy

EDITION = 2
EDITIONS = (1, 2)
"""What this version computes. 1: no policies but comments; members of a TypeScript enumeration without their number."""
BYTES, PROSE = "n1/bytes", "n1/prose"
_NAME = re.compile(r"n(?P<edition>[0-9]+)(?P<flags>(?:\+[a-z]+)*)/(?P<grammar>.+)")


class Scheme(NamedTuple):
    """One way to compute the fingerprint of a tree."""

    edition: int
    policy: Policy
    grammar: str


class SetScheme(NamedTuple):
    """One way to compute the stamp of many files; `grammars` are those of the members that were parsed."""

    edition: int
    policy: Policy
    grammars: tuple[str, ...]


SET = SetScheme(EDITION, Policy(), ())
_MEMBERS = "members"
SET_EDITION_MIN = 2


def write_set_scheme(scheme: SetScheme) -> str:
    """Its name: that of a tree, of the grammar `members`, and behind it the grammars that there are."""
    return write_scheme(Scheme(scheme.edition, scheme.policy, "/".join((_MEMBERS, *scheme.grammars))))


@functools.lru_cache(maxsize=256)
def read_set_scheme(name: str) -> SetScheme | None:
    """What a name means for many files; None for what this version does not compute."""
    found = _NAME.fullmatch(name)
    if found is None or not SET_EDITION_MIN <= int(found["edition"]) <= EDITION:
        return None
    word, *grammars = found["grammar"].split("/")
    policy = named_policy(name)
    if word != _MEMBERS or policy is None:
        return None
    scheme = SetScheme(int(found["edition"]), policy, tuple(grammars))
    return scheme if write_set_scheme(scheme) == name else None


def write_scheme(scheme: Scheme) -> str:
    """Its name."""
    policy = scheme.policy
    flags = "" if policy.body is Body.WHOLE else f"+{policy.body}"
    flags += "+comments" if policy.comments is Comments.INCLUDE else ""
    flags += "+undocumented" if policy.docstrings is Docstrings.IGNORE else ""
    return f"n{scheme.edition}{flags}/{scheme.grammar}"


@functools.lru_cache(maxsize=256)
def read_scheme(name: str, grammar: str) -> Scheme | None:
    """What a name means for files of a grammar; None for what this version does not compute."""
    found = _NAME.fullmatch(name)
    if found is None or int(found["edition"]) not in EDITIONS or found["grammar"] != grammar:
        return None
    policy = named_policy(name)
    assert policy is not None, "the name has the form of one"
    scheme = Scheme(int(found["edition"]), policy, grammar)
    later = policy.body is not Body.WHOLE or policy.docstrings is Docstrings.IGNORE
    return scheme if write_scheme(scheme) == name and not (later and scheme.edition < EDITION) else None


def named_policy(name: str) -> Policy | None:
    """The policy that a name tells of, whatever its edition and grammar; None for no name of a tree."""
    found = _NAME.fullmatch(name)
    if found is None or name in (BYTES, PROSE):
        return None
    flags = found["flags"].split("+")[1:]
    bodies = [Body(flag) for flag in flags if flag in (Body.SIGNATURE, Body.CONSTANTS)]
    return Policy(
        bodies[0] if bodies else Body.WHOLE,
        Comments.INCLUDE if "comments" in flags else Comments.IGNORE,
        Docstrings.IGNORE if "undocumented" in flags else Docstrings.INCLUDE,
    )
