"""Locks of documents where work lands: two runs that bind or stamp different things do not conflict.

git merges by lines, and two branches that add a binding at one place clash there. What landing asks when git finds
conflicts; drift is imported then only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.ports import Objects, Oid
    from tarmac.landing.integrate import Settle


def by_binding(objects: Objects) -> Settle:
    """The `settle` of `integrate` for repositories whose documents are bound."""

    def settle(trees: Sequence[Oid], conflicts: Sequence[str]) -> Sequence[Oid] | None:
        from tarmac.adapters.docs import with_locks_merged

        return with_locks_merged(objects, trees, conflicts)

    return settle
