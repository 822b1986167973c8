"""Which policy a new stamp has: that of the settings, then of each matching `[[policies]]`, later ones first. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.globs import matches
from drift.model import Policy

if TYPE_CHECKING:
    from drift.model import PolicyRule, Settings


def policy_for(settings: Settings, doc: str, target: str) -> Policy:
    """The policy of a binding, by the paths of its document and its target."""
    policy = Policy(settings.body, settings.comments, settings.docstrings)
    for rule in settings.policies:
        if _concerns(rule, doc, target):
            policy = Policy(
                rule.body or policy.body, rule.comments or policy.comments, rule.docstrings or policy.docstrings
            )
    return policy


def _concerns(rule: PolicyRule, doc: str, target: str) -> bool:
    return (not rule.docs or matches(doc, rule.docs)) and (not rule.targets or matches(target, rule.targets))
