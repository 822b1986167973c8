"""`fp new`: one new file with every group of the layout, under a random id that nothing has; by a template if any."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from fp.kernel.cli import Output, shared_options
from fp.model import DEFAULT_PRIORITY, DEFAULT_TYPE, HOLD, PRIORITIES, TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fp.cli.opened import Opened
    from fp.config import Config
    from fp.kernel.yamlguard import Value
    from fp.model import Issue

ID_TRIES_MAX = 16
STDIN_CHARACTERS_MAX = 1_000_000


class _Asked(NamedTuple):
    """The options that become fields, None where they were not given, and those about the template."""

    type: str | None
    priority: str | None
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    parent: str | None
    depends: tuple[str, ...]
    touches: tuple[str, ...]
    milestone: str | None
    due: str | None
    estimate: str | None
    arm: bool
    sets: tuple[str, ...]
    template: str | None
    bare: bool


def _names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from fp.cli.templating import complete

    return complete(context, parameter, incomplete)


@click.command("new")
@click.argument("title", nargs=-1)
@click.option("--body", metavar="TEXT", help="What and why, in Markdown; `-` reads it from standard input.")
@click.option("--type", "-t", type=click.Choice(TYPES), help=f"Else the template's, or {DEFAULT_TYPE}.")
@click.option("--priority", "-p", type=click.Choice(PRIORITIES), help=f"Else the template's, or {DEFAULT_PRIORITY}.")
@click.option("--label", "-l", "labels", multiple=True, metavar="LABEL", help="May be given again.")
@click.option("--assignee", "-a", "assignees", multiple=True, metavar="NAME", help="May be given again.")
@click.option("--parent", metavar="ID", help="The issue this is a part of.")
@click.option("--depends", multiple=True, metavar="ID", help="An issue that must be done first; may be given again.")
@click.option("--touches", multiple=True, metavar="PATH", help="A path or pattern it expects to change.")
@click.option("--milestone", metavar="NAME", help="What it is to be part of.")
@click.option("--due", metavar="DAY", help="When it is to be done, such as 2026-12-01.")
@click.option("--estimate", metavar="SIZE", help="A time such as `3d 4h`, or points such as `5`.")
@click.option("--arm", is_flag=True, help="Let the orchestrator pick it up: `dispatch: auto`.")
@click.option(
    "--set", "sets", multiple=True, metavar="KEY=VALUE", help="A property of this tracker; may be given again."
)
@click.option("--template", metavar="NAME", shell_complete=_names, help="Start from .issues/templates/NAME.md.")
@click.option("--bare", is_flag=True, help="No template, also where the type has one.")
@click.option("--list-templates", "list_them", is_flag=True, help="List the templates, and make nothing.")
@click.option("--commit", "commit_it", is_flag=True, help="Commit the new file, and nothing else.")
@shared_options
def command(
    output: Output, title: tuple[str, ...], body: str | None, list_them: bool, commit_it: bool, **fields: object
) -> int:
    """Make an issue; print its id and its file.

    TITLE `-` reads the whole text from standard input: its first line is the title. A template gives values and text;
    options go over them, lists are joined. The template of the type's name is taken unasked.

    \b
    Examples:
      fp new "Reject expired tokens" -t bug -p high -l auth
      fp new "Cache avatars" --depends k3v --arm
      fp new "Login fails" --template report --set severity=major
      git log -1 --format=%B | fp new -
    """
    from fp.cli.opened import open_tracker

    if list_them:
        return _list_templates(output)
    opened = open_tracker(output.start)
    heading, text = _title_and_body(" ".join(title), body)
    asked = _Asked(**fields)  # type: ignore[arg-type]  # click typed the options
    issue, template = _create(opened, heading, text, asked)
    made = None
    if commit_it:
        from fp.cli.opened import commit_touched

        made = commit_touched(opened.root, [issue.path], f"issues: add {issue.id} {issue.title}")
    _print(output, issue, made, template)
    return 0


def _list_templates(output: Output) -> int:
    from fp.cli.templating import show_templates

    return show_templates(output)


def _title_and_body(title: str, body: str | None) -> tuple[str, str]:
    from fp.kernel.errors import Usage

    if title.strip() == "-":
        if body is not None:
            raise Usage("`-` reads title and body from standard input; --body gives a second one")
        head, _, rest = _stdin().strip("\n").partition("\n")
        title, body = head.removeprefix("# "), rest
    elif body == "-":
        body = _stdin()
    lines = (line.strip() for line in title.split("\n"))
    return " ".join(line for line in lines if line), (body or "").strip("\n")


def _stdin() -> str:
    from fp.kernel.errors import Refused

    data = sys.stdin.buffer.read(STDIN_CHARACTERS_MAX + 1)
    if len(data) > STDIN_CHARACTERS_MAX:
        raise Refused(f"more than {STDIN_CHARACTERS_MAX:,} bytes on standard input", reason="too-large")
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Refused("standard input is not UTF-8", reason="not-text") from error


def _create(opened: Opened, title: str, body: str, asked: _Asked) -> tuple[Issue, str | None]:
    """The new issue, and the name of its template."""
    from fp.cli.opened import id_named, refuse_errors
    from fp.cli.templating import name_of, template_for
    from fp.kernel.errors import Usage
    from fp.source import load_config

    config, problems = load_config(opened.source)
    refuse_errors(problems)
    if asked.bare and asked.template is not None:
        raise Usage("--bare takes no template, --template names one", hint="leave one of them out")
    template = None if asked.bare else template_for(opened.source, config, asked.template, asked.type or DEFAULT_TYPE)
    named = functools.partial(id_named, opened.source)
    issue = _asked_for(title, body, asked)._replace(extra=_own(asked.sets, config, named))
    if template is not None:
        from fp.template import start_from

        issue = start_from(template, issue, _chosen(issue, asked))
    if not issue.title:
        raise Usage("the title is empty: give a TITLE", hint='fp new "What is to be done"')
    parent = named(issue.parent) if issue.parent else None
    issue = issue._replace(parent=parent, depends_on=tuple(map(named, issue.depends_on)))
    if config.properties:
        from fp.assign import require_properties

        require_properties(issue, config)
    return _written(opened, issue, config), name_of(template)


def _own(words: tuple[str, ...], config: Config, named: Callable[[str], str]) -> Mapping[str, Value]:
    """The properties that --set sets."""
    if not words:
        return {}
    from fp.assign import own_values, parse
    from fp.kernel.errors import Usage

    others, changes = parse(words)
    if others:
        raise Usage(f"--set takes KEY=VALUE, not {others[0]!r}", hint="--set severity=major")
    return own_values(changes, config, named)


def _asked_for(title: str, body: str, asked: _Asked) -> Issue:
    from datetime import UTC

    from fp.kernel.clock import SystemClock
    from fp.model import AUTO, Issue

    return Issue(
        id="",
        title=title,
        type=asked.type or DEFAULT_TYPE,
        priority=asked.priority or DEFAULT_PRIORITY,
        created=SystemClock().now().astimezone(UTC).replace(microsecond=0),
        assignees=asked.assignees,
        labels=asked.labels,
        parent=asked.parent,
        depends_on=asked.depends,
        touches=asked.touches,
        milestone=asked.milestone,
        due=asked.due,
        estimate=asked.estimate,
        dispatch=AUTO if asked.arm else HOLD,
        body=body,
    )


def _chosen(issue: Issue, asked: _Asked) -> set[str]:
    """The fields that the command line set."""
    given = {"type": asked.type, "priority": asked.priority, "parent": asked.parent, "dispatch": asked.arm}
    given |= {"title": issue.title, "body": issue.body}
    given |= {"milestone": asked.milestone, "due": asked.due, "estimate": asked.estimate}
    return {key for key, value in given.items() if value}


def _written(opened: Opened, issue: Issue, config: Config) -> Issue:
    """Create the file under a free id. `O_EXCL` decides: two commands that draw one id make two issues."""
    from fp.cli.opened import refuse_errors
    from fp.codec import new_issue_bytes, read_issue
    from fp.kernel.errors import External
    from fp.kernel.ids import SystemIds
    from fp.model import ID_ALPHABET, ID_LENGTH, archive_path, issue_path

    ids = SystemIds()
    for _ in range(ID_TRIES_MAX):
        issue_id = f"{config.prefix}-{ids.text(ID_ALPHABET, ID_LENGTH)}"
        path = issue_path(issue_id)
        data = new_issue_bytes(issue._replace(id=issue_id))
        read, problems = read_issue(path, data, config)
        refuse_errors(problems)
        assert read is not None, "a file without errors is an issue"
        if opened.files.stat(archive_path(issue_id)) is None and opened.files.create(path, data):
            return read
    raise External("no free id was drawn", hint="try again")


def _print(output: Output, issue: Issue, made: str | None, template: str | None) -> None:
    from fp.cli.values import issue_value
    from fp.kernel.text import safe

    said = [output.style(issue.id, "accent"), safe(issue.path)]
    said += [f"from template {safe(template)}"] if template is not None else []
    output.line("  ".join(said + ([f"committed {made[:9]}"] if made else [])))
    if output.json:
        output.document("fp.new.v1", issue=issue_value(issue), commit=made, template=template)
