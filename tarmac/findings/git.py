"""Findings of git: branches, worktrees, merges, and what a run changed that it may not. Pure."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from tarmac.findings.rule import Decider, Fact, Hit, Repair, Rule, Severity, Subject
from tarmac.findings.view import OVER, TERMINAL, Merged, Mover, Record, Stage, Token, Worker, short
from tarmac.snapshot import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tarmac.findings.view import IssueView, RunView, Scene
    from tarmac.snapshot import Judged

LOCK_SECONDS_MIN = 60.0
"""git holds its locks for moments; an editor that a commit waits for may hold one longer, so its process is looked "
"for."""
STATUS_CODE = "D-08"
FORGED_CODE = "D-11"


def done_by_machine(view: IssueView) -> bool:
    """Whether a machine said that the issue is done, so that it must be true in git."""
    return view.stage is Stage.DONE and view.mover is Mover.MACHINE


def last_run(view: IssueView, scene: Scene) -> RunView | None:
    """The run that the last move belongs to."""
    epoch = view.last.epoch if view.last else 0
    return next((run for run in scene.runs_of.get(view.id, ()) if run.name.epoch == epoch), None)


def _done_not_merged(view: IssueView, scene: Scene) -> Iterator[Hit]:
    if not done_by_machine(view):
        return
    run = last_run(view, scene)
    if run is not None and run.merged is Merged.YES:
        return
    reverted = run is not None and run.merged is Merged.REVERTED
    landing = run.landing_fact() if run else Fact(Part.GIT, "no landing", view.id)
    what = "its work was taken out again" if reverted else f"nothing shows that {scene.git.target} has its work"
    yield Hit(f"is done by a machine's word, but {what}", (view.status_fact(), view.move_fact(), landing))


def _reverted(run: RunView, scene: Scene) -> Iterator[Hit]:
    if run.merged is Merged.REVERTED and run.issue.stage is Stage.DONE and run.opening and run.landing is not None:
        says = f"is done, but {scene.git.target} no longer has what {short(run.landing.commit)} landed: it was reverted"
        yield Hit(says, (run.issue.status_fact(), run.landing_fact()))


def _merged_still_open(run: RunView, scene: Scene) -> Iterator[Hit]:
    if (
        run.merged is Merged.YES
        and run.opening
        and run.issue.stage not in (*TERMINAL, Stage.ABSENT)
        and run.issue.facts
    ):
        says = f"is {run.issue.facts.status}, but {scene.git.target} has the work of run {run.name} already"
        yield Hit(says, (run.issue.status_fact(), run.landing_fact(), run.branch_fact()))


def _after_seal(run: RunView, scene: Scene) -> Iterator[Hit]:
    count = scene.git.ahead_of_seal.get(run.name, 0)
    if count:
        commits = "1 commit" if count == 1 else f"{count} commits"
        says = f"the branch of run {run.name} has {commits} beyond its sealed tip {short(run.tip)}: nobody tests them"
        yield Hit(says, (run.branch_fact(), Fact(Part.GIT, f"sealed {short(run.tip)}", str(run.name))))


