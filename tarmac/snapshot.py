"""What one observation saw: a value with one part a source, each known, unknown, or not in view.

Pure; the standard library and `tarmac.model` only. Everything here is data that a shell in `tarmac.observe` filled in
and that `tarmac.diagnose` judges. Invariant: a part that could not be read says so; it is never empty instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tarmac.model import RunName

T = TypeVar("T")


class Layer(StrEnum):
    """The layers of the contract. A fact belongs to one."""

    TRACKER = "tracker"
    ORCHESTRATOR = "orchestrator"
    WORKER = "worker"
    GIT = "git"
    HUMAN = "human"


class Part(StrEnum):
    """What is read in one go, and can fail in one go."""

    TRACKER = "tracker"
    CLAIMS = "claims"
    RUNS = "runs"
    WORKERS = "workers"
    GIT = "git"
    CHECKOUTS = "checkouts"
    HUMAN = "human"
    DOCUMENTS = "documents"


LAYER_OF: Mapping[Part, Layer] = {
    Part.TRACKER: Layer.TRACKER,
    Part.CLAIMS: Layer.ORCHESTRATOR,
    Part.RUNS: Layer.ORCHESTRATOR,
    Part.WORKERS: Layer.WORKER,
    Part.GIT: Layer.GIT,
    Part.CHECKOUTS: Layer.GIT,
    Part.HUMAN: Layer.HUMAN,
    Part.DOCUMENTS: Layer.HUMAN,
}


class View(StrEnum):
    """How far one looks: `repo` needs refs and files only, `host` also this machine's runs, processes and worktrees."""

    REPO = "repo"
    HOST = "host"


HOST_PARTS = frozenset({Part.RUNS, Part.WORKERS, Part.CHECKOUTS})


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A part that was read: its value, where from, and when (RFC 3339)."""

    value: T
    source: str
    at: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A part in view that could not be read. `paste` are the command lines that would help, if any are known."""

    reason: str
    since: str
    paste: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotInView:
    """A part that nobody looked at, and why not."""

    reason: str


# -- tracker ------------------------------------------------------------------------------------------------------


class Move(NamedTuple):
    """One change of status. `by` is `kind/name`; `event` its event's name, empty for a hand edit without one."""

    from_: str
    to: str
    by: str
    at: str
    event: str = ""
    commit: str = ""
    epoch: int = 0
    claim: str = ""

    @property
    def kind(self) -> str:
        """human, orchestrator, worker or agent."""
        return self.by.partition("/")[0]


class Evidence(NamedTuple):
    """One evidence event: what passed on which content tree, by whom seen. `exits` are exit statuses."""

    event: str
    by: str
    tree: str
    exits: tuple[int, ...]
    tier: str
    of: str = "run"
    commit: str = ""
    epoch: int = 0

    @property
    def passed(self) -> bool:
        """Whether something ran and all of it succeeded."""
        return bool(self.exits) and not any(self.exits)


class Review(NamedTuple):
    """One review event: `verdict` is approve or reject, of a run's commit; `strength` asserted, signed or hosted."""

    event: str
    by: str
    verdict: str
    run: str
    commit: str
    tree: str = ""
    strength: str = "asserted"


class Ack(NamedTuple):
    """A person has seen a finding and accepts it until a date, as long as its facts stay as they were."""

    event: str
    code: str
    by: str
    until: str
    reason: str
    facts: str


class History(NamedTuple):
    """What the events of an issue amount to.

    `ends` are the heads when they differ in where they lead; `gaps` and `broken` are sentences. `unexplained` is a
    change of status that no event tells, with who made it as git says (`by` is empty when git does not say either).
    `off_arrows` says why the last move was not allowed. `epoch_max` is the highest epoch that an event records,
    `epoch_closed` the highest that ended before a person opened the issue again.
    """

    last: Move | None = None
    ends: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    unexplained: Move | None = None
    off_arrows: str = ""
    foreign_tokens: tuple[str, ...] = ()
    epoch_max: int = 0
    epoch_closed: int = 0
    pick_up_by: str = ""


class IssueFacts(NamedTuple):
    """One readable issue at the tracker commit. `external` says that it was imported; `text` is its text's digest."""

    id: str
    title: str
    status: str
    path: str
    dispatch: str = "hold"
    parent: str = ""
    depends_on: tuple[str, ...] = ()
    external: bool = False
    text: str = ""
    history: History = History()
    evidence: tuple[Evidence, ...] = ()
    reviews: tuple[Review, ...] = ()
    acks: tuple[Ack, ...] = ()


