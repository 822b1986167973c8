"""Each rule of the catalogue on the states that it means and on their neighbours: the exact codes, each time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tarmac.diagnose import diagnose, remember
from tarmac.findings.rule import Repair
from tarmac.memory import NOTHING, Memory
from tarmac.model import RunName
from tarmac.snapshot import (
    DocumentsFacts,
    Escape,
    History,
    Judged,
    LeftBehind,
    LockFacts,
    Rewound,
    Snapshot,
    StaleDocument,
    Unknown,
    Unreadable,
)
from tests.support.snapshots import (
    BASE,
    ID,
    LANDING,
    MACHINE,
    NOW,
    OTHER_ID,
    PERSON,
    RUN,
    TIP,
    as_repo,
    branch,
    claim,
    evidence,
    issue,
    landing,
    memory,
    move,
    review,
    run,
    snapshot,
    worker,
    worktree,
)

RUN_2 = RunName(ID, 2)
OTHER_RUN = RunName(OTHER_ID, 1)
TOKEN_2 = "8" * 40


def codes(made: Snapshot, remembered: Memory = NOTHING) -> str:
    """The codes of a snapshot, sorted."""
    return " ".join(sorted(one.code for one in diagnose(made, remembered).findings))


def held(*, status: str = "todo", by: str = "", phase: str = "running", state: str = "alive", **more: Any) -> Snapshot:
    """A run holds the issue; its record says `phase`, and its process is `state` ("" for none)."""
    run_fields, worker_fields = more.pop("run", {}), more.pop("worker", {})
    workers = (worker(state, **worker_fields),) if state else ()
    made = {"claims": (claim(more.pop("claim", "held")),), "branches": {RUN: branch()}, **more}
    runs = (run(phase, **run_fields),) if phase else ()
    return snapshot(issues=(made.pop("issue", issue(status, by)),), runs=runs, workers=workers, **made)


def landed(**more: Any) -> Snapshot:
    """A run landed, and everything says so."""
    events = {"evidence": (evidence(),), **more.pop("issue", {})}
    made = {"claims": (claim("landed"),), "landings": (landing(),), "runs": (run("landed", tip=TIP),), **more}
    return snapshot(issues=(issue("done", MACHINE, **events),), **made)


def sealed(phase: str = "gated", **more: Any) -> Snapshot:
    """A run waits for its approval."""
    fields = {"tip": TIP, "waiting": "approval", "exit_seconds": 100.0, **more.pop("run", {})}
    return held(phase=phase, state="dead", run=fields, **more)


HEALTHY = {
    "nothing at all": snapshot(),
    "an issue by hand": snapshot(issues=(issue(),)),
    "in progress by hand": snapshot(issues=(issue("in-progress", PERSON),)),
    "in review by hand": snapshot(issues=(issue("in-review", PERSON),)),
    "done by hand": snapshot(issues=(issue("done", PERSON),)),
    "done, and no event says by whom": snapshot(issues=(issue("done", external=True),)),
    "cancelled by hand": snapshot(issues=(issue("cancelled", PERSON),)),
    "in progress, imported": snapshot(issues=(issue("in-progress", external=True),)),
    "claimed by an agent": snapshot(issues=(issue(),), claims=(claim(holder="agent/cursor-1"),)),
    "started by an agent": snapshot(
        issues=(issue("in-progress", "agent/cursor-1"),), claims=(claim(holder="agent/cursor-1"),)
    ),
    "claimed by a person": snapshot(issues=(issue("in-progress", PERSON),), claims=(claim(holder="person/ann"),)),
    "intended, not yet claimed": snapshot(issues=(issue(),), runs=(run("intended"),)),
    "claimed a moment ago": held(phase="claimed", state="", orchestrators=("here-1",), run={"last_seconds": 1.0}),
    "prepared a moment ago": held(phase="prepared", state="", orchestrators=("here-1",), run={"last_seconds": 1.0}),
    "launching": held(phase="launching"),
    "running": held(),
    "running, seen from a clone": as_repo(held()),
    "running, of another machine": snapshot(issues=(issue(),), claims=(claim(host="there"),)),
    "running, its orchestrator dead": held(orchestrators=()),
    "running with a worker that cannot be seen": held(state="unknown"),
    "ended a moment ago": held(
        state="dead",
        orchestrators=("here-1",),
        run={"exit_seconds": 1.0, "last_seconds": 900.0, "exit_reason": "exited"},
    ),
    "sealed": sealed("sealed"),
    "integrated": sealed("integrated"),
    "waiting for an approval": sealed(),
    "waiting, approved": sealed(issue=issue(reviews=(review(),))),
    "waiting, an earlier rejection of it": sealed(issue=issue(reviews=(review(verdict="reject"),))),
    "landing": sealed("publishing", claim="landing"),
    "landed": landed(),
    "landed, seen from a clone": as_repo(landed(runs=())),
    "landed and approved": landed(issue={"reviews": (review(),)}),
    "landed and cleaned": landed(runs=(run("landed", tip=TIP, landed=LANDING),)),
    "landed, and bookkeeping went on": landed(git={"rewound": ()}),
    "landed, then done again by hand": landed(
        issue={"history": History(last=move("todo", "done", PERSON), epoch_max=1)}
    ),
    "reopened after the landing": snapshot(
        issues=(issue("todo", history=History(last=move("done", "todo", PERSON), epoch_max=1, epoch_closed=1)),),
        claims=(claim("landed"),),
        landings=(landing(),),
        runs=(run("landed", tip=TIP),),
    ),
    "reopened, and running again": snapshot(
        issues=(issue("todo", history=History(last=move("done", "todo", PERSON), epoch_max=1, epoch_closed=1)),),
        claims=(claim("held", 2, token=TOKEN_2),),
        landings=(landing(),),
        runs=(run("landed", tip=TIP), run(name=RUN_2, token=TOKEN_2)),
        workers=(worker(name=RUN_2),),
        branches={RUN_2: branch(RUN_2)},
    ),
    "parked": snapshot(
        issues=(issue("needs-attention", MACHINE),), claims=(claim("parked"),), runs=(run("parked", tip=TIP),)
    ),
    "parked, its worktree in use by a person": snapshot(
        issues=(issue("needs-attention", MACHINE),),
        claims=(claim("parked"),),
        runs=(run("parked", tip=TIP),),
        branches={RUN: branch()},
        checkouts={"worktrees": (worktree(dirty=("a.py",)),)},
    ),
    "sent on after parking": snapshot(
        issues=(issue("todo", history=History(last=move("needs-attention", "todo", PERSON), epoch_max=1)),),
        claims=(claim("parked"),),
        runs=(run("parked", tip=TIP),),
        branches={RUN: branch()},
    ),
    "released, to be tried again": snapshot(
        issues=(issue(),), claims=(claim("released"),), runs=(run("released"),), branches={RUN: branch()}
    ),
    "a second try": snapshot(
        issues=(issue(),),
        claims=(claim("held", 2, token=TOKEN_2),),
        runs=(run("released"), run(name=RUN_2, token=TOKEN_2)),
        workers=(worker("dead"), worker(name=RUN_2)),
        branches={RUN: branch(), RUN_2: branch(RUN_2)},
    ),
    "a lost race": snapshot(issues=(issue(),), claims=(claim(holder="agent/x", token=TOKEN_2),), runs=(run("lost"),)),
    "cancelled by a person, the run gave up": snapshot(
        issues=(issue("cancelled", PERSON),), claims=(claim("released"),), runs=(run("released"),)
    ),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_state_has_no_finding(name: str) -> None:
    assert codes(HEALTHY[name]) == ""


def off_arrows(text: str = "todo -> done by agent/x follows no arrow") -> History:
    return History(last=move("todo", "done", "agent/x", epoch=0), off_arrows=text)


def unexplained(by: str) -> History:
    return History(
        last=move("todo", "in-progress", PERSON), unexplained=move("in-progress", "todo", by)._replace(by=by)
    )


def judged(code: str, *, own: bool = True) -> dict[str, Any]:
    return {"judged": {RUN: (Judged(code, f".issues/{ID}.md", 4, "sets the status", "Ann", own),)}}


def lock(**fields: Any) -> dict[str, Any]:
    return {"locks": (LockFacts(**{"path": ".git/index.lock", "seconds": 90.0, **fields}),)}


STALE = DocumentsFacts((StaleDocument("docs/auth.md", "auth.py#Session.open", "auth.py", "signature"),))

TRACKER = [
    ("D-01", snapshot(issues=(issue("in-progress", MACHINE),))),
    ("D-01", snapshot(issues=(issue("in-review", MACHINE),), claims=(claim("released"),))),
    ("", snapshot(issues=(issue("todo", MACHINE),))),
    ("D-02", held(tracker={"direct": True})),
    ("", held(status="in-progress", by=MACHINE, tracker={"direct": True})),
    ("D-03", snapshot(issues=(issue("cancelled", PERSON),), claims=(claim(),), runs=(run("sealed"),))),
    ("D-03", snapshot(issues=(issue("done", PERSON),), claims=(claim(holder="agent/x"),))),
    ("D-04", snapshot(claims=(claim(holder="agent/x"),))),
    ("", snapshot(claims=(claim("released"),))),
    ("D-05", held(issue=issue(dispatch="hold"))),
    ("", snapshot(issues=(issue(dispatch="hold"),), claims=(claim(holder="agent/x"),))),
    ("D-07", snapshot(issues=(), tracker={"duplicates": {ID: ("a.md", "b.md")}}, claims=(claim(holder="agent/x"),))),
    ("D-09", snapshot(issues=(issue("cancelled", history=off_arrows()),))),
    ("D-09", held(issue=issue("in-review", PERSON))),
    ("D-09", held(issue=issue("needs-attention", PERSON))),
    ("D-10", snapshot(issues=(issue("todo", history=unexplained("")),))),
    ("D-79", snapshot(issues=(issue("todo", history=unexplained(PERSON)),))),
    ("D-12",
     snapshot(tracker={"unreadable": (Unreadable(f".issues/{ID}.md", 3, "bad", ID),)},
         claims=(claim(holder="agent/x"),))),
    ("D-13", snapshot(issues=(issue(),), checkouts={"drafts": (f".issues/{ID}.md",)})),
    ("D-15", snapshot(issues=(issue(depends_on=("FP-zzzzzzz",)),))),
    ("", snapshot(issues=(issue("done", PERSON, depends_on=("FP-zzzzzzz",)),))),
    ("D-16", snapshot(issues=(issue(), issue(id=OTHER_ID)), tracker={"cycles": ((ID, OTHER_ID),)})),
    ("", snapshot(issues=(issue("done", PERSON),), tracker={"cycles": ((ID,),)})),
    ("D-17", snapshot(
        issues=(issue(depends_on=(OTHER_ID,)), issue("todo", PERSON, id=OTHER_ID)),
        claims=(claim(),), runs=(run(),), workers=(worker(),), branches={RUN: branch()})),
    ("D-80", snapshot(issues=(issue("done", history=History(last=move("todo", "done", PERSON), ends=("x", "y"))),))),
    ("D-81",
     snapshot(issues=(issue("done", history=History(last=move("todo", "done", PERSON), ends=("x", "y"),
         gaps=("x follows z",))),))),
    ("D-81", snapshot(issues=(issue("done", history=History(last=move("todo", "done", PERSON), broken=("x",))),))),
]  # fmt: skip

WORKER = [
    ("D-20", held(state="dead")),
    ("D-20", held(phase="released", state="dead")),
    ("D-20", held(worker={"unsupervised": True})),
    ("D-20", snapshot(issues=(issue(),), claims=(claim(holder="agent/x", dead=True),))),
    ("", snapshot(issues=(issue(),), claims=(claim(holder="agent/x"),))),
    ("D-03", snapshot(issues=(issue("cancelled", PERSON),), claims=(claim(holder="agent/x", dead=True),))),
    ("D-23", held(claims=())),
    ("D-23", held(claim="released")),
    ("D-24", snapshot(
        issues=(issue(),), claims=(claim("held", 2, token=TOKEN_2),),
        runs=(run("released"), run(name=RUN_2, token=TOKEN_2)),
        workers=(worker(), worker(name=RUN_2)))),
    ("D-25", held(claims=(claim("held", 2, token=TOKEN_2, holder="agent/x"),))),
    ("D-25", held(status="done", by=PERSON, claims=(claim("released", 2, token=TOKEN_2),))),
    ("D-26", snapshot(
        issues=(issue(), issue(id=OTHER_ID)), claims=(claim(), claim(issue=OTHER_ID)),
        runs=(run(), run(name=OTHER_RUN)), workers=(worker(), worker(name=OTHER_RUN)))),
    ("D-27", held(status="cancelled", by=PERSON)),
    ("D-27", held(status="done", by=PERSON, claim="released", phase="released")),
    ("D-28", held(state="dead", run={"exit_seconds": 5.0, "exit_reason": "exited"})),
    ("D-28", held(state="dead", claim="released")),
    ("D-28", held(state="dead", phase="sealed", claims=())),
    ("D-29", held(phase="sealed")),
    ("D-29", held(phase="released", claim="released")),
    ("D-29", held(claim="landing")),
    ("D-30", held(state="dead", worker={"recycled": True, "reason": "pid 8123 belongs to another process now"})),
    ("D-72", held(phase="", state="")),
    ("D-72", held(phase="claimed", state="")),
    ("D-72", held(phase="launching", state="dead")),
    ("D-72", held(phase="intended", state="")),
    ("", held(phase="", state="", fetched=True)),
    ("D-73", held(phase="")),
    ("D-74", held(run={"stop": "a person stopped the run", "last_seconds": 300.0})),
    ("", held(run={"stop": "a person stopped the run", "last_seconds": 3.0})),
]  # fmt: skip

GIT = [
    ("D-08", held(git=judged("D-08"))),
    ("D-11", held(git=judged("D-08", own=False))),
    ("D-11", held(git=judged("D-11"))),
    ("D-11",
     snapshot(issues=(issue("done", history=History(last=move("todo", "done", PERSON), foreign_tokens=("e1",))),))),
    ("D-62", held(git=judged("D-62"))),
    ("D-44", landed(landings=())),
    ("D-44", snapshot(issues=(issue("done", MACHINE),))),
    ("D-87", landed(landings=(landing(reverted=True),))),
    ("D-45", landed(branches={RUN: branch(tip=BASE)}, git={"ahead_of_seal": {RUN: 2}})),
    ("D-47", sealed(git={"merged": {RUN: "yes"}})),
    ("D-47",
     snapshot(issues=(issue("in-progress", MACHINE),), claims=(claim("landed"),), landings=(landing(),),
         runs=(run("landed"),))),
    ("D-49", sealed(run={"empty": True})),
    ("D-49",
     snapshot(issues=(issue("in-review", "agent/x"),), claims=(claim(holder="agent/x"),),
         branches={RUN: branch(ahead=0)})),
    ("D-50", held(branches={RUN: branch(base_is_ancestor=False)})),
    ("D-54", landed(checkouts={"worktrees": (worktree(dirty=("a.py",)),)})),
    ("", landed(checkouts={"worktrees": (worktree(dirty=("a.py",), rescued=True),)})),
    ("", held(checkouts={"worktrees": (worktree(dirty=("a.py",)),)})),
    ("D-56", held(checkouts={"worktrees": (worktree(missing=True),)})),
    ("D-57", snapshot(issues=(issue(),), checkouts={"worktrees": (worktree(tip_safe=True),)})),
    ("", snapshot(issues=(issue(),), checkouts={"worktrees": (worktree(tip_safe=False),)})),
    ("D-58", landed(checkouts={"worktrees": (worktree(missing=True),)})),
    ("", landed(checkouts={"worktrees": (worktree(missing=True, registered=False),)})),
    ("D-60", held(checkouts={"escapes": (Escape(RUN, "refs/heads/x", "it holds a commit of the run"),)})),
    ("D-83", snapshot(checkouts={"left_behind": (LeftBehind("/repo", "refs/heads/main", BASE, TIP),)})),
    ("D-84", snapshot(checkouts=lock())),
    ("", snapshot(checkouts=lock(seconds=5.0))),
    ("", snapshot(checkouts=lock(owner=77))),
]  # fmt: skip

HUMAN = [
    ("D-64", landed(issue={"evidence": ()})),
    ("D-64", snapshot(issues=(issue("done", PERSON),), tracker={"evidence_required": True})),
    ("", snapshot(issues=(issue("done", external=True),), tracker={"evidence_required": True})),
    ("D-65", landed(issue={"evidence": (evidence(BASE),)})),
    ("", landed(issue={"evidence": (evidence(BASE), evidence())})),
    ("D-66", landed(issue={"evidence": (evidence(exits=(0, 2)),)})),
    ("D-67", landed(issue={"evidence": (evidence(tier="self"),)})),
    ("D-68", held(issue=issue(text="text-2"))),
    ("D-69", sealed(issue=issue(reviews=(review(BASE),)))),
    ("D-69", landed(issue={"reviews": (review(BASE),)})),
    ("D-71", landed(issue={"reviews": (review(by=f"worker/{RUN}"),)})),
    ("D-91", landed(landings=(landing(paths=("auth.py",)),), documents=STALE)),
    ("", landed(landings=(landing(paths=("other.py",)),), documents=STALE)),
]  # fmt: skip

SYSTEM = [
    ("D-06", snapshot(issues=(issue(),), branches={RUN: branch()})),
    ("D-06", held(claims=(claim("released"),), phase="", state="", branches={RUN_2: branch(RUN_2)})),
    ("D-14", snapshot(issues=(issue(),), claims=(claim("landed"),), fetched=True)),
    ("D-82", snapshot(issues=(issue(),), claims=(claim("landed"),))),
    ("D-82", snapshot(issues=(issue("needs-attention"),), claims=(claim("parked"),))),
    ("D-81", snapshot(issues=(issue(),), claims=(claim("landed"),), landings=(landing(reverted=True),))),
    ("D-81", snapshot(issues=(issue(),), claims=(claim("parked"),), git={"parked": frozenset({RUN})})),
    ("D-82", snapshot(git={"rewound": (Rewound("refs/heads/main", TIP, BASE, 1),)})),
    ("D-88", snapshot(tracker={"policy_problem": "line 3: no such key"})),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "made"), [*TRACKER, *WORKER, *GIT, *HUMAN, *SYSTEM])
def test_a_state_has_exactly_its_finding(expected: str, made: Snapshot) -> None:
    assert codes(made) == expected


OVER_TIME = [
    ("D-21", held(claims=(claim(lease_seconds=600),)), memory(lease=700.0)),
    ("", held(claims=(claim(lease_seconds=600),)), memory(lease=500.0)),
    ("", held(claims=(claim(lease_seconds=0),)), memory(lease=700.0)),
    ("D-22", snapshot(issues=(issue(),), claims=(claim(host="there", lease_seconds=600),)), memory(lease=900.0)),
    ("", snapshot(issues=(issue(),), claims=(claim(host="there", lease_seconds=600),)), memory(lease=700.0)),
    (
        "D-20",
        snapshot(issues=(issue(),), claims=(claim(lease_seconds=600, dead=True),), fetched=True),
        memory(lease=900.0),
    ),
    ("", snapshot(issues=(issue(),), claims=(claim(lease_seconds=600, dead=True),), fetched=True), memory(lease=700.0)),
    ("D-32", held(), memory(progress=1000.0)),
    ("", held(), memory(progress=800.0)),
    ("D-82", held(), memory(refs={f"epoch {ID}": "4"})),
    ("D-82", held(), memory(refs={f"ended epoch {ID}": "1"})),
]


@pytest.mark.parametrize(("expected", "made", "remembered"), OVER_TIME)
def test_a_state_over_time_is_judged_by_the_memory(expected: str, made: Snapshot, remembered: Memory) -> None:
    assert codes(made, remembered) == expected


def test_a_claim_that_was_seen_over_and_lives_again_is_told() -> None:
    after = remember(NOTHING, diagnose(landed()))
    assert codes(landed(), after) == ""
    assert "D-82" in codes(landed(claims=(claim(),)), after)


def test_a_line_to_paste_runs_nothing_that_a_ref_is_called() -> None:
    hostile = "$(touch x)"
    (found,) = diagnose(snapshot(claims=(claim(issue=hostile, holder="agent/x"),))).findings
    assert found.command == "fp release '$(touch x)'"


def test_without_memory_the_rules_over_time_are_not_judged() -> None:
    (found,) = diagnose(held()).not_judged
    assert (found.reason, found.codes) == ("no earlier observation", ("D-21", "D-22", "D-32"))


def test_a_checkout_left_behind_is_repaired_only_by_a_journal() -> None:
    behind = LeftBehind("/repo", "refs/heads/main", BASE, TIP)
    (by_hand,) = diagnose(snapshot(checkouts={"left_behind": (behind,)})).open
    (journalled,) = diagnose(snapshot(checkouts={"left_behind": (behind._replace(journal="j"),)})).open
    assert (by_hand.action, by_hand.command) == (Repair.NONE, "git -C /repo reset")
    assert journalled.action is Repair.FINISH_MOVE


def test_an_escape_that_nothing_ties_to_the_run_does_not_weigh() -> None:
    report = diagnose(held(checkouts={"escapes": (Escape(RUN, "refs/heads/x"),)}))
    assert (str(report.findings[0].severity), report.verdict) == ("INFO", "consistent")


def test_a_person_who_approves_their_own_work_keeps_a_consistent_tracker() -> None:
    own = issue(
        "done", PERSON, reviews=(review(),), history=History(last=move("in-review", "done", PERSON), pick_up_by=PERSON)
    )
    report = diagnose(snapshot(issues=(own,)))
    assert ([one.code for one in report.findings], report.verdict) == (["D-71"], "consistent")


def test_two_faults_give_two_findings() -> None:
    both = held(state="dead", git=judged("D-62"), issue=issue(text="text-2"))
    assert codes(both) == "D-20 D-62 D-68"


def test_a_layer_that_cannot_be_read_is_said_and_its_rules_are_not_judged() -> None:
    report = diagnose(replace(held(state="dead"), workers=Unknown("no /proc", NOW)))
    assert [one.code for one in report.findings] == ["D-78"]
    assert report.verdict == "cannot tell"
    assert any("D-20" in one.codes for one in report.not_judged)


def test_the_sentence_and_the_facts_name_what_was_seen() -> None:
    (found,) = diagnose(held(state="dead")).findings
    assert found.says == f"the claim of run {RUN} lives, but process 8123 is dead"
    assert (found.issue, found.run, found.command) == (ID, str(RUN), "tarmac reconcile --apply D-20")
    assert [fact.source for fact in found.facts] == [
        f"refs/fp/claims/{ID}@1111111",
        f"tarmac/runs/{RUN}/events.jsonl",
        str(RUN),
    ]
