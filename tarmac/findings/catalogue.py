"""All rules in the order of their codes. Codes are never used again. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarmac.findings import git, human, system, tracker, worker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tarmac.findings.rule import Rule

RULES: tuple[Rule, ...] = tuple(
    sorted((*tracker.RULES, *worker.RULES, *git.RULES, *human.RULES, *system.RULES), key=lambda rule: rule.code)
)
CONTRADICTING = frozenset(rule.code for rule in (*tracker.RULES, *git.RULES, *human.RULES))
"""Codes that, when HIGH or more, contradict what an issue says of itself."""
BY_CODE: Mapping[str, Rule] = {rule.code: rule for rule in RULES}
