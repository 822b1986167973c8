"""Bindings stamped by an older scheme, stamped by that of today, without a word on whether they are fresh. A shell.

Invariant: a binding that is stale stays stale. A new stamp is of the old content: of the text that git still has, or of
the file as it is where the old stamp was computed once more and fits. What can be told in neither way is left alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_many
from drift.check import content, observe
from drift.compare import ask_for
from drift.content import Ask, Found, Missing, known, seen
from drift.languages.table import language, name_of
from drift.model import Reason
from drift.policy import policy_for
from drift.scheme import EDITION, named_policy, read_scheme
from drift.workspace import reader
from fp.kernel.errors import KitError

if TYPE_CHECKING:
    from drift.model import Binding
    from drift.workspace import Workspace

CURRENT, STAMPED, LEFT = "current", "stamped", "left"


class Restamped(NamedTuple):
    """One binding before and after. `state`: current, stamped, or left, and then why."""

    before: Binding
    after: Binding
    state: str
    why: str = ""


def restamped(workspace: Workspace) -> list[Restamped]:
    """What stamping by the scheme of today makes of each binding of the lock."""
    return [_one(workspace, binding) for binding in workspace.lock.bindings]


def _one(workspace: Workspace, binding: Binding) -> Restamped:
    if binding.origin:
        return Restamped(binding, binding, LEFT, f"belongs to {binding.origin}")
    if binding.sig is None:
        return Restamped(binding, binding, LEFT, "never stamped")
    if _current(binding):
        return Restamped(binding, binding, CURRENT)
    if is_many(binding.target.path):
        return Restamped(binding, binding, LEFT, "of many files: look at them, then drift link --still-accurate")
    policy = named_policy(binding.sig.scheme)
    ask = Ask(
        binding.target.fragment,
        policy=policy or policy_for(workspace.settings, binding.doc.path, binding.target.path),
    )
    found = _old(workspace, binding, ask)
    if isinstance(found, Missing):
        return Restamped(binding, binding, LEFT, found.message)
    return Restamped(binding, replace(binding, sig=found.stamp), STAMPED)


def _current(binding: Binding) -> bool:
    assert binding.sig is not None
    name, path = name_of(binding.target.path), binding.target.path
    if not known(binding.sig.scheme, path):
        return False
    if is_many(path):
        return True
    found = read_scheme(binding.sig.scheme, language(name).grammar) if name else None
    return found is None or found.edition == EDITION


def _old(workspace: Workspace, binding: Binding, ask: Ask) -> Found | Missing:
    """The target at the stamp by a new scheme."""
    path = binding.target.path
    then = _text_then(workspace, binding)
    if then is not None:
        return seen(path, then, [ask])[ask]
    now, old = content(path, reader(workspace.files)), ask_for(binding)
    if isinstance(now, Missing) or not old.scheme:
        return Missing(Reason.BASELINE_UNAVAILABLE, "git has no text of the stamp, and its scheme is not known here")
    answers = observe(path, [old, ask], workspace.settings, lambda _: now)
    compared = answers[old]
    fits = isinstance(compared, Found) and compared.stamp == binding.sig
    return answers[ask] if fits else Missing(Reason.CHANGED, "stale, and git has no text of the stamp")


def _text_then(workspace: Workspace, binding: Binding) -> bytes | None:
    if not binding.blob or workspace.top is None:
        return None
    from fp.kernel.git.run import git

    try:
        found = git(workspace.top, "cat-file", "blob", binding.blob, ok=(0, 128))
    except KitError:
        return None
    return None if found.code else found.stdout
