"""What commands about one issue's findings share: the issue by its prefix, and the present report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarmac.cli.site import site_of
from tarmac.diagnose import diagnose
from tarmac.observe.whole import observe

if TYPE_CHECKING:
    from fp.kernel.cli import Output
    from tarmac.diagnose import Report
    from tarmac.observe.whole import Site


def of_issue(out: Output, word: str) -> tuple[str, Report, Site]:
    """The issue's id, the report as it is now, and where it was made. Refused when no or more than one issue fits."""
    from tarmac.adapters.issues import resolve
    from tarmac.snapshot import Known

    site = site_of(out)
    report = diagnose(observe(site), site.memory)
    tracker = report.snapshot.tracker
    known = tracker.value.issues.keys() if isinstance(tracker, Known) else set()
    claims = report.snapshot.claims
    claimed = claims.value.claims.keys() if isinstance(claims, Known) else set()
    return resolve({*known, *claimed}, word), report, site
