"""`drift link`: bind a document to code, or say that it is still right after the code changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import ExitCode, Refused

if TYPE_CHECKING:
    from drift.bind import Plan
    from drift.model import Anchor, PolicyRule
    from drift.workspace import Workspace
    from fp.kernel.cli import Output

BODIES = ("whole", "signature", "constants")
COVERED = ("include", "ignore")
VERBS = {"new": "bound", "fresh": "fresh already", "stale": "still right, stamped again"}


@click.command("link", short_help="Bind a document to code, or say that it is still right.")
@click.argument("doc", metavar="DOC[#SECTION]")
@click.argument("target", metavar="[TARGET]", required=False)
@click.option("--still-accurate", is_flag=True, help="You looked: the document is right although the target changed.")
@click.option("--body", type=click.Choice(BODIES), help="What the stamp covers of a definition.")
@click.option("--comments", type=click.Choice(COVERED), help="Whether the stamp covers comments.")
@click.option("--docstrings", type=click.Choice(COVERED), help="Whether the stamp covers docstrings.")
@shared_options
def command(out: Output, doc: str, target: str | None, still_accurate: bool, **wishes: str | None) -> int:
    """Bind DOC to TARGET, or, without TARGET, look at all bindings of DOC again.

    TARGET is `file`, `file#Symbol`, `file#Class.method`, `file#name(types)` or `doc.md#heading`. Where several
    definitions share a name, the types of its parameters tell them apart, and `file#name(*)` means all of them.
    `folder/` and patterns in quotes, as 'src/**/*.ts', mean all files there that git does not ignore.

    A binding whose target changed is stamped again only with --still-accurate, or on your word after both sides were
    shown.

    --body, --comments and --docstrings say what counts as a change of this binding. Without them it is as in the stamp
    there is, and for a new binding as drift.toml says.

    \b
    Example:
      drift link docs/auth.md src/auth.py#Session.open
      drift link docs/auth.md#opening src/auth.py#Session.open --still-accurate
      drift link docs/api.md src/auth.py#Session --body signature
    """
    from drift.arguments import anchor_of, target_of, workspace_of
    from drift.bind import plan_link

    workspace = workspace_of(out.start, doc)
    bound = anchor_of(workspace, out.start, doc)
    targets = [target_of(workspace, out.start, target)] if target else _targets(workspace, bound)
    plans = [plan_link(workspace, bound, item, _wish(wishes)) for item in targets]
    stale = [plan for plan in plans if plan.state == "stale"]
    if stale and not still_accurate:
        _look(workspace, stale, out)
    _write(workspace, plans)
    _said(plans, out)
    return ExitCode.OK


def _wish(words: dict[str, str | None]) -> PolicyRule:
    from drift.model import Body, Comments, Docstrings, PolicyRule

    body, comments, docstrings = (words[key] for key in ("body", "comments", "docstrings"))
    return PolicyRule(
        body=Body(body) if body else None,
        comments=Comments(comments) if comments else None,
        docstrings=Docstrings(docstrings) if docstrings else None,
    )


def _targets(workspace: Workspace, doc: Anchor) -> list[Anchor]:
    found = [item.target for item in workspace.lock.bindings if item.doc == doc and not item.origin]
    if not found:
        from fp.kernel.text import safe

        message = f"{safe(doc.text)} has no bindings yet: name a target"
        raise Refused(message, hint=f"drift link {safe(doc.text)} FILE#SYMBOL", reason="nothing-bound")
    return found


def _look(workspace: Workspace, stale: list[Plan], out: Output) -> None:
    """Show both sides; Refused unless a person at a terminal then says that the document is right."""
    from drift.sides import lines, sides_of

    for plan in stale:
        assert plan.before is not None, "what is stale was stamped"
        for line in lines(sides_of(workspace, plan.before), plan.before):
            out.line(line)
    if out.interactive and click.confirm("Is the document still right?", default=False):
        return
    raise Refused(
        f"{len(stale)} of the targets changed: read both sides, mend the document if it is wrong",
        hint="if it is right as it stands, add --still-accurate",
        reason="needs-confirmation",
    )


def _write(workspace: Workspace, plans: list[Plan]) -> None:
    from drift.bind import apply_link
    from drift.workspace import change_lock

    changed = [plan for plan in plans if plan.after is not plan.before]
    if changed:
        change_lock(workspace, lambda lock: apply_link(lock, changed))


def _said(plans: list[Plan], out: Output) -> None:
    from drift.model import LOCK_NAME
    from fp.kernel.text import safe

    for plan in plans:
        out.said(f"{safe(plan.after.doc.text)} <- {safe(plan.after.target.text)}  {VERBS[plan.state]}")
    bindings = [
        {
            "doc": plan.after.doc.text,
            "target": plan.after.target.text,
            "state": plan.state,
            "sig": plan.after.sig.text if plan.after.sig is not None else None,
        }
        for plan in plans
    ]
    out.document("drift.link.v1", lock=LOCK_NAME, bindings=bindings)
