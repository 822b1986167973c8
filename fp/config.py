"""The tracker's settings, `.issues/config.yaml`: prefix, workflow, who is who, where claims live.

Pure. Every value has a default, so that a file of `format` and `prefix` is complete. A value that cannot be read is a
problem with path:line and reads as if it were absent; the commands that write refuse to guess around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from fp.model import FORMAT, STATUSES, TERMINAL, TODO, TRANSITIONS, is_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fp.kernel.frontmatter import Document
    from fp.kernel.problem import Problem
    from fp.kernel.yamlguard import Value

WITH_THE_WORK = "with-the-work"
DIRECT = "direct"
WRITE_MODES = (WITH_THE_WORK, DIRECT)
LOCAL_AUTHORITY = "local"
CLAIM_REFS = "refs/fp/claims/"
GUARDS = ("boxes", "children", "evidence", "documents")
EVIDENCE_TIERS = ("self", "observed", "ci", "human")
PROPERTY_KINDS = ("text", "choice", "list", "instant", "date", "bool", "integer", "duration", "path")


class Workflow(NamedTuple):
    """Statuses in their order, and the arrows. `guards` names, for a status, what must hold before a move to it.

    `strict` binds people to the arrows too; otherwise they bind machines alone.
    """

    statuses: tuple[str, ...] = STATUSES
    terminal: tuple[str, ...] = TERMINAL
    transitions: Mapping[str, tuple[str, ...]] = TRANSITIONS
    guards: Mapping[str, tuple[str, ...]] = {}
    strict: bool = False


class Property(NamedTuple):
    """A key that this tracker adds to the format. `choices` is for kind `choice`."""

    kind: str = "text"
    choices: tuple[str, ...] = ()
    help: str = ""


class Config(NamedTuple):
    """All settings of one tracker.

    `worker_refs` are ref patterns whose changes count as a worker's; `people` maps a person's name to mail addresses;
    `authority` is `local` or a remote's name; `evidence_tier` is the weakest evidence that the guard accepts.
    """

    prefix: str
    workflow: Workflow = Workflow()
    worker_refs: tuple[str, ...] = ("refs/heads/tarmac/**",)
    people: Mapping[str, tuple[str, ...]] = {}
    authority: str = LOCAL_AUTHORITY
    claim_refs: str = CLAIM_REFS
    properties: Mapping[str, Property] = {}
    views: Mapping[str, str] = {}
    evidence_tier: str = "observed"
    tracker_write: str = WITH_THE_WORK
    format: int = FORMAT


DEFAULT_PREFIX = "FP"


def default_config(prefix: str) -> Config:
    """The settings of a new tracker."""
    return Config(prefix=prefix)


def config_bytes(prefix: str) -> bytes:
    """The settings file of a new tracker: the two values it must have, and the others as comments."""
    assert is_prefix(prefix), prefix
    return _NEW_FILE.format(prefix=prefix, statuses=", ".join(STATUSES), terminal=", ".join(TERMINAL)).encode()


_NEW_FILE = """\
# The tracker's settings. What is left out has the value shown in the comment.
format: 1
prefix: {prefix}

