"""A template: the values and the text that a new issue starts with, and how what a person asks for goes over them.

Pure; read by the same table as issues (`fp.codec`). A template is no issue: it has no id, date or status, for a new
issue gets its own. A key that this tracker does not know is a warning here as there, and is passed on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fp.codec import read_fields
from fp.kernel import frontmatter
from fp.kernel.problem import Problem, Severity
from fp.kernel.text import safe
from fp.model import TEMPLATES_FOLDER, Issue

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from fp.config import Config

GIVEN = ("id", "created", "status")
"""Keys that every new issue gets values of its own for."""


def template_path(name: str) -> str:
    """Where the template of this name lies."""
    return f"{TEMPLATES_FOLDER}/{name}.md"


def template_name(path: str) -> str:
    """The name that a template's file gives it."""
    return path.rpartition("/")[2].removesuffix(".md")


def read_template(path: str, data: bytes, config: Config) -> tuple[Issue | None, list[Problem]]:
    """What a template gives, as an issue without id and, mostly, without title; None when a value cannot be read."""
    document, found = frontmatter.parse(data, path)
    if document is None:
        return None, found
    fields = {key: value for key, value in document.fields.items() if key not in GIVEN}
    values, extra, wrong = read_fields(document._replace(fields=fields), path, config)
    found += wrong
    for key in GIVEN:
        if document.fields.get(key) is not None:
            found.append(_wrong(path, document.lines, key, f"a template sets no `{key}`", "a new issue gets its own"))
    for key, value in extra.items():
        if isinstance(value, dict) or (isinstance(value, list) and not all(isinstance(one, str) for one in value)):
            found.append(_wrong(path, document.lines, key, f"`{key}` holds more than a text or a list", "write one"))
    if safe(path) != path:
        hint = "rename it, so that its name can be typed"
        found.append(Problem("hidden-characters", path, 0, "the name cannot be seen as it is", hint, Severity.WARNING))
    if any(problem.severity is Severity.ERROR for problem in found):
        return None, found
    body = document.body.replace("\r\n", "\n").strip("\n")
    values = {"title": "", **values}
    return Issue(id="", **values, extra=extra, body=body, path=path, lines=document.lines), found


def _wrong(path: str, lines: Mapping[str, int], key: str, message: str, hint: str) -> Problem:
    return Problem("bad-template", path, lines.get(key, 1), message, hint)


def default_name(of_type: str, names: Collection[str], config: Config) -> str | None:
    """The template of a type where none is asked for: that of the settings, else the one of the type's name, if any."""
    named = config.templates.get(of_type)
    return named if named is not None else of_type if of_type in names else None


def start_from(template: Issue, asked: Issue, chosen: Collection[str]) -> Issue:
    """The issue that is asked for, on top of a template: lists are joined, all else is the template's unless chosen.

    `chosen` names the fields that a person set; a text of the person's stands in place of the template's.
    """
    joined: dict[str, Any] = {
        key: tuple(dict.fromkeys((*getattr(template, key), *getattr(asked, key))))
        for key in ("assignees", "labels", "depends_on", "touches", "external")
    }
    single = {
        key: getattr(asked if key in chosen else template, key)
        for key in ("title", "type", "priority", "parent", "milestone", "due", "estimate", "dispatch", "body")
    }
    return asked._replace(**joined, **single, extra={**template.extra, **asked.extra})