class Unreadable(NamedTuple):
    """A tracker file that cannot be read, by its first problem. `issue` is the id its name or path gives, if any."""

    path: str
    line: int
    message: str
    issue: str = ""


class TrackerFacts(NamedTuple):
    """The tracker at one commit. `cycles` are lists of ids; `direct` says that each transition is written at once.

    `evidence_required` says that the workflow guards `done` by evidence; `policy_problem` what ails `WORKFLOW.md`.
    """

    ref: str
    commit: str
    issues: Mapping[str, IssueFacts]
    terminal: tuple[str, ...] = ("done", "cancelled")
    authority: str = "local"
    direct: bool = False
    strict: bool = False
    evidence_required: bool = False
    duplicates: Mapping[str, tuple[str, ...]] = {}
    unreadable: tuple[Unreadable, ...] = ()
    cycles: tuple[tuple[str, ...], ...] = ()
    policy_problem: str = ""


# -- orchestrator -------------------------------------------------------------------------------------------------


class ClaimFacts(NamedTuple):
    """One claim as it stands at its ref. `state` is held, landing, landed, parked or released."""

    issue: str
    ref: str
    oid: str
    epoch: int
    state: str
    token: str
    holder: str
    host: str = ""
    branch: str = ""
    base: str = ""
    text: str = ""
    lease_seconds: int = 0
    at: str = ""
    dead: bool = False
    """the process that the claim is tied to is seen dead; one that cannot be looked for from here is not"""


class ClaimsFacts(NamedTuple):
    """All claims of the authority. `fetched` says that they are copies, which may be older than the authority's own.

    `elsewhere` are live claims made against another authority than the configured one.
    """

    claims: Mapping[str, ClaimFacts]
    fetched: bool = False
    elsewhere: tuple[ClaimFacts, ...] = ()
    unreadable: tuple[str, ...] = ()


class RunFacts(NamedTuple):
    """One run by its record. `phase` is the journal's word; `last_seconds` is how long ago its last event was.

    `pid` is 0 before the launch is recorded. `tip` is the sealed commit, empty before the seal.
    """

    name: RunName
    phase: str
    token: str
    workspace: str = ""
    base: str = ""
    text: str = ""
    policy: str = ""
    tip: str = ""
    empty: bool = False
    waiting: str = ""
    stop: str = ""
    landed: str = ""
    pid: int = 0
    exit_reason: str = ""
    exit_seconds: float | None = None
    last_seconds: float = 0.0
    silence_seconds: float = 0.0
    journal: str = ""
    copied: tuple[str, ...] = ()
    created_at: float = 0.0
    ended_at: float = 0.0
    """Unix times of this machine's wall clock, to compare with times of files; 0 when not over"""


class RunsFacts(NamedTuple):
    """All run folders of this repository on this machine, and how many orchestrators live here now."""

    runs: Mapping[RunName, RunFacts]
    orchestrators: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


# -- worker -------------------------------------------------------------------------------------------------------


class WorkerFacts(NamedTuple):
    """The process of one run. `state` is alive, dead or unknown; `recycled` that its pid is another process now;
    `unsupervised` that only its agent is alive, bound by no limit.

    `progress` changes whenever the worker says, writes or computes anything.
    """

    run: RunName
    state: str
    pid: int = 0
    reason: str = ""
    recycled: bool = False
    unsupervised: bool = False
    progress: str = ""


class WorkersFacts(NamedTuple):
    """Workers of all runs that were ever started here."""

    host: str
    workers: Mapping[RunName, WorkerFacts]


# -- git ----------------------------------------------------------------------------------------------------------


class BranchFacts(NamedTuple):
    """A run's branch. `ahead` counts its commits beyond the base; `empty` that its content equals the base's."""

    ref: str
    tip: str
    base: str = ""
    base_is_ancestor: bool = True
    ahead: int = 0
    empty: bool = False
    paths: tuple[str, ...] = ()
    """what differs from the base, without `.issues`"""


class LandingFacts(NamedTuple):
    """A landing found on the target's first-parent line. `content` is the landed content tree.

    `paths` are those that the target still has exactly as they landed.
    """

    run: RunName
    commit: str
    tip: str
    content: str
    reverted: bool = False
    paths: tuple[str, ...] = ()


