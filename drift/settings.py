"""`drift.toml`: what a person decides about drift in a repository. Pure.

Everything has a default, so the file may be missing. A key or value that is not known is a problem with its line: a
misspelt `exclude` must not pass for none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from drift.model import SETTINGS_NAME, Body, Comments, Docstrings, Links, PolicyRule, Reason, Settings
from fp.kernel.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

FORMAT = 1
PATTERNS_MAX = 200
PATTERN_CHARACTERS_MAX = 300
POLICIES_MAX = 100
KEYS = ("format", "include", "exclude", "links", "inline", "body", "comments", "docstrings", "policies", "severity")
POLICY_KEYS = ("docs", "targets", "body", "comments", "docstrings")

_DEFAULTS = """\
format = 1
include = ["**/*.md", "**/*.markdown"]   # documents that `drift init` and `links = "all"` look at
exclude = []
links = "bound"                          # whose links are followed: bound | all | off
inline = []                              # documents whose code spans must lead somewhere, as patterns
body = "whole"                           # what new stamps cover of a definition: whole | signature | constants
comments = "ignore"                      # whether they cover comments: ignore | include
docstrings = "include"                   # whether they cover docstrings: include | ignore
"""

_AT_LINE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)$")
_Value = TypeVar("_Value")


class _Bad(ValueError):
    """Why a value is refused."""


def read_settings(data: bytes, path: str = SETTINGS_NAME) -> tuple[Settings, list[Problem]]:
    """The settings, and what is wrong with the file; a wrong value leaves its default."""
    import tomllib

    try:
        text = data.decode("utf-8-sig")
        values = tomllib.loads(text)
    except UnicodeDecodeError:
        return Settings(), [Problem("settings-encoding", path, 0, "not UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return Settings(), [_syntax(str(error), path)]
    problems: list[Problem] = []

    def value(key: str, read: Callable[[Any], _Value], default: _Value) -> _Value:
        if key not in values:
            return default
        try:
            return read(values[key])
        except _Bad as why:
            problems.append(Problem("settings-value", path, _line_of(key, text), f"{key}: {why}"))
            return default

    for key in values:
        if key not in KEYS:
            message = f"unknown key {key!r}; known are {', '.join(KEYS)}"
            problems.append(Problem("settings-unknown-key", path, _line_of(key, text), message))
    default = Settings()
    value("format", _format, FORMAT)
    settings = Settings(
        include=value("include", _patterns, default.include),
        exclude=value("exclude", _patterns, default.exclude),
        links=value("links", lambda word: _choice(Links, word), default.links),
        body=value("body", lambda word: _choice(Body, word), default.body),
        inline=value("inline", _patterns, default.inline),
        comments=value("comments", lambda word: _choice(Comments, word), default.comments),
        docstrings=value("docstrings", lambda word: _choice(Docstrings, word), default.docstrings),
        policies=value("policies", _policies, default.policies),
        severity=value("severity", _severities, default.severity),
    )
    return settings, problems


def default_text(*, lenient_links: bool) -> bytes:
    """A settings file that says what holds by default; on request with broken links as warnings."""
    links = "".join(
        f'{reason} = "{Severity.WARNING}"\n'
        for reason in (Reason.LINK_TARGET_NOT_FOUND, Reason.LINK_FRAGMENT_NOT_FOUND)
    )
    why = "# Links were broken when this was written. Mend them, then remove these lines: they are errors by default.\n"
    return (_DEFAULTS + (f"\n[severity]\n{why}{links}" if lenient_links else "")).encode()


def _format(value: object) -> int:
    if value != FORMAT or isinstance(value, bool):
        raise _Bad(f"this drift reads format {FORMAT} only")
    return FORMAT


def _patterns(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise _Bad("expected a list of patterns in quotes")
    if len(value) > PATTERNS_MAX or any(len(item) > PATTERN_CHARACTERS_MAX for item in value):
        raise _Bad(f"at most {PATTERNS_MAX} patterns of {PATTERN_CHARACTERS_MAX} characters")
    return tuple(value)


def _choice(kind: type[StrEnum], value: object) -> Any:
    words = [str(item) for item in kind]
    if value not in words:
        raise _Bad(f"expected {' or '.join(words)}, not {value!r}")
    return kind(str(value))


def _policies(value: object) -> tuple[PolicyRule, ...]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise _Bad("expected tables: `[[policies]]`, then `docs` or `targets` and what holds for them")
    if len(value) > POLICIES_MAX:
        raise _Bad(f"at most {POLICIES_MAX}")
    return tuple(_policy(item) for item in value)


def _policy(table: dict[str, object]) -> PolicyRule:
    unknown = [key for key in table if key not in POLICY_KEYS]
    if unknown:
        raise _Bad(f"unknown key {unknown[0]!r}; known are {', '.join(POLICY_KEYS)}")
    if "docs" not in table and "targets" not in table:
        raise _Bad("a policy needs `docs` or `targets`: the patterns of the bindings it is for")
    return PolicyRule(
        docs=_patterns(table.get("docs", [])),
        targets=_patterns(table.get("targets", [])),
        body=_choice(Body, table["body"]) if "body" in table else None,
        comments=_choice(Comments, table["comments"]) if "comments" in table else None,
        docstrings=_choice(Docstrings, table["docstrings"]) if "docstrings" in table else None,
    )


def _severities(value: object) -> dict[Reason, Severity]:
    if not isinstance(value, dict):
        raise _Bad('expected a table: `[severity]`, then lines like `changed_after_baseline = "warning"`')
    return {_choice(Reason, key): _choice(Severity, level) for key, level in value.items()}


def _syntax(message: str, path: str) -> Problem:
    place = _AT_LINE.search(message)
    line = int(place[1]) if place and place[1] else 0
    return Problem("settings-syntax", path, line, _AT_LINE.sub("", message))


def _line_of(key: str, text: str) -> int:
    """The line on which a top-level key or its table stands; 0 where it is written in another way."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf'\s*(?:\[\s*)?"?{re.escape(key)}"?\s*[=.\]]', line):
            return number
    return 0
