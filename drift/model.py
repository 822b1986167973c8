"""The values drift works on: anchors, bindings, the lock, settings, and the report of a check.

Pure; imports the standard library and `fp.kernel.problem`. Invariant: all paths are relative to the folder that holds
`drift.lock`, POSIX, and stay below it (`drift.anchors` is the only maker of an `Anchor`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCK_NAME = "drift.lock"
SETTINGS_NAME = "drift.toml"
REPORT_SCHEMA = "drift.check.v1"
MEMBERS_SHOWN_MAX = 8


class Kind(StrEnum):
    """What an anchor points at."""

    FILE = "file"
    SYMBOL = "symbol"
    HEADING = "heading"
    FOLDER = "folder"
    PATTERN = "pattern"


class Anchor(NamedTuple):
    """A place in the repository: a file, or the `fragment` of one (a symbol path, or the slug of a heading).

    Or many files: a folder with its `/` behind, or a pattern.
    """

    path: str
    fragment: str = ""

    @property
    def text(self) -> str:
        """As it is written in the lock: `path` or `path#fragment`."""
        return f"{self.path}#{self.fragment}" if self.fragment else self.path


class Stamp(NamedTuple):
    """A signature of the lock. `scheme` says how it was computed; empty for one that names no scheme."""

    scheme: str
    digest: str

    @property
    def text(self) -> str:
        """As it is written in the lock: `<scheme>:<hex>`."""
        return f"{self.scheme}:{self.digest}" if self.scheme else self.digest


@dataclass(frozen=True, slots=True)
class Binding:
    """A document (or one section of it) bound to a target, and what the target was when somebody last said it fits.

    `blob` is git's id of the target's file at that moment; `origin` names the repository the target lives in, where
    that is another one; `notes` are the comment lines above the block; `line` is where the block starts, 0 if new.
    """

    doc: Anchor
    target: Anchor
    sig: Stamp | None
    blob: str = ""
    origin: str = ""
    notes: tuple[str, ...] = ()
    line: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """What makes a binding one: its document and its target."""
        return self.doc.text, self.target.text


@dataclass(frozen=True, slots=True)
class Lock:
    """The content of `drift.lock`. `header` and `tail` are comment lines that belong to no block."""

    bindings: tuple[Binding, ...] = ()
    header: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()


class Result(StrEnum):
    """What a check found, from best to worst."""

    FRESH = "fresh"
    SKIP = "skip"
    STALE = "stale"
    BROKEN = "broken"


class Reason(StrEnum):
    """Why an anchor is not fresh or a link not sound. Stable: new values may come, none changes its meaning."""

    CHANGED = "changed_after_baseline"
    FILE_NOT_FOUND = "file_not_found"
    FILE_NOT_READABLE = "file_not_readable"
    SYMBOL_NOT_FOUND = "symbol_not_found"
    SYMBOL_AMBIGUOUS = "symbol_ambiguous"
    FINGERPRINT_UNAVAILABLE = "fingerprint_unavailable"
    BASELINE_UNAVAILABLE = "baseline_unavailable"
    SCHEME_UNKNOWN = "scheme_unknown"
    GRAMMAR_UNAVAILABLE = "grammar_unavailable"
    ORIGIN_MISMATCH = "origin_mismatch"
    DOCUMENT_NOT_FOUND = "document_not_found"
    SECTION_NOT_FOUND = "section_not_found"
    LINK_TARGET_NOT_FOUND = "link_target_not_found"
    LINK_FRAGMENT_NOT_FOUND = "link_fragment_not_found"
    WAIVER_WITHOUT_REASON = "waiver_without_reason"
    WAIVER_UNREADABLE = "waiver_unreadable"
    WAIVER_UNUSED = "waiver_unused"
    REFERENCE_NOT_FOUND = "reference_not_found"


SKIPPED = frozenset({Reason.ORIGIN_MISMATCH, Reason.SCHEME_UNKNOWN, Reason.GRAMMAR_UNAVAILABLE})
"""Reasons for which nothing was compared: neither fresh nor stale."""


class Links(StrEnum):
    """Whose links a check looks at."""

    BOUND = "bound"
    ALL = "all"
    OFF = "off"


class Comments(StrEnum):
    """Whether comments are part of what a new stamp covers."""

    IGNORE = "ignore"
    INCLUDE = "include"


class Docstrings(StrEnum):
    """Whether the documentation inside code is part of what a new stamp covers, where it is no comment."""

    INCLUDE = "include"
    IGNORE = "ignore"


class Body(StrEnum):
    """How much of a definition a new stamp covers."""

    WHOLE = "whole"
    SIGNATURE = "signature"
    CONSTANTS = "constants"


class Policy(NamedTuple):
    """What counts as a change of a target."""

    body: Body = Body.WHOLE
    comments: Comments = Comments.IGNORE
    docstrings: Docstrings = Docstrings.INCLUDE


class PolicyRule(NamedTuple):
    """A policy for bindings of some documents, of some targets, or both; what it leaves open is as above it."""

    docs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    body: Body | None = None
    comments: Comments | None = None
    docstrings: Docstrings | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The content of `drift.toml`."""

    include: tuple[str, ...] = ("**/*.md", "**/*.markdown")
    exclude: tuple[str, ...] = ()
    links: Links = Links.BOUND
    comments: Comments = Comments.IGNORE
    severity: Mapping[Reason, Severity] = field(default_factory=dict)
    docstrings: Docstrings = Docstrings.INCLUDE
    body: Body = Body.WHOLE
    policies: tuple[PolicyRule, ...] = ()
    inline: tuple[str, ...] = ()

    def weight(self, reason: Reason) -> Severity:
        """How much a reason weighs: an error fails the check."""
        return self.severity.get(reason, Severity.NOTE if reason in SKIPPED else Severity.ERROR)


