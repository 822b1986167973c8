"""The settings file: defaults, what can be set, and that a wrong value is a problem at its line."""

from __future__ import annotations

import pytest

from fp.config import Config, Property, Workflow, config_bytes, default_config
from fp.configfile import read_config
from fp.model import TYPES

PATH = ".issues/config.yaml"


def read(text: str) -> tuple[Config, list[tuple[int, str]]]:
    config, problems = read_config(text.encode(), PATH)
    return config, [(problem.line, f"{problem.message}; {problem.hint}") for problem in problems]


def test_a_new_file_reads_as_the_defaults() -> None:
    assert read_config(config_bytes("WEB"), PATH) == (default_config("WEB"), [])


def test_all_settings_are_read() -> None:
    config, problems = read(
        "format: 1\nprefix: WEB\nworkflow:\n  strict: true\n  guards:\n    done: [boxes, evidence]\n"
        "writers:\n  worker_refs: [refs/heads/bots/**]\npeople:\n  ann: [ann@example.org]\nauthority: origin\n"
        "claim_refs: refs/heads/claims/\nproperties:\n  severity: {kind: choice, choices: [minor, major]}\n"
        "  due: date\nviews:\n  mine: assignee:ann\nevidence:\n  tier: ci\ntracker:\n  write: direct\n"
    )
    assert problems == []
    assert config == Config(
        prefix="WEB",
        workflow=Workflow(guards={"done": ("boxes", "evidence")}, strict=True),
        worker_refs=("refs/heads/bots/**",),
        people={"ann": ("ann@example.org",)},
        authority="origin",
        claim_refs="refs/heads/claims/",
        properties={"severity": Property("choice", ("minor", "major")), "due": Property("date")},
        views={"mine": "assignee:ann"},
        evidence_tier="ci",
        tracker_write="direct",
    )


def test_required_of_every_type_in_one_word() -> None:
    config, problems = read("format: 1\nprefix: A\nproperties:\n  a: {required: true}\n  b: {required: false}\n")
    assert (problems, config.properties["a"].required) == ([], TYPES)
    assert config.properties["b"].required == ()


def test_workflow_strict_in_one_word() -> None:
    assert read("format: 1\nprefix: WEB\nworkflow: strict\n")[0].workflow == Workflow(strict=True)


def test_own_statuses_without_arrows_may_move_anywhere() -> None:
    config, _ = read("format: 1\nprefix: A\nworkflow:\n  statuses: [todo, doing, done]\n  terminal: [done]\n")
    assert config.workflow.transitions == {
        "todo": ("doing", "done"),
        "doing": ("todo", "done"),
        "done": ("todo", "doing"),
    }


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("format: 1\n", 1, "write `prefix: FP`"),
        ("format: 2\nprefix: FP\n", 1, "`format` cannot be 2"),
        ("format: 1\nprefix: fp\n", 2, "upper-case letter"),
        ("format: 1\nprefix: FP\nworkflw: strict\n", 3, "did you mean `workflow`"),
        ("format: 1\nprefix: FP\nworkflow:\n  strict: no\n", 4, "`workflow.strict`"),
        ("format: 1\nprefix: FP\nworkflow:\n  terminal: [gone]\n", 3, "`gone` is not one of its statuses"),
        ("format: 1\nprefix: FP\nworkflow:\n  statuses: [a, b]\n  terminal: [b]\n", 3, "`todo` is missing"),
        ("format: 1\nprefix: FP\nworkflow:\n  guards: {done: [tests]}\n", 4, "workflow.guards.done.0"),
        ("format: 1\nprefix: FP\nclaim_refs: heads\n", 3, "folder of refs"),
        ("format: 1\nprefix: FP\nauthority: --upload-pack\n", 3, "a remote's name"),
        ("format: 1\nprefix: FP\nproperties:\n  a: {kind: choice}\n", 4, "`choices: [one, two]`"),
        ("format: 1\nprefix: FP\nproperties:\n  a: {kind: list, of: choice}\n", 4, "`choices: [one, two]`"),
        ("format: 1\nprefix: FP\nproperties:\n  a: {kind: date, of: issue}\n", 4, "`of` goes with"),
        ("format: 1\nprefix: FP\nproperties:\n  a: {required: [wish]}\n", 4, "properties.a.required.0"),
        ("format: 1\nprefix: FP\nwriters: {robots: x}\n", 3, "robots"),
        ("format: 1\nprefix: [\n", 2, "YAML"),
    ],
)
def test_a_wrong_value_is_a_problem_at_its_line(text: str, line: int, part: str) -> None:
    config, problems = read(text)
    assert [(found, part in message) for found, message in problems] == [(line, True)]
    assert config.workflow.terminal == ("done", "cancelled")


def test_the_defaults_of_the_table_are_those_of_a_short_file() -> None:
    assert read("format: 1\nprefix: FP\nviews: {}\n") == (default_config("FP"), [])
