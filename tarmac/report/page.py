"""A rule of the catalogue as a page, for `docs/findings/` and for `tarmac explain`. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarmac.findings.rule import DECIDER_WORDS, DESTRUCTIVE, SEVERITY_MEANING, Repair, Severity
from tarmac.snapshot import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tarmac.findings.rule import Rule

VIEW_MEANING = {
    View.REPO: "refs and files are enough",
    View.HOST: "needs this machine's runs, processes and checkouts too",
}
REPAIR_MEANING = {
    Repair.RELEASE_CLAIM: "releases the claim to a tombstone",
    Repair.ADVANCE_RUN: "takes the run its next step, as the orchestrator would",
    Repair.STOP_WORKER: "stops the worker's process group, after checking that it is ours",
    Repair.RESCUE_WORK: "keeps the files as a commit at a rescue ref; the worktree stays as it is",
    Repair.REMOVE_WORKTREE: "removes the worktree or its entry; git refuses where anything is uncommitted",
    Repair.FINISH_MOVE: "finishes or undoes the interrupted move by its journal",
    Repair.REMOVE_LOCK: "removes the lock that a journal of ours names",
}
GENERATED = "<!-- Made from the rule by `python tests/findings_pages.py`; a test holds both equal. -->"


def sections(rule: Rule) -> list[tuple[str, str]]:
    """Heading and text, in the order in which they are read."""
    found = [
        ("When", rule.condition),
        ("Why it is dangerous", rule.danger),
        ("What to do", f"{rule.mend} {DECIDER_WORDS[rule.decider].capitalize()}."),
    ]
    if rule.repair is not Repair.NONE:
        twice = " It acts only on the same facts seen twice." if rule.repair in DESTRUCTIVE else ""
        found.append(("Repair", f"`tarmac reconcile --apply {rule.code}` {REPAIR_MEANING[rule.repair]}.{twice}"))
    elif rule.command:
        found.append(("Command", f"`{command(rule)}`"))
    if rule.masks:
        found.append(("Explains", f"For the same run and with a shared fact it stands for {', '.join(rule.masks)}."))
    if rule.needs_memory:
        found.append(
            ("Over time", "Judged against an earlier observation of this machine; without one it is not judged.")
        )
    return found


def command(rule: Rule) -> str:
    """The line to paste with words in place of an issue and a run."""
    return rule.command.format(issue="ID", run="RUN", code=rule.code, path="ID/EPOCH")


def facts(rule: Rule) -> list[tuple[str, str]]:
    """What the rule is, in short."""
    return [
        ("severity", f"{rule.severity}: {SEVERITY_MEANING[rule.severity]}"),
        ("layers", ", ".join(layer.value for layer in rule.layers) or "all"),
        ("view", f"{rule.view}: {VIEW_MEANING[rule.view]}"),
    ]


def page(rule: Rule) -> str:
    """The rule's page in Markdown."""
    lines = [f"# {rule.code} {rule.name}", "", GENERATED, "", "| | |", "| --- | --- |"]
    lines += [f"| {name} | {text} |" for name, text in facts(rule)]
    for heading, text in sections(rule):
        lines += ["", f"## {heading}", "", text]
    return "\n".join(lines) + "\n"


def index(rules: Sequence[Rule]) -> str:
    """The list of all pages in Markdown."""
    head = "What the consistency report can say. Each code keeps its meaning for ever."
    lines = [
        "# Findings",
        "",
        GENERATED,
        "",
        head,
        "",
        "| code | name | severity | view |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity} | {rule.view} |" for rule in rules]
    weights = [f"- **{severity}**: {SEVERITY_MEANING[severity]}" for severity in sorted(Severity, reverse=True)]
    return "\n".join([*lines, "", "## Severities", "", *weights]) + "\n"


def pages(rules: Sequence[Rule]) -> dict[str, str]:
    """All pages by file name."""
    return {"README.md": index(rules), **{f"{rule.code}.md": page(rule) for rule in rules}}
