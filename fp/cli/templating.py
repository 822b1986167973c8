"""Templates at the command line: the one that a new issue has, the list of them, their names completed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import click

    from fp.config import Config
    from fp.kernel.output import Output
    from fp.kernel.problem import Problem
    from fp.model import Issue
    from fp.source import IssueSource

NAME_COLUMNS = 12
NOT_GIVEN = frozenset({"id", "created", "status", "external", "path"})
"""What a new issue has of its own, or from where it came."""


def template_for(source: IssueSource, config: Config, name: str | None, of_type: str) -> Issue | None:
    """The template that is asked for by name, else that of the type; None where there is none."""
    there = source.template_files() if name is None and not config.templates else None
    if there == []:  # most trackers have none: nothing else is imported
        return None
    from fp.template import default_name
    from fp.templates import found_here, read_named

    wanted = name if name is not None else default_name(of_type, found_here(source), config)
    return None if wanted is None else read_named(source, wanted, config)


def name_of(template: Issue | None) -> str | None:
    """The name to tell; None for none."""
    if template is None:
        return None
    from fp.template import template_name

    return template_name(template.path)


def show_templates(output: Output) -> int:
    """List them with what they give, and which types have them."""
    from fp.cli.opened import open_tracker
    from fp.model import TYPES
    from fp.source import load_config
    from fp.template import default_name
    from fp.templates import read_all

    opened = open_tracker(output.start)
    config, _ = load_config(opened.source)
    found = read_all(opened.source, config)
    defaults = {one: default_name(one, found, config) for one in TYPES}
    for name, (issue, problems) in found.items():
        _line(output, name, issue, problems, [one for one in TYPES if defaults[one] == name])
    if not found:
        output.note("no templates: write one to .issues/templates/bug.md, as an issue without id, date and status")
    values = [
        _value(name, issue, [one for one in TYPES if defaults[one] == name]) for name, (issue, _) in found.items()
    ]
    output.document("fp.templates.v1", templates=values)
    return 0


def _line(output: Output, name: str, issue: Issue | None, problems: list[Problem], types: list[str]) -> None:
    from fp.kernel.text import pad, safe

    head = output.style(pad(safe(name), NAME_COLUMNS), "accent")
    if issue is None:
        output.line(f"{head}  {output.style('cannot be read', 'bad')}: {safe(problems[0].where)}")
        return
    gives = [issue.type, issue.priority, ", ".join(issue.labels), *([issue.title] if issue.title else [])]
    default = output.style(f"for every new {', '.join(types)}", "dim") if types else ""
    output.line(f"{head}  {'  '.join(filter(None, (*map(safe, gives), default)))}")


def _value(name: str, issue: Issue | None, types: list[str]) -> dict[str, Any]:
    from fp.cli.values import issue_value
    from fp.template import template_path

    gives = None if issue is None else {key: value for key, value in issue_value(issue).items() if key not in NOT_GIVEN}
    body = None if issue is None else issue.body
    return {"name": name, "path": template_path(name), "default_for": types, "gives": gives, "body": body}


def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The names that start so; none where there is no tracker."""
    from fp.cli.opened import open_tracker
    from fp.kernel.errors import KitError
    from fp.kernel.text import safe
    from fp.templates import found_here

    start = Path(context.params.get("folder") or ".").absolute()
    try:
        names = found_here(open_tracker(start).source)
    except (KitError, OSError):
        return []
    return [name for name in names if name.startswith(incomplete) and safe(name) == name]
