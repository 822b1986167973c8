"""A folder or a pattern as one stamp over the stamps of its members. Pure.

The bound document, a lock, links and submodules are no members. The stamp covers the paths of the members and what each
of them means, so that a reformatted member changes nothing, and one that comes, goes or is renamed does. Invariant: it
is of no path that cannot be read, and of no version of a grammar but one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.anchors import is_prose
from drift.content import Ask, Found, Missing
from drift.fingerprint import bytes_digest
from drift.languages.table import language, name_of
from drift.model import Comments, Policy, Reason, Stamp
from drift.patterns import MEMBERS_MAX, folder_of
from drift.scheme import BYTES, EDITION, SET, Scheme, read_set_scheme, write_scheme, write_set_scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from drift.content import Seen
    from drift.patterns import Members
    from drift.scheme import SetScheme


def member_ask(path: str, ask: Ask, comments: Comments = Comments.IGNORE) -> Ask:
    """What to ask one member, where `ask` is put to the whole."""
    if not name_of(path) or is_prose(path):
        return Ask("")
    asked = _scheme(ask, comments)
    return Ask("", write_scheme(Scheme(asked.edition, asked.policy, language(name_of(path)).grammar)))


def set_seen(
    target: str, members: Members, ask: Ask, answer: Callable[[str, Ask], Seen], comments: Comments = Comments.IGNORE
) -> Found | Missing:
    """What the whole of a target is, by what each member is."""
    if members is None:
        return Missing(
            Reason.FINGERPRINT_UNAVAILABLE,
            f"more than {MEMBERS_MAX:,} files, or too many patterns: bind a smaller part",
        )
    stamps: dict[str, Stamp] = {}
    for path in members:
        now = answer(path, member_ask(path, ask, comments))
        if isinstance(now, Found):
            stamps[path] = now.stamp
        elif now.reason is Reason.GRAMMAR_UNAVAILABLE:
            return Missing(now.reason, f"{path}: {now.message}")
    if not stamps:
        return Missing(Reason.FILE_NOT_FOUND, "no file is there")
    return set_found(target, stamps, ask, comments)


def set_found(
    target: str, stamps: Mapping[str, Stamp], ask: Ask, comments: Comments = Comments.IGNORE
) -> Found | Missing:
    """The stamp over the members' stamps, by their path below the folder: one that moved as a whole stays as it is."""
    asked = _scheme(ask, comments)
    used = {
        language(name_of(path)).grammar for path, stamp in stamps.items() if name_of(path) and stamp.scheme != BYTES
    }
    if _other_versions(used, asked.grammars):
        return Missing(Reason.SCHEME_UNKNOWN, "stamped by another version of a grammar")
    start = len(folder_of(target))
    lines = "".join(f"{path[start:]}\0{stamps[path].text}\n" for path in sorted(stamps))
    scheme = write_set_scheme(asked._replace(grammars=tuple(sorted(used))))
    return Found(Stamp(scheme, bytes_digest(lines.encode("utf-8", "surrogateescape"))), 0, 0)


def _scheme(ask: Ask, comments: Comments) -> SetScheme:
    named = read_set_scheme(ask.scheme) if ask.scheme else None
    return named or SET._replace(edition=EDITION, policy=ask.policy or Policy(comments=comments))


def _other_versions(used: Iterable[str], stamped: Sequence[str]) -> bool:
    """Whether a grammar of now was there at the stamp in another version."""
    then = {name.rpartition("-")[0]: name for name in stamped}
    return any(then.get(name.rpartition("-")[0], name) != name for name in used)
