"""The templates of a tracker: which there are, one by its name, and what is wrong with them. A shell; reads only.

A name is looked up among the files that are there, never made into a path: what a person types leads nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp import check
from fp.kernel.errors import Refused
from fp.kernel.problem import Problem, Severity
from fp.model import CONFIG_PATH
from fp.source import FILE, LINK, Found, link_problem
from fp.template import read_template, template_name, template_path

if TYPE_CHECKING:
    from fp.config import Config
    from fp.model import Issue
    from fp.source import IssueSource
    from fp.tracker import Tracker


def found_here(source: IssueSource) -> dict[str, Found]:
    """The files by the names of their templates, sorted; a folder that is a link holds none."""
    return {template_name(one.path): one for one in source.template_files() if one.path.endswith(".md")}


def read_named(source: IssueSource, name: str, config: Config) -> Issue:
    """What the template of this name gives. Refused where there is none, or it has errors."""
    there = found_here(source)
    if name not in there:
        from fp.kernel.schema import near

        hint = near(name, there) if there else f"make one: {template_path('bug')}"
        raise Refused(f"no template {name!r}", hint=hint, reason="no-template")
    issue, problems = _read(source, there[name], config)
    for problem in problems:
        if problem.severity is Severity.ERROR:
            raise Refused(problem.message, where=problem.where, hint=problem.hint or None, reason=problem.code)
    assert issue is not None, "a template without errors is one"
    return issue


def read_all(source: IssueSource, config: Config) -> dict[str, tuple[Issue | None, list[Problem]]]:
    """Each template by name, None where it has errors, and its problems."""
    return {name: _read(source, one, config) for name, one in found_here(source).items()}


def _read(source: IssueSource, found: Found, config: Config) -> tuple[Issue | None, list[Problem]]:
    content = source.read([found]).get(found.path)
    if isinstance(content, bytes):
        return read_template(found.path, content, config)
    gone = Problem("vanished", found.path, 0, "the file has just vanished", "try again")
    return None, [content or gone]


def problems(source: IssueSource, tracker: Tracker) -> list[Problem]:
    """What is wrong with the templates, and with the settings that name them."""
    listed = source.template_files()
    found = [link_problem(one.path) for one in listed if one.kind == LINK and not one.path.endswith(".md")]
    for issue, wrong in read_all(source, tracker.config).values() if listed else ():
        found += wrong
        found += check.template(issue, tracker) if issue is not None else []
    names = {template_name(one.path) for one in listed}
    missing = [key for key, name in tracker.config.templates.items() if name not in names]
    return [*found, *(_missing(source, tracker.config, key) for key in missing)]


def _missing(source: IssueSource, config: Config, key: str) -> Problem:
    from fp.kernel.frontmatter import parse_yaml

    content = source.read([Found(CONFIG_PATH, FILE)]).get(CONFIG_PATH)
    document = parse_yaml(content, CONFIG_PATH)[0] if isinstance(content, bytes) else None
    line = 0 if document is None else document.lines.get(f"templates.{key}", document.lines.get("templates", 0))
    message = f"new issues of type {key} have the template {config.templates[key]!r}, which does not exist"
    return Problem("no-template", CONFIG_PATH, line, message, f"write {template_path(config.templates[key])}")