# workflow:
#   strict: false             # true: the arrows bind people too, not only machines
#   statuses: [{statuses}]
#   terminal: [{terminal}]
#   guards:                   # what must hold before a move: boxes, children, evidence, documents
#     done: []
# people:                     # whose commits are whose
#   ann: [ann@example.org]
# properties:                 # keys of your own, so that they are not reported as unknown
#   severity: {{kind: choice, choices: [minor, major]}}
# authority: local            # or the name of the remote that holds the claims; `tarmac init` sets it
"""


# -- reading ----------------------------------------------------------------------------------------------------------


def read_config(data: bytes, path: str) -> tuple[Config, list[Problem]]:
    """Read the settings; what is wrong is told by path:line and has its default."""
    from fp.kernel.frontmatter import parse_yaml

    document, problems = parse_yaml(data, path)
    if document is None:
        return default_config(DEFAULT_PREFIX), problems
    reader = _Reader(document, path)
    values = reader.section("", document.fields, _TOP)
    if "prefix" not in document.fields:
        reader.problem("prefix", "the prefix of ids is missing", "write `prefix: FP`")
    if values.get("format", FORMAT) != FORMAT:
        reader.problem("format", f"format {values['format']} is not one that this version reads", "install a newer one")
    workflow = _workflow(reader, values.pop("workflow", {}))
    return Config(**{"prefix": DEFAULT_PREFIX, **_flat(values)}, workflow=workflow), problems + reader.problems


class _Wrong(Exception):
    """A value that its key cannot have."""

    def __init__(self, message: str, hint: str = ""):
        super().__init__(message)
        self.message = message
        self.hint = hint


class _Reader:
    """Reads tables of keys from one file and gathers what is wrong."""

    def __init__(self, document: Document, path: str):
        self._lines = document.lines
        self._path = path
        self.problems: list[Problem] = []

    def section(self, place: str, values: Mapping[str, Value], table: Mapping[str, Callable[[Value], Any]]) -> Any:
        """The values of one table; `place` is the dotted path to it, with a dot behind it."""
        read: dict[str, Any] = {}
        for key, value in values.items():
            if key not in table:
                self.problem(place + key, f"unknown setting `{place}{key}`", _near_hint(key, table))
            elif value is not None:
                try:
                    read[key] = table[key](value)
                except _Wrong as error:
                    self.problem(place + key, f"`{place}{key}`: {error.message}", error.hint)
        return read

    def problem(self, place: str, message: str, hint: str = "") -> None:
        """Tell of one setting."""
        from fp.kernel.problem import Problem

        self.problems.append(Problem("bad-setting", self._path, self._lines.get(place, 1), message, hint))


def _near_hint(word: str, known: Iterable[str]) -> str:
    import difflib  # cold start: only a mistake needs it

    names = list(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else f"one of {', '.join(names)}"


def _text(value: Value) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise _Wrong("must be one text")


def _texts(value: Value) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(_text(item) for item in items)


def _statuses(value: Value) -> tuple[str, ...]:
    names = _texts(value)
    if len(set(names)) < len(names):
        raise _Wrong("a status is there twice")
    if not all(name.replace("-", "").isalnum() and name.isascii() and name == name.lower() for name in names):
        raise _Wrong("a status is lower-case letters, digits and `-`")
    return names


def _mapping(value: Value) -> Mapping[str, Value]:
    if isinstance(value, dict):
        return value
    raise _Wrong("must be a mapping of keys to values")


def _mapping_of(read: Callable[[Value], Any]) -> Callable[[Value], dict[str, Any]]:
    return lambda value: {key: read(inner) for key, inner in _mapping(value).items()}


def _one_of(choices: tuple[str, ...]) -> Callable[[Value], str]:
    def read(value: Value) -> str:
        if isinstance(value, str) and value in choices:
            return value
        raise _Wrong("not a value it can have", f"one of {', '.join(choices)}")

    return read


def _some_of(choices: tuple[str, ...]) -> Callable[[Value], tuple[str, ...]]:
    one = _one_of(choices)
    return lambda value: tuple(one(item) for item in (value if isinstance(value, list) else [value]))


def _bool(value: Value) -> bool:
    return _one_of(("true", "false"))(value) == "true"


def _prefix(value: Value) -> str:
    if isinstance(value, str) and is_prefix(value):
        return value
    raise _Wrong("not a prefix", "an upper-case letter, then letters and digits, 10 at most, such as `FP`")


def _format(value: Value) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:9])
    raise _Wrong("must be a whole number", f"this version reads format {FORMAT}")


def _claim_refs(value: Value) -> str:
    text = _text(value)
    if text.startswith("refs/") and text.endswith("/") and not set(text) & set(" ~^:?*[\\") and ".." not in text:
        return text
    raise _Wrong("must be a folder of refs", f"such as `{CLAIM_REFS}`")


def _authority(value: Value) -> str:
    text = _text(value)
    if text.startswith("-") or any(character.isspace() for character in text):
        raise _Wrong("must be `local` or the name of a remote")
    return text


def _property(value: Value) -> Property:
    if isinstance(value, str):
        return Property(_one_of(PROPERTY_KINDS)(value))
    table = _mapping(value)
    unknown = table.keys() - {"kind", "choices", "help"}
    if unknown:
        raise _Wrong(f"unknown key `{min(unknown)}`", "one of kind, choices, help")
    choices = _texts(table["choices"]) if table.get("choices") is not None else ()
    kind = _one_of(PROPERTY_KINDS)(table["kind"]) if table.get("kind") is not None else "text"
    if (kind == "choice") != bool(choices):
        raise _Wrong("`choices` belong to the kind `choice`, and it needs them")
    return Property(kind, choices, _text(table["help"]) if table.get("help") is not None else "")


def _strict_or_mapping(value: Value) -> Mapping[str, Value]:
    return {"strict": "true"} if value == "strict" else _mapping(value)


_TOP: Mapping[str, Callable[[Value], Any]] = {
    "format": _format,
    "prefix": _prefix,
    "workflow": _strict_or_mapping,
    "writers": lambda value: _only(_mapping(value), "worker_refs", _texts),
    "people": _mapping_of(_texts),
    "authority": _authority,
    "claim_refs": _claim_refs,
    "properties": _mapping_of(_property),
    "views": _mapping_of(_text),
    "evidence": lambda value: _only(_mapping(value), "tier", _one_of(EVIDENCE_TIERS)),
    "tracker": lambda value: _only(_mapping(value), "write", _one_of(WRITE_MODES)),
}
_WORKFLOW: Mapping[str, Callable[[Value], Any]] = {
    "strict": _bool,
    "statuses": _statuses,
    "terminal": _statuses,
    "transitions": _mapping_of(_statuses),
    "guards": _mapping_of(_some_of(GUARDS)),
}
SETTINGS = (*_TOP, *(f"workflow.{key}" for key in _WORKFLOW))


def _only(table: Mapping[str, Value], key: str, read: Callable[[Value], Any]) -> Any:
    """The one setting that a section has."""
    unknown = table.keys() - {key}
    if unknown:
        raise _Wrong(f"unknown key `{min(unknown)}`", f"it has `{key}` alone")
    return read(table[key]) if table.get(key) is not None else None


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    names = {"writers": "worker_refs", "evidence": "evidence_tier", "tracker": "tracker_write"}
    return {names.get(key, key): value for key, value in values.items() if value is not None}


def _workflow(reader: _Reader, values: Mapping[str, Value]) -> Workflow:
    """The workflow, or the default one where its parts do not fit together."""
    read = reader.section("workflow.", values, _WORKFLOW)
    workflow = Workflow(**read)
    if "statuses" in read and "transitions" not in read:
        workflow = workflow._replace(transitions=_all_arrows(workflow.statuses))
    wrong = _misfit(workflow)
    if wrong is None:
        return workflow
    reader.problem("workflow", f"`workflow`: {wrong[0]}", wrong[1])
    return Workflow()


def _all_arrows(statuses: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Arrows of a workflow that names statuses of its own and no arrows: every move."""
    return {status: tuple(to for to in statuses if to != status) for status in statuses}


def _misfit(workflow: Workflow) -> tuple[str, str] | None:
    known = set(workflow.statuses)
    arrows = {to for tos in workflow.transitions.values() for to in tos}
    unknown = {*workflow.terminal, *workflow.transitions, *workflow.guards, *arrows} - known
    if unknown:
        return f"`{min(unknown)}` is not one of its statuses", f"the statuses are {', '.join(workflow.statuses)}"
    if not {TODO} <= known:
        return "the status `todo` is missing", "new and reopened issues are `todo`"
    if not workflow.terminal:
        return "there is no terminal status", "name at least one, such as `done`"
    return None