class Judged(NamedTuple):
    """Something that a run's branch changes and may not. `author` is who the commits that did it name."""

    code: str
    path: str
    line: int
    message: str
    author: str = ""
    own_identity: bool = True


class Rewound(NamedTuple):
    """A ref that was seen at `old` earlier and is now at `new`, which does not contain it.

    `lost` counts the commits of tarmac's own (landings, parkings) that it no longer contains.
    """

    ref: str
    old: str
    new: str
    lost: int = 0


class GitFacts(NamedTuple):
    """Branches, landings and merges. `merged` speaks of tips without a landing record: yes, reverted or unknown."""

    target: str
    target_commit: str
    branches: Mapping[RunName, BranchFacts] = {}
    landings: Mapping[RunName, LandingFacts] = {}
    merged: Mapping[RunName, str] = {}
    judged: Mapping[RunName, tuple[Judged, ...]] = {}
    ahead_of_seal: Mapping[RunName, int] = {}
    """commits on a run's branch that its sealed tip does not contain, where there are any"""
    rewound: tuple[Rewound, ...] = ()
    parked: frozenset[RunName] = frozenset()
    """runs whose parking is in the history of the tracker's ref, whether or not somebody took it back"""


class WorktreeFacts(NamedTuple):
    """A worktree of a run. `dirty` are paths that are not committed; `rescued` that a rescue ref holds just these.

    `tip_safe` says that another ref than the run's branch contains its commit.
    """

    path: str
    run: RunName | None
    branch: str = ""
    registered: bool = True
    missing: bool = False
    dirty: tuple[str, ...] = ()
    rescued: bool = False
    tip_safe: bool = False


class LockFacts(NamedTuple):
    """A lock file of git. `owner` is a live git process that works in this repository, 0 for none."""

    path: str
    seconds: float
    owner: int = 0
    journalled: bool = False


class LeftBehind(NamedTuple):
    """A checkout whose index is that of an older commit than its branch."""

    path: str
    branch: str
    index_of: str
    head: str
    journal: str = ""


class Escape(NamedTuple):
    """Something outside a run's worktree that changed while the run worked. `by_run` says what ties it to the run."""

    run: RunName
    what: str
    by_run: str = ""


class CheckoutsFacts(NamedTuple):
    """This machine's checkouts: worktrees, git's locks, drafts of tickets, and what runs touched outside of theirs."""

    worktrees: tuple[WorktreeFacts, ...] = ()
    locks: tuple[LockFacts, ...] = ()
    left_behind: tuple[LeftBehind, ...] = ()
    drafts: tuple[str, ...] = ()
    escapes: tuple[Escape, ...] = ()


# -- human --------------------------------------------------------------------------------------------------------


class StaleDocument(NamedTuple):
    """A binding of a document to code that no longer holds. `anchor` is the code's side, `reason` drift's word.

    `run` is the run on whose branch it is stale; None for the target.
    """

    document: str
    anchor: str
    path: str
    reason: str
    run: RunName | None = None


class DocumentsFacts(NamedTuple):
    """What drift says of the documents bound in this repository."""

    stale: tuple[StaleDocument, ...] = ()


PartOf: TypeAlias = Known[T] | Unknown | NotInView


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All parts as they were read, claims before the tracker. `host` is this machine's name, `at` when it began.

    `commit` is the tracker's, also where its files could not be judged; empty when there is none.
    `monotonic` are seconds of this machine's clock in the boot named `boot`: ages come from them, never from `at`.
    """

    view: View
    at: str
    commit: str
    host: str
    boot: str
    monotonic: float
    tracker: PartOf[TrackerFacts]
    claims: PartOf[ClaimsFacts]
    runs: PartOf[RunsFacts]
    workers: PartOf[WorkersFacts]
    git: PartOf[GitFacts]
    checkouts: PartOf[CheckoutsFacts]
    human: PartOf[None]
    documents: PartOf[DocumentsFacts]

    def part(self, part: Part) -> Known[object] | Unknown | NotInView:
        """One part by its name."""
        found: Known[object] | Unknown | NotInView = getattr(self, part.value)
        return found


def value_of(part: PartOf[T], otherwise: T) -> T:
    """The part's value; `otherwise` when it is not known, for joining. Rules that need the part are then not judged."""
    return part.value if isinstance(part, Known) else otherwise
