"""`fp edit`: change an issue in your editor, checked when you save."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.text import safe

if TYPE_CHECKING:
    from fp.desk import Desk
    from fp.drafting import Draft, Saved
    from fp.kernel.cli import Output
    from fp.kernel.problem import Problem

ROUNDS_MAX = 100
REOPEN, KEEP, DISCARD = "reopen", "keep", "discard"
EDITOR = "vi"


@click.command("edit", short_help="Change an issue in your editor.")
@click.argument("issue", metavar="ID")
@click.option("--resume", is_flag=True, help="Go on with an edit that was kept.")
@click.option("--discard", is_flag=True, help="Throw a kept edit away and begin anew.")
@click.option("--commit", is_flag=True, help="Commit the changed file, and nothing else.")
@shared_options
def command(out: Output, issue: str, *, resume: bool, discard: bool, commit: bool) -> int:
    """Change an issue in $VISUAL or $EDITOR, else git's core.editor, else vi. What you save is checked first.

    A text with an error is not written: reopen it, keep it for `--resume`, or discard it. What somebody else changed
    meanwhile is merged in field by field; where that needs you, both versions stand between markers.

    \b
    Example:
      EDITOR="code --wait" fp edit k3v
    """
    from fp import drafting
    from fp.desk import open_desk
    from fp.kernel.errors import Conflict, Usage

    if resume and discard:
        raise Usage("--resume and --discard exclude each other")
    desk = open_desk(out.start)
    editor = _editor(desk)
    draft = drafting.begin(desk, issue, resume=resume, discard=discard)
    for _ in range(ROUNDS_MAX):
        _open(desk, draft, editor)
        data = drafting.text(desk, draft)
        if data == draft.base:
            drafting.drop(desk, draft)
            return _unchanged(out, draft)
        found = drafting.problems(desk, draft, data)
        lost = False
        if not drafting.broken(found):
            saved = drafting.save(desk, draft, data)
            if isinstance(saved, drafting.Saved):
                return _written(out, desk, saved, found, commit=commit)
            draft, lost = saved, True
            found = drafting.problems(desk, draft, drafting.text(desk, draft))
        _again(out, desk, draft, found, lost=lost)
    raise Conflict("that was tried often enough", hint=f"fp edit {draft.issue} --resume")


def _editor(desk: Desk) -> list[str]:
    """The editor's words, split as a shell would, and given to none."""
    import os
    import shlex

    from fp.kernel.errors import Usage

    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or desk.repository.setting("core.editor") or EDITOR
    try:
        words = shlex.split(named)
    except ValueError as error:
        raise Usage(f"the editor's line cannot be read: {named!r} ({error})", hint="EDITOR=vi fp edit ID") from error
    return words or [EDITOR]


def _open(desk: Desk, draft: Draft, editor: list[str]) -> None:
    from fp import drafting
    from fp.kernel.errors import External
    from fp.kernel.process import foreground

    code = foreground([*editor, str(draft.where)], cwd=str(desk.repository.where))
    if code == 0:
        return
    if drafting.text(desk, draft) == draft.base:
        drafting.drop(desk, draft)
        raise External(f"the editor {editor[0]} ended with status {code}; nothing was changed", hint="set EDITOR")
    raise External(f"the editor {editor[0]} ended with status {code}", hint=_kept(draft), reason="editor")


def _again(out: Output, desk: Desk, draft: Draft, found: list[Problem], *, lost: bool) -> None:
    """Return to edit once more; else an error that says what is wrong, and where the text is."""
    from fp import drafting
    from fp.kernel.errors import Conflict, Refused
    from fp.kernel.problem import Severity

    errors = [one for one in found if one.severity is Severity.ERROR]
    first = errors[0]
    for one in errors:
        out.note(f"{safe(one.where)}: {safe(one.message)}{f'; {safe(one.hint)}' if one.hint else ''}")
    if out.interactive:
        choice = click.prompt("What now?", type=click.Choice((REOPEN, KEEP, DISCARD)), default=REOPEN, err=True)
        if choice == REOPEN:
            return
        if choice == DISCARD:
            drafting.drop(desk, draft)
            raise Refused("the edit was thrown away; nothing was written", reason="discarded")
    if lost:
        raise Conflict("somebody changed it meanwhile", where=draft.path, hint=_kept(draft))
    raise Refused(f"not written: {first.message}", where=first.where, hint=_kept(draft), reason=first.code)


def _kept(draft: Draft) -> str:
    return f"your text is kept in {draft.where}\nfp edit {draft.issue} --resume goes on with it; --discard begins anew"


def _unchanged(out: Output, draft: Draft) -> int:
    out.line(f"{out.style(safe(draft.issue), 'accent')}  nothing changed")
    out.document("fp.edit.v1", id=draft.issue, path=draft.path, changed=[], merged=False, warnings=[], commit=None)
    return 0


def _written(out: Output, desk: Desk, saved: Saved, found: list[Problem], *, commit: bool) -> int:
    from fp.edit import commit as commit_paths

    issue = saved.issue
    for one in found:
        out.note(f"{safe(one.where)}: {one.severity}: {safe(one.message)}")
    said = ", ".join(saved.changed)
    made = commit_paths(desk.repository, [issue.path], f"issues: {issue.id}: {said}") if commit else None
    out.line(f"{out.style(issue.id, 'accent')}  changed {safe(said)}")
    if saved.merged:
        out.said("  somebody changed it meanwhile; both changes are in it now")
    if made is not None:
        out.said(f"committed {made[:9]}")
    out.document(
        "fp.edit.v1",
        id=issue.id,
        path=issue.path,
        changed=list(saved.changed),
        merged=saved.merged,
        warnings=[f"{one.where}: {one.message}" for one in found],
        commit=made,
    )
    return 0
