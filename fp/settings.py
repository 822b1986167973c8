"""The table of `.issues/config.yaml`: every key, its kind, its default, and what must fit together. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fp.config import (
    CLAIM_REFS,
    DEFAULT_PREFIX,
    EVIDENCE_TIERS,
    GUARDS,
    ITEM_KINDS,
    LOCAL_AUTHORITY,
    PROPERTY_KINDS,
    WITH_THE_WORK,
    WRITE_MODES,
    Config,
    Property,
    Workflow,
)
from fp.kernel.problem import Problem
from fp.kernel.schema import Field, Table, read
from fp.model import FORMAT, STATUSES, TERMINAL, TODO, TRANSITIONS, TYPES, is_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fp.kernel.yamlguard import Value

PREFIX_HINT = "an upper-case letter, then letters and digits, 10 at most, such as `FP`"
WORKER_REFS = ("refs/heads/tarmac/**",)


def _list(name: str, default: tuple[str, ...], help_text: str, item: Field | None = None) -> Field:
    return Field(name, "list", default=default, help=help_text, item=item or Field(""))


WORKFLOW = Table(
    (
        Field("strict", "bool", default=False, help="Whether the arrows bind people too, not only machines."),
        _list("statuses", STATUSES, "All statuses, in their order."),
        _list("terminal", TERMINAL, "Those of a closed issue."),
        Field("transitions", "mapping", help="The arrows: for a status, those it may move to.", item=_list("", (), "")),
        Field(
            "guards",
            "mapping",
            default={},
            help="What must hold before a move to a status.",
            item=_list("", (), "", Field("", "choice", GUARDS)),
        ),
    )
)
PROPERTY = Table(
    (
        Field("kind", "choice", PROPERTY_KINDS, default="text", help="What its values are."),
        _list("choices", (), "The values of the kind `choice`, in their order."),
        Field("of", "choice", ITEM_KINDS, default="text", help="What the items of a list are."),
        _list("required", (), "The types whose open issues must have it; `true` for all.", Field("", "choice", TYPES)),
        Field("help", default="", help="What it is for."),
    )
)
SETTINGS = Table(
    (
        Field("format", "integer", default=FORMAT, help="The version of this file's format."),
        Field("prefix", required=True, default=DEFAULT_PREFIX, help="What ids start with: write `prefix: FP`"),
        Field("workflow", "mapping", help="Statuses and arrows; `strict` alone for the default ones.", table=WORKFLOW),
        Field(
            "writers",
            "mapping",
            help="Whose a change is, by how it arrives.",
            table=Table((_list("worker_refs", WORKER_REFS, "Refs whose changes are a worker's."),)),
        ),
        Field("people", "mapping", default={}, help="Mail addresses by a person's name.", item=_list("", (), "")),
        Field("authority", default=LOCAL_AUTHORITY, help="Who holds the claims: `local`, or a remote's name."),
        Field("claim_refs", default=CLAIM_REFS, help="Where the claims are, at a remote authority."),
        Field(
            "properties",
            "mapping",
            default={},
            help="Keys that this tracker adds to issues.",
            item=Field("", "mapping", table=PROPERTY),
        ),
        Field("templates", "mapping", default={}, help="The template of new issues, by their type.", item=Field("")),
        Field("views", "mapping", default={}, help="Saved queries by name.", item=Field("")),
        Field(
            "evidence",
            "mapping",
            help="What the guard `evidence` asks for.",
            table=Table((Field("tier", "choice", EVIDENCE_TIERS, default="observed", help="The weakest accepted."),)),
        ),
        Field(
            "tracker",
            "mapping",
            help="How the tracker is written.",
            table=Table(
                (Field("write", "choice", WRITE_MODES, default=WITH_THE_WORK, help="With a landing, or directly."),)
            ),
        ),
    ),
    title="The settings of a tracker, .issues/config.yaml",
)


def read_settings(fields: Mapping[str, Value], lines: Mapping[str, int], path: str) -> tuple[Config, list[Problem]]:
    """The settings of a file, with what is wrong in it; a wrong value has its default."""
    values, problems = read(SETTINGS, _spelled_out(fields), lines, path)
    for key, (holds, hint) in _WHOLE.items():
        if not holds(values[key]):
            field = next(field for field in SETTINGS.fields if field.name == key)
            message = f"`{key}` cannot be {values[key]!r}"
            problems.append(Problem("wrong-value", path, lines.get(key, 1), message, hint))
            values[key] = field.default
    workflow, wrong = _workflow(values["workflow"], given=fields.get("workflow"))
    wrong += _properties_wrong(values["properties"])
    wrong += [
        (f"templates.{key}", f"`templates.{key}`: {key!r} is not a type", f"the types are {', '.join(TYPES)}")
        for key in values["templates"]
        if key not in TYPES
    ]
    problems += [Problem("wrong-value", path, lines.get(key, 1), message, hint) for key, message, hint in wrong]
    return _config(values, workflow), problems


def _config(values: Mapping[str, Any], workflow: Workflow) -> Config:
    return Config(
        prefix=values["prefix"],
        workflow=workflow,
        worker_refs=values["writers"]["worker_refs"],
        people=values["people"],
        authority=values["authority"],
        claim_refs=values["claim_refs"],
        properties={key: Property(**value) for key, value in values["properties"].items() if value},
        templates={key: value for key, value in values["templates"].items() if value and key in TYPES},
        views={key: value for key, value in values["views"].items() if value},
        evidence_tier=values["evidence"]["tier"],
        tracker_write=values["tracker"]["write"],
        format=values["format"],
    )


def _spelled_out(fields: Mapping[str, Value]) -> dict[str, Value]:
    """The short forms in full: `workflow: strict`, `due: date`, one mail address."""
    full = dict(fields)
    if full.get("workflow") == "strict":
        full["workflow"] = {"strict": "true"}
    full["properties"] = _each(full.get("properties"), lambda value: {"kind": value})
    if isinstance(full["properties"], dict):
        full["properties"] = {key: _required(value) for key, value in full["properties"].items()}
    full["people"] = _each(full.get("people"), lambda value: [value])
    return full


def _each(value: Value, spell: Callable[[str], Value]) -> Value:
    if not isinstance(value, dict):
        return value
    return {key: spell(inner) if isinstance(inner, str) else inner for key, inner in value.items()}


def _required(value: Value) -> Value:
    """`required: true` stands for all types."""
    every: dict[str, list[Value]] = {"true": list(TYPES), "false": []}
    if not isinstance(value, dict) or not isinstance(value.get("required"), str):
        return value
    return {**value, "required": every.get(str(value["required"]), value["required"])}


def _is_ref_folder(text: str) -> bool:
    return text.startswith("refs/") and text.endswith("/") and not set(text) & set(" ~^:?*[\\") and ".." not in text


_WHOLE: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "format": (lambda number: number == FORMAT, "a newer version of fp reads it"),
    "prefix": (is_prefix, PREFIX_HINT),
    "claim_refs": (_is_ref_folder, f"a folder of refs, such as `{CLAIM_REFS}`"),
    "authority": (lambda text: not text.startswith("-") and not set(text) & set(" :\\"), "`local`, or a remote's name"),
}


def _properties_wrong(properties: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    hint = "`choices: [one, two]` for the kind `choice`, and for no other"
    found = []
    for key, value in properties.items():
        chosen = value and "choice" in (value["kind"], value["of"])
        if value and chosen != bool(value["choices"]):
            found.append((f"properties.{key}", f"`properties.{key}` has a kind and choices that do not fit", hint))
        elif value and value["of"] != "text" and value["kind"] != "list":
            message = f"`properties.{key}` is no list, and has a kind of items"
            found.append((f"properties.{key}", message, "`of` goes with `kind: list`"))
    return found


def _workflow(values: Mapping[str, Any], *, given: Value) -> tuple[Workflow, list[tuple[str, str, str]]]:
    """The workflow, or the default one where its parts do not fit together."""
    arrows = values["transitions"]
    if arrows is None:
        own = isinstance(given, dict) and given.get("statuses") is not None
        arrows = _all_arrows(values["statuses"]) if own else TRANSITIONS
    workflow = Workflow(values["statuses"], values["terminal"], arrows, values["guards"], values["strict"])
    wrong = [("workflow", f"`workflow`: {message}", hint) for message, hint in _misfits(workflow)]
    return (Workflow() if wrong else workflow), wrong


def _all_arrows(statuses: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Arrows of a workflow that names statuses of its own and no arrows: every move."""
    return {status: tuple(to for to in statuses if to != status) for status in statuses}


def _misfits(workflow: Workflow) -> Iterator[tuple[str, str]]:
    known = set(workflow.statuses)
    arrows = {to for tos in workflow.transitions.values() for to in tos}
    unknown = {*workflow.terminal, *workflow.transitions, *workflow.guards, *arrows} - known
    odd = [name for name in workflow.statuses if not _is_status_name(name)]
    if odd:
        yield f"`{odd[0]}` is not the name of a status", "lower-case letters, digits and `-`"
    elif len(known) < len(workflow.statuses):
        yield "a status is there twice", "keep one of the two"
    elif unknown:
        yield f"`{min(unknown)}` is not one of its statuses", f"the statuses are {', '.join(workflow.statuses)}"
    elif not {TODO} <= known:
        yield "the status `todo` is missing", "new and reopened issues are `todo`"
    elif not workflow.terminal:
        yield "there is no terminal status", "name at least one, such as `done`"


def _is_status_name(name: str) -> bool:
    return name.isascii() and name == name.lower() and name.replace("-", "").isalnum()
