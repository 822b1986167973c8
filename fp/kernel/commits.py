"""The text of a commit object, for the real and the simulated object store alike. Pure.

Whatever a foreign commit holds, reading it raises nothing: one strange commit must not stop a walk of the history.
"""

from __future__ import annotations

import codecs
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fp.kernel.errors import Refused
from fp.kernel.ports import CommitRecord, Oid, Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY = Signature("", "", EPOCH)
CRUD = " \t\r\n.,:;<>\"\\'" + "".join(map(chr, range(32)))
"""What git strips from both ends of a name."""
UNDECODED = re.compile("[\udc80-\udcff]")
INSIDE_CRUD = re.compile(r"[<>\n\0]")


def plain_signature(who: Signature) -> Signature:
    """The name, address and second that git would store; Refused when no name is left."""
    name, email = (INSIDE_CRUD.sub("", _as_latin(text)).strip(CRUD) for text in (who.name, who.email))
    if not name:
        raise Refused("a commit needs a name", hint='git config user.name "Your Name"', reason="no-name")
    return Signature(name, email, max(EPOCH, who.at.astimezone(UTC)).replace(microsecond=0))


def checked_message(message: str) -> str:
    """The message as git stores it; Refused when it could not."""
    if "\0" in message:
        raise Refused("a commit message cannot hold a NUL", reason="bad-message")
    return _as_latin(message)


def _as_latin(text: str) -> str:
    """What is no UTF-8 git takes for Latin-1, so that every commit is UTF-8."""
    return UNDECODED.sub(lambda found: chr(ord(found[0]) - 0xDC00), text)


def commit_bytes(tree: Oid, parents: Sequence[Oid], message: str, who: Signature) -> bytes:
    """A commit as git writes it, `who` as author and committer, the message as it is."""
    plain = plain_signature(who)
    person = f"{plain.name} <{plain.email}> {int(plain.at.timestamp())} +0000"
    head = [f"tree {tree}", *(f"parent {oid}" for oid in parents), f"author {person}", f"committer {person}"]
    return "\n".join([*head, "", checked_message(message)]).encode("utf-8", "surrogateescape")


def parse_commit(oid: Oid, data: bytes) -> CommitRecord:
    """Read a raw commit object; an impossible date reads as the epoch, as git shows it."""
    raw_head, _, raw_message = data.partition(b"\n\n")
    encoding = _encoding(raw_head)
    tree = ""
    parents: list[Oid] = []
    people: dict[str, Signature] = {}
    for line in _decoded(raw_head, encoding).split("\n"):
        key, _, value = line.partition(" ")  # a continuation line starts with a blank: its key is empty
        if key == "tree":
            tree = value
        elif key == "parent":
            parents.append(value)
        elif key in ("author", "committer"):
            people.setdefault(key, _signature(value))
    author, committer = people.get("author", NOBODY), people.get("committer", NOBODY)
    return CommitRecord(oid, tree, tuple(parents), author, committer, _decoded(raw_message, encoding))


def _encoding(head: bytes) -> str | None:
    """The encoding that an old commit declares; None for UTF-8 and for one that Python does not know."""
    found = re.search(rb"^encoding ([\w.-]+)$", head, re.MULTILINE)
    try:
        name = codecs.lookup(found[1].decode()).name if found else "utf-8"
    except LookupError:
        return None
    return None if name == "utf-8" else name


def _decoded(data: bytes, encoding: str | None) -> str:
    if encoding is None:
        return data.decode("utf-8", "surrogateescape")
    try:
        return data.decode(encoding, "replace")
    except (LookupError, ValueError):  # a codec that makes no text, such as base64
        return data.decode("utf-8", "surrogateescape")


def _signature(value: str) -> Signature:
    person, _, date = value.rpartition("> ")
    name, _, email = person.partition("<")
    return Signature(name.rstrip(" "), email, _date(date.partition(" ")[0]))


def _date(seconds: str) -> datetime:
    """The zone only says how to show the second, which counts from the epoch in UTC."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return EPOCH
