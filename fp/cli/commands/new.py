"""`fp new`: one new file with every group of the layout, under a random id that nothing has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from fp.kernel.cli import Output, shared_options
from fp.model import DEFAULT_PRIORITY, DEFAULT_TYPE, PRIORITIES, TYPES

if TYPE_CHECKING:
    from fp.cli.opened import Opened
    from fp.config import Config
    from fp.model import Issue

ID_TRIES_MAX = 16
STDIN_CHARACTERS_MAX = 1_000_000


class _Asked(NamedTuple):
    """The options that become fields."""

    type: str
    priority: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    parent: str | None
    depends: tuple[str, ...]
    touches: tuple[str, ...]
    arm: bool


@click.command("new")
@click.argument("title", nargs=-1, required=True)
@click.option("--body", metavar="TEXT", help="What and why, in Markdown; `-` reads it from standard input.")
@click.option("--type", "-t", type=click.Choice(TYPES), default=DEFAULT_TYPE, show_default=True)
@click.option("--priority", "-p", type=click.Choice(PRIORITIES), default=DEFAULT_PRIORITY, show_default=True)
@click.option("--label", "-l", "labels", multiple=True, metavar="LABEL", help="May be given again.")
@click.option("--assignee", "-a", "assignees", multiple=True, metavar="NAME", help="May be given again.")
@click.option("--parent", metavar="ID", help="The issue this is a part of.")
@click.option("--depends", multiple=True, metavar="ID", help="An issue that must be done first; may be given again.")
@click.option("--touches", multiple=True, metavar="PATH", help="A path or pattern it expects to change.")
@click.option("--arm", is_flag=True, help="Let the orchestrator pick it up: `dispatch: auto`.")
@click.option("--commit", "commit_it", is_flag=True, help="Commit the new file, and nothing else.")
@shared_options
def command(output: Output, title: tuple[str, ...], body: str | None, commit_it: bool, **fields: object) -> int:
    """Make an issue; print its id and its file.

    TITLE `-` reads the whole text from standard input: its first line is the title.

    \b
    Examples:
      fp new "Reject expired tokens" -t bug -p high -l auth
      fp new "Cache avatars" --depends k3v --arm
      git log -1 --format=%B | fp new -
    """
    from fp.cli.opened import open_tracker

    opened = open_tracker(output.start)
    heading, text = _title_and_body(" ".join(title), body)
    issue = _create(opened, heading, text, _Asked(**fields))  # type: ignore[arg-type]  # click typed the options
    made = None
    if commit_it:
        from fp.cli.opened import commit_touched

        made = commit_touched(opened.root, [issue.path], f"issues: add {issue.id} {issue.title}")
    _print(output, issue, made)
    return 0


def _title_and_body(title: str, body: str | None) -> tuple[str, str]:
    from fp.kernel.errors import Usage

    if title.strip() == "-":
        if body is not None:
            raise Usage("`-` reads title and body from standard input; --body gives a second one")
        head, _, rest = _stdin().strip("\n").partition("\n")
        title, body = head.removeprefix("# "), rest
    elif body == "-":
        body = _stdin()
    if not title.strip():
        raise Usage("the title is empty", hint='fp new "What is to be done"')
    return " ".join(title.split()), (body or "").strip("\n")


def _stdin() -> str:
    from fp.kernel.errors import Refused

    data = sys.stdin.buffer.read(STDIN_CHARACTERS_MAX + 1)
    if len(data) > STDIN_CHARACTERS_MAX:
        raise Refused(f"more than {STDIN_CHARACTERS_MAX:,} bytes on standard input", reason="too-large")
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Refused("standard input is not UTF-8", reason="not-text") from error


def _create(opened: Opened, title: str, body: str, asked: _Asked) -> Issue:
    from datetime import UTC

    from fp.cli.opened import id_named, refuse_errors
    from fp.kernel.clock import SystemClock
    from fp.model import AUTO, HOLD, Issue
    from fp.source import load_config

    config, problems = load_config(opened.source)
    refuse_errors(problems)
    issue = Issue(
        id="",
        title=title,
        type=asked.type,
        priority=asked.priority,
        created=SystemClock().now().astimezone(UTC).replace(microsecond=0),
        assignees=asked.assignees,
        labels=asked.labels,
        parent=id_named(opened.source, asked.parent) if asked.parent else None,
        depends_on=tuple(id_named(opened.source, word) for word in asked.depends),
        touches=asked.touches,
        dispatch=AUTO if asked.arm else HOLD,
        body=body,
    )
    return _written(opened, issue, config)


def _written(opened: Opened, issue: Issue, config: Config) -> Issue:
    """Create the file under a free id. `O_EXCL` decides: two commands that draw one id make two issues."""
    from fp.cli.opened import refuse_errors
    from fp.codec import new_issue_bytes, read_issue
    from fp.kernel.errors import External
    from fp.kernel.ids import SystemIds
    from fp.model import ID_ALPHABET, ID_LENGTH, issue_path

    ids = SystemIds()
    for _ in range(ID_TRIES_MAX):
        issue_id = f"{config.prefix}-{ids.text(ID_ALPHABET, ID_LENGTH)}"
        path = issue_path(issue_id)
        data = new_issue_bytes(issue._replace(id=issue_id))
        read, problems = read_issue(path, data, config)
        refuse_errors(problems)
        assert read is not None, "a file without errors is an issue"
        if opened.files.create(path, data):
            return read
    raise External("no free id was drawn", hint="try again")


def _print(output: Output, issue: Issue, made: str | None) -> None:
    from fp.cli.values import issue_value
    from fp.kernel.text import safe

    output.line(f"{output.style(issue.id, 'accent')}  {safe(issue.path)}" + (f"  committed {made[:9]}" if made else ""))
    if output.json:
        output.document("fp.new.v1", issue=issue_value(issue), commit=made)
