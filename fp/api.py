"""The public names of fp: what another package may import, and nothing else of it.

A shell: the few functions here read a tracker at a commit through the port `Objects`. fp's own commands do not import
this module, which gathers more than any one of them needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.arrival import judge_commits
from fp.chain import Chain, fold, unrecorded, why_not_sound
from fp.claim import (
    DEAD,
    FENCED,
    HELD,
    LANDED,
    LANDING,
    LIVE,
    PARKED,
    RELEASED,
    Bid,
    Claim,
    Denied,
    Proof,
    Tip,
    Unseen,
    acquire,
    begin_landing,
    is_current,
    land,
    licence,
    park,
    read_claim,
    release,
    renew,
    takeover,
)
from fp.claims import (
    Authority,
    epoch_floor,
    new_nonce,
    open_authority,
    read_claims,
    read_tip,
    write_record,
)
from fp.claims import prepare as prepare_claim
from fp.codec import read_issue, resolve, with_fields
from fp.config import LOCAL_AUTHORITY, Config
from fp.configfile import read_config
from fp.eligibility import Claimed, Eligibility, Reason, effective_status, eligible, judge
from fp.event import (
    ACK,
    COMMENT,
    EVIDENCE,
    HUMAN,
    ORCHESTRATOR,
    REVIEW,
    TRANSITION,
    WORKER,
    Event,
    Writer,
    human,
    parse_writer,
)
from fp.graph import children, cycles, dependencies, parents
from fp.handle import handle_of
from fp.history import Edit, Wanted, explained, git_log, hand_edits, walked_log
from fp.holders import seen_dead
from fp.identity import signature
from fp.kernel import frontmatter, markdown
from fp.kernel.refnames import REMOTE_COPIES
from fp.lesson import overlap
from fp.model import (
    AUTO,
    CANCELLED,
    DONE,
    EVENTS_FOLDER,
    HOLD,
    ID_ALPHABET,
    ID_LENGTH,
    IN_PROGRESS,
    IN_REVIEW,
    ISSUES_FOLDER,
    NEEDS_ATTENTION,
    TODO,
    Issue,
    event_owner,
)
from fp.proposing import Proposed, plan_proposals
from fp.source import CommitSource, WorktreeSource, id_or_refusal, load, load_config
from fp.tracker import Tracker
from fp.trackerref import TrackerRef, branch_at, tracker_ref
from fp.transition import (
    APPROVE,
    REJECT,
    Changes,
    Command,
    Move,
    Observed,
    Planned,
    Stamp,
    Subject,
    plan_ack,
    plan_comment,
    plan_evidence,
    plan_implicit,
    plan_review,
    plan_transition,
)
from fp.wording import text_digest
from fp.workflow import Facts as GuardFacts
from fp.workflow import guards, may
from fp.writers import FileChange
from fp.writers import judge as judge_changes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from fp.kernel.ports import Objects, Oid

__all__ = [
    "ACK",
    "APPROVE",
    "AUTO",
    "CANCELLED",
    "COMMENT",
    "DEAD",
    "DONE",
    "EVENTS_FOLDER",
    "EVIDENCE",
    "FENCED",
    "HELD",
    "HOLD",
    "HUMAN",
    "ID_ALPHABET",
    "ID_LENGTH",
    "IN_PROGRESS",
    "IN_REVIEW",
    "ISSUES_FOLDER",
    "LANDED",
    "LANDING",
    "LIVE",
    "LOCAL_AUTHORITY",
    "NEEDS_ATTENTION",
    "ORCHESTRATOR",
    "PARKED",
    "REJECT",
    "RELEASED",
    "REMOTE_COPIES",
    "REVIEW",
    "TODO",
    "TRANSITION",
    "WORKER",
    "Authority",
    "Bid",
    "Chain",
    "Changes",
    "Claim",
    "Claimed",
    "Command",
    "CommitSource",
    "Config",
    "Denied",
    "Edit",
    "Eligibility",
    "Event",
    "FileChange",
    "GuardFacts",
    "Issue",
    "Move",
    "Observed",
    "Planned",
    "Proof",
    "Proposed",
    "Reason",
    "Stamp",
    "Subject",
    "Tip",
    "Tracker",
    "TrackerRef",
    "Unseen",
    "Wanted",
    "WorktreeSource",
    "Writer",
    "acquire",
    "begin_landing",
    "branch_at",
    "children",
    "cycles",
    "dependencies",
    "effective_status",
    "eligible",
    "epoch_floor",
    "event_owner",
    "explained",
    "fold",
    "git_log",
    "guards",
    "hand_edits",
    "handle_of",
    "human",
    "id_or_refusal",
    "is_current",
    "judge",
    "judge_changes",
    "judge_commits",
    "land",
    "licence",
    "load",
    "load_config",
    "may",
    "new_nonce",
    "open_authority",
    "overlap",
    "parents",
    "park",
    "parse_writer",
    "plan_ack",
    "plan_comment",
    "plan_evidence",
    "plan_implicit",
    "plan_proposals",
    "plan_review",
    "plan_transition",
    "prepare_claim",
    "read_claim",
    "read_claims",
    "read_config",
    "read_issue",
    "read_tip",
    "release",
    "renew",
    "resolve",
    "resolve_id",
    "seen_dead",
    "signature",
    "subject_at",
    "takeover",
    "text_digest",
    "tick_boxes",
    "tracker_at",
    "tracker_ref",
    "unrecorded",
    "walked_log",
    "why_not_sound",
    "with_fields",
    "write_record",
]


def tracker_at(objects: Objects, commit: Oid) -> Tracker:
    """All issues and events at a commit."""
    return load(CommitSource(objects, commit), with_events=True)


def resolve_id(ids: Collection[str], word: str) -> str:
    """The issue that an id or a unique prefix names; Refused with near ids when none or several do."""
    return id_or_refusal(resolve(ids, word))


def subject_at(objects: Objects, tracker: Tracker, issue_id: str) -> Subject:
    """An issue of the tracker as planned writes want it, with the hand edits that no event records yet."""
    issue = tracker.issues[issue_id]
    events = tuple(tracker.events.get(issue_id, ()))
    subject = Subject(issue, tracker.files[issue.path], events)
    chain = fold(events, issue.status)
    if tracker.commit is None or chain.implicit is None:
        return subject
    wanted = {issue_id: Wanted(issue.path, chain.heads)}
    found = hand_edits(walked_log(objects), objects, tracker.commit, wanted)
    return subject._replace(edits=unrecorded(chain, [one.edit for one in found.get(issue_id, [])]))


def tick_boxes(data: bytes, numbers: Iterable[int]) -> bytes:
    """The issue file with these boxes ticked, counted from 0; numbers that no box has are left out."""
    document, _ = frontmatter.parse(data, "")
    assert document is not None, "a planned edit starts from a readable file"
    body = markdown.ticked(document.body, set(numbers))
    return data if body == document.body else frontmatter.edit_body(data, body)
