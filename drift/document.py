"""A report as the JSON document `drift.check.v1`. Pure.

Field names are those that upstream's drift publishes for `drift.check.v1`. What is ours beside them is additive:
`schema`, `severity`, `line`, `heading`, `section`, `section_line`, `near`, `moved`, `waived`, `members`, `remarks`,
`findings`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drift.model import REPORT_SCHEMA, Kind, Result, hint, said, said_of_line

if TYPE_CHECKING:
    from datetime import datetime

    from drift.model import AnchorReport, CheckReport, DocumentReport, Followed, LinePart, Part


def fields(report: CheckReport, *, version: str, checked_at: datetime) -> dict[str, Any]:
    """The document without its envelope. `checked_at` is in UTC."""
    at = checked_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "schema_version": REPORT_SCHEMA,
        "tool": "drift",
        "tool_version": version,
        "repo": report.repo or None,
        "checked_at_ms": int(checked_at.timestamp() * 1000),
        "summary": _summary(report),
        "docs": [_doc(doc) for doc in report.docs],
        "findings": [finding for doc in report.docs for finding in _findings(doc, at)],
    }


def _summary(report: CheckReport) -> dict[str, Any]:
    docs = [doc.result for doc in report.docs]
    anchors = [anchor.result for anchor in report.anchors]
    skipped = docs.count(Result.SKIP)
    fresh = docs.count(Result.FRESH)
    return {
        "result": "fail" if report.failed else "pass",
        "verification_state": report.verification,
        "docs_total": len(docs),
        "docs_checked": len(docs) - skipped,
        "docs_skipped": skipped,
        "docs_fresh": fresh,
        "docs_stale": len(docs) - skipped - fresh,
        "anchors_total": len(anchors),
        "anchors_fresh": anchors.count(Result.FRESH),
        "anchors_stale": anchors.count(Result.STALE),
        "anchors_skipped": anchors.count(Result.SKIP),
        "links_total": len(report.links),
        "links_broken": sum(link.broken for link in report.links),
        "waived": report.waived,
    }


def _doc(doc: DocumentReport) -> dict[str, Any]:
    return {
        "path": doc.path,
        "origin": doc.origin or None,
        "result": str(doc.result),
        "anchors": [_anchor(anchor) for anchor in doc.anchors],
        "links": [_link(link) for link in doc.links],
        "remarks": [{"kind": str(remark.kind), **_link(remark)} for remark in doc.remarks],
    }


def _anchor(anchor: AnchorReport) -> dict[str, Any]:
    binding = anchor.binding
    sig = binding.sig.text if binding.sig is not None else ""
    return {
        "identity": binding.target.text,
        "raw": f"{binding.target.text}@{sig}" if sig else binding.target.text,
        "kind": str(anchor.kind),
        "path": binding.target.path,
        "symbol": binding.target.fragment if anchor.kind is Kind.SYMBOL else None,
        "heading": binding.target.fragment if anchor.kind is Kind.HEADING else None,
        "line": anchor.line or None,
        "section": binding.doc.fragment or None,
        "section_line": anchor.doc_line or None,
        "provenance": {"kind": "sig", "value": sig} if sig else None,
        "result": str(anchor.result),
        "severity": str(anchor.severity) if anchor.reason is not None else None,
        "reason": _reason(anchor),
        "near": list(anchor.near),
        "moved": _followed(anchor.followed) if anchor.followed is not None else None,
        "blame": anchor.blame._asdict() if anchor.blame is not None else None,
        "waived": _waived(anchor),
        "members": _members(anchor),
    }


def _members(anchor: AnchorReport) -> dict[str, Any] | None:
    if anchor.members is None:
        return None
    renamed = [{"from": old, "to": new} for old, new in anchor.members.renamed]
    return {key: list(paths) for key, paths in anchor.members._asdict().items()} | {"renamed": renamed}


def _followed(followed: Followed) -> dict[str, Any]:
    return {
        "fate": str(followed.fate),
        "candidates": [
            {
                "target": one.anchor.text,
                "confidence": round(one.confidence, 2),
                "why": one.why,
                "certain": one.certain,
            }
            for one in followed.candidates
        ],
    }


def _link(link: LinePart) -> dict[str, Any]:
    return {
        "target": link.target,
        "line": link.line,
        "result": "ok" if link.reason is None else "broken",
        "severity": str(link.severity) if link.reason is not None else None,
        "reason": _reason(link),
        "waived": _waived(link),
    }


def _waived(part: Part) -> dict[str, Any] | None:
    return {"why": part.waived.why, "line": part.waived.line} if part.waived is not None else None


def _reason(part: Part) -> dict[str, Any] | None:
    return {"code": str(part.reason), "message": part.message} if part.reason is not None else None


def _findings(doc: DocumentReport, observed_at: str) -> list[dict[str, Any]]:
    """What is not fresh in the shape that all reports of the kit share."""
    anchors = [
        _finding(anchor, "stale-document", said(anchor), _source(doc.path, anchor.doc_line), observed_at)
        | {"repair": hint(anchor) or None}
        for anchor in doc.anchors
        if anchor.reason is not None
    ]
    links = [
        _finding(link, "broken-link", said_of_line(link), _source(doc.path, link.line), observed_at)
        for link in doc.links
        if link.broken
    ]
    remarks = [
        _finding(part, f"wrong-{part.kind}", said_of_line(part), _source(doc.path, part.line), observed_at)
        for part in doc.remarks
        if part.reason is not None
    ]
    return anchors + links + remarks


def _finding(part: Part, name: str, fact: str, source: str, observed_at: str) -> dict[str, Any]:
    return {
        "code": str(part.reason),
        "name": name,
        "severity": str(part.severity),
        "issue": None,
        "run": None,
        "layers": ["git"],
        "facts": [{"layer": "git", "fact": fact, "source": source, "observed_at": observed_at}],
        "repair": None,
        "decider": "R",
        "first_seen": None,
        "seen_count": 1,
    }


def _source(path: str, line: int) -> str:
    return f"{path}:{line}" if line else path