def _empty_hand_off(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    if not run.opening or run.token not in (Token.CURRENT, Token.ENDED):
        return
    waits = run.record is Record.FINISHING and run.facts is not None and bool(run.facts.waiting) and run.facts.empty
    reviewed = run.issue.stage is Stage.REVIEW and run.branch is not None and (run.branch.empty or not run.branch.ahead)
    if waits or reviewed:
        facts = (run.issue.status_fact(), run.branch_fact())
        yield Hit(f"waits for a review, but run {run.name} changed nothing", facts)


def _base_not_ancestor(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    if run.branch is not None and run.branch.base and not run.branch.base_is_ancestor:
        says = (
            f"the branch of run {run.name} does not contain its base {short(run.branch.base)}: it was rebased or moved"
        )
        yield Hit(says, (run.branch_fact(), Fact(Part.GIT, f"base {short(run.branch.base)}", str(run.name))))


def _ended(run: RunView) -> bool:
    """Nothing of the run goes on, and nobody was asked to look at what it left."""
    forgotten = run.record is Record.NONE and run.token is not Token.CURRENT
    return run.issue.stage in TERMINAL or forgotten or run.record in OVER - {Record.PARKED}


def _dirty_after_end(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    tree = run.worktree
    if tree is not None and tree.dirty and not tree.rescued and run.worker is not Worker.ALIVE and _ended(run):
        count = "1 path" if len(tree.dirty) == 1 else f"{len(tree.dirty)} paths"
        says = f"run {run.name} is over, and its worktree holds {count} that no commit has"
        yield Hit(says, (run.worktree_fact(), run.issue.status_fact(), run.record_fact()))


def _worktree_missing(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    if run.worker is Worker.ALIVE and run.worktree is not None and run.worktree.missing:
        says = f"the worker of run {run.name} is alive, but its worktree {run.worktree.path} is gone"
        yield Hit(says, (run.worker_fact(), run.worktree_fact()))


def _orphan_worktree(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    tree = run.worktree
    if tree is None or tree.missing or tree.dirty or not tree.registered or not tree.tip_safe:
        return
    if run.record is Record.NONE and run.worker is Worker.NONE and run.token is not Token.CURRENT:
        says = f"the worktree {tree.path} of run {run.name} is left over: no record, no claim, nothing uncommitted"
        yield Hit(says, (run.worktree_fact(), run.record_fact(), run.branch_fact()))


def _broken_entry(run: RunView, scene: Scene) -> Iterator[Hit]:
    del scene
    tree = run.worktree
    if tree is not None and tree.missing and tree.registered and run.worker is not Worker.ALIVE:
        says = f"git still lists the worktree of run {run.name}, but {tree.path} is gone"
        yield Hit(says, (run.worktree_fact(),))


def _escape(scene: Scene, _: Scene) -> Iterator[Hit]:
    for found in scene.checkouts.escapes:
        facts = [Fact(Part.CHECKOUTS, found.what, str(found.run))]
        severity = Severity.CRIT if found.by_run else Severity.INFO
        if found.by_run:
            facts.append(Fact(Part.CHECKOUTS, found.by_run, str(found.run)))
        why = f": {found.by_run}" if found.by_run else "; nothing ties it to the run"
        says = f"while run {found.run} worked, {found.what} changed outside its worktree{why}"
        yield Hit(says, tuple(facts), severity=severity, issue=found.run.issue, run=str(found.run))


def _judged(run: RunView, scene: Scene, code: str) -> tuple[Judged, ...]:
    """What the run's branch changes, by code. A status set under another name than the run's own claims to be "
    "theirs."""
    found = scene.git.judged.get(run.name, ())
    return tuple(one for one in found if _code(one) == code)


def _code(one: Judged) -> str:
    return FORGED_CODE if one.code == STATUS_CODE and not one.own_identity else one.code


def _judged_facts(found: tuple[Judged, ...]) -> tuple[Fact, ...]:
    return tuple(Fact(Part.GIT, one.message, f"{one.path}:{one.line}" if one.line else one.path) for one in found)


def _wrote(found: tuple[Judged, ...]) -> str:
    first = found[0]
    author = f' (committed as "{first.author}")' if first.author and not first.own_identity else ""
    more = f"; and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{first.path}: {first.message}{author}{more}"


def _own_status(run: RunView, scene: Scene) -> Iterator[Hit]:
    found = _judged(run, scene, STATUS_CODE)
    if found:
        yield Hit(f"the branch of run {run.name} carries a status of its own; {_wrote(found)}", _judged_facts(found))


def _forged_writer(view: IssueView, scene: Scene) -> Iterator[Hit]:
    for run in scene.runs_of.get(view.id, ()):
        found = _judged(run, scene, FORGED_CODE)
        if found:
            says = f"the branch of run {run.name} writes in another's name; {_wrote(found)}"
            yield Hit(says, _judged_facts(found), run=str(run.name))
    tokens = view.facts.history.foreign_tokens if view.facts else ()
    if tokens:
        facts = tuple(Fact(Part.TRACKER, "cites a token that is not its epoch's", event) for event in tokens)
        yield Hit(f"has an event that cites a token which is not that of its epoch: {tokens[0]}", facts)


def _forbidden_paths(run: RunView, scene: Scene) -> Iterator[Hit]:
    found = _judged(run, scene, "D-62") + _judged(run, scene, "D-81")
    if found:
        says = f"the branch of run {run.name} changes what a worker may not; {_wrote(found)}"
        yield Hit(says, _judged_facts(found))


def _left_behind(scene: Scene, _: Scene) -> Iterator[Hit]:
    for found in scene.checkouts.left_behind:
        moved = f"{found.path} still has {short(found.index_of)} staged while {found.branch} is at {short(found.head)}"
        says = f"{moved}: the next commit there takes the landing out again"
        facts = (
            Fact(Part.CHECKOUTS, f"index of {short(found.index_of)}", found.path),
            Fact(Part.CHECKOUTS, f"at {short(found.head)}", found.branch),
        )
        if found.journal:
            yield Hit(says, facts)
        else:
            yield Hit(says, facts, command=f"git -C {quote(found.path)} reset", decider=Decider.OPERATOR)


def _stale_lock(scene: Scene, _: Scene) -> Iterator[Hit]:
    for found in scene.checkouts.locks:
        if found.seconds >= LOCK_SECONDS_MIN and not found.owner:
            says = (
                f"{found.path} has been there for {found.seconds:.0f} s and no git works here: git commands fail on it"
            )
            facts = (Fact(Part.CHECKOUTS, "lock of no live git", found.path),)
            if found.journalled:
                yield Hit(says, facts)
            else:
                yield Hit(says, facts, command=f"rm -- {quote(found.path)}", decider=Decider.OPERATOR)


T, C, R, W, G, K = Part.TRACKER, Part.CLAIMS, Part.RUNS, Part.WORKERS, Part.GIT, Part.CHECKOUTS

RULES = (
    Rule(
        code="D-08", name="status-differs-between-branches", severity=Severity.HIGH, about=Subject.RUN, needs=(T, G),
        condition="A run's branch carries a status or a transition of its own. It may only propose one.",
        danger="There are two answers to where the issue stands.",
        mend="The tracker's answer counts and the branch's is never landed. Set the status by hand if it is right.",
        decider=Decider.REVIEWER, find=_own_status, command="tarmac why {issue}",
    ),
    Rule(
        code="D-11", name="forged-writer", severity=Severity.CRIT, about=Subject.ISSUE, needs=(T, G),
        condition="A change that came by a run's branch says that a person or the orchestrator made it, or an event "
        "cites a claim token that is not its own.",
        danger="An agent, or a stale one, decides what only a person or the holder of the claim may decide.",
        mend="It is not landed. Look at the branch, then send the issue back or take the good part over by hand.",
        decider=Decider.OPERATOR, find=_forged_writer, command="tarmac explain {code}", masks=("D-08",),
    ),
    Rule(
        code="D-44", name="done-branch-not-merged", severity=Severity.HIGH, about=Subject.ISSUE, needs=(T, G),
        condition="A machine set the issue to done, and there is neither a landing of its run on the target nor its "
        "content.",
        danger="The work is missing, and whatever depends on it builds on nothing.",
        mend="Find the work (its branch or its rescue ref) and land it, or reopen the issue.",
        decider=Decider.REVIEWER, find=_done_not_merged, command="fp reopen {issue}", masks=("D-64", "D-65", "D-66"),
    ),
    Rule(
        code="D-45", name="commits-after-merge", severity=Severity.CRIT, about=Subject.RUN, needs=(T, G),
        condition="The run's branch has commits that its sealed tip does not contain.",
        danger="They are neither reviewed nor tested nor landed, and deleting the branch would lose them.",
        mend="Keep the branch. Open an issue for what is on it, or drop it knowingly.",
        decider=Decider.REVIEWER, find=_after_seal, command="git log tarmac/{path}",
    ),
    Rule(
        code="D-47", name="branch-merged-issue-open", severity=Severity.HIGH, about=Subject.RUN, needs=(T, C, G),
        condition="The target has the run's work, and the issue is still open.",
        danger="Finished work would be handed out again.",
        mend="Set the issue to done and name the commit. Until then it is not dispatched.",
        decider=Decider.REVIEWER, find=_merged_still_open, command="fp done {issue}", masks=("D-01",),
    ),
    Rule(
        code="D-49", name="empty-hand-off", severity=Severity.HIGH, about=Subject.RUN, needs=(T, C, G),
        condition="The issue waits for a review, and its run has no commit, no change, or nothing beyond its base.",
        danger="Somebody is asked to approve nothing.",
        mend="Ask the agent whether no change is needed, or send the issue back.",
        decider=Decider.REVIEWER, find=_empty_hand_off, command="fp reject {issue}",
    ),
    Rule(
        code="D-50", name="base-not-ancestor", severity=Severity.HIGH, about=Subject.RUN, needs=(T, C, G),
        condition="The recorded base of a run is not contained in its branch.",
        danger="The branch was rebased or started elsewhere, so its difference shows other people's work.",
        mend="Look at the branch before anything of it is landed.",
        decider=Decider.REVIEWER, find=_base_not_ancestor, command="git log --graph --oneline tarmac/{path}",
    ),
    Rule(
        code="D-54", name="dirty-worktree-after-terminal", severity=Severity.HIGH, about=Subject.RUN,
        needs=(T, C, R, W, K),
        condition="A run is over, and its worktree holds modified, staged or untracked files that no commit has.",
        danger="Cleaning up would destroy them.",
        mend="Keep them as a commit at a rescue ref. The worktree itself stays as it is.",
        decider=Decider.AUTOMATIC, find=_dirty_after_end, repair=Repair.RESCUE_WORK,
        command="tarmac reconcile --apply {code}", masks=("D-57",),
    ),
    Rule(
        code="D-56", name="worktree-missing-for-a-live-run", severity=Severity.CRIT, about=Subject.RUN, needs=(R, W, K),
        condition="A run's worker is alive and its worktree is gone.",
        danger="The agent works on nothing, or somewhere else.",
        mend="Stop the worker. The run's record stays.",
        decider=Decider.AUTOMATIC, find=_worktree_missing, repair=Repair.STOP_WORKER,
        command="tarmac reconcile --apply {code}",
    ),
    Rule(
        code="D-57", name="orphan-worktree", severity=Severity.LOW, about=Subject.RUN, needs=(T, C, R, W, G, K),
        condition="A worktree of a run is registered, no record or claim of the run is left, it is clean, and "
        "another ref contains its commit.",
        danger="It takes space and blocks its branch.",
        mend="Remove the worktree. Nothing is lost by it.",
        decider=Decider.AUTOMATIC, find=_orphan_worktree, repair=Repair.REMOVE_WORKTREE,
        command="tarmac reconcile --apply {code}",
    ),
    Rule(
        code="D-58", name="broken-worktree-entry", severity=Severity.MED, about=Subject.RUN, needs=(R, W, K),
        condition="git lists a worktree of a run, and its folder is gone.",
        danger="git refuses to make that worktree or to check out that branch again.",
        mend="Drop exactly this entry. A folder that is there is never touched.",
        decider=Decider.AUTOMATIC, find=_broken_entry, repair=Repair.REMOVE_WORKTREE,
        command="tarmac reconcile --apply {code}",
    ),
    Rule(
        code="D-60", name="escape", severity=Severity.CRIT, about=Subject.FACTORY, needs=(R, K),
        condition="A ref, a hook, git's configuration or a file of another checkout changed while a run worked, and "
        "something ties the change to the run. Without such a tie it is only said.",
        danger="The run reports success while its work is elsewhere, or it changed what others run.",
        mend="Do not land the run. Look at what changed; nothing is undone for you.",
        decider=Decider.OPERATOR, find=_escape, command="tarmac logs {issue}",
    ),
    Rule(
        code="D-62", name="forbidden-paths-changed", severity=Severity.CRIT, about=Subject.RUN, needs=(T, G),
        condition="A run's branch changes tracker files of another issue, the text of its own, or the policy it "
        "works under.",
        danger="An agent rewrites its own task, its own rules, or somebody else's work.",
        mend="It is not landed. Take the change out, or make it yourself.",
        decider=Decider.REVIEWER, find=_forbidden_paths, command="tarmac why {issue}",
    ),
    Rule(
        code="D-83", name="checkout-left-behind", severity=Severity.HIGH, about=Subject.FACTORY, needs=(G, K),
        condition="The index of a checkout is that of an older commit than the branch it has checked out.",
        danger="The person's next commit there takes the landed work out again.",
        mend="Finish or undo the move that was interrupted, as its journal says. Without a journal you do it: unstage "
        "what is old, which changes no file; then restore the files that are still old, as git status lists them.",
        decider=Decider.AUTOMATIC, find=_left_behind, repair=Repair.FINISH_MOVE,
        command="tarmac reconcile --apply {code}",
    ),
    Rule(
        code="D-84", name="stale-git-lock", severity=Severity.MED, about=Subject.FACTORY, needs=(K,),
        condition="A lock file of git is older than a minute, and no git process works in this repository.",
        danger="Every git command that needs the lock fails.",
        mend="It is removed only when a journal of ours names it and its process is dead, seen twice; else you "
        "remove it.",
        decider=Decider.AUTOMATIC, find=_stale_lock, repair=Repair.REMOVE_LOCK,
        command="tarmac reconcile --apply {code}",
    ),
    Rule(
        code="D-87", name="landed-work-reverted", severity=Severity.HIGH, about=Subject.RUN, needs=(T, G),
        condition="The issue is done, and undoing its landing would change nothing: the work was taken out again.",
        danger="Done is no longer true.",
        mend="Reopen the issue, or land the work again.",
        decider=Decider.REVIEWER, find=_reverted, command="fp reopen {issue}", masks=("D-44", "D-64", "D-65", "D-66"),
    ),
)  # fmt: skip