class Fate(StrEnum):
    """What became of a target that is not where the lock says."""

    MOVED = "moved"
    AMBIGUOUS = "ambiguous"
    ORPHANED = "orphaned"


class Candidate(NamedTuple):
    """A place where a target may be now. `why`: same (content), renamed, or similar; confidence from 0 to 1.

    It is `certain` when nothing else can be meant: only then may the lock follow by itself.
    """

    anchor: Anchor
    confidence: float
    why: str
    certain: bool = False


class Followed(NamedTuple):
    """Where a target went, the best candidate first."""

    fate: Fate
    candidates: tuple[Candidate, ...] = ()

    @property
    def certain(self) -> Candidate | None:
        """The one place it can only have gone to."""
        return next((one for one in self.candidates if one.certain), None)


class Blame(NamedTuple):
    """The last commit that changed the target's file; `date` is strict ISO 8601."""

    author: str
    commit: str
    date: str
    subject: str


class MemberChanges(NamedTuple):
    """What became of the files of a folder or pattern since its stamp; `renamed` has pairs of old and new path."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """One phrase for each."""
        pairs = [f"renamed {old} to {new}" for old, new in self.renamed]
        kinds = (("changed", self.changed), ("added", self.added), ("removed", self.removed))
        return (*pairs, *(f"{word} {path}" for word, paths in kinds for path in paths))


class Waiver(NamedTuple):
    """A line of a document that says of a finding: it is known and stays, and why."""

    target: str
    why: str
    line: int


class RemarkKind(StrEnum):
    """What a remark of a document is."""

    WAIVER = "waiver"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class AnchorReport:
    """What became of one binding. `line` is where the target starts, `doc_line` the bound section; 0 if unknown."""

    binding: Binding
    kind: Kind
    result: Result
    severity: Severity = Severity.NOTE
    reason: Reason | None = None
    message: str = ""
    near: tuple[str, ...] = ()
    line: int = 0
    doc_line: int = 0
    blame: Blame | None = None
    followed: Followed | None = None
    waived: Waiver | None = None
    members: MemberChanges | None = None


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What became of one link of a document; `line` counts from 1."""

    target: str
    line: int
    reason: Reason | None = None
    severity: Severity = Severity.NOTE
    message: str = ""
    waived: Waiver | None = None

    @property
    def broken(self) -> bool:
        """Whether it leads nowhere."""
        return self.reason is not None


@dataclass(frozen=True, slots=True)
class RemarkReport:
    """What became of a line of a document that is neither binding nor link; `line` counts from 1."""

    kind: RemarkKind
    target: str
    line: int
    reason: Reason | None = None
    severity: Severity = Severity.NOTE
    message: str = ""
    waived: Waiver | None = None


