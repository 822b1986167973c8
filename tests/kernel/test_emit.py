"""Problems in the forms that other tools read."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import jsonschema
import pytest

from fp.kernel.emit import Tool, rendered
from fp.kernel.marks import code, plain
from fp.kernel.problem import Problem, Severity

TOOL = Tool("fp check", "1.2.3")
HOSTILE = "<b>\x1b[31m@ann `x` ]]> & \n::error::x"
PROBLEMS = [
    Problem("dangling", ".issues/a b.md", 4, "depends on nothing", "remove it"),
    Problem("unknown-key", ".issues/ü.md", 0, HOSTILE, HOSTILE, Severity.WARNING),
]
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {"type": "array", "items": {"$ref": "#/$defs/run"}},
    },
    "$defs": {
        "run": {
            "type": "object",
            "required": ["tool"],
            "properties": {
                "tool": {
                    "type": "object",
                    "required": ["driver"],
                    "properties": {
                        "driver": {
                            "type": "object",
                            "required": ["name"],
                            "properties": {
                                "rules": {"type": "array", "uniqueItems": True, "items": {"required": ["id"]}}
                            },
                        }
                    },
                },
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
            },
        },
        "result": {
            "type": "object",
            "required": ["message"],
            "properties": {
                "level": {"enum": ["none", "note", "warning", "error"]},
                "ruleIndex": {"type": "integer", "minimum": -1},
                "message": {"type": "object", "required": ["text"]},
                "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
                "locations": {
                    "type": "array",
                    "items": {
                        "properties": {
                            "physicalLocation": {
                                "required": ["artifactLocation"],
                                "properties": {
                                    "artifactLocation": {
                                        "properties": {"uri": {"type": "string", "pattern": r"^[!-~]+$"}}
                                    },
                                    "region": {"properties": {"startLine": {"type": "integer", "minimum": 1}}},
                                },
                            }
                        }
                    },
                },
            },
        },
    },
}
"""The parts of the official schema of SARIF 2.1.0 that are required, or that restrict what is written here."""


@pytest.mark.parametrize("problems", [[], PROBLEMS])
def test_sarif_has_what_its_schema_requires(problems: list[Problem]) -> None:
    document = json.loads(rendered(problems, "sarif", TOOL))
    jsonschema.validate(document, SARIF)
    run = document["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [problem.code for problem in problems]


def test_a_result_keeps_its_fingerprint_when_lines_move_and_no_two_share_one() -> None:
    moved = [PROBLEMS[0]._replace(line=9), PROBLEMS[0]]
    prints = [
        [result["partialFingerprints"]["problem/v1"] for result in json.loads(text)["runs"][0]["results"]]
        for text in (rendered(PROBLEMS[:1], "sarif", TOOL), rendered(moved, "sarif", TOOL))
    ]
    assert prints[0] == prints[1][:1]
    assert len(set(prints[1])) == 2


def test_junit_is_one_case_a_problem_and_only_errors_fail() -> None:
    suite = ElementTree.fromstring(rendered(PROBLEMS, "junit", TOOL))[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [len(case.findall("failure")) for case in suite] == [1, 0]


def test_junit_without_problems_has_a_case_that_passes() -> None:
    suite = ElementTree.fromstring(rendered([], "junit", TOOL))[0]
    assert (len(suite), suite.get("failures")) == (1, "0")


@pytest.mark.parametrize("form", ["github", "junit", "markdown", "sarif"])
def test_no_form_lets_a_text_steer_a_terminal_or_start_a_line(form: str) -> None:
    text = rendered(PROBLEMS, form, TOOL)
    assert "\x1b" not in text
    assert not any(line.startswith("::error::") for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@ann <b> #12", "@<!-- -->ann \\<b\\> #<!-- -->12"),
        ("a_b [x](http://y)", "a\\_b \\[x\\]\\(http\\://y\\)"),
        ("www.example.org", "www\\.example.org"),
        ("one\n## two", "one\\\\n## two"),
    ],
)
def test_running_text_of_markdown_shows_itself(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("a", "`a`"), ("`a`", "`` `a` ``"), ("a``b", "```a``b```")])
def test_nothing_closes_a_code_span(text: str, expected: str) -> None:
    assert code(text) == expected
