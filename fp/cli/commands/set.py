"""`fp set`: change fields of one issue or many, byte for byte beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from fp.kernel.cli import Output, shared_options
from fp.kernel.errors import Conflict, Refused, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.assign import Assignment
    from fp.cli.opened import Opened
    from fp.config import Config

STATUS = "status"
OWN_SHORT_OPTIONS = ("-h", "-C")


class _Done(NamedTuple):
    """What became of one issue."""

    id: str
    title: str
    path: str
    words: tuple[str, ...]


class _Words(click.Command):
    """A command to which `-label` is a word: click would read its letters as options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Spell `-label` as `labels-=label`."""
        return super().parse_args(ctx, [self._spelled(word) for word in args])

    @staticmethod
    def _spelled(word: str) -> str:
        one_dash = word.startswith("-") and not word.startswith("--") and len(word) > 1
        return f"labels-={word[1:]}" if one_dash and word not in OWN_SHORT_OPTIONS else word


@click.command("set", cls=_Words)
@click.argument("words", nargs=-1, required=True, metavar="ID... CHANGE...")
@click.option("--commit", "commit_it", is_flag=True, help="Commit the changed files, and nothing else.")
@shared_options
def command(output: Output, words: tuple[str, ...], commit_it: bool) -> int:
    """Change fields of issues.

    A CHANGE is key=value, key+=item or key-=item for lists, or +label and -label. An empty value clears the field.
    Lists have commas: labels=a,b. Properties of this tracker are fields too, read by their kind.

    \b
    Examples:
      fp set k3v priority=high +auth -later
      fp set k3v 7qa 9dm assignees=ann,bo
      fp set k3v depends_on+=7qa parent=
      fp set k3v severity=major    # a property of .issues/config.yaml
    """
    from fp.assign import parse

    ids, changes = parse(words)
    if not ids or not changes:
        missing = "which issue: give an ID" if not ids else "what to change: give key=value or +label"
        raise Usage(f"nothing says {missing}", hint="fp set --help")
    if any(change.key == STATUS for change in changes):
        return _move(output, ids, changes, commit_it=commit_it)
    return _set(output, ids, changes, commit_it=commit_it)


def _move(output: Output, ids: Sequence[str], changes: Sequence[Assignment], *, commit_it: bool) -> int:
    """A status moves as by the commands named for it, with its event."""
    from fp.cli.moving import move_all
    from fp.transition import Move

    if len(changes) > 1 or changes[0].op != "=" or not changes[0].values:
        raise Usage("a status moves alone", hint="fp set ID status=STATUS, then the other changes")
    return move_all(output, tuple(ids), Move(changes[0].values[0]), None, commit=commit_it)


def _set(output: Output, ids: Sequence[str], changes: Sequence[Assignment], *, commit_it: bool) -> int:
    """Each issue by itself: one that is refused does not stop the others."""
    from fp.cli.opened import commit_touched, open_tracker, refuse_errors
    from fp.kernel.errors import ExitCode
    from fp.source import load_config

    opened = open_tracker(output.start)
    config, problems = load_config(opened.source)
    refuse_errors(problems)
    done: list[_Done] = []
    refused: list[tuple[str, Refused | Conflict]] = []
    for word in dict.fromkeys(ids):
        try:
            done.append(_one(opened, config, word, changes))
        except (Refused, Conflict) as error:
            if len(ids) == 1:
                raise
            refused.append((word, error))
    changed = [one for one in done if one.words]
    made = commit_touched(opened.root, [one.path for one in changed], _message(changed)) if commit_it else None
    _tell(output, done, refused, made)
    _document(output, done, refused, made)
    return max((error.exit_code for _, error in refused), default=ExitCode.OK)


def _one(opened: Opened, config: Config, word: str, changes: Sequence[Assignment]) -> _Done:
    from fp.assign import apply
    from fp.cli.opened import id_named, read_named
    from fp.edit import apply as write

    issue, data, _ = read_named(opened.source, word, config)
    planned = apply(issue, data, changes, config, lambda typed: id_named(opened.source, typed))
    write(opened.files, {issue.path: planned.data}, {issue.path: data})
    return _Done(issue.id, issue.title, issue.path, planned.words)


def _message(changed: Sequence[_Done]) -> str:
    lines = [f"{one.id}: {', '.join(one.words)}" for one in changed]
    if len(lines) == 1:
        return f"issues: {lines[0]}"
    return "\n".join((f"issues: set fields of {len(lines)} issues", "", *lines)) if lines else ""


def _tell(output: Output, done: list[_Done], refused: list[tuple[str, Refused | Conflict]], made: str | None) -> None:
    from fp.kernel.text import safe

    for one in done:
        said = "  ".join(one.words) if one.words else "nothing to change"
        output.line(f"{output.style(one.id, 'accent')}  {safe(said)}")
    for word, error in refused:
        output.note(f"{output.style('refused', 'bad')} {safe(word)}: {safe(str(error))}")
        for line in (error.hint or "").splitlines():
            output.note(f"  {safe(line)}")
    if made is not None:
        output.said(f"committed {made[:9]}")


def _document(
    output: Output, done: list[_Done], refused: list[tuple[str, Refused | Conflict]], made: str | None
) -> None:
    if not output.json:
        return
    told = [{"id": word, "reason": error.reason, "message": str(error), "hint": error.hint} for word, error in refused]
    fields: dict[str, Any] = {"reason": refused[0][1].reason} if refused else {}
    issues = [{"id": one.id, "title": one.title, "path": one.path, "changed": list(one.words)} for one in done]
    output.document("fp.set.v1", issues=issues, refused=told, commit=made, **fields)