LinePart = LinkReport | RemarkReport
Part = AnchorReport | LinePart
"""Whatever a check has a word on."""


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """One document: its bindings, its links, and what else its lines say."""

    path: str
    anchors: tuple[AnchorReport, ...]
    links: tuple[LinkReport, ...] = ()
    remarks: tuple[RemarkReport, ...] = ()

    @property
    def lines(self) -> tuple[LinePart, ...]:
        """What stands on a line of it."""
        return (*self.links, *self.remarks)

    @property
    def result(self) -> Result:
        """The worst of its parts: broken, stale, skip, fresh."""
        found = {anchor.result for anchor in self.anchors}
        if any(part.reason is not None for part in self.lines):
            found.add(Result.BROKEN)
        return max(found, key=list(Result).index, default=Result.FRESH)

    @property
    def origin(self) -> str:
        """The origin that all its bindings share, or nothing."""
        origins = {anchor.binding.origin for anchor in self.anchors}
        return origins.pop() if len(origins) == 1 else ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All a check found, documents sorted by path. `repo` is this repository's origin where it is known."""

    docs: tuple[DocumentReport, ...]
    repo: str = ""

    @property
    def anchors(self) -> tuple[AnchorReport, ...]:
        """All bindings' reports."""
        return tuple(anchor for doc in self.docs for anchor in doc.anchors)

    @property
    def links(self) -> tuple[LinkReport, ...]:
        """All links' reports."""
        return tuple(link for doc in self.docs for link in doc.links)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All reports there are."""
        return tuple(part for doc in self.docs for part in (*doc.anchors, *doc.lines))

    @property
    def waived(self) -> int:
        """How many findings a document waives."""
        return sum(part.waived is not None for part in self.parts)

    @property
    def failed(self) -> bool:
        """Whether anything weighs as an error."""
        return any(part.reason is not None and part.severity is Severity.ERROR for part in self.parts)

    @property
    def verification(self) -> str:
        """`none` when every bound document was skipped, `partial` when some binding was, else `full`."""
        results = [anchor.result for anchor in self.anchors]
        if Result.SKIP not in results:
            return "full"
        return "none" if all(result is Result.SKIP for result in results) else "partial"

    @property
    def problems(self) -> list[Problem]:
        """Everything that is not fresh, as problems of the documents."""
        return [problem for doc in self.docs for problem in _problems(doc)]


def _problems(doc: DocumentReport) -> list[Problem]:
    anchors = [
        Problem(anchor.reason, doc.path, anchor.doc_line, said(anchor), hint(anchor), anchor.severity)
        for anchor in doc.anchors
        if anchor.reason is not None
    ]
    links = [
        Problem(link.reason, doc.path, link.line, said_of_line(link), "", link.severity)
        for link in doc.lines
        if link.reason is not None
    ]
    return anchors + links


def said_of_line(part: LinePart) -> str:
    """The finding of a link or remark as a sentence."""
    return f"{part.target}: {part.message}{_waived(part.waived)}"


def _of_members(anchor: AnchorReport) -> str:
    words = anchor.members.words if anchor.members is not None else ()
    more = f" and {len(words) - MEMBERS_SHOWN_MAX} more" if len(words) > MEMBERS_SHOWN_MAX else ""
    return f": {', '.join(words[:MEMBERS_SHOWN_MAX])}{more}" if words else ""


def _waived(waiver: Waiver | None) -> str:
    return f"; waived in line {waiver.line}: {waiver.why}" if waiver is not None else ""


def said(anchor: AnchorReport) -> str:
    """The finding of one binding as a sentence."""
    place = f" ({anchor.binding.target.path}:{anchor.line})" if anchor.line else ""
    return f"{anchor.binding.target.text}: {anchor.message}{place}{_of_members(anchor)}{_waived(anchor.waived)}"


def hint(anchor: AnchorReport) -> str:
    """What to do about it: where it went, the nearest names, or how to say that the document is still right."""
    if anchor.waived is not None:
        return ""
    if anchor.followed is not None and anchor.followed.candidates:
        return _where_it_went(anchor, anchor.followed)
    if anchor.near:
        return f"did you mean {' or '.join(anchor.near)}?"
    if anchor.reason is Reason.CHANGED:
        doc, target = (shell_word(part.text) for part in (anchor.binding.doc, anchor.binding.target))
        return f"if the document is still right: drift link {doc} {target} --still-accurate"
    return ""


def _where_it_went(anchor: AnchorReport, followed: Followed) -> str:
    if followed.certain is not None:
        return f"moved to {followed.certain.anchor.text}: drift check --fix-moves"
    doc = shell_word(anchor.binding.doc.text)
    places = [f"{one.anchor.text} ({one.why}, {one.confidence:.0%})" for one in followed.candidates]
    best = shell_word(followed.candidates[0].anchor.text)
    old = shell_word(anchor.binding.target.text)
    return f"it may be {' or '.join(places)}: drift link {doc} {best} && drift unlink {doc} {old}"


def shell_word(text: str) -> str:
    """The text as one word of a shell command line."""
    import shlex

    return shlex.quote(text)
