from __future__ import annotations

from pathlib import PurePath

import pytest

from tarmac.agents.presets import PRESETS, Preset
from tarmac.model import AgentSpec, Limits
from tarmac.policy import CACHES, Backoff, Gate, LandPolicy, Policy, WorkspacePolicy, default_workflow, read_policy

LEAST = "---\nformat: 1\nagent: {argv: [agent, -p]}\n---\nDo {{ issue.title }}.\n"
FULL = """\
---
format: 1
agent: {kind: command, argv: [claude, -p], prompt: argument, environment: [ANTHROPIC_API_KEY]}
limits: {silence: 1m30s, wall: 0s, output: 5MB}
attempts: 2
backoff: {first: 1s, most: 1m}
concurrency: 7
workspace: {kind: worktree, root: ../work, copy: [.env], setup: [[npm, ci], [make]], ports: 3, discard: [build]}
gates: [{name: tests, argv: [make, test], timeout: 5m}, {name: lint, argv: [make, lint]}]
land: {when: manual, target: release, via: push}
notify: [[notify-send, tarmac]]
takeover: fenced
poll: 500ms
---
The prompt.
"""


def policy(text: str) -> Policy:
    found, problems = read_policy(text.encode(), "WORKFLOW.md", "oid")
    assert problems == []
    assert found is not None
    return found


def wrong(text: str) -> list[str]:
    found, problems = read_policy(text.encode(), "WORKFLOW.md", "oid")
    assert found is None
    return [f"{problem.where}: {problem.message}" for problem in problems]


def test_everything_but_the_agent_has_a_default() -> None:
    prompt = "Do {{ issue.title }}.\n"
    assert policy(LEAST) == Policy(AgentSpec("command", ("agent", "-p")), prompt, "oid", prompt_line=5)


def test_every_setting_is_read() -> None:
    assert policy(FULL) == Policy(
        agent=AgentSpec("command", ("claude", "-p"), "argument", ("ANTHROPIC_API_KEY",)),
        prompt="The prompt.\n",
        oid="oid",
        limits=Limits(90.0, 0.0, 5_000_000),
        attempts=2,
        backoff=Backoff(1.0, 60.0),
        concurrency=7,
        workspace=WorkspacePolicy("worktree", "../work", (".env",), (("npm", "ci"), ("make",)), 3, ("build",)),
        gates=(Gate("tests", ("make", "test"), 300.0), Gate("lint", ("make", "lint"), 600.0)),
        land=LandPolicy("manual", "refs/heads/release", "push"),
        notify=(("notify-send", "tarmac"),),
        takeover="fenced",
        poll_seconds=0.5,
        prompt_line=15,
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("format: 1", "format: 2", "WORKFLOW.md:2: `format` cannot be `2`"),
        ("format: 1\n", "", "WORKFLOW.md:1: `format` is missing"),
        ("attempts: 2", "atempts: 2", "WORKFLOW.md:5: unknown key `atempts`"),
        ("silence: 1m30s", "silense: 1m", "WORKFLOW.md:4: unknown key `silense`"),
        ("[claude, -p]", "[]", "WORKFLOW.md:3: `agent.argv` has 0 items"),
        ("[claude, -p]", "claude -p", "WORKFLOW.md:3: `agent.argv` must be a list"),
        ("kind: command", "kind: magic", "WORKFLOW.md:3: `agent.kind` cannot be `magic`"),
        ("attempts: 2", "attempts: 0", "WORKFLOW.md:5: `attempts` is 0"),
        ("wall: 0s", "wall: long", "WORKFLOW.md:4: `limits.wall` must be a duration, not `long`"),
        ("copy: [.env]", "copy: [../.env]", "WORKFLOW.md:8: `workspace.copy.0` is not a path within the repository"),
        ("ports: 3", "ports: 1000", "WORKFLOW.md:8: `workspace.ports` is 1000"),
        ("name: lint, ", "", "WORKFLOW.md:9: `gates.1.name` is missing"),
        ("name: lint", "name: tests", "WORKFLOW.md:9: two gates are called `tests`"),
        ("target: release", "target: 'a b'", "WORKFLOW.md:10: `land.target` is not a branch"),
        ("target: release", "target: refs/tags/v1", "WORKFLOW.md:10: `land.target` is not a branch"),
        ("The prompt.", "", "WORKFLOW.md:15: has no prompt"),
        ("The prompt.", "one\n{% if %}", "WORKFLOW.md:16: the prompt: Expected an expression"),
        ("The prompt.", "one\n\n{{ issue.titel }}", "WORKFLOW.md:17: the prompt: 'dict object' has no"),
        ("The prompt.", "{{ issue.title | shout }}", "WORKFLOW.md:15: the prompt: No filter named 'shout'"),
        ("agent:", "agent: &a", "WORKFLOW.md:3: "),
    ],
)  # fmt: skip
def test_what_is_wrong_has_a_place_and_gives_no_policy(before: str, after: str, said: str) -> None:
    assert before in FULL
    assert [line for line in wrong(FULL.replace(before, after, 1)) if line.startswith(said)]


@pytest.mark.parametrize("text", ["", "no header", "---\nformat: 1\n", "---\n\0\n---\n", "---\n[1]\n---\nx\n"])
def test_a_file_that_is_no_policy_is_a_problem_and_no_crash(text: str) -> None:
    assert wrong(text)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.program)
def test_the_first_workflow_reads_back_as_it_was_written(preset: Preset) -> None:
    gates = (Gate("tests", ("make", "test"), 600.0), Gate("no", ("sh", "-c", 'echo "a: {b}" # c'), 0.5))
    read = policy(default_workflow(preset.spec(), gates))
    place = WorkspacePolicy(discard=CACHES)
    assert read == Policy(preset.spec(), read.prompt, "oid", gates=gates, prompt_line=read.prompt_line, workspace=place)


@pytest.mark.parametrize(
    "word", ["-", "--", "yes", "0123", "12:30", "{a}", "#x", "é", "a,b", "%", "@x", "*", "~", "1.5"]
)
def test_any_word_of_a_command_survives_the_first_workflow(word: str) -> None:
    spec = AgentSpec("command", ("agent", word))
    assert policy(default_workflow(spec)).agent == spec


@pytest.mark.parametrize(
    ("root", "folder"),
    [("../.tarmac-{repo}", "/src/.tarmac-shop"), (".work", "/src/shop/.work"), ("/var/work", "/var/work")],
)
def test_the_folder_of_workspaces_is_seen_from_the_main_checkout(root: str, folder: str) -> None:
    assert WorkspacePolicy(root=root).folder(PurePath("/src/shop")) == PurePath(folder)
