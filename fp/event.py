"""Event files of an issue: their names, their fields, their bytes.

Pure; uses the kernel's front matter. An event is written once and never changed: its name is its identity, `after`
cites names. A file without front matter is a comment, whose writer and time git supplies. A synthesised transition is
deterministic in name and bytes, so that two writers who explain one hand edit write the same file.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel import frontmatter
from fp.kernel.clock import instant, parse_instant
from fp.kernel.ids import CROCKFORD
from fp.kernel.problem import Problem
from fp.model import EVENTS_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.kernel.yamlguard import Value
    from fp.kernel.yamlscalar import Written

TRANSITION = "transition"
COMMENT = "comment"
EVIDENCE = "evidence"
REVIEW = "review"
ACK = "ack"
KINDS = (TRANSITION, COMMENT, EVIDENCE, REVIEW, ACK)

HUMAN = "human"
ORCHESTRATOR = "orchestrator"
WORKER = "worker"
AGENT = "agent"
WRITER_KINDS = (HUMAN, ORCHESTRATOR, WORKER, AGENT)
WRITER_NAME_CHARACTERS_MAX = 200

REQUIRED = {TRANSITION: ("from", "to", "by", "at"), COMMENT: ("by", "at"), REVIEW: ("by", "at", "verdict")}
REQUIRED_DEFAULT = ("by", "at")
RANDOM_LENGTH = 4
EPOCH_MAX = 10**9
OWN_KEYS = ("kind", "from", "to", "by", "at", "after", "epoch", "claim")
UNREADABLE = "unreadable-event"

_NAME = re.compile(rf"(\d{{8}}T\d{{9}})Z-({'|'.join(KINDS)})-[0-9a-z]{{4,16}}", re.ASCII)
_EPOCH = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Writer(NamedTuple):
    """Who writes: `kind` is human, orchestrator, worker or agent; `name` a person, an instance, a run or an agent."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


class Event(NamedTuple):
    """One event as its file says it. `name` is the file's name without `.md`, `at` in UTC.

    `by` and `at` are None for a comment without front matter. `fields` holds the raw values that only its kind knows.
    `note` is the text after the header, line ends as `\\n`.
    """

    name: str
    kind: str
    by: Writer | None = None
    at: datetime | None = None
    after: tuple[str, ...] = ()
    from_: str | None = None
    to: str | None = None
    epoch: int | None = None
    claim: str | None = None
    fields: Mapping[str, Value] = {}
    note: str = ""
    path: str = ""


def parse_writer(text: str) -> Writer | None:
    """Read `kind/name`; None for an unknown kind, an empty or overlong name, or control characters."""
    kind, _, name = text.partition("/")
    if kind not in WRITER_KINDS or not name.strip() or _CONTROL.search(name):
        return None
    return Writer(kind, name) if len(name) <= WRITER_NAME_CHARACTERS_MAX else None


def human(name: str) -> Writer:
    """A person by the name that git knows them by, made fit for one line."""
    plain = " ".join(_CONTROL.sub(" ", name).split())[:WRITER_NAME_CHARACTERS_MAX]
    return Writer(HUMAN, plain or "unknown")


def event_name(at: datetime, kind: str, random: str) -> str:
    """The name of a new event: milliseconds in UTC, kind, random characters."""
    assert kind in KINDS, kind
    stamp = at.astimezone(UTC)
    return f"{stamp:%Y%m%dT%H%M%S}{stamp.microsecond // 1000:03d}Z-{kind}-{random}"


def is_event_name(name: str) -> bool:
    """Whether the name is one that `event_name` gives."""
    return _NAME.fullmatch(name) is not None


def event_path(issue_id: str, name: str) -> str:
    """The event's file, relative to the repository's root."""
    return f"{EVENTS_FOLDER}/{issue_id}/{name}.md"


def name_of(path: str) -> str:
    """The event's name by its path."""
    return path.rpartition("/")[2].removesuffix(".md")


def read_event(path: str, data: bytes) -> tuple[Event | None, list[Problem]]:
    """Read one file below `.issues/events/<ID>/`; None, and why, when it is not an event."""
    document, problems = frontmatter.parse(data, path)
    if document is None:
        return None, problems
    if not document.has_header:
        return Event(name_of(path), COMMENT, note=document.body.strip("\n"), path=path), problems
    reader = _Reader(document, path)
    event = reader.event()
    found = [*problems, *reader.problems]
    return (None, found) if reader.problems else (event, found)


