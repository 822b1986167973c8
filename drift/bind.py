"""Binding a document to a target: what the stamp would be, and whether somebody must look first. A shell that reads.

Invariant: a stale binding is stamped again only on somebody's word that the document is still right; a first binding,
and one that is fresh, needs no word.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_many, is_prose
from drift.check import content, observe, observe_many
from drift.compare import MESSAGES, ask_for
from drift.content import Ask, Found, Missing, policy_of, section
from drift.model import Binding, Policy, Reason
from drift.policy import policy_for
from drift.workspace import reader, sources
from fp.kernel.errors import Refused
from fp.kernel.text import safe

if TYPE_CHECKING:
    from drift.content import Seen
    from drift.model import Anchor, Lock, PolicyRule
    from drift.workspace import Workspace


class Plan(NamedTuple):
    """One binding as it is and as it would be. `state`: new, fresh, or stale."""

    state: str
    before: Binding | None
    after: Binding


def plan_link(workspace: Workspace, doc: Anchor, target: Anchor, wish: PolicyRule | None = None) -> Plan:
    """What binding these two means. Refused when the document or the target is not there, or is not one thing.

    `wish` says what the stamp is to cover; what it leaves open is as in the stamp there is, or as the settings say.
    """
    check_document(workspace, doc)
    if doc == target:
        raise Refused("a document cannot be bound to itself", reason="bad-anchor")
    before = next((item for item in workspace.lock.bindings if item.key == (doc.text, target.text)), None)
    if before is not None and before.origin:
        raise Refused(f"{safe(target.text)} belongs to {before.origin}: bind it there", reason="origin-mismatch")
    asked = Ask(target.fragment, policy=_policy(workspace, doc, target, before, wish))
    now, compared = _stamps(workspace, doc, target, before, asked)
    after = Binding(doc, target, now.stamp, blob=_blob(workspace, target.path))
    if before is None:
        return Plan("new", None, after)
    if before.sig == compared.stamp:
        kept = before if before.sig == now.stamp else after  # the same bytes again, unless the scheme is another
        return Plan("fresh", before, kept)
    return Plan("stale", before, after)


def check_document(workspace: Workspace, doc: Anchor) -> None:
    """Refused unless the document, and its section, can be read."""
    if doc.path.endswith("/"):
        raise Refused(f"{safe(doc.text)}: a document is one file", reason="bad-anchor")
    data = content(doc.path, reader(workspace.files))
    if isinstance(data, Missing):
        raise Refused(f"the document: {data.message}", where=doc.path, reason=str(Reason.DOCUMENT_NOT_FOUND))
    if not doc.fragment:
        return
    if not is_prose(doc.path):
        raise Refused("only a section of a Markdown document can be bound", where=doc.path, reason="bad-anchor")
    found = section(data.decode("utf-8-sig", "replace"), doc.fragment)
    if isinstance(found, Missing):
        message = f"{MESSAGES[Reason.SECTION_NOT_FOUND]}: {safe(doc.text)}"
        raise Refused(message, hint=near_hint(doc.path, found), reason=str(Reason.SECTION_NOT_FOUND))


def _policy(
    workspace: Workspace, doc: Anchor, target: Anchor, before: Binding | None, wish: PolicyRule | None
) -> Policy:
    stamped = policy_of(before.sig.scheme, target.path) if before is not None and before.sig is not None else None
    base = stamped or policy_for(workspace.settings, doc.path, target.path)
    if wish is None:
        return base
    return Policy(wish.body or base.body, wish.comments or base.comments, wish.docstrings or base.docstrings)


def _stamps(workspace: Workspace, doc: Anchor, target: Anchor, before: Binding | None, new: Ask) -> tuple[Found, Found]:
    """What the target is now: by the scheme of a new stamp, and by that of the binding there is."""
    old = ask_for(before) if before is not None else new
    answers = _answers(workspace, doc, target, [new, old])
    found, compared = answers[new], answers[old]
    if isinstance(found, Missing) or isinstance(compared, Missing):
        missing = found if isinstance(found, Missing) else compared
        assert isinstance(missing, Missing)
        raise Refused(
            f"{safe(target.text)}: {missing.message}",
            hint=near_hint(target.path, missing),
            reason=str(missing.reason),
        )
    return found, compared


def _answers(workspace: Workspace, doc: Anchor, target: Anchor, asks: list[Ask]) -> dict[Ask, Seen]:
    if is_many(target.path):
        return observe_many(target.path, doc.path, asks, workspace.settings, sources(workspace))
    return observe(target.path, asks, workspace.settings, reader(workspace.files))


def near_hint(path: str, missing: Missing) -> str | None:
    """The anchors to try instead."""
    if not missing.near:
        return None
    names = [safe(f"{path}#{fragment}") for fragment in missing.near]
    return f"did you mean {' or '.join(names)}?"


def _blob(workspace: Workspace, path: str) -> str:
    """git's id of the file as it is, so that its old text can be shown later; empty outside a repository."""
    if workspace.top is None or is_many(path):
        return ""
    from drift.blame import blob_id, object_format

    data = content(path, reader(workspace.files))
    return "" if isinstance(data, Missing) else blob_id(data, object_format(workspace.root))


def apply_link(lock: Lock, plans: list[Plan]) -> Lock:
    """The lock with these bindings in it."""
    from drift.lock import bind

    for plan in plans:
        lock = bind(lock, replace(plan.after, notes=()))
    return lock