class _Reader:
    """Reads the fields of one header and gathers what is wrong with them."""

    def __init__(self, document: frontmatter.Document, path: str):
        self.document = document
        self.path = path
        self.problems: list[Problem] = []

    def event(self) -> Event:
        """The event, meaningful only when no problem was found."""
        kind = self._kind()
        for key in REQUIRED.get(kind, REQUIRED_DEFAULT):
            if self.document.fields.get(key) is None:
                self._problem(key, f"`{key}:` is missing")
        return Event(
            name=name_of(self.path),
            kind=kind,
            by=self._writer(),
            at=self._instant(),
            after=self._after(),
            from_=self._text("from"),
            to=self._text("to"),
            epoch=self._epoch(),
            claim=self._text("claim"),
            fields={key: value for key, value in self.document.fields.items() if key not in OWN_KEYS},
            note=self.document.body.strip("\n"),
            path=self.path,
        )

    def _kind(self) -> str:
        kind = self._text("kind") or ""
        named = _NAME.fullmatch(name_of(self.path))
        if kind not in KINDS:
            self._problem("kind", f"`kind:` is not one of {', '.join(KINDS)}")
        elif named is None:
            self._problem("kind", f"the name is not <YYYYMMDDTHHMMSSmmmZ>-{kind}-<random>.md")
        elif named[2] != kind:
            self._problem("kind", f"the name says {named[2]}, the file says {kind}")
        return kind

    def _text(self, key: str) -> str | None:
        value = self.document.fields.get(key)
        if value is None or isinstance(value, str):
            return value
        self._problem(key, f"`{key}:` is not one value")
        return None

    def _writer(self) -> Writer | None:
        text = self._text("by")
        writer = None if text is None else parse_writer(text)
        if text is not None and writer is None:
            self._problem("by", f"`by:` is not <kind>/<name> with kind one of {', '.join(WRITER_KINDS)}")
        return writer

    def _instant(self) -> datetime | None:
        text = self._text("at")
        at = None if text is None else parse_instant(text)
        if text is not None and at is None:
            self._problem("at", "`at:` is not an instant such as 2026-11-22T23:20:00.512Z")
        return at

    def _after(self) -> tuple[str, ...]:
        value = self.document.fields.get("after")
        names = [] if value is None else [value] if isinstance(value, str) else value
        if isinstance(names, list) and all(isinstance(name, str) and is_event_name(name) for name in names):
            return tuple(str(name) for name in names)
        self._problem("after", "`after:` is not a list of events' names")
        return ()

    def _epoch(self) -> int | None:
        text = self._text("epoch")
        if text is None or (_EPOCH.fullmatch(text) and int(text) <= EPOCH_MAX):
            return None if text is None else int(text)
        self._problem("epoch", "`epoch:` is not a whole number from 1")
        return None

    def _problem(self, key: str, message: str) -> None:
        line = self.document.lines.get(key, self.document.header_line)
        self.problems.append(
            Problem(UNREADABLE, self.path, line, message, hint="docs/FORMAT.md shows each kind of event")
        )


def event_bytes(event: Event) -> bytes:
    """The file of an event. Equal events give equal bytes."""
    assert event.by is not None, "only git supplies the writer of a bare comment"
    assert event.at is not None, "only git supplies the time of a bare comment"
    fields: list[tuple[str, Written]] = [("kind", event.kind)]
    if event.kind == TRANSITION:
        fields += [("from", event.from_), ("to", event.to)]
    fields += [("by", str(event.by)), ("at", instant(event.at, milliseconds=True))]
    if event.kind == TRANSITION:
        fields.append(("after", event.after))  # a tuple is written on one line
    if event.epoch is not None:
        fields.append(("epoch", event.epoch))
    if event.claim is not None:
        fields.append(("claim", event.claim))
    fields += [(key, _plain(value)) for key, value in event.fields.items()]
    return frontmatter.render(fields, f"{event.note}\n" if event.note else "")


def _plain(value: Value) -> str | list[str] | None:
    assert not isinstance(value, dict), "an event's field is a text or a list"
    return [str(item) for item in value] if isinstance(value, list) else value


class HandEdit(NamedTuple):
    """A person's change of `status:` as git tells it: their name, the author date, the blob it left."""

    name: str
    at: datetime
    from_: str
    to: str
    blob: str


def synthesised(issue_id: str, heads: Sequence[str], edit: HandEdit) -> Event:
    """The transition that a hand edit was. Everything, the name included, follows from the arguments."""
    from hashlib import sha256  # cold start: 2 ms, and reading an event needs none

    by, at = human(edit.name), edit.at.astimezone(UTC)
    after = tuple(sorted(heads))
    facts = "\0".join((issue_id, *after, "", edit.from_, edit.to, edit.blob, str(by), at.isoformat()))
    number = int.from_bytes(sha256(facts.encode("utf-8", "surrogateescape")).digest()[:8])
    letters = "".join(CROCKFORD[number >> (5 * place) & 31] for place in range(RANDOM_LENGTH))
    name = event_name(at, TRANSITION, letters)
    return Event(
        name,
        TRANSITION,
        by,
        at,
        after,
        edit.from_,
        edit.to,
        fields={"blob": edit.blob},
        note="Changed by hand.",
        path=event_path(issue_id, name),
    )
